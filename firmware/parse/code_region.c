#include "firmware/parse/code_region.h"

#include "firmware/base/auto.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	TILE = 16,
	STRIDE = 2,   /* between the pixels looked at */
	MIN_SIDE = 2, /* tiles */
	GROW = 20,    /* pixels around a region: its quiet zone and corners are calm */
};

#define BUSY 0.22F /* of the busiest tile */

/* Strength of change, and its direction counted four times, so that edges along and across are
 * the same. */
struct tile {
	float energy, re, im;
};

struct tiles {
	uint32_t across, down;
	struct tile *at;
	float *smooth;  /* energy of a tile and its neighbours */
	int32_t *stack; /* room to walk over all tiles */
};

static struct tile measure(const struct gray *g, uint32_t x0, uint32_t y0)
{
	struct tile t = { 0 };

	for (uint32_t y = y0; y < y0 + TILE; y += STRIDE)
		for (uint32_t x = x0; x < x0 + TILE; x += STRIDE) {
			const uint8_t *p = g->at + (size_t)y * g->width + x;
			const uint8_t *up = p - g->width, *low = p + g->width;
			int dx = up[1] + 2 * p[1] + low[1] - up[-1] - 2 * p[-1] - low[-1];
			int dy = low[-1] + 2 * low[0] + low[1] - up[-1] - 2 * up[0] - up[1];
			float a = (float)(dx * dx - dy * dy), b = 2.0F * (float)(dx * dy);
			float energy = (float)(dx * dx + dy * dy);

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

struct patch {
	int32_t x0, y0, x1, y1;
	float energy, re, im;
};

/* Takes a busy tile and all busy tiles that hang together with it out of the picture. */
static struct patch take_patch(struct tiles *t, int32_t first, float busy)
{
	int32_t w = (int32_t)t->across, h = (int32_t)t->down, depth = 0;
	struct patch p = { w, h, 0, 0, 0, 0, 0 };

	t->stack[depth++] = first;
	t->smooth[first] = 0;
	while (depth > 0) {
		int32_t at = t->stack[--depth], x = at % w, y = at / w;
		const int32_t next[4] = { x > 0 ? at - 1 : at, x + 1 < w ? at + 1 : at,
					  y > 0 ? at - w : at, y + 1 < h ? at + w : at };

		p.x0 = x < p.x0 ? x : p.x0, p.x1 = x > p.x1 ? x : p.x1;
		p.y0 = y < p.y0 ? y : p.y0, p.y1 = y > p.y1 ? y : p.y1;
		p.energy += t->at[at].energy;
		p.re += t->at[at].re;
		p.im += t->at[at].im;
		for (int i = 0; i < 4; i++)
			if (t->smooth[next[i]] >= busy) {
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

static struct region region_of(const struct gray *g, const struct patch *p)
{
	uint32_t x = clamp(p->x0 * TILE - GROW, g->width);
	uint32_t y = clamp(p->y0 * TILE - GROW, g->height);

	return (struct region){
		.x = x,
		.y = y,
		.width = clamp((p->x1 + 1) * TILE + GROW, g->width) - x,
		.height = clamp((p->y1 + 1) * TILE + GROW, g->height) - y,
		.turn_rad = atan2f(p->im, p->re) / 4,
		.energy = p->energy,
	};
}

/* Keeps the list sorted; the least likely falls off its end. */
static void keep(struct regions *list, const struct region *r)
{
	unsigned at = list->count < CODE_REGIONS ? list->count++ : CODE_REGIONS;

	for (; at > 0 && list->at[at - 1].energy < r->energy; at--)
		if (at < CODE_REGIONS)
			list->at[at] = list->at[at - 1];
	if (at < CODE_REGIONS)
		list->at[at] = *r;
}

static void gather(const struct gray *g, struct tiles *t, struct regions *list)
{
	float busy = smooth_all(t) * BUSY;

	if (busy <= 0)
		return;
	for (uint32_t i = 0; i < t->across * t->down; i++) {
		if (t->smooth[i] < busy)
			continue;
		struct patch p = take_patch(t, (int32_t)i, busy);
		struct region r = region_of(g, &p);

		if (p.x1 - p.x0 + 1 >= MIN_SIDE && p.y1 - p.y0 + 1 >= MIN_SIDE)
			keep(list, &r);
	}
}

enum err code_regions(const struct gray *g, struct regions *ret)
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
	gather(g, &t, &list);
	*ret = list;
	return list.count > 0 ? ERR_OK : ERR_NO_CODE;
}
