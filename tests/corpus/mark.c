#include "tests/corpus/mark.h"

#include <math.h>
#include <qrencode.h>
#include <string.h>

#define TURN (2 * M_PI)

static void star(cairo_t *c, double x, double y, double r)
{
	for (int i = 0; i < 10; i++) {
		double a = TURN * i / 10 - M_PI / 2, far = i % 2 ? r * 0.4 : r;

		cairo_line_to(c, x + far * cos(a), y + far * sin(a));
	}
	cairo_close_path(c);
	cairo_fill(c);
}

/* Each letter turned by itself; `inward`: read from inside, as on the lower rim. */
static void rim(struct page *p, const char *text, double r, double size, bool inward)
{
	struct sheet s = { p->sheet.cairo, 0, NULL, NULL };
	double widths[128], sum = 0;
	const char *at = text;
	int n = 0;

	for (; *at && n < 128; at = g_utf8_next_char(at), n++) {
		char one[8] = "";
		memcpy(one, at, (size_t)(g_utf8_next_char(at) - at));
		struct pen_words w = {
			one, "Liberation Sans", size, 0, 100, PEN_RED, .bold = true
		};
		pen_measure(&s, &w, &widths[n]);
		widths[n] = *one == ' ' ? size * 0.35 : widths[n] + size * 0.08;
		sum += widths[n];
	}
	double angle = (inward ? M_PI / 2 + sum / r / 2 : -M_PI / 2 - sum / r / 2);
	at = text;
	for (int i = 0; i < n; i++, at = g_utf8_next_char(at)) {
		char one[8] = "";
		memcpy(one, at, (size_t)(g_utf8_next_char(at) - at));
		struct pen_words w = { one, "Liberation Sans", size,        -widths[i] / 2,
				       100, PEN_RED,           .bold = true };
		double half = widths[i] / r / 2 * (inward ? -1 : 1);

		angle += half;
		cairo_save(s.cairo);
		cairo_rotate(s.cairo, angle + (inward ? -M_PI / 2 : M_PI / 2));
		s.y = inward ? r - size * 0.6 : -r - size * 0.6;
		pen_put(&s, &w, NULL);
		cairo_restore(s.cairo);
		angle += half;
	}
}

/* Ink that is thinner here and there. */
static cairo_pattern_t *uneven(struct rng *r)
{
	cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_A8, 16, 16);
	uint8_t *data = cairo_image_surface_get_data(s);
	int stride = cairo_image_surface_get_stride(s);

	for (int y = 0; y < 16; y++)
		for (int x = 0; x < 16; x++)
			data[y * stride + x] = (uint8_t)rng_between(r, 130, 255);
	cairo_surface_mark_dirty(s);
	cairo_pattern_t *pattern = cairo_pattern_create_for_surface(s);
	cairo_pattern_set_extend(pattern, CAIRO_EXTEND_REPEAT);
	cairo_pattern_set_filter(pattern, CAIRO_FILTER_BILINEAR);
	cairo_matrix_t m;
	cairo_matrix_init_scale(&m, 0.5, 0.5);
	cairo_pattern_set_matrix(pattern, &m);
	cairo_surface_destroy(s);
	return pattern;
}

void mark_stamp(struct page *p, double x, double y, const char *upper, const char *lower)
{
	cairo_t *c = p->sheet.cairo;
	const double r = rng_between(&p->rng, 16.5, 18);
	cairo_pattern_t *ink = uneven(&p->rng);

	cairo_save(c);
	cairo_translate(c, x, y);
	cairo_rotate(c, rng_between(&p->rng, -0.25, 0.25));
	cairo_push_group(c);
	cairo_set_source_rgb(c, 0.80, 0.09, 0.14);
	cairo_set_line_width(c, 0.75);
	cairo_arc(c, 0, 0, r, 0, TURN);
	cairo_stroke(c);
	cairo_set_line_width(c, 0.3);
	cairo_arc(c, 0, 0, r - 1.1, 0, TURN);
	cairo_stroke(c);
	cairo_arc(c, 0, 0, r * 0.60, 0, TURN);
	cairo_stroke(c);
	star(c, 0, 0, r * 0.22);
	cairo_arc(c, 0, 0, r * 0.40, 0, TURN);
	cairo_stroke(c);
	rim(p, upper, r * 0.79, r * 0.155, false);
	if (lower)
		rim(p, lower, r * 0.79, r * 0.155, true);
	cairo_pop_group_to_source(c);
	cairo_set_operator(c, CAIRO_OPERATOR_MULTIPLY);
	cairo_mask(c, ink);
	cairo_restore(c);
	cairo_pattern_destroy(ink);
	page_mark(p, "stamp", x - r, y - r, 2 * r, 2 * r);
}

