#include "firmware/parse/image.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { TILE = 32 };

/* In 64 bits: two sides of 2^31 must not come out as a small product. */
enum err image_of(const struct image *claim, size_t len, struct image *ret)
{
	uint64_t w = claim->width, h = claim->height;

	if (w == 0 || h == 0 || w > IMAGE_MAX_SIDE || h > IMAGE_MAX_SIDE)
		return ERR_BAD_DATA;
	if (w * h > IMAGE_MAX_PIXELS || (claim->channels != 1 && claim->channels != 3))
		return ERR_BAD_DATA;
	if (w * h * claim->channels != len)
		return ERR_BAD_DATA;
	*ret = *claim;
	return ERR_OK;
}

void gray_finish(struct gray *g)
{
	free(g->at);
	*g = (struct gray){ 0 };
}

/* Bounded by its callers: no plane has more than IMAGE_MAX_PIXELS. */
static enum err gray_create(uint32_t width, uint32_t height, struct gray *ret)
{
	if (width == 0 || height == 0)
		return ERR_BAD_DATA;
	uint8_t *at = malloc((size_t)width * height);
	if (!at)
		return ERR_NO_MEMORY;
	*ret = (struct gray){ width, height, at };
	return ERR_OK;
}

/* Rec. 601, in 256ths; a gray pixel is its own brightness. */
static uint32_t luma(const uint8_t *p, uint8_t channels)
{
	return channels == 1 ? p[0] : (77u * p[0] + 150u * p[1] + 29u * p[2]) >> 8;
}

static void reduce_gray_row(const uint8_t *row, size_t stride, uint32_t by, uint8_t *out,
			    uint32_t width)
{
	for (uint32_t x = 0; x < width; x++) {
		const uint8_t *corner = row + (size_t)x * by;
		uint32_t sum = 0;

		for (uint32_t dy = 0; dy < by; dy++)
			for (uint32_t dx = 0; dx < by; dx++)
				sum += corner[dy * stride + dx];
		out[x] = (uint8_t)(sum / (by * by));
	}
}

/* Each colour is summed first and weighed once. */
static void reduce_rgb_row(const uint8_t *row, size_t stride, uint32_t by, uint8_t *out,
			   uint32_t width)
{
	for (uint32_t x = 0; x < width; x++) {
		const uint8_t *corner = row + (size_t)x * by * 3;
		uint32_t r = 0, g = 0, b = 0;

		for (uint32_t dy = 0; dy < by; dy++) {
			const uint8_t *p = corner + dy * stride;

			for (uint32_t dx = 0; dx < by; dx++, p += 3)
				r += p[0], g += p[1], b += p[2];
		}
		out[x] = (uint8_t)((77 * r + 150 * g + 29 * b) / (256 * by * by));
	}
}

static void reduce_row(const struct image *i, uint32_t by, uint32_t y, uint8_t *out, uint32_t width)
{
	size_t stride = (size_t)i->width * i->channels;
	const uint8_t *row = i->pixels + (size_t)y * by * stride;

	if (i->channels == 1)
		reduce_gray_row(row, stride, by, out, width);
	else
		reduce_rgb_row(row, stride, by, out, width);
}

enum err gray_of(const struct image *i, uint32_t by, struct gray *ret)
{
	struct gray g;
	enum err e = gray_create(i->width / by, i->height / by, &g);

	if (e != ERR_OK)
		return e;
	for (uint32_t y = 0; y < g.height; y++)
		reduce_row(i, by, y, g.at + (size_t)y * g.width, g.width);
	*ret = g;
	return ERR_OK;
}

