/* Pages drawn for tests of what is read from them: Pango on white, gray, with rules and dots. */
#ifndef TESTS_PARSE_DRAWN_H
#define TESTS_PARSE_DRAWN_H

#include "firmware/parse/page/leaf.h"

#include <leptonica/allheaders.h>
#include <pango/pangocairo.h>

struct drawn {
	cairo_surface_t *surface;
	cairo_t *cairo; /* in mm */
	int dpi;
};

static inline struct drawn drawn_page(int dpi, double wide_mm, double high_mm)
{
	struct drawn d = { .dpi = dpi };
	double mm = dpi / 25.4;

	d.surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)(wide_mm * mm),
					       (int)(high_mm * mm));
	d.cairo = cairo_create(d.surface);
	cairo_scale(d.cairo, mm, mm);
	cairo_set_source_rgb(d.cairo, 1, 1, 1);
	cairo_paint(d.cairo);
	cairo_set_source_rgb(d.cairo, 0.1, 0.1, 0.1);
	return d;
}

/* `font` as "Liberation Serif Bold 12"; the text's upper left at x, y. */
static inline void drawn_text(struct drawn *d, const char *font, double x, double y,
			      const char *text)
{
	PangoLayout *l = pango_cairo_create_layout(d->cairo);
	PangoFontDescription *f = pango_font_description_from_string(font);
	/* a point is 25.4/72 mm, and the layout's units are mm here */
	double size = pango_font_description_get_size(f) / (double)PANGO_SCALE * 25.4 / 72;

	pango_font_description_set_absolute_size(f, size * PANGO_SCALE);
	pango_layout_set_font_description(l, f);
	pango_layout_set_text(l, text, -1);
	cairo_move_to(d->cairo, x, y);
	pango_cairo_show_layout(d->cairo, l);
	pango_font_description_free(f);
	g_object_unref(l);
}

static inline void drawn_rule(struct drawn *d, double x0, double y0, double x1, double y1)
{
	cairo_set_line_width(d->cairo, 0.3);
	cairo_move_to(d->cairo, x0, y0);
	cairo_line_to(d->cairo, x1, y1);
	cairo_stroke(d->cairo);
}

static inline void drawn_leader(struct drawn *d, double x0, double x1, double y)
{
	for (double x = x0; x < x1; x += 1.1) {
		cairo_arc(d->cairo, x, y, 0.2, 0, 6.2832);
		cairo_fill(d->cairo);
	}
}

/* The page as a leaf that is level already; ends the drawing. */
static inline struct leaf drawn_leaf(struct drawn *d)
{
	struct leaf l = { .dpi = (uint16_t)d->dpi };
	int w = cairo_image_surface_get_width(d->surface);
	int h = cairo_image_surface_get_height(d->surface);

	cairo_surface_flush(d->surface);
	l.gray = pixCreate(w, h, 8);
	for (int y = 0; y < h; y++) {
		const uint32_t *row =
			(const void *)(cairo_image_surface_get_data(d->surface) +
				       (size_t)y *
					       (size_t)cairo_image_surface_get_stride(d->surface));
		l_uint32 *to = pixGetData(l.gray) + (size_t)y * (size_t)pixGetWpl(l.gray);
		for (int x = 0; x < w; x++)
			SET_DATA_BYTE(to, x, row[x] >> 8 & 255);
	}
	cairo_destroy(d->cairo);
	cairo_surface_destroy(d->surface);
	return l;
}

#endif
