/* The paper's brightness all over a page, and print against it: shadow of a gutter or a hand, tint
 * and what shines through from the other side are paper; photographs and filled boxes are print. */
#ifndef PARSE_PAGE_LEVEL_H
#define PARSE_PAGE_LEVEL_H

#include "firmware/base/err.h"
#include "firmware/parse/page/map.h"
#include "firmware/parse/page/view.h"
#include <stdint.h>

struct Pix; /* leptonica's */

/* Brightness of the paper in square tiles. */
struct level {
	uint32_t side, across, down;
	uint8_t *tiles;
	uint8_t typical; /* the median */
};

/* Pixels of value 0 are not looked at: what lies outside the sheet is painted so. level_finish()
 * frees it. ERR_NO_MEMORY. */
enum err level_measure(const struct plane *p, double dpi, struct level *ret);

/* Accepts a zeroed one. */
void level_finish(struct level *p);

/* Of each pixel in row y, from the tiles around by proportion; `width` bytes. */
void level_at_row(const struct level *p, uint32_t y, uint32_t width, uint8_t *out);

/* Print: darker than `percent` of its own paper; a 1-bit picture, or NULL without memory. */
struct Pix *ink_of(const struct plane *p, const struct level *paper, unsigned percent);

/* Makes paper 255 in place, and what is outside of `sheet`. ERR_NO_MEMORY. */
enum err level_plane(struct plane *p, double dpi, const struct outline *sheet);

#endif
