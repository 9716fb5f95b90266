/* A page as it should lie: the scanned pixels, turned by quarters and straightened, row by row
 * from top to bottom, so that no second full-size copy of the page is ever needed. */
#ifndef PARSE_SHEET_H
#define PARSE_SHEET_H

#include "firmware/base/err.h"
#include "firmware/parse/image.h"

struct sheet {
	struct image from;
	unsigned quarters; /* turns of 90 degrees clockwise, 0..3 */
	double tilt_deg; /* further turn clockwise about the middle; 0: pixels are copied exactly */
};

/* As it lies in the end: a quarter turn exchanges the two. */
uint32_t sheet_width(const struct sheet *s);
uint32_t sheet_height(const struct sheet *s);

/* Row y < sheet_height() into out, sheet_width() pixels of from.channels bytes. What lies outside
 * the scan is white. The same sheet gives the same bytes. */
void sheet_row(const struct sheet *s, uint32_t y, uint8_t *out);

/* A smaller copy in RGB, fed with the rows of a sheet in order. Zero it before use. */
struct preview {
	uint32_t width, height; /* of the copy */
	uint32_t from_width, from_height;
	uint8_t channels; /* of the rows */
	uint32_t next_row;
	uint64_t *sums;  /* of the copy's row in work */
	uint8_t *pixels; /* width * height * 3; preview_finish() frees it */
};

/* At most `max_side` pixels on the longer side, never enlarged. ERR_NO_MEMORY. */
enum err preview_begin(const struct sheet *s, uint32_t max_side, struct preview *p);
/* The next row; those past the last are ignored. */
void preview_row(struct preview *p, const uint8_t *row);
/* Accepts a zeroed one. */
void preview_finish(struct preview *p);

#endif
