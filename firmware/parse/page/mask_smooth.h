/* Straight edges of a stencil made straight: a pixel or two that stick out of them, or are missing
 * in them, are noise of the scanner, and cost more bytes than the strokes. So is a pixel alone. */
#ifndef PARSE_PAGE_MASK_SMOOTH_H
#define PARSE_PAGE_MASK_SMOOTH_H

#include "firmware/base/err.h"

struct Pix; /* leptonica's */

/* In place, 1 bit a pixel. Strokes and dots two pixels thick and more keep their shape.
 * ERR_NO_MEMORY. */
enum err mask_smooth(struct Pix *bits);

#endif
