/* What the drawing of every kind of node is made of, and the inner sizes that drawing and
 * measuring (size.c) must agree on. */
#ifndef UI_PEN_H
#define UI_PEN_H

#include "ui/shapes.h"
#include "ui/text.h"

/* Inner sizes in millimetres. */
#define RADIUS_CARD_MM    6.0
#define RADIUS_BUTTON_MM  4.0
#define RADIUS_KEY_MM     2.5
#define PAD_MM            5.0 /* between an edge and what is inside */
#define PAD_SMALL_MM      3.0
#define TILE_MM           18.0 /* pictogram of a card */
#define TILE_ROW_MM       13.0 /* pictogram of a row or banner */
#define TILE_ROW_LARGE_MM 17.0
#define ICON_BUTTON_MM    9.0
#define BORDER_MM         0.5
#define BORDER_STRONG_MM  0.9
#define RING_MM           2.0 /* focus ring, outside the control */
#define SHADOW_MM         2.6
#define ICON_OF_CAP       2.1 /* icon beside a line: this times the cap height */

struct canvas {
	cairo_t *cr;
	struct shapes *shapes;
	struct text *text;
	const struct metrics *metrics;
	unsigned look;
};

int pen_mm(const struct canvas *c, double mm);
unsigned pen_rgb(const struct canvas *c, enum colour colour);
bool pen_is_plain(const struct canvas *c); /* high contrast: no shadows, no soft grounds */

/* Side of the icon that goes with a line of type `t`. */
int icon_px(const struct metrics *m, unsigned look, enum type t);

/* The style of `t` at the chosen text size; width 0, lines 0, start. */
struct text_style style_of(const struct metrics *m, unsigned look, enum type t);

/* Words in the top of *r, wrapped; *r shrinks by their height. What does not fit ends in an
 * ellipsis. */
struct ink {
	enum type type;
	enum colour colour;
	int align; /* enum align */
	int lines; /* 0: as many as fit */
};
void pen_words(const struct canvas *c, struct rect *r, struct ink ink, const char *words);

/* The same, in the middle of the height of r. */
void pen_words_middle(const struct canvas *c, struct rect r, struct ink ink, const char *words);

void pen_icon(const struct canvas *c, enum icon icon, struct rect middle_of, int size,
	      enum colour colour);

/* Icon on a soft tile of the tone. */
void pen_tile(const struct canvas *c, struct rect tile, enum icon icon, enum tone tone);

/* Ground and border of a control. A control under a finger gets the pressed colours, one with
 * the focus a ring. */
struct box {
	enum colour ground, border;
	double radius_mm, border_mm;
	bool shadow;
};
void pen_box(const struct canvas *c, const struct node *n, struct box box);

#endif
