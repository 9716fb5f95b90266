#include "firmware/parse/page/overlay.h"

#include <leptonica/allheaders.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	COARSE = 8, /* pixels in one, along a side */
	REACH = 12, /* of the coarse ones: 3 cm on A4 */
	BLOCK = 64,
	MANY_BLOCKS = 512,
	ROUNDS = 3,
	STROKE = 15, /* as wide as one may be, and not a thing */
};

#define LIKE  0.4 /* a block that goes together worse says nothing */
#define STRAY 2.0 /* pixels */

static enum err field_create(uint32_t width, uint32_t height, struct field *ret)
{
	float *at = calloc((size_t)width * height, sizeof *at);

	if (!at)
		return ERR_NO_MEMORY;
	*ret = (struct field){ width, height, at };
	return ERR_OK;
}

void field_finish(struct field *f)
{
	free(f->at);
	*f = (struct field){ 0 };
}

/* One, two, one; at the edge the edge itself once more. */
static void smooth_line(float *at, size_t step, size_t n)
{
	float before = at[0];

	for (size_t i = 0; i < n; i++) {
		float now = at[i * step], next = at[(i + 1 < n ? i + 1 : i) * step];

		at[i * step] = (before + 2 * now + next) / 4;
		before = now;
	}
}

/* Strokes without what they stand on: a shadow, a reflection, the desk beside the page. */
static PIX *strokes_of(const struct image *i)
{
	struct gray g = { 0 };
	PIX *pix = gray_of(i, 1, &g) == ERR_OK ? pixCreate((l_int32)g.width, (l_int32)g.height, 8)
					       : NULL;

	for (uint32_t y = 0; pix && y < g.height; y++)
		for (uint32_t x = 0; x < g.width; x++)
			SET_DATA_BYTE(pixGetData(pix) + (size_t)y * (size_t)pixGetWpl(pix), x,
				      g.at[(size_t)y * g.width + x]);
	gray_finish(&g);
	PIX *strokes = pix ? pixTophat(pix, STROKE, STROKE, L_TOPHAT_BLACK) : NULL;
	pixDestroy(&pix);
	return strokes;
}

enum err field_of(const struct image *i, struct field *ret)
{
	PIX *strokes = strokes_of(i);
	struct field f = { 0 };
	enum err e = strokes ? field_create(i->width, i->height, &f) : ERR_NO_MEMORY;

	for (uint32_t y = 0; y < f.height; y++) {
		const l_uint32 *line = pixGetData(strokes) + (size_t)y * (size_t)pixGetWpl(strokes);

		for (uint32_t x = 0; x < f.width; x++)
			f.at[(size_t)y * f.width + x] = GET_DATA_BYTE(line, x);
		smooth_line(f.at + (size_t)y * f.width, 1, f.width);
	}
	for (uint32_t x = 0; x < f.width; x++)
		smooth_line(f.at + x, f.width, f.height);
	pixDestroy(&strokes);
	if (e == ERR_OK)
		*ret = f;
	return e;
}

enum err field_reduced(const struct field *f, uint32_t by, struct field *ret)
{
	struct field r = { 0 };

	if (f->width < by || f->height < by)
		return ERR_BAD_DATA;
	enum err e = field_create(f->width / by, f->height / by, &r);
	if (e != ERR_OK)
		return e;
	for (uint32_t y = 0; y < r.height * by; y++)
		for (uint32_t x = 0; x < r.width * by; x++)
			r.at[(size_t)(y / by) * r.width + x / by] +=
				f->at[(size_t)y * f->width + x] / (float)(by * by);
	*ret = r;
	return ERR_OK;
}

