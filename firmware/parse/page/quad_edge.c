#include "firmware/parse/page/quad.h"

#include <math.h>
#include <stdlib.h>

enum { SAMPLES = 160, MAX_REACH = 24, ROUNDS = 6 };

#define FROM_CORNER 0.04 /* of a side: nearer to a corner the other side disturbs */
#define LEAST_STEP  5.0  /* of brightness */

/* A side as a line: points p with n * p = d, n pointing into the sheet. */
struct line {
	struct point n;
	double d;
};

static double value(const struct plane *p, double x, double y)
{
	double fx = floor(x - 0.5), fy = floor(y - 0.5);

	if (fx < 0 || fy < 0 || fx + 1 >= p->width || fy + 1 >= p->height)
		return -1;
	double ax = x - 0.5 - fx, ay = y - 0.5 - fy;
	const uint8_t *at = p->at + (size_t)fy * p->stride + (size_t)fx;

	return (at[0] * (1 - ax) + at[1] * ax) * (1 - ay) +
	       (at[p->stride] * (1 - ax) + at[p->stride + 1] * ax) * ay;
}

/* Where along the normal brightness rises most, in pixels from `c`; NAN when it does not. */
static double edge_near(const struct plane *p, struct point c, struct point n, int reach)
{
	double v[2 * MAX_REACH + 1], best = LEAST_STEP;
	int at = -1;

	for (int k = -reach; k <= reach; k++) {
		v[k + reach] = value(p, c.x + k * n.x, c.y + k * n.y);
		if (v[k + reach] < 0)
			return NAN;
	}
	for (int k = 2; k + 2 <= 2 * reach; k++) {
		double step = v[k + 2] + v[k + 1] - v[k - 1] - v[k - 2];

		if (step > best) {
			best = step;
			at = k;
		}
	}
	if (at < 3 || at + 3 > 2 * reach)
		return NAN;
	double before = v[at + 1] + v[at] - v[at - 2] - v[at - 3];
	double behind = v[at + 3] + v[at + 2] - v[at] - v[at - 1];
	double bend = before - 2 * best + behind;
	double part = bend < 0 ? (before - behind) / (2 * bend) : 0;
	return at - reach + fmax(-1, fmin(1, part));
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double median(const double *v, size_t n)
{
	double sorted[SAMPLES];

	for (size_t i = 0; i < n; i++)
		sorted[i] = v[i];
	qsort(sorted, n, sizeof *sorted, by_size);
	return sorted[n / 2];
}

/* A straight line through offsets `off` at places `t`; what lies off it counts less and less. */
static bool fit(const double *t, const double *off, size_t n, double *ret_at, double *ret_slope)
{
	double at = median(off, n), slope = 0, apart[SAMPLES];

	for (int round = 0; round < ROUNDS; round++) {
		double w = 0, wt = 0, wo = 0, wtt = 0, wto = 0;

		for (size_t i = 0; i < n; i++)
			apart[i] = fabs(off[i] - at - slope * t[i]);
		double scale = fmax(0.15, 2.5 * median(apart, n));
		for (size_t i = 0; i < n; i++) {
			double u = apart[i] / scale, one = u >= 1 ? 0 : (1 - u * u) * (1 - u * u);

			w += one;
			wt += one * t[i];
			wo += one * off[i];
			wtt += one * t[i] * t[i];
			wto += one * t[i] * off[i];
		}
		double det = w * wtt - wt * wt;
		if (w < 8 || det < 1e-9)
			return false;
		slope = (w * wto - wt * wo) / det;
		at = (wo - slope * wt) / w;
	}
	*ret_at = at;
	*ret_slope = slope;
	return true;
}

/* The side from a to b, moved to where the edge is; as it was when no edge is there. */
static struct line refine_side(const struct plane *p, struct point a, struct point b, int reach,
			       double *ret_clear)
{
	double length = point_distance(a, b), t[SAMPLES], off[SAMPLES], at = 0, slope = 0;
	struct point along = { (b.x - a.x) / length, (b.y - a.y) / length };
	struct point n = { -along.y, along.x };
	size_t count = 0;

	for (int i = 0; i < SAMPLES; i++) {
		double s = FROM_CORNER + (1 - 2 * FROM_CORNER) * (i + 0.5) / SAMPLES;
		struct point c = { a.x + s * (b.x - a.x), a.y + s * (b.y - a.y) };
		double found = edge_near(p, c, n, reach);

		if (isnan(found))
			continue;
		t[count] = s - 0.5;
		off[count++] = found;
	}
	size_t near = 0;
	if (count >= SAMPLES / 8 && fit(t, off, count, &at, &slope))
		for (size_t i = 0; i < count; i++)
			near += fabs(off[i] - at - slope * t[i]) < 2;
	*ret_clear = (double)near / SAMPLES;
	struct point a2 = { a.x + (at - slope / 2) * n.x, a.y + (at - slope / 2) * n.y };
	struct point b2 = { b.x + (at + slope / 2) * n.x, b.y + (at + slope / 2) * n.y };
	double l2 = point_distance(a2, b2);
	struct point n2 = { -(b2.y - a2.y) / l2, (b2.x - a2.x) / l2 };
	return (struct line){ n2, n2.x * a2.x + n2.y * a2.y };
}

static bool crossing(const struct line *a, const struct line *b, struct point *ret)
{
	double det = a->n.x * b->n.y - a->n.y * b->n.x;

	if (fabs(det) < 0.2)
		return false;
	*ret = (struct point){ (a->d * b->n.y - b->d * a->n.y) / det,
			       (a->n.x * b->d - b->n.x * a->d) / det };
	return true;
}

void quad_refine(const struct plane *p, double reach_px, struct quad *q)
{
	int reach = (int)fmax(5, fmin(MAX_REACH, reach_px));

	for (int pass = 0; pass < 2; pass++, reach = 5) {
		struct line side[QUAD_SIDES];
		struct point corner[4];

		for (int k = 0; k < QUAD_SIDES; k++) {
			struct point a = q->corner[k], b = q->corner[(k + 1) % 4];

			if (point_distance(a, b) < 8)
				return;
			side[k] = refine_side(p, a, b, q->at_frame[k] ? 0 : reach, &q->clear[k]);
		}
		for (int k = 0; k < 4; k++) {
			if (!crossing(&side[(k + 3) % 4], &side[k], &corner[k]) ||
			    point_distance(corner[k], q->corner[k]) > 4 * reach_px + 10)
				return;
		}
		for (int k = 0; k < 4; k++)
			q->corner[k] = corner[k];
	}
}
