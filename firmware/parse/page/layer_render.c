#include "firmware/parse/page/layer_render.h"

#include "firmware/base/auto.h"
#include "firmware/parse/page/jbig2.h"
#include "firmware/parse/page/layer_jpeg.h"

#include <leptonica/allheaders.h>
#include <stdlib.h>
#include <string.h>

static enum err decoded(const struct layer *y, struct canvas *ret)
{
	struct canvas c = { 0 };

	if (y->code == CODE_JBIG2)
		return ERR_BAD_DATA;
	enum err e = canvas_create(y->width, y->height, y->code == CODE_JPEG_GRAY ? 1 : 3, &c);
	if (e == ERR_OK)
		e = layer_jpeg_read(y->bytes, y->len, &c);
	if (e == ERR_OK)
		*ret = c;
	else
		canvas_finish(&c);
	return e;
}

/* For `n` pixels from `first` on: the byte of a row of a picture that lies over y->x .. y->w. */
static void columns_of(const struct canvas *c, int32_t at, int32_t w, uint32_t by, uint32_t first,
		       uint32_t n, uint32_t *out)
{
	for (uint32_t i = 0; i < n; i++) {
		int64_t x = ((int64_t)(first + i) * by + by / 2 - at) * c->width / w;

		x = x < 0 ? 0 : x >= c->width ? c->width - 1 : x;
		out[i] = (uint32_t)x * c->channels;
	}
}

/* Draws a picture over its part of the page. */
static enum err draw(const struct layer *y, uint32_t by, const struct canvas *to)
{
	struct canvas c = { 0 };
	uint32_t x0 = (uint32_t)y->x / by, y0 = (uint32_t)y->y / by;
	uint32_t x1 = (uint32_t)(y->x + y->w + (int32_t)by - 1) / by;
	uint32_t y1 = (uint32_t)(y->y + y->h + (int32_t)by - 1) / by;

	x1 = x1 < to->width ? x1 : to->width;
	y1 = y1 < to->height ? y1 : to->height;
	if (x1 <= x0)
		return ERR_OK;
	AUTO_FREE uint32_t *columns = malloc((x1 - x0) * sizeof *columns);
	enum err e = columns ? decoded(y, &c) : ERR_NO_MEMORY;
	if (e != ERR_OK)
		return e;
	columns_of(&c, y->x, y->w, by, x0, x1 - x0, columns);
	for (uint32_t v = y0; v < y1; v++) {
		int64_t row = ((int64_t)v * by + by / 2 - y->y) * c.height / y->h;
		row = row < 0 ? 0 : row >= c.height ? c.height - 1 : row;
		const uint8_t *from = c.at + (size_t)row * c.width * c.channels;
		uint8_t *out = to->at + ((size_t)v * to->width + x0) * 3;

		for (uint32_t i = 0; i < x1 - x0; i++, out += 3)
			for (uint32_t k = 0; k < 3; k++)
				out[k] = from[columns[i] + (c.channels == 3 ? k : 0)];
	}
	canvas_finish(&c);
	return ERR_OK;
}

/* How many of by x by pixels are ink, for every pixel of a row. */
static void cover_row(PIX *bits, uint32_t y, uint32_t by, const struct canvas *to, uint8_t *cover)
{
	static const uint8_t ONES[16] = { 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4 };
	uint32_t words = (uint32_t)pixGetWpl(bits), h = (uint32_t)pixGetHeight(bits);

	memset(cover, 0, to->width);
	for (uint32_t r = y * by; r < (y + 1) * by && r < h; r++) {
		const l_uint32 *line = pixGetData(bits) + (size_t)r * words;

		for (uint32_t x = 0; x < to->width; x++) {
			uint32_t bit = x * by, i = bit / 32;
			uint64_t two = (uint64_t)line[i] << 32 | (i + 1 < words ? line[i + 1] : 0);

			cover[x] += ONES[(two << bit % 32) >> 60 >> (4 - by)];
		}
	}
}

static void ink_row(const struct layers *l, const struct canvas *ink, const uint8_t *cover,
		    uint32_t y, uint32_t by, const struct canvas *to)
{
	uint8_t *out = to->at + (size_t)y * to->width * 3;
	uint32_t full = by * by, v = 0;

	if (ink->at)
		v = (uint32_t)((uint64_t)y * by * ink->height / l->height);
	for (uint32_t x = 0; x < to->width; x++, out += 3) {
		const uint8_t *rgb = l->ink_rgb;

		if (cover[x] == 0)
			continue;
		if (ink->at)
			rgb = ink->at +
			      ((size_t)v * ink->width + (uint64_t)x * by * ink->width / l->width) *
				      3;
		for (int k = 0; k < 3; k++)
			out[k] = (uint8_t)((out[k] * (full - cover[x]) + rgb[k] * cover[x]) / full);
	}
}

static enum err draw_ink(const struct layers *l, uint32_t by, const struct canvas *to)
{
	AUTO_FREE uint8_t *cover = malloc(to->width);
	struct canvas ink = { 0 };
	PIX *bits = NULL;
	enum err e = cover ? jbig2_read(l->stencil.bytes, l->stencil.len, &bits) : ERR_NO_MEMORY;

	if (e == ERR_OK &&
	    ((uint32_t)pixGetWidth(bits) != l->width || (uint32_t)pixGetHeight(bits) != l->height))
		e = ERR_BAD_DATA;
	if (e == ERR_OK && l->ink.len > 0)
		e = decoded(&l->ink, &ink);
	if (e == ERR_OK && ink.at && ink.channels != 3)
		e = ERR_BAD_DATA;
	for (uint32_t y = 0; e == ERR_OK && y < to->height; y++) {
		cover_row(bits, y, by, to, cover);
		ink_row(l, &ink, cover, y, by, to);
	}
	pixDestroy(&bits);
	canvas_finish(&ink);
	return e;
}

enum err layers_render(const struct layers *l, uint32_t by, struct canvas *ret)
{
	struct canvas c = { 0 };
	enum err e = ERR_BAD_DATA;

	if (by >= 1 && by <= RENDER_MAX_BY)
		e = canvas_create((l->width + by - 1) / by, (l->height + by - 1) / by, 3, &c);
	if (e == ERR_OK) {
		memset(c.at, 255, (size_t)c.width * c.height * 3);
		if (l->ground.len > 0)
			e = draw(&l->ground, by, &c);
	}
	for (size_t i = 0; e == ERR_OK && i < l->region_count; i++)
		e = draw(&l->regions[i], by, &c);
	if (e == ERR_OK && l->stencil.len > 0)
		e = draw_ink(l, by, &c);
	if (e == ERR_OK)
		*ret = c;
	else
		canvas_finish(&c);
	return e;
}
