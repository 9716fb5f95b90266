/* A struct text as it grows, and what is done with its words once all are there. */
#ifndef PARSE_PAGE_WORDS_H
#define PARSE_PAGE_WORDS_H

#include "firmware/base/err.h"
#include "firmware/parse/page/text.h"

struct TessResultIterator;

/* Adds the word the iterator stands at; lengths times `scale`. ERR_NO_MEMORY: `t` is as it was. */
enum err words_take(struct text *t, struct TessResultIterator *it, double scale);

/* Adds a copy of `w`, whose text is `bytes`; w->at and w->len are set here. ERR_NO_MEMORY. */
enum err words_add(struct text *t, const struct word *w, const char *bytes);

/* Drops what is no word, numbers the lines anew and reckons the mean confidence. */
void words_settle(struct text *t);

#endif
