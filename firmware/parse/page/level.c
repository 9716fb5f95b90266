#include "firmware/parse/page/level.h"

#include "firmware/base/auto.h"

#include <leptonica/allheaders.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What is nearly as bright as paper is paper; between FULL and PAPER it fades. Shares of 255:
 * print that shines through has been seen to take up to 14 of 100 of the paper's brightness, a
 * pencil takes more than 20. */
enum { FULL = 201, PAPER = 222 };

enum {
	BRIGHTER_THAN = 85, /* of 100 pixels of a tile: its paper */
	DEEP_PERCENT = 78,  /* a pit darker than this share of its rim is print */
	MAX_SWEEPS = 12,
};

#define TILE_MM 5.0

void level_finish(struct level *p)
{
	free(p->tiles);
	*p = (struct level){ 0 };
}

/* 0: there is nothing of the page here. */
static uint8_t tile_paper(const struct plane *p, uint32_t x0, uint32_t y0, uint32_t side)
{
	uint32_t counts[256] = { 0 }, n = 0, seen = 0, v = 255;
	uint32_t x1 = x0 + side < p->width ? x0 + side : p->width;
	uint32_t y1 = y0 + side < p->height ? y0 + side : p->height;

	for (uint32_t y = y0; y < y1; y += 2)
		for (uint32_t x = x0; x < x1; x += 2)
			counts[p->at[y * p->stride + x]]++;
	for (uint32_t k = 1; k < 256; k++)
		n += counts[k];
	if (n * 12 < (x1 - x0) * (y1 - y0) / 4)
		return 0;
	while (v > 1 && (seen + counts[v]) * 100 <= n * (100 - BRIGHTER_THAN))
		seen += counts[v--];
	return (uint8_t)v;
}

static uint8_t tile_or(const struct level *p, int64_t x, int64_t y, uint8_t other)
{
	if (x < 0 || y < 0 || x >= p->across || y >= p->down)
		return other;
	return p->tiles[y * p->across + x];
}

/* Tiles without paper take the mean of their neighbours, from the edge of the known inwards. */
static bool fill_once(struct level *p, uint8_t *next)
{
	bool missing = false;

	memcpy(next, p->tiles, (size_t)p->across * p->down);
	for (uint32_t y = 0; y < p->down; y++)
		for (uint32_t x = 0; x < p->across; x++) {
			unsigned sum = 0, n = 0;

			if (p->tiles[y * p->across + x] > 0)
				continue;
			for (int k = 0; k < 9; k++) {
				uint8_t v = tile_or(p, (int64_t)x + k % 3 - 1,
						    (int64_t)y + k / 3 - 1, 0);

				sum += v;
				n += v > 0;
			}
			next[y * p->across + x] = (uint8_t)(n > 0 ? sum / n : 0);
			missing |= n == 0;
		}
	memcpy(p->tiles, next, (size_t)p->across * p->down);
	return missing;
}

static uint8_t least(uint8_t a, uint8_t b)
{
	return a < b ? a : b;
}

static uint8_t most(uint8_t a, uint8_t b)
{
	return a > b ? a : b;
}

/* The rim over which one must climb to walk from a tile to the page's border: what is dark and
 * surrounded by lighter paper is a pit; a shadow reaches the border. */
static void find_rims(const struct level *p, uint8_t *rim)
{
	int64_t w = p->across, h = p->down;

	for (int64_t i = 0; i < w * h; i++)
		rim[i] = i % w == 0 || i % w == w - 1 || i / w == 0 || i / w == h - 1 ? p->tiles[i]
										      : 255;
	for (int sweep = 0; sweep < MAX_SWEEPS; sweep++) {
		for (int64_t y = 1; y < h - 1; y++)
			for (int64_t x = 1; x < w - 1; x++) {
				uint8_t *r = &rim[y * w + x], low = least(r[-1], r[-w]);

				*r = least(*r, most(p->tiles[y * w + x], low));
			}
		for (int64_t y = h - 2; y > 0; y--)
			for (int64_t x = w - 2; x > 0; x--) {
				uint8_t *r = &rim[y * w + x], low = least(r[1], r[w]);

				*r = least(*r, most(p->tiles[y * w + x], low));
			}
	}
}

static void fill_pits(struct level *p, const uint8_t *rim)
{
	for (size_t i = 0; i < (size_t)p->across * p->down; i++)
		if (p->tiles[i] * 100u < rim[i] * (unsigned)DEEP_PERCENT)
			p->tiles[i] = rim[i];
}

static int by_value(const void *a, const void *b)
{
	return *(const uint8_t *)a - *(const uint8_t *)b;
}

/* A tile that a headline fills is an island among nine. */
static void median_of_nine(const struct level *p, uint8_t *out)
{
	for (int64_t y = 0; y < p->down; y++)
		for (int64_t x = 0; x < p->across; x++) {
			uint8_t nine[9], own = p->tiles[y * p->across + x];

			for (int k = 0; k < 9; k++)
				nine[k] = tile_or(p, x + k % 3 - 1, y + k / 3 - 1, own);
			qsort(nine, 9, 1, by_value);
			out[y * p->across + x] = nine[4];
		}
}

