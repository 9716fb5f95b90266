/* A camera on a stand over the table: perspective, table, light and shadow. */
#include "tests/corpus/take.h"

#include <math.h>
#include <string.h>

#define FINE 12.0 /* pixels a mm of the sheet that is photographed */
#define RAD  (M_PI / 180)

/* Solves a 3 x 3 projective map that sends (0,0) (w,0) (w,h) (0,h) to `quad` (Heckbert 1989). */
static void project(double m[3][3], const double q[4][2], double w, double h)
{
	double dx1 = q[1][0] - q[2][0], dx2 = q[3][0] - q[2][0];
	double dy1 = q[1][1] - q[2][1], dy2 = q[3][1] - q[2][1];
	double sx = q[0][0] - q[1][0] + q[2][0] - q[3][0];
	double sy = q[0][1] - q[1][1] + q[2][1] - q[3][1];
	double det = dx1 * dy2 - dx2 * dy1;
	double g = (sx * dy2 - dx2 * sy) / det, t = (dx1 * sy - sx * dy1) / det;
	const double to[3][3] = {
		{ q[1][0] - q[0][0] + g * q[1][0], q[3][0] - q[0][0] + t * q[3][0], q[0][0] },
		{ q[1][1] - q[0][1] + g * q[1][1], q[3][1] - q[0][1] + t * q[3][1], q[0][1] },
		{ g, t, 1 },
	};
	for (int i = 0; i < 3; i++) {
		m[i][0] = to[i][0] / w;
		m[i][1] = to[i][1] / h;
		m[i][2] = to[i][2];
	}
}

static void invert(double r[3][3], const double m[3][3])
{
	for (int i = 0; i < 3; i++)
		for (int j = 0; j < 3; j++) {
			int a = (j + 1) % 3, b = (j + 2) % 3, c = (i + 1) % 3, d = (i + 2) % 3;

			r[i][j] = m[a][c] * m[b][d] - m[a][d] * m[b][c];
		}
}

static void aim(struct shot *s, const struct page *p, const struct wear *w, struct rng *r)
{
	bool lies = w->turned % 180 != 0;
	double across = lies ? p->height : p->width, down = lies ? p->width : p->height;
	double fill = rng_between(r, 0.84, 0.91);
	double turn = (w->turned + w->tilt) * RAD;
	double mm = fmin(fill * s->picture.width / across, fill * s->picture.height / down);

	mm = fmin(mm, 13.6); /* it hangs too high for a card to fill the picture */
	const double corners[4][2] = { { -1, -1 }, { 1, -1 }, { 1, 1 }, { -1, 1 } };

	s->dpi = mm * 25.4;
	for (int i = 0; i < 4; i++) {
		double x = corners[i][0] * p->width / 2 * mm,
		       y = corners[i][1] * p->height / 2 * mm;

		s->quad[i][0] = s->picture.width / 2.0 + w->shift_x * mm + x * cos(turn) -
				y * sin(turn) + rng_between(r, -0.016, 0.016) * w->camera_px * 0.75;
		s->quad[i][1] = s->picture.height / 2.0 + w->shift_y * mm + x * sin(turn) +
				y * cos(turn) + rng_between(r, -0.016, 0.016) * w->camera_px * 0.75;
	}
	project(s->map, (const double(*)[2])s->quad, p->width, p->height);
}

struct light {
	double lean_x, lean_y;                   /* brightness falls to that side */
	double shade_x, shade_y, shade_r, shade; /* a soft shadow */
	double glare_x, glare_y, glare_r;        /* 0: none */
	double white[3];
};

struct table {
	double colour[3];
	double streak;
	struct grain grain;
};

static double light_at(const struct light *l, double u, double v)
{
	double far = hypot(u - l->shade_x, v - l->shade_y) / l->shade_r;
	double shade = 1 - l->shade / (1 + exp((far - 1) * 9));

	return (1 + l->lean_x * (u - 0.5) + l->lean_y * (v - 0.5)) * shade *
	       (1 - 0.10 * ((u - 0.5) * (u - 0.5) + (v - 0.5) * (v - 0.5)));
}

