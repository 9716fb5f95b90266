/* What a screen shows, small enough to be compared and kept: a grid of grey levels. */
#ifndef IMAGE_PICTURE_H
#define IMAGE_PICTURE_H

#include "firmware/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PICTURE_W 36
#define PICTURE_H 64

struct picture {
	uint8_t grey[PICTURE_W * PICTURE_H];
	uint8_t lightest;
	unsigned levels; /* how many different ones: a screen that is empty has one or two */
};

/* From a file of the emulator (PPM, "P6", 8 bits), or a PNG. ERR_BAD_DATA. */
enum err picture_load(struct picture *p, const char *path);
enum err picture_read(struct picture *p, const uint8_t *bytes, size_t len);

/* Something is shown, and not only text on black. */
bool picture_is_lit(const struct picture *p);

/* How far two are apart, of 255, on the average.
 * Where the second is PICTURE_ANY, anything will do. */
#define PICTURE_ANY 1
unsigned picture_distance(const struct picture *a, const struct picture *b);

/* How many fields of the grid look different: a digit is one or two. */
unsigned picture_fields_apart(const struct picture *a, const struct picture *b);

/* A small grey picture (PGM), which any viewer shows; picture_load() takes it, too. */
enum err picture_save(const struct picture *p, const char *path);

#endif
