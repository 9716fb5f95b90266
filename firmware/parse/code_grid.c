#include "firmware/parse/code_grid.h"

#include "firmware/base/auto.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	FINDER = 9, /* modules, with the light ring around it */
	FINDER_SIDE = FINDER * CODE_SAMPLES,
	TRIPLES = 10, /* most that are looked at closely */
	BLOCK = 9 * CODE_SAMPLES,
};

#define SURE_FINDER 0.85
#define GOOD_FINDER 0.6
#define POOR_FINDER 0.35 /* no second try */
#define OFF         0.7  /* modules that a spot may be beside its place */
#define GOOD_GRID   0.5
#define SURE_GRID   0.85 /* no need to look for a better one */
#define FEWEST      11.0 /* modules between two finder patterns; 14 in version 1 */
#define MOST        200.0

/* Smooths in place, as a lens would: 1 2 1 across and down. */
static void soften(float *at, int side)
{
	for (int pass = 0; pass < 2; pass++)
		for (int line = 0; line < side; line++) {
			float *p = at + (pass ? line : line * side), last = *p;
			int step = pass ? side : 1;

			for (int i = 1; i + 1 < side; i++) {
				float here = p[i * step];

				p[i * step] = (last + 2 * here + p[(i + 1) * step]) / 4;
				last = here;
			}
		}
}

void code_stencil(const int8_t *cells, int side, float *look, float *weight, struct stencil *ret)
{
	int samples = code_side(side);

	for (int y = 0; y < samples; y++)
		for (int x = 0; x < samples; x++) {
			int row = y / CODE_SAMPLES - CODE_MARGIN;
			int column = x / CODE_SAMPLES - CODE_MARGIN;
			bool inside = row >= 0 && column >= 0 && row < side && column < side;
			bool quiet = row >= -1 && column >= -1 && row <= side && column <= side;
			int8_t c = inside ? cells[row * side + column] : 1;

			look[y * samples + x] = c;
			weight[y * samples + x] = quiet && c != 0 ? 1 : 0;
		}
	soften(look, samples);
	soften(look, samples);
	*ret = (struct stencil){ samples, -CODE_MARGIN, look, weight, BLOCK };
}

/* Corner, right and lower finder pattern, and a unit of likelihood. */
struct triple {
	struct spot at[3];
	float score;
};

static float side_of(const struct spot *a, const struct spot *b)
{
	return hypotf(a->x - b->x, a->y - b->y);
}

/* The corner is opposite to the longest side, and the others go clockwise. */
static void put_in_order(struct triple *t)
{
	float a = side_of(&t->at[1], &t->at[2]), b = side_of(&t->at[0], &t->at[2]);
	float c = side_of(&t->at[0], &t->at[1]);
	int corner = a >= b && a >= c ? 0 : b >= c ? 1 : 2;
	struct spot p = t->at[corner], q = t->at[(corner + 1) % 3], r = t->at[(corner + 2) % 3];
	float turn = (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);

	t->at[0] = p;
	t->at[1] = turn > 0 ? q : r;
	t->at[2] = turn > 0 ? r : q;
}

/* False when no code has its patterns so. */
static bool weigh(struct triple *t)
{
	const struct spot *p = &t->at[0], *q = &t->at[1], *r = &t->at[2];
	float least = fminf(p->module_px, fminf(q->module_px, r->module_px));
	float most = fmaxf(p->module_px, fmaxf(q->module_px, r->module_px));
	float a = side_of(p, q), b = side_of(p, r), mean = sqrtf(most * least);
	float angle = ((q->x - p->x) * (r->x - p->x) + (q->y - p->y) * (r->y - p->y)) / (a * b);

	if (most > 1.7F * least || fabsf(angle) > .5F || a > 1.8F * b || b > 1.8F * a)
		return false;
	if (fminf(a, b) < (float)FEWEST * mean || fmaxf(a, b) > (float)MOST * mean)
		return false;
	t->score = p->score + q->score + r->score - .3F * fabsf(logf(a / b)) - .5F * fabsf(angle) -
		   .3F * logf(most / least);
	return true;
}

struct triples {
	unsigned count;
	struct triple at[TRIPLES];
};

static void keep(struct triples *list, const struct triple *t)
{
	unsigned at = list->count < TRIPLES ? list->count++ : TRIPLES;

	for (; at > 0 && list->at[at - 1].score < t->score; at--)
		if (at < TRIPLES)
			list->at[at] = list->at[at - 1];
	if (at < TRIPLES)
		list->at[at] = *t;
}

