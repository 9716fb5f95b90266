/* Active Authentication (ICAO Doc 9303-11 section 6.1): ISO/IEC 9796-2 scheme 1 with RSA, plain
 * r and s with elliptic curves. */
#include "tests/mrtd/card.h"

#include <openssl/ecdsa.h>
#include <openssl/rsa.h>
#include <string.h>

#define CHALLENGE 8
#define MAX_KEY   512

const EVP_MD *mrtd_hash(unsigned word)
{
	const EVP_MD *const hashes[] = { EVP_sha256(), EVP_sha1(), EVP_sha224(), EVP_sha384(),
					 EVP_sha512() };

	return hashes[word];
}

/* Header, random M1, hash over M1 and challenge, trailer that names the hash. */
static bool message(struct mrtd *m, const uint8_t *challenge, uint8_t *ret, size_t len)
{
	static const uint8_t trailers[] = { 0x34, 0xBC, 0x38, 0x36, 0x35 };
	const EVP_MD *hash = mrtd_hash(m->spec.aa_hash);
	size_t hash_len = (size_t)EVP_MD_get_size(hash), trailer_len = m->spec.aa_hash == 1 ? 1 : 2;
	uint8_t covered[MAX_KEY + CHALLENGE];

	if (len > MAX_KEY || len < hash_len + trailer_len + 2)
		return false;
	size_t salt = len - 1 - hash_len - trailer_len;
	ret[0] = 0x6A;
	if (!mrtd_draw(m, MRTD_LOT_AA_SALT, ret + 1, salt))
		return false;
	memcpy(covered, ret + 1, salt);
	memcpy(covered + salt, challenge, CHALLENGE);
	ret[len - 1] = 0xCC;
	ret[len - trailer_len] = trailers[m->spec.aa_hash];
	return EVP_Digest(covered, salt + CHALLENGE, ret + 1 + salt, NULL, hash, NULL) == 1;
}

static bool sign_rsa(struct mrtd *m, const uint8_t *challenge, struct mrtd_bytes *out)
{
	uint8_t f[MAX_KEY], signature[MAX_KEY];
	size_t len = (size_t)EVP_PKEY_get_size(m->aa), n = sizeof signature;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(m->aa, NULL);

	bool good = ctx && message(m, challenge, f, len) && EVP_PKEY_sign_init(ctx) == 1 &&
		    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING) == 1 &&
		    EVP_PKEY_sign(ctx, signature, &n, f, len) == 1;
	EVP_PKEY_CTX_free(ctx);
	if (good)
		mrtd_put(out, signature, n);
	return good;
}

static bool sign_curve(struct mrtd *m, const uint8_t *challenge, struct mrtd_bytes *out)
{
	uint8_t der[MAX_KEY], plain[MAX_KEY];
	size_t n = sizeof der, half = ((size_t)EVP_PKEY_get_bits(m->aa) + 7) / 8;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	const uint8_t *at = der;

	bool good = ctx &&
		    EVP_DigestSignInit(ctx, NULL, mrtd_hash(m->spec.aa_hash), NULL, m->aa) == 1 &&
		    EVP_DigestSign(ctx, der, &n, challenge, CHALLENGE) == 1;
	EVP_MD_CTX_free(ctx);
	ECDSA_SIG *s = good ? d2i_ECDSA_SIG(NULL, &at, (long)n) : NULL;
	good = s && BN_bn2binpad(ECDSA_SIG_get0_r(s), plain, (int)half) >= 0 &&
	       BN_bn2binpad(ECDSA_SIG_get0_s(s), plain + half, (int)half) >= 0;
	ECDSA_SIG_free(s);
	if (good)
		mrtd_put(out, plain, 2 * half);
	return good;
}

uint16_t mrtd_internal_authenticate(struct mrtd *m, const struct mrtd_command *c,
				    struct mrtd_bytes *out)
{
	m->wait_ms += m->spec.crypto_ms;
	if (!m->aa)
		return 0x6D00;
	if (!m->sm.on || !m->may_read || m->where != IN_APPLICATION)
		return 0x6982;
	if (c->len != CHALLENGE)
		return 0x6700;
	bool rsa = EVP_PKEY_get_base_id(m->aa) == EVP_PKEY_RSA;
	if (!(rsa ? sign_rsa(m, c->data, out) : sign_curve(m, c->data, out)))
		return 0x6F00;
	if (out->len > mrtd_room(m, c)) {
		if (m->spec.long_answer == 0)
			out->len = mrtd_room(m, c);
	}
	return 0x9000;
}
