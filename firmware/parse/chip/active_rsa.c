#include "firmware/parse/chip/active_auth.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <string.h>

#define MIN_BITS      1024
#define MAX_BITS      4096
#define TRAILER_SHA1  0xbc
#define TRAILER_NAMED 0xcc

static void number_end(BIGNUM **n)
{
	BN_free(*n);
}

static void ctx_end(BN_CTX **c)
{
	BN_CTX_free(*c);
}

static void md_ctx_end(EVP_MD_CTX **c)
{
	EVP_MD_CTX_free(*c);
}

#define AUTO_NUMBER __attribute__((cleanup(number_end))) BIGNUM *

/* What a signature opens to: 6A, message, hash, trailer. */
struct opened {
	uint8_t bytes[MAX_BITS / 8];
	size_t len;
};

static bool has_form(const struct opened *o)
{
	return o->len > 2 && (o->bytes[0] & 0xc0) == 0x40 && (o->bytes[o->len - 1] & 0xf) == 0xc;
}

/* s^e mod n, or what is missing to n: a signer may choose the smaller one (annex B.4). */
static bool open_signature(const struct active *a, const BIGNUM *n, const BIGNUM *e,
			   struct opened *ret)
{
	__attribute__((cleanup(ctx_end))) BN_CTX *ctx = BN_CTX_new();
	AUTO_NUMBER s = BN_bin2bn(a->signature, (int)a->len, NULL);

	if (!ctx || !s || BN_cmp(s, n) >= 0 || !BN_mod_exp(s, s, e, n, ctx))
		return false;
	ret->len = (size_t)BN_bn2bin(s, ret->bytes);
	if (has_form(ret))
		return true;
	if (!BN_sub(s, n, s))
		return false;
	ret->len = (size_t)BN_bn2bin(s, ret->bytes);
	return has_form(ret);
}

/* Which hash the trailer names; NULL with *ret_trailer 0: a wrong form. */
static const EVP_MD *hash_of(const struct opened *o, size_t *ret_trailer)
{
	uint8_t last = o->bytes[o->len - 1], name = o->bytes[o->len - 2];

	*ret_trailer = last == TRAILER_SHA1 ? 1 : last == TRAILER_NAMED ? 2 : 0;
	if (last == TRAILER_SHA1)
		return EVP_sha1();
	if (last != TRAILER_NAMED)
		return NULL;
	switch (name) {
	case 0x33:
		return EVP_sha1();
	case 0x34:
		return EVP_sha256();
	case 0x35:
		return EVP_sha512();
	case 0x36:
		return EVP_sha384();
	case 0x38:
		return EVP_sha224();
	default:
		return NULL;
	}
}

/* Where the recovered message begins: behind 6A, or behind 6B BB .. BA. 0: nowhere. */
static size_t message_start(const struct opened *o)
{
	size_t i = 0;

	if ((o->bytes[0] & 0xf) == 0xb)
		for (i = 1; i < o->len && o->bytes[i] == 0xbb; i++)
			continue;
	return i < o->len && (o->bytes[i] & 0xf) == 0xa ? i + 1 : 0;
}

static enum chip_proof judge_opened(const struct opened *o, const uint8_t *nonce)
{
	__attribute__((cleanup(md_ctx_end))) EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t hash[EVP_MAX_MD_SIZE];
	size_t trailer, start = message_start(o);
	const EVP_MD *md = hash_of(o, &trailer);

	if (start == 0)
		return CHIP_PROOF_COPIED;
	if (!ctx || (!md && trailer != 0))
		return CHIP_PROOF_UNCHECKED;
	size_t around = md ? start + (size_t)EVP_MD_get_size(md) + trailer : 0;
	if (!md || around > o->len)
		return CHIP_PROOF_COPIED;
	size_t message = o->len - around;
	if (!EVP_DigestInit_ex(ctx, md, NULL) ||
	    !EVP_DigestUpdate(ctx, o->bytes + start, message) ||
	    !EVP_DigestUpdate(ctx, nonce, ACTIVE_NONCE) || !EVP_DigestFinal_ex(ctx, hash, NULL))
		return CHIP_PROOF_UNCHECKED;
	return CRYPTO_memcmp(hash, o->bytes + start + message, (size_t)EVP_MD_get_size(md)) == 0
		       ? CHIP_PROOF_ORIGINAL
		       : CHIP_PROOF_COPIED;
}

size_t active_rsa_bytes(EVP_PKEY *key)
{
	int bits = EVP_PKEY_get_bits(key);

	return bits < MIN_BITS || bits > MAX_BITS || bits % 8 != 0 ? 0 : (size_t)bits / 8;
}

enum chip_proof active_judge_rsa(const struct active *a, EVP_PKEY *key)
{
	AUTO_NUMBER n = NULL;
	AUTO_NUMBER e = NULL;
	enum chip_proof is = CHIP_PROOF_COPIED;
	struct opened o;
	size_t bytes = active_rsa_bytes(key);

	if (bytes == 0 || a->len > bytes ||
	    !EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n) ||
	    !EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e) || BN_num_bits(e) > 64 ||
	    !BN_is_odd(n) || !BN_is_odd(e) || BN_is_one(e))
		return CHIP_PROOF_UNCHECKED;
	if (open_signature(a, n, e, &o))
		is = judge_opened(&o, a->nonce);
	/* cut off on its way, the card is not to blame */
	return is == CHIP_PROOF_COPIED && a->len < bytes ? CHIP_PROOF_UNCHECKED : is;
}