static void find_triples(const struct spots *s, struct triples *list)
{
	for (unsigned i = 0; i < s->count; i++)
		for (unsigned j = i + 1; j < s->count; j++)
			for (unsigned k = j + 1; k < s->count; k++) {
				struct triple t = { .at = { s->at[i], s->at[j], s->at[k] } };

				put_in_order(&t);
				if (weigh(&t))
					keep(list, &t);
			}
}

/* What a finder pattern looks like, and room for what is seen. */
struct finder_look {
	float look[FINDER_SIDE * FINDER_SIDE], weight[FINDER_SIDE * FINDER_SIDE];
	float seen[FINDER_SIDE * FINDER_SIDE];
	struct stencil stencil;
};

static void draw_finder(struct finder_look *f)
{
	for (int y = 0; y < FINDER_SIDE; y++)
		for (int x = 0; x < FINDER_SIDE; x++) {
			int row = abs(y / CODE_SAMPLES - FINDER / 2);
			int column = abs(x / CODE_SAMPLES - FINDER / 2);
			int far = row > column ? row : column;

			f->look[y * FINDER_SIDE + x] = far == 2 || far == 4 ? 1 : -1;
			f->weight[y * FINDER_SIDE + x] = 1;
		}
	soften(f->look, FINDER_SIDE);
	soften(f->look, FINDER_SIDE);
	f->stencil = (struct stencil){ FINDER_SIDE, -1, f->look, f->weight, FINDER_SIDE };
}

/* A finder pattern as it lies: its own map, whose middle is at 3.5, 3.5. */
struct fitted {
	struct warp warp;
	double x, y, fits;
	double right, down; /* pixels a module towards the two others */
};

/* Puts the middle of a map's finder pattern there. */
static void centre(struct warp *w, double x, double y)
{
	w->m[2] = x - 3.5 * (w->m[0] + w->m[1]);
	w->m[5] = y - 3.5 * (w->m[3] + w->m[4]);
}

static void fit_from(const struct gray *g, struct finder_look *f, struct warp w, struct fitted *ret)
{
	double fits = warp_align(g, &f->stencil, WARP_AFFINE, 8, f->seen, &w), at[2];

	if (fits <= ret->fits)
		return;
	warp_point(&w, 3.5, 3.5, at);
	*ret = (struct fitted){ .warp = w, .x = at[0], .y = at[1], .fits = fits };
}

static void fit_finder(const struct gray *g, struct finder_look *f, const struct triple *t,
		       int which, float scale, struct fitted *ret)
{
	const struct spot *s = &t->at[which];
	float ax = t->at[1].x - t->at[0].x, ay = t->at[1].y - t->at[0].y;
	float bx = t->at[2].x - t->at[0].x, by = t->at[2].y - t->at[0].y;
	double a = (double)(s->module_px * scale / hypotf(ax, ay));
	double b = (double)(s->module_px * scale / hypotf(bx, by));
	struct warp w = { { (double)ax * a, (double)bx * b, 0, (double)ay * a, (double)by * b, 0, 0,
			    0, 1 } };

	centre(&w, (double)(s->x * scale), (double)(s->y * scale));
	*ret = (struct fitted){ 0 };
	fit_from(g, f, w, ret);
}

/* What one pattern looks like from here, the others do, too, nearly: another try with its map, from
 * around the place where the pattern should be. */
static void fit_around(const struct gray *g, struct finder_look *f, struct warp w, double x,
		       double y, struct fitted *ret)
{
	for (int i = 0; i < 9 && ret->fits < SURE_FINDER; i++) {
		/* the place itself first */
		double u = OFF * ((i + 1) % 3 - 1), v = OFF * ((i + 4) / 3 % 3 - 1);

		centre(&w, x + u * w.m[0] + v * w.m[1], y + u * w.m[3] + v * w.m[4]);
		fit_from(g, f, w, ret);
	}
}

static bool fit_again(const struct gray *g, struct finder_look *f, const struct triple *t,
		      float scale, struct fitted at[3])
{
	int best = at[1].fits > at[0].fits ? 1 : 0;

	best = at[2].fits > at[best].fits ? 2 : best;
	if (at[best].fits > GOOD_FINDER)
		fit_around(g, f, at[best].warp, (double)(t->at[best].x * scale),
			   (double)(t->at[best].y * scale), &at[best]);
	for (int i = 0; i < 3 && at[best].fits > SURE_FINDER; i++)
		fit_around(g, f, at[best].warp, (double)(t->at[i].x * scale),
			   (double)(t->at[i].y * scale), &at[i]);
	return at[0].fits > GOOD_FINDER && at[1].fits > GOOD_FINDER && at[2].fits > GOOD_FINDER;
}

