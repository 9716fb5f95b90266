/* Is a pixel coloured, and how: against the colour of the paper it is on. */
#ifndef PARSE_PAGE_LAYER_TINT_H
#define PARSE_PAGE_LAYER_TINT_H

#include <stdbool.h>
#include <stdint.h>

enum tint { TINT_RED, TINT_BLUE, TINT_OTHER, TINT_COUNT };

/* What a channel's value is with white paper. */
struct tints {
	uint8_t white[3][256];
};

/* Never fails. */
void tints_of_paper(const uint8_t paper[3], struct tints *ret);

enum {
	TINT_STRONG = 48, /* channels this far apart are ink of a colour ... */
	TINT_WEAK = 30,   /* ... and this far beside such ink */
};

struct tint_rgb {
	int32_t r, g, b, low, high;
};

/* Of a 32-bit pixel as leptonica has it. */
static inline struct tint_rgb tint_rgb(const struct tints *t, uint32_t pixel)
{
	struct tint_rgb c = { .r = t->white[0][pixel >> 24],
			      .g = t->white[1][pixel >> 16 & 255],
			      .b = t->white[2][pixel >> 8 & 255] };

	c.low = c.r < c.g ? c.r : c.g;
	c.low = c.b < c.low ? c.b : c.low;
	c.high = c.r > c.g ? c.r : c.g;
	c.high = c.b > c.high ? c.b : c.high;
	return c;
}

/* TINT_COUNT: black, gray or white. */
static inline enum tint tint_of(const struct tints *t, uint32_t pixel)
{
	struct tint_rgb c = tint_rgb(t, pixel);

	if (c.high - c.low < TINT_STRONG)
		return TINT_COUNT;
	if (c.high == c.b)
		return TINT_BLUE;
	return c.high == c.r && (c.g - c.b) * 2 < c.high - c.low ? TINT_RED : TINT_OTHER;
}

static inline bool tint_is_weak(const struct tints *t, uint32_t pixel)
{
	struct tint_rgb c = tint_rgb(t, pixel);

	return c.high - c.low >= TINT_WEAK;
}

#endif
