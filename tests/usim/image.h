/* Pictures of pages: reading PNG and JPEG files, cutting and scaling, encoding. Eight bits a
 * channel, three channels (RGB) or one (grey), rows without padding. */
#ifndef TESTS_USIM_IMAGE_H
#define TESTS_USIM_IMAGE_H

#include "firmware/base/err.h"
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define IMAGE_MAX_SIDE 20000

struct image {
	unsigned width, height;
	unsigned channels; /* 1 or 3 */
	double dpi;        /* of the file; 0: it does not say */
	uint8_t *pixels;   /* free() */
};

void image_finish(struct image *i); /* zeroed is allowed */

/* PNG or JPEG, told by their first bytes; the result is RGB. ERR_BAD_PAGE for anything that is
 * neither, or broken; ERR_NOT_FOUND, ERR_NO_MEMORY. */
enum err image_load(const char *path, struct image *ret);
enum err image_load_png(FILE *f, struct image *ret);
enum err image_load_jpeg(FILE *f, struct image *ret);

/* Zeroed pixels are not promised. ERR_NO_MEMORY, also past IMAGE_MAX_SIDE. */
enum err image_create(unsigned width, unsigned height, unsigned channels, struct image *ret);

/* What a scanner sees of a sheet lying at its corner: `width` x `height` pixels at `dpi`,
 * beginning at (x, y), white where there is no sheet. At the sheet's own resolution pixels are
 * passed through unchanged. */
struct image_view {
	double dpi;
	unsigned x, y, width, height; /* pixels at dpi */
	unsigned channels;
};
enum err image_scan(const struct image *sheet, const struct image_view *view, struct image *ret);

/* *ret_bytes is the caller's to free(). */
enum err image_to_png(const struct image *i, uint8_t **ret_bytes, size_t *ret_len);
enum err image_to_jpeg(const struct image *i, uint8_t **ret_bytes, size_t *ret_len);

#endif