struct likeness field_likeness(const struct field *a, const struct field *b, const struct window *w,
			       int dx, int dy)
{
	int left = w->x + dx < 0 ? -dx : w->x, top = w->y + dy < 0 ? -dy : w->y;
	int right = w->x + w->width, bottom = w->y + w->height;
	float n = 0, sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;

	right = right + dx > (int)b->width ? (int)b->width - dx : right;
	bottom = bottom + dy > (int)b->height ? (int)b->height - dy : bottom;
	for (int y = top; y < bottom; y++) {
		const float *p = a->at + (size_t)y * a->width;
		const float *q = b->at + (size_t)(y + dy) * b->width;

		for (int x = left; x < right; x++) {
			float u = p[x], v = q[x + dx];

			n++, sa += u, sb += v, saa += u * u, sbb += v * v, sab += u * v;
		}
	}
	if (n == 0)
		return (struct likeness){ 0 };
	double va = fmax(0, saa / n - sa / n * (sa / n)), vb = fmax(0, sbb / n - sb / n * (sb / n));
	double both = sab / n - sa / n * (sb / n);
	return (struct likeness){ va > 0 && vb > 0 ? both / sqrt(va * vb) : 0, sqrt(va), sqrt(vb) };
}

struct likeness field_best(const struct field *a, const struct field *b, const struct window *w,
			   int reach, struct point *ret_shift)
{
	struct likeness best = { .by = -2 };

	for (int dy = -reach; dy <= reach; dy++)
		for (int dx = -reach; dx <= reach; dx++) {
			struct likeness is = field_likeness(a, b, w, dx, dy);

			if (is.by <= best.by)
				continue;
			best = is;
			*ret_shift = (struct point){ dx, dy };
		}
	return best;
}

/* `from` as `to_from` lays it, linear between pixels. */
static void lay(const struct field *from, const struct map *to_from, struct field *to)
{
	for (uint32_t y = 0; y < to->height; y++)
		for (uint32_t x = 0; x < to->width; x++) {
			struct point p = map_point(to_from, (struct point){ x + 0.5, y + 0.5 });
			double fx = fmin(fmax(p.x - 0.5, 0), from->width - 1.001);
			double fy = fmin(fmax(p.y - 0.5, 0), from->height - 1.001);
			const float *q = from->at + (size_t)fy * from->width + (size_t)fx;
			float px = (float)(fx - floor(fx)), py = (float)(fy - floor(fy));
			float upper = q[0] * (1 - px) + q[1] * px;
			float lower = q[from->width] * (1 - px) + q[from->width + 1] * px;

			to->at[(size_t)y * to->width + x] = upper * (1 - py) + lower * py;
		}
}

/* Where blocks of the one lie on the other. */
struct matches {
	int n;
	struct match {
		struct point at, shift;
		double weight;
	} of[MANY_BLOCKS];
};

static void match_blocks(const struct field *a, const struct field *b, int reach,
			 struct matches *ret)
{
	ret->n = 0;
	for (int y = 0; y + BLOCK <= (int)a->height; y += BLOCK)
		for (int x = 0; x + BLOCK <= (int)a->width && ret->n < MANY_BLOCKS; x += BLOCK) {
			struct window w = { x, y, BLOCK, BLOCK };
			struct match m = { .at = { x + BLOCK / 2.0, y + BLOCK / 2.0 } };
			struct likeness is = field_best(a, b, &w, reach, &m.shift);

			m.weight = is.by > LIKE ? is.da * is.db : 0;
			ret->of[ret->n++] = m;
		}
}

/* Three unknowns by Cramer's rule. */
static double det(const double c[3][3])
{
	return c[0][0] * (c[1][1] * c[2][2] - c[1][2] * c[2][1]) -
	       c[0][1] * (c[1][0] * c[2][2] - c[1][2] * c[2][0]) +
	       c[0][2] * (c[1][0] * c[2][1] - c[1][1] * c[2][0]);
}

static bool solve(const double c[3][3], const double is[3], double ret[3])
{
	double all = det(c);

	if (fabs(all) < 1e-6)
		return false;
	for (int k = 0; k < 3; k++) {
		double d[3][3];

		memcpy(d, c, sizeof d);
		for (int i = 0; i < 3; i++)
			d[i][k] = is[i];
		ret[k] = det(d) / all;
	}
	return true;
}

