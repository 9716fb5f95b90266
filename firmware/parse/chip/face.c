#include "firmware/parse/chip/face.h"

#include "firmware/parse/chip/raster.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum err raster_create(uint32_t width, uint32_t height, struct raster *ret)
{
	if (width == 0 || height == 0 || width > FACE_MAX_SIDE || height > FACE_MAX_SIDE ||
	    width * height > FACE_MAX_PIXELS)
		return ERR_BAD_DATA;
	uint8_t *rgb = malloc((size_t)width * height * 3);
	if (!rgb)
		return ERR_NO_MEMORY;
	*ret = (struct raster){ width, height, rgb };
	return ERR_OK;
}

void raster_finish(struct raster *r)
{
	if (r->rgb)
		explicit_bzero(r->rgb, (size_t)r->width * r->height * 3);
	free(r->rgb);
	*r = (struct raster){ 0 };
}

void face_finish(struct face *f)
{
	if (f->rgb)
		explicit_bzero(f->rgb, f->len);
	free(f->rgb);
	*f = (struct face){ 0 };
}

/* The size it is shown at: within the limits, never larger than it is, never nothing. */
static void fit(uint32_t width, uint32_t height, uint32_t *ret_width, uint32_t *ret_height)
{
	uint32_t w = width, h = height;

	if (w > FACE_MAX_WIDTH) {
		h = h * FACE_MAX_WIDTH / w;
		w = FACE_MAX_WIDTH;
	}
	if (h > FACE_MAX_HEIGHT) {
		w = w * FACE_MAX_HEIGHT / h;
		h = FACE_MAX_HEIGHT;
	}
	*ret_width = w > 0 ? w : 1;
	*ret_height = h > 0 ? h : 1;
}

unsigned raster_halvings(uint32_t width, uint32_t height, unsigned most)
{
	uint32_t w, h;
	unsigned n = 0;

	fit(width, height, &w, &h);
	while (n < most && width >> (n + 1) >= w && height >> (n + 1) >= h)
		n++;
	return n;
}

/* Each result pixel is the mean of those it stands for. */
static void shrink_row(const struct raster *r, const struct face *f, uint32_t y)
{
	uint32_t y0 = y * r->height / f->height, y1 = (y + 1) * r->height / f->height;
	uint8_t *out = f->rgb + (size_t)y * f->width * 3;

	for (uint32_t x = 0; x < f->width; x++) {
		uint32_t x0 = x * r->width / f->width, x1 = (x + 1) * r->width / f->width;
		uint32_t sum[3] = { 0 }, count = (x1 - x0) * (y1 - y0);

		for (uint32_t v = y0; v < y1; v++)
			for (uint32_t u = x0; u < x1; u++) {
				const uint8_t *p = r->rgb + ((size_t)v * r->width + u) * 3;

				sum[0] += p[0];
				sum[1] += p[1];
				sum[2] += p[2];
			}
		for (int c = 0; c < 3; c++)
			*out++ = (uint8_t)((sum[c] + count / 2) / count);
	}
}

enum err face_decode(struct span image, struct face *ret)
{
	struct raster r = { 0 };
	struct face f = { 0 };
	bool is_jpeg = image.len > 2 && image.at[0] == 0xff && image.at[1] == 0xd8;
	enum err e = is_jpeg ? raster_of_jpeg(image, &r) : raster_of_jpeg2000(image, &r);

	if (e != ERR_OK)
		return e;
	fit(r.width, r.height, &f.width, &f.height);
	f.len = (size_t)f.width * f.height * 3;
	f.rgb = malloc(f.len);
	if (f.rgb) {
		for (uint32_t y = 0; y < f.height; y++)
			shrink_row(&r, &f, y);
		*ret = f;
	}
	raster_finish(&r);
	return f.rgb ? ERR_OK : ERR_NO_MEMORY;
}
