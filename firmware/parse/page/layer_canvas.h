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

/* Each pixel the mean of those it stands for. ERR_NO_MEMORY, ERR_BAD_DATA. */
enum err canvas_scaled(const struct canvas *c, uint32_t width, uint32_t height, struct canvas *ret);

/* The pixels of an 8-bit (gray) or 32-bit (RGB) picture. ERR_NO_MEMORY, ERR_BAD_DATA. */
enum err canvas_of_pix(struct Pix *pix, struct canvas *ret);

#endif
