#include "firmware/parse/code_soft.h"

#include "firmware/base/auto.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	TAPS = 7,   /* samples each way about the middle of a module */
	AROUND = 8, /* neighbours whose decisions are used */
	WEIGHTS = TAPS * TAPS + AROUND + 1,
	LIGHT = 5,  /* modules each way in which light is even */
	NOISE = 3,  /* modules each way in which noise is even */
	ROUNDS = 2, /* of fitting the filter once the grid is improved */
	KNOWN_COUNTS = 3,
};

#define RIDGE 0.02 /* of the mean diagonal: keeps the filter from fitting noise */
#define DIM   0.2F /* of the median contrast: darker parts count as so bright */

/* Planes of samples, then of modules. */
struct planes {
	float *seen, *look, *weight; /* code_side() squared */
	float *mean, *rise, *value, *scratch;
};

static struct planes planes_of(const struct soft *s)
{
	size_t samples = (size_t)code_side(s->plan->side) * (size_t)code_side(s->plan->side);
	size_t cells = (size_t)s->plan->side * (size_t)s->plan->side;
	float *p = s->planes;

	return (struct planes){ p,
				p + samples,
				p + 2 * samples,
				p + 3 * samples,
				p + 3 * samples + cells,
				p + 3 * samples + 2 * cells,
				p + 3 * samples + 3 * cells };
}

enum err soft_begin(const struct grid *g, const struct plan *p, struct soft *ret)
{
	size_t samples = (size_t)code_side(p->side) * (size_t)code_side(p->side);
	size_t cells = (size_t)p->side * (size_t)p->side;
	struct soft s = { .grid = *g, .plan = p };

	s.planes = malloc((3 * samples + 5 * cells) * sizeof *s.planes);
	s.known = malloc(2 * cells);
	if (!s.planes || !s.known) {
		soft_finish(&s);
		return ERR_NO_MEMORY;
	}
	s.guess = s.known + cells;
	s.sure = s.planes + 3 * samples + 4 * cells;
	for (size_t i = 0; i < cells; i++)
		s.known[i] = p->cell[i] == PLAN_INK ? -1 : p->cell[i] == PLAN_PAPER ? 1 : 0;
	*ret = s;
	return ERR_OK;
}

void soft_finish(struct soft *s)
{
	free(s->planes);
	free(s->known);
	*s = (struct soft){ 0 };
}

/* The sample in the middle of a module. */
static inline const float *middle_of(const struct soft *s, const float *plane, int row, int column)
{
	int side = code_side(s->plan->side);

	return plane + ((row + CODE_MARGIN) * CODE_SAMPLES + CODE_SAMPLES / 2) * side +
	       (column + CODE_MARGIN) * CODE_SAMPLES + CODE_SAMPLES / 2;
}

static void sample(struct soft *s, const struct planes *p)
{
	struct stencil t = { code_side(s->plan->side), -CODE_MARGIN, NULL, NULL, 1 };

	warp_sample(s->grid.seen, &s->grid.warp, &t, p->seen);
}

/* Mean brightness of each module. */
static void average(const struct soft *s, const struct planes *p)
{
	int n = s->plan->side, side = code_side(n);

	for (int row = 0; row < n; row++)
		for (int column = 0; column < n; column++) {
			const float *at = middle_of(s, p->seen, row, column);
			float sum = 0;

			for (int y = -1; y <= 1; y++)
				for (int x = -1; x <= 1; x++)
					sum += at[y * side + x];
			p->value[row * n + column] = sum / 9;
		}
}

/* Sums over squares of `reach` modules each way. A running sum by columns, then along rows. */
static void spread(const float *in, float *out, int n, int reach)
{
	double column[PLAN_MAX_SIDE] = { 0 };

	for (int y = -reach; y < n; y++) {
		for (int x = 0; x < n; x++) {
			column[x] += y + reach < n ? (double)in[(y + reach) * n + x] : 0;
			column[x] -= y - reach > 0 ? (double)in[(y - reach - 1) * n + x] : 0;
		}
		if (y < 0)
			continue;
		double sum = 0;
		for (int x = -reach; x < n; x++) {
			sum += x + reach < n ? column[x + reach] : 0;
			sum -= x - reach > 0 ? column[x - reach - 1] : 0;
			if (x >= 0)
				out[y * n + x] = (float)sum;
		}
	}
}

static int within(int at, int n, int reach)
{
	int from = at - reach > 0 ? at - reach : 0, to = at + reach < n ? at + reach : n - 1;

	return to - from + 1;
}

