/* Are two pictures of the same sheet? A form that two people filled in is not: wherever ink stands
 * the two are laid over each other, and compared word by word. */
#ifndef PARSE_PAGE_TWIN_H
#define PARSE_PAGE_TWIN_H

#include "firmware/base/err.h"
#include "firmware/parse/image.h"
#include <stdbool.h>
#include <stdint.h>

/* How much of `b` is like `a`, in cells of a word's size. */
struct twin {
	uint32_t inked;  /* cells with ink in one of them at least */
	uint32_t unlike; /* of those: other ink stands there */
	bool same;
};

enum { TWIN_LEAST_SIDE = 64, TWIN_MOST_SIDE = 1000 };

/* Previews, upright: 900 pixels along A4 are enough; a little shifted, turned or larger is no
 * difference, nor is brighter. ERR_BAD_PAGE: too small or too large. ERR_NO_MEMORY. */
enum err twin_compare(const struct image *a, const struct image *b, struct twin *ret);

#endif
