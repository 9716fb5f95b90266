/* What papers have been through before somebody brings them. */
#ifndef TESTS_CORPUS_WORN_H
#define TESTS_CORPUS_WORN_H

#include "tests/corpus/take.h"

enum worn {
	WORN_FOLDED,
	WORN_PUNCHED,
	WORN_STAPLED,
	WORN_COPIED,
	WORN_MARKED,
	WORN_FADED,
	WORN_COLOURED,
	WORN_TYPED,
	WORN_RECEIVED,
	WORN_COUNT
};

/* Two or three of them, bits 1 << enum worn. */
unsigned worn_of(enum kind k, uint64_t seed);

/* " folded punched", with a blank before each. */
void worn_names(unsigned worn, char *ret, size_t cap);

/* What of it is on the sheet, over its words; what of it is in the paper and ink. */
void worn_draw(struct page *p, const struct which *which);
void worn_wear(struct wear *w, const struct which *which);

#endif
