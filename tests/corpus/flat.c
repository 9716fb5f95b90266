/* A flatbed or feeder: sheet on a glass of A4, lid behind it. */
#include "tests/corpus/worn.h"

#include <math.h>
#include <stdlib.h>

#define RAD     (M_PI / 180)
#define GLASS_W 210.0
#define GLASS_H 297.0

/* Of the first seed, so that it has each case; others draw theirs. */
static const struct lie {
	int turned;
	double tilt;
} FIRST[KIND_COUNT] = {
	[KIND_BIRTH] = { 0, 1.2 },      [KIND_FORM] = { 0, -0.8 },
	[KIND_LETTER] = { 0, 0.3 },     [KIND_TABLE] = { 180, 1.7 },
	[KIND_LAND] = { 0, -2.4 },      [KIND_RESIDENCE] = { 0, 0.9 },
	[KIND_DECISION] = { 0, -1.5 },  [KIND_LEDGER] = { 90, 0.6 },
	[KIND_RECEIPT] = { 0, 4.8 },    [KIND_CARD] = { 0, -3.1 },
	[KIND_BLANK] = { 0, 0.5 },      [KIND_DIPLOMA] = { 270, -1.1 },
	[KIND_CARD_FRONT] = { 0, 2.2 }, [KIND_CARD_BACK] = { 180, -1.4 },
};

static struct lie lie_of(enum kind k, uint64_t seed, struct rng *r)
{
	static const int TURNS[] = { 0, 0, 0, 0, 0, 90, 180, 180, 270 };
	double u = rng_between(r, 0, 1), sign = rng_below(r, 2) ? 1 : -1;
	struct lie l = { TURNS[rng_below(r, 9)], sign * (0.3 + 4.5 * u * u) };

	return seed == 1 ? FIRST[k] : l;
}

struct wear wear_of(const struct which *which, enum set s)
{
	static const struct pen_rgb LIDS[] = { { 0.07, 0.07, 0.08 },
					       { 0.45, 0.45, 0.46 },
					       { 0.93, 0.93, 0.93 } };
	enum kind k = which->kind;
	uint64_t seed = which->seed;
	struct rng r = rng_of(seed, 500 + k);
	struct lie l = lie_of(k, seed, &r);
	double tint = rng_between(&r, 0, 0.06), white = rng_between(&r, 0.90, 0.985);
	struct wear w = { .turned = l.turned, .tilt = l.tilt, .camera_px = 3264 };

	w.shift_x = rng_between(&r, -1.5, 1.5);
	w.shift_y = rng_between(&r, -1.5, 1.5);
	w.paper = (struct pen_rgb){ white, white - tint * 0.3, white - tint };
	w.lid = LIDS[rng_below(&r, 3)];
	w.bleed = k == KIND_BLANK ? 0.13 : rng_below(&r, 3) ? rng_between(&r, 0.04, 0.14) : 0;
	w.bleed = k >= CORPUS_PAGES ? 0 : w.bleed; /* plastic */
	w.gutter = rng_below(&r, 3) ? 0 : rng_between(&r, 0.15, 0.4);
	w.gutter_right = rng_below(&r, 2);
	w.blur_px = rng_between(&r, 0.5, 1.0);
	w.noise = rng_between(&r, 2, 6);
	w.grain = rng_between(&r, 0.5, 2.5);
	w.bright = rng_between(&r, 0.94, 1);
	w.rng = rng_of(seed, 700 + 20 * k + s);
	worn_wear(&w, which);
	return w;
}

void shot_point(const struct shot *s, double x, double y, double ret[2])
{
	const double(*m)[3] = s->map;
	double z = m[2][0] * x + m[2][1] * y + m[2][2];

	ret[0] = (m[0][0] * x + m[0][1] * y + m[0][2]) / z;
	ret[1] = (m[1][0] * x + m[1][1] * y + m[1][2]) / z;
}

static void set_map(struct shot *s, const cairo_matrix_t *m, const struct page *p)
{
	const double w = p->width, h = p->height;
	const double corners[4][2] = { { 0, 0 }, { w, 0 }, { w, h }, { 0, h } };

	s->map[0][0] = m->xx, s->map[0][1] = m->xy, s->map[0][2] = m->x0;
	s->map[1][0] = m->yx, s->map[1][1] = m->yy, s->map[1][2] = m->y0;
	s->map[2][0] = s->map[2][1] = 0, s->map[2][2] = 1;
	for (int i = 0; i < 4; i++)
		shot_point(s, corners[i][0], corners[i][1], s->quad[i]);
}

/* The glass in mm, wide where the sheet lies wide. */
static void place(cairo_matrix_t *m, const struct wear *w, double width, double height, double dpi,
		  struct picture *ret)
{
	bool lies = w->turned % 180 != 0;
	double sheet_w = lies ? height : width, sheet_h = lies ? width : height;
	bool wide = sheet_w > GLASS_W + 2;
	double glass_w = wide ? GLASS_H : GLASS_W, glass_h = wide ? GLASS_W : GLASS_H;
	double spare_x = glass_w - sheet_w, spare_y = glass_h - sheet_h;

	picture_init(ret, (int)lrint(glass_w * dpi / 25.4), (int)lrint(glass_h * dpi / 25.4));
	/* What is smaller than the glass lies nearer to its corner. */
	cairo_matrix_init_scale(m, dpi / 25.4, dpi / 25.4);
	cairo_matrix_translate(m, sheet_w / 2 + spare_x * 0.3 + w->shift_x,
			       sheet_h / 2 + spare_y * 0.3 + w->shift_y);
	cairo_matrix_rotate(m, (w->turned + w->tilt) * RAD);
	cairo_matrix_translate(m, -width / 2, -height / 2);
}

