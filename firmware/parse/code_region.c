#include "firmware/parse/code_region.h"

#include "firmware/base/auto.h"

#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
	TILE = 16,
	STRIDE = 4,   /* between the pixels looked at, in each row others */
	MIN_SIDE = 2, /* tiles of a busy region */
	MIN_INKY = 1,
	GROW = 20,      /* pixels around a region: its quiet zone and corners are calm, */
	GROW_INKY = 36, /* and those of an inky one have too much paper about them */
};

#define BUSY 0.22F /* of the busiest tile */

/* What nine tiles of a code have in common: contrast, share of ink, and how many edges there are
 * for that contrast (text has 0.05 to 0.1, codes 0.16 to 0.3). */
#define LEAST_CONTRAST 55
#define LEAST_INK      0.3F
#define LEAST_EDGES    0.14F

/* Strength of change, and its direction counted four times, so that edges along and across are
 * the same; and how bright. */
struct tile {
	float energy, re, im;
	uint32_t sum;
	uint8_t low, high;
};

struct tiles {
	uint32_t across, down;
	struct tile *at;
	float *smooth;  /* energy of a tile and its neighbours */
	int32_t *stack; /* room to walk over all tiles */
};

/* No two rows next to each other are looked at in the same columns: a regular grid of pixels would
 * see only one side of a module of two pixels. */
static struct tile measure(const struct gray *g, uint32_t x0, uint32_t y0)
{
	struct tile t = { .low = 255 };

	for (uint32_t y = 0; y < TILE; y++)
		for (uint32_t x = (2 * y + (y >> 1 & 1)) % STRIDE; x < TILE; x += STRIDE) {
			const uint8_t *p = g->at + (size_t)(y0 + y) * g->width + x0 + x;
			const uint8_t *up = p - g->width, *low = p + g->width;
			int dx = up[1] + 2 * p[1] + low[1] - up[-1] - 2 * p[-1] - low[-1];
			int dy = low[-1] + 2 * low[0] + low[1] - up[-1] - 2 * up[0] - up[1];
			float a = (float)(dx * dx - dy * dy), b = 2.0F * (float)(dx * dy);
			float energy = (float)(dx * dx + dy * dy);

			t.sum += *p;
			t.low = *p < t.low ? *p : t.low;
			t.high = *p > t.high ? *p : t.high;
			if (energy == 0)
				continue;
			t.energy += energy;
			t.re += (a * a - b * b) / energy;
			t.im += 2 * a * b / energy;
		}
	return t;
}

/* Tiles begin one pixel inside, so that every pixel has neighbours. */
static void measure_all(const struct gray *g, struct tiles *t)
{
	for (uint32_t y = 0; y < t->down; y++)
		for (uint32_t x = 0; x < t->across; x++)
			t->at[y * t->across + x] = measure(g, 1 + x * TILE, 1 + y * TILE);
}

