#include "tests/corpus/harm.h"

#include <math.h>
#include <string.h>

static uint8_t byte(double v)
{
	return (uint8_t)(v <= 0 ? 0 : v >= 255 ? 255 : lrint(v));
}

static uint8_t *at(struct shot *s, int x, int y)
{
	return s->picture.rgb + ((size_t)y * (size_t)s->picture.width + (size_t)x) * 3;
}

static void mix(uint8_t *to, const double colour[3], double part)
{
	for (int c = 0; c < 3; c++)
		to[c] = byte(to[c] * (1 - part) + colour[c] * part);
}

void harm_glare(struct shot *s, const struct page *p, double x)
{
	const double white[3] = { 255, 255, 255 };
	double mid[2], r = x * s->dpi / 25.4;

	shot_point(s, p->width * 0.45, p->height * 0.36, mid);
	for (int v = 0; v < s->picture.height; v++)
		for (int u = 0; u < s->picture.width; u++) {
			double far = hypot(u - mid[0], (v - mid[1]) * 1.2) / r;
			double lit = 1.9 * exp(-far * far * 0.9);

			if (lit > 0.004)
				mix(at(s, u, v), white, lit > 1 ? 1 : lit);
		}
}

/* Is the point on the left of the way from a to b? */
static double left_of(const double a[2], const double b[2], double x, double y)
{
	return (b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0]);
}

static bool within(const double q[3][2], double x, double y)
{
	bool one = left_of(q[0], q[1], x, y) > 0;

	return one == (left_of(q[1], q[2], x, y) > 0) && one == (left_of(q[2], q[0], x, y) > 0);
}

/* What lies behind the sheet: as it looks just outside of that corner, or the lid. */
static void behind(struct shot *s, const double corner[2], double ret[3])
{
	int x = (int)corner[0] - 40, y = (int)corner[1] - 40;
	bool seen = x >= 0 && y >= 0 && x < s->picture.width && y < s->picture.height;

	for (int c = 0; c < 3; c++)
		ret[c] = seen ? at(s, x, y)[c] : s->lid * 255;
}

void harm_corner(struct shot *s, const struct page *p, double x)
{
	double out[3][2], in[3][2], lid[3];
	const double paper[3] = { 222, 221, 216 }, shade[3] = { 120, 120, 118 };
	struct rng r = rng_of(p->rng.state, 7);

	shot_point(s, -1, -1, out[0]);
	shot_point(s, x, -1, out[1]);
	shot_point(s, -1, x * 0.9, out[2]);
	memcpy(in, out, sizeof in);
	shot_point(s, x * 0.84, x * 0.90, in[0]);
	behind(s, out[0], lid);
	for (int v = 0; v < s->picture.height; v++)
		for (int u = 0; u < s->picture.width; u++) {
			double noise = 3 * rng_normal(&r);
			const double to[3] = { lid[0] + noise, lid[1] + noise, lid[2] + noise };
			const double fold[3] = { paper[0] + noise, paper[1] + noise,
						 paper[2] + noise };

			if (within((const double(*)[2])out, u, v))
				mix(at(s, u, v), to, 1);
			else if (within((const double(*)[2])in, u, v))
				mix(at(s, u, v), fold, 1);
			else if (within((const double(*)[2])in, u - 5, v - 5))
				mix(at(s, u, v), shade, 0.4);
		}
}

/* From the way from a to b, in pixels; *ret_part: where on it, 0..1. */
static double distance(const double a[2], const double b[2], double x, double y, double *ret_part)
{
	double dx = b[0] - a[0], dy = b[1] - a[1];
	double t = ((x - a[0]) * dx + (y - a[1]) * dy) / (dx * dx + dy * dy);

	t = t < 0 ? 0 : t > 1 ? 1 : t;
	*ret_part = t;
	return hypot(x - a[0] - t * dx, y - a[1] - t * dy);
}

void harm_finger(struct shot *s, const struct page *p, double x)
{
	const double nail[3] = { 226, 184, 168 };
	double mm = s->dpi / 25.4, from[2], to[2], tip[2];
	struct rng r = rng_of(p->rng.state, 8);

	shot_point(s, -60, p->height * 0.5, from);
	shot_point(s, x - 9, p->height * 0.42, to);
	shot_point(s, x - 7, p->height * 0.4195, tip);
	for (int v = 0; v < s->picture.height; v++)
		for (int u = 0; u < s->picture.width; u++) {
			double part, d = distance(from, to, u, v, &part) / mm;
			double noise = 4 * rng_normal(&r), round = d < 9 ? sqrt(1 - d * d / 81) : 0;
			const double skin[3] = { 128 + 80 * round + noise, 84 + 66 * round + noise,
						 66 + 56 * round + noise };

			if (d < 13)
				mix(at(s, u, v), (double[3]){ 20, 20, 20 },
				    0.35 * (1 - (d - 9) / 4 > 1 ? 1 : 1 - (d - 9) / 4));
			if (d < 9.6)
				mix(at(s, u, v), skin, d < 9 ? 1 : (9.6 - d) / 0.6);
			if (hypot((u - tip[0]) / 1.25, v - tip[1]) / mm < 4.6)
				mix(at(s, u, v), nail, 0.8);
		}
}

void harm_double(struct shot *s, const struct page *p, double x)
{
	struct shot below;
	struct page other;
	const struct which which = { KIND_DECISION, p->rng.state % 1000 + 2, 0, 0 };
	struct wear w = wear_of(&which, SET_FLAT300);
	int rows = (int)lrint(x * s->dpi / 25.4), width = s->picture.width;
	size_t stride = (size_t)width * 3;

	w.turned = 0;
	w.tilt = -0.7;
	take_flat(&below, &other, &which, s->dpi, &w);
	s->picture.rgb = g_realloc(s->picture.rgb, stride * (size_t)(s->picture.height + rows));
	for (int y = 0; y < rows && below.picture.width == width; y++) {
		uint8_t *row = s->picture.rgb + stride * (size_t)(s->picture.height + y);

		memcpy(row, below.picture.rgb + stride * (size_t)(below.picture.height - rows + y),
		       stride);
		for (size_t i = 0; i < stride && y < 14; i++)
			row[i] = byte(row[i] * (0.55 + 0.03 * y));
	}
	s->picture.height += rows;
	picture_finish(&below.picture);
	page_finish(&other);
}
