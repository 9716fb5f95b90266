/* Values on a paper by their shape; the shapes of paper.def. Only what was read surely. */
#ifndef PARSE_PAGE_PAPER_VALUE_H
#define PARSE_PAGE_PAPER_VALUE_H

#include "firmware/parse/page/sheet_lines.h"
#include <stdbool.h>

enum value_shape {
	VALUE_CODE,
	VALUE_DIGITS,
	VALUE_SERIAL,
	VALUE_DAY,
	VALUE_SIGNED,
	VALUE_PERSON,
	VALUE_PERSON_BELOW,
	VALUE_REST,
	VALUE_OFFICE,
};

struct value_sheet {
	const struct sheet_lines *lines;
	int32_t width, height;
};

struct value_at {
	size_t line;
	uint32_t word; /* the first after the label; may be the line's count */
};

/* False, and `ret` untouched, when there is none of that shape or it was not read surely. */
bool value_read(const struct value_sheet *v, enum value_shape shape, const struct value_at *at,
		char *ret, size_t cap);

/* The same anywhere on the page, for shapes that need no label. */
bool value_search(const struct value_sheet *v, enum value_shape shape, char *ret, size_t cap);

/* The white space before a word that is not its line's first, in heights of the words. */
double value_gap(const struct sheet_lines *s, size_t line, uint32_t i);

#endif
