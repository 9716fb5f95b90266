#include "firmware/parse/chip/group.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <string.h>

#define MAX_DRAWS 64

struct standard {
	uint32_t id;
	int curve;           /* the library's number */
	const char *numbers; /* or its name */
};

static const struct standard STANDARDS[] = {
	{ 0, 0, "dh_1024_160" },           { 1, 0, "dh_2048_224" },
	{ 2, 0, "dh_2048_256" },           { 8, NID_X9_62_prime192v1, NULL },
	{ 9, NID_brainpoolP192r1, NULL },  { 10, NID_secp224r1, NULL },
	{ 11, NID_brainpoolP224r1, NULL }, { 12, NID_X9_62_prime256v1, NULL },
	{ 13, NID_brainpoolP256r1, NULL }, { 14, NID_brainpoolP320r1, NULL },
	{ 15, NID_secp384r1, NULL },       { 16, NID_brainpoolP384r1, NULL },
	{ 17, NID_brainpoolP512r1, NULL }, { 18, NID_secp521r1, NULL },
};

void group_finish(struct group *g)
{
	EC_GROUP_free(g->ec);
	BN_free(g->p);
	BN_free(g->g);
	BN_free(g->q);
	BN_CTX_free(g->ctx);
	*g = (struct group){ 0 };
}

void element_finish(struct element *e)
{
	EC_POINT_clear_free(e->point);
	BN_clear_free(e->number);
	*e = (struct element){ 0 };
}

void secret_finish(BIGNUM **k)
{
	BN_clear_free(*k);
	*k = NULL;
}

enum err group_of_curve(EC_GROUP *ec, struct group *ret)
{
	struct group g = { .curve = true, .ec = ec, .ctx = BN_CTX_secure_new() };

	g.p = BN_new();
	g.q = BN_new();
	if (!g.ctx || !g.p || !g.q || !ec || !EC_GROUP_get_curve(ec, g.p, NULL, NULL, g.ctx) ||
	    !EC_GROUP_get_order(ec, g.q, g.ctx)) {
		group_finish(&g);
		return ERR_NO_MEMORY;
	}
	g.bytes = (size_t)BN_num_bytes(g.p);
	*ret = g;
	return ERR_OK;
}

static void pkey_end(EVP_PKEY **k)
{
	EVP_PKEY_free(*k);
}

static void pkey_ctx_end(EVP_PKEY_CTX **c)
{
	EVP_PKEY_CTX_free(*c);
}

static enum err numbers_by_name(const char *name, struct group *ret)
{
	__attribute__((cleanup(pkey_ctx_end))) EVP_PKEY_CTX *c =
		EVP_PKEY_CTX_new_from_name(NULL, "DHX", NULL);
	__attribute__((cleanup(pkey_end))) EVP_PKEY *k = NULL;
	struct group g = { .ctx = BN_CTX_secure_new() };
	OSSL_PARAM named[] = { OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)name,
						      strlen(name)),
			       OSSL_PARAM_END };

	if (!g.ctx || !c || EVP_PKEY_paramgen_init(c) != 1 ||
	    EVP_PKEY_CTX_set_params(c, named) != 1 || EVP_PKEY_generate(c, &k) != 1 ||
	    !EVP_PKEY_get_bn_param(k, OSSL_PKEY_PARAM_FFC_P, &g.p) ||
	    !EVP_PKEY_get_bn_param(k, OSSL_PKEY_PARAM_FFC_Q, &g.q) ||
	    !EVP_PKEY_get_bn_param(k, OSSL_PKEY_PARAM_FFC_G, &g.g)) {
		group_finish(&g);
		return ERR_NO_MEMORY;
	}
	g.bytes = (size_t)BN_num_bytes(g.p);
	*ret = g;
	return ERR_OK;
}