static uint32_t min_u32(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

enum err gray_cut(const struct image *i, const struct cutting *p, struct gray *ret)
{
	struct gray g;

	if (p->x >= i->width || p->y >= i->height)
		return ERR_BAD_DATA;
	enum err e = gray_create(min_u32(p->width, i->width - p->x),
				 min_u32(p->height, i->height - p->y), &g);
	if (e != ERR_OK)
		return e;
	for (uint32_t y = 0; y < g.height; y++) {
		const uint8_t *from =
			i->pixels + ((size_t)(p->y + y) * i->width + p->x) * i->channels;

		for (uint32_t x = 0; x < g.width; x++, from += i->channels)
			g.at[(size_t)y * g.width + x] = (uint8_t)luma(from, i->channels);
	}
	*ret = g;
	return ERR_OK;
}

enum err gray_copy(const struct gray *g, struct gray *ret)
{
	struct gray copy;
	enum err e = gray_create(g->width, g->height, &copy);

	if (e != ERR_OK)
		return e;
	memcpy(copy.at, g->at, (size_t)g->width * g->height);
	*ret = copy;
	return ERR_OK;
}

enum err gray_doubled(const struct gray *g, struct gray *ret)
{
	struct gray d;
	enum err e = gray_create(g->width * 2, g->height * 2, &d);

	if (e != ERR_OK)
		return e;
	for (uint32_t y = 0; y < d.height; y++) {
		const uint8_t *up = g->at + (size_t)(y / 2) * g->width;
		const uint8_t *low =
			g->at + (size_t)min_u32(y / 2 + y % 2, g->height - 1) * g->width;

		for (uint32_t x = 0; x < d.width; x++) {
			uint32_t left = x / 2, right = min_u32(left + x % 2, g->width - 1);

			d.at[(size_t)y * d.width + x] =
				(uint8_t)((up[left] + up[right] + low[left] + low[right] + 2) / 4);
		}
	}
	*ret = d;
	return ERR_OK;
}

/* Darkest and brightest of each tile, two planes of tiles one after the other. */
struct tiles {
	uint32_t across, down;
	uint8_t *low, *high;
};

static void measure_tile(const struct gray *g, uint32_t tx, uint32_t ty, struct tiles *t)
{
	uint32_t x1 = min_u32((tx + 1) * TILE, g->width), y1 = min_u32((ty + 1) * TILE, g->height);
	uint8_t low = 255, high = 0;

	for (uint32_t y = ty * TILE; y < y1; y++)
		for (uint32_t x = tx * TILE; x < x1; x++) {
			uint8_t v = g->at[(size_t)y * g->width + x];

			low = v < low ? v : low;
			high = v > high ? v : high;
		}
	t->low[ty * t->across + tx] = low;
	t->high[ty * t->across + tx] = high;
}

/* The range of the tile and its eight neighbours. */
static void range_around(const struct tiles *t, uint32_t tx, uint32_t ty, int *ret_low,
			 int *ret_high)
{
	uint32_t x0 = tx > 0 ? tx - 1 : 0, x1 = min_u32(tx + 1, t->across - 1);
	uint32_t y0 = ty > 0 ? ty - 1 : 0, y1 = min_u32(ty + 1, t->down - 1);
	int low = 255, high = 0;

	for (uint32_t y = y0; y <= y1; y++)
		for (uint32_t x = x0; x <= x1; x++) {
			low = t->low[y * t->across + x] < low ? t->low[y * t->across + x] : low;
			high = t->high[y * t->across + x] > high ? t->high[y * t->across + x]
								 : high;
		}
	*ret_low = low;
	*ret_high = high;
}

static void stretch_tile(struct gray *g, const struct tiles *t, uint32_t tx, uint32_t ty)
{
	uint32_t x1 = min_u32((tx + 1) * TILE, g->width), y1 = min_u32((ty + 1) * TILE, g->height);
	int low, high;

	range_around(t, tx, ty, &low, &high);
	if (high - low < 16)
		return; /* nothing but noise here */
	for (uint32_t y = ty * TILE; y < y1; y++)
		for (uint32_t x = tx * TILE; x < x1; x++) {
			uint8_t *p = &g->at[(size_t)y * g->width + x];

			*p = (uint8_t)((*p - low) * 255 / (high - low));
		}
}

/* 1 2 1 down and across, from `g` to `out`; edges count double. */
static void smooth(const struct gray *g, struct gray *out)
{
	for (uint32_t y = 0; y < g->height; y++) {
		const uint8_t *mid = g->at + (size_t)y * g->width;
		const uint8_t *up = y > 0 ? mid - g->width : mid;
		const uint8_t *low = y + 1 < g->height ? mid + g->width : mid;

		for (uint32_t x = 0; x < g->width; x++) {
			uint32_t l = x > 0 ? x - 1 : 0, r = min_u32(x + 1, g->width - 1);
			unsigned sum = up[l] + 2u * up[x] + up[r] + 2u * mid[l] + 4u * mid[x] +
				       2u * mid[r] + low[l] + 2u * low[x] + low[r];

			out->at[(size_t)y * g->width + x] = (uint8_t)((sum + 8) / 16);
		}
	}
}

static void stretch(struct gray *g, struct tiles *t)
{
	for (uint32_t ty = 0; ty < t->down; ty++)
		for (uint32_t tx = 0; tx < t->across; tx++)
			measure_tile(g, tx, ty, t);
	for (uint32_t ty = 0; ty < t->down; ty++)
		for (uint32_t tx = 0; tx < t->across; tx++)
			stretch_tile(g, t, tx, ty);
}

/* Smooths first: the range of a tile should be that of its print, not of single pixels. */
enum err gray_stretched(const struct gray *g, struct gray *ret)
{
	struct tiles t = { .across = (g->width + TILE - 1) / TILE,
			   .down = (g->height + TILE - 1) / TILE };
	struct gray s;
	enum err e = gray_create(g->width, g->height, &s);

	if (e != ERR_OK)
		return e;
	t.low = malloc((size_t)t.across * t.down * 2);
	if (!t.low) {
		gray_finish(&s);
		return ERR_NO_MEMORY;
	}
	t.high = t.low + (size_t)t.across * t.down;
	smooth(g, &s);
	stretch(&s, &t);
	free(t.low);
	*ret = s;
	return ERR_OK;
}

void gray_invert(struct gray *g)
{
	for (size_t i = 0; i < (size_t)g->width * g->height; i++)
		g->at[i] = (uint8_t)(255 - g->at[i]);
}