void mark_signature(struct page *p, double x, double y, double width)
{
	form_signature(&p->sheet, &p->rng, x, y, width);
	page_mark(p, "signature", x, y, width, width * 0.42);
}

static void blob(cairo_t *c, double x, double y, double rx, double ry)
{
	cairo_save(c);
	cairo_translate(c, x, y);
	cairo_scale(c, rx, ry);
	cairo_arc(c, 0, 0, 1, 0, TURN);
	cairo_restore(c);
	cairo_fill(c);
}

static void face(cairo_t *c, struct rng *r)
{
	double tone = rng_between(r, 0.85, 1.05);

	pen_ink(&(struct sheet){ .cairo = c }, (struct pen_rgb){ 0.16, 0.18, 0.25 });
	blob(c, 0.5, 1.12, 0.46, 0.36);
	cairo_set_source_rgb(c, 0.9, 0.9, 0.92);
	blob(c, 0.5, 0.88, 0.13, 0.16);
	cairo_set_source_rgb(c, 0.09, 0.07, 0.07);
	blob(c, 0.5, 0.43, 0.25, rng_between(r, 0.27, 0.33));
	cairo_set_source_rgb(c, 0.86 * tone, 0.68 * tone, 0.56 * tone);
	blob(c, 0.5, 0.72, 0.10, 0.16);
	blob(c, 0.5, 0.49, 0.20, 0.26);
	cairo_set_source_rgb(c, 0.12, 0.08, 0.08);
	blob(c, 0.42, 0.46, 0.033, 0.016);
	blob(c, 0.58, 0.46, 0.033, 0.016);
	blob(c, 0.42, 0.415, 0.05, 0.010);
	blob(c, 0.58, 0.415, 0.05, 0.010);
	cairo_set_source_rgb(c, 0.70 * tone, 0.50 * tone, 0.42 * tone);
	blob(c, 0.5, 0.55, 0.025, 0.03);
	cairo_set_source_rgb(c, 0.66, 0.32, 0.32);
	blob(c, 0.5, 0.63, 0.065, 0.016);
}

void mark_photo(struct page *p, double x, double y, double width, double height)
{
	cairo_t *c = p->sheet.cairo;
	cairo_pattern_t *back = cairo_pattern_create_linear(0, 0, 1, 1);

	cairo_pattern_add_color_stop_rgb(back, 0, 0.62, 0.75, 0.90);
	cairo_pattern_add_color_stop_rgb(back, 1, 0.35, 0.52, 0.75);
	cairo_save(c);
	cairo_rectangle(c, x, y, width, height);
	cairo_clip(c);
	cairo_translate(c, x, y);
	cairo_scale(c, width, height);
	cairo_set_source(c, back);
	cairo_paint(c);
	face(c, &p->rng);
	cairo_restore(c);
	cairo_pattern_destroy(back);
	page_mark(p, "photo", x, y, width, height);
}

