#include "ui/theme.h"

#include <math.h>

/* Inter: capitals are 0.727 of the font size high (OS/2 sCapHeight 1490 of 2048). */
#define CAP_OF_FONT 0.727

#define COLOUR(name, light, contrast) [COLOUR_##name] = { light, contrast },
static const unsigned COLOURS[COLOUR_COUNT][2] = {
#include "ui/colours.def"
};
#undef COLOUR

static const struct tone_colours TONES[TONE_COUNT] = {
	[TONE_PLAIN] = { COLOUR_TEXT, COLOUR_SURFACE, COLOUR_LINE },
	[TONE_MUTED] = { COLOUR_MUTED, COLOUR_SURFACE, COLOUR_LINE },
	[TONE_PRIMARY] = { COLOUR_ON_PRIMARY, COLOUR_PRIMARY, COLOUR_PRIMARY },
	[TONE_SECOND] = { COLOUR_PRIMARY, COLOUR_SURFACE, COLOUR_PRIMARY },
	[TONE_QUIET] = { COLOUR_TEXT, COLOUR_SURFACE, COLOUR_BORDER },
	[TONE_DANGER] = { COLOUR_ERROR, COLOUR_SURFACE, COLOUR_ERROR },
	[TONE_OK] = { COLOUR_OK, COLOUR_OK_SOFT, COLOUR_OK },
	[TONE_WARN] = { COLOUR_WARN, COLOUR_WARN_SOFT, COLOUR_WARN },
	[TONE_ERROR] = { COLOUR_ERROR, COLOUR_ERROR_SOFT, COLOUR_ERROR },
	[TONE_INFO] = { COLOUR_PRIMARY, COLOUR_SOFT, COLOUR_PRIMARY },
	[TONE_HEADER] = { COLOUR_ON_HEADER, COLOUR_HEADER, COLOUR_HEADER_BORDER },
	[TONE_BLUE] = { COLOUR_BLUE, COLOUR_BLUE_SOFT, COLOUR_BLUE },
	[TONE_GREEN] = { COLOUR_GREEN, COLOUR_GREEN_SOFT, COLOUR_GREEN },
	[TONE_AMBER] = { COLOUR_AMBER, COLOUR_AMBER_SOFT, COLOUR_AMBER },
	[TONE_PURPLE] = { COLOUR_PURPLE, COLOUR_PURPLE_SOFT, COLOUR_PURPLE },
	[TONE_ROSE] = { COLOUR_ROSE, COLOUR_ROSE_SOFT, COLOUR_ROSE },
	[TONE_TEAL] = { COLOUR_TEAL, COLOUR_TEAL_SOFT, COLOUR_TEAL },
};

/* Cap heights in millimetres for the four sizes. Body runs from 4.8 (ADA 707.7.2) over 7.3
 * (EN 301 549 5.1.4 at 600 mm) to 8.9; headings are large already and grow less. */
static const struct {
	enum weight weight;
	double cap_mm[4];
} TYPES[TYPE_COUNT] = {
	[TYPE_CAPTION] = { WEIGHT_REGULAR, { 3.9, 4.8, 5.8, 6.8 } },
	[TYPE_BODY] = { WEIGHT_REGULAR, { 4.8, 5.9, 7.3, 8.6 } },
	[TYPE_LABEL] = { WEIGHT_SEMIBOLD, { 4.8, 5.9, 7.3, 8.6 } },
	[TYPE_BUTTON] = { WEIGHT_SEMIBOLD, { 5.2, 6.2, 7.4, 8.6 } },
	[TYPE_H2] = { WEIGHT_BOLD, { 6.6, 7.4, 8.4, 9.4 } },
	[TYPE_H1] = { WEIGHT_BOLD, { 8.8, 9.4, 10.0, 10.8 } },
	[TYPE_BIG] = { WEIGHT_BOLD, { 13.0, 13.6, 14.2, 15.0 } },
};

unsigned colour_rgb(enum colour c, unsigned look)
{
	return c < COLOUR_COUNT ? COLOURS[c][(look & LOOK_HIGH_CONTRAST) != 0] : 0;
}

struct tone_colours tone_colours(enum tone t)
{
	return TONES[t < TONE_COUNT ? t : TONE_PLAIN];
}

double type_cap_mm(enum type t, unsigned look)
{
	return TYPES[t < TYPE_COUNT ? t : TYPE_BODY].cap_mm[look & LOOK_SIZE];
}

enum weight type_weight(enum type t)
{
	return TYPES[t < TYPE_COUNT ? t : TYPE_BODY].weight;
}

double type_font_px(enum type t, unsigned look, const struct metrics *m)
{
	return type_cap_mm(t, look) / CAP_OF_FONT * 1000 / m->um_per_px;
}

static double linear(unsigned channel)
{
	double c = channel / 255.0;

	return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double luminance(unsigned rgb)
{
	return 0.2126 * linear(rgb >> 16 & 0xff) + 0.7152 * linear(rgb >> 8 & 0xff) +
	       0.0722 * linear(rgb & 0xff);
}

double contrast(unsigned rgb_a, unsigned rgb_b)
{
	double a = luminance(rgb_a), b = luminance(rgb_b);

	return a > b ? (a + 0.05) / (b + 0.05) : (b + 0.05) / (a + 0.05);
}
