/* Names and dates of certificates, for the check that a technician runs. */
#ifndef SYNC_TLS_H
#define SYNC_TLS_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

/* TLS version and the server's certificate, of a transfer that is under way. */
bool tls_of_transfer(CURL *easy, char version[16], char name[128], int *ret_days);

/* The first certificate of PEM text. */
bool tls_of_pem(const void *pem, size_t len, char name[128], int *ret_days);

/* When a certificate begins and ends, seconds since 1970. False: that is no certificate. */
bool tls_span(const void *pem, size_t len, int64_t *ret_begins_s, int64_t *ret_ends_s);

/* The province's certificate is not valid at now_s, says libcurl's verify result. True when our
 * own is not either: then it is the clock that is wrong. */
bool tls_clock_wrong(long verify_result, const void *own_pem, size_t len, int64_t now_s);

struct evp_pkey_st;

/* Certificate and key of one PEM text belong together. The key: `in_tpm`, unless NULL. */
bool tls_pair_ok(const void *pem, size_t len, struct evp_pkey_st *in_tpm);

/* From now on `ctx`, an SSL_CTX, shows the first certificate of the text, with those that follow,
 * and signs with `key`. False: they do not belong together, or memory. */
bool tls_set_own(void *ctx, const void *pem, size_t len, struct evp_pkey_st *key);

/* What it takes to connect by: validity of certificates is judged at now_s. `ctx`: an SSL_CTX. */
void tls_set_time(void *ctx, int64_t now_s);

#endif
