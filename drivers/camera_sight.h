/* What a small live picture of a camera stand says, before one is taken: is there a paper, does it
 * lie still, is there light. A hint for the hands, many times a second; the page itself is judged
 * by its own look when it has been taken. */
#ifndef DRIVERS_CAMERA_SIGHT_H
#define DRIVERS_CAMERA_SIGHT_H

#include "firmware/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Rows of 8-bit RGB, and the brightness of the dots of the picture before; `before` gets that of
 * this one. `seen`: it holds one already. */
struct sight {
	uint32_t width, height;
	const uint8_t *rgb;
	uint8_t *before;
	bool seen;
};

/* ERR_OK: it may be taken. ERR_DARK_PAGE; ERR_NOT_FOUND: there is no paper; ERR_BUSY: something
 * moves, or it is the first; ERR_CUT_PAGE: the paper goes beyond what is seen; ERR_GLARE. */
enum err sight_doubt(const struct sight *s);

#endif
