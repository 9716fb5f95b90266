/* Filling what a picture need not show, because something is drawn over it there: with what is
 * around it, so that it costs few bytes and leaves no ghost of itself. */
#ifndef PARSE_PAGE_LAYER_FILL_H
#define PARSE_PAGE_LAYER_FILL_H

#include "firmware/base/err.h"
#include "firmware/parse/page/layer_canvas.h"
#include <stdint.h>

struct Pix;

/* One byte for each pixel of a w x h picture of `part`: 1, or 0 where there is ink within `spread`
 * pixels of `bits`. *ret_known is the caller's to free. ERR_NO_MEMORY. */
enum err fill_known(struct Pix *bits, const struct part *part, const struct canvas *of,
		    uint32_t spread, uint8_t **ret_known);

/* Every pixel whose byte is 0 becomes a mean of known ones around it; where none is known at all,
 * white. `known` is used up. ERR_NO_MEMORY. */
enum err fill_unknown(struct canvas *c, uint8_t *known);

#endif
