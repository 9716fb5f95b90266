/* Drawing a sample paper: A4, in millimetres from the top left corner. */
#ifndef TESTS_PAPERS_DRAW_H
#define TESTS_PAPERS_DRAW_H

#include "tests/pen/pen.h"

/* One for each kind of line in paper_text.def. */
void draw_nation(struct sheet *s);
void draw_title(struct sheet *s, const char *text);
void draw_small(struct sheet *s, const char *text);
void draw_part(struct sheet *s, const char *text);
void draw_field(struct sheet *s, const char *label, const char *value);
void draw_text(struct sheet *s, const char *text);
void draw_sign(struct sheet *s, const char *left, const char *right);
void draw_card(struct sheet *s, const char *const lines[4]);

/* "MẪU" across the sheet, pale red, so that nobody takes it for a paper. */
void draw_sample_mark(struct sheet *s);

#endif
