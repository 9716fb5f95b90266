#include "firmware/parse/chip/sign.h"

#include "firmware/parse/chip/trust.h"

#include <limits.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <string.h>

enum kind { BY_RSA, BY_PSS, BY_ECDSA };

#define SIGNATURE(name, kind, digest) { name, BY_##kind, SOD_##digest },
#define DIGEST(name, digest, bytes)
#define STRENGTH(kind, refused, noted, most)
static const struct algorithm {
	const char *name;
	enum kind kind;
	enum sod_digest digest;
} SIGNATURES[] = {
#include "firmware/parse/chip/algorithms.def"
};
#undef SIGNATURE
#undef DIGEST

#define SIGNATURE(name, kind, digest)
#define DIGEST(name, digest, bytes) [SOD_##digest] = { name, #digest, bytes },
static const struct {
	const char *name, *title;
	size_t bytes;
} DIGESTS[] = {
#include "firmware/parse/chip/algorithms.def"
};
#undef DIGEST
#undef STRENGTH
#define DIGEST_COUNT (sizeof DIGESTS / sizeof *DIGESTS)

#define DIGEST(name, digest, bytes)
#define STRENGTH(kind, refused, noted, most) { #kind, refused, noted, most },
static const struct strength {
	const char *kind; /* as OpenSSL calls it */
	int refused, noted, most;
} STRENGTHS[] = {
#include "firmware/parse/chip/algorithms.def"
};

enum sod_digest sign_digest(const ASN1_OBJECT *name)
{
	char text[64] = "";

	OBJ_obj2txt(text, sizeof text, name, 1);
	for (size_t d = 1; d < DIGEST_COUNT; d++)
		if (strcmp(text, DIGESTS[d].name) == 0)
			return (enum sod_digest)d;
	return SOD_NO_DIGEST;
}

enum sod_digest sign_digest_of(struct span oid)
{
	uint8_t der[2 + 32] = { V_ASN1_OBJECT, (uint8_t)oid.len };
	const unsigned char *at = der;

	if (oid.len == 0 || oid.len > sizeof der - 2)
		return SOD_NO_DIGEST;
	memcpy(der + 2, oid.at, oid.len);
	ASN1_OBJECT *o = d2i_ASN1_OBJECT(NULL, &at, (long)(2 + oid.len));
	enum sod_digest d = o ? sign_digest(o) : SOD_NO_DIGEST;
	ASN1_OBJECT_free(o);
	ERR_clear_error();
	return d;
}

static const EVP_MD *md_of(enum sod_digest d)
{
	return d > SOD_NO_DIGEST && d < DIGEST_COUNT ? EVP_get_digestbyname(DIGESTS[d].title)
						     : NULL;
}

bool sign_hash(enum sod_digest d, struct span bytes, uint8_t ret[SOD_HASH_MAX], size_t *ret_len)
{
	const EVP_MD *md = md_of(d);

	if (!md || EVP_Digest(bytes.at, bytes.len, ret, NULL, md, NULL) != 1)
		return false;
	*ret_len = DIGESTS[d].bytes;
	return true;
}

static const struct algorithm *find(const X509_ALGOR *a)
{
	const ASN1_OBJECT *o;
	char text[64] = "";

	X509_ALGOR_get0(&o, NULL, NULL, a);
	OBJ_obj2txt(text, sizeof text, o, 1);
	for (size_t i = 0; i < sizeof SIGNATURES / sizeof *SIGNATURES; i++)
		if (strcmp(text, SIGNATURES[i].name) == 0)
			return &SIGNATURES[i];
	return NULL;
}

static bool is_strong(EVP_PKEY *key, unsigned *notes)
{
	int bits = EVP_PKEY_get_bits(key);

	for (size_t i = 0; i < sizeof STRENGTHS / sizeof *STRENGTHS; i++) {
		const struct strength *s = &STRENGTHS[i];
		bool pss = strcmp(s->kind, "RSA") == 0 && EVP_PKEY_is_a(key, "RSA-PSS");

		if (!pss && !EVP_PKEY_is_a(key, s->kind))
			continue;
		if (bits < s->noted)
			*notes |= TRUST_NOTE_SHORT_KEY;
		return bits >= s->refused && bits <= s->most;
	}
	return false;
}

/* Digest and mask digest of RSASSA-PSS parameters; RFC 4055: what is left out is SHA-1. */
static bool read_pss(const X509_ALGOR *a, enum sod_digest *ret_digest, enum sod_digest *ret_mask)
{
	const void *parameter;
	int type;

	X509_ALGOR_get0(NULL, &type, &parameter, a);
	*ret_digest = *ret_mask = SOD_SHA1;
	if (type != V_ASN1_SEQUENCE)
		return false;
	RSA_PSS_PARAMS *p =
		ASN1_item_unpack((const ASN1_STRING *)parameter, ASN1_ITEM_rptr(RSA_PSS_PARAMS));
	if (!p)
		return false;
	const X509_ALGOR *mask = p->maskGenAlgorithm;
	X509_ALGOR *inner = NULL;
	if (p->hashAlgorithm)
		*ret_digest = sign_digest(p->hashAlgorithm->algorithm);
	if (mask && mask->parameter && mask->parameter->type == V_ASN1_SEQUENCE)
		inner = ASN1_item_unpack(mask->parameter->value.sequence,
					 ASN1_ITEM_rptr(X509_ALGOR));
	if (mask)
		*ret_mask = inner ? sign_digest(inner->algorithm) : SOD_NO_DIGEST;
	X509_ALGOR_free(inner);
	RSA_PSS_PARAMS_free(p);
	return true;
}

