#include "firmware/parse/chip/group.h"
#include "tests/unit/chip/vectors.h"

#include <openssl/obj_mac.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const uint32_t CURVES[] = { 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18 };
static const uint32_t NUMBERS[] = { 0, 1, 2 };

static enum err decodes(const struct group *g, struct span in)
{
	AUTO_ELEMENT e = { 0 };

	return group_decode(g, in, &e);
}

static enum err number_decodes(const struct group *g, const BIGNUM *y)
{
	uint8_t bytes[GROUP_MAX_BYTES];

	ok(BN_bn2binpad(y, bytes, (int)g->bytes) > 0);
	return decodes(g, (struct span){ bytes, g->bytes });
}

static void standard_groups(void)
{
	static const size_t BYTES[] = { 24, 24, 28, 28, 32, 32, 40, 48, 48, 64, 66 };
	AUTO_GROUP none = { 0 };

	for (size_t i = 0; i < COUNT(CURVES); i++) {
		AUTO_GROUP g = { 0 };

		eq_int(group_standard(CURVES[i], &g), ERR_OK);
		ok(g.curve);
		eq_int(g.bytes, BYTES[i]);
	}
	for (size_t i = 0; i < COUNT(NUMBERS); i++) {
		AUTO_GROUP g = { 0 };

		eq_int(group_standard(NUMBERS[i], &g), ERR_OK);
		ok(!g.curve);
		eq_int(g.bytes, i == 0 ? 128 : 256);
	}
	for (uint32_t id = 3; id < 8; id++)
		eq_int(group_standard(id, &none), ERR_NOT_FOUND);
	eq_int(group_standard(19, &none), ERR_NOT_FOUND);
}

/* Two sides agree, in every group. */
static void both_sides_agree(uint32_t id)
{
	AUTO_GROUP g = { 0 };
	AUTO_SECRET a = NULL;
	AUTO_SECRET b = NULL;
	AUTO_ELEMENT pa = { 0 };
	AUTO_ELEMENT pb = { 0 };
	AUTO_ELEMENT back = { 0 };
	uint8_t one[GROUP_MAX_BYTES], other[GROUP_MAX_BYTES], key[GROUP_MAX_PUBLIC];
	size_t len;

	eq_int(group_standard(id, &g), ERR_OK);
	eq_int(group_draw(&g, NULL, NULL, &a, &pa), ERR_OK);
	eq_int(group_draw(&g, NULL, NULL, &b, &pb), ERR_OK);
	eq_int(group_encode(&g, &pa, key, &len), ERR_OK);
	eq_int(len, g.curve ? 2 * g.bytes + 1 : g.bytes);
	eq_int(group_decode(&g, (struct span){ key, len }, &back), ERR_OK);
	eq_int(group_shared(&g, &back, b, one), ERR_OK);
	eq_int(group_shared(&g, &pb, a, other), ERR_OK);
	ok(memcmp(one, other, g.bytes) == 0);
}

static void points_that_do_not_belong(uint32_t id)
{
	AUTO_GROUP g = { 0 };
	AUTO_SECRET k = NULL;
	AUTO_ELEMENT e = { 0 };
	uint8_t key[GROUP_MAX_PUBLIC + 1];
	size_t len;

	eq_int(group_standard(id, &g), ERR_OK);
	eq_int(group_draw(&g, NULL, NULL, &k, &e), ERR_OK);
	eq_int(group_encode(&g, &e, key, &len), ERR_OK);
	eq_int(decodes(&g, (struct span){ key, len }), ERR_OK);
	/* off the curve; cut; longer; compressed; hybrid; infinity; nothing; coordinates >= p */
	key[len - 1] ^= 1;
	eq_int(decodes(&g, (struct span){ key, len }), ERR_BAD_DATA);
	key[len - 1] ^= 1;
	eq_int(decodes(&g, (struct span){ key, len - 1 }), ERR_BAD_DATA);
	key[len] = 0;
	eq_int(decodes(&g, (struct span){ key, len + 1 }), ERR_BAD_DATA);
	key[0] = 2 + (key[len - 1] & 1);
	eq_int(decodes(&g, (struct span){ key, g.bytes + 1 }), ERR_BAD_DATA);
	key[0] = 6 + (key[len - 1] & 1);
	eq_int(decodes(&g, (struct span){ key, len }), ERR_BAD_DATA);
	eq_int(decodes(&g, (struct span){ (const uint8_t[]){ 0 }, 1 }), ERR_BAD_DATA);
	eq_int(decodes(&g, (struct span){ key, 0 }), ERR_BAD_DATA);
	memset(key, 0xff, len);
	key[0] = 4;
	eq_int(decodes(&g, (struct span){ key, len }), ERR_BAD_DATA);
	memset(key + 1, 0, len - 1);
	eq_int(decodes(&g, (struct span){ key, len }), ERR_BAD_DATA);
}

