/* A signature's place in a file: its field, its dictionary, and the gap for the CMS (ISO 32000-1,
 * 12.8; ETSI EN 319 142-1). */
#ifndef PARSE_PDF_FIELD_H
#define PARSE_PDF_FIELD_H

#include "firmware/parse/pdf/bind.h"
#include "firmware/parse/pdf/out.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct field {
	unsigned widget, dictionary, page; /* numbers of objects */
	unsigned index; /* of the signature in its file, from 1; it names the field */
	unsigned look;  /* its appearance, 0: not seen */
	double rect[4]; /* on the page, in points; of one that is seen */
	const char *signer, *reason, *place;
	int64_t time_s;   /* 0: no /M */
	size_t cms_bytes; /* room for so many */
};

/* Where what is known last stands in the file. */
struct field_marks {
	struct pdf_gap gap;
	size_t range_at;
};

void field_write(struct out *o, const struct field *f, struct field_marks *ret);

/* When nothing more is written: /ByteRange. */
void field_close(struct out *o, const struct field_marks *m);

#endif
