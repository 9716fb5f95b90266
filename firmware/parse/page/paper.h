/* What kind of paper a page is, and what it says in the places where such a paper says it; rows of
 * paper.def. Offers for a person to look at, never facts. */
#ifndef PARSE_PAGE_PAPER_H
#define PARSE_PAGE_PAPER_H

#include "firmware/base/err.h"
#include "firmware/parse/page/text.h"
#include <stdbool.h>
#include <stdint.h>

enum paper_fit { FIT_UNKNOWN, FIT_YES, FIT_OTHER };

struct paper_facts {
	uint8_t kind; /* row of paper.def, from 1; 0: unknown */
	enum paper_fit fits;
	char title[256];                                 /* as it stands there */
	char number[64], date[9], name[256], place[256]; /* "" when unsure; date ddMMyyyy */
};

/* `asked`: the name of the component (thành phần hồ sơ) this page is scanned for, "" for none;
 * `code`: what a QR code on it says, or "". Never fails: what cannot be told is "". */
void paper_read(const struct text *t, const struct leaf *l, const char *asked, const char *code,
		struct paper_facts *ret);

/* Does this name of a component say which paper is meant, so that a page can be another one? */
bool paper_can_judge(const char *asked);

/* "birth-certificate"; static, "unknown" outside the table. */
const char *paper_kind_name(uint8_t kind);

#endif
