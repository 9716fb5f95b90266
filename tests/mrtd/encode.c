/* Point encoding of the integrated mapping (ICAO Doc 9303-11 appendix B; Brier, Coron, Icart,
 * Madore, Randriam, Tibouchi: simplified SWU), for primes that are 3 mod 4. */
#include "tests/mrtd/group.h"

/* Numbers of one calculation; all from the frame of a BN_CTX. */
struct swu {
	const BIGNUM *p;
	BIGNUM *a, *b, *alpha, *x2, *x3, *h2, *u, *root, *t;
	BN_CTX *ctx;
};

static bool start(struct swu *s, const struct mrtd_group *g)
{
	BIGNUM **all[] = {
		&s->a, &s->b, &s->alpha, &s->x2, &s->x3, &s->h2, &s->u, &s->root, &s->t
	};

	s->p = g->p;
	s->ctx = g->ctx;
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		if (!(*all[i] = BN_CTX_get(g->ctx)))
			return false;
	return EC_GROUP_get_curve(g->curve, NULL, s->a, s->b, g->ctx) == 1 &&
	       BN_is_bit_set(g->p, 0) && BN_is_bit_set(g->p, 1);
}

/* X2 = -b/a (1 + 1/(alpha + alpha^2)) with alpha = -t^2; X3 = alpha X2. */
static bool candidates(struct swu *s, const BIGNUM *number)
{
	return BN_mod_sqr(s->alpha, number, s->p, s->ctx) &&
	       BN_mod_sub(s->alpha, s->p, s->alpha, s->p, s->ctx) &&
	       BN_mod_sqr(s->t, s->alpha, s->p, s->ctx) &&
	       BN_mod_add(s->t, s->t, s->alpha, s->p, s->ctx) &&
	       BN_mod_inverse(s->t, s->t, s->p, s->ctx) && BN_add_word(s->t, 1) &&
	       BN_mod_mul(s->t, s->t, s->b, s->p, s->ctx) &&
	       BN_mod_inverse(s->x2, s->a, s->p, s->ctx) &&
	       BN_mod_mul(s->x2, s->x2, s->t, s->p, s->ctx) &&
	       BN_mod_sub(s->x2, s->p, s->x2, s->p, s->ctx) &&
	       BN_mod_mul(s->x3, s->alpha, s->x2, s->p, s->ctx);
}

/* h2 = X2^3 + a X2 + b; root = h2^(p - 1 - (p + 1)/4). */
static bool root_of(struct swu *s)
{
	return BN_mod_sqr(s->h2, s->x2, s->p, s->ctx) &&
	       BN_mod_add(s->h2, s->h2, s->a, s->p, s->ctx) &&
	       BN_mod_mul(s->h2, s->h2, s->x2, s->p, s->ctx) &&
	       BN_mod_add(s->h2, s->h2, s->b, s->p, s->ctx) && BN_copy(s->t, s->p) &&
	       BN_add_word(s->t, 1) && BN_rshift(s->t, s->t, 2) && BN_sub(s->t, s->p, s->t) &&
	       BN_sub_word(s->t, 1) && BN_mod_exp(s->root, s->h2, s->t, s->p, s->ctx);
}

/* y for X2 when root^2 h2 = 1, else for X3. */
static bool choose(struct swu *s, const BIGNUM *number, const BIGNUM **ret_x)
{
	if (!BN_mod_sqr(s->t, s->root, s->p, s->ctx) ||
	    !BN_mod_mul(s->t, s->t, s->h2, s->p, s->ctx))
		return false;
	*ret_x = s->x2;
	if (BN_is_one(s->t))
		return BN_mod_mul(s->u, s->root, s->h2, s->p, s->ctx);
	*ret_x = s->x3;
	return BN_mod_sqr(s->u, number, s->p, s->ctx) &&
	       BN_mod_mul(s->u, s->u, number, s->p, s->ctx) &&
	       BN_mod_mul(s->u, s->u, s->h2, s->p, s->ctx) &&
	       BN_mod_mul(s->u, s->u, s->root, s->p, s->ctx);
}

static bool encode_point(const struct mrtd_group *g, const BIGNUM *number, struct mrtd_element *ret)
{
	struct swu s;
	const BIGNUM *x = NULL;
	EC_POINT *p = EC_POINT_new(g->curve);

	bool good = p && start(&s, g) && candidates(&s, number) && root_of(&s) &&
		    choose(&s, number, &x) &&
		    EC_POINT_set_affine_coordinates(g->curve, p, x, s.u, g->ctx) == 1;
	if (good)
		ret->len = EC_POINT_point2oct(g->curve, p, POINT_CONVERSION_UNCOMPRESSED, ret->at,
					      sizeof ret->at, g->ctx);
	EC_POINT_free(p);
	return good && ret->len > 1;
}

/* number^((p - 1)/q) */
static bool encode_value(const struct mrtd_group *g, const BIGNUM *number, struct mrtd_element *ret)
{
	BIGNUM *k = BN_CTX_get(g->ctx), *n = BN_CTX_get(g->ctx);

	if (!k || !n || !BN_copy(k, g->p) || !BN_sub_word(k, 1) ||
	    !BN_div(k, NULL, k, g->q, g->ctx) || !BN_mod_exp(n, number, k, g->p, g->ctx) ||
	    BN_is_one(n) || BN_is_zero(n))
		return false;
	ret->len = (size_t)BN_num_bytes(g->p);
	return BN_bn2binpad(n, ret->at, (int)ret->len) >= 0;
}

bool mrtd_group_encode(const struct mrtd_group *g, const BIGNUM *number, struct mrtd_element *ret)
{
	BN_CTX_start(g->ctx);
	bool good = g->curve ? encode_point(g, number, ret) : encode_value(g, number, ret);
	BN_CTX_end(g->ctx);
	return good;
}
