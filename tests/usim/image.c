#include "tests/usim/image.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define A4_WIDTH_INCH (210 / 25.4)
#define TINY          1e-6 /* of a pixel: a sum of steps is never exact */

void image_finish(struct image *i)
{
	free(i->pixels);
	*i = (struct image){ 0 };
}

enum err image_create(unsigned width, unsigned height, unsigned channels, struct image *ret)
{
	if (!width || !height || width > IMAGE_MAX_SIDE || height > IMAGE_MAX_SIDE)
		return ERR_NO_MEMORY;
	uint8_t *pixels = malloc((size_t)width * height * channels);
	if (!pixels)
		return ERR_NO_MEMORY;
	*ret = (struct image){ width, height, channels, 0, pixels };
	return ERR_OK;
}

enum err image_load(const char *path, struct image *ret)
{
	uint8_t head[4] = { 0 };
	FILE *f = fopen(path, "rbe");

	if (!f)
		return ERR_NOT_FOUND;
	enum err e = ERR_BAD_PAGE;
	if (fread(head, 1, sizeof head, f) == sizeof head && fseek(f, 0, SEEK_SET) == 0) {
		if (memcmp(head, "\x89PNG", 4) == 0)
			e = image_load_png(f, ret);
		else if (memcmp(head, "\xff\xd8\xff", 3) == 0)
			e = image_load_jpeg(f, ret);
	}
	fclose(f);
	return e;
}

/* Where the pixels of a view's row or column come from: `n` source pixels at each. */
struct span {
	double first, step;
};

/* Mean of the source pixels under one target pixel: what a sensor does. */
static void average(const struct image *s, const struct span *across, const struct span *down,
		    const unsigned at[2], uint8_t ret[3])
{
	double left = across->first + at[0] * across->step, top = down->first + at[1] * down->step;
	long x0 = (long)floor(left + TINY), x1 = (long)ceil(left + across->step - TINY);
	long y0 = (long)floor(top + TINY), y1 = (long)ceil(top + down->step - TINY);
	unsigned long sum[3] = { 0 }, count = 0;

	for (long y = y0; y < y1; y++) {
		for (long x = x0; x < x1; x++) {
			bool inside = x >= 0 && y >= 0 && x < s->width && y < s->height;
			const uint8_t *p = s->pixels + ((size_t)y * s->width + (size_t)x) * 3;

			for (int c = 0; c < 3; c++)
				sum[c] += inside ? p[c] : 255;
			count++;
		}
	}
	for (int c = 0; c < 3; c++)
		ret[c] = count ? (uint8_t)(sum[c] / count) : 255;
}

static uint8_t *store(uint8_t *to, const uint8_t rgb[3], unsigned channels)
{
	if (channels == 3) {
		memcpy(to, rgb, 3);
		return to + 3;
	}
	*to = (uint8_t)((rgb[0] * 299u + rgb[1] * 587u + rgb[2] * 114u + 500) / 1000);
	return to + 1;
}

static void scan_row(const struct image *s, const struct image_view *v, double ratio, unsigned y,
		     uint8_t *to)
{
	struct span across = { v->x * ratio, ratio }, down = { v->y * ratio, ratio };
	bool same = ratio == 1.0;
	uint8_t rgb[3];

	for (unsigned x = 0; x < v->width; x++) {
		unsigned sx = v->x + x, sy = v->y + y;

		if (same && sx < s->width && sy < s->height)
			memcpy(rgb, s->pixels + ((size_t)sy * s->width + sx) * 3, 3);
		else if (same)
			memset(rgb, 255, 3);
		else
			average(s, &across, &down, (const unsigned[2]){ x, y }, rgb);
		to = store(to, rgb, v->channels);
	}
}

enum err image_scan(const struct image *sheet, const struct image_view *v, struct image *ret)
{
	double own = sheet->dpi > 0 ? sheet->dpi : sheet->width / A4_WIDTH_INCH;
	double ratio = fabs(own / v->dpi - 1) < 0.002 ? 1.0 : own / v->dpi;
	enum err e = image_create(v->width, v->height, v->channels, ret);

	if (e != ERR_OK)
		return e;
	ret->dpi = v->dpi;
	for (unsigned y = 0; y < v->height; y++)
		scan_row(sheet, v, ratio, y, ret->pixels + (size_t)y * v->width * v->channels);
	return ERR_OK;
}
