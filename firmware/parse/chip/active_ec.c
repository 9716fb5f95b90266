#include "firmware/parse/chip/active_auth.h"

#include "firmware/parse/chip/security_infos.h"
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <string.h>

#define MAX_ENTRIES 64 /* of a set; a card has a handful */

static void number_end(BIGNUM **n)
{
	BN_free(*n);
}

static void pkey_ctx_end(EVP_PKEY_CTX **c)
{
	EVP_PKEY_CTX_free(*c);
}

static void signature_end(ECDSA_SIG **s)
{
	ECDSA_SIG_free(*s);
}

/* ecdsa-plain-signatures 0.4.0.127.0.7.1.1.4.1.n, and ecdsa-with-SHA2 for those who say that. */
static const EVP_MD *named_hash(struct span oid)
{
	static const uint8_t PLAIN[] = { 0x04, 0x00, 0x7f, 0x00, 0x07, 0x01, 0x01, 0x04, 0x01 };
	static const uint8_t SHA2[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03 };
	static const uint8_t SHA1[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01 };
	int n = 0;

	if (oid.len == sizeof(PLAIN) + 1 && memcmp(oid.at, PLAIN, sizeof(PLAIN)) == 0)
		n = oid.at[sizeof(PLAIN)];
	else if (oid.len == sizeof(SHA2) + 1 && memcmp(oid.at, SHA2, sizeof(SHA2)) == 0)
		n = oid.at[sizeof(SHA2)] + 1;
	else if (oid.len == sizeof(SHA1) && memcmp(oid.at, SHA1, sizeof(SHA1)) == 0)
		n = 1;
	switch (n) {
	case 1:
		return EVP_sha1();
	case 2:
		return EVP_sha224();
	case 3:
		return EVP_sha256();
	case 4:
		return EVP_sha384();
	case 5:
		return EVP_sha512();
	default:
		return NULL;
	}
}

/* The hash that DG14 names; *ret_named false where it names none. */
static const EVP_MD *hash_in(struct span dg14, bool *ret_named)
{
	struct span set;
	struct info i;

	*ret_named = false;
	if (dg14.len == 0 || infos_open(dg14, &set) != ERR_OK)
		return NULL;
	for (int n = 0; n < MAX_ENTRIES && infos_next(&set, &i) == ERR_OK; n++)
		if (i.kind == INFO_ACTIVE_AUTH) {
			*ret_named = true;
			return named_hash(i.signature);
		}
	return NULL;
}

/* r and s one behind the other, as the standard wants, into the form the library wants. */
static uint8_t *der_of(const struct active *a, size_t order_bytes, int *ret_len)
{
	__attribute__((cleanup(signature_end))) ECDSA_SIG *sig = NULL;
	const unsigned char *at = a->signature;
	unsigned char *der = NULL;

	if (a->len == 2 * order_bytes) {
		BIGNUM *r = BN_bin2bn(at, (int)order_bytes, NULL);
		BIGNUM *s = BN_bin2bn(at + order_bytes, (int)order_bytes, NULL);

		sig = ECDSA_SIG_new();
		if (!sig || !r || !s || !ECDSA_SIG_set0(sig, r, s)) {
			BN_free(r);
			BN_free(s);
			return NULL;
		}
	} else {
		sig = d2i_ECDSA_SIG(NULL, &at, (long)a->len);
	}
	*ret_len = sig ? i2d_ECDSA_SIG(sig, &der) : -1;
	return *ret_len > 0 ? der : NULL;
}

static bool verifies(EVP_PKEY *key, const EVP_MD *md, const struct active *a, struct span der)
{
	__attribute__((cleanup(pkey_ctx_end))) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	uint8_t hash[EVP_MAX_MD_SIZE];
	unsigned int len;

	return ctx && EVP_Digest(a->nonce, ACTIVE_NONCE, hash, &len, md, NULL) &&
	       EVP_PKEY_verify_init(ctx) == 1 &&
	       EVP_PKEY_verify(ctx, der.at, der.len, hash, len) == 1;
}

/* The hash is named, or tried. Where nothing was named and nothing verifies, the right one may not
 * have been among those tried. */
enum chip_proof active_judge_ec(const struct active *a, EVP_PKEY *key, struct span dg14)
{
	const EVP_MD *tried[] = { EVP_sha256(), EVP_sha1(), EVP_sha224(), EVP_sha384(),
				  EVP_sha512() };
	__attribute__((cleanup(number_end))) BIGNUM *order = NULL;
	bool named;
	const EVP_MD *md = hash_in(dg14, &named);
	int der_len;

	if (!EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_ORDER, &order) || (named && !md))
		return CHIP_PROOF_UNCHECKED;
	uint8_t *der = der_of(a, (size_t)BN_num_bytes(order), &der_len);
	if (!der)
		return CHIP_PROOF_UNCHECKED;
	struct span sig = { der, (size_t)der_len };
	bool good = md && verifies(key, md, a, sig);
	for (size_t i = 0; !md && !good && i < sizeof(tried) / sizeof(tried[0]); i++)
		good = verifies(key, tried[i], a, sig);
	OPENSSL_free(der);
	if (good)
		return CHIP_PROOF_ORIGINAL;
	return md ? CHIP_PROOF_COPIED : CHIP_PROOF_UNCHECKED;
}