enum err group_standard(uint32_t id, struct group *ret)
{
	for (size_t i = 0; i < sizeof(STANDARDS) / sizeof(STANDARDS[0]); i++) {
		const struct standard *s = &STANDARDS[i];

		if (s->id != id)
			continue;
		if (s->numbers)
			return numbers_by_name(s->numbers, ret);
		return group_of_curve(EC_GROUP_new_by_curve_name(s->curve), ret);
	}
	return ERR_NOT_FOUND;
}

bool group_same(const struct group *a, const struct group *b)
{
	if (a->curve != b->curve)
		return false;
	if (a->curve)
		return EC_GROUP_cmp(a->ec, b->ec, a->ctx) == 0;
	return BN_cmp(a->p, b->p) == 0 && BN_cmp(a->g, b->g) == 0;
}

static enum err decode_point(const struct group *g, struct span in, struct element *ret)
{
	AUTO_ELEMENT e = { .point = EC_POINT_new(g->ec) };
	AUTO_ELEMENT zero = { .point = EC_POINT_new(g->ec) };

	if (!e.point || !zero.point)
		return ERR_NO_MEMORY;
	if (in.len != 2 * g->bytes + 1 || in.at[0] != POINT_CONVERSION_UNCOMPRESSED ||
	    !EC_POINT_oct2point(g->ec, e.point, in.at, in.len, g->ctx) ||
	    EC_POINT_is_at_infinity(g->ec, e.point))
		return ERR_BAD_DATA;
	if (!BN_is_one(EC_GROUP_get0_cofactor(g->ec)) &&
	    (!EC_POINT_mul(g->ec, zero.point, NULL, e.point, g->q, g->ctx) ||
	     !EC_POINT_is_at_infinity(g->ec, zero.point)))
		return ERR_BAD_DATA;
	*ret = take_element(&e);
	return ERR_OK;
}

/* 1 < y < p-1, and of the right order where that is known. */
static bool number_belongs(const struct group *g, const BIGNUM *y)
{
	AUTO_ELEMENT check = { .number = BN_new() };

	if (!check.number || !BN_sub(check.number, g->p, BN_value_one()) || BN_is_zero(y) ||
	    BN_is_one(y) || BN_cmp(y, check.number) >= 0)
		return false;
	return !g->q ||
	       (BN_mod_exp(check.number, y, g->q, g->p, g->ctx) && BN_is_one(check.number));
}

enum err group_decode(const struct group *g, struct span in, struct element *ret)
{
	if (g->curve)
		return decode_point(g, in, ret);
	if (in.len == 0 || in.len > GROUP_MAX_BYTES)
		return ERR_BAD_DATA;
	AUTO_ELEMENT e = { .number = BN_bin2bn(in.at, (int)in.len, NULL) };
	if (!e.number)
		return ERR_NO_MEMORY;
	if (!number_belongs(g, e.number))
		return ERR_BAD_DATA;
	*ret = take_element(&e);
	return ERR_OK;
}

enum err group_encode(const struct group *g, const struct element *e, uint8_t *ret, size_t *ret_len)
{
	if (g->curve) {
		size_t n = EC_POINT_point2oct(g->ec, e->point, POINT_CONVERSION_UNCOMPRESSED, ret,
					      GROUP_MAX_PUBLIC, g->ctx);
		if (n == 0)
			return ERR_NO_MEMORY;
		*ret_len = n;
		return ERR_OK;
	}
	if (BN_bn2binpad(e->number, ret, (int)g->bytes) < 0)
		return ERR_NO_SPACE;
	*ret_len = g->bytes;
	return ERR_OK;
}

enum err group_times(const struct group *g, const struct element *base, const BIGNUM *k,
		     struct element *ret)
{
	AUTO_ELEMENT e = { 0 };
	bool good, neutral;

