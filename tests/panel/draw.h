/* Shapes and words on the panel. */
#ifndef TESTS_PANEL_DRAW_H
#define TESTS_PANEL_DRAW_H

#include "tests/panel/board.h"
#include <pango/pangocairo.h>

#define RADIUS 9.0

enum colour { GROUND, CARD_GROUND, INK, GREY, BLUE, DEEP_BLUE, LINE, RED, SOFT_RED, WHITE, SHADE };

struct words {
	const char *text;
	double size;
	bool bold;
	enum colour colour;
	PangoAlignment align;
};

void draw_colour(cairo_t *c, enum colour which);
void draw_rounded(cairo_t *c, const struct rect *r, double radius);

/* One line of text in the rectangle's width, its top at the rectangle's. */
void draw_text(cairo_t *c, const struct rect *r, const struct words *w);

#endif