/* Any length of salt: it is no part of the proof. */
static bool set_pss(EVP_PKEY_CTX *ctx, enum sod_digest mask)
{
	return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) > 0 &&
	       EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_AUTO) > 0 &&
	       EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, md_of(mask)) > 0;
}

/* One try. mask: SOD_NO_DIGEST when it is not PSS. UNKNOWN: a key that cannot be used so. */
static enum sign_result try_one(EVP_PKEY *key, const struct sign *s, struct span signature,
				enum sod_digest d, enum sod_digest mask)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *how = NULL;
	enum sign_result r = SIGN_UNKNOWN;

	if (ctx && EVP_DigestVerifyInit(ctx, &how, md_of(d), NULL, key) == 1 &&
	    (mask == SOD_NO_DIGEST || set_pss(how, mask)))
		r = EVP_DigestVerify(ctx, signature.at, signature.len, s->signed_bytes.at,
				     s->signed_bytes.len) == 1
			    ? SIGN_GOOD
			    : SIGN_BAD;
	EVP_MD_CTX_free(ctx);
	return r;
}

/* r || s, each as long as the order of the curve, as the DER that OpenSSL wants. The caller frees
 * with OPENSSL_free(). */
static unsigned char *der_of_plain(EVP_PKEY *key, struct span plain, size_t *ret_len)
{
	size_t half = ((size_t)EVP_PKEY_get_bits(key) + 7) / 8;
	ECDSA_SIG *sig = plain.len == 2 * half ? ECDSA_SIG_new() : NULL;
	BIGNUM *r = sig ? BN_bin2bn(plain.at, (int)half, NULL) : NULL;
	BIGNUM *s = sig ? BN_bin2bn(plain.at + half, (int)half, NULL) : NULL;
	unsigned char *der = NULL;

	if (r && s && ECDSA_SIG_set0(sig, r, s) == 1) {
		int len = i2d_ECDSA_SIG(sig, &der);

		*ret_len = len > 0 ? (size_t)len : 0;
	} else {
		BN_free(r);
		BN_free(s);
	}
	ECDSA_SIG_free(sig);
	return der;
}

static enum sign_result try_ecdsa(EVP_PKEY *key, const struct sign *s, enum sod_digest d)
{
	enum sign_result r = try_one(key, s, s->signature, d, SOD_NO_DIGEST);
	struct span der = { 0 };

	if (r != SIGN_BAD)
		return r;
	unsigned char *bytes = der_of_plain(key, s->signature, &der.len);
	der.at = bytes;
	if (bytes)
		r = try_one(key, s, der, d, SOD_NO_DIGEST);
	OPENSSL_free(bytes);
	return r;
}

/* A state that says one digest and uses the other has been met; each needs the private key. */
static enum sign_result try_digests(EVP_PKEY *key, const struct sign *s, const struct algorithm *a,
				    unsigned *notes)
{
	enum sod_digest said[2] = { a->digest, SOD_NO_DIGEST }, mask = SOD_NO_DIGEST;
	enum sign_result best = SIGN_UNKNOWN;

	if (s->digest)
		said[1] = sign_digest(s->digest->algorithm);
	if (a->kind == BY_PSS &&
	    (!read_pss(s->algorithm, &said[0], &mask) || mask == SOD_NO_DIGEST))
		return SIGN_UNKNOWN;
	for (int i = 0; i < 2 && best != SIGN_GOOD; i++) {
		if (said[i] == SOD_NO_DIGEST || (i == 1 && said[1] == said[0]))
			continue;
		enum sign_result r = a->kind == BY_ECDSA
					     ? try_ecdsa(key, s, said[i])
					     : try_one(key, s, s->signature, said[i], mask);
		if (r != SIGN_UNKNOWN)
			best = r;
		if (r == SIGN_GOOD && said[i] == SOD_SHA1)
			*notes |= TRUST_NOTE_SHA1;
	}
	return best;
}

enum sign_result sign_check(EVP_PKEY *key, const struct sign *s, unsigned *notes)
{
	const struct algorithm *a = find(s->algorithm);
	unsigned unseen = 0;

	if (!notes)
		notes = &unseen;
	if (!a || !key || !is_strong(key, notes))
		return SIGN_UNKNOWN;
	enum sign_result r = try_digests(key, s, a, notes);
	ERR_clear_error();
	return r;
}
