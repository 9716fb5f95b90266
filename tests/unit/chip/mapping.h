/* PACE's mapping done again by hand, for the known answers between. */
#ifndef TESTS_CHIP_MAPPING_H
#define TESTS_CHIP_MAPPING_H

#include "firmware/parse/chip/kdf.h"
#include "firmware/parse/chip/pace_steps.h"
#include "tests/unit/chip/vectors.h"
#include <openssl/evp.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static inline BIGNUM *number(enum vector v)
{
	struct bytes b = vec(v);

	return BN_bin2bn(b.at, (int)b.len, NULL);
}

/* A public key as it must come out; vectors may have a zero byte before a number. */
static inline void eq_element(const struct group *g, const struct element *e, enum vector v)
{
	uint8_t got[GROUP_MAX_PUBLIC + 1] = { 0 };
	struct bytes want = vec(v);
	size_t len, more;

	eq_int(group_encode(g, e, got + 1, &len), ERR_OK);
	more = want.len > len;
	eq_vector(got + 1 - more, len + more, v);
}

/* Secret times base is the public key the vector has. */
static inline void key_pair(const struct group *g, const struct element *base, enum vector secret,
			    enum vector public)
{
	AUTO_SECRET k = number(secret);
	AUTO_ELEMENT e = { 0 };

	eq_int(group_times(g, base, k, &e), ERR_OK);
	eq_element(g, &e, public);
}

static inline struct element decoded(const struct group *g, enum vector v)
{
	struct bytes b = vec(v);
	struct element e = { 0 };

	eq_int(group_decode(g, span_of(&b), &e), ERR_OK);
	return e;
}

/* The generator out of the mapping's keys and the nonce; every value between is in a vector. */
struct generic {
	enum vector secret, theirs, shared, nonce, generator;
};

static inline struct element map_again(const struct group *g, const struct generic *v)
{
	AUTO_SECRET k = number(v->secret);
	AUTO_SECRET s = number(v->nonce);
	AUTO_ELEMENT theirs = decoded(g, v->theirs);
	AUTO_ELEMENT shared = { 0 };
	AUTO_ELEMENT part = { 0 };
	struct element base = { 0 };

	eq_int(group_times(g, &theirs, k, &shared), ERR_OK);
	if (v->shared != VECTOR_COUNT)
		eq_element(g, &shared, v->shared);
	eq_int(group_times(g, NULL, s, &part), ERR_OK);
	eq_int(group_add(g, &part, &shared, &base), ERR_OK);
	eq_element(g, &base, v->generator);
	return base;
}

static inline void nonce_opens(enum vector kpi, enum vector z, enum vector s)
{
	struct bytes key = vec(kpi), in = vec(z);
	uint8_t plain[64];

	eq_int(cipher_decrypt(SM_AES128, key.at, NULL, span_of(&in), plain), ERR_OK);
	eq_vector(plain, in.len, s);
}

static inline void hash_of_mrz(enum vector text, uint8_t *ret)
{
	const char *mrz = VECTOR_ROWS[text].text;

	ok(EVP_Digest(mrz, strlen(mrz), ret, NULL, EVP_sha1(), NULL));
}

/* GENERAL AUTHENTICATE of one object, or the answer to it, as hex. */
static inline char *step_hex(char *to, bool command, uint8_t cla, uint8_t tag, struct span value)
{
	uint8_t object[600], whole[600], out[640];
	size_t n = tlv_put(object, tag, value), len;

	n = tlv_put(whole, 0x7c, (struct span){ object, n });
	struct apdu a = { cla, 0x86, 0, 0, whole, n, 256, false };
	if (command) {
		eq_int(apdu_encode(&a, out, sizeof(out), &len), ERR_OK);
	} else {
		memcpy(out, whole, n);
		memcpy(out + n, (uint8_t[]){ 0x90, 0x00 }, 2);
		len = n + 2;
	}
	for (size_t i = 0; i < len; i++)
		(void)snprintf(to + 2 * i, 3, "%02X", out[i]);
	return to;
}

static inline struct span trimmed(const struct bytes *b)
{
	struct span s = span_of(b);

	if (s.len > 2 && s.len % 2 == 1 && s.at[0] == 0) {
		s.at++;
		s.len--;
	}
	return s;
}

static inline void talk_of(enum vector v, bool command, uint8_t cla, uint8_t tag, char *to)
{
	struct bytes b = v == VECTOR_COUNT ? (struct bytes){ .len = 0 } : vec(v);

	step_hex(to, command, cla, tag, trimmed(&b));
}

#endif