static void numbers_that_do_not_belong(uint32_t id)
{
	AUTO_GROUP g = { 0 };
	AUTO_SECRET k = NULL;
	AUTO_ELEMENT e = { 0 };
	AUTO_SECRET y = BN_new();
	uint8_t key[GROUP_MAX_PUBLIC + 1] = { 0 };
	size_t len;

	eq_int(group_standard(id, &g), ERR_OK);
	eq_int(number_decodes(&g, g.g), ERR_OK);
	BN_zero(y);
	eq_int(number_decodes(&g, y), ERR_BAD_DATA);
	ok(BN_one(y));
	eq_int(number_decodes(&g, y), ERR_BAD_DATA);
	ok(BN_sub(y, g.p, BN_value_one()));
	eq_int(number_decodes(&g, y), ERR_BAD_DATA);
	eq_int(number_decodes(&g, g.p), ERR_BAD_DATA);
	/* of another order: 2 generates more than the subgroup; -g has twice the order */
	ok(BN_set_word(y, 2));
	eq_int(number_decodes(&g, y), ERR_BAD_DATA);
	ok(BN_sub(y, g.p, g.g));
	eq_int(number_decodes(&g, y), ERR_BAD_DATA);
	eq_int(decodes(&g, (struct span){ key, 0 }), ERR_BAD_DATA);
	/* zeros before a number change nothing; more than the longest number is refused */
	eq_int(group_draw(&g, NULL, NULL, &k, &e), ERR_OK);
	eq_int(group_encode(&g, &e, key + 1, &len), ERR_OK);
	eq_int(decodes(&g, (struct span){ key, len + 1 }), ERR_OK);
	eq_int(decodes(&g, (struct span){ key, sizeof(key) }), ERR_BAD_DATA);
}

/* What would end in infinity is refused, whoever it comes from. */
static void the_neutral_element_is_refused(void)
{
	AUTO_GROUP g = { 0 };
	AUTO_GROUP n = { 0 };
	AUTO_ELEMENT e = { 0 };
	AUTO_ELEMENT negative = { 0 };
	AUTO_ELEMENT sum = { 0 };
	AUTO_SECRET k = BN_new();

	eq_int(group_standard(12, &g), ERR_OK);
	eq_int(group_standard(0, &n), ERR_OK);
	eq_int(group_times(&g, NULL, g.q, &sum), ERR_BAD_DATA);
	eq_int(group_times(&n, NULL, n.q, &sum), ERR_BAD_DATA);
	ok(BN_set_word(k, 5));
	eq_int(group_times(&g, NULL, k, &e), ERR_OK);
	ok(BN_sub(k, g.q, k));
	eq_int(group_times(&g, NULL, k, &negative), ERR_OK);
	eq_int(group_add(&g, &e, &negative, &sum), ERR_BAD_DATA);
	BN_zero(k);
	eq_int(group_map(&n, k, &sum), ERR_BAD_DATA);
	eq_int(group_map(&g, k, &sum), ERR_BAD_DATA);
}

static enum err too_little(void *data, uint8_t *ret, size_t len)
{
	memset(ret, *(uint8_t *)data, len);
	return ERR_OK;
}

