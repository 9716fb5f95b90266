/* Pictures that own their pixels, from which layers are made. */
#ifndef PARSE_PAGE_LAYER_CANVAS_H
#define PARSE_PAGE_LAYER_CANVAS_H

#include "firmware/base/err.h"
#include <stdint.h>

struct Pix;

/* Rows of 8-bit gray (channels 1) or RGB (3), no padding. */
struct canvas {
	uint32_t width, height;
	uint8_t channels;
	uint8_t *at;
};

/* Its pixels are not cleared. ERR_NO_MEMORY; ERR_BAD_DATA when a side is 0. */
enum err canvas_create(uint32_t width, uint32_t height, uint8_t channels, struct canvas *ret);
/* Accepts a zeroed one. */
void canvas_finish(struct canvas *r);

/* A rectangle of a page in some picture's pixels. */
struct part {
	int32_t x, y, w, h;
};

/* A part of an 8-bit (gray) or 32-bit (RGB) picture, each pixel the mean of those it stands for.
 * ERR_BAD_DATA: another depth, or the part does not lie in the picture. ERR_NO_MEMORY. */
enum err canvas_of_part(struct Pix *pix, const struct part *part, uint32_t width, uint32_t height,
			struct canvas *ret);

/* Bilinear, for a little less than full size. ERR_NO_MEMORY, ERR_BAD_DATA. */
enum err canvas_scaled(const struct canvas *c, uint32_t width, uint32_t height, struct canvas *ret);

#endif
