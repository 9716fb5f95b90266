/* The paper's brightness all over a page, and print against it: shadow of a gutter, tint and what
 * shines through from the other side are paper, not print. */
#ifndef PARSE_PAGE_LEVEL_H
#define PARSE_PAGE_LEVEL_H

#include "firmware/base/err.h"
#include <stdint.h>

struct Pix; /* leptonica's */

/* Makes paper 255 all over an 8-bit page, in place. `dpi` is its resolution. ERR_NO_MEMORY. */
enum err level_page(struct Pix *gray, uint16_t dpi);

#endif