static cairo_surface_t *draw(struct page *page, const struct which *which, const cairo_matrix_t *m,
			     const struct picture *size)
{
	cairo_surface_t *surface =
		cairo_image_surface_create(CAIRO_FORMAT_ARGB32, size->width, size->height);
	cairo_t *c = cairo_create(surface);

	cairo_set_matrix(c, m);
	page_init(page, c, which);
	cairo_rectangle(c, 0, 0, page->width, page->height);
	cairo_set_source_rgb(c, 1, 1, 1);
	cairo_fill_preserve(c);
	cairo_clip(c);
	page_draw(page, which);
	cairo_destroy(c);
	page->sheet.cairo = NULL;
	cairo_surface_flush(surface);
	return surface;
}

/* What shows through from the back, as the darkness of each pixel. Another page of the corpus. */
static uint8_t *back_of(const struct which *which, const cairo_matrix_t *m, double dpi,
			const struct picture *size)
{
	static const enum kind BACKS[] = { KIND_DECISION, KIND_LETTER, KIND_FORM, KIND_RESIDENCE };
	enum kind k = which->kind;
	struct which other = { BACKS[k % 4] == k ? KIND_TABLE : BACKS[k % 4], which->seed, 0, 0 };
	double width, height;
	struct page back;
	cairo_matrix_t turned = *m;
	uint8_t *dark = g_malloc0((size_t)size->width * (size_t)size->height);

	kind_size(which, &width, &height);
	cairo_matrix_translate(&turned, width, 0);
	cairo_matrix_scale(&turned, -1, 1);
	cairo_surface_t *s = draw(&back, &other, &turned, size);
	const uint8_t *row = cairo_image_surface_get_data(s);
	for (int y = 0; y < size->height; y++, row += cairo_image_surface_get_stride(s))
		for (int x = 0; x < size->width; x++)
			if (row[4 * x + 3] == 255)
				dark[(size_t)y * (size_t)size->width + (size_t)x] =
					(uint8_t)(255 - row[4 * x + 1]);
	plane_blur(dark, size->width, size->height, 1.6 * dpi / 300);
	cairo_surface_destroy(s);
	page_finish(&back);
	return dark;
}

static double fold(const struct wear *w, double x, double width)
{
	double far = w->gutter_right ? width - x : x, reach = width * 0.12;

	return far < reach ? 1 - w->gutter * pow(1 - far / reach, 1.6) : 1;
}

static void compose(struct shot *s, cairo_surface_t *sheet, const uint8_t *back,
		    const struct wear *w)
{
	const double paper[3] = { w->paper.r, w->paper.g, w->paper.b };
	const double lid[3] = { w->lid.r, w->lid.g, w->lid.b };
	struct grain coarse = { 1.4 * s->dpi / 25.4, w->rng.state },
		     wide = { 30 * s->dpi / 25.4, w->rng.state + 1 };
	const uint8_t *row = cairo_image_surface_get_data(sheet);
	uint8_t *to = s->picture.rgb;

	for (int y = 0; y < s->picture.height; y++, row += cairo_image_surface_get_stride(sheet))
		for (int x = 0; x < s->picture.width; x++, to += 3) {
			size_t at = (size_t)y * (size_t)s->picture.width + (size_t)x;
			double cover = row[4 * x + 3] / 255.0;
			double light =
				w->bright * fold(w, x, s->picture.width) +
				(w->grain * grain_at(&coarse, x, y) + 1.5 * grain_at(&wide, x, y)) /
					255;
			double through = 1 - (back ? w->bleed * back[at] / 255 : 0);

			for (int c = 0; c < 3; c++) {
				/* Ink is never quite black, and shines a little. */
				double ink = 0.09 * cover + row[4 * x + 2 - c] / 255.0 * 0.91;
				ink += (cover - ink) * w->faint;
				double v = light * paper[c] * through * ink + (1 - cover) * lid[c];

				to[c] = (uint8_t)(v <= 0 ? 0 : v >= 1 ? 255 : lrint(v * 255));
			}
		}
}

void take_flat(struct shot *ret, struct page *page, const struct which *which, double dpi,
	       const struct wear *w)
{
	struct rng rng = w->rng;
	cairo_matrix_t m;
	double width, height;

	*ret = (struct shot){ .dpi = dpi, .lid = w->lid.g };
	kind_size(which, &width, &height);
	place(&m, w, width, height, dpi, &ret->picture);
	cairo_surface_t *sheet = draw(page, which, &m, &ret->picture);
	uint8_t *back = w->bleed > 0 ? back_of(which, &m, dpi, &ret->picture) : NULL;
	compose(ret, sheet, back, w);
	set_map(ret, &m, page);
	g_free(back);
	cairo_surface_destroy(sheet);
	picture_blur(&ret->picture, w->blur_px * dpi / 300);
	picture_noise(&ret->picture, &rng, w->noise);
}

void take_clean(struct shot *ret, struct page *page, const struct which *which, double dpi)
{
	struct wear w = { .paper = { 1, 1, 1 }, .lid = { 1, 1, 1 }, .bright = 1 };

	take_flat(ret, page, which, dpi, &w);
}
