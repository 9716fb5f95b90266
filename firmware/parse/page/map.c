#include "firmware/parse/page/map.h"

#include <math.h>
#include <stdlib.h>

struct point map_point(const struct map *m, struct point p)
{
	const double *c = m->m;
	double w = c[6] * p.x + c[7] * p.y + c[8];

	w = fabs(w) < 1e-12 ? 1e-12 : w;
	return (struct point){ (c[0] * p.x + c[1] * p.y + c[2]) / w,
			       (c[3] * p.x + c[4] * p.y + c[5]) / w };
}

static struct map in_units(struct map m)
{
	double last = fabs(m.m[8]) < 1e-12 ? 1 : m.m[8];

	for (int i = 0; i < 9; i++)
		m.m[i] /= last;
	return m;
}

struct map map_of_both(const struct map *a, const struct map *b)
{
	struct map r = { { 0 } };

	for (int y = 0; y < 3; y++)
		for (int x = 0; x < 3; x++)
			for (int k = 0; k < 3; k++)
				r.m[y * 3 + x] += a->m[y * 3 + k] * b->m[k * 3 + x];
	return in_units(r);
}

struct map map_shift_scale(double scale, double dx, double dy)
{
	return (struct map){ { scale, 0, dx, 0, scale, dy, 0, 0, 1 } };
}

struct map map_turn_back(double deg, struct point middle, struct point from_middle)
{
	/* exact for quarters, so that pixels fall on pixels */
	double quarters = deg / 90, a = deg * M_PI / 180, c = cos(a), s = sin(a);

	if (quarters == floor(quarters)) {
		c = round(c);
		s = round(s);
	}
	return (struct map){ { c, s, from_middle.x - c * middle.x - s * middle.y, -s, c,
			       from_middle.y + s * middle.x - c * middle.y, 0, 0, 1 } };
}

/* Heckbert's way: the unit square to a quad has a closed form. */
bool map_to_quad(double w, double h, const struct point q[4], struct map *ret)
{
	double dx1 = q[1].x - q[2].x, dx2 = q[3].x - q[2].x;
	double dy1 = q[1].y - q[2].y, dy2 = q[3].y - q[2].y;
	double sx = q[0].x - q[1].x + q[2].x - q[3].x, sy = q[0].y - q[1].y + q[2].y - q[3].y;
	double det = dx1 * dy2 - dx2 * dy1;

	if (fabs(det) < 1e-9 || w <= 0 || h <= 0)
		return false;
	double g = (sx * dy2 - dx2 * sy) / det, k = (dx1 * sy - sx * dy1) / det;
	*ret = (struct map){ { (q[1].x - q[0].x + g * q[1].x) / w,
			       (q[3].x - q[0].x + k * q[3].x) / h, q[0].x,
			       (q[1].y - q[0].y + g * q[1].y) / w,
			       (q[3].y - q[0].y + k * q[3].y) / h, q[0].y, g / w, k / h, 1 } };
	return true;
}

bool map_inverse(const struct map *m, struct map *ret)
{
	const double *a = m->m;
	struct map r = {
		{ a[4] * a[8] - a[5] * a[7], a[2] * a[7] - a[1] * a[8], a[1] * a[5] - a[2] * a[4],
		  a[5] * a[6] - a[3] * a[8], a[0] * a[8] - a[2] * a[6], a[2] * a[3] - a[0] * a[5],
		  a[3] * a[7] - a[4] * a[6], a[1] * a[6] - a[0] * a[7], a[0] * a[4] - a[1] * a[3] }
	};

	if (fabs(a[0] * r.m[0] + a[1] * r.m[3] + a[2] * r.m[6]) < 1e-15 || fabs(r.m[8]) < 1e-15)
		return false;
	*ret = in_units(r);
	return true;
}

void map_outline(const struct map *m, const struct outline *o, struct outline *ret)
{
	ret->count = o->count;
	for (size_t i = 0; i < o->count; i++)
		ret->at[i] = map_point(m, o->at[i]);
}

bool outline_row(const struct outline *o, double y, double *ret_from, double *ret_to)
{
	double from = HUGE_VAL, to = -HUGE_VAL;

	for (size_t i = 0; i < o->count; i++) {
		struct point a = o->at[i], b = o->at[(i + 1) % o->count];

		if ((a.y > y) == (b.y > y))
			continue;
		double x = a.x + (b.x - a.x) * (y - a.y) / (b.y - a.y);
		from = x < from ? x : from;
		to = x > to ? x : to;
	}
	if (from > to)
		return false;
	*ret_from = from;
	*ret_to = to;
	return true;
}

double outline_area(const struct outline *o)
{
	double sum = 0;

	for (size_t i = 0; i < o->count; i++) {
		struct point a = o->at[i], b = o->at[(i + 1) % o->count];

		sum += a.x * b.y - b.x * a.y;
	}
	return fabs(sum) / 2;
}

bool outline_has(const struct outline *o, struct point p)
{
	double from, to;

	return outline_row(o, p.y, &from, &to) && p.x >= from && p.x <= to;
}

static int by_x(const void *va, const void *vb)
{
	const struct point *a = va, *b = vb;

	if (a->x != b->x)
		return a->x < b->x ? -1 : 1;
	return a->y < b->y ? -1 : a->y > b->y;
}

static double turn(struct point a, struct point b, struct point c)
{
	return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

double point_distance(struct point a, struct point b)
{
	return hypot(a.x - b.x, a.y - b.y);
}

/* Takes away the corner whose loss costs the least. */
static void thin_out(struct point *h, size_t *n)
{
	size_t least = 0;
	double least_area = HUGE_VAL;

	for (size_t i = 0; i < *n; i++) {
		double area = fabs(turn(h[(i + *n - 1) % *n], h[i], h[(i + 1) % *n]));

		if (area < least_area) {
			least_area = area;
			least = i;
		}
	}
	for (size_t i = least; i + 1 < *n; i++)
		h[i] = h[i + 1];
	--*n;
}

/* Andrew's monotone chain: the lower side into the front of `h`, the upper behind it. */
static size_t chain(const struct point *p, size_t n, struct point *h)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		while (k >= 2 && turn(h[k - 2], h[k - 1], p[i]) <= 0)
			k--;
		h[k++] = p[i];
	}
	for (size_t i = n - 1, least = k + 1; i-- > 0;) {
		while (k >= least && turn(h[k - 2], h[k - 1], p[i]) <= 0)
			k--;
		h[k++] = p[i];
	}
	return k - 1;
}

void outline_around(struct point *p, size_t n, struct outline *ret)
{
	struct point *h = n >= 3 ? malloc((2 * n + 1) * sizeof *h) : NULL;

	ret->count = 0;
	if (!h)
		return;
	qsort(p, n, sizeof *p, by_x);
	size_t k = chain(p, n, h);
	while (k > OUTLINE_MAX)
		thin_out(h, &k);
	for (size_t i = 0; i < k; i++)
		ret->at[i] = h[i];
	ret->count = k >= 3 ? k : 0;
	free(h);
}
