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

#endif
