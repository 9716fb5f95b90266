#include "drivers/camera_sight.h"

#define LEVELS     256
#define DARK       70  /* even the brightest are no brighter, */
#define BRIGHTEST  980 /* but for so many in 1000 dots */
#define APART      40  /* paper and desk, in brightness; a white desk shows no edges */
#define WHITE      140 /* where paper and desk do not part, darker than that is a bare desk */
#define FEW        30  /* in 1000 dots: no paper */
#define STILL      4   /* mean change of a dot from picture to picture */
#define CUT        300 /* in 1000 dots of an edge are paper: it goes on beyond */
#define MIRRORED   252
#define GLARE_MANY 4  /* in 1000 dots of the paper */
#define GLARE_OVER 25 /* brighter than the paper is */

struct tally {
	uint32_t of[LEVELS];
	uint64_t dots;
};

static uint8_t light_of(const uint8_t *rgb)
{
	return (uint8_t)((77u * rgb[0] + 150u * rgb[1] + 29u * rgb[2]) >> 8);
}

/* Counts the brightness of all dots and keeps it; the mean change since the picture before. */
static uint32_t take_over(const struct sight *s, struct tally *ret)
{
	size_t dots = (size_t)s->width * s->height;
	uint64_t change = 0;

	*ret = (struct tally){ .dots = dots };
	for (size_t i = 0; i < dots; i++) {
		uint8_t now = light_of(s->rgb + 3 * i), was = s->before[i];

		change += now > was ? now - was : was - now;
		s->before[i] = now;
		ret->of[now]++;
	}
	return (uint32_t)(change / dots);
}

/* The level that as many thousandths of the dots from `from` on do not exceed. */
static unsigned level_of(const struct tally *t, unsigned from, unsigned thousandth)
{
	uint64_t dots = 0, sum = 0;
	unsigned level = from;

	for (unsigned i = from; i < LEVELS; i++)
		dots += t->of[i];
	for (; level < LEVELS - 1; level++) {
		sum += t->of[level];
		if (sum * 1000 >= dots * thousandth)
			break;
	}
	return level;
}

/* Where two heaps part (Otsu); 0 when there is only one. */
static unsigned parting(const struct tally *t)
{
	double total = 0, below = 0, best = 0;
	uint64_t under = 0;
	unsigned at = 0, apart = 0;

	for (unsigned i = 0; i < LEVELS; i++)
		total += (double)i * t->of[i];
	for (unsigned i = 0; i + 1 < LEVELS; i++) {
		under += t->of[i];
		below += (double)i * t->of[i];
		uint64_t over = t->dots - under;
		if (under == 0 || over == 0)
			continue;
		double low = below / (double)under, high = (total - below) / (double)over;
		double between = (double)under * (double)over * (high - low) * (high - low);
		if (between <= best)
			continue;
		best = between;
		at = i + 1;
		apart = (unsigned)(high - low);
	}
	return apart >= APART ? at : 0;
}

static uint64_t from_level(const struct tally *t, unsigned level)
{
	uint64_t n = 0;

	for (; level < LEVELS; level++)
		n += t->of[level];
	return n;
}

static bool edge_is_paper(const struct sight *s, size_t first, size_t step, uint32_t count,
			  unsigned level)
{
	uint32_t bright = 0;

	for (uint32_t i = 0; i < count; i++)
		bright += s->before[first + i * step] >= level;
	return (uint64_t)bright * 1000 >= (uint64_t)count * CUT;
}

/* No sheet goes beyond all four edges: then it is the desk that is bright. */
static bool goes_beyond(const struct sight *s, unsigned level)
{
	size_t last_row = (size_t)s->width * (s->height - 1);
	int edges = edge_is_paper(s, 0, 1, s->width, level) +
		    edge_is_paper(s, last_row, 1, s->width, level) +
		    edge_is_paper(s, 0, s->width, s->height, level) +
		    edge_is_paper(s, s->width - 1, s->width, s->height, level);

	return edges > 0 && edges < 4;
}

/* A spot that is far brighter than the paper around it. */
static bool mirrors(const struct tally *t, unsigned level)
{
	uint64_t spot = from_level(t, MIRRORED), paper = from_level(t, level);

	return level_of(t, level, 500) + GLARE_OVER < MIRRORED && spot * 1000 >= paper * GLARE_MANY;
}

enum err sight_doubt(const struct sight *s)
{
	struct tally t;

	if (s->width == 0 || s->height == 0)
		return ERR_NOT_FOUND;
	uint32_t change = take_over(s, &t);
	if (level_of(&t, 0, BRIGHTEST) < DARK)
		return ERR_DARK_PAGE;
	if (!s->seen || change > STILL)
		return ERR_BUSY;
	unsigned paper = parting(&t);
	uint64_t bright = from_level(&t, paper);
	if (paper > 0 ? bright * 1000 < t.dots * FEW : level_of(&t, 0, 500) < WHITE)
		return ERR_NOT_FOUND;
	if (paper > 0 && goes_beyond(s, paper))
		return ERR_CUT_PAGE;
	return mirrors(&t, paper) ? ERR_GLARE : ERR_OK;
}
