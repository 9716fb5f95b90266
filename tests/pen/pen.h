/* Drawing words on a sheet, in millimetres from its top left corner: shared by the sample papers
 * and the corpus. Who wants to know what was written is told, line by line. */
#ifndef TESTS_PEN_PEN_H
#define TESTS_PEN_PEN_H

#include "tests/pen/rng.h"

#include <cairo.h>
#include <stdbool.h>

struct pen_rgb {
	double r, g, b;
};

#define PEN_BLACK ((struct pen_rgb){ 0.10, 0.10, 0.12 })
#define PEN_BLUE  ((struct pen_rgb){ 0.10, 0.16, 0.55 })
#define PEN_RED   ((struct pen_rgb){ 0.78, 0.10, 0.13 })

struct sheet {
	cairo_t *cairo; /* one unit = 1 mm */
	double y;       /* where the next line goes */

	/* Each line as it is laid out; `joined`: it goes on the line before. NULL: nobody asks. */
	void (*said)(void *data, const char *line, bool joined);
	void *said_data;
};

enum pen_align { PEN_LEFT, PEN_CENTER, PEN_RIGHT, PEN_JUSTIFY };

struct pen_words {
	const char *text;
	const char *family;
	double size_mm; /* of the font's em */
	double x, width;
	struct pen_rgb ink;
	enum pen_align align;
	bool bold, italic;
	bool joined;    /* said as the end of the line before */
	double leading; /* of the font's own line height; 0: 1 */
	double indent;  /* of the first line, mm */
	double letter;  /* more space between letters, mm */
};

/* Writes at sheet->y and leaves it there. The height taken; *ret_width (may be NULL) the widest
 * line's. Text that is longer than `width` goes on in the next line. */
double pen_put(struct sheet *s, const struct pen_words *w, double *ret_width);

/* The same without a mark on the sheet, and without saying it. */
double pen_measure(struct sheet *s, const struct pen_words *w, double *ret_width);

/* As if by hand: word for word, a little off the line, at `w->size_mm` more or less. One line. */
void pen_hand(struct sheet *s, const struct pen_words *w, struct rng *r, double *ret_width);

/* Dots of that font from `from` to `to`, on the line of words put at sheet->y. Not said. */
void pen_leader(struct sheet *s, const struct pen_words *like, double from, double to);

void pen_ink(struct sheet *s, struct pen_rgb ink);
void pen_line(struct sheet *s, double x1, double y1, double x2, double y2);
void pen_frame(struct sheet *s, double x, double y, double width, double height);

#endif
