/* Basic Access Control (ICAO Doc 9303-11 section 4.3). */
#include "tests/mrtd/card.h"

#include <openssl/evp.h>
#include <string.h>

#define CRYPTOGRAM 32

uint16_t mrtd_get_challenge(struct mrtd *m, const struct mrtd_command *c, struct mrtd_bytes *out)
{
	if (m->where != IN_APPLICATION)
		return 0x6985;
	if (c->le != 8 && c->le != 256)
		return 0x6700;
	m->challenged = false;
	if (!mrtd_draw(m, MRTD_LOT_CHALLENGE, m->challenge, sizeof m->challenge))
		return 0x6F00;
	m->challenged = true;
	mrtd_put(out, m->challenge, sizeof m->challenge);
	return 0x9000;
}

static struct mrtd_keys access_keys(const struct mrtd *m)
{
	char text[48];
	uint8_t hash[EVP_MAX_MD_SIZE] = { 0 };

	mrtd_spec_mrz_key(&m->spec, text);
	EVP_Digest(text, strlen(text), hash, NULL, EVP_sha1(), NULL);
	return mrtd_keys_of(MRTD_3DES, hash, 16);
}

/* E and M over R, which is replaced by them. */
static bool seal(const struct mrtd_keys *k, const uint8_t r[CRYPTOGRAM], struct mrtd_bytes *out)
{
	uint8_t e[CRYPTOGRAM], mac[8];
	bool good = mrtd_encrypt(MRTD_3DES, k->enc, NULL, r, sizeof e, e) &&
		    mrtd_mac(MRTD_3DES, k->mac, e, sizeof e, mac);

	mrtd_put(out, e, sizeof e);
	mrtd_put(out, mac, sizeof mac);
	return good;
}

/* The keys of the session from S = RND.IFD, RND.IC, K.IFD and the chip's K.IC. */
static void agree(struct mrtd *m, const uint8_t *s, const uint8_t *k_ic)
{
	uint8_t seed[16], counter[8];

	for (int i = 0; i < 16; i++)
		seed[i] = s[16 + i] ^ k_ic[i];
	memcpy(counter, m->challenge + 4, 4);
	memcpy(counter + 4, s + 4, 4);
	struct mrtd_keys keys = mrtd_keys_of(MRTD_3DES, seed, sizeof seed);
	mrtd_right_key(m, &keys, counter);
}

uint16_t mrtd_external_authenticate(struct mrtd *m, const struct mrtd_command *c,
				    struct mrtd_bytes *out)
{
	uint8_t s[CRYPTOGRAM], r[CRYPTOGRAM], mac[8];
	struct mrtd_keys k = access_keys(m);
	bool asked = m->challenged;

	m->challenged = false;
	mrtd_delay_try(m);
	if (m->spec.bac != 0)
		return 0x6D00;
	if (m->where != IN_APPLICATION || !asked || m->sm.on)
		return 0x6985;
	if (c->len != CRYPTOGRAM + 8)
		return 0x6700;
	if (m->faults.n[MRTD_FAULT_key_refused] ||
	    !mrtd_mac(MRTD_3DES, k.mac, c->data, CRYPTOGRAM, mac) ||
	    memcmp(mac, c->data + CRYPTOGRAM, 8) != 0 ||
	    !mrtd_decrypt(MRTD_3DES, k.enc, NULL, c->data, CRYPTOGRAM, s) ||
	    memcmp(s + 8, m->challenge, 8) != 0)
		return mrtd_wrong_key(m);
	memcpy(r, m->challenge, 8);
	memcpy(r + 8, s, 8);
	if (!mrtd_draw(m, MRTD_LOT_K_IC, r + 16, 16) || !seal(&k, r, out))
		return 0x6F00;
	agree(m, s, r + 16);
	return 0x9000;
}