/* Pixels a module along a direction of the picture, by this pattern's own map. */
static double scale_along(const struct fitted *f, double dx, double dy)
{
	const double *m = f->warp.m;
	double det = m[0] * m[4] - m[1] * m[3];
	double u = (m[4] * dx - m[1] * dy) / det, v = (m[0] * dy - m[3] * dx) / det;

	return hypot(dx, dy) / hypot(u, v);
}

/* Sum of differences between timing modules and their neighbours, -1..1. */
static double alternates(const struct gray *g, const struct warp *w, int side, bool down)
{
	float value[PLAN_MAX_SIDE + 1];
	struct stencil one = { 1, 0, NULL, NULL, 1 };
	double right = 0, all = 1e-6;
	int n = 0;

	for (int i = 7; i <= side - 8; i++) {
		one.origin = 0;
		double place[2];
		struct warp at = { { 0, 0, 0, 0, 0, 0, 0, 0, 1 } };

		warp_point(w, down ? 6.5 : i + .5, down ? i + .5 : 6.5, place);
		at.m[2] = place[0], at.m[5] = place[1];
		warp_sample(g, &at, &one, &value[n++]);
	}
	for (int i = 1; i + 1 < n; i++) {
		double step = (double)(value[i] - (value[i - 1] + value[i + 1]) / 2);

		right += i % 2 ? -step : step;
		all += fabs(step);
	}
	return right / all;
}

struct corners {
	struct fitted at[3];
};

/* The map that has the three middles where they are; 1 + g and 1 + h is how much farther away the
 * right and the lower one are. */
static struct warp through(const struct corners *c, int side, double g, double h)
{
	const struct fitted *p = c->at;
	double d = side - 7;
	double ax = (p[1].x * (1 + g) - p[0].x) / d, ay = (p[1].y * (1 + g) - p[0].y) / d;
	double bx = (p[2].x * (1 + h) - p[0].x) / d, by = (p[2].y * (1 + h) - p[0].y) / d;
	struct warp from_middle = { { 1, 0, -3.5, 0, 1, -3.5, 0, 0, 1 } };
	struct warp w = { { ax, bx, p[0].x, ay, by, p[0].y, g / d, h / d, 1 } };

	return warp_after(&w, &from_middle);
}

/* Which slant makes the timing pattern appear along one side. */
static double best_slant(const struct gray *g, const struct corners *c, int side, bool down,
			 double *ret_slant)
{
	const struct fitted *p = c->at, *q = &c->at[down ? 2 : 1];
	double near = down ? p->down : p->right, far = down ? q->down : q->right;
	double guess = sqrt(near / far) - 1, best = -1;

	for (int i = -4; i <= 4; i++) {
		double slant = guess + i * .02;
		struct warp w = down ? through(c, side, 0, slant) : through(c, side, slant, 0);
		double score = alternates(g, &w, side, down) - abs(i) * .005;

		if (score > best) {
			best = score;
			*ret_slant = slant;
		}
	}
	return best;
}

/* Modules between two middles: where the picture is slanted, as many as at the mean scale. */
static double modules_between(const struct fitted *a, const struct fitted *b, double at_a,
			      double at_b)
{
	return hypot(a->x - b->x, a->y - b->y) / sqrt(at_a * at_b);
}

static double measure_side(struct corners *c)
{
	struct fitted *p = c->at;

	for (int i = 0; i < 3; i++) {
		p[i].right = scale_along(&p[i], p[1].x - p[0].x, p[1].y - p[0].y);
		p[i].down = scale_along(&p[i], p[2].x - p[0].x, p[2].y - p[0].y);
	}
	return 7 + (modules_between(&p[0], &p[1], p[0].right, p[1].right) +
		    modules_between(&p[0], &p[2], p[0].down, p[2].down)) /
			   2;
}

