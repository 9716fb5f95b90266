/* One scanned page: from raw pixels to what is shown, what is kept and what is said about it. */
#ifndef PARSE_PAGE_H
#define PARSE_PAGE_H

#include "firmware/base/err.h"
#include "firmware/parse/code.h"
#include "firmware/parse/image.h"
#include "firmware/parse/pdf.h"
#include "firmware/parse/sheet.h"

enum { PAGE_CODE_CAP = 1024, PAGE_PREVIEW_SIDE = 900 };

/* What was found out; page_finish() frees it. Zero it before use. */
struct page {
	enum err doubt;      /* OK; BLANK_PAGE; BAD_PAGE: too dark, too soft, or under 200 dpi */
	unsigned turned_deg; /* clockwise: 0, 90, 180, 270 */
	double tilt_deg;     /* straightened by so much, clockwise */
	double ink;          /* share of the page */
	double edge_mm;      /* see sharp.h; 0: not known */
	struct preview preview;
	char code[PAGE_CODE_CAP]; /* the first QR or bar code that is text, or "" */
};

/* Looks at `i`, makes the preview, and adds one page to `pdf`, which was begun. Codes are looked
 * for when `codes` is not NULL. A doubt is no error: the page is there and a person decides.
 * ERR_BAD_PAGE: sizes or resolution are out of range. ERR_NO_MEMORY. */
enum err page_read(const struct image *i, struct code_finder *codes, struct pdf *pdf,
		   struct page *ret);

/* Accepts a zeroed one. */
void page_finish(struct page *p);

#endif
