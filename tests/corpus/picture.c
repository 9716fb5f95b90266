#include "tests/corpus/picture.h"

#include <glib.h>
#include <math.h>
#include <stdio.h>

#include <jpeglib.h> /* wants stdio.h before */

void picture_init(struct picture *p, int width, int height)
{
	*p = (struct picture){ width, height, g_malloc((size_t)width * (size_t)height * 3) };
}

void picture_finish(struct picture *p)
{
	g_free(p->rgb);
	*p = (struct picture){ 0 };
}

#define REACH 12

static int kernel(double sigma, float *ret)
{
	int reach = (int)ceil(sigma * 2.6);
	float sum = 0;

	reach = reach > REACH ? REACH : reach;
	for (int i = -reach; i <= reach; i++)
		sum += ret[i + reach] = (float)exp(-i * i / (2 * sigma * sigma));
	for (int i = 0; i <= 2 * reach; i++)
		ret[i] /= sum;
	return reach;
}

static int clamp(int v, int max)
{
	return v < 0 ? 0 : v > max ? max : v;
}

/* A row of `n` samples `step` apart. */
static void blur_line(uint8_t *line, int n, size_t step, const float *k, int reach)
{
	g_autofree uint8_t *in = g_malloc((gsize)n);

	for (int i = 0; i < n; i++)
		in[i] = line[(size_t)i * step];
	for (int i = 0; i < n; i++) {
		float sum = 0.5f;

		for (int j = -reach; j <= reach; j++)
			sum += k[j + reach] * in[clamp(i + j, n - 1)];
		line[(size_t)i * step] = (uint8_t)clamp((int)sum, 255);
	}
}

static void blur(uint8_t *bytes, int width, int height, int colours, double sigma)
{
	float k[2 * REACH + 1];
	size_t c = (size_t)colours, row = (size_t)width * c;

	if (sigma < 0.2)
		return;
	int reach = kernel(sigma, k);
	for (int y = 0; y < height; y++)
		for (size_t i = 0; i < c; i++)
			blur_line(bytes + (size_t)y * row + i, width, c, k, reach);
	for (size_t x = 0; x < row; x++)
		blur_line(bytes + x, height, row, k, reach);
}

void picture_blur(struct picture *p, double sigma)
{
	blur(p->rgb, p->width, p->height, 3, sigma);
}

void plane_blur(uint8_t *plane, int width, int height, double sigma)
{
	blur(plane, width, height, 1, sigma);
}

void picture_noise(struct picture *p, struct rng *r, double sigma)
{
	size_t n = (size_t)p->width * (size_t)p->height;

	for (size_t i = 0; i < n; i++) {
		double grey = rng_normal(r) * sigma;

		for (int c = 0; c < 3; c++) {
			double own = ((double)(rng_next(r) >> 56) - 127.5) / 74 * sigma * 0.35;

			p->rgb[3 * i + (size_t)c] = (uint8_t)clamp(
				(int)lrint(p->rgb[3 * i + (size_t)c] + grey + own), 255);
		}
	}
}

bool picture_write_ppm(const struct picture *p, const char *path)
{
	FILE *f = fopen(path, "wbe");
	size_t n = (size_t)p->width * (size_t)p->height;

	if (!f)
		return false;
	fprintf(f, "P6\n%d %d\n255\n", p->width, p->height);
	bool good = fwrite(p->rgb, 3, n, f) == n;
	return fclose(f) == 0 && good;
}

bool picture_read_ppm(struct picture *ret, const char *path)
{
	FILE *f = fopen(path, "rbe");
	int width, height;

	if (!f)
		return false;
	bool good = fscanf(f, "P6 %d %d 255", &width, &height) == 2 && fgetc(f) != EOF &&
		    width > 0 && height > 0 && width <= 20000 && height <= 20000;
	if (good) {
		size_t n = (size_t)width * (size_t)height;

		picture_init(ret, width, height);
		good = fread(ret->rgb, 3, n, f) == n;
		if (!good)
			picture_finish(ret);
	}
	fclose(f);
	return good;
}

bool picture_write_jpeg(const struct picture *p, const char *path, int quality, int dpi)
{
	FILE *f = fopen(path, "wbe");
	struct jpeg_compress_struct c;
	struct jpeg_error_mgr errors;

	if (!f)
		return false;
	c.err = jpeg_std_error(&errors);
	jpeg_create_compress(&c);
	jpeg_stdio_dest(&c, f);
	c.image_width = (JDIMENSION)p->width;
	c.image_height = (JDIMENSION)p->height;
	c.input_components = 3;
	c.in_color_space = JCS_RGB;
	jpeg_set_defaults(&c);
	jpeg_set_quality(&c, quality, TRUE);
	c.density_unit = 1;
	c.X_density = c.Y_density = (UINT16)dpi;
	jpeg_start_compress(&c, TRUE);
	while (c.next_scanline < c.image_height) {
		JSAMPROW row = p->rgb + (size_t)c.next_scanline * (size_t)p->width * 3;

		jpeg_write_scanlines(&c, &row, 1);
	}
	jpeg_finish_compress(&c);
	jpeg_destroy_compress(&c);
	return fclose(f) == 0;
}

static double knot(const struct grain *g, int x, int y)
{
	struct rng r = { g->seed ^ (uint64_t)(uint32_t)x << 32 ^ (uint64_t)(uint32_t)y };

	return (double)(rng_next(&r) >> 40) * 0x1p-23 - 1;
}

double grain_at(const struct grain *g, double x, double y)
{
	double u = x / g->cell, v = y / g->cell;
	int i = (int)floor(u), j = (int)floor(v);

	u -= i;
	v -= j;
	return (knot(g, i, j) * (1 - u) + knot(g, i + 1, j) * u) * (1 - v) +
	       (knot(g, i, j + 1) * (1 - u) + knot(g, i + 1, j + 1) * u) * v;
}