/* The plane map that comes nearest to what the blocks say. */
static bool fit(const struct matches *m, struct map *ret)
{
	double c[3][3] = { 0 }, px[3] = { 0 }, py[3] = { 0 };
	struct map map = { .m = { [8] = 1 } };

	for (int i = 0; i < m->n; i++) {
		const struct match *at = &m->of[i];
		const double v[3] = { at->at.x, at->at.y, 1 };

		for (int k = 0; k < 9; k++)
			c[k / 3][k % 3] += at->weight * v[k / 3] * v[k % 3];
		for (int k = 0; k < 3; k++) {
			px[k] += at->weight * v[k] * (at->at.x + at->shift.x);
			py[k] += at->weight * v[k] * (at->at.y + at->shift.y);
		}
	}
	if (!solve(c, px, map.m) || !solve(c, py, map.m + 3))
		return false;
	*ret = map;
	return true;
}

static void drop_strays(const struct map *map, struct matches *m)
{
	for (int i = 0; i < m->n; i++) {
		struct match *at = &m->of[i];
		struct point is = { at->at.x + at->shift.x, at->at.y + at->shift.y };

		if (point_distance(map_point(map, at->at), is) > STRAY)
			at->weight = 0;
	}
}

static bool find_map(const struct field *a, const struct field *b, int reach, struct map *ret)
{
	struct matches *m = malloc(sizeof *m);
	bool found = false;

	if (!m)
		return false;
	match_blocks(a, b, reach, m);
	for (int i = 0; i < ROUNDS && fit(m, ret); i++) {
		found = true;
		drop_strays(ret, m);
	}
	free(m);
	return found;
}

/* Sizes as they are and the whole of both: within a few pixels. */
static enum err lay_roughly(const struct field *a, const struct field *b, struct map *ret)
{
	double scale = (b->width + b->height) / (double)(a->width + a->height);
	struct map m = map_shift_scale(scale, (b->width - scale * a->width) / 2,
				       (b->height - scale * a->height) / 2);
	struct field full = { 0 }, p = { 0 }, q = { 0 };
	struct point shift = { 0 };
	enum err e = field_create(a->width, a->height, &full);

	if (e == ERR_OK) {
		lay(b, &m, &full);
		e = field_reduced(a, COARSE, &p);
	}
	if (e == ERR_OK)
		e = field_reduced(&full, COARSE, &q);
	if (e == ERR_OK) {
		struct window all = { 0, 0, (int)p.width, (int)p.height };
		struct map move;

		(void)field_best(&p, &q, &all, REACH, &shift);
		move = map_shift_scale(1, shift.x * COARSE, shift.y * COARSE);
		*ret = map_of_both(&m, &move);
	}
	field_finish(&full);
	field_finish(&p);
	field_finish(&q);
	return e;
}

/* Blocks of pixels as they are or `by` of them in one: the map is made finer. */
static enum err refine(const struct field *a, const struct field *b, uint32_t by, int reach,
		       struct field *laid, struct map *map)
{
	struct field p = { 0 }, q = { 0 };
	struct map found, grow = map_shift_scale(by, 0, 0),
			  reduce = map_shift_scale(1.0 / by, 0, 0);
	enum err e = field_reduced(a, by, &p);

	lay(b, map, laid);
	if (e == ERR_OK)
		e = field_reduced(laid, by, &q);
	if (e == ERR_OK && find_map(&p, &q, reach, &found)) {
		found = map_of_both(&found, &reduce);
		found = map_of_both(&grow, &found);
		*map = map_of_both(map, &found);
	}
	field_finish(&p);
	field_finish(&q);
	return e;
}

enum err overlay(const struct field *a, const struct field *b, struct field *ret)
{
	struct field laid = { 0 };
	struct map map;
	enum err e = lay_roughly(a, b, &map);

	if (e == ERR_OK)
		e = field_create(a->width, a->height, &laid);
	if (e == ERR_OK)
		e = refine(a, b, 2, 7, &laid, &map);
	if (e == ERR_OK)
		e = refine(a, b, 1, 3, &laid, &map);
	if (e != ERR_OK) {
		field_finish(&laid);
		return e;
	}
	lay(b, &map, &laid);
	*ret = laid;
	return ERR_OK;
}
