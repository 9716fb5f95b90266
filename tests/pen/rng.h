/* Numbers drawn the same on every machine: splitmix64 (Steele, Lea, Flood 2014). */
#ifndef TESTS_PEN_RNG_H
#define TESTS_PEN_RNG_H

#include <stdint.h>

struct rng {
	uint64_t state;
};

static inline uint64_t rng_next(struct rng *r)
{
	uint64_t z = r->state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* A stream of its own for each pair of words. */
static inline struct rng rng_of(uint64_t a, uint64_t b)
{
	struct rng r = { a * 0x632be59bd9b4e019u + 1 };

	r.state = rng_next(&r) + b;
	(void)rng_next(&r);
	return r;
}

/* Below `n`; n > 0. */
static inline unsigned rng_below(struct rng *r, unsigned n)
{
	return (unsigned)((rng_next(r) >> 32) * n >> 32);
}

static inline double rng_between(struct rng *r, double low, double high)
{
	return low + (high - low) * (double)(rng_next(r) >> 11) * 0x1p-53;
}

/* Nearly normal, sigma 1: the sum of four bytes twice over. */
static inline double rng_normal(struct rng *r)
{
	uint64_t z = rng_next(r);
	int sum = 0;

	for (int i = 0; i < 8; i++, z >>= 8)
		sum += (int)(z & 255);
	return (sum - 1020) / 209.0;
}

#endif