static void settle(struct level *p, uint8_t *spare)
{
	size_t n = (size_t)p->across * p->down;

	for (uint32_t k = 0; k < p->across + p->down && fill_once(p, spare); k++)
		;
	find_rims(p, spare);
	fill_pits(p, spare);
	median_of_nine(p, spare);
	memcpy(p->tiles, spare, n);
	qsort(spare, n, 1, by_value);
	p->typical = spare[n / 2];
	for (size_t i = 0; i < n; i++)
		p->tiles[i] = most(p->tiles[i], 1);
}

enum err level_measure(const struct plane *p, double dpi, struct level *ret)
{
	struct level of = { .side = (uint32_t)(dpi * TILE_MM / 25.4) };

	of.side = of.side < 4 ? 4 : of.side;
	of.across = (p->width + of.side - 1) / of.side;
	of.down = (p->height + of.side - 1) / of.side;
	AUTO_FREE uint8_t *spare = malloc((size_t)of.across * of.down);
	of.tiles = malloc((size_t)of.across * of.down);
	if (!of.tiles || !spare) {
		level_finish(&of);
		return ERR_NO_MEMORY;
	}
	for (uint32_t y = 0; y < of.down; y++)
		for (uint32_t x = 0; x < of.across; x++)
			of.tiles[y * of.across + x] =
				tile_paper(p, x * of.side, y * of.side, of.side);
	settle(&of, spare);
	*ret = of;
	return ERR_OK;
}

/* In 256ths: the paper at height y in the middle of a column of tiles. */
static int32_t level_in_column(const struct level *p, uint32_t tx, uint32_t y)
{
	int64_t at = ((int64_t)y * 2 + 1 - p->side) * 128 / p->side, last = (p->down - 1) * 256LL;

	at = at < 0 ? 0 : at > last ? last : at;
	const uint8_t *tile = p->tiles + (size_t)(at >> 8) * p->across + tx;
	int32_t part = at & 255, low = part > 0 ? tile[p->across] : tile[0];

	return tile[0] * (256 - part) + low * part;
}

void level_at_row(const struct level *p, uint32_t y, uint32_t width, uint8_t *out)
{
	int32_t from = level_in_column(p, 0, y), to = from;
	uint32_t x = 0;

	for (uint32_t tx = 0; x < width; tx++, from = to) {
		uint32_t end = tx < p->across ? tx * p->side + p->side / 2 : width;

		to = tx > 0 && tx < p->across ? level_in_column(p, tx, y) : from;
		int32_t step = (to - from) / (int32_t)p->side, v = from;

		for (end = end < width ? end : width; x < end; x++, v += step)
			out[x] = (uint8_t)(v >> 8);
	}
}

struct Pix *ink_of(const struct plane *p, const struct level *paper, unsigned percent)
{
	PIX *pix = pixCreate((l_int32)p->width, (l_int32)p->height, 1);
	AUTO_FREE uint8_t *row = malloc(p->width);

	if (!pix || !row) {
		pixDestroy(&pix);
		return NULL;
	}
	for (uint32_t y = 0; y < p->height; y++) {
		l_uint32 *line = pixGetData(pix) + (size_t)y * (size_t)pixGetWpl(pix);
		const uint8_t *from = p->at + y * p->stride;

		level_at_row(paper, y, p->width, row);
		for (uint32_t x = 0; x < p->width; x++)
			if (from[x] > 0 && from[x] * 100u < row[x] * percent)
				SET_DATA_BIT(line, x);
	}
	return pix;
}

/* What a share of paper, in 255ths, becomes. */
static void make_curve(uint8_t curve[512])
{
	for (int v = 0; v < 512; v++)
		curve[v] = (uint8_t)(v <= FULL   ? v
				     : v < PAPER ? FULL + (v - FULL) * (255 - FULL) / (PAPER - FULL)
						 : 255);
}

static void flatten_row(uint8_t *row, const uint8_t *paper, uint32_t width,
			const uint8_t curve[512], const uint16_t reciprocal[256])
{
	for (uint32_t x = 0; x < width; x++) {
		uint32_t share = (uint32_t)row[x] * reciprocal[paper[x]] >> 8;

		row[x] = curve[share < 511 ? share : 511];
	}
}

static void whiten_outside(uint8_t *row, uint32_t width, const struct outline *sheet, double y)
{
	double from = 0, to = 0;
	bool any = outline_row(sheet, y, &from, &to);
	uint32_t x0 = !any || from >= width ? width : from <= 0 ? 0 : (uint32_t)ceil(from);
	uint32_t x1 = !any || to <= 0 ? 0 : to >= width ? width : (uint32_t)floor(to);

	memset(row, 255, x0);
	if (x1 < width)
		memset(row + x1, 255, width - x1);
}

enum err level_plane(struct plane *p, double dpi, const struct outline *sheet)
{
	struct level paper = { 0 };
	uint16_t reciprocal[256] = { 0 };
	uint8_t curve[512];
	AUTO_FREE uint8_t *row = malloc(p->width);
	enum err e = row ? level_measure(p, dpi, &paper) : ERR_NO_MEMORY;

	if (e != ERR_OK)
		return e;
	make_curve(curve);
	for (unsigned k = 1; k < 256; k++)
		reciprocal[k] = (uint16_t)(255u * 256 / k);
	for (uint32_t y = 0; y < p->height; y++) {
		uint8_t *line = p->at + y * p->stride;

		level_at_row(&paper, y, p->width, row);
		flatten_row(line, row, p->width, curve, reciprocal);
		whiten_outside(line, p->width, sheet, y + 0.5);
	}
	level_finish(&paper);
	return ERR_OK;
}
