#include "firmware/parse/page/view.h"

#include "firmware/base/auto.h"

#include <stdlib.h>
#include <string.h>

const struct luma LUMA_EYE = { 77, 150, 29 };
const struct luma LUMA_PRINT = { 154, 90, 12 };

void luma_row(const struct luma *l, const uint8_t *row, uint8_t channels, uint32_t width,
	      uint8_t *out)
{
	const unsigned red = l->red, green = l->green, blue = l->blue;

	if (channels == 1)
		memcpy(out, row, width);
	for (uint32_t x = 0; channels == 3 && x < width; x++)
		out[x] = (uint8_t)((red * row[3 * x] + green * row[3 * x + 1] +
				    blue * row[3 * x + 2]) >>
				   8);
}

/* Sums of `by` rows, byte by byte. */
static void sum_rows(const uint8_t *from, size_t stride, uint32_t by, uint16_t *sums)
{
	for (size_t n = 0; n < stride; n++)
		sums[n] = from[n];
	for (uint32_t k = 1; k < by; k++) {
		from += stride;
		for (size_t n = 0; n < stride; n++)
			sums[n] = (uint16_t)(sums[n] + from[n]);
	}
}

static void sum_across(const uint16_t *sums, const struct view *v, uint8_t *out)
{
	const uint32_t by = v->by, c = v->channels, parts = by * by;
	const uint32_t reciprocal = (1u << 22) / parts + 1;

	for (uint32_t x = 0; x < v->width; x++, sums += by * c)
		for (uint32_t k = 0; k < c; k++) {
			uint32_t sum = parts / 2;

			for (uint32_t n = 0; n < by; n++)
				sum += sums[n * c + k];
			*out++ = (uint8_t)((uint64_t)sum * reciprocal >> 22);
		}
}

static enum err reduce(const struct image *i, struct view *v)
{
	size_t stride = (size_t)i->width * i->channels;
	AUTO_FREE uint16_t *sums = malloc(stride * sizeof *sums);

	if (!sums)
		return ERR_NO_MEMORY;
	for (uint32_t y = 0; y < v->height; y++) {
		uint8_t *out = v->pixels + (size_t)y * v->width * v->channels;

		sum_rows(i->pixels + (size_t)y * v->by * stride, stride, v->by, sums);
		sum_across(sums, v, out);
	}
	return ERR_OK;
}

/* 255 rows of white would overflow 16 bits; and a side must keep one pixel. */
static uint32_t possible(const struct image *i, uint32_t by)
{
	uint32_t shorter = i->width < i->height ? i->width : i->height;

	by = by < 1 ? 1 : by > 32 ? 32 : by;
	return by < shorter ? by : shorter;
}

enum err view_of(const struct image *i, uint32_t by, struct view *ret)
{
	struct view v = { .by = possible(i, by), .channels = i->channels };
	enum err e = ERR_NO_MEMORY;

	v.width = i->width / v.by;
	v.height = i->height / v.by;
	v.dpi = (double)i->dpi / v.by;
	v.pixels = malloc((size_t)v.width * v.height * v.channels);
	v.gray = (struct plane){ v.width, v.height, v.width, v.pixels };
	if (v.pixels && v.channels == 3)
		v.gray.at = malloc((size_t)v.width * v.height);
	if (v.pixels && v.gray.at)
		e = reduce(i, &v);
	if (e != ERR_OK) {
		view_finish(&v);
		return e;
	}
	if (v.channels == 3)
		luma_row(&LUMA_EYE, v.pixels, 3, v.width * v.height, v.gray.at);
	*ret = v;
	return ERR_OK;
}

struct image view_image(const struct view *v)
{
	return (struct image){ v->width, v->height, (uint16_t)v->dpi, v->channels, v->pixels };
}

void view_finish(struct view *v)
{
	if (v->gray.at != v->pixels)
		free(v->gray.at);
	free(v->pixels);
	*v = (struct view){ 0 };
}
