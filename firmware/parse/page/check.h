/* A page's self-check: what the layers show, against what the paper shows, a small block at a time.
 * Found are strokes that are gone, strokes that are on no paper, and colours that are not the
 * paper's. */
#ifndef PARSE_PAGE_CHECK_H
#define PARSE_PAGE_CHECK_H

#include "firmware/base/err.h"
#include "firmware/parse/page/layer_canvas.h"
#include "firmware/parse/page/layers.h"
#include "firmware/parse/page/leaf.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CHECK_MAX_PARTS = 24 };

struct check_found {
	uint32_t blocks;                     /* with print on paper or in the layers */
	uint32_t lost, invented, recoloured; /* blocks that have it */
	struct part parts[CHECK_MAX_PARTS];  /* they lie in these, in pixels of leaf::gray */
	size_t part_count;
	bool everywhere; /* too many for parts */
};

/* `clean` is a cleaned RGB picture of the whole page, from which the colours are known. A
 * difference is no error. Blocks in the parts of `known` are let pass: they are pictures of the
 * paper already; or NULL. ERR_BAD_DATA: a layer cannot be drawn. ERR_NO_MEMORY. */
enum err check_page(const struct leaf *leaf, const struct canvas *clean, const struct layers *l,
		    const struct check_found *known, struct check_found *ret);

#endif
