/* Parts of a page that stay pictures: stamps, signatures, photos. Found by colour, size, tone. */
#ifndef PARSE_PAGE_LAYER_REGION_H
#define PARSE_PAGE_LAYER_REGION_H

#include "firmware/base/err.h"
#include "firmware/parse/page/layer_canvas.h"
#include "firmware/parse/page/layers.h"
#include "firmware/parse/page/leaf.h"
#include <stdint.h>

/* Zero it before use; regions_finish() frees it. */
struct regions {
	struct part at[LAYERS_MAX_REGIONS]; /* in pixels of leaf::gray */
	size_t count;
	struct Pix *tones; /* one bit a cell: a photo covers it */
};

/* ERR_NO_MEMORY. */
enum err regions_find(const struct leaf *l, struct regions *ret);

/* Takes out of the stencil what the regions show: everything of photos, what is coloured of
 * stamps and signatures; print under and beside them stays. ERR_NO_MEMORY. */
enum err regions_clear(const struct leaf *l, const struct regions *r, struct Pix *bits);

/* Accepts a zeroed one. */
void regions_finish(struct regions *r);

#endif
