/* Colours and type. Two looks, light and high contrast, with the same names; sizes are cap
 * heights in millimetres, for four text sizes a person may choose. */
#ifndef UI_THEME_H
#define UI_THEME_H

#include "firmware/base/screens.h"
#include "ui/layout.h"

#define COLOUR(name, light, contrast) COLOUR_##name,
enum colour {
#include "ui/colours.def"
	COLOUR_COUNT
};
#undef COLOUR

/* What a thing means; each tone has its colours for text, ground and border. */
enum tone {
	TONE_PLAIN,   /* text on the background */
	TONE_MUTED,   /* second in line, still readable */
	TONE_PRIMARY, /* the way on: one a screen */
	TONE_SECOND,  /* another way: outlined */
	TONE_QUIET,   /* a small way aside */
	TONE_DANGER,  /* something will be lost */
	TONE_OK,
	TONE_WARN,
	TONE_ERROR,
	TONE_INFO,
	TONE_HEADER, /* on the dark head of the screen */
	/* families of services on cards; never the only difference */
	TONE_BLUE,
	TONE_GREEN,
	TONE_AMBER,
	TONE_PURPLE,
	TONE_ROSE,
	TONE_TEAL,
	TONE_COUNT
};

struct tone_colours {
	enum colour text, ground, border;
};

enum type {
	TYPE_CAPTION,
	TYPE_BODY,
	TYPE_LABEL,
	TYPE_BUTTON,
	TYPE_H2,
	TYPE_H1,
	TYPE_BIG,
	TYPE_COUNT
};

enum weight { WEIGHT_REGULAR = 400, WEIGHT_SEMIBOLD = 600, WEIGHT_BOLD = 700 };

/* 0xRRGGBB under `look` (bits of enum look). */
unsigned colour_rgb(enum colour c, unsigned look);
struct tone_colours tone_colours(enum tone t);

/* Cap height of `t` at the text size in `look`, in millimetres. */
double type_cap_mm(enum type t, unsigned look);
enum weight type_weight(enum type t);

/* Size of the font in pixels, so that its capitals have that height. */
double type_font_px(enum type t, unsigned look, const struct metrics *m);

/* Contrast of two colours after WCAG: 1 to 21. */
double contrast(unsigned rgb_a, unsigned rgb_b);

#endif
