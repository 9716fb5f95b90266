#include "firmware/parse/chip/bac.h"

#include "firmware/parse/chip/kdf.h"
#include <openssl/crypto.h>
#include <string.h>

enum { CHALLENGE = 8, SHARE = 16, SECRET_LEN = 2 * CHALLENGE + SHARE };

struct keys {
	uint8_t enc[CIPHER_MAX_KEY], mac[CIPHER_MAX_KEY];
};

/* What we chose, and what the card sent. */
struct talk {
	uint8_t theirs[CHALLENGE], ours[CHALLENGE], share[SHARE];
};

static enum err take_challenge(struct session *s, uint8_t *ret)
{
	struct apdu a = { .ins = 0x84, .le = CHALLENGE };
	uint8_t got[32];
	uint16_t sw;
	size_t len;
	enum err e = session_send(s, &a, got, sizeof(got), &len, &sw);

	if (e != ERR_OK)
		return e == ERR_NO_SPACE ? ERR_BAD_CARD : e;
	if (sw != 0x9000 || len != CHALLENGE)
		return ERR_BAD_CARD;
	memcpy(ret, got, CHALLENGE);
	return ERR_OK;
}

static enum err mac(const struct keys *k, const uint8_t *in, uint8_t *ret)
{
	return cipher_mac(SM_3DES, k->mac, &(struct span){ in, SECRET_LEN }, 1, ret);
}

/* Ours, theirs and our share, encrypted, and a MAC. */
static enum err seal(const struct keys *k, const struct talk *t, uint8_t *ret)
{
	uint8_t plain[SECRET_LEN];

	memcpy(plain, t->ours, CHALLENGE);
	memcpy(plain + CHALLENGE, t->theirs, CHALLENGE);
	memcpy(plain + 2 * CHALLENGE, t->share, SHARE);
	enum err e = cipher_encrypt(SM_3DES, k->enc, NULL, (struct span){ plain, SECRET_LEN }, ret);
	explicit_bzero(plain, sizeof(plain));
	return e == ERR_OK ? mac(k, ret, ret + SECRET_LEN) : e;
}

/* The card's turn: theirs, ours, its share. */
static enum err unseal(const struct keys *k, const struct talk *t, const uint8_t *in,
		       uint8_t *ret_share)
{
	uint8_t plain[SECRET_LEN], want[MAC_BYTES];
	enum err e = mac(k, in, want);

	if (e == ERR_OK)
		e = cipher_decrypt(SM_3DES, k->enc, NULL, (struct span){ in, SECRET_LEN }, plain);
	if (e == ERR_OK && (CRYPTO_memcmp(want, in + SECRET_LEN, MAC_BYTES) != 0 ||
			    CRYPTO_memcmp(plain, t->theirs, CHALLENGE) != 0 ||
			    CRYPTO_memcmp(plain + CHALLENGE, t->ours, CHALLENGE) != 0))
		e = ERR_WRONG_KEY;
	if (e == ERR_OK)
		memcpy(ret_share, plain + 2 * CHALLENGE, SHARE);
	explicit_bzero(plain, sizeof(plain));
	return e;
}

static enum err convince(struct session *s, const struct keys *k, const struct talk *t,
			 uint8_t *ret_share)
{
	uint8_t sealed[SECRET_LEN + MAC_BYTES], got[64];
	struct apdu a = {
		.ins = 0x82, .data = sealed, .len = sizeof(sealed), .le = sizeof(sealed)
	};
	uint16_t sw;
	size_t len;
	enum err e = seal(k, t, sealed);

	if (e == ERR_OK)
		e = session_send(s, &a, got, sizeof(got), &len, &sw);
	if (e != ERR_OK)
		return e;
	/* cards say in many ways that the key is not theirs */
	if (sw != 0x9000 || len != sizeof(sealed))
		return ERR_WRONG_KEY;
	return unseal(k, t, got, ret_share);
}

/* Both shares make the secret, both challenges the counter. */
static enum err start(struct session *s, const struct talk *t, const uint8_t *their_share)
{
	uint8_t secret[SHARE];
	struct sm sm = { 0 };

	for (int i = 0; i < SHARE; i++)
		secret[i] = t->share[i] ^ their_share[i];
	enum err e = sm_start(SM_3DES, secret, SHARE, &sm);
	explicit_bzero(secret, sizeof(secret));
	if (e != ERR_OK)
		return e;
	memcpy(sm.ssc, t->theirs + CHALLENGE / 2, CHALLENGE / 2);
	memcpy(sm.ssc + CHALLENGE / 2, t->ours + CHALLENGE / 2, CHALLENGE / 2);
	session_secure(s, &sm);
	sm_finish(&sm);
	return ERR_OK;
}

enum err bac_run(struct session *s, const uint8_t seed[BAC_SEED_BYTES])
{
	struct keys k = { 0 };
	struct talk t = { 0 };
	uint8_t their_share[SHARE];

	enum err e = kdf(SM_3DES, seed, BAC_SEED_BYTES, KDF_ENC, k.enc);
	if (e == ERR_OK)
		e = kdf(SM_3DES, seed, BAC_SEED_BYTES, KDF_MAC, k.mac);
	if (e == ERR_OK)
		e = take_challenge(s, t.theirs);
	if (e == ERR_OK)
		e = chance_fill(s->chance, t.ours, CHALLENGE);
	if (e == ERR_OK)
		e = chance_fill(s->chance, t.share, SHARE);
	if (e == ERR_OK)
		e = convince(s, &k, &t, their_share);
	if (e == ERR_OK)
		e = start(s, &t, their_share);
	explicit_bzero(&k, sizeof(k));
	explicit_bzero(&t, sizeof(t));
	explicit_bzero(their_share, sizeof(their_share));
	return e;
}
