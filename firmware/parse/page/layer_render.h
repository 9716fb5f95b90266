/* What a reader of the file will see: layers drawn back into a picture. */
#ifndef PARSE_PAGE_LAYER_RENDER_H
#define PARSE_PAGE_LAYER_RENDER_H

#include "firmware/base/err.h"
#include "firmware/parse/page/layer_canvas.h"
#include "firmware/parse/page/layers.h"
#include <stdint.h>

enum { RENDER_MAX_BY = 4 };

/* RGB; every pixel stands for by x by (1..RENDER_MAX_BY) of the page's. All from the layers' bytes.
 * ERR_BAD_DATA: a layer is not what it says. ERR_NO_MEMORY. */
enum err layers_render(const struct layers *l, uint32_t by, struct canvas *ret);

#endif
