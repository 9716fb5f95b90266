/* What is the same on many papers of an office. */
#ifndef TESTS_PEN_FORM_H
#define TESTS_PEN_FORM_H

#include "tests/pen/pen.h"

/* The national heading within `like->x` and `like->width`, its first line of `like->size_mm`, with
 * the rule below; moves sheet->y past it. `like->text` is not looked at. */
void form_nation(struct sheet *s, const struct pen_words *like);

/* A signature in blue, in the box from x, y. Not said. */
void form_signature(struct sheet *s, struct rng *r, double x, double y, double width);

#endif
