/* Text on a surface: Pango with our own fonts only, so that the same words give the same pixels
 * on every machine. Laid-out texts are kept for the next frame until text_wipe(). */
#ifndef UI_TEXT_H
#define UI_TEXT_H

#include "firmware/base/err.h"
#include "ui/icon.h"
#include "ui/theme.h"

#include <pango/pangocairo.h>

struct text; /* text_create() makes one */

/* ERR_NOT_FOUND when a font that must be there is missing; the log names it. ERR_NO_MEMORY. */
enum err text_create(struct text **ret);
void text_destroy(struct text *t); /* NULL is allowed */

/* Forgets every text, and overwrites what it kept of them. */
void text_wipe(struct text *t);

struct text_style {
	double font_px;
	enum weight weight;
	int width; /* wrap at this many pixels; 0: one line, as wide as it gets */
	int lines; /* more lines end in an ellipsis; 0: no limit */
	int align; /* enum align of node.h */
};

/* A layout that lives until the next text_wipe() or text_layout(). Line height is 1.3. */
PangoLayout *text_layout(struct text *t, const struct text_style *style, const char *words);

/* Size in whole pixels; unknown glyphs are letters no font has. */
void text_size(struct text *t, const struct text_style *style, const char *words, int *ret_w,
	       int *ret_h);
int text_unknown(struct text *t, const struct text_style *style, const char *words);

/* True when the layout had to leave out words because of `lines`. */
bool text_is_cut(struct text *t, const struct text_style *style, const char *words);

/* Draws with the top left corner at whole pixels x, y in the colour that is set. */
void text_draw(struct text *t, cairo_t *cr, const struct text_style *style, const char *words,
	       int x, int y);

/* Draws an icon of size x size pixels with its top left corner at x, y. */
void text_icon(struct text *t, cairo_t *cr, enum icon icon, int size, int x, int y);

/* Left edge of the caret before byte `at` of a one-line text, in pixels. */
int text_caret_x(struct text *t, const struct text_style *style, const char *words, int at);

/* For drawings with rules of their own, such as the receipt: a context over the same fonts. The
 * caller unrefs it and wipes its layouts with text_end_layout(). */
PangoContext *text_context(struct text *t);
void text_end_layout(PangoLayout *l);

#endif
