#include "firmware/parse/pdf/draw_part.h"

#include <math.h>
#include <string.h>

/* Each pixel of the page is the mean of so many points of the picture, squared. */
enum { POINTS = 3 };

struct area {
	int64_t x0, y0, x1, y1;
};

/* The pixels that the unit square can touch. */
static bool area_of(const struct sheet *c, const struct matrix *m, struct area *ret)
{
	double x0 = m->e + fmin(0, m->a) + fmin(0, m->c), x1 = m->e + fmax(0, m->a) + fmax(0, m->c);
	double y0 = m->f + fmin(0, m->b) + fmin(0, m->d), y1 = m->f + fmax(0, m->b) + fmax(0, m->d);

	if (!isfinite(x0) || !isfinite(x1) || !isfinite(y0) || !isfinite(y1))
		return false;
	*ret = (struct area){ (int64_t)fmax(0, floor(fmin(x0, 1e9))),
			      (int64_t)fmax(0, floor(fmin(y0, 1e9))),
			      (int64_t)fmin(c->width, ceil(fmax(x1, 0))),
			      (int64_t)fmin(c->height, ceil(fmax(y1, 0))) };
	return true;
}

static bool invert(const struct matrix *m, struct matrix *ret)
{
	double det = m->a * m->d - m->b * m->c;

	if (!isfinite(det) || fabs(det) < 1e-9)
		return false;
	*ret = (struct matrix){ m->d / det,
				-m->b / det,
				-m->c / det,
				m->a / det,
				(m->c * m->f - m->d * m->e) / det,
				(m->b * m->e - m->a * m->f) / det };
	return true;
}

static size_t place_in(double u, double v, uint32_t width, uint32_t height)
{
	uint32_t x = (uint32_t)(u * width), y = (uint32_t)((1 - v) * height);

	return (size_t)(y < height ? y : height - 1) * width + (x < width ? x : width - 1);
}

/* One point of the picture, added; false: nothing is seen there. */
static bool add_point(const struct sample *s, double u, double v, uint32_t sum[3])
{
	if (!(u >= 0 && u < 1 && v > 0 && v <= 1))
		return false;
	if (s->mask && s->mask[place_in(u, v, s->mask_width, s->mask_height)] == 0)
		return false;
	const uint8_t *at = s->pixels + place_in(u, v, s->width, s->height) * s->channels;
	if (s->stencil)
		return *at != 0;
	for (int i = 0; i < 3; i++)
		sum[i] += at[s->channels == 3 ? i : 0];
	return true;
}

static void paint_pixel(uint8_t *to, const struct sample *s, const struct matrix *back,
			const double at[2], const uint8_t ink[3])
{
	uint32_t sum[3] = { 0 }, seen = 0;

	for (int i = 0; i < POINTS * POINTS; i++) {
		double x = at[0] + (i % POINTS + 0.5) / POINTS;
		double y = at[1] + (i / POINTS + 0.5) / POINTS;

		seen += add_point(s, back->a * x + back->c * y + back->e,
				  back->b * x + back->d * y + back->f, sum);
	}
	for (int i = 0; i < 3; i++) {
		uint32_t of = s->stencil ? seen * ink[i] : sum[i];

		to[i] = (uint8_t)((of + (POINTS * POINTS - seen) * to[i]) / (POINTS * POINTS));
	}
}

bool sheet_paint(struct sheet *c, const struct sample *s, const struct matrix *at,
		  const uint8_t ink[3])
{
	struct matrix back;
	struct area r;

	if (!invert(at, &back) || !area_of(c, at, &r))
		return false;
	if (r.x1 <= r.x0 || r.y1 <= r.y0)
		return true; /* beside the page */
	c->budget -= (r.x1 - r.x0) * (r.y1 - r.y0);
	if (c->budget < 0)
		return false;
	for (int64_t y = r.y0; y < r.y1; y++)
		for (int64_t x = r.x0; x < r.x1; x++)
			paint_pixel(c->rgb + ((size_t)y * c->width + (size_t)x) * 3, s, &back,
				    (double[]){ (double)x, (double)y }, ink);
	return true;
}
