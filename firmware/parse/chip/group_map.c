#include "firmware/parse/chip/group.h"

static void frame_end(BN_CTX **ctx)
{
	BN_CTX_end(*ctx);
}

/* Numbers of a computation, freed by the frame's end. */
struct sums {
	BIGNUM *p, *a, *b, *t, *alpha, *x2, *x3, *h, *u, *y;
};

static bool take_sums(BN_CTX *ctx, struct sums *s)
{
	BIGNUM **all = (BIGNUM **)s;
	size_t count = sizeof(*s) / sizeof(BIGNUM *);

	for (size_t i = 0; i < count; i++)
		all[i] = BN_CTX_get(ctx);
	return all[count - 1] != NULL;
}

/* h = x^3 + ax + b */
static bool curve_value(const struct sums *s, const BIGNUM *x, BIGNUM *h, BN_CTX *ctx)
{
	return BN_mod_sqr(h, x, s->p, ctx) && BN_mod_add(h, h, s->a, s->p, ctx) &&
	       BN_mod_mul(h, h, x, s->p, ctx) && BN_mod_add(h, h, s->b, s->p, ctx);
}

/* alpha = -t^2; x2 = -b/a (1 + 1/(alpha + alpha^2)); x3 = alpha x2 */
static bool two_places(const struct sums *s, BN_CTX *ctx)
{
	return BN_mod_sqr(s->alpha, s->t, s->p, ctx) && BN_sub(s->alpha, s->p, s->alpha) &&
	       BN_mod_sqr(s->h, s->alpha, s->p, ctx) &&
	       BN_mod_add(s->h, s->h, s->alpha, s->p, ctx) &&
	       BN_mod_inverse(s->h, s->h, s->p, ctx) && BN_add_word(s->h, 1) &&
	       BN_mod_mul(s->h, s->h, s->b, s->p, ctx) && BN_sub(s->h, s->p, s->h) &&
	       BN_mod_inverse(s->x2, s->a, s->p, ctx) &&
	       BN_mod_mul(s->x2, s->x2, s->h, s->p, ctx) &&
	       BN_mod_mul(s->x3, s->alpha, s->x2, s->p, ctx);
}

/* Which of the two is on the curve: a root of h2 is A h2 with A = h2^(p-1-(p+1)/4), if A^2 h2 = 1;
 * else that of the other is A t^3 h2. */
static bool choose(const struct sums *s, BN_CTX *ctx, const BIGNUM **ret_x)
{
	BIGNUM *root = s->y, *check = s->alpha;

	if (!curve_value(s, s->x2, s->h, ctx) || !BN_mod_sqr(s->u, s->t, s->p, ctx) ||
	    !BN_mod_mul(s->u, s->u, s->t, s->p, ctx) || !BN_mod_mul(s->u, s->u, s->h, s->p, ctx) ||
	    !BN_copy(check, s->p) || !BN_add_word(check, 1) || !BN_rshift(check, check, 2) ||
	    !BN_sub(check, s->p, check) || !BN_sub_word(check, 1) ||
	    !BN_mod_exp(root, s->h, check, s->p, ctx) || !BN_mod_sqr(check, root, s->p, ctx) ||
	    !BN_mod_mul(check, check, s->h, s->p, ctx))
		return false;
	*ret_x = BN_is_one(check) ? s->x2 : s->x3;
	return BN_mod_mul(root, root, BN_is_one(check) ? s->h : s->u, s->p, ctx);
}

static enum err map_point(const struct group *g, const BIGNUM *number, struct element *ret)
{
	__attribute__((cleanup(frame_end))) BN_CTX *ctx = g->ctx;
	struct sums s;
	const BIGNUM *x;

	BN_CTX_start(ctx);
	if (!take_sums(ctx, &s) || !EC_GROUP_get_curve(g->ec, s.p, s.a, s.b, ctx))
		return ERR_NO_MEMORY;
	if (BN_mod_word(s.p, 4) != 3 || BN_is_zero(s.a) || BN_is_zero(s.b))
		return ERR_BAD_DATA;
	if (!BN_nnmod(s.t, number, s.p, ctx) || !two_places(&s, ctx) || !choose(&s, ctx, &x))
		return ERR_BAD_DATA;
	AUTO_ELEMENT e = { .point = EC_POINT_new(g->ec) };
	if (!e.point)
		return ERR_NO_MEMORY;
	/* refuses a point off the curve: the library knows what ours computed wrong */
	if (!EC_POINT_set_affine_coordinates(g->ec, e.point, x, s.y, ctx))
		return ERR_BAD_DATA;
	const BIGNUM *cofactor = EC_GROUP_get0_cofactor(g->ec);
	if (!BN_is_one(cofactor))
		return group_times(g, &e, cofactor, ret);
	*ret = take_element(&e);
	return ERR_OK;
}

static enum err map_number(const struct group *g, const BIGNUM *number, struct element *ret)
{
	AUTO_SECRET exponent = BN_new();
	AUTO_ELEMENT base = { .number = BN_new() };

	if (!exponent || !base.number)
		return ERR_NO_MEMORY;
	if (!g->q || !BN_sub(exponent, g->p, BN_value_one()) ||
	    !BN_div(exponent, NULL, exponent, g->q, g->ctx) ||
	    !BN_nnmod(base.number, number, g->p, g->ctx) || BN_is_zero(base.number))
		return ERR_BAD_DATA;
	return group_times(g, &base, exponent, ret);
}

enum err group_map(const struct group *g, const BIGNUM *number, struct element *ret)
{
	return g->curve ? map_point(g, number, ret) : map_number(g, number, ret);
}
