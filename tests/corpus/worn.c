#include "tests/corpus/worn.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const NAMES[WORN_COUNT] = { "folded", "punched",  "stapled", "copied",  "marked",
					       "faded",  "coloured", "typed",   "received" };

unsigned worn_of(enum kind k, uint64_t seed)
{
	struct rng r = rng_of(seed, 1100 + k);
	unsigned worn = 0;

	for (int i = 0; i < 3; i++)
		worn |= 1u << rng_below(&r, WORN_COUNT);
	/* With these a page would not be blank. */
	if (k == KIND_BLANK)
		worn &= ~(1u << WORN_MARKED | 1u << WORN_RECEIVED);
	return worn;
}

void worn_names(unsigned worn, char *ret, size_t cap)
{
	size_t len = 0;

	*ret = '\0';
	for (int i = 0; i < WORN_COUNT; i++)
		if (worn >> i & 1 && len < cap)
			len += (size_t)snprintf(ret + len, cap - len, " %s", NAMES[i]);
}

/* A dark line with a light one beside it, across or down. */
static void fold(struct page *p, bool down, double at, struct rng *r)
{
	cairo_t *c = p->sheet.cairo;
	double bent = rng_between(r, -0.8, 0.8);

	for (int side = 0; side < 2; side++) {
		double x = at + (side ? 0.35 : 0);

		cairo_set_source_rgba(c, side, side, side, side ? 0.5 : rng_between(r, 0.08, 0.2));
		cairo_set_line_width(c, side ? 0.3 : rng_between(r, 0.3, 0.7));
		if (down)
			pen_line(&p->sheet, x, 0, x + bent, p->height);
		else
			pen_line(&p->sheet, 0, x, p->width, x + bent);
	}
}

static void folds(struct page *p, struct rng *r)
{
	if (rng_below(r, 2)) {
		fold(p, false, p->height / 3, r);
		fold(p, false, p->height * 2 / 3, r);
		return;
	}
	fold(p, false, p->height / 2 + rng_between(r, -3, 3), r);
	if (rng_below(r, 2))
		fold(p, true, p->width / 2 + rng_between(r, -3, 3), r);
}

static void holes(struct page *p)
{
	cairo_t *c = p->sheet.cairo;

	for (int i = -1; i <= 1; i += 2) {
		cairo_set_source_rgb(c, 0.25, 0.25, 0.25);
		cairo_arc(c, 11, p->height / 2 + i * 40, 3, 0, 2 * M_PI);
		cairo_fill(c);
		cairo_set_source_rgb(c, 0.1, 0.1, 0.1);
		cairo_set_line_width(c, 0.3);
		cairo_arc(c, 11, p->height / 2 + i * 40, 3, M_PI, 1.6 * M_PI);
		cairo_stroke(c);
	}
}

static void staple(struct page *p, struct rng *r)
{
	cairo_t *c = p->sheet.cairo;
	double x = rng_between(r, 6, 10), y = rng_between(r, 6, 10);

	cairo_set_line_cap(c, CAIRO_LINE_CAP_ROUND);
	for (int i = 0; i < 2; i++) {
		cairo_set_source_rgb(c, i ? 0.62 : 0.2, i ? 0.62 : 0.2, i ? 0.65 : 0.2);
		cairo_set_line_width(c, i ? 0.4 : 0.7);
		pen_line(&p->sheet, x, y + 7 + i * -0.1, x + 8, y + i * -0.1);
	}
	cairo_set_line_cap(c, CAIRO_LINE_CAP_BUTT);
}

/* A copier's dirt: specks, and a streak down the page. */
static void dirt(struct page *p, struct rng *r)
{
	cairo_t *c = p->sheet.cairo;

	for (int i = 0; i < 260; i++) {
		double size = rng_between(r, 0.05, 0.28);

		cairo_set_source_rgba(c, 0.1, 0.1, 0.1, rng_between(r, 0.3, 1));
		cairo_arc(c, rng_between(r, 0, p->width), rng_between(r, 0, p->height),
			  size * size * 3, 0, 2 * M_PI);
		cairo_fill(c);
	}
	cairo_set_source_rgba(c, 0, 0, 0, 0.10);
	cairo_set_line_width(c, 0.4);
	double x = rng_between(r, 20, p->width - 20);
	pen_line(&p->sheet, x, 0, x, p->height);
}

