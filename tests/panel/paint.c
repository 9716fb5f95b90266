#include "tests/panel/paint.h"

#include "tests/panel/fact.h"

#include <math.h>
#include <pango/pangocairo.h>
#include <stdio.h>

#define FONT   "Inter, Noto Sans, sans-serif"
#define RADIUS 9.0

enum colour { GROUND, CARD_GROUND, INK, GREY, BLUE, DEEP_BLUE, LINE, RED, SOFT_RED, WHITE, SHADE };

static void set_colour(cairo_t *c, enum colour which)
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

static void rounded(cairo_t *c, const struct rect *r, double radius)
{
	cairo_new_sub_path(c);
	cairo_arc(c, r->x + r->width - radius, r->y + radius, radius, -M_PI / 2, 0);
	cairo_arc(c, r->x + r->width - radius, r->y + r->height - radius, radius, 0, M_PI / 2);
	cairo_arc(c, r->x + radius, r->y + r->height - radius, radius, M_PI / 2, M_PI);
	cairo_arc(c, r->x + radius, r->y + radius, radius, M_PI, 3 * M_PI / 2);
	cairo_close_path(c);
}

struct words {
	const char *text;
	double size;
	bool bold;
	enum colour colour;
	PangoAlignment align;
};

/* One line of text in the rectangle's width, its top at the rectangle's. */
static void put(cairo_t *c, const struct rect *r, const struct words *w)
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
	set_colour(c, w->colour);
	cairo_move_to(c, r->x, r->y);
	pango_cairo_show_layout(c, l);
	pango_font_description_free(font);
	g_object_unref(l);
}

static void paint_title(cairo_t *c, const struct model *m)
{
	struct rect bar = { 0, 0, BOARD_WIDTH, 44 }, text = { 14, 7, BOARD_WIDTH - 28, 18 };
	char state[128];

	set_colour(c, DEEP_BLUE);
	cairo_rectangle(c, bar.x, bar.y, bar.width, bar.height);
	cairo_fill(c);
	put(c, &text,
	    &(struct words){ "Thế giới bên ngoài ki-ốt", 14, true, WHITE, PANGO_ALIGN_LEFT });
	snprintf(state, sizeof state, "%s%s", m->screen[0] ? "Màn hình: " : "", m->screen);
	put(c, &text, &(struct words){ state, 11, false, SHADE, PANGO_ALIGN_RIGHT });
	text.y = 25;
	put(c, &text,
	    &(struct words){ m->connected ? "The world outside the kiosk" : "usim: no answer", 11,
			     false, SHADE, PANGO_ALIGN_LEFT });
	put(c, &text, &(struct words){ m->note, 11, true, WHITE, PANGO_ALIGN_RIGHT });
}

static void paint_heading(cairo_t *c, const struct model *m, const struct item *i,
			  const struct rect *at)
{
	struct rect r = { at->x, at->y + 6, at->width, at->height };
	char text[128], count[96] = "";

	snprintf(text, sizeof text, "%s · %s", i->name, i->english);
	put(c, &r, &(struct words){ text, 12, true, INK, PANGO_ALIGN_LEFT });
	if (i->count)
		snprintf(count, sizeof count, "%ld %s", fact_number(m->status, i->count),
			 i->counted);
	put(c, &r, &(struct words){ count, 11.5, false, BLUE, PANGO_ALIGN_RIGHT });
}

/* A lit button is red: every state that stays is something wrong, but a card on the reader. */
static void paint_button(cairo_t *c, const struct model *m, const struct paint *p, size_t index)
{
	const struct item *i = board_item(index);
	struct rect r = board_place(index);
	bool lit = model_is_lit(m, i), down = p->pressed == (int)index;
	enum colour lit_ground = i->undo && i->undo[0] == 'c' ? BLUE : RED;
	struct rect name = { r.x + 4, r.y + 7, r.width - 8, 18 };
	struct rect english = { r.x + 4, r.y + 26, r.width - 8, 14 };

	rounded(c, &r, RADIUS);
	set_colour(c, lit ? lit_ground : down ? SHADE : CARD_GROUND);
	cairo_fill_preserve(c);
	set_colour(c, lit ? lit_ground : LINE);
	cairo_set_line_width(c, 1);
	cairo_stroke(c);
	put(c, &name,
	    &(struct words){ i->name, 13.5, true, lit ? WHITE : INK, PANGO_ALIGN_CENTER });
	put(c, &english,
	    &(struct words){ i->english, 10.5, false, lit ? WHITE : GREY, PANGO_ALIGN_CENTER });
}

static void paint_receipt(cairo_t *c, const struct model *m, const struct paint *p)
{
	struct rect r = board_receipt(), label = { r.x + 12, r.y + 10, 130, 18 };

	rounded(c, &r, RADIUS);
	set_colour(c, SHADE);
	cairo_fill(c);
	put(c, &label, &(struct words){ "Phiếu vừa in", 12, true, INK, PANGO_ALIGN_LEFT });
	label.y += 18;
	put(c, &label, &(struct words){ "The last receipt", 10.5, false, GREY, PANGO_ALIGN_LEFT });
	label.y += 26;
	put(c, &label,
	    &(struct words){ p->receipt ? "Bấm để xem lớn" : "Chưa in gì", 11, false, BLUE,
			     PANGO_ALIGN_LEFT });
	if (!p->receipt)
		return;
	label.y += 16;
	put(c, &label,
	    &(struct words){ strrchr(m->receipt, '/') ? strrchr(m->receipt, '/') + 1 : "", 10.5,
			     false, GREY, PANGO_ALIGN_LEFT });
	double width = cairo_image_surface_get_width(p->receipt);
	double height = cairo_image_surface_get_height(p->receipt);
	double scale = fmin((r.width - 160) / width, (r.height - 16) / height);
	cairo_save(c);
	cairo_translate(c, r.x + r.width - 10 - width * scale, r.y + 8);
	cairo_scale(c, scale, scale);
	cairo_set_source_surface(c, p->receipt, 0, 0);
	cairo_pattern_set_filter(cairo_get_source(c), CAIRO_FILTER_BEST);
	cairo_paint(c);
	cairo_restore(c);
}

static void paint_large(cairo_t *c, const struct paint *p)
{
	double scale = (BOARD_WIDTH - 24.0) / cairo_image_surface_get_width(p->receipt);

	cairo_set_source_rgba(c, 0.06, 0.10, 0.20, 0.85);
	cairo_paint(c);
	cairo_save(c);
	cairo_translate(c, 12, 12 - p->scroll);
	cairo_scale(c, scale, scale);
	cairo_set_source_surface(c, p->receipt, 0, 0);
	cairo_pattern_set_filter(cairo_get_source(c), CAIRO_FILTER_BEST);
	cairo_paint(c);
	cairo_restore(c);
}

void paint_panel(cairo_t *c, const struct model *m, const struct paint *p)
{
	const struct item *i;

	set_colour(c, GROUND);
	cairo_paint(c);
	paint_title(c, m);
	for (size_t k = 0; (i = board_item(k)); k++) {
		struct rect r = board_place(k);

		if (i->columns)
			paint_heading(c, m, i, &r);
		else
			paint_button(c, m, p, k);
	}
	paint_receipt(c, m, p);
	if (p->large && p->receipt)
		paint_large(c, p);
}
