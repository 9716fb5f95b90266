/* What is known of a page while its layers are made: ink, paper, regions, colours. */
#ifndef PARSE_PAGE_LAYER_WORK_H
#define PARSE_PAGE_LAYER_WORK_H

#include "firmware/base/err.h"
#include "firmware/base/page.h"
#include "firmware/parse/page/layer_canvas.h"
#include "firmware/parse/page/layer_flat.h"
#include "firmware/parse/page/layer_ink.h"
#include "firmware/parse/page/layer_jpeg.h"
#include "firmware/parse/page/layer_region.h"
#include "firmware/parse/page/layers.h"
#include "firmware/parse/page/leaf.h"
#include <stdbool.h>

/* Zero it before use; work_finish() frees it. */
struct work {
	const struct leaf *leaf;
	const struct page_profile_row *profile;
	struct Pix *bits; /* the stencil */
	struct regions regions;
	struct flat flat;
	struct ink ink;
	struct canvas clean; /* the page at the profile's ground dpi, its paper white */
};

/* Finds all of it. `leaf` is borrowed. ERR_NO_MEMORY. */
enum err work_look(const struct leaf *leaf, enum page_profile profile, struct work *w);

/* Accepts a zeroed one. */
void work_finish(struct work *w);

/* A part of the page in the resolution of its regions, its paper white; `filled`: without the ink
 * that the stencil shows. ERR_NO_MEMORY. */
enum err work_picture(const struct work *w, const struct part *at, bool filled, struct canvas *ret);

/* The whole page as it was scanned, at `dpi` or what the leaf has. ERR_NO_MEMORY. */
enum err page_at(const struct leaf *l, uint32_t dpi, struct canvas *ret);

struct layer_look {
	int quality;
	enum jpeg_chroma chroma;
};

/* A JPEG layer over a part of the page. ERR_NO_MEMORY. */
enum err layer_of(const struct canvas *c, const struct layer_look *look, const struct part *at,
		  struct layer *ret);

#endif
