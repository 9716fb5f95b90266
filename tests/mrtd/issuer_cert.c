#include "tests/mrtd/issuer_cert.h"

#include <openssl/core_names.h>
#include <openssl/rsa.h>
#include <string.h>

static const char *const CURVES[] = {
	[ISSUER_P256] = "prime256v1",       [ISSUER_P384] = "secp384r1",
	[ISSUER_BP256] = "brainpoolP256r1", [ISSUER_BP384] = "brainpoolP384r1",
	[ISSUER_BP512] = "brainpoolP512r1",
};

static EVP_PKEY *generate(const char *type, OSSL_PARAM *params)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *key = NULL;

	issuer_must(ctx && EVP_PKEY_keygen_init(ctx) == 1 &&
		    EVP_PKEY_CTX_set_params(ctx, params) == 1 && EVP_PKEY_generate(ctx, &key) == 1);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

EVP_PKEY *issuer_key(const struct issuer_sign *s)
{
	size_t bits = s->key == ISSUER_RSA_1024 ? 1024 : 2048;
	OSSL_PARAM rsa[] = { OSSL_PARAM_size_t(OSSL_PKEY_PARAM_RSA_BITS, &bits), OSSL_PARAM_END };

	if (s->key >= ISSUER_RSA)
		return generate("RSA", rsa);
	char *curve = (char *)(uintptr_t)CURVES[s->key];
	char *how = (char *)(uintptr_t)(s->explicit_curve ? "explicit" : "named_curve");
	OSSL_PARAM ec[] = { OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, curve, 0),
			    OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_EC_ENCODING, how, 0),
			    OSSL_PARAM_END };
	ec[0].data_size = strlen(curve);
	ec[1].data_size = strlen(how);
	return generate("EC", ec);
}

const EVP_MD *issuer_digest(const struct issuer_sign *s)
{
	const EVP_MD *md = EVP_get_digestbyname(s->digest ? s->digest : "SHA256");

	issuer_must(md);
	return md;
}

static void pad(EVP_PKEY_CTX *ctx, const struct issuer_sign *s)
{
	if (s->key == ISSUER_RSA_PSS)
		issuer_must(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) > 0 &&
			    EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) > 0);
}

EVP_MD_CTX *issuer_signing(const struct issuer_pair *by)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *key = NULL;

	issuer_must(ctx &&
		    EVP_DigestSignInit(ctx, &key, issuer_digest(&by->sign), NULL, by->key) == 1);
	pad(key, &by->sign);
	return ctx;
}

static void extend(X509 *cert, X509 *by, int nid, const char *value)
{
	X509V3_CTX ctx;

	X509V3_set_ctx(&ctx, by, cert, NULL, NULL, 0);
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	issuer_must(e && X509_add_ext(cert, e, -1) == 1);
	X509_EXTENSION_free(e);
}

static void extend_for(X509 *cert, X509 *by, const struct issuer_cert *c)
{
	bool root = c->use == ISSUER_ROOT && !c->wrong_use;

	extend(cert, by, NID_basic_constraints,
	       root ? "critical,CA:TRUE,pathlen:0" : "critical,CA:FALSE");
	extend(cert, by, NID_key_usage,
	       root ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature");
	if (c->use == ISSUER_LISTS && !c->wrong_use)
		extend(cert, by, NID_ext_key_usage, "critical,2.23.136.1.1.3");
	extend(cert, by, NID_subject_key_identifier, "hash");
	extend(cert, by, NID_authority_key_identifier, "keyid:always");
}

static void name(X509_NAME *n, const char *cn)
{
	static const char *const PARTS[][2] = { { "C", "UT" }, { "O", "Test State" } };

	for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++)
		X509_NAME_add_entry_by_txt(n, PARTS[i][0], MBSTRING_UTF8,
					   (const unsigned char *)PARTS[i][1], -1, -1, 0);
	X509_NAME_add_entry_by_txt(n, "CN", MBSTRING_UTF8, (const unsigned char *)cn, -1, -1, 0);
}

X509 *issuer_certify(const struct issuer_pair *who, const struct issuer_pair *by,
		     const struct issuer_cert *c)
{
	X509 *cert = X509_new();
	time_t now = (time_t)c->now_s;

	issuer_must(cert && X509_set_version(cert, 2) == 1);
	ASN1_INTEGER_set(X509_get_serialNumber(cert), c->serial);
	X509_time_adj_ex(X509_getm_notBefore(cert), c->from_days, 0, &now);
	X509_time_adj_ex(X509_getm_notAfter(cert), c->until_days, 0, &now);
	name(X509_get_subject_name(cert), c->name);
	issuer_must(X509_set_pubkey(cert, who->key) == 1);
	X509 *issuing = by->cert ? by->cert : cert;
	X509_set_issuer_name(cert, X509_get_subject_name(issuing));
	extend_for(cert, issuing, c);
	EVP_MD_CTX *ctx = issuer_signing(by);
	issuer_must(X509_sign_ctx(cert, ctx) > 0);
	EVP_MD_CTX_free(ctx);
	return cert;
}

struct issuer_pair issuer_signer(struct issuer *i, const struct issuer_sign *s,
				 const struct issuer_cert *c)
{
	struct issuer_pair p = { *s, issuer_key(s), NULL };
	struct issuer_cert own = *c;

	own.now_s = i->now_s;
	own.serial = i->next_serial++;
	p.cert = issuer_certify(&p, &i->root, &own);
	return p;
}

void issuer_pair_finish(struct issuer_pair *p)
{
	X509_free(p->cert);
	EVP_PKEY_free(p->key);
	*p = (struct issuer_pair){ 0 };
}

CMS_SignerInfo *issuer_add_signer(CMS_ContentInfo *cms, const struct issuer_pair *p, unsigned flags)
{
	CMS_SignerInfo *info = CMS_add1_signer(cms, p->cert, p->key, issuer_digest(&p->sign),
					       flags | CMS_KEY_PARAM);

	issuer_must(info);
	pad(CMS_SignerInfo_get0_pkey_ctx(info), &p->sign);
	return info;
}

void issuer_spoil(CMS_SignerInfo *info)
{
	ASN1_OCTET_STRING *sig = CMS_SignerInfo_get0_signature(info);
	int len = ASN1_STRING_length(sig);
	unsigned char *copy = OPENSSL_memdup(ASN1_STRING_get0_data(sig), (size_t)len);

	copy[len / 2] ^= 1;
	issuer_must(ASN1_OCTET_STRING_set(sig, copy, len) == 1);
	OPENSSL_free(copy);
}
