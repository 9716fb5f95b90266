#include "firmware/parse/chip/proof.h"

#include "firmware/parse/chip/security_infos.h"
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>

#define TAG_DG15      0x6f
#define NONCE         8
#define MIN_RSA_BITS  1024
#define MAX_RSA_BITS  4096
#define MAX_SIGNATURE 1024
#define MAX_ENTRIES   64
#define TRAILER_SHA1  0xbc
#define TRAILER_NAMED 0xcc

/* The question and the answer. */
struct proof {
	uint8_t nonce[NONCE];
	uint8_t signature[MAX_SIGNATURE];
	size_t len;
};

static void pkey_end(EVP_PKEY **k)
{
	EVP_PKEY_free(*k);
}

static void pkey_ctx_end(EVP_PKEY_CTX **c)
{
	EVP_PKEY_CTX_free(*c);
}

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

static void signature_end(ECDSA_SIG **s)
{
	ECDSA_SIG_free(*s);
}

#define AUTO_PKEY   __attribute__((cleanup(pkey_end))) EVP_PKEY *
#define AUTO_NUMBER __attribute__((cleanup(number_end))) BIGNUM *

static EVP_PKEY *read_key(struct span dg15)
{
	struct tlv t;

	if (tlv_next(&dg15, &t) != ERR_OK || t.tag != TAG_DG15)
		return NULL;
	const unsigned char *at = t.value.at;
	return d2i_PUBKEY(NULL, &at, (long)t.value.len);
}

/* Asks. ERR_NOT_FOUND: the card does not answer such questions. */
static enum err ask(struct session *s, size_t key_bytes, struct proof *ret)
{
	uint16_t sw;
	enum err e = chance_fill(s->chance, ret->nonce, NONCE);

	if (e != ERR_OK)
		return e;
	struct apdu a = { .ins = 0x88, .data = ret->nonce, .len = NONCE, .le = 256 };
	/* Protected, a signature of 2048 bits does not fit a short answer, and there are cards that
	 * cut it off; where the line can, it is asked for in the extended form. */
	bool wide = s->line->max_answer > 258;
	if (key_bytes > 256 || (s->secure && key_bytes > sm_room(s->sm.cipher, 258))) {
		a.le = wide ? (uint32_t)key_bytes : 256;
		a.extended = wide;
	}
	e = session_send(s, &a, ret->signature, sizeof(ret->signature), &ret->len, &sw);
	if (e == ERR_OK && (sw != 0x9000 || ret->len == 0))
		return ERR_NOT_FOUND;
	return e == ERR_NO_SPACE ? ERR_NOT_FOUND : e;
}

/* ISO/IEC 9796-2 scheme 1: what the signature opens to, h bits set as 01, 6A .. hash trailer. */
struct opened {
	uint8_t bytes[MAX_RSA_BITS / 8];
	size_t len;
};

static bool has_form(const struct opened *o)
{
	return o->len > 2 && (o->bytes[0] & 0xc0) == 0x40 && (o->bytes[o->len - 1] & 0xf) == 0xc;
}

/* s^e mod n, or what is missing to n: a signer may choose the smaller one (annex B.4). */
static bool open_signature(const struct proof *p, const BIGNUM *n, const BIGNUM *e,
			   struct opened *ret)
{
	__attribute__((cleanup(ctx_end))) BN_CTX *ctx = BN_CTX_new();
	AUTO_NUMBER s = BN_bin2bn(p->signature, (int)p->len, NULL);

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

	if (!ctx || (!md && trailer != 0))
		return CHIP_PROOF_UNCHECKED;
	size_t around = md ? start + (size_t)EVP_MD_get_size(md) + trailer : 0;
	if (!md || start == 0 || around > o->len)
		return CHIP_PROOF_COPIED;
	size_t message = o->len - around;
	if (!EVP_DigestInit_ex(ctx, md, NULL) ||
	    !EVP_DigestUpdate(ctx, o->bytes + start, message) ||
	    !EVP_DigestUpdate(ctx, nonce, NONCE) || !EVP_DigestFinal_ex(ctx, hash, NULL))
		return CHIP_PROOF_UNCHECKED;
	return CRYPTO_memcmp(hash, o->bytes + start + message, (size_t)EVP_MD_get_size(md)) == 0
		       ? CHIP_PROOF_ORIGINAL
		       : CHIP_PROOF_COPIED;
}

static enum err prove_rsa(struct session *s, EVP_PKEY *key, enum chip_proof *ret)
{
	AUTO_NUMBER n = NULL;
	AUTO_NUMBER e = NULL;
	struct opened o;
	struct proof p;
	int bits = EVP_PKEY_get_bits(key);