/* A place of the sheet without ink, for the glare. */
static bool empty_at(cairo_surface_t *sheet, double x, double y, double r)
{
	const uint8_t *data = cairo_image_surface_get_data(sheet);
	int stride = cairo_image_surface_get_stride(sheet);

	for (double v = y - r; v < y + r; v += 0.5)
		for (double u = x - r; u < x + r; u += 0.5)
			if (data[(int)(v * FINE) * stride + 4 * (int)(u * FINE) + 1] < 150)
				return false;
	return true;
}

static void place_glare(struct light *l, cairo_surface_t *sheet, const struct page *p,
			struct rng *r)
{
	double size = rng_between(r, 7, 12);

	for (int i = 0; i < 60; i++) {
		double x = rng_between(r, size + 2, p->width - size - 2);
		double y = rng_between(r, size + 2, p->height - size - 2);

		if (!empty_at(sheet, x, y, size))
			continue;
		l->glare_x = x;
		l->glare_y = y;
		l->glare_r = size;
		return;
	}
}

static struct light light_of(struct rng *r)
{
	double warm = rng_between(r, -0.03, 0.06);
	struct light l = { .lean_x = rng_between(r, -0.3, 0.3),
			   .lean_y = rng_between(r, -0.25, 0.25) };

	l.shade_x = rng_between(r, -0.1, 1.1);
	l.shade_y = rng_below(r, 2) ? 1.05 : -0.05;
	l.shade_r = rng_between(r, 0.25, 0.5);
	l.shade = rng_between(r, 0, 0.4);
	l.white[0] = 0.92;
	l.white[1] = 0.92 - warm * 0.4;
	l.white[2] = 0.92 - warm;
	return l;
}

static struct table table_of(struct rng *r)
{
	static const double COLOURS[][3] = { { 0.42, 0.28, 0.17 },
					     { 0.16, 0.16, 0.17 },
					     { 0.35, 0.40, 0.42 },
					     { 0.58, 0.44, 0.30 } };
	struct table t = { .streak = rng_between(r, 0, 0.14), .grain = { 5, rng_next(r) } };

	memcpy(t.colour, COLOURS[rng_below(r, 4)], sizeof t.colour);
	return t;
}

static double table_at(const struct table *t, double x, double y)
{
	return 1 + t->streak * grain_at(&t->grain, x * 0.04, y * 0.6) +
	       0.05 * grain_at(&t->grain, x, y);
}

/* The sheet at x, y mm, between its pixels; ret[3] is how much sheet there is. */
static void sample(cairo_surface_t *sheet, double x, double y, double ret[4])
{
	const uint8_t *data = cairo_image_surface_get_data(sheet);
	int stride = cairo_image_surface_get_stride(sheet);
	double u = x * FINE - 0.5, v = y * FINE - 0.5;
	int i = (int)floor(u), j = (int)floor(v);

	u -= i;
	v -= j;
	memset(ret, 0, 4 * sizeof *ret);
	for (int n = 0; n < 4; n++) {
		int a = i + n % 2, b = j + n / 2;
		double part = (n % 2 ? u : 1 - u) * (n / 2 ? v : 1 - v) / 255;

		if (a < 0 || b < 0 || a >= cairo_image_surface_get_width(sheet) ||
		    b >= cairo_image_surface_get_height(sheet))
			continue;
		const uint8_t *at = data + b * stride + 4 * a;
		for (int c = 0; c < 3; c++)
			ret[c] += part * at[2 - c];
		ret[3] += part * 255;
	}
}

