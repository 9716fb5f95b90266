/* The first look at a page, while the person stands there: a picture to show, and what is wrong
 * with it. Fast (0.3 s for A4 at 300 dpi on the kiosk's machine), no text is read. */
#ifndef PARSE_PAGE_LOOK_H
#define PARSE_PAGE_LOOK_H

#include "firmware/base/err.h"
#include "firmware/base/page.h"
#include "firmware/parse/code.h"
#include "firmware/parse/image.h"
#include <stdint.h>

enum { LOOK_FAULTS = 8, LOOK_CODE_CAP = 1024, LOOK_PREVIEW_SIDE = 900 };

/* Zero it before use; look_finish() frees it. */
struct look {
	uint8_t faults[LOOK_FAULTS]; /* enum err, the worst first */
	size_t fault_count;
	uint16_t turned_deg;
	double tilt_deg;
	double edge_mm;           /* width of print's edges; 0: too little print to tell */
	double ink, glare;        /* shares of the page */
	uint8_t paper;            /* brightness, 0..255 */
	uint32_t width, height;   /* of the preview */
	uint8_t *preview;         /* 8-bit RGB */
	char code[LOOK_CODE_CAP]; /* the first QR or bar code that is text, or "" */
	uint8_t print[PAGE_PRINT_BYTES];
};

struct look_wish {
	enum page_source source;
	uint8_t side;      /* 1: the back of a sheet */
	uint16_t turn_deg; /* leaf.h */
};

/* A fault is no error: the page is there and a person decides. ERR_BAD_PAGE: sizes or resolution
 * are out of range. ERR_NO_MEMORY. */
enum err look_at_page(const struct image *i, const struct look_wish *wish,
		      struct code_finder *codes, struct look *ret);

/* Accepts a zeroed one. */
void look_finish(struct look *l);

#endif
