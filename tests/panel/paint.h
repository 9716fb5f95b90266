/* Painting the panel. */
#ifndef TESTS_PANEL_PAINT_H
#define TESTS_PANEL_PAINT_H

#include "tests/panel/model.h"
#include <cairo.h>

struct paint {
	int pressed;              /* the item under the finger, or -1 */
	bool large;               /* the receipt alone, over everything */
	double scroll;            /* of the large receipt, in pixels from its top */
	cairo_surface_t *receipt; /* the newest, or NULL */
};

/* On a surface of BOARD_WIDTH x BOARD_HEIGHT. */
void paint_panel(cairo_t *c, const struct model *m, const struct paint *p);

#endif
