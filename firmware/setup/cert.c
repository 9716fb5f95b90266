#include "firmware/setup/cert.h"

#include <openssl/asn1.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <string.h>
#include <time.h>

static X509 *read_cert(const char *pem)
{
	BIO *in = BIO_new_mem_buf(pem, -1);
	X509 *c = in ? PEM_read_bio_X509(in, NULL, NULL, NULL) : NULL;

	BIO_free(in);
	return c;
}

static bool is_issued_by(X509 *cert, X509 *ca, int64_t now_s)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	bool good = store && ctx && ca && X509_STORE_add_cert(store, ca) == 1 &&
		    X509_STORE_CTX_init(ctx, store, cert, NULL) == 1;

	if (good) {
		X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(ctx), (time_t)now_s);
		good = X509_verify_cert(ctx) == 1;
	}
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	return good;
}

static bool has_key_of(X509 *cert, const char *csr)
{
	BIO *in = BIO_new_mem_buf(csr, -1);
	X509_REQ *r = in ? PEM_read_bio_X509_REQ(in, NULL, NULL, NULL) : NULL;
	EVP_PKEY *asked = r ? X509_REQ_get0_pubkey(r) : NULL;
	bool same =
		asked && X509_get0_pubkey(cert) && EVP_PKEY_eq(asked, X509_get0_pubkey(cert)) == 1;

	X509_REQ_free(r);
	BIO_free(in);
	return same;
}

static bool names(X509 *cert, const char *id)
{
	char name[64] = "";

	return X509_NAME_get_text_by_NID(X509_get_subject_name(cert), NID_commonName, name,
					 sizeof name) > 0 &&
	       strcmp(name, id) == 0;
}

bool cert_fits(const char *cert, const char *csr, const char *ca, const char *id, int64_t now_s,
	       int64_t *ret_ends_s)
{
	X509 *c = read_cert(cert), *issuer = read_cert(ca);
	struct tm ends;
	bool good = c && names(c, id) && has_key_of(c, csr) && is_issued_by(c, issuer, now_s) &&
		    ASN1_TIME_to_tm(X509_get0_notAfter(c), &ends) == 1;

	if (good)
		*ret_ends_s = timegm(&ends);
	X509_free(c);
	X509_free(issuer);
	return good;
}

bool cert_is_early(const char *cert, int64_t now_s)
{
	X509 *c = read_cert(cert);
	time_t now = (time_t)now_s;
	bool early = c && X509_cmp_time(X509_get0_notBefore(c), &now) > 0;

	X509_free(c);
	return early;
}
