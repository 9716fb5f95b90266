/* Pixels of a picture brought to another place: turned, straightened, out of perspective. */
#ifndef PARSE_PAGE_WARP_H
#define PARSE_PAGE_WARP_H

#include "firmware/base/err.h"
#include "firmware/parse/image.h"
#include "firmware/parse/page/map.h"
#include "firmware/parse/page/view.h"
#include <stdint.h>

struct Pix; /* leptonica's */

/* Fills `to`, whose points `map` takes to points of `from`. Cubic, which keeps thin strokes dark;
 * pixels that fall on pixels are copied exactly. What lies outside of `from` becomes `outside`. */
void warp_gray(const struct plane *from, const struct map *map, uint8_t outside, struct plane *to);

/* The same in colour, linear between pixels, into leptonica's RGB; outside is white. A picture much
 * larger than `to` should be made smaller first. */
void warp_colour(const struct image *from, const struct map *map, struct Pix *to);

#endif
