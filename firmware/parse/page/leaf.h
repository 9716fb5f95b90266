/* A leaf: one page as it should lie. From raw pixels of a scanner or camera: upright, straight,
 * cropped to the sheet, its paper level; what all that follows works on. */
#ifndef PARSE_PAGE_LEAF_H
#define PARSE_PAGE_LEAF_H

#include "firmware/base/err.h"
#include "firmware/base/page.h"
#include "firmware/parse/image.h"
#include <stdbool.h>
#include <stdint.h>

struct Pix; /* leptonica's */

enum { LEAF_TURN_BY_TEXT = 360 };

/* Less ink than this is none; pages with text have been seen to have 0.0176 and more. */
#define LEAF_BLANK_INK 0.0006

/* How sure a strip of text reads: the mean confidence 0..100 of its words, weighed by their number.
 * Asked when the shapes of letters alone do not tell which way is up. */
typedef double leaf_strip_fn(void *data, struct Pix *gray);

struct leaf_wish {
	enum page_source source; /* ANY: a sheet on a desk is looked for, too */
	uint16_t turn_deg;       /* LEAF_TURN_BY_TEXT, or what a person asked for */
	uint16_t colour_dpi;     /* of leaf::colour; never more than the scan has */
	leaf_strip_fn *strip;    /* NULL: nobody can read */
	void *strip_data;
};

/* Zero it before use; leaf_finish() frees it. */
struct leaf {
	struct Pix *gray; /* 8 bits, at `dpi`: paper is 255; shadow, tint, show-through are gone */
	struct Pix *colour; /* 32-bit RGB at `colour_dpi`, the same place; paper level as scanned */
	uint16_t dpi, colour_dpi;
	uint16_t turned_deg; /* clockwise: 0, 90, 180, 270 */
	double tilt_deg;     /* straightened by so much, clockwise */
	uint8_t paper[3];    /* the paper's own colour, RGB */
	double ink;          /* share of the page that is print; a page of text has > 0.01 */
	bool blank;
	uint32_t steps; /* bits 1 << enum page_step */
};

/* Frees nothing of `i`, and does not need its pixels any more when it returns. Resolution 0 is not
 * known: for sources CAMERA and ANY it is told from the sheet's size, or it is A4's.
 * ERR_BAD_PAGE: sizes or resolution are out of range. ERR_NO_MEMORY. */
enum err leaf_make(const struct image *i, const struct leaf_wish *wish, struct leaf *ret);

/* Accepts a zeroed one. */
void leaf_finish(struct leaf *l);

#endif