static int by_size(const void *left, const void *right)
{
	const float *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

/* What noise alone does, everywhere. */
static float floor_of(const struct tiles *t)
{
	uint32_t count = t->across * t->down;

	for (uint32_t i = 0; i < count; i++)
		t->smooth[i] = t->at[i].energy;
	qsort(t->smooth, count, sizeof *t->smooth, by_size);
	return t->smooth[count / 5];
}

static float around(const struct tiles *t, uint32_t x, uint32_t y, float ground)
{
	float sum = 0;
	int count = 0;

	for (uint32_t v = y > 0 ? y - 1 : 0; v <= y + 1 && v < t->down; v++)
		for (uint32_t u = x > 0 ? x - 1 : 0; u <= x + 1 && u < t->across; u++) {
			float e = t->at[v * t->across + u].energy - ground;

			sum += e > 0 ? e : 0;
			count++;
		}
	return sum / (float)count;
}

static float smooth_all(struct tiles *t)
{
	float ground = floor_of(t), most = 0;

	for (uint32_t y = 0; y < t->down; y++)
		for (uint32_t x = 0; x < t->across; x++) {
			float e = around(t, x, y, ground);

			t->smooth[y * t->across + x] = e;
			most = e > most ? e : most;
		}
	return most;
}

/* How many edges there are where a tile and its neighbours look like a code's, else 0. */
static float inky(const struct tiles *t, uint32_t x, uint32_t y)
{
	enum { PIXELS = TILE / STRIDE * TILE };
	uint32_t sum = 0, count = 0;
	int low = 255, high = 0;
	float energy = 0;

	for (uint32_t v = y > 0 ? y - 1 : 0; v <= y + 1 && v < t->down; v++)
		for (uint32_t u = x > 0 ? x - 1 : 0; u <= x + 1 && u < t->across; u++) {
			const struct tile *n = &t->at[v * t->across + u];

			energy += n->energy;
			sum += n->sum;
			low = n->low < low ? n->low : low;
			high = n->high > high ? n->high : high;
			count += PIXELS;
		}
	int contrast = high - low;
	if (contrast < LEAST_CONTRAST)
		return 0;
	float ink = ((float)high - (float)sum / (float)count) / (float)contrast;
	float edges = energy / (float)count / (16.0F * (float)contrast * (float)contrast);
	bool is = ink >= LEAST_INK && ink <= 1 - LEAST_INK && edges >= LEAST_EDGES;
	return is ? edges : 0;
}

static float smooth_inky(struct tiles *t)
{
	for (uint32_t y = 0; y < t->down; y++)
		for (uint32_t x = 0; x < t->across; x++)
			t->smooth[y * t->across + x] = inky(t, x, y);
	return LEAST_EDGES;
}

struct patch {
	int32_t x0, y0, x1, y1;
	float energy, re, im;
	float smooth; /* sum of it */
	int tiles;
};

/* Takes a busy tile and all busy tiles that hang together with it out of the picture. */
static struct patch take_patch(struct tiles *t, int32_t first, float busy)
{
	int32_t w = (int32_t)t->across, h = (int32_t)t->down, depth = 0;
	struct patch p = { .x0 = w, .y0 = h, .smooth = t->smooth[first] };

	t->stack[depth++] = first;
	t->smooth[first] = 0;
	while (depth > 0) {
		int32_t at = t->stack[--depth], x = at % w, y = at / w;
		const int32_t next[4] = { x > 0 ? at - 1 : at, x + 1 < w ? at + 1 : at,
					  y > 0 ? at - w : at, y + 1 < h ? at + w : at };

		p.x0 = x < p.x0 ? x : p.x0, p.x1 = x > p.x1 ? x : p.x1;
		p.y0 = y < p.y0 ? y : p.y0, p.y1 = y > p.y1 ? y : p.y1;
		p.tiles++;
		p.energy += t->at[at].energy;
		p.re += t->at[at].re;
		p.im += t->at[at].im;
		for (int i = 0; i < 4; i++)
			if (t->smooth[next[i]] >= busy) {
				p.smooth += t->smooth[next[i]];
				t->smooth[next[i]] = 0;
				t->stack[depth++] = next[i];
			}
	}
	return p;
}

static uint32_t clamp(int32_t at, uint32_t most)
{
	return at < 0 ? 0 : (uint32_t)at > most ? most : (uint32_t)at;
}

static struct region region_of(const struct gray *g, const struct patch *p, int grow)
{
	uint32_t x = clamp(p->x0 * TILE - grow, g->width);
	uint32_t y = clamp(p->y0 * TILE - grow, g->height);

	return (struct region){
		.x = x,
		.y = y,
		.width = clamp((p->x1 + 1) * TILE + grow, g->width) - x,
		.height = clamp((p->y1 + 1) * TILE + grow, g->height) - y,
		.turn_rad = atan2f(p->im, p->re) / 4,
	};
}

static bool meet(const struct region *a, const struct region *b)
{
	const uint32_t much = GROW_INKY; /* of their margins */

	return a->x + much < b->x + b->width && b->x + much < a->x + a->width &&
	       a->y + much < b->y + b->height && b->y + much < a->y + a->height;
}

/* One region around both, turned as the livelier. */
static struct region around_both(const struct region *a, const struct region *b)
{
	uint32_t x1 = a->x + a->width, y1 = a->y + a->height;
	struct region r = a->likely > b->likely ? *a : *b;

	x1 = b->x + b->width > x1 ? b->x + b->width : x1;
	y1 = b->y + b->height > y1 ? b->y + b->height : y1;
	r.x = a->x < b->x ? a->x : b->x;
	r.y = a->y < b->y ? a->y : b->y;
	r.width = x1 - r.x;
	r.height = y1 - r.y;
	return r;
}

static void drop(struct regions *list, unsigned at)
{
	list->count--;
	memmove(&list->at[at], &list->at[at + 1], (list->count - at) * sizeof *list->at);
}

/* Nine tiles are enough to believe what they say. */
static float inkiness(const struct patch *p)
{
	float tiles = (float)(p->tiles < 9 ? p->tiles : 9);

	return p->smooth / (float)p->tiles * sqrtf(tiles);
}

/* Keeps the list sorted; the least likely falls off its end. Those of a page that meet are parts
 * of one. */
static void keep(struct regions *list, const struct region *one, bool join)
{
	struct region joined = *one, *r = &joined;

	for (unsigned i = 0; join && i < list->count; i++)
		if (meet(&list->at[i], r)) {
			joined = around_both(r, &list->at[i]);
			drop(list, i);
			i = UINT_MAX; /* it may meet others now */
		}
	unsigned at = list->count < CODE_REGIONS ? list->count++ : CODE_REGIONS;

	for (; at > 0 && list->at[at - 1].likely < r->likely; at--)
		if (at < CODE_REGIONS)
			list->at[at] = list->at[at - 1];
	if (at < CODE_REGIONS)
		list->at[at] = *r;
}

static void gather(const struct gray *g, struct tiles *t, bool of_page, struct regions *list)
{
	float busy = of_page ? smooth_inky(t) : smooth_all(t) * BUSY;
	int grow = of_page ? GROW_INKY : GROW;
	int least = of_page ? MIN_INKY : MIN_SIDE;

	if (busy <= 0)
		return;
	for (uint32_t i = 0; i < t->across * t->down; i++) {
		if (t->smooth[i] < busy)
			continue;
		struct patch p = take_patch(t, (int32_t)i, busy);
		struct region r = region_of(g, &p, grow);
		r.likely = of_page ? inkiness(&p) : p.energy;

		if (p.x1 - p.x0 + 1 >= least && p.y1 - p.y0 + 1 >= least)
			keep(list, &r, of_page);
	}
}

static enum err find_regions(const struct gray *g, bool of_page, struct regions *ret)
{
	struct regions list = { 0 };
	struct tiles t = { 0 };

	if (g->width < 2 + 3 * TILE || g->height < 2 + 3 * TILE)
		return ERR_NO_CODE;
	t.across = (g->width - 2) / TILE;
	t.down = (g->height - 2) / TILE;
	size_t count = (size_t)t.across * t.down;
	AUTO_FREE struct tile *tiles = calloc(count, sizeof *tiles);
	AUTO_FREE float *smooth = calloc(count, sizeof *smooth);
	AUTO_FREE int32_t *stack = calloc(count, sizeof *stack);
	if (!tiles || !smooth || !stack)
		return ERR_NO_MEMORY;
	t.at = tiles, t.smooth = smooth, t.stack = stack;
	measure_all(g, &t);
	gather(g, &t, of_page, &list);
	*ret = list;
	return list.count > 0 ? ERR_OK : ERR_NO_CODE;
}

enum err code_regions(const struct gray *g, struct regions *ret)
{
	return find_regions(g, false, ret);
}

enum err code_regions_of_page(const struct gray *g, struct regions *ret)
{
	return find_regions(g, true, ret);
}
