#include "tests/mrtd/issuer_cert.h"

#include <openssl/pem.h>
#include <openssl/rand.h>
#include <string.h>

void issuer_free(struct issuer_bytes *b)
{
	free(b->at);
	*b = (struct issuer_bytes){ 0 };
}

struct issuer *issuer_create(const struct issuer_form *form)
{
	static const struct issuer_form USUAL = { 0 };
	static const int DAYS[][2] = { [ISSUER_VALID] = { -1000, 5000 },
				       [ISSUER_EXPIRED] = { -5000, -30 },
				       [ISSUER_NOT_YET] = { 30, 5000 } };
	const struct issuer_form *f = form ? form : &USUAL;
	struct issuer *i = calloc(1, sizeof *i);
	uint32_t random = 0;

	issuer_must(i && RAND_bytes((unsigned char *)&random, sizeof random) == 1);
	i->now_s = f->now_s ? f->now_s : ISSUER_NOW_S;
	i->first_serial = i->next_serial = (long)random * 1000 + 2;
	i->root.sign = f->sign;
	i->root.key = issuer_key(&f->sign);
	i->root.cert =
		issuer_certify(&i->root, &i->root,
			       &(struct issuer_cert){ .name = f->name ? f->name : "Test State CSCA",
						      .wrong_use = f->not_a_ca,
						      .from_days = DAYS[f->when][0],
						      .until_days = DAYS[f->when][1],
						      .now_s = i->now_s,
						      .serial = (long)random * 1000 + 1 });
	return i;
}

void issuer_destroy(struct issuer *i)
{
	if (i)
		issuer_pair_finish(&i->root);
	free(i);
}

struct issuer_bytes issuer_csca(const struct issuer *i)
{
	return ISSUER_DER(i2d_X509, i->root.cert);
}

struct issuer_bytes issuer_link(const struct issuer *before, const struct issuer *next)
{
	char cn[64] = "";

	X509_NAME_get_text_by_NID(X509_get_subject_name(next->root.cert), NID_commonName, cn,
				  sizeof cn);
	X509 *cert = issuer_certify(&next->root, &before->root,
				    &(struct issuer_cert){ .name = cn,
							   .from_days = -500,
							   .until_days = 5000,
							   .now_s = before->now_s,
							   .serial = before->first_serial + 900 });
	struct issuer_bytes der = ISSUER_DER(i2d_X509, cert);
	X509_free(cert);
	return der;
}

static void revoke(X509_CRL *crl, long serial, time_t now)
{
	X509_REVOKED *r = X509_REVOKED_new();
	ASN1_INTEGER *n = ASN1_INTEGER_new();
	ASN1_TIME *at = X509_time_adj_ex(NULL, -2, 0, &now);

	issuer_must(r && n && at && ASN1_INTEGER_set(n, serial) == 1);
	issuer_must(X509_REVOKED_set_serialNumber(r, n) == 1 &&
		    X509_REVOKED_set_revocationDate(r, at) == 1 &&
		    X509_CRL_add0_revoked(crl, r) == 1);
	ASN1_INTEGER_free(n);
	ASN1_TIME_free(at);
}

struct issuer_bytes issuer_crl(const struct issuer *i, bool revoke_all)
{
	X509_CRL *crl = X509_CRL_new();
	time_t now = (time_t)i->now_s;
	ASN1_TIME *from = X509_time_adj_ex(NULL, -1, 0, &now);
	ASN1_TIME *until = X509_time_adj_ex(NULL, 90, 0, &now);

	issuer_must(crl && from && until && X509_CRL_set_version(crl, 1) == 1 &&
		    X509_CRL_set_issuer_name(crl, X509_get_subject_name(i->root.cert)) == 1 &&
		    X509_CRL_set1_lastUpdate(crl, from) == 1 &&
		    X509_CRL_set1_nextUpdate(crl, until) == 1);
	for (long n = i->first_serial; revoke_all && n < i->next_serial; n++)
		revoke(crl, n, now);
	for (size_t n = 0; !revoke_all && n < i->revoked_count; n++)
		revoke(crl, i->revoked[n], now);
	EVP_MD_CTX *ctx = issuer_signing(&i->root);
	issuer_must(X509_CRL_sort(crl) == 1 && X509_CRL_sign_ctx(crl, ctx) > 0);
	struct issuer_bytes der = ISSUER_DER(i2d_X509_CRL, crl);
	EVP_MD_CTX_free(ctx);
	ASN1_TIME_free(from);
	ASN1_TIME_free(until);
	X509_CRL_free(crl);
	return der;
}

struct issuer_bytes issuer_pem(const char *label, struct issuer_bytes der)
{
	BIO *out = BIO_new(BIO_s_mem());
	struct issuer_bytes text = { 0 };
	char *at = NULL;

	issuer_must(out && PEM_write_bio(out, label, "", der.at, (long)der.len) > 0);
	long len = BIO_get_mem_data(out, &at);
	text.at = malloc((size_t)len);
	issuer_must(text.at);
	memcpy(text.at, at, (size_t)len);
	text.len = (size_t)len;
	BIO_free(out);
	return text;
}
