/* The ground of a page: paper, and all that is neither ink of the stencil nor a region. */
#ifndef PARSE_PAGE_LAYER_GROUND_H
#define PARSE_PAGE_LAYER_GROUND_H

#include "firmware/base/err.h"
#include "firmware/parse/page/layer_work.h"
#include "firmware/parse/page/layers.h"

/* Coarse, ink filled in, only where the page is not white: len 0 when it is all white.
 * ERR_NO_MEMORY. */
enum err ground_make(const struct work *w, const struct layers *l, struct layer *ret);

#endif
