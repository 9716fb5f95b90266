#include "firmware/parse/page/layer_canvas.h"

#include <leptonica/allheaders.h>
#include <stdlib.h>
#include <string.h>

enum err canvas_create(uint32_t width, uint32_t height, uint8_t channels, struct canvas *ret)
{
	if (width == 0 || height == 0)
		return ERR_BAD_DATA;
	uint8_t *at = malloc((size_t)width * height * channels);
	if (!at)
		return ERR_NO_MEMORY;
	*ret = (struct canvas){ width, height, channels, at };
	return ERR_OK;
}

void canvas_finish(struct canvas *r)
{
	free(r->at);
	*r = (struct canvas){ 0 };
}

/* Where the i-th of `n` equal parts of `whole` begins. */
static uint32_t part_at(uint32_t i, uint32_t n, uint32_t whole)
{
	return (uint32_t)((uint64_t)i * whole / n);
}

/* Sums of columns over the rows y0..y1 of `c`. */
static void add_rows(const struct canvas *c, uint32_t y0, uint32_t y1, uint32_t *sums)
{
	size_t n = (size_t)c->width * c->channels;

	memset(sums, 0, n * sizeof *sums);
	for (uint32_t y = y0; y < y1; y++) {
		const uint8_t *row = c->at + y * n;

		for (size_t i = 0; i < n; i++)
			sums[i] += row[i];
	}
}

static void mean_row(const struct canvas *c, uint32_t rows, const uint32_t *sums,
		     const struct canvas *to, uint8_t *out)
{
	for (uint32_t x = 0; x < to->width; x++) {
		uint32_t x0 = part_at(x, to->width, c->width);
		uint32_t x1 = part_at(x + 1, to->width, c->width);

		x1 += x1 == x0;
		for (uint32_t k = 0; k < c->channels; k++) {
			uint32_t sum = 0, n = (x1 - x0) * rows;

			for (uint32_t i = x0; i < x1; i++)
				sum += sums[i * c->channels + k];
			*out++ = (uint8_t)((sum + n / 2) / n);
		}
	}
}

enum err canvas_scaled(const struct canvas *c, uint32_t width, uint32_t height, struct canvas *ret)
{
	struct canvas to = { 0 };
	uint32_t *sums = malloc((size_t)c->width * c->channels * sizeof *sums);
	enum err e = sums ? canvas_create(width, height, c->channels, &to) : ERR_NO_MEMORY;

	for (uint32_t y = 0; e == ERR_OK && y < height; y++) {
		uint32_t y0 = part_at(y, height, c->height);
		uint32_t y1 = part_at(y + 1, height, c->height);

		y1 += y1 == y0;
		add_rows(c, y0, y1, sums);
		mean_row(c, y1 - y0, sums, &to, to.at + (size_t)y * width * c->channels);
	}
	free(sums);
	if (e == ERR_OK)
		*ret = to;
	return e;
}

static void copy_row(PIX *pix, uint32_t y, const struct canvas *to)
{
	const l_uint32 *line = pixGetData(pix) + (size_t)y * (size_t)pixGetWpl(pix);
	uint8_t *out = to->at + (size_t)y * to->width * to->channels;

	for (uint32_t x = 0; x < to->width; x++) {
		if (to->channels == 1) {
			*out++ = (uint8_t)GET_DATA_BYTE(line, x);
			continue;
		}
		*out++ = (uint8_t)(line[x] >> 24);
		*out++ = (uint8_t)(line[x] >> 16);
		*out++ = (uint8_t)(line[x] >> 8);
	}
}

enum err canvas_of_pix(struct Pix *pix, struct canvas *ret)
{
	uint32_t w = (uint32_t)pixGetWidth(pix), h = (uint32_t)pixGetHeight(pix);
	int depth = pixGetDepth(pix);

	if (depth != 8 && depth != 32)
		return ERR_BAD_DATA;
	enum err e = canvas_create(w, h, depth == 8 ? 1 : 3, ret);
	for (uint32_t y = 0; e == ERR_OK && y < h; y++)
		copy_row(pix, y, ret);
	return e;
}
