/* The card a frame shows, seen straight from above, as brightness without light or lens. */
#ifndef TESTS_CORPUS_FRAME_CARD_H
#define TESTS_CORPUS_FRAME_CARD_H

#include <stdbool.h>
#include <stdint.h>

enum { CARD_PX = 6 }; /* pixels a module of its code */

struct dice {
	uint64_t state;
};

struct card {
	uint32_t width, height; /* pixels */
	uint32_t modules;       /* of its code */
	uint32_t x, y;          /* the code's first corner, in pixels */
	float *at;              /* 0 ink .. 1 paper */
};

/* Numbers that look random and are always the same: splitmix64. */
uint64_t dice_next(struct dice *d);
double dice_between(struct dice *d, double from, double to);
double dice_normal(struct dice *d);

/* Draws print around the code of `payload`, which is taken as bytes at level M. False without
 * memory. card_finish() accepts a zeroed one. */
bool card_draw(const char *payload, struct dice *d, struct card *ret);
void card_finish(struct card *c);

/* Brightness at a place in pixels of the card; a dark desk outside. */
static inline float card_at(const struct card *c, double x, double y)
{
	return x < 0 || y < 0 || x >= c->width || y >= c->height
		       ? 0.12F
		       : c->at[(uint32_t)y * c->width + (uint32_t)x];
}

#endif
