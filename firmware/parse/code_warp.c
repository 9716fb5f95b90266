#include "firmware/parse/code_warp.h"

#include <math.h>
#include <string.h>

#define LONGEST_STEP 0.2 /* of half the stencil's side, in one round */
#define STILL        1e-3
#define VISIBLE      0.06 /* share of a block's variation that must be explained, at least */

void warp_steps(const struct warp *w, double u, double v, double ret_right[2], double ret_down[2])
{
	const double *m = w->m;
	double by = 1 / (m[6] * u + m[7] * v + m[8]), at[2];

	warp_point(w, u, v, at);
	ret_right[0] = (m[0] - m[6] * at[0]) * by;
	ret_right[1] = (m[3] - m[6] * at[1]) * by;
	ret_down[0] = (m[1] - m[7] * at[0]) * by;
	ret_down[1] = (m[4] - m[7] * at[1]) * by;
}

struct warp warp_after(const struct warp *then, const struct warp *first)
{
	struct warp r = { { 0 } };

	for (int i = 0; i < 3; i++)
		for (int j = 0; j < 3; j++)
			for (int k = 0; k < 3; k++)
				r.m[3 * i + j] += then->m[3 * i + k] * first->m[3 * k + j];
	return r;
}

bool warp_back(const struct warp *w, struct warp *ret)
{
	const double *m = w->m;
	struct warp r = { {
		m[4] * m[8] - m[5] * m[7],
		m[2] * m[7] - m[1] * m[8],
		m[1] * m[5] - m[2] * m[4],
		m[5] * m[6] - m[3] * m[8],
		m[0] * m[8] - m[2] * m[6],
		m[2] * m[3] - m[0] * m[5],
		m[3] * m[7] - m[4] * m[6],
		m[1] * m[6] - m[0] * m[7],
		m[0] * m[4] - m[1] * m[3],
	} };
	double det = m[0] * r.m[0] + m[1] * r.m[3] + m[2] * r.m[6];

	if (!(fabs(det) > 1e-12))
		return false;
	for (int i = 0; i < 9; i++)
		r.m[i] /= det;
	*ret = r;
	return true;
}

/* Bilinear; outside the picture its edge goes on. */
static inline float between(const struct gray *g, float x, float y)
{
	float most_x = (float)g->width - 1.001F, most_y = (float)g->height - 1.001F;

	x = x > 0 ? x : 0, y = y > 0 ? y : 0;
	x = x < most_x ? x : most_x, y = y < most_y ? y : most_y;
	uint32_t xi = (uint32_t)x, yi = (uint32_t)y;
	float fx = x - (float)xi, fy = y - (float)yi;
	const uint8_t *up = g->at + (size_t)yi * g->width + xi, *low = up + g->width;
	float a = (float)up[0] + fx * (float)(up[1] - up[0]);
	float b = (float)low[0] + fx * (float)(low[1] - low[0]);

	return a + fy * (b - a);
}

static double module_at(const struct stencil *s, int sample)
{
	return s->origin + (sample + .5) / CODE_SAMPLES;
}

void warp_sample(const struct gray *g, const struct warp *w, const struct stencil *s, float *out)
{
	const double *m = w->m;

	for (int j = 0; j < s->side; j++) {
		double v = module_at(s, j), u0 = module_at(s, 0), step = 1.0 / CODE_SAMPLES;
		float x = (float)(m[0] * u0 + m[1] * v + m[2]), dx = (float)(m[0] * step);
		float y = (float)(m[3] * u0 + m[4] * v + m[5]), dy = (float)(m[3] * step);
		float z = (float)(m[6] * u0 + m[7] * v + m[8]), dz = (float)(m[6] * step);

		for (int i = 0; i < s->side; i++) {
			float by = 1 / (z + (float)i * dz);

			out[j * s->side + i] = between(g, (x + (float)i * dx) * by - .5F,
						       (y + (float)i * dy) * by - .5F);
		}
	}
}

/* Brightness of ink and paper in one block, as paper + ink * look. */
struct gain {
	float level, rise; /* rise 0: nothing to be seen here */
	double explained, all;
};

struct block {
	int x0, y0, x1, y1;
};

static struct gain gain_of(const struct stencil *s, const float *seen, struct block b)
{
	double n = 0, t = 0, r = 0, tt = 0, rr = 0, tr = 0;

	for (int y = b.y0; y < b.y1; y++)
		for (int x = b.x0; x < b.x1; x++) {
			int at = y * s->side + x;
			double w = (double)s->weight[at];

			if (w == 0)
				continue;
			double look = (double)s->look[at], is = (double)seen[at];
			n += w, t += w * look, r += w * is;
			tt += w * look * look, rr += w * is * is, tr += w * look * is;
		}
	if (n < 4)
		return (struct gain){ 0 };
	double var_t = tt - t * t / n, var_r = rr - r * r / n, both = tr - t * r / n;
	if (var_t < 1e-6 * n || var_r < 1e-3 * n)
		return (struct gain){ 0 };
	double rise = both / var_t, explained = both > 0 ? both * rise : 0;
	if (explained < VISIBLE * var_r)
		return (struct gain){ .all = var_r, .explained = explained };
	return (struct gain){ (float)((r - rise * t) / n), (float)rise, explained, var_r };
}

/* Normal equations of one round. */
struct fit {
	int freedom;
	double a[WARP_FREE][WARP_FREE], b[WARP_FREE];
	double explained, all;
};

