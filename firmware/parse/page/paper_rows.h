/* The rows of paper.def, and looking for their words. */
#ifndef PARSE_PAGE_PAPER_ROWS_H
#define PARSE_PAGE_PAPER_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum paper_number {
	PAPER_ANY, /* also: not known */
#define PAPER(id, ...) PAPER_##id,
#define TOPIC(words)
#define OPEN(words)
#define FIELD(id, what, shape, labels)
#include "firmware/parse/page/paper.def"
#undef PAPER
#undef TOPIC
#undef OPEN
#undef FIELD
	PAPER_COUNT
};

enum paper_class { PAPER_ONE, PAPER_FORM, PAPER_MANY };

struct paper_row {
	const char *name;
	enum paper_class class;
	const char *titles, *asked; /* alternatives with | between */
};

/* Of a number from 1 to before PAPER_COUNT. */
const struct paper_row *paper_row(uint8_t kind);

/* Takes the next of several alternatives out of *at; false when there is none. */
enum { PAPER_WORDS_CAP = 96 };
bool paper_next(const char **at, char ret[PAPER_WORDS_CAP]);

#endif
