/* One page of a PDF that somebody brought, as a picture, when it is made of pictures: scans, and
 * the files that this kiosk binds. Nobody is shown half a page: what would paint anything else
 * (letters, lines, forms, stamps, transparency) makes the page one that cannot be drawn here. */
#ifndef PARSE_PDF_DRAW_H
#define PARSE_PDF_DRAW_H

#include "firmware/base/err.h"
#include <stddef.h>
#include <stdint.h>

enum { DRAW_MAX_PAGES = 500, DRAW_SIDE = 1600 }; /* pixels of the longer side */

struct drawn {
	uint32_t pages; /* of the file */
	uint32_t width, height;
	uint8_t *rgb; /* the caller's to free */
};

/* `page` counts from 0. ERR_NOT_FOUND: no such page, or it cannot be drawn here. ERR_BAD_DATA: no
 * PDF that can be read. ERR_NO_MEMORY. *ret is untouched then. */
enum err draw_page(const uint8_t *pdf, size_t len, uint32_t page, struct drawn *ret);

#endif
