/* What happens to a picture that was taken well. `x` says how much, in mm. */
#ifndef TESTS_CORPUS_HARM_H
#define TESTS_CORPUS_HARM_H

#include "tests/corpus/take.h"

/* A white blob of that radius in the middle of the text. */
void harm_glare(struct shot *s, const struct page *p, double x);

/* The upper left corner is folded over, its sides that long. */
void harm_corner(struct shot *s, const struct page *p, double x);

/* A finger lies on the sheet's left edge and that far in. */
void harm_finger(struct shot *s, const struct page *p, double x);

/* Another sheet lies below and sticks out at the end by that much. */
void harm_double(struct shot *s, const struct page *p, double x);

#endif
