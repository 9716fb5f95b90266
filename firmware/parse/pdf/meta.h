/* What a file says of itself: XMP (ISO 16684-1) and the older dictionary that says the same. */
#ifndef PARSE_PDF_META_H
#define PARSE_PDF_META_H

#include "firmware/parse/pdf/out.h"

/* `title` is UTF-8 without control characters. */
void meta_write_xmp(struct out *o, unsigned number, const char *title);
void meta_write_info(struct out *o, unsigned number, const char *title);

#endif
