/* Words that everybody sees on a page: what Decree 30/2020 wants beside a signature. Upright,
 * black, in a face as wide as Times New Roman (Liberation Serif, its letters embedded). */
#ifndef PARSE_PDF_STAMP_H
#define PARSE_PDF_STAMP_H

#include "firmware/base/err.h"
#include "firmware/parse/pdf/out.h"

struct stamp_wish {
	const char *const *lines; /* UTF-8 in NFC; too long ones are broken */
	size_t count;
	double max_width; /* in points */
	const char *code; /* text of a QR code at the right of the words; NULL or "": none */
	double code_side; /* in points */
};

/* Writes the words as an appearance and all it needs; its number and size in points. Characters the
 * face does not have become "?". ERR_BAD_DATA: not UTF-8, or too much text; ERR_NO_MEMORY. */
enum err stamp_write(struct out *o, const struct stamp_wish *wish, unsigned *ret_look,
		     double ret_size[2]);

#endif
