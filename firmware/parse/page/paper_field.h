/* What a paper says in the places where such a paper says it; the FIELD rows of paper.def. */
#ifndef PARSE_PAGE_PAPER_FIELD_H
#define PARSE_PAGE_PAPER_FIELD_H

#include "firmware/parse/page/paper.h"
#include "firmware/parse/page/sheet_lines.h"

/* Fills number, date, name and place of `ret` where they are found and read surely; leaves what
 * is filled already. `width`, `height`: of the page. */
void paper_fields(const struct sheet_lines *s, uint8_t kind, int32_t width, int32_t height,
		  struct paper_facts *ret);

#endif
