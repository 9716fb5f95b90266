/* The chosen identity card, as a drawing of its front or back, and the arrows beside it. */
#ifndef TESTS_PANEL_PAINT_CARD_H
#define TESTS_PANEL_PAINT_CARD_H

#include "tests/panel/model.h"
#include <cairo.h>

void paint_card(cairo_t *c, const struct model *m, const struct rect *place);

#endif