/* Half of all modules are ink, nearly, so that their mean is between ink and paper. */
static void take_off_mean(const struct soft *s, const struct planes *p)
{
	int n = s->plan->side;

	spread(p->value, p->scratch, n, LIGHT);
	for (int i = 0; i < n * n; i++)
		p->value[i] -=
			p->scratch[i] / (float)(within(i / n, n, LIGHT) * within(i % n, n, LIGHT));
}

static float sharpened(const float *value, int n, int at, float by)
{
	int row = at / n, column = at % n;
	float sum = 0;

	sum += row > 0 ? value[at - n] : 0;
	sum += row + 1 < n ? value[at + n] : 0;
	sum += column > 0 ? value[at - 1] : 0;
	sum += column + 1 < n ? value[at + 1] : 0;
	return value[at] - by * sum;
}

/* How well what is known is seen after sharpening. */
static double agreement(const struct soft *s, const struct planes *p, float by)
{
	int n = s->plan->side;
	double both = 0, square = 1e-9;

	for (int i = 0; i < n * n; i++) {
		if (s->known[i] == 0)
			continue;
		double v = (double)sharpened(p->value, n, i, by);

		both += v * s->known[i];
		square += v * v;
	}
	return both / sqrt(square);
}

static void decide(const struct soft *s, const float *value)
{
	int cells = s->plan->side * s->plan->side;

	for (int i = 0; i < cells; i++)
		s->guess[i] = s->known[i] ? s->known[i] : value[i] < 0 ? -1 : 1;
}

static void first_guess(const struct soft *s, const struct planes *p)
{
	static const float STRENGTHS[] = { 0, .08F, .14F, .18F };
	int n = s->plan->side;
	double best = -1e9;
	float by = 0;

	average(s, p);
	take_off_mean(s, p);
	for (size_t i = 0; i < sizeof STRENGTHS / sizeof *STRENGTHS; i++) {
		double a = agreement(s, p, STRENGTHS[i]);

		if (a > best)
			best = a, by = STRENGTHS[i];
	}
	for (int i = 0; i < n * n; i++)
		p->scratch[i] = sharpened(p->value, n, i, by);
	decide(s, p->scratch);
}

