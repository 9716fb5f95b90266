#include "firmware/sync/tls.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <time.h>

static bool of_cert(X509 *cert, char name[128], int *ret_days)
{
	int days, seconds;

	if (!cert || ASN1_TIME_diff(&days, &seconds, NULL, X509_get0_notAfter(cert)) != 1)
		return false;
	if (X509_NAME_get_text_by_NID(X509_get_subject_name(cert), NID_commonName, name, 128) < 0)
		snprintf(name, 128, "(no name)");
	*ret_days = days - (seconds < 0); /* ended this morning is -1, not 0 */
	return true;
}

bool tls_of_transfer(CURL *easy, char version[16], char name[128], int *ret_days)
{
	const struct curl_tlssessioninfo *info = NULL;

	if (curl_easy_getinfo(easy, CURLINFO_TLS_SSL_PTR, &info) != CURLE_OK || !info ||
	    info->backend != CURLSSLBACKEND_OPENSSL || !info->internals)
		return false;
	SSL *ssl = info->internals;
	snprintf(version, 16, "%s", SSL_get_version(ssl));
	return of_cert(SSL_get0_peer_certificate(ssl), name, ret_days);
}

static X509 *read_cert(const void *pem, size_t len)
{
	BIO *in = len <= INT_MAX ? BIO_new_mem_buf(pem, (int)len) : NULL;
	X509 *cert = in ? PEM_read_bio_X509(in, NULL, NULL, NULL) : NULL;

	BIO_free(in);
	return cert;
}

static bool seconds_of(const ASN1_TIME *t, int64_t *ret_s)
{
	struct tm tm;

	if (ASN1_TIME_to_tm(t, &tm) != 1)
		return false;
	*ret_s = timegm(&tm);
	return true;
}

bool tls_span(const void *pem, size_t len, int64_t *ret_begins_s, int64_t *ret_ends_s)
{
	X509 *cert = read_cert(pem, len);
	int64_t begins_s, ends_s;
	bool good = cert && seconds_of(X509_get0_notBefore(cert), &begins_s) &&
		    seconds_of(X509_get0_notAfter(cert), &ends_s);

	X509_free(cert);
	if (good)
		*ret_begins_s = begins_s, *ret_ends_s = ends_s;
	return good;
}

static EVP_PKEY *read_key(const void *pem, size_t len)
{
	BIO *in = len <= INT_MAX ? BIO_new_mem_buf(pem, (int)len) : NULL;
	EVP_PKEY *key = in ? PEM_read_bio_PrivateKey(in, NULL, NULL, NULL) : NULL;

	BIO_free(in);
	return key;
}

bool tls_pair_ok(const void *pem, size_t len, EVP_PKEY *in_tpm)
{
	X509 *cert = read_cert(pem, len);
	EVP_PKEY *key = in_tpm ? NULL : read_key(pem, len);
	bool good =
		cert && (key || in_tpm) && X509_check_private_key(cert, in_tpm ? in_tpm : key) == 1;

	EVP_PKEY_free(key);
	X509_free(cert);
	return good;
}

/* Certificates after the first, up to the end of the text or to what is none. */
static STACK_OF(X509) * read_chain(BIO *in)
{
	STACK_OF(X509) *chain = sk_X509_new_null();
	X509 *next;

	while (chain && (next = PEM_read_bio_X509(in, NULL, NULL, NULL)))
		if (sk_X509_push(chain, next) <= 0) {
			X509_free(next);
			break;
		}
	ERR_clear_error();
	return chain;
}

bool tls_set_own(void *ctx, const void *pem, size_t len, EVP_PKEY *key)
{
	BIO *in = len <= INT_MAX ? BIO_new_mem_buf(pem, (int)len) : NULL;
	X509 *cert = in ? PEM_read_bio_X509(in, NULL, NULL, NULL) : NULL;
	STACK_OF(X509) *chain = cert ? read_chain(in) : NULL;
	bool good = chain && SSL_CTX_use_cert_and_key(ctx, cert, key, chain, 1) == 1;

	sk_X509_pop_free(chain, X509_free);
	X509_free(cert);
	BIO_free(in);
	return good;
}

bool tls_clock_wrong(long verify_result, const void *own_pem, size_t len, int64_t now_s)
{
	int64_t begins_s, ends_s;

	if (!tls_span(own_pem, len, &begins_s, &ends_s))
		return false;
	return (verify_result == X509_V_ERR_CERT_NOT_YET_VALID && now_s < begins_s) ||
	       (verify_result == X509_V_ERR_CERT_HAS_EXPIRED && now_s > ends_s);
}

void tls_set_time(void *ctx, int64_t now_s)
{
	X509_VERIFY_PARAM_set_time(SSL_CTX_get0_param(ctx), now_s);
}

bool tls_of_pem(const void *pem, size_t len, char name[128], int *ret_days)
{
	X509 *cert = read_cert(pem, len);
	bool good = of_cert(cert, name, ret_days);

	X509_free(cert);
	return good;
}