/* The version whose timing patterns are there. */
static bool choose_version(const struct gray *g, struct corners *c, struct grid *ret)
{
	double side = measure_side(c), best = 0.3;

	if (!(side > PLAN_MIN_SIDE / 2.0 && side < PLAN_MAX_SIDE * 1.2))
		return false; /* a map without an inside has no side at all */
	int about = (int)lrint((side - 17) / 4), reach = 1 + (int)(side * .06 / 4);
	bool found = false;

	for (int v = about - reach; v <= about + reach; v++) {
		double right = 0, down = 0;

		if (v < 1 || v > PLAN_MAX_VERSION)
			continue;
		double score = (best_slant(g, c, 17 + 4 * v, false, &right) +
				best_slant(g, c, 17 + 4 * v, true, &down)) /
				       2 -
			       .01 * fabs(17 + 4 * v - side);
		if (score <= best)
			continue;
		best = score;
		found = true;
		ret->version = v;
		ret->warp = through(c, 17 + 4 * v, right, down);
	}
	return found;
}

/* Room for the largest symbol. */
struct grid_room {
	struct finder_look finder;
	struct plan plan;
	int8_t cells[PLAN_MAX_SIDE * PLAN_MAX_SIDE];
	float *look, *weight, *seen;
};

/* Everything that is known beforehand; in a first round without the alignment patterns, which
 * look the same a module or two beside their place. */
static void know(struct grid_room *r, bool aligns)
{
	int side = r->plan.side;

	for (int i = 0; i < side * side; i++) {
		int row = i / side, column = i % side;
		uint8_t c = r->plan.cell[i];
		bool edge = row <= 8 || column <= 8;

		r->cells[i] = (int8_t)(c == PLAN_INK ? -1 : c == PLAN_PAPER ? 1 : 0);
		if (!aligns && !edge)
			r->cells[i] = 0;
	}
}

static void fit_grid(struct grid_room *r, struct grid *grid)
{
	struct stencil s;

	plan_make(grid->version, &r->plan);
	for (int round = 0; round < 2; round++) {
		know(r, round == 1);
		code_stencil(r->cells, r->plan.side, r->look, r->weight, &s);
		grid->fits = warp_align(grid->seen, &s, WARP_FREE, 5, r->seen, &grid->warp);
	}
}

static bool try_triple(const struct octaves *o, const struct triple *t, struct grid_room *r,
		       struct grid *ret)
{
	float module = (t->at[0].module_px + t->at[1].module_px + t->at[2].module_px) / 3;
	struct grid grid = { .octave = 1 };
	struct corners c;
	unsigned level = 0;

	for (; level + 1 < o->count && module > 4.8F; level++, module /= 2)
		grid.octave *= 2;
	grid.seen = &o->at[level];
	float scale = 1 / (float)grid.octave;
	for (int i = 0; i < 3; i++) {
		fit_finder(grid.seen, &r->finder, t, i, scale, &c.at[i]);
		if (c.at[i].fits < POOR_FINDER)
			return false;
	}
	if (!fit_again(grid.seen, &r->finder, t, scale, c.at))
		return false;
	if (!choose_version(grid.seen, &c, &grid))
		return false;
	fit_grid(r, &grid);
	*ret = grid;
	return grid.fits > GOOD_GRID;
}

static void keep_grid(struct grids *list, const struct grid *g)
{
	unsigned at = list->count < CODE_GRIDS ? list->count++ : CODE_GRIDS;

	for (; at > 0 && list->at[at - 1].fits < g->fits; at--)
		if (at < CODE_GRIDS)
			list->at[at] = list->at[at - 1];
	if (at < CODE_GRIDS)
		list->at[at] = *g;
}

enum err code_grids(const struct octaves *o, const struct spots *spots, struct grids *ret)
{
	AUTO_FREE struct grid_room *r = malloc(sizeof *r);
	int side = code_side(PLAN_MAX_SIDE);
	size_t plane = (size_t)side * (size_t)side;
	AUTO_FREE float *planes = malloc(3 * plane * sizeof *planes);
	struct triples triples = { 0 };
	struct grids list = { 0 };

	if (!r || !planes)
		return ERR_NO_MEMORY;
	r->look = planes, r->weight = planes + plane, r->seen = planes + 2 * plane;
	draw_finder(&r->finder);
	find_triples(spots, &triples);
	for (unsigned i = 0; i < triples.count; i++) {
		struct grid g;

		if (!try_triple(o, &triples.at[i], r, &g))
			continue;
		keep_grid(&list, &g);
		if (g.fits > SURE_GRID)
			break;
	}
	*ret = list;
	return list.count > 0 ? ERR_OK : ERR_NO_CODE;
}
