#include "firmware/parse/chip/group.h"

#include <openssl/obj_mac.h>
#include <openssl/objects.h>
#include <string.h>

#define TAG_SEQUENCE 0x30
#define TAG_INTEGER  0x02
#define TAG_OID      0x06

#define MIN_CURVE_BITS  160
#define MAX_CURVE_BITS  521
#define MIN_NUMBER_BITS 1024

static const uint8_t STANDARD[] = { 0x04, 0x00, 0x7f, 0x00, 0x07, 0x01, 0x02 };
static const uint8_t EC_KEY_OID[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01 };
static const uint8_t X942_DH[] = { 0x2a, 0x86, 0x48, 0xce, 0x3e, 0x02, 0x01 };
static const uint8_t PKCS3_DH[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x03, 0x01 };

#define IS(span, oid) ((span).len == sizeof(oid) && memcmp((span).at, oid, sizeof(oid)) == 0)

static const uint32_t CURVES[] = { 12, 13, 15, 16, 17, 18, 14, 8, 9, 10, 11 };
static const uint32_t NUMBERS[] = { 0, 1, 2 };

/* A group with a number is worked out faster, and its order is known. */
static void prefer_standard(struct group *g)
{
	const uint32_t *ids = g->curve ? CURVES : NUMBERS;
	size_t count = g->curve ? sizeof(CURVES) / sizeof(CURVES[0])
				: sizeof(NUMBERS) / sizeof(NUMBERS[0]);

	for (size_t i = 0; i < count; i++) {
		struct group s = { 0 };

		if (group_standard(ids[i], &s) != ERR_OK)
			continue;
		if (group_same(g, &s)) {
			group_finish(g);
			*g = s;
			return;
		}
		group_finish(&s);
	}
}

static enum err read_curve(struct span params, struct group *ret)
{
	const unsigned char *at = params.at;
	EC_GROUP *ec = d2i_ECPKParameters(NULL, &at, (long)params.len);

	if (!ec || at != params.at + params.len ||
	    EC_GROUP_get_field_type(ec) != NID_X9_62_prime_field ||
	    EC_GROUP_get_degree(ec) < MIN_CURVE_BITS || EC_GROUP_get_degree(ec) > MAX_CURVE_BITS) {
		EC_GROUP_free(ec);
		return ERR_BAD_DATA;
	}
	AUTO_GROUP g = { 0 };
	enum err e = group_of_curve(ec, &g);
	if (e != ERR_OK)
		return e;
	prefer_standard(&g);
	if (EC_GROUP_get_curve_name(g.ec) == NID_undef && !EC_GROUP_check(g.ec, g.ctx))
		return ERR_BAD_DATA;
	*ret = take_group(&g);
	return ERR_OK;
}

static BIGNUM *read_number(struct span *from)
{
	struct tlv t;

	if (tlv_next(from, &t) != ERR_OK || t.tag != TAG_INTEGER || t.value.len == 0 ||
	    t.value.len > GROUP_MAX_BYTES + 1 || t.value.at[0] & 0x80)
		return NULL;
	return BN_bin2bn(t.value.at, (int)t.value.len, NULL);
}

static bool numbers_usable(const struct group *g)
{
	if (BN_num_bits(g->p) < MIN_NUMBER_BITS || BN_num_bytes(g->p) > GROUP_MAX_BYTES ||
	    !BN_is_odd(g->p) || BN_cmp(g->g, BN_value_one()) <= 0 || BN_cmp(g->g, g->p) >= 0)
		return false;
	if (!g->q)
		return true;
	AUTO_SECRET one = BN_new();
	return one && BN_is_odd(g->q) && BN_cmp(g->q, g->p) < 0 &&
	       BN_mod_exp(one, g->g, g->q, g->p, g->ctx) && BN_is_one(one);
}

static enum err read_numbers(struct span params, bool with_order, struct group *ret)
{
	AUTO_GROUP g = { .ctx = BN_CTX_new() };
	struct tlv t;

	if (tlv_next(&params, &t) != ERR_OK || t.tag != TAG_SEQUENCE)
		return ERR_BAD_DATA;
	g.p = read_number(&t.value);
	g.g = read_number(&t.value);
	if (with_order)
		g.q = read_number(&t.value);
	if (!g.ctx || !g.p || !g.g || (with_order && !g.q) || !numbers_usable(&g))
		return ERR_BAD_DATA;
	g.bytes = (size_t)BN_num_bytes(g.p);
	prefer_standard(&g);
	*ret = take_group(&g);
	return ERR_OK;
}

static enum err read_standard(struct span params, struct group *ret)
{
	struct tlv t;

	if (tlv_next(&params, &t) != ERR_OK || t.tag != TAG_INTEGER || t.value.len != 1)
		return ERR_BAD_DATA;
	enum err e = group_standard(t.value.at[0], ret);
	return e == ERR_NOT_FOUND ? ERR_BAD_DATA : e;
}

enum err group_read(struct span algorithm, struct group *ret)
{
	struct tlv whole, oid;

	if (tlv_next(&algorithm, &whole) != ERR_OK || whole.tag != TAG_SEQUENCE)
		return ERR_BAD_DATA;
	struct span params = whole.value;
	if (tlv_next(&params, &oid) != ERR_OK || oid.tag != TAG_OID)
		return ERR_BAD_DATA;
	if (IS(oid.value, STANDARD))
		return read_standard(params, ret);
	if (IS(oid.value, EC_KEY_OID))
		return read_curve(params, ret);
	if (IS(oid.value, X942_DH) || IS(oid.value, PKCS3_DH))
		return read_numbers(params, IS(oid.value, X942_DH), ret);
	return ERR_BAD_DATA;
}

enum err group_read_key(struct span info, struct group *ret, struct element *ret_key)
{
	struct tlv whole, algorithm, bits;
	AUTO_GROUP g = { 0 };

	if (tlv_next(&info, &whole) != ERR_OK || whole.tag != TAG_SEQUENCE ||
	    tlv_next(&whole.value, &algorithm) != ERR_OK ||
	    tlv_next(&whole.value, &bits) != ERR_OK || bits.tag != 0x03 || bits.value.len < 2 ||
	    bits.value.at[0] != 0)
		return ERR_BAD_DATA;
	enum err e = group_read(algorithm.whole, &g);
	if (e != ERR_OK)
		return e;
	struct span key = { bits.value.at + 1, bits.value.len - 1 };
	if (!g.curve) {
		if (tlv_next(&key, &whole) != ERR_OK || whole.tag != TAG_INTEGER)
			return ERR_BAD_DATA;
		key = whole.value;
	}
	e = group_decode(&g, key, ret_key);
	if (e != ERR_OK)
		return e;
	*ret = take_group(&g);
	return ERR_OK;
}
