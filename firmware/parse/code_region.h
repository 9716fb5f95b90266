/* Where in a picture there is as much going on as in a QR code, and which way it is turned: found
 * by the strength and direction of brightness changes in small tiles, which is cheap. */
#ifndef PARSE_CODE_REGION_H
#define PARSE_CODE_REGION_H

#include "firmware/base/err.h"
#include "firmware/parse/image.h"

enum { CODE_REGIONS = 12 };

struct region {
	uint32_t x, y, width, height; /* pixels; inside the picture */
	float turn_rad;               /* -pi/4..pi/4, clockwise: edges run this way and across */
	float likely;                 /* more is likelier */
};

struct regions {
	unsigned count;
	struct region at[CODE_REGIONS]; /* the likeliest first; they may overlap */
};

/* The busiest parts of a picture that has a code, probably: never none in a picture of 50 by 50
 * pixels or more, unless it is all of one colour. ERR_NO_CODE, ERR_NO_MEMORY. */
enum err code_regions(const struct gray *g, struct regions *ret);

/* The parts of a page that are half ink and full of edges, as codes and bar codes are and text is
 * not: none on most pages. Best where modules have 2 to 5 pixels. The same errors. */
enum err code_regions_of_page(const struct gray *g, struct regions *ret);

#endif