void mark_qr(struct page *p, double x, double y, double size, const char *payload)
{
	QRcode *code = QRcode_encodeString(payload, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
	cairo_t *c = p->sheet.cairo;

	if (!code)
		abort();
	double module = size / code->width;
	pen_ink(&p->sheet, PEN_BLACK);
	for (int i = 0; i < code->width * code->width; i++)
		if (code->data[i] & 1)
			cairo_rectangle(c, x + i % code->width * module,
					y + i / code->width * module, module, module);
	cairo_fill(c);
	QRcode_free(code);
	page_mark(p, "code", x, y, size, size);
	page_fact(p, "code qr %s", payload);
}

void mark_waves(struct page *p, struct pen_rgb ink)
{
	cairo_t *c = p->sheet.cairo;
	double phase = rng_between(&p->rng, 0, 6);

	pen_ink(&p->sheet, ink);
	cairo_set_line_width(c, 0.22);
	for (double y = 4; y < p->height - 2; y += 1.7) {
		cairo_move_to(c, 4, y);
		for (double x = 4; x <= p->width - 4; x += 1.5)
			cairo_line_to(c, x,
				      y + 1.3 * sin(x * 0.23 + phase) +
					      0.6 * sin(x * 0.07 + y * 0.11));
		cairo_stroke(c);
	}
}

void mark_rosette(struct page *p, double x, double y, double r, struct pen_rgb ink)
{
	cairo_t *c = p->sheet.cairo;
	int petals = 7 + (int)rng_below(&p->rng, 8);

	pen_ink(&p->sheet, ink);
	cairo_set_line_width(c, 0.13);
	for (int ring = 0; ring < 9; ring++) {
		for (int i = 0; i <= 360; i++) {
			double a = TURN * i / 360;
			double far =
				r * (0.55 + 0.4 * sin(petals * a + ring * 0.7)) * (1 - ring * 0.05);

			cairo_line_to(c, x + far * cos(a), y + far * sin(a));
		}
		cairo_stroke(c);
	}
}

void mark_guilloche(struct page *p, struct pen_rgb ink)
{
	cairo_t *c = p->sheet.cairo;
	double f = rng_between(&p->rng, 0.05, 0.08);

	pen_ink(&p->sheet, ink);
	cairo_set_line_width(c, 0.14);
	for (int band = 0; band < 11; band++)
		for (int i = 0; i < 9; i++) {
			double mid = (band + 0.5) * p->height / 11;

			for (double x = 3; x <= p->width - 3; x += 1)
				cairo_line_to(c, x,
					      mid + 12 * sin(x * f + i * 0.35 + band) *
							      cos(x * f * 0.37 + i * 0.2));
			cairo_stroke(c);
		}
	for (int i = 0; i < 4; i++)
		mark_rosette(p, p->width * (0.2 + 0.6 * (i % 2)),
			     p->height * (0.25 + 0.5 * (i / 2)), 26, ink);
}

void mark_border(struct page *p, double in, struct pen_rgb ink)
{
	cairo_t *c = p->sheet.cairo;
	double w = p->width - 2 * in, h = p->height - 2 * in;

	pen_ink(&p->sheet, ink);
	cairo_set_line_width(c, 0.9);
	pen_frame(&p->sheet, in, in, w, h);
	cairo_set_line_width(c, 0.25);
	pen_frame(&p->sheet, in + 1.4, in + 1.4, w - 2.8, h - 2.8);
	pen_frame(&p->sheet, in + 8, in + 8, w - 16, h - 16);
	for (double x = in + 4.7; x <= p->width - in - 4; x += (w - 9.4) / round((w - 9.4) / 7)) {
		mark_rosette(p, x, in + 4.7, 3.2, ink);
		mark_rosette(p, x, p->height - in - 4.7, 3.2, ink);
	}
	for (double y = in + 11.7; y < p->height - in - 8; y += (h - 9.4) / round((h - 9.4) / 7)) {
		mark_rosette(p, in + 4.7, y, 3.2, ink);
		mark_rosette(p, p->width - in - 4.7, y, 3.2, ink);
	}
}

void mark_emblem(struct page *p, double x, double y, double r)
{
	cairo_t *c = p->sheet.cairo;

	cairo_set_source_rgb(c, 0.80, 0.12, 0.12);
	blob(c, x, y, r, r);
	cairo_set_source_rgb(c, 0.95, 0.80, 0.20);
	star(c, x, y, r * 0.6);
	cairo_set_line_width(c, r * 0.12);
	cairo_arc(c, x, y, r * 1.1, M_PI * 0.2, M_PI * 0.8);
	cairo_stroke(c);
}
