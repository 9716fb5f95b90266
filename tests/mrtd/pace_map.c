/* The integrated mapping's pseudo-random number (ICAO Doc 9303-11 section 4.4.3.3.2). */
#include "tests/mrtd/pace.h"

#include <string.h>

#define EXTRA_BITS 64 /* more than the prime has, so that the rest is even */

size_t mrtd_pace_nonce_bytes(enum mrtd_cipher c)
{
	return mrtd_key_bytes(c) > 16 ? 32 : 16;
}

static const char *const CONSTANTS[2][2] = {
	{ "A668892A7C41E3CA739F40B057D85904", "A4E136AC725F738B01C1F60217C188AD" },
	{ "D463D65234124EF7897054986DCA0A174E28DF758CBAA03F240616414D5A1676",
	  "54BD7255F0AAF831BEC3423FCF39D69B6CBF066677D0FAAE5AADD99DF8E53517" },
};

/* k0 = E(t, s); then always x = E(k, c1) is taken and k = E(k, c0). */
static bool draw(enum mrtd_cipher c, const uint8_t *s, const uint8_t *t, size_t bits,
		 struct mrtd_bytes *out)
{
	size_t len = mrtd_pace_nonce_bytes(c);
	uint8_t key[32], next[32], part[32];
	AUTO_BYTES c0 = { 0 }, c1 = { 0 };

	mrtd_put_hex(&c0, CONSTANTS[len == 32][0]);
	mrtd_put_hex(&c1, CONSTANTS[len == 32][1]);
	if (c0.bad || c1.bad || !mrtd_encrypt(c, t, NULL, s, len, key))
		return false;
	while (out->len * 8 < bits && !out->bad) {
		if (!mrtd_encrypt(c, key, NULL, c1.at, len, part) ||
		    !mrtd_encrypt(c, key, NULL, c0.at, len, next))
			return false;
		mrtd_put(out, part, len);
		memcpy(key, next, len);
	}
	return !out->bad;
}

bool mrtd_pace_integrated(const struct mrtd_group *g, enum mrtd_cipher c, const uint8_t *s,
			  const uint8_t *t, struct mrtd_element *ret)
{
	AUTO_BYTES r = { 0 };

	if (!draw(c, s, t, (size_t)BN_num_bits(g->p) + EXTRA_BITS, &r))
		return false;
	BIGNUM *n = BN_bin2bn(r.at, (int)r.len, NULL);
	bool good = n && BN_nnmod(n, n, g->p, g->ctx) == 1 && mrtd_group_encode(g, n, ret);
	BN_free(n);
	return good;
}
