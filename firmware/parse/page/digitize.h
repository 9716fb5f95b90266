/* A page's whole way from pixels to what a file will hold of it. In two halves, so that the raw
 * pixels, the largest thing there is, can go before the text is read. */
#ifndef PARSE_PAGE_DIGITIZE_H
#define PARSE_PAGE_DIGITIZE_H

#include "firmware/base/err.h"
#include "firmware/base/page.h"
#include "firmware/parse/page/layers.h"
#include "firmware/parse/page/leaf.h"
#include "firmware/parse/page/paper.h"
#include "firmware/parse/page/text.h"
#include <stdint.h>

enum { DIGITIZE_PREVIEW_SIDE = 900, DIGITIZE_TOOLS_CAP = 256 };

struct digitize_wish {
	enum page_source source;
	enum page_profile profile;
	uint16_t turn_deg;          /* leaf.h */
	const char *asked;          /* name of the component this page is for, or "" */
	const char *code;           /* what a code on it says, or "" */
	struct text_reader *reader; /* NULL: no text is read */
};

/* Zero it before use; digitize_finish() frees it. Text and paper are empty when none was read. */
struct digitized {
	struct leaf leaf;
	struct text text;
	struct layers layers;
	struct paper_facts paper;
	uint32_t steps; /* bits 1 << enum page_step, of all of them */
	uint32_t preview_width, preview_height;
	uint8_t *preview; /* 8-bit RGB, from the finished leaf */
	/* CPU time each part took */
	uint32_t leaf_ms, text_ms, layers_ms;
};

/* The first half: `i` is not looked at any more afterwards. Errors of leaf_make(). */
enum err digitize_leaf(const struct image *i, const struct digitize_wish *wish,
		       struct digitized *ret);

/* The second; `d` is what the first half made. ERR_NO_MEMORY. */
enum err digitize_rest(const struct digitize_wish *wish, struct digitized *d);

/* Accepts a zeroed one. */
void digitize_finish(struct digitized *d);

/* Programs and versions that made it, for the provenance; at most DIGITIZE_TOOLS_CAP bytes. */
void digitize_tools(const struct text_reader *reader, char out[DIGITIZE_TOOLS_CAP]);

/* CPU time of this process so far. */
uint32_t digitize_cpu_ms(void);

#endif
