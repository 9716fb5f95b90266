/* The sheet under an overhead camera: its four edges before a darker desk, and from them its real
 * size. */
#ifndef PARSE_PAGE_QUAD_H
#define PARSE_PAGE_QUAD_H

#include "firmware/base/err.h"
#include "firmware/parse/page/map.h"
#include "firmware/parse/page/view.h"
#include <stdbool.h>
#include <stdint.h>

enum { QUAD_TOP, QUAD_RIGHT, QUAD_BOTTOM, QUAD_LEFT, QUAD_SIDES };

struct quad {
	struct point corner[4];    /* upper left first, clockwise; in pixels of the view */
	double clear[QUAD_SIDES];  /* share of a side's length where the edge is seen */
	bool at_frame[QUAD_SIDES]; /* the sheet goes on outside of the picture */
};

/* Sets *ret_seen to false when there is no sheet to be seen. ERR_NO_MEMORY. */
enum err quad_find(const struct view *v, bool *ret_seen, struct quad *ret);

/* Moves each side to where brightness changes most, to a fraction of a pixel. */
void quad_refine(const struct plane *p, double reach_px, struct quad *q);

/* How large the sheet is, from its proportion and from what sizes there are. `dpi` is what the
 * stand is known to have, or 0; `w`, `h`: of the picture the corners are in. */
struct quad_size {
	double width_mm, height_mm;
	double dpi; /* of the picture, at the sheet */
};
struct quad_size quad_size_of(const struct point corner[4], double w, double h, double dpi);

#endif
