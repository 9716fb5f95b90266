/* A picture made smaller, for looking at it: rows of bytes of our own, gray or RGB. */
#ifndef PARSE_PAGE_VIEW_H
#define PARSE_PAGE_VIEW_H

#include "firmware/base/err.h"
#include "firmware/parse/image.h"
#include <stddef.h>
#include <stdint.h>

/* Rows of 8 bits; `at` belongs to who made it. */
struct plane {
	uint32_t width, height;
	size_t stride;
	uint8_t *at;
};

struct view {
	uint32_t by; /* pixels of the picture in one of the view, along a side */
	uint32_t width, height;
	double dpi; /* of the view; 0: not known */
	uint8_t channels;
	uint8_t *pixels;   /* width * height * channels */
	struct plane gray; /* brightness; the same bytes when there is one channel */
};

/* Each pixel the mean of by x by, less for a picture that is too small for that; a rest at the
 * right and lower edge is dropped. view_finish() frees it. ERR_NO_MEMORY. */
enum err view_of(const struct image *i, uint32_t by, struct view *ret);

/* Its pixels, borrowed. */
struct image view_image(const struct view *v);

/* Accepts a zeroed one. */
void view_finish(struct view *v);

/* Brightness of a row, in 256ths of red, green and blue. */
struct luma {
	uint16_t red, green, blue;
};
extern const struct luma LUMA_EYE;   /* Rec. 601 */
extern const struct luma LUMA_PRINT; /* stamps in red ink stand back behind print */
void luma_row(const struct luma *l, const uint8_t *row, uint8_t channels, uint32_t width,
	      uint8_t *out);

#endif
