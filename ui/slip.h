/* A strip of paper being filled from the top: words, columns, lines, a QR code, in black dots.
 * The same calls first measure and then draw. */
#ifndef UI_SLIP_H
#define UI_SLIP_H

#include "firmware/base/err.h"

#include <pango/pangocairo.h>
#include <stdbool.h>
#include <stdint.h>

struct text; /* ui/text.h */

enum slip_size { SLIP_SMALL, SLIP_BODY, SLIP_TITLE, SLIP_BIG };

struct slip {
	cairo_t *cr; /* NULL while measuring */
	PangoContext *context;
	int dots;        /* width */
	int left, width; /* where words go */
	int y;
};

/* Coverage, of 255, from which a dot is black; chosen by eye. */
#define SLIP_BLACK 112

/* Letters as the printer wants them; the caller unrefs it. */
PangoContext *slip_context(struct text *t);

/* Words from the present height on, wrapped, and further down by their height. */
struct slip_words {
	enum slip_size size;
	bool bold, centred;
	bool whole; /* made smaller until it is one line: a code */
};
void slip_text(struct slip *s, struct slip_words how, const char *words);

/* Label and value side by side; on paper under 500 dots, one above the other. Nothing when the
 * value is "". */
void slip_fact(struct slip *s, const char *label, const char *value);

void slip_gap(struct slip *s, int dots);
void slip_rule(struct slip *s);

/* Words in a thick frame. */
void slip_framed(struct slip *s, const char *words);

/* Modules of at least 5 dots and a quiet zone; words beside it, or below when there is no room. */
void slip_qr(struct slip *s, const char *content, const char *words);

/* Two columns of centred words, the second line small: where people sign. */
void slip_sign(struct slip *s, const char *const titles[2], const char *hint, const char *name);

#endif
