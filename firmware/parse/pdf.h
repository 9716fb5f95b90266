/* Writing an archival PDF of scanned pages: PDF 1.7 in the form of PDF/A-2b (ISO 19005-2), each
 * page one JPEG at its real size, sRGB as output intent. Decree 30/2020/ND-CP, appendix I, asks
 * for PDF 1.4 or later, colour, 200 dpi, scale 100 %. No dates, no random identifiers: the same
 * pages give the same bytes. */
#ifndef PARSE_PDF_H
#define PARSE_PDF_H

#include "firmware/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PDF_MAX_PAGES = 500 };

/* Zero it before use; pdf_finish() frees it. Shortage of memory sticks and comes out of
 * pdf_end(), or of pdf_add_page(). */
struct pdf {
	uint8_t *bytes;
	size_t len, cap;
	unsigned pages;
	bool bad;
	size_t objects[5 + 3 * PDF_MAX_PAGES + 1]; /* where object n begins */
};

struct pdf_picture {
	const uint8_t *jpeg;
	size_t jpeg_len;
	uint32_t width, height;
	uint8_t channels; /* 1 gray, 3 RGB */
	uint16_t dpi;
};

/* `title` is UTF-8, 1..255 bytes. ERR_NO_MEMORY; ERR_BAD_DATA for a title that is not. */
enum err pdf_begin(struct pdf *p, const char *title);

/* ERR_NO_MEMORY; ERR_NO_SPACE past PDF_MAX_PAGES. */
enum err pdf_add_page(struct pdf *p, const struct pdf_picture *picture);

/* Writes the rest; p->bytes and p->len are the file. ERR_NO_MEMORY; ERR_BAD_DATA without a page. */
enum err pdf_end(struct pdf *p);

/* Accepts a zeroed one. */
void pdf_finish(struct pdf *p);

#endif
