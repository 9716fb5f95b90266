#include "firmware/parse/chip/active_auth.h"
#include "tests/unit/chip/vectors.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct bytes dg15_of(EVP_PKEY *key)
{
	struct bytes b;
	unsigned char *der = NULL;
	int len = i2d_PUBKEY(key, &der);

	assert(len > 0 && (size_t)len + TLV_HEAD < sizeof(b.at));
	b.len = tlv_put(b.at, 0x6f, (struct span){ der, (size_t)len });
	OPENSSL_free(der);
	return b;
}

/* A real passport's, under secure messaging with 3DES. */
static void a_real_passport(void)
{
	const struct talk TALKS[] = { TALK(AA) };
	static const enum vector CHANCES[] = { AA_NONCE };
	struct recorded r;
	struct bytes dg15 = vec(AA_DG15);
	enum chip_proof is;

	recorded_start(&r, TALKS, COUNT(TALKS), CHANCES);
	recorded_secure(&r, SM_3DES, AA_ENC, AA_MAC);
	recorded_counter(&r, AA_SSC);
	eq_int(proof_active(&r.session, span_of(&dg15), (struct span){ 0 }, &is), ERR_OK);
	eq_int(is, CHIP_PROOF_ORIGINAL);
	recorded_over(&r);
}

