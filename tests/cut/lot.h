/* Random numbers that the same seed draws again: splitmix64. */
#ifndef CUT_LOT_H
#define CUT_LOT_H

#include <stdint.h>

struct lot {
	uint64_t state;
};

static inline uint64_t lot_draw(struct lot *l, uint64_t below)
{
	uint64_t z = l->state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (z ^ z >> 31) % below;
}

#endif
