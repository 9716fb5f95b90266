#include "tests/papers/draw.h"

#include "tests/pen/form.h"

#include <glib.h>

#define LEFT    25.0 /* mm */
#define WIDTH   165.0
#define LINE    9.6
#define BODY_MM 4.4 /* height of the body font */
#define SERIF   "Liberation Serif, Noto Serif, serif"

static struct pen_words body(const char *text)
{
	return (struct pen_words){ text, SERIF, BODY_MM, LEFT, WIDTH, PEN_BLACK, .leading = 0 };
}

static void centre(struct sheet *s, const char *text, double size_mm, bool bold)
{
	struct pen_words w = body(text);

	w.size_mm = size_mm;
	w.align = PEN_CENTER;
	w.bold = bold;
	w.italic = !bold;
	s->y += pen_put(s, &w, NULL);
}

void draw_nation(struct sheet *s)
{
	struct pen_words w = body("");

	w.size_mm = 4.6;
	form_nation(s, &w);
	s->y += 8;
}

void draw_title(struct sheet *s, const char *text)
{
	centre(s, text, 7.0, true);
	s->y += 1;
}

void draw_small(struct sheet *s, const char *text)
{
	centre(s, text, BODY_MM, false);
	s->y += 4;
}

void draw_part(struct sheet *s, const char *text)
{
	struct pen_words w = body(text);

	w.bold = true;
	pen_put(s, &w, NULL);
	s->y += LINE;
}

void draw_field(struct sheet *s, const char *label, const char *value)
{
	g_autofree char *text = g_strconcat(label, ":", NULL);
	struct pen_words w = body(text);
	double used;

	pen_put(s, &w, &used);
	pen_leader(s, &w, LEFT + used + 1, LEFT + WIDTH);
	w.text = value;
	w.italic = true;
	w.ink = PEN_BLUE;
	w.size_mm += 0.4;
	w.x += used + 4;
	w.width -= used + 4;
	s->y -= 0.5;
	pen_put(s, &w, NULL);
	s->y += 0.5 + LINE;
}

void draw_text(struct sheet *s, const char *text)
{
	struct pen_words w = body(text);

	s->y += pen_put(s, &w, NULL) + LINE - BODY_MM;
}

/* Each place has the same signature, wherever it is on the sheet. */
static void sign(struct sheet *s, const char *title, double x)
{
	struct pen_words w = body(title);
	struct rng rng = rng_of(2026, (uint64_t)x);

	w.x = x;
	w.width = WIDTH / 2;
	w.align = PEN_CENTER;
	w.bold = true;
	pen_put(s, &w, NULL);
	if (*title)
		form_signature(s, &rng, x + 24, s->y + 9, 33);
}

void draw_sign(struct sheet *s, const char *left, const char *right)
{
	s->y += 3;
	sign(s, left, LEFT);
	sign(s, right, LEFT + WIDTH / 2);
	s->y += 30;
}

void draw_card(struct sheet *s, const char *const lines[4])
{
	const double x = 58, width = 94, height = 59.2; /* an ID-1 card, enlarged by a tenth */

	cairo_set_source_rgb(s->cairo, 0.86, 0.92, 0.90);
	cairo_rectangle(s->cairo, x, s->y, width, height);
	cairo_fill_preserve(s->cairo);
	cairo_set_source_rgb(s->cairo, 0.35, 0.45, 0.45);
	cairo_set_line_width(s->cairo, 0.3);
	cairo_stroke(s->cairo);
	cairo_set_source_rgb(s->cairo, 0.72, 0.78, 0.78);
	cairo_rectangle(s->cairo, x + 5, s->y + 18, 21, 28);
	cairo_fill(s->cairo);
	double top = s->y;
	struct pen_words w = body("CĂN CƯỚC (MẪU)");
	w.size_mm = 4.6;
	w.x = x;
	w.width = width;
	w.align = PEN_CENTER;
	w.bold = true;
	w.ink = PEN_RED;
	s->y = top + 5;
	pen_put(s, &w, NULL);
	for (int i = 0; i < 4; i++) {
		w = body(lines[i]);
		w.size_mm = 3.6;
		w.x = x + 30;
		w.width = width - 32;
		w.bold = i < 2;
		s->y = top + 16 + i * 9;
		pen_put(s, &w, NULL);
	}
	s->y = top + height + 16;
}

void draw_sample_mark(struct sheet *s)
{
	struct pen_words w = body("MẪU");
	double y = s->y;

	w.size_mm = 62;
	w.x = -105;
	w.width = 210;
	w.align = PEN_CENTER;
	w.bold = true;
	w.ink = (struct pen_rgb){ 0.98, 0.87, 0.87 };
	cairo_save(s->cairo);
	cairo_translate(s->cairo, 105, 148);
	cairo_rotate(s->cairo, -0.85);
	cairo_set_operator(s->cairo, CAIRO_OPERATOR_MULTIPLY);
	s->y = -40;
	pen_put(s, &w, NULL);
	cairo_restore(s->cairo);
	s->y = y;
}
