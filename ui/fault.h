/* What is wrong with a scanned page, as people see it: a word, a sentence, a picture. */
#ifndef UI_FAULT_H
#define UI_FAULT_H

#include "ui/flow.h"

/* Short, for a chip. For what has no word of its own: please check. */
const char *fault_word(const struct page *p, int64_t e);

/* A hint only: the page may well be right as it is. */
bool fault_is_hint(int64_t e);

/* enum picture + 1; 0: there is none. */
int fault_picture(int64_t e);

/* The sentence on a soft ground with its picture. `lead`, if any, stands before it: "Page 2". */
void flow_fault(struct flow *f, struct page *p, const char *key, const char *lead, int64_t e);

/* Originals are still in the scanner: take them. */
void flow_left(struct flow *f, struct page *p);

#endif