/* The same by itself, and with anything in it changed. */
static void one_bit_makes_a_copy(void)
{
	struct bytes dg15 = vec(AA_DG15), nonce = vec(AA_NONCE), signature = vec(AA_SIGNATURE);
	struct span in = span_of(&dg15);
	struct active a = { .len = signature.len };
	struct tlv t;
	unsigned wrong = 0;

	eq_int(tlv_next(&in, &t), ERR_OK);
	const unsigned char *at = t.value.at;
	EVP_PKEY *key = d2i_PUBKEY(NULL, &at, (long)t.value.len);
	memcpy(a.nonce, nonce.at, sizeof(a.nonce));
	memcpy(a.signature, signature.at, signature.len);
	eq_int(active_judge_rsa(&a, key), CHIP_PROOF_ORIGINAL);
	for (size_t bit = 0; bit < signature.len * 8; bit += 5) {
		a.signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
		wrong += active_judge_rsa(&a, key) == CHIP_PROOF_ORIGINAL;
		a.signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	eq_int(wrong, 0);
	a.nonce[7] ^= 1;
	eq_int(active_judge_rsa(&a, key), CHIP_PROOF_COPIED);
	a.nonce[7] ^= 1;
	/* a reader that cuts the answer is not the card's fault */
	a.len--;
	eq_int(active_judge_rsa(&a, key), CHIP_PROOF_UNCHECKED);
	a.len = signature.len + 1;
	eq_int(active_judge_rsa(&a, key), CHIP_PROOF_UNCHECKED);
	EVP_PKEY_free(key);
}

/* Signs as a chip does: header, M1, hash over M1 and nonce, trailer. */
struct signer {
	EVP_PKEY *key;
	uint8_t header;
	const EVP_MD *md;
	uint8_t trailer[2];
	size_t trailer_len;
	bool smaller; /* of s and n - s */
};

static void sign(const struct signer *s, struct active *ret)
{
	uint8_t f[512], hash[EVP_MAX_MD_SIZE], message[520];
	size_t k = (size_t)EVP_PKEY_get_size(s->key), h = (size_t)EVP_MD_get_size(s->md);
	size_t m1 = k - 1 - h - s->trailer_len;
	BIGNUM *n = NULL, *d = NULL, *x = BN_new();
	BN_CTX *ctx = BN_CTX_new();

	memset(f, 0x5a, k);
	f[0] = s->header;
	memcpy(message, f + 1, m1);
	memcpy(message + m1, ret->nonce, ACTIVE_NONCE);
	ok(EVP_Digest(message, m1 + ACTIVE_NONCE, hash, NULL, s->md, NULL));
	memcpy(f + 1 + m1, hash, h);
	memcpy(f + k - s->trailer_len, s->trailer, s->trailer_len);
	ok(EVP_PKEY_get_bn_param(s->key, OSSL_PKEY_PARAM_RSA_N, &n));
	ok(EVP_PKEY_get_bn_param(s->key, OSSL_PKEY_PARAM_RSA_D, &d));
	ok(BN_bin2bn(f, (int)k, x) && BN_mod_exp(x, x, d, n, ctx));
	if (s->smaller)
		ok(BN_sub(x, n, x));
	ret->len = (size_t)BN_bn2binpad(x, ret->signature, (int)k);
	BN_free(n);
	BN_free(d);
	BN_free(x);
	BN_CTX_free(ctx);
}

static void every_trailer(void)
{
	EVP_PKEY *key = EVP_RSA_gen(1024), *other = EVP_RSA_gen(1024);
	const struct signer S[] = {
		{ key, 0x6a, EVP_sha1(), { 0xbc }, 1, false },
		{ key, 0x6a, EVP_sha1(), { 0x33, 0xcc }, 2, false },
		{ key, 0x6a, EVP_sha224(), { 0x38, 0xcc }, 2, false },
		{ key, 0x6a, EVP_sha256(), { 0x34, 0xcc }, 2, false },
		{ key, 0x6a, EVP_sha384(), { 0x36, 0xcc }, 2, false },
		{ key, 0x6a, EVP_sha512(), { 0x35, 0xcc }, 2, true },
	};
	struct active a = { .nonce = { 1, 2, 3, 4, 5, 6, 7, 8 } };

	for (size_t i = 0; i < COUNT(S); i++) {
		sign(&S[i], &a);
		eq_int(active_judge_rsa(&a, key), CHIP_PROOF_ORIGINAL);
		ok(active_judge_rsa(&a, other) != CHIP_PROOF_ORIGINAL);
		a.nonce[0] ^= 1;
		eq_int(active_judge_rsa(&a, key), CHIP_PROOF_COPIED);
	}
	/* a hash that is not in the standard is not known to be wrong */
	sign(&(struct signer){ key, 0x6a, EVP_sha256(), { 0x77, 0xcc }, 2, false }, &a);
	eq_int(active_judge_rsa(&a, key), CHIP_PROOF_UNCHECKED);
	/* the hash is another than the trailer says; a wrong header; a wrong end */
	sign(&(struct signer){ key, 0x6a, EVP_sha1(), { 0x34, 0xcc }, 2, false }, &a);
	eq_int(active_judge_rsa(&a, key), CHIP_PROOF_COPIED);
	sign(&(struct signer){ key, 0x60, EVP_sha256(), { 0x34, 0xcc }, 2, false }, &a);
	eq_int(active_judge_rsa(&a, key), CHIP_PROOF_COPIED);
	sign(&(struct signer){ key, 0x6b, EVP_sha256(), { 0x34, 0xcc }, 2, false }, &a);
	eq_int(active_judge_rsa(&a, key), CHIP_PROOF_COPIED);
	sign(&(struct signer){ key, 0x0a, EVP_sha256(), { 0x34, 0xcc }, 2, false }, &a);
	eq_int(active_judge_rsa(&a, key), CHIP_PROOF_COPIED);
	memset(a.signature, 0, sizeof(a.signature));
	eq_int(active_judge_rsa(&a, key), CHIP_PROOF_COPIED);
	memset(a.signature, 0xff, sizeof(a.signature));
	eq_int(active_judge_rsa(&a, key), CHIP_PROOF_COPIED);
	EVP_PKEY_free(key);
	EVP_PKEY_free(other);
}

/* Too short to prove anything, and strange keys: no question is asked. */
static void keys_that_prove_nothing(void)
{
	EVP_PKEY *short_key = EVP_RSA_gen(1016),
		 *edwards = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	struct bytes all[] = { dg15_of(short_key),
			       dg15_of(edwards),
			       bytes_of_hex("6F00"),
			       bytes_of_hex("6F0430020500"),
			       { .len = 0 } };

	for (size_t i = 0; i < COUNT(all); i++) {
		struct recorded r;
		enum chip_proof is = CHIP_PROOF_COUNT;

		recorded_start(&r, NULL, 0, NULL);
		eq_int(proof_active(&r.session, span_of(&all[i]), (struct span){ 0 }, &is), ERR_OK);
		eq_int(is, CHIP_PROOF_UNCHECKED);
		recorded_over(&r);
	}
	EVP_PKEY_free(short_key);
	EVP_PKEY_free(edwards);
}

static void a_refusal_is_no_verdict(void)
{
	static const struct talk TALKS[] = { { NULL, "6D00" } };
	static const enum vector CHANCES[] = { AA_NONCE };
	struct recorded r;
	struct bytes dg15 = vec(AA_DG15);
	enum chip_proof is = CHIP_PROOF_COUNT;

	recorded_start(&r, TALKS, COUNT(TALKS), CHANCES);
	eq_int(proof_active(&r.session, span_of(&dg15), (struct span){ 0 }, &is), ERR_OK);
	eq_int(is, CHIP_PROOF_UNCHECKED);
	eq_int(proof_active(&r.session, (struct span){ 0 }, (struct span){ 0 }, &is), ERR_OK);
	recorded_over(&r);
	/* and a line that breaks is an error */
	recorded_start(&r, NULL, 0, CHANCES);
	is = CHIP_PROOF_COUNT;
	eq_int(proof_active(&r.session, span_of(&dg15), (struct span){ 0 }, &is), ERR_CARD_MUTE);
	eq_int(is, CHIP_PROOF_COUNT);
}

/* DER, as the library signs, and r, s one behind the other. */
static void sign_ec(EVP_PKEY *key, const EVP_MD *md, bool plain, struct active *ret)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	uint8_t hash[EVP_MAX_MD_SIZE];
	unsigned int len;

	ret->len = sizeof(ret->signature);
	ok(EVP_Digest(ret->nonce, ACTIVE_NONCE, hash, &len, md, NULL));
	ok(EVP_PKEY_sign_init(ctx) == 1 &&
	   EVP_PKEY_sign(ctx, ret->signature, &ret->len, hash, len) == 1);
	EVP_PKEY_CTX_free(ctx);
	if (!plain)
		return;
	const unsigned char *at = ret->signature;
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &at, (long)ret->len);
	int n = (EVP_PKEY_get_bits(key) + 7) / 8;
	ok(BN_bn2binpad(ECDSA_SIG_get0_r(sig), ret->signature, n) == n);
	ok(BN_bn2binpad(ECDSA_SIG_get0_s(sig), ret->signature + n, n) == n);
	ret->len = (size_t)n * 2;
	ECDSA_SIG_free(sig);
}