static void add_sample(struct fit *f, const double slope[2], const double at[2], double error,
		       double weight)
{
	double along = slope[0] * at[0] + slope[1] * at[1];
	const double j[WARP_FREE] = {
		slope[0] * at[0], slope[0] * at[1], slope[0],       slope[1] * at[0],
		slope[1] * at[1], slope[1],         -along * at[0], -along * at[1],
	};

	for (int r = 0; r < f->freedom; r++) {
		double jw = j[r] * weight;

		for (int c = 0; c <= r; c++)
			f->a[r][c] += jw * j[c];
		f->b[r] += jw * error;
	}
}

static void add_block(const struct stencil *s, const float *seen, struct block b, struct fit *f)
{
	struct gain g = gain_of(s, seen, b);
	double half = s->side / 2.0;

	f->explained += g.explained;
	f->all += g.all;
	if (g.rise <= 0)
		return;
	/* the outermost samples have no slope */
	int x0 = b.x0 > 1 ? b.x0 : 1, x1 = b.x1 < s->side - 1 ? b.x1 : s->side - 1;
	int y0 = b.y0 > 1 ? b.y0 : 1, y1 = b.y1 < s->side - 1 ? b.y1 : s->side - 1;
	for (int y = y0; y < y1; y++)
		for (int x = x0; x < x1; x++) {
			int at = y * s->side + x;
			const float *t = s->look + at;

			if (s->weight[at] == 0)
				continue;
			const double slope[2] = { (double)(t[1] - t[-1]) / 2 * half,
						  (double)(t[s->side] - t[-s->side]) / 2 * half };
			const double place[2] = { (x + .5 - half) / half, (y + .5 - half) / half };
			double error = (double)((seen[at] - g.level) / g.rise - *t);

			add_sample(f, slope, place, error, (double)s->weight[at]);
		}
}

/* a x = b for a symmetric a of which the lower half is given. False when it has no solution. */
static bool solve(struct fit *f, double x[WARP_FREE])
{
	int n = f->freedom;

	for (int j = 0; j < n; j++) { /* Cholesky, in place */
		for (int k = 0; k < j; k++)
			for (int i = j; i < n; i++)
				f->a[i][j] -= f->a[i][k] * f->a[j][k];
		if (!(f->a[j][j] > 1e-9))
			return false;
		double root = sqrt(f->a[j][j]);
		for (int i = j; i < n; i++)
			f->a[i][j] /= root;
	}
	for (int i = 0; i < n; i++) {
		x[i] = f->b[i];
		for (int k = 0; k < i; k++)
			x[i] -= f->a[i][k] * x[k];
		x[i] /= f->a[i][i];
	}
	for (int i = n - 1; i >= 0; i--) {
		for (int k = i + 1; k < n; k++)
			x[i] -= f->a[k][i] * x[k];
		x[i] /= f->a[i][i];
	}
	return true;
}

static double longest(const double *p, int n)
{
	double most = 0;

	for (int i = 0; i < n; i++)
		most = fmax(most, fabs(p[i]));
	return most;
}

/* Moves the map so that what was seen beside its place is on it. */
static bool step(const struct stencil *s, const double p[WARP_FREE], struct warp *w)
{
	double half = s->side / 2.0 / CODE_SAMPLES, middle = s->origin + half;
	struct warp moved = { { 1 + p[0], p[1], p[2], p[3], 1 + p[4], p[5], p[6], p[7], 1 } };
	struct warp in = { { 1 / half, 0, -middle / half, 0, 1 / half, -middle / half, 0, 0, 1 } };
	struct warp out = { { half, 0, middle, 0, half, middle, 0, 0, 1 } };
	struct warp back;

	if (!warp_back(&moved, &back))
		return false;
	struct warp inside = warp_after(&back, &in);
	inside = warp_after(&out, &inside);
	*w = warp_after(w, &inside);
	for (int i = 0; i < 8; i++)
		w->m[i] /= w->m[8];
	w->m[8] = 1;
	return true;
}

static double look_once(const struct gray *g, const struct stencil *s, const struct warp *w,
			float *seen, struct fit *f)
{
	int block = s->block < s->side ? s->block : s->side;

	warp_sample(g, w, s, seen);
	for (int y = 0; y < s->side; y += block)
		for (int x = 0; x < s->side; x += block) {
			struct block b = { x, y, x + block < s->side ? x + block : s->side,
					   y + block < s->side ? y + block : s->side };

			add_block(s, seen, b, f);
		}
	return f->all > 0 ? sqrt(f->explained / f->all) : 0;
}

double warp_align(const struct gray *g, const struct stencil *s, enum warp_freedom freedom,
		  int rounds, float *seen, struct warp *w)
{
	struct warp now = *w;
	double best = 0;

	for (int round = 0; round <= rounds; round++) {
		struct fit f = { .freedom = freedom };
		double p[WARP_FREE] = { 0 }, fits = look_once(g, s, &now, seen, &f);

		if (fits > best) {
			best = fits;
			*w = now;
		}
		if (round == rounds || !solve(&f, p))
			break;
		double length = longest(p, freedom);
		if (length < STILL)
			break;
		for (int i = 0; length > LONGEST_STEP && i < WARP_FREE; i++)
			p[i] *= LONGEST_STEP / length;
		if (!step(s, p, &now))
			break;
	}
	return best;
}
