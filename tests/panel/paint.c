#include "tests/panel/paint.h"

#include "tests/panel/draw.h"
#include "tests/panel/fact.h"
#include "tests/panel/paint_card.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void paint_title(cairo_t *c, const struct model *m)
{
	struct rect bar = { 0, 0, BOARD_WIDTH, 44 }, text = { 14, 7, BOARD_WIDTH - 28, 18 };
	char state[128];

	draw_colour(c, DEEP_BLUE);
	cairo_rectangle(c, bar.x, bar.y, bar.width, bar.height);
	cairo_fill(c);
	draw_text(c, &text,
		  &(struct words){ "Thế giới bên ngoài ki-ốt", 14, true, WHITE, PANGO_ALIGN_LEFT });
	snprintf(state, sizeof state, "%s%s", m->screen[0] ? "Màn hình: " : "", m->screen);
	draw_text(c, &text, &(struct words){ state, 11, false, SHADE, PANGO_ALIGN_RIGHT });
	text.y = 25;
	draw_text(c, &text,
		  &(struct words){ m->connected ? "The world outside the kiosk" : "usim: no answer",
				   11, false, SHADE, PANGO_ALIGN_LEFT });
	draw_text(c, &text, &(struct words){ m->note, 11, true, WHITE, PANGO_ALIGN_RIGHT });
}

static void paint_heading(cairo_t *c, const struct model *m, const struct item *i,
			  const struct rect *at)
{
	struct rect r = { at->x, at->y + 6, at->width, at->height };
	char text[128], count[96] = "";

	snprintf(text, sizeof text, "%s · %s", i->name, i->english);
	draw_text(c, &r, &(struct words){ text, 12, true, INK, PANGO_ALIGN_LEFT });
	if (i->count)
		snprintf(count, sizeof count, "%ld %s", fact_number(m->status, i->count),
			 i->counted);
	draw_text(c, &r, &(struct words){ count, 11.5, false, BLUE, PANGO_ALIGN_RIGHT });
}

/* A lit button is red: every state that stays is something wrong, but a card on the reader. */
static void paint_button(cairo_t *c, const struct model *m, const struct paint *p, size_t index)
{
	const struct item *i = board_item(index);
	struct rect r = board_place(index);
	bool lit = model_is_lit(m, i), down = p->pressed == (int)index;
	enum colour lit_ground = i->state && strcmp(i->state, "ccid.card") == 0 ? BLUE : RED;
	struct rect name = { r.x + 4, r.y + 7, r.width - 8, 18 };
	struct rect english = { r.x + 4, r.y + 26, r.width - 8, 14 };

	draw_rounded(c, &r, RADIUS);
	draw_colour(c, lit ? lit_ground : down ? SHADE : CARD_GROUND);
	cairo_fill_preserve(c);
	draw_colour(c, lit ? lit_ground : LINE);
	cairo_set_line_width(c, 1);
	cairo_stroke(c);
	draw_text(c, &name,
		  &(struct words){ i->name, 13.5, true, lit ? WHITE : INK, PANGO_ALIGN_CENTER });
	draw_text(
		c, &english,
		&(struct words){ i->english, 10.5, false, lit ? WHITE : GREY, PANGO_ALIGN_CENTER });
}

static void paint_receipt(cairo_t *c, const struct model *m, const struct paint *p)
{
	struct rect r = board_receipt(), label = { r.x + 12, r.y + 10, 130, 18 };

	draw_rounded(c, &r, RADIUS);
	draw_colour(c, SHADE);
	cairo_fill(c);
	draw_text(c, &label, &(struct words){ "Phiếu vừa in", 12, true, INK, PANGO_ALIGN_LEFT });
	label.y += 18;
	draw_text(c, &label,
		  &(struct words){ "The last receipt", 10.5, false, GREY, PANGO_ALIGN_LEFT });
	label.y += 26;
	draw_text(c, &label,
		  &(struct words){ p->receipt ? "Bấm để xem lớn" : "Chưa in gì", 11, false, BLUE,
				   PANGO_ALIGN_LEFT });
	if (!p->receipt)
		return;
	label.y += 16;
	draw_text(c, &label,
		  &(struct words){ strrchr(m->receipt, '/') ? strrchr(m->receipt, '/') + 1 : "",
				   10.5, false, GREY, PANGO_ALIGN_LEFT });
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

	draw_colour(c, GROUND);
	cairo_paint(c);
	paint_title(c, m);
	for (size_t k = 0; (i = board_item(k)); k++) {
		struct rect r = board_place(k);

		if (i->columns)
			paint_heading(c, m, i, &r);
		else if (i->height)
			paint_card(c, m, &r);
		else
			paint_button(c, m, p, k);
	}
	paint_receipt(c, m, p);
	if (p->large && p->receipt)
		paint_large(c, p);
}
