#include "firmware/sync/tls.h"

#include <limits.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <stdio.h>

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

bool tls_of_pem(const void *pem, size_t len, char name[128], int *ret_days)
{
	BIO *in = len <= INT_MAX ? BIO_new_mem_buf(pem, (int)len) : NULL;
	X509 *cert = in ? PEM_read_bio_X509(in, NULL, NULL, NULL) : NULL;
	bool good = of_cert(cert, name, ret_days);

	X509_free(cert);
	BIO_free(in);
	return good;
}