/* A generator that is stuck does not hang us, and gives no key. */
static void bad_chance_gives_no_key(void)
{
	uint8_t zero = 0, ones = 0xff;
	struct chance c = { too_little, &zero }, d = { too_little, &ones };
	AUTO_GROUP g = { 0 };
	BIGNUM *k = NULL;
	struct element e = { 0 };

	eq_int(group_standard(12, &g), ERR_OK);
	eq_int(group_draw(&g, NULL, &c, &k, &e), ERR_IO);
	eq_int(group_draw(&g, NULL, &d, &k, &e), ERR_IO);
	ok(!k && !e.point);
}

static struct bytes explicit_curve(int nid, bool named)
{
	EC_GROUP *ec = EC_GROUP_new_by_curve_name(nid);
	unsigned char *der = NULL;
	struct bytes b, inside;

	EC_GROUP_set_asn1_flag(ec, named ? OPENSSL_EC_NAMED_CURVE : OPENSSL_EC_EXPLICIT_CURVE);
	int len = i2d_ECPKParameters(ec, &der);
	assert(len > 0);
	inside = bytes_of_hex("06072A8648CE3D0201");
	memcpy(inside.at + inside.len, der, (size_t)len);
	inside.len += (size_t)len;
	b.len = tlv_put(b.at, 0x30, span_of(&inside));
	OPENSSL_free(der);
	EC_GROUP_free(ec);
	return b;
}

static enum err reads(const struct bytes *b)
{
	AUTO_GROUP g = { 0 };

	return group_read(span_of(b), &g);
}

static void a_curve_is_known_by_its_values(void)
{
	AUTO_GROUP standard = { 0 };
	AUTO_GROUP named = { 0 };
	AUTO_GROUP explicit = { 0 };
	AUTO_GROUP other = { 0 };
	AUTO_GROUP numbers = { 0 };
	struct bytes n = explicit_curve(NID_brainpoolP256r1, true);
	struct bytes x = explicit_curve(NID_brainpoolP256r1, false);
	struct bytes id = bytes_of_hex("300C060704007F0007010202010D");

	eq_int(group_standard(13, &standard), ERR_OK);
	eq_int(group_read(span_of(&n), &named), ERR_OK);
	eq_int(group_read(span_of(&x), &explicit), ERR_OK);
	ok(x.len > n.len + 100);
	ok(group_same(&standard, &named));
	ok(group_same(&named, &explicit));
	eq_int(group_read(span_of(&id), &other), ERR_OK);
	ok(group_same(&standard, &other));
	group_finish(&other);
	eq_int(group_standard(12, &other), ERR_OK);
	ok(!group_same(&standard, &other));
	eq_int(group_standard(0, &numbers), ERR_OK);
	ok(!group_same(&standard, &numbers));
	/* a curve outside the table is used as it stands */
	x = explicit_curve(NID_secp256k1, false);
	eq_int(reads(&x), ERR_OK);
}

static void curves_that_are_none(void)
{
	static const char *const BAD[] = {
		"",
		"3000",
		"300906072A8648CE3D0201",
		"300B06072A8648CE3D02010500",
		"300C060704007F00070102020103", /* no such standard group */
		"300C060704007F0007010202017F",
		"300D060704007F00070102020200 0D",
		"3013060B2A8648CE3D0201FFFFFFFF06042B81040A",
	};
	struct bytes b = explicit_curve(NID_brainpoolP256r1, false);
	unsigned taken = 0;

	for (size_t i = 0; i < COUNT(BAD); i++) {
		char hex[128];
		size_t n = 0;

		for (const char *c = BAD[i]; *c; c++)
			if (*c != ' ')
				hex[n++] = *c;
		hex[n] = 0;
		struct bytes bad = bytes_of_hex(hex);
		eq_int(reads(&bad), ERR_BAD_DATA);
	}
	/* one bit of an explicit curve changed: hardly ever a curve, never a crash */
	for (size_t i = 0; i < b.len; i++) {
		b.at[i] ^= 1;
		taken += reads(&b) == ERR_OK;
		b.at[i] ^= 1;
	}
	ok(taken < 5);
	printf("# %u of %zu changed curves were usable\n", taken, b.len);
	/* too small */
	b = explicit_curve(NID_secp112r1, false);
	eq_int(reads(&b), ERR_BAD_DATA);
	b = explicit_curve(NID_sect233k1, true);
	eq_int(reads(&b), ERR_BAD_DATA);
}

