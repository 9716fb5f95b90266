#include "tests/panel/draw.h"

#include <math.h>

#define FONT "Inter, Noto Sans, sans-serif"

void draw_colour(cairo_t *c, enum colour which)
{
	static const unsigned rgb[] = {
		[GROUND] = 0xF0F3F8, [CARD_GROUND] = 0xFFFFFF, [INK] = 0x14213D,
		[GREY] = 0x66738A,   [BLUE] = 0x0C4AA0,        [DEEP_BLUE] = 0x0A2F66,
		[LINE] = 0xD5DCE8,   [RED] = 0xB3261E,         [SOFT_RED] = 0xFDECEC,
		[WHITE] = 0xFFFFFF,  [SHADE] = 0xE3E9F3,
	};
	unsigned v = rgb[which];

	cairo_set_source_rgb(c, (v >> 16 & 255) / 255.0, (v >> 8 & 255) / 255.0, (v & 255) / 255.0);
}

void draw_rounded(cairo_t *c, const struct rect *r, double radius)
{
	cairo_new_sub_path(c);
	cairo_arc(c, r->x + r->width - radius, r->y + radius, radius, -M_PI / 2, 0);
	cairo_arc(c, r->x + r->width - radius, r->y + r->height - radius, radius, 0, M_PI / 2);
	cairo_arc(c, r->x + radius, r->y + r->height - radius, radius, M_PI / 2, M_PI);
	cairo_arc(c, r->x + radius, r->y + radius, radius, M_PI, 3 * M_PI / 2);
	cairo_close_path(c);
}

void draw_text(cairo_t *c, const struct rect *r, const struct words *w)
{
	PangoLayout *l = pango_cairo_create_layout(c);
	PangoFontDescription *font = pango_font_description_from_string(FONT);

	pango_font_description_set_absolute_size(font, w->size * PANGO_SCALE);
	pango_font_description_set_weight(font,
					  w->bold ? PANGO_WEIGHT_SEMIBOLD : PANGO_WEIGHT_NORMAL);
	pango_layout_set_font_description(l, font);
	pango_layout_set_text(l, w->text, -1);
	pango_layout_set_width(l, (int)(r->width * PANGO_SCALE));
	pango_layout_set_alignment(l, w->align);
	pango_layout_set_ellipsize(l, PANGO_ELLIPSIZE_END);
	draw_colour(c, w->colour);
	cairo_move_to(c, r->x, r->y);
	pango_cairo_show_layout(c, l);
	pango_font_description_free(font);
	g_object_unref(l);
}