/* DG14 with ActiveAuthenticationInfo: ecdsa-plain with the n-th hash. */
static struct bytes dg14_naming(uint8_t n)
{
	struct bytes b = bytes_of_hex("6E1B311930170606678108010105020101060A04007F00070101040103");

	b.at[b.len - 1] = n;
	return b;
}

static void ecdsa(const char *curve, const EVP_MD *md, uint8_t named)
{
	EVP_PKEY *key = EVP_EC_gen(curve), *other = EVP_EC_gen(curve);
	struct active a = { .nonce = { 8, 7, 6, 5, 4, 3, 2, 1 } };
	struct bytes dg14 = dg14_naming(named), wrong = dg14_naming(named % 5 + 1);
	struct bytes unknown = dg14_naming(6);

	for (int plain = 0; plain < 2; plain++) {
		sign_ec(key, md, plain, &a);
		eq_int(active_judge_ec(&a, key, span_of(&dg14)), CHIP_PROOF_ORIGINAL);
		eq_int(active_judge_ec(&a, key, span_of(&wrong)), CHIP_PROOF_COPIED);
		eq_int(active_judge_ec(&a, key, span_of(&unknown)), CHIP_PROOF_UNCHECKED);
		eq_int(active_judge_ec(&a, key, (struct span){ 0 }), CHIP_PROOF_ORIGINAL);
		eq_int(active_judge_ec(&a, other, span_of(&dg14)), CHIP_PROOF_COPIED);
		eq_int(active_judge_ec(&a, other, (struct span){ 0 }), CHIP_PROOF_UNCHECKED);
	}
	a.signature[5] ^= 1;
	eq_int(active_judge_ec(&a, key, span_of(&dg14)), CHIP_PROOF_COPIED);
	memset(a.signature, 0, a.len);
	eq_int(active_judge_ec(&a, key, span_of(&dg14)), CHIP_PROOF_COPIED);
	a.len = 3;
	eq_int(active_judge_ec(&a, key, span_of(&dg14)), CHIP_PROOF_UNCHECKED);
	EVP_PKEY_free(key);
	EVP_PKEY_free(other);
}

int main(void)
{
	a_real_passport();
	one_bit_makes_a_copy();
	every_trailer();
	keys_that_prove_nothing();
	a_refusal_is_no_verdict();
	ecdsa("P-256", EVP_sha256(), 3);
	ecdsa("P-256", EVP_sha1(), 1);
	ecdsa("brainpoolP256r1", EVP_sha224(), 2);
	ecdsa("P-384", EVP_sha384(), 4);
	ecdsa("P-521", EVP_sha512(), 5);
	return tap_done();
}