	if (g->curve) {
		e.point = EC_POINT_new(g->ec);
		good = e.point && EC_POINT_mul(g->ec, e.point, base ? NULL : k,
					       base ? base->point : NULL, base ? k : NULL, g->ctx);
		neutral = good && EC_POINT_is_at_infinity(g->ec, e.point);
	} else {
		e.number = BN_new();
		good = e.number && BN_mod_exp_mont_consttime(e.number, base ? base->number : g->g,
							     k, g->p, g->ctx, NULL);
		neutral = good && BN_is_one(e.number);
	}
	if (!good || neutral)
		return good ? ERR_BAD_DATA : ERR_NO_MEMORY;
	*ret = take_element(&e);
	return ERR_OK;
}

enum err group_add(const struct group *g, const struct element *a, const struct element *b,
		   struct element *ret)
{
	AUTO_ELEMENT e = { 0 };
	bool good, neutral;

	if (g->curve) {
		e.point = EC_POINT_new(g->ec);
		good = e.point && EC_POINT_add(g->ec, e.point, a->point, b->point, g->ctx);
		neutral = good && EC_POINT_is_at_infinity(g->ec, e.point);
	} else {
		e.number = BN_new();
		good = e.number && BN_mod_mul(e.number, a->number, b->number, g->p, g->ctx);
		neutral = good && BN_is_one(e.number);
	}
	if (!good || neutral)
		return good ? ERR_BAD_DATA : ERR_NO_MEMORY;
	*ret = take_element(&e);
	return ERR_OK;
}

enum err group_shared(const struct group *g, const struct element *theirs, const BIGNUM *secret,
		      uint8_t *ret)
{
	AUTO_ELEMENT e = { 0 };
	enum err why = group_times(g, theirs, secret, &e);

	if (why != ERR_OK)
		return why;
	if (g->curve) {
		e.number = BN_new();
		if (!e.number ||
		    !EC_POINT_get_affine_coordinates(g->ec, e.point, e.number, NULL, g->ctx))
			return ERR_NO_MEMORY;
	}
	return BN_bn2binpad(e.number, ret, (int)g->bytes) < 0 ? ERR_NO_MEMORY : ERR_OK;
}

/* A secret exponent from as many random bytes as the order has on a curve, and as the prime has
 * otherwise; 0 < k < order. */
static enum err draw_secret(const struct group *g, const struct chance *c, BIGNUM *k)
{
	uint8_t bytes[GROUP_MAX_BYTES];
	size_t n = g->curve ? (size_t)BN_num_bytes(g->q) : g->bytes;
	int spare = g->curve ? (int)n * 8 - BN_num_bits(g->q) : 0;

	for (int i = 0; i < MAX_DRAWS; i++) {
		enum err e = chance_fill(c, bytes, n);
		if (e != ERR_OK)
			return e;
		bytes[0] &= (uint8_t)(0xff >> spare);
		bool good = BN_bin2bn(bytes, (int)n, k);
		explicit_bzero(bytes, n);
		if (good && !g->curve && g->q)
			good = BN_nnmod(k, k, g->q, g->ctx);
		if (!good)
			return ERR_NO_MEMORY;
		if (!BN_is_zero(k) && BN_cmp(k, g->curve ? g->q : g->p) < 0)
			return ERR_OK;
	}
	return ERR_IO;
}

enum err group_draw(const struct group *g, const struct element *base, const struct chance *c,
		    BIGNUM **ret_secret, struct element *ret_public)
{
	AUTO_SECRET k = BN_secure_new();
	AUTO_ELEMENT e = { 0 };
	bool whole = false;

	if (!k)
		return ERR_NO_MEMORY;
	BN_set_flags(k, BN_FLG_CONSTTIME);
	for (int i = 0; i < MAX_DRAWS && !whole; i++) {
		element_finish(&e);
		enum err why = draw_secret(g, c, k);
		if (why == ERR_OK)
			why = group_times(g, base, k, &e);
		if (why != ERR_OK)
			return why;
		whole = g->curve || (size_t)BN_num_bytes(e.number) == g->bytes;
	}
	if (!whole)
		return ERR_IO;
	*ret_secret = k;
	*ret_public = take_element(&e);
	k = NULL;
	return ERR_OK;
}