static int by_size(const void *left, const void *right)
{
	const float *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

/* Brightness between ink and paper, and half of the difference, around each module, from those
 * that were decided. Where there is next to none, as in glare, it counts as a little. */
static void measure_light(const struct soft *s, const struct planes *p)
{
	int n = s->plan->side;
	float *ink = p->rise, *paper = p->mean, *part = p->look;

	average(s, p);
	for (int i = 0; i < n * n; i++)
		part[i] = s->guess[i] < 0 ? p->value[i] : 0;
	spread(part, ink, n, LIGHT);
	for (int i = 0; i < n * n; i++)
		part[i] = s->guess[i] > 0 ? p->value[i] : 0;
	spread(part, paper, n, LIGHT);
	for (int i = 0; i < n * n; i++)
		part[i] = s->guess[i] < 0;
	spread(part, p->scratch, n, LIGHT);
	for (int i = 0; i < n * n; i++) {
		float count = (float)(within(i / n, n, LIGHT) * within(i % n, n, LIGHT));
		float dark = p->scratch[i], light = count - dark;
		float a = ink[i] / fmaxf(dark, 1), b = paper[i] / fmaxf(light, 1);

		p->mean[i] = (a + b) / 2;
		p->rise[i] = dark < 1 || light < 1 ? 0 : (b - a) / 2;
	}
	memcpy(part, p->rise, (size_t)(n * n) * sizeof *part);
	qsort(part, (size_t)(n * n), sizeof *part, by_size);
	float least = fmaxf(part[n * n / 2] * DIM, .5F);
	for (int i = 0; i < n * n; i++)
		p->rise[i] = fmaxf(p->rise[i], least);
}

/* What the filter sees of a module. Beyond the code is paper. */
static void features(const struct soft *s, const struct planes *p, int at, float x[WEIGHTS])
{
	int n = s->plan->side, side = code_side(n), row = at / n, column = at % n, count = 0;
	const float *middle = middle_of(s, p->seen, row, column);
	float mean = p->mean[at], by = 1 / p->rise[at];

	for (int v = -TAPS / 2; v <= TAPS / 2; v++)
		for (int u = -TAPS / 2; u <= TAPS / 2; u++) {
			float f = (middle[v * side + u] - mean) * by;

			x[count++] = f > 4 ? 4 : f < -4 ? -4 : f;
		}
	for (int v = -1; v <= 1; v++)
		for (int u = -1; u <= 1; u++) {
			int r = row + v, c = column + u;
			bool inside = r >= 0 && c >= 0 && r < n && c < n;

			if (v != 0 || u != 0)
				x[count++] = inside ? s->guess[r * n + c] : 1;
		}
	x[count] = 1;
}

struct filter {
	double a[WEIGHTS][WEIGHTS], b[WEIGHTS];
	float w[WEIGHTS];
};

static void add_module(struct filter *f, const float x[WEIGHTS], float is, float counts)
{
	for (int i = 0; i < WEIGHTS; i++) {
		double by = (double)(x[i] * counts);

		for (int j = 0; j <= i; j++)
			f->a[i][j] += by * (double)x[j];
		f->b[i] += by * (double)is;
	}
}

/* Least squares, by Cholesky, in place. */
static bool solve(struct filter *f)
{
	double mean = 0;

	for (int i = 0; i < WEIGHTS; i++)
		mean += f->a[i][i] / WEIGHTS;
	for (int j = 0; j < WEIGHTS; j++) {
		f->a[j][j] += RIDGE * mean;
		for (int i = j; i < WEIGHTS; i++) {
			double sum = f->a[i][j];

			for (int k = 0; k < j; k++)
				sum -= f->a[i][k] * f->a[j][k];
			if (i == j && !(sum > 1e-12))
				return false;
			f->a[i][j] = i == j ? sqrt(sum) : sum / f->a[j][j];
		}
		double sum = f->b[j];
		for (int k = 0; k < j; k++)
			sum -= f->a[j][k] * f->b[k];
		f->b[j] = sum / f->a[j][j];
	}
	for (int i = WEIGHTS - 1; i >= 0; i--) {
		for (int k = i + 1; k < WEIGHTS; k++)
			f->b[i] -= f->a[k][i] * f->b[k];
		f->b[i] /= f->a[i][i];
		f->w[i] = (float)f->b[i];
	}
	return true;
}

static bool fit(const struct soft *s, const struct planes *p, struct filter *f)
{
	int cells = s->plan->side * s->plan->side;
	float x[WEIGHTS];

	memset(f, 0, sizeof *f);
	for (int i = 0; i < cells; i++) {
		features(s, p, i, x);
		add_module(f, x, s->guess[i], s->known[i] ? KNOWN_COUNTS : 1);
	}
	return solve(f);
}

/* One round: learn the filter from what was decided, and decide again. */
static void refine(const struct soft *s, const struct planes *p, struct filter *f)
{
	int cells = s->plan->side * s->plan->side;
	float x[WEIGHTS];

	measure_light(s, p);
	if (!fit(s, p, f))
		return;
	for (int i = 0; i < cells; i++) {
		float sum = 0;

		features(s, p, i, x);
		for (int k = 0; k < WEIGHTS; k++)
			sum += f->w[k] * x[k];
		p->value[i] = sum;
	}
	decide(s, p->value);
}

/* How far a value is from the other side, in squares of the noise around it. */
static void weigh(const struct soft *s, const struct planes *p)
{
	int n = s->plan->side;

	for (int i = 0; i < n * n; i++) {
		float off = p->value[i] - s->guess[i];

		p->mean[i] = off * off;
	}
	spread(p->mean, p->scratch, n, NOISE);
	for (int i = 0; i < n * n; i++) {
		int count = within(i / n, n, NOISE) * within(i % n, n, NOISE);
		float noise = p->scratch[i] / (float)count + .01F;

		s->sure[i] = s->known[i] ? 100.0F * s->known[i] : p->value[i] / noise;
	}
}

/* With all modules guessed, the grid can be laid much more exactly. */
static void straighten(struct soft *s, const struct planes *p)
{
	struct stencil t;

	for (int i = 0; i < s->plan->side * s->plan->side; i++)
		s->guess[i] = s->known[i] ? s->known[i] : s->guess[i];
	code_stencil(s->guess, s->plan->side, p->look, p->weight, &t);
	s->grid.fits = warp_align(s->grid.seen, &t, WARP_FREE, 3, p->seen, &s->grid.warp);
	sample(s, p);
}

enum err soft_read(struct soft *s)
{
	struct planes p = planes_of(s);
	AUTO_FREE struct filter *f = malloc(sizeof *f);
	unsigned rounds = s->reads == 0 ? 1 : ROUNDS;

	if (!f)
		return ERR_NO_MEMORY;
	if (s->reads++ == 0) {
		sample(s, &p);
		first_guess(s, &p);
	} else {
		straighten(s, &p);
	}
	for (; rounds > 0; rounds--)
		refine(s, &p, f);
	weigh(s, &p);
	return ERR_OK;
}
