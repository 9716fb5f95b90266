#include "firmware/parse/page/layer_canvas.h"

#include "firmware/base/auto.h"

#include <leptonica/allheaders.h>
#include <stdbool.h>
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

/* Adds a row's values to the sums of its columns. */
static void add_row(PIX *pix, const struct part *part, uint32_t y, uint32_t *sums)
{
	const l_uint32 *line =
		pixGetData(pix) + (size_t)((uint32_t)part->y + y) * (size_t)pixGetWpl(pix);

	if (pixGetDepth(pix) == 8) {
		for (int32_t x = 0; x < part->w; x++)
			sums[x] += GET_DATA_BYTE(line, part->x + x);
		return;
	}
	line += part->x;
	for (int32_t x = 0; x < part->w; x++) {
		sums[3 * x] += line[x] >> 24;
		sums[3 * x + 1] += line[x] >> 16 & 255;
		sums[3 * x + 2] += line[x] >> 8 & 255;
	}
}

static void mean_row(const struct part *part, uint32_t rows, const uint32_t *sums,
		     const struct canvas *to, uint8_t *out)
{
	for (uint32_t x = 0; x < to->width; x++) {
		uint32_t x0 = part_at(x, to->width, (uint32_t)part->w);
		uint32_t x1 = part_at(x + 1, to->width, (uint32_t)part->w);

		x1 += x1 == x0;
		for (uint32_t k = 0; k < to->channels; k++) {
			uint32_t sum = 0, n = (x1 - x0) * rows;

			for (uint32_t i = x0; i < x1; i++)
				sum += sums[i * to->channels + k];
			*out++ = (uint8_t)((sum + n / 2) / n);
		}
	}
}

static bool lies_in(const struct part *part, PIX *pix)
{
	return part->x >= 0 && part->y >= 0 && part->w > 0 && part->h > 0 &&
	       part->w <= pixGetWidth(pix) - part->x && part->h <= pixGetHeight(pix) - part->y;
}

enum err canvas_of_part(struct Pix *pix, const struct part *part, uint32_t width, uint32_t height,
			struct canvas *ret)
{
	int depth = pixGetDepth(pix);
	uint8_t channels = depth == 8 ? 1 : 3;
	struct canvas to = { 0 };

	if ((depth != 8 && depth != 32) || !lies_in(part, pix))
		return ERR_BAD_DATA;
	size_t n = (size_t)part->w * channels;
	AUTO_FREE uint32_t *sums = malloc(n * sizeof *sums);
	enum err e = sums ? canvas_create(width, height, channels, &to) : ERR_NO_MEMORY;
	if (e != ERR_OK)
		return e;
	for (uint32_t y = 0; y < height; y++) {
		uint32_t y0 = part_at(y, height, (uint32_t)part->h);
		uint32_t y1 = part_at(y + 1, height, (uint32_t)part->h);

		y1 += y1 == y0;
		memset(sums, 0, n * sizeof *sums);
		for (uint32_t i = y0; i < y1; i++)
			add_row(pix, part, i, sums);
		mean_row(part, y1 - y0, sums, &to, to.at + (size_t)y * width * channels);
	}
	*ret = to;
	return ERR_OK;
}

/* Where pixel i of `n` lies between pixels of `whole`, in 1/256. */
static void between(uint32_t i, uint32_t n, uint32_t whole, uint32_t *ret_first, uint32_t *ret_next)
{
	int64_t at = ((int64_t)(2 * i + 1) * whole * 128 / n) - 128;

	at = at < 0 ? 0 : at > (int64_t)(whole - 1) * 256 ? (int64_t)(whole - 1) * 256 : at;
	*ret_first = (uint32_t)(at >> 8);
	*ret_next = (uint32_t)(at & 255);
}

enum err canvas_scaled(const struct canvas *c, uint32_t width, uint32_t height, struct canvas *ret)
{
	struct canvas to = { 0 };
	enum err e = canvas_create(width, height, c->channels, &to);
	uint32_t n = c->channels;

	if (e != ERR_OK)
		return e;
	for (uint32_t y = 0; y < height; y++) {
		uint32_t j, down;

		between(y, height, c->height, &j, &down);
		const uint8_t *a = c->at + (size_t)j * c->width * n;
		const uint8_t *b = down > 0 ? a + (size_t)c->width * n : a;
		uint8_t *out = to.at + (size_t)y * width * n;

		for (uint32_t x = 0; x < width; x++) {
			uint32_t i, right;

			between(x, width, c->width, &i, &right);
			uint32_t first = i * n, next = right > 0 ? first + n : first;
			for (uint32_t k = 0; k < n; k++) {
				uint32_t up = a[first + k] * (256 - right) + a[next + k] * right;
				uint32_t low = b[first + k] * (256 - right) + b[next + k] * right;

				*out++ = (uint8_t)((up * (256 - down) + low * down + (1 << 15)) >>
						   16);
			}
		}
	}
	*ret = to;
	return ERR_OK;
}
