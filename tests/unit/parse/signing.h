/* Certificates and signed answers for the tests of this folder, made anew each time. */
#ifndef TESTS_PARSE_SIGNING_H
#define TESTS_PARSE_SIGNING_H

#include <openssl/cms.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOW_S 1795000000 /* 2026-11-18 */

/* Who signs, or issues. */
struct signer {
	EVP_PKEY *key;
	X509 *cert;
};

struct signer_form {
	const char *name, *usage, *extended; /* extended: NULL for none */
	const char *constraints;             /* "critical,CA:TRUE" */
	int days_before, days_after;         /* valid around NOW_S */
	long serial;
};

static const struct signer_form CA_FORM = {
	.name = "Answer CA",
	.usage = "critical,keyCertSign,cRLSign",
	.constraints = "critical,CA:TRUE",
	.days_before = 1000,
	.days_after = 1000,
	.serial = 1,
};
static const struct signer_form SIGNER_FORM = {
	.name = "Answers",
	.usage = "critical,digitalSignature",
	.extended = "emailProtection",
	.constraints = "critical,CA:FALSE",
	.days_before = 10,
	.days_after = 10,
	.serial = 2,
};

static inline void add_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;

	if (!value)
		return;
	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	if (!e || X509_add_ext(cert, e, -1) != 1)
		abort();
	X509_EXTENSION_free(e);
}

static inline struct signer make_signer(const struct signer *issuer, const struct signer_form *f)
{
	struct signer s = { EVP_EC_gen("P-256"), X509_new() };
	X509 *by = issuer ? issuer->cert : s.cert;
	time_t now = NOW_S;

	X509_set_version(s.cert, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(s.cert), f->serial);
	X509_time_adj_ex(X509_getm_notBefore(s.cert), -f->days_before, 0, &now);
	X509_time_adj_ex(X509_getm_notAfter(s.cert), f->days_after, 0, &now);
	X509_set_pubkey(s.cert, s.key);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(s.cert), "CN", MBSTRING_UTF8,
				   (const unsigned char *)f->name, -1, -1, 0);
	X509_set_issuer_name(s.cert, X509_get_subject_name(by));
	add_extension(s.cert, by, NID_basic_constraints, f->constraints);
	add_extension(s.cert, by, NID_key_usage, f->usage);
	add_extension(s.cert, by, NID_ext_key_usage, f->extended);
	add_extension(s.cert, by, NID_subject_key_identifier, "hash");
	add_extension(s.cert, by, NID_authority_key_identifier, "keyid:always");
	if (X509_sign(s.cert, issuer ? issuer->key : s.key, EVP_sha256()) <= 0)
		abort();
	return s;
}

static inline void signer_free(struct signer *s)
{
	EVP_PKEY_free(s->key);
	X509_free(s->cert);
}

/* PEM text of the certificate; the caller's to free. */
static inline char *pem_of(const struct signer *s, size_t *ret_len)
{
	BIO *out = BIO_new(BIO_s_mem());
	char *at = NULL;

	PEM_write_bio_X509(out, s->cert);
	*ret_len = (size_t)BIO_get_mem_data(out, &at);
	char *copy = malloc(*ret_len + 1);
	memcpy(copy, at, *ret_len);
	copy[*ret_len] = '\0';
	BIO_free(out);
	return copy;
}

static inline unsigned char *der_of(CMS_ContentInfo *cms, size_t *ret_len)
{
	unsigned char *der = NULL;
	int len = i2d_CMS_ContentInfo(cms, &der);

	if (len <= 0)
		abort();
	*ret_len = (size_t)len;
	CMS_ContentInfo_free(cms);
	return der;
}

/* DER of SignedData over `text`; OPENSSL_free() it. `also`: a certificate to add, or NULL. */
static inline unsigned char *sign_text(const struct signer *s, const struct signer *also,
				       const EVP_MD *digest, const char *text, size_t *ret_len)
{
	BIO *in = BIO_new_mem_buf(text, -1);
	unsigned flags = CMS_BINARY | CMS_NOSMIMECAP;
	CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, flags | CMS_PARTIAL);

	if (!CMS_add1_signer(cms, s->cert, s->key, digest, flags))
		abort();
	if (also)
		CMS_add1_cert(cms, also->cert);
	if (!CMS_final(cms, in, NULL, flags))
		abort();
	BIO_free(in);
	return der_of(cms, ret_len);
}

#endif
