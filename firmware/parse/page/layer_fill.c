#include "firmware/parse/page/layer_fill.h"

#include "firmware/base/auto.h"

#include <leptonica/allheaders.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Ink of several rows in one, with white words around it: bit 32 + x is pixel x. */
static void or_rows(PIX *bits, int32_t from, int32_t to, uint32_t *row)
{
	int32_t words = pixGetWpl(bits), h = pixGetHeight(bits);

	memset(row, 0, ((size_t)words + 2) * sizeof *row);
	for (int32_t y = from > 0 ? from : 0; y < to && y < h; y++) {
		const l_uint32 *line = pixGetData(bits) + (ptrdiff_t)y * words;

		for (int32_t i = 0; i < words; i++)
			row[1 + i] |= line[i];
	}
}

static bool any_ink(const uint32_t *row, int32_t words, int32_t from, int32_t to)
{
	int32_t last = (words + 1) * 32;

	from = from + 32 > 0 ? from + 32 : 0;
	to = to + 32 < last ? to + 32 : last;
	while (from < to) {
		int32_t n = 32 - from % 32 < to - from ? 32 - from % 32 : to - from;
		uint32_t field = row[from / 32] << from % 32;

		if (field >> (32 - n))
			return true;
		from += n;
	}
	return false;
}

enum err fill_known(struct Pix *bits, const struct part *part, const struct canvas *of,
		    uint32_t spread, uint8_t **ret_known)
{
	int32_t words = pixGetWpl(bits), more = (int32_t)spread;
	AUTO_FREE uint32_t *row = malloc(((size_t)words + 2) * sizeof *row);
	uint8_t *known = malloc((size_t)of->width * of->height), *out = known;

	if (!row || !known) {
		free(known);
		return ERR_NO_MEMORY;
	}
	for (uint32_t y = 0; y < of->height; y++) {
		int32_t y0 = part->y + (int32_t)((uint64_t)y * (uint32_t)part->h / of->height);
		int32_t y1 =
			part->y + (int32_t)((uint64_t)(y + 1) * (uint32_t)part->h / of->height);

		or_rows(bits, y0 - more, y1 + more, row);
		for (uint32_t x = 0; x < of->width; x++) {
			uint64_t w = (uint32_t)part->w;
			int32_t x0 = part->x + (int32_t)(x * w / of->width);
			int32_t x1 = part->x + (int32_t)((x + 1) * w / of->width);

			*out++ = !any_ink(row, words, x0 - more, x1 + more);
		}
	}
	*ret_known = known;
	return ERR_OK;
}

/* One pixel of half the size: the mean of what is known of four. */
static bool mean_of_four(const struct canvas *c, const uint8_t *known, const uint32_t at[2],
			 uint8_t *out)
{
	uint32_t sums[3] = { 0 }, n = 0;

	for (uint32_t y = 2 * at[1]; y < 2 * at[1] + 2 && y < c->height; y++)
		for (uint32_t x = 2 * at[0]; x < 2 * at[0] + 2 && x < c->width; x++) {
			size_t i = (size_t)y * c->width + x;

			if (!known[i])
				continue;
			n++;
			for (uint32_t k = 0; k < c->channels; k++)
				sums[k] += c->at[i * c->channels + k];
		}
	for (uint32_t k = 0; k < c->channels; k++)
		out[k] = (uint8_t)(n > 0 ? (sums[k] + n / 2) / n : 255);
	return n > 0;
}

/* Three parts of the nearest pixel and one of the next nearest, both ways. */
static void blend_of_half(const struct canvas *half, uint32_t x, uint32_t y, uint8_t *out)
{
	uint32_t n = half->channels, x0 = x / 2, y0 = y / 2;
	uint32_t x1 = x % 2 ? (x0 + 1 < half->width ? x0 + 1 : x0) : x0 - (x0 > 0);
	uint32_t y1 = y % 2 ? (y0 + 1 < half->height ? y0 + 1 : y0) : y0 - (y0 > 0);
	const uint8_t *a = half->at + (size_t)y0 * half->width * n;
	const uint8_t *b = half->at + (size_t)y1 * half->width * n;

	for (uint32_t k = 0; k < n; k++)
		out[k] = (uint8_t)((9u * a[x0 * n + k] + 3u * a[x1 * n + k] + 3u * b[x0 * n + k] +
				    b[x1 * n + k] + 8) /
				   16);
}

static void take_from_half(const struct canvas *half, struct canvas *c, const uint8_t *known)
{
	for (uint32_t y = 0; y < c->height; y++)
		for (uint32_t x = 0; x < c->width; x++) {
			size_t i = (size_t)y * c->width + x;

			if (!known[i])
				blend_of_half(half, x, y, c->at + i * c->channels);
		}
}

/* Half the size, until all is known. */
enum err fill_unknown(struct canvas *c, uint8_t *known)
{
	size_t n = (size_t)c->width * c->height;
	struct canvas half = { 0 };

	if (!memchr(known, 0, n))
		return ERR_OK;
	if (n == 1) {
		memset(c->at, 255, c->channels);
		return ERR_OK;
	}
	enum err e = canvas_create((c->width + 1) / 2, (c->height + 1) / 2, c->channels, &half);
	if (e != ERR_OK)
		return e;
	AUTO_FREE uint8_t *half_known = malloc((size_t)half.width * half.height);
	if (half_known) {
		for (uint32_t y = 0; y < half.height; y++)
			for (uint32_t x = 0; x < half.width; x++) {
				size_t i = (size_t)y * half.width + x;
				uint32_t at[2] = { x, y };

				half_known[i] =
					mean_of_four(c, known, at, half.at + i * c->channels);
			}
		e = fill_unknown(&half, half_known);
	} else {
		e = ERR_NO_MEMORY;
	}
	if (e == ERR_OK)
		take_from_half(&half, c, known);
	canvas_finish(&half);
	return e;
}
