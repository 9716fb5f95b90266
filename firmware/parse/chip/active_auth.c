#include "firmware/parse/chip/active_auth.h"

#include <openssl/x509.h>

#define TAG_DG15 0x6f

static void pkey_end(EVP_PKEY **k)
{
	EVP_PKEY_free(*k);
}

#define AUTO_PKEY __attribute__((cleanup(pkey_end))) EVP_PKEY *

static EVP_PKEY *read_key(struct span dg15)
{
	struct tlv t;

	if (tlv_next(&dg15, &t) != ERR_OK || t.tag != TAG_DG15)
		return NULL;
	const unsigned char *at = t.value.at;
	return d2i_PUBKEY(NULL, &at, (long)t.value.len);
}

/* Asks. ERR_NOT_FOUND: the card does not answer such questions. */
static enum err ask(struct session *s, size_t key_bytes, struct active *ret)
{
	uint16_t sw;
	enum err e = chance_fill(s->chance, ret->nonce, ACTIVE_NONCE);

	if (e != ERR_OK)
		return e;
	struct apdu a = { .ins = 0x88, .data = ret->nonce, .len = ACTIVE_NONCE, .le = 256 };
	/* Protected, a signature of 2048 bits does not fit a short answer, and there are cards that
	 * cut it off; where the line can, it is asked for in the extended form. */
	bool wide = session_is_wide(s);
	if (key_bytes > 256 || (s->secure && key_bytes > sm_room(s->sm.cipher, 258))) {
		a.le = wide ? (uint32_t)key_bytes : 256;
		a.extended = wide;
	}
	e = session_send(s, &a, ret->signature, sizeof(ret->signature), &ret->len, &sw);
	if (e == ERR_OK && (sw != 0x9000 || ret->len == 0))
		return ERR_NOT_FOUND;
	return e == ERR_NO_SPACE ? ERR_NOT_FOUND : e;
}

enum err proof_active(struct session *s, struct span dg15, struct span dg14, enum chip_proof *ret)
{
	enum chip_proof is = CHIP_PROOF_UNCHECKED;
	AUTO_PKEY key = read_key(dg15);
	bool rsa = key && EVP_PKEY_is_a(key, "RSA");
	size_t bytes = rsa ? active_rsa_bytes(key) : 0;
	struct active a;

	if ((rsa && bytes > 0) || (key && EVP_PKEY_is_a(key, "EC"))) {
		enum err e = ask(s, bytes, &a);
		if (e != ERR_OK && e != ERR_NOT_FOUND)
			return e;
		if (e == ERR_OK)
			is = rsa ? active_judge_rsa(&a, key) : active_judge_ec(&a, key, dg14);
	}
	*ret = is;
	return ERR_OK;
}
