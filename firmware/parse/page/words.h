/* A struct text as it grows, and what is done with its words once all are there. */
#ifndef PARSE_PAGE_WORDS_H
#define PARSE_PAGE_WORDS_H

#include "firmware/base/err.h"
#include "firmware/parse/page/text.h"
#include <stdbool.h>

struct TessResultIterator;

/* Where a picture that was read lies, in its own pixels, and how many of the leaf's one of them is;
 * the number of the line its words belong to. */
struct words_place {
	int32_t x, y;
	double scale;
	uint32_t line;
	int32_t large; /* letters higher than that are unusual on this page; in its own pixels */
};

/* Adds the word the iterator stands at. ERR_NO_MEMORY: `t` is as it was. */
enum err words_take(struct text *t, struct TessResultIterator *it, const struct words_place *at);

/* Adds a copy of `w`, whose text is `bytes`; w->at and w->len are set here. ERR_NO_MEMORY. */
enum err words_add(struct text *t, const struct word *w, const char *bytes);

/* Looks at the words from `first` on, which were read as one piece: drops them when they are no
 * text but an ornament or a scrap, and what is no text at their ends. `large`: they are larger
 * than others, and must be surer. False when none is left. */
bool words_sift(struct text *t, size_t first, bool large);

/* Bytes of letters and digits: what is beyond ASCII counts, but general punctuation and symbols
 * (U+2000 and on) do not. */
uint32_t words_letters(const struct text *t, const struct word *w);

/* The confidence of the least sure of the words from `first` on that have letters or digits; 100
 * when there are none. */
uint8_t words_least(const struct text *t, size_t first);

/* Two readings of one piece, from `first` and from `second` on: drops the less sure one. */
void words_choose(struct text *t, size_t first, size_t second);

/* Drops what is no word, numbers the lines anew and reckons the mean confidence. */
void words_settle(struct text *t);

#endif
