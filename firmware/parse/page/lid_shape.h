/* The shape of what a mask shows before a lid. */
#ifndef PARSE_PAGE_LID_SHAPE_H
#define PARSE_PAGE_LID_SHAPE_H

#include "firmware/base/err.h"
#include "firmware/parse/page/map.h"
#include <stdbool.h>

struct Pix; /* leptonica's */

struct lid_shape {
	struct outline sheet;   /* of the largest piece; no corners when there is none */
	struct point corner[4]; /* of the closest rectangle, clockwise from the upper left */
	double fills;           /* how much of that rectangle, 0..1 */
	bool lies_free;         /* away from all four borders */
};

/* `mask`: 1 bit, in whose pixels the shape is told. ERR_NO_MEMORY. */
enum err lid_shape_of(struct Pix *mask, struct lid_shape *ret);

#endif