/* Explicit numbers, as old passports have them. */
static struct bytes explicit_numbers(const struct group *g, bool with_order)
{
	const BIGNUM *all[] = { g->p, g->g, g->q };
	struct bytes b, inside = { .len = 0 }, oid;
	uint8_t number[GROUP_MAX_BYTES + 1] = { 0 };

	for (int i = 0; i < (with_order ? 3 : 2); i++) {
		int n = BN_bn2bin(all[i], number + 1);
		inside.len += tlv_put(inside.at + inside.len, 0x02,
				      (struct span){ number, (size_t)n + 1 });
	}
	oid = bytes_of_hex(with_order ? "06072A8648CE3E0201" : "06092A864886F70D010301");
	oid.len += tlv_put(oid.at + oid.len, 0x30, span_of(&inside));
	b.len = tlv_put(b.at, 0x30, span_of(&oid));
	return b;
}

static void numbers_may_be_explicit(void)
{
	AUTO_GROUP standard = { 0 };
	AUTO_GROUP with = { 0 };
	AUTO_GROUP without = { 0 };

	eq_int(group_standard(0, &standard), ERR_OK);
	struct bytes b = explicit_numbers(&standard, true);
	eq_int(group_read(span_of(&b), &with), ERR_OK);
	ok(group_same(&standard, &with));
	b = explicit_numbers(&standard, false);
	eq_int(group_read(span_of(&b), &without), ERR_OK);
	ok(group_same(&standard, &without));
	ok(without.q != NULL); /* known, because the prime is */

	/* even, too small, a generator of another order */
	ok(BN_add_word(standard.p, 1));
	b = explicit_numbers(&standard, false);
	eq_int(reads(&b), ERR_BAD_DATA);
	ok(BN_sub_word(standard.p, 1) == 1 && BN_set_word(standard.g, 2));
	b = explicit_numbers(&standard, true);
	eq_int(reads(&b), ERR_BAD_DATA);
	b = explicit_numbers(&standard, false);
	eq_int(reads(&b), ERR_OK);
	ok(BN_one(standard.g));
	b = explicit_numbers(&standard, false);
	eq_int(reads(&b), ERR_BAD_DATA);
	ok(BN_set_word(standard.g, 2) && BN_rshift(standard.p, standard.p, 16));
	b = explicit_numbers(&standard, false);
	eq_int(reads(&b), ERR_BAD_DATA);
}

/* The same number always leads to the same point, on every curve that can be mapped to. */
static void mapping_finds_a_point(void)
{
	for (size_t i = 0; i < COUNT(CURVES); i++) {
		AUTO_GROUP g = { 0 };
		AUTO_SECRET t = BN_new();
		AUTO_ELEMENT e = { 0 };
		AUTO_ELEMENT end = { 0 };
		bool can;

		eq_int(group_standard(CURVES[i], &g), ERR_OK);
		can = BN_mod_word(g.p, 4) == 3;
		eq_int(can, CURVES[i] != 10); /* P-224 */
		for (unsigned n = 2; n < 12; n++) {
			ok(BN_set_word(t, n));
			eq_int(group_map(&g, t, &e), can ? ERR_OK : ERR_BAD_DATA);
			if (can)
				eq_int(group_times(&g, &e, g.q, &end), ERR_BAD_DATA);
			element_finish(&e);
		}
	}
}

int main(void)
{
	standard_groups();
	for (size_t i = 0; i < COUNT(CURVES); i++) {
		both_sides_agree(CURVES[i]);
		points_that_do_not_belong(CURVES[i]);
	}
	for (size_t i = 0; i < COUNT(NUMBERS); i++) {
		both_sides_agree(NUMBERS[i]);
		numbers_that_do_not_belong(NUMBERS[i]);
	}
	the_neutral_element_is_refused();
	bad_chance_gives_no_key();
	a_curve_is_known_by_its_values();
	curves_that_are_none();
	numbers_may_be_explicit();
	mapping_finds_a_point();
	return tap_done();
}
