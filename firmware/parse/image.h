/* Pictures in memory: as they came (a borrowed view) and gray planes of our own, with the few
 * operations that reading codes and straightening pages need. */
#ifndef PARSE_IMAGE_H
#define PARSE_IMAGE_H

#include "firmware/base/err.h"
#include <stddef.h>
#include <stdint.h>

enum {
	IMAGE_MAX_SIDE = 16000,
	IMAGE_MAX_PIXELS = 40000000, /* A4 at 600 dpi has 34.8 million */
};

/* Rows of 8-bit gray (channels 1) or RGB (3), no padding; borrowed. */
struct image {
	uint32_t width, height;
	uint16_t dpi;
	uint8_t channels;
	const uint8_t *pixels;
};

/* Checks the sizes somebody claims against the bytes that are there.
 * ERR_BAD_DATA: zero, too large, other channels, or not exactly `len` bytes. */
enum err image_of(const struct image *claim, size_t len, struct image *ret);

/* A gray plane that owns its pixels; zero it before use. */
struct gray {
	uint32_t width, height;
	uint8_t *at;
};

/* Accepts a zeroed one. */
void gray_finish(struct gray *g);

/* Brightness of `i`, each result pixel the mean of by x by pixels (by >= 1; a rest at the right
 * and lower edge is dropped). All of these: ERR_NO_MEMORY; ERR_BAD_DATA when nothing is left. */
enum err gray_of(const struct image *i, uint32_t by, struct gray *ret);

/* A rectangle, in pixels. */
struct cutting {
	uint32_t x, y, width, height;
};

/* Brightness of a part, as much of it as lies in the picture. */
enum err gray_cut(const struct image *i, const struct cutting *p, struct gray *ret);

/* The same again. */
enum err gray_copy(const struct gray *g, struct gray *ret);

/* Twice as large, bilinear. */
enum err gray_doubled(const struct gray *g, struct gray *ret);

/* Smoothed a little, then contrast stretched in each neighbourhood of about 100 pixels: brings
 * back faint print, shadow and sensor noise. */
enum err gray_stretched(const struct gray *g, struct gray *ret);

/* Black for white, in place. */
void gray_invert(struct gray *g);

#endif