static void highlight(struct page *p, struct rng *r)
{
	static const double INKS[][3] = { { 1, 0.95, 0.35 }, { 0.65, 1, 0.6 }, { 1, 0.7, 0.82 } };
	cairo_t *c = p->sheet.cairo;
	const double *ink = INKS[rng_below(r, 3)];

	cairo_set_operator(c, CAIRO_OPERATOR_MULTIPLY);
	cairo_set_source_rgb(c, ink[0], ink[1], ink[2]);
	cairo_set_line_width(c, 5);
	for (int i = 0; i < 3; i++) {
		double x = rng_between(r, p->left, p->width / 2);
		double y = rng_between(r, p->height * 0.2, p->height * 0.7);

		pen_line(&p->sheet, x, y, x + rng_between(r, 25, 70),
			 y + rng_between(r, -0.6, 0.6));
	}
	cairo_set_operator(c, CAIRO_OPERATOR_OVER);
}

/* The square stamp of the day on which a paper came in, its number by hand. Not in the truth: it
 * is read or not, and nobody looks for it. */
static void received(struct page *p, struct rng *r)
{
	struct sheet s = { .cairo = p->sheet.cairo };
	struct pen_words w = { "ĐẾN", "Liberation Sans", 4, 2, 15, PEN_RED, .bold = true };
	char day[16];

	cairo_save(s.cairo);
	cairo_translate(s.cairo, rng_between(r, 14, 22), p->height - rng_between(r, 34, 48));
	cairo_rotate(s.cairo, rng_between(r, -0.06, 0.06));
	pen_ink(&s, PEN_RED);
	cairo_set_line_width(s.cairo, 0.5);
	pen_frame(&s, 0, 0, 46, 20);
	s.y = 7;
	pen_put(&s, &w, NULL);
	w.bold = false;
	w.size_mm = 3.2;
	w.x = 15;
	w.width = 40;
	for (int i = 0; i < 2; i++) {
		w.text = i ? "Ngày: ............" : "Số: ............";
		s.y = 3 + i * 8;
		pen_put(&s, &w, NULL);
	}
	snprintf(day, sizeof day, "%u/%u", 1 + rng_below(r, 28), 1 + rng_below(r, 12));
	struct pen_words hand = { day, "Liberation Serif", 5, 26, 20, PEN_BLUE, .italic = true };
	s.y = 9;
	pen_hand(&s, &hand, r, NULL);
	cairo_restore(s.cairo);
}

void worn_draw(struct page *p, const struct which *which)
{
	struct rng r = rng_of(which->seed, 1200 + which->kind);

	cairo_new_path(p->sheet.cairo);
	if (which->worn & 1u << WORN_MARKED)
		highlight(p, &r);
	if (which->worn & 1u << WORN_RECEIVED && p->height > 200)
		received(p, &r);
	if (which->worn & 1u << WORN_COPIED)
		dirt(p, &r);
	if (which->worn & 1u << WORN_FOLDED)
		folds(p, &r);
	if (which->worn & 1u << WORN_STAPLED)
		staple(p, &r);
	if (which->worn & 1u << WORN_PUNCHED)
		holes(p);
}

void worn_wear(struct wear *w, const struct which *which)
{
	static const struct pen_rgb PAPERS[] = { { 0.95, 0.80, 0.84 },
						 { 0.80, 0.92, 0.82 },
						 { 0.96, 0.92, 0.70 },
						 { 0.80, 0.88, 0.95 },
						 { 0.78, 0.76, 0.72 } };
	struct rng r = rng_of(which->seed, 1300 + which->kind);

	if (which->worn & 1u << WORN_COLOURED)
		w->paper = PAPERS[rng_below(&r, 5)];
	if (which->worn & 1u << WORN_FADED)
		w->faint = rng_between(&r, 0.25, 0.55);
}