	*ret = CHIP_PROOF_UNCHECKED;
	if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS || bits % 8 != 0 ||
	    !EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n) ||
	    !EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e) || BN_num_bits(e) > 64 ||
	    !BN_is_odd(n) || !BN_is_odd(e) || BN_is_one(e))
		return ERR_OK;
	size_t bytes = (size_t)bits / 8;
	enum err why = ask(s, bytes, &p);
	if (why == ERR_NOT_FOUND)
		return ERR_OK;
	if (why != ERR_OK)
		return why;
	enum chip_proof is = CHIP_PROOF_COPIED;
	if (p.len > bytes)
		is = CHIP_PROOF_UNCHECKED;
	else if (open_signature(&p, n, e, &o))
		is = judge_opened(&o, p.nonce);
	/* cut off on its way, the card is not to blame */
	*ret = is == CHIP_PROOF_COPIED && p.len < bytes ? CHIP_PROOF_UNCHECKED : is;
	return ERR_OK;
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
static uint8_t *der_of(const struct proof *p, size_t order_bytes, int *ret_len)
{
	__attribute__((cleanup(signature_end))) ECDSA_SIG *sig = NULL;
	const unsigned char *at = p->signature;
	unsigned char *der = NULL;

	if (p->len == 2 * order_bytes) {
		BIGNUM *r = BN_bin2bn(at, (int)order_bytes, NULL);
		BIGNUM *s = BN_bin2bn(at + order_bytes, (int)order_bytes, NULL);

		sig = ECDSA_SIG_new();
		if (!sig || !r || !s || !ECDSA_SIG_set0(sig, r, s)) {
			BN_free(r);
			BN_free(s);
			return NULL;
		}
	} else {
		sig = d2i_ECDSA_SIG(NULL, &at, (long)p->len);
	}
	*ret_len = sig ? i2d_ECDSA_SIG(sig, &der) : -1;
	return *ret_len > 0 ? der : NULL;
}

static bool verifies(EVP_PKEY *key, const EVP_MD *md, const struct proof *p, struct span der)
{
	__attribute__((cleanup(pkey_ctx_end))) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	uint8_t hash[EVP_MAX_MD_SIZE];
	unsigned int len;

	return ctx && EVP_Digest(p->nonce, NONCE, hash, &len, md, NULL) &&
	       EVP_PKEY_verify_init(ctx) == 1 &&
	       EVP_PKEY_verify(ctx, der.at, der.len, hash, len) == 1;
}

/* The hash is named, or tried. Where nothing was named and nothing verifies, the right one may not
 * have been among those tried. */
static enum chip_proof judge_ec(EVP_PKEY *key, struct span dg14, const struct proof *p)
{
	const EVP_MD *tried[] = { EVP_sha256(), EVP_sha1(), EVP_sha224(), EVP_sha384(),
				  EVP_sha512() };
	AUTO_NUMBER order = NULL;
	bool named;
	const EVP_MD *md = hash_in(dg14, &named);
	int der_len;

	if (!EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_ORDER, &order) || (named && !md))
		return CHIP_PROOF_UNCHECKED;
	uint8_t *der = der_of(p, (size_t)BN_num_bytes(order), &der_len);
	if (!der)
		return CHIP_PROOF_UNCHECKED;
	struct span sig = { der, (size_t)der_len };
	bool good = md && verifies(key, md, p, sig);
	for (size_t i = 0; !md && !good && i < sizeof(tried) / sizeof(tried[0]); i++)
		good = verifies(key, tried[i], p, sig);
	OPENSSL_free(der);
	if (good)
		return CHIP_PROOF_ORIGINAL;
	return md ? CHIP_PROOF_COPIED : CHIP_PROOF_UNCHECKED;
}

static enum err prove_ec(struct session *s, EVP_PKEY *key, struct span dg14, enum chip_proof *ret)
{
	struct proof p;
	enum err e = ask(s, 0, &p);

	if (e == ERR_OK)
		*ret = judge_ec(key, dg14, &p);
	else if (e == ERR_NOT_FOUND)
		*ret = CHIP_PROOF_UNCHECKED;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err proof_active(struct session *s, struct span dg15, struct span dg14, enum chip_proof *ret)
{
	AUTO_PKEY key = read_key(dg15);

	if (key && EVP_PKEY_is_a(key, "RSA"))
		return prove_rsa(s, key, ret);
	if (key && EVP_PKEY_is_a(key, "EC"))
		return prove_ec(s, key, dg14, ret);
	*ret = CHIP_PROOF_UNCHECKED;
	return ERR_OK;
}
