/* The colours of ink: what shines through the stencil. */
#ifndef PARSE_PAGE_LAYER_INK_H
#define PARSE_PAGE_LAYER_INK_H

#include "firmware/base/err.h"
#include "firmware/parse/page/layer_canvas.h"
#include "firmware/parse/page/layer_flat.h"
#include "firmware/parse/page/leaf.h"
#include <stdbool.h>

/* Zero it before use; ink_finish() frees it. */
struct ink {
	uint8_t rgb[3];        /* all ink that is nearly black */
	bool coloured;         /* there is other ink too */
	struct canvas colours; /* if so: of the page, each pixel the colour of the ink there */
};

/* `dpi` is the resolution of ink::colours. ERR_NO_MEMORY. */
enum err ink_find(const struct leaf *l, struct Pix *bits, const struct flat *f, uint32_t dpi,
		  struct ink *ret);

/* Accepts a zeroed one. */
void ink_finish(struct ink *i);

#endif
