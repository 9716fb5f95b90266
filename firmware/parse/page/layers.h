/* A leaf taken apart into layers that each compress well (mixed raster content): the ground as a
 * coarse JPEG, ink as a stencil at full resolution (lossless JBIG2, generic coding: symbol coding
 * can exchange digits), the ink's colours as a very coarse JPEG, and stamps, signatures and photos
 * as regions of their own. What the layers show is rendered and compared with the leaf; a region
 * or a page that does not pass is kept as a JPEG. */
#ifndef PARSE_PAGE_LAYERS_H
#define PARSE_PAGE_LAYERS_H

#include "firmware/base/err.h"
#include "firmware/base/page.h"
#include "firmware/parse/page/leaf.h"
#include "firmware/parse/page/text.h"
#include <stddef.h>
#include <stdint.h>

enum { LAYERS_MAX_REGIONS = 64 };

enum layer_code { CODE_JPEG_RGB, CODE_JPEG_GRAY, CODE_JBIG2 };

/* A picture over a part of the page; lengths in pixels of leaf::gray, from the upper left. */
struct layer {
	int32_t x, y, w, h;
	uint32_t width, height; /* in its own pixels */
	enum layer_code code;
	uint8_t *bytes;
	size_t len;
};

/* Zero it before use; layers_finish() frees it. Drawn in this order: ground, regions, ink through
 * stencil (black print over a red stamp stays sharp; where a region shows all there is, the stencil
 * is empty). A layer that is not needed has len 0; the page is white where none is. Stencil and
 * ink cover the whole page. */
struct layers {
	uint32_t width, height; /* of the page, in pixels of leaf::gray */
	uint16_t dpi;
	struct layer ground;
	struct layer stencil; /* JBIG2, 1 is ink; len 0: no ink. As PDF embeds it: segments of one
				 page, no file header (ISO 32000-1, 7.4.7) */
	struct layer
		ink; /* colours of what the stencil shows, over the stencil's x, y, w, h; len 0:
			     ink_rgb everywhere */
	uint8_t ink_rgb[3];
	struct layer regions[LAYERS_MAX_REGIONS];
	size_t region_count;
	enum page_check check;
	uint32_t steps; /* bits 1 << enum page_step */
};

/* `t` may be NULL (no text was read). The same leaf gives the same bytes. ERR_NO_MEMORY. */
enum err layers_make(const struct leaf *l, const struct text *t, enum page_profile profile,
		     struct layers *ret);

/* Accepts a zeroed one. */
void layers_finish(struct layers *l);

#endif
