/* The words of a page as text that nobody sees (ISO 32000-1, 9.3.6, mode 3) under their picture, in
 * reading order: searched, copied, read aloud. */
#ifndef PARSE_PDF_UNSEEN_H
#define PARSE_PDF_UNSEEN_H

#include "firmware/base/err.h"
#include "firmware/parse/page/text.h"
#include "firmware/parse/pdf/font.h"
#include "firmware/parse/pdf/out.h"
#include <stdint.h>

/* Writes the operators from BT to ET, for a page of width x height pixels whose unit is the pixel,
 * with the font under the resource name /F. Words are brought to NFC; what is not printable is left
 * out, and a word outside of the page is moved in. Writes nothing for an empty text. ERR_BAD_DATA:
 * a word that is not in `t`, or not UTF-8. ERR_NO_MEMORY. */
enum err unseen_write(struct out *o, const struct text *t, uint32_t width, uint32_t height,
		      struct chars *chars);

#endif