/* How dark the sheet's shadow is on the table beside it. */
static double beside(const struct page *p, double x, double y)
{
	double dx = x < 0 ? -x : x > p->width ? x - p->width : 0;
	double dy = y < 0 ? -y : y > p->height ? y - p->height : 0;

	return 1 - 0.45 * exp(-hypot(dx, dy) / 2.2);
}

struct scene {
	cairo_surface_t *sheet;
	const struct page *page;
	const struct wear *wear;
	struct light light;
	struct table table;
	struct grain paper;
};

static void pixel(const struct scene *s, const struct shot *shot, const double back[3][3],
		  int at[2], uint8_t *to)
{
	double px = at[0] + 0.5, py = at[1] + 0.5, v[4];
	double z = back[2][0] * px + back[2][1] * py + back[2][2];
	double x = (back[0][0] * px + back[0][1] * py + back[0][2]) / z;
	double y = (back[1][0] * px + back[1][1] * py + back[1][2]) / z;
	double light = light_at(&s->light, px / shot->picture.width, py / shot->picture.height);
	const double paper[3] = { s->wear->paper.r, s->wear->paper.g, s->wear->paper.b };
	double wood = table_at(&s->table, px, py) * beside(s->page, x, y);
	double far = hypot(x - s->light.glare_x, (y - s->light.glare_y) * 1.3);
	double glare = s->light.glare_r > 0 ? 1.4 * exp(-pow(far / s->light.glare_r * 1.6, 2)) : 0;
	double grain = 1 + s->wear->grain / 255 * grain_at(&s->paper, x, y);

	sample(s->sheet, x, y, v);
	for (int c = 0; c < 3; c++) {
		double one =
			paper[c] * grain *
				(0.10 * v[3] + 0.90 * (v[c] + (v[3] - v[c]) * s->wear->faint)) +
			(1 - v[3]) * wood * s->table.colour[c];
		double lit = s->wear->bright * light * s->light.white[c] * one + glare * v[3];

		to[c] = (uint8_t)(lit <= 0 ? 0 : lit >= 1 ? 255 : lrint(lit * 255));
	}
}

static cairo_surface_t *draw_sheet(struct page *page, const struct which *which)
{
	double width, height;

	kind_size(which, &width, &height);
	cairo_surface_t *sheet = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)(width * FINE),
							    (int)(height * FINE));
	cairo_t *c = cairo_create(sheet);
	cairo_set_source_rgb(c, 1, 1, 1);
	cairo_paint(c);
	cairo_scale(c, FINE, FINE);
	page_init(page, c, which);
	page_draw(page, which);
	cairo_destroy(c);
	page->sheet.cairo = NULL;
	cairo_surface_flush(sheet);
	return sheet;
}

void take_camera(struct shot *ret, struct page *page, const struct which *which,
		 const struct wear *w)
{
	struct rng r = w->rng;
	double back[3][3];

	*ret = (struct shot){ 0 };
	struct scene s = { .sheet = draw_sheet(page, which), .page = page, .wear = w };
	bool wide = (page->width > page->height) != (w->turned % 180 != 0);
	int side = w->camera_px, other = side * 3 / 4;
	picture_init(&ret->picture, wide ? side : other, wide ? other : side);
	aim(ret, page, w, &r);
	invert(back, (const double(*)[3])ret->map);
	s.light = light_of(&r);
	s.table = table_of(&r);
	s.paper = (struct grain){ 1.2, rng_next(&r) };
	if (rng_below(&r, 5) < 3)
		place_glare(&s.light, s.sheet, page, &r);
	uint8_t *to = ret->picture.rgb;
	for (int y = 0; y < ret->picture.height; y++)
		for (int x = 0; x < ret->picture.width; x++, to += 3)
			pixel(&s, ret, (const double(*)[3])back, (int[2]){ x, y }, to);
	cairo_surface_destroy(s.sheet);
	picture_blur(&ret->picture, rng_between(&r, 0.5, 0.9));
	picture_noise(&ret->picture, &r, rng_between(&r, 2.5, 4.5));
}
