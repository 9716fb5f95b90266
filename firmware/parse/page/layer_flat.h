/* The colour of the paper itself all over a page, and pictures of it with that taken away: shadow,
 * lamp and yellowed paper become white; what is printed keeps its colour. Strongly coloured paper
 * keeps its colour, evenly. */
#ifndef PARSE_PAGE_LAYER_FLAT_H
#define PARSE_PAGE_LAYER_FLAT_H

#include "firmware/base/err.h"
#include "firmware/parse/page/layer_canvas.h"
#include <stdint.h>

/* Zero it before use; flat_finish() frees it. */
struct flat {
	uint32_t across, down; /* cells over the page */
	uint16_t *gains;       /* of a cell, three: 256 leaves a value as it is */
};

/* A rectangle of the page in 1/65536 of its width and height. */
struct place {
	uint32_t x, y, w, h;
};
enum { PLACE_WHOLE = 1 << 16 };

/* `page` is an RGB picture of the whole page, `dpi` its resolution. `photos`: a picture of the
 * page, one bit a pixel, of any size: 1 is no paper; or NULL. ERR_NO_MEMORY. */
enum err flat_find(const struct canvas *page, uint32_t dpi, struct Pix *photos, struct flat *ret);

/* Takes the paper away from an RGB picture of the place `at`, in place. `level`: the leaf's gray
 * of the same place and size; where that has nothing, noise and what shines through from behind are
 * faded. NULL: they stay. */
void flat_apply(const struct flat *f, const struct place *at, const struct canvas *level,
		struct canvas *c);

/* Accepts a zeroed one. */
void flat_finish(struct flat *f);

#endif
