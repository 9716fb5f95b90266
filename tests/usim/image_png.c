/* libpng reports errors by longjmp; whatever has to survive that lives in the caller. */
#include "tests/usim/image.h"

#include <math.h>
#include <png.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define METRES_PER_INCH 0.0254

static void quiet(png_structp png, png_const_charp text)
{
	(void)png, (void)text;
}

/* PNG counts whole dots a metre: 100 dpi is 3937, which would come back as 99.9998. */
static double dpi_of(png_structp png, png_infop info)
{
	return round(png_get_x_pixels_per_meter(png, info) * METRES_PER_INCH * 10) / 10;
}

static enum err read_png(png_structp png, png_infop info, FILE *f, struct image *ret)
{
	if (setjmp(png_jmpbuf(png)))
		return ERR_BAD_PAGE;
	png_init_io(png, f);
	png_set_user_limits(png, IMAGE_MAX_SIDE, IMAGE_MAX_SIDE);
	png_read_info(png, info);
	png_set_expand(png);
	png_set_scale_16(png);
	png_set_gray_to_rgb(png);
	png_set_background(png,
			   &(png_color_16){ .red = 255, .green = 255, .blue = 255, .gray = 255 },
			   PNG_BACKGROUND_GAMMA_SCREEN, 0, 1);
	png_set_strip_alpha(png);
	int passes = png_set_interlace_handling(png);
	png_read_update_info(png, info);
	enum err e = image_create(png_get_image_width(png, info), png_get_image_height(png, info),
				  3, ret);
	if (e != ERR_OK)
		return e;
	if (png_get_rowbytes(png, info) != (size_t)ret->width * 3)
		return ERR_BAD_PAGE;
	ret->dpi = dpi_of(png, info);
	while (passes--)
		for (unsigned y = 0; y < ret->height; y++)
			png_read_row(png, ret->pixels + (size_t)y * ret->width * 3, NULL);
	return ERR_OK;
}

enum err image_load_png(FILE *f, struct image *ret)
{
	png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, quiet);
	png_infop info = png ? png_create_info_struct(png) : NULL;
	struct image got = { 0 };
	enum err e = info ? read_png(png, info, f, &got) : ERR_NO_MEMORY;

	png_destroy_read_struct(&png, &info, NULL);
	if (e == ERR_OK)
		*ret = got;
	else
		image_finish(&got);
	return e;
}

static bool write_png(png_structp png, png_infop info, const struct image *i)
{
	png_uint_32 per_metre = (png_uint_32)(i->dpi / METRES_PER_INCH + 0.5);

	if (setjmp(png_jmpbuf(png)))
		return false;
	png_set_IHDR(png, info, i->width, i->height, 8,
		     i->channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY,
		     PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	png_set_compression_level(png, 1); /* a scanner is quick */
	png_set_filter(png, 0, PNG_FILTER_SUB);
	png_set_pHYs(png, info, per_metre, per_metre, PNG_RESOLUTION_METER);
	png_write_info(png, info);
	for (unsigned y = 0; y < i->height; y++)
		png_write_row(png, i->pixels + (size_t)y * i->width * i->channels);
	png_write_end(png, info);
	return true;
}

static void to_stream(png_structp png, png_bytep bytes, size_t len)
{
	if (fwrite(bytes, 1, len, png_get_io_ptr(png)) != len)
		png_error(png, "write");
}

static void flush_nothing(png_structp png)
{
	(void)png;
}

enum err image_to_png(const struct image *i, uint8_t **ret_bytes, size_t *ret_len)
{
	char *bytes = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&bytes, &len);
	png_structp png =
		f ? png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, quiet) : NULL;
	png_infop info = png ? png_create_info_struct(png) : NULL;

	if (info)
		png_set_write_fn(png, f, to_stream, flush_nothing);
	bool good = info && write_png(png, info, i);
	png_destroy_write_struct(&png, &info);
	good = f && fclose(f) == 0 && good;
	if (!good) {
		free(bytes);
		return ERR_NO_MEMORY;
	}
	*ret_bytes = (uint8_t *)bytes;
	*ret_len = len;
	return ERR_OK;
}
