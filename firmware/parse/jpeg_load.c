#include "firmware/parse/jpeg_load.h"

#include <math.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

#define CM_PER_INCH 2.54

/* libjpeg leaves by a jump when it cannot go on: there is no other way to be told. */
struct reader {
	struct jpeg_decompress_struct d;
	struct jpeg_error_mgr errors;
	jmp_buf back;
	uint8_t *pixels;
};

static void leave(j_common_ptr c)
{
	struct reader *r = c->client_data;

	longjmp(r->back, 1);
}

static void be_quiet(j_common_ptr c)
{
	(void)c;
}

static uint16_t dpi_of(const struct jpeg_decompress_struct *d)
{
	double dpi = d->density_unit == 1   ? d->X_density
		     : d->density_unit == 2 ? floor(d->X_density * CM_PER_INCH + 0.5)
					    : 0;

	return (uint16_t)(dpi < 10000 ? dpi : 0);
}

static bool is_possible(const struct jpeg_decompress_struct *d)
{
	if (d->image_width == 0 || d->image_height == 0 || d->image_width > IMAGE_MAX_SIDE ||
	    d->image_height > IMAGE_MAX_SIDE ||
	    (uint64_t)d->image_width * d->image_height > IMAGE_MAX_PIXELS)
		return false;
	return d->jpeg_color_space == JCS_GRAYSCALE || d->jpeg_color_space == JCS_YCbCr ||
	       d->jpeg_color_space == JCS_RGB;
}

static enum err read_rows(struct reader *r)
{
	struct jpeg_decompress_struct *d = &r->d;
	uint8_t channels = d->jpeg_color_space == JCS_GRAYSCALE ? 1 : 3;
	size_t stride = (size_t)d->image_width * channels;

	r->pixels = malloc(stride * d->image_height);
	if (!r->pixels)
		return ERR_NO_MEMORY;
	d->out_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
	jpeg_start_decompress(d);
	while (d->output_scanline < d->output_height) {
		JSAMPROW rows[1] = { r->pixels + d->output_scanline * stride };

		if (jpeg_read_scanlines(d, rows, 1) != 1)
			return ERR_BAD_DATA;
	}
	jpeg_finish_decompress(d);
	return ERR_OK;
}

static enum err read_all(struct reader *r, const uint8_t *bytes, size_t len)
{
	if (setjmp(r->back))
		return ERR_BAD_DATA;
	jpeg_create_decompress(&r->d);
	jpeg_mem_src(&r->d, bytes, len);
	if (jpeg_read_header(&r->d, TRUE) != JPEG_HEADER_OK || !is_possible(&r->d))
		return ERR_BAD_DATA;
	return read_rows(r);
}

enum err jpeg_load(const uint8_t *bytes, size_t len, struct image *ret)
{
	struct reader *r = calloc(1, sizeof *r);

	if (!r)
		return ERR_NO_MEMORY;
	r->d.err = jpeg_std_error(&r->errors);
	r->errors.error_exit = leave;
	r->errors.output_message = be_quiet;
	r->d.client_data = r;
	enum err e = read_all(r, bytes, len);
	if (e == ERR_OK)
		*ret = (struct image){ r->d.output_width, r->d.output_height, dpi_of(&r->d),
				       (uint8_t)r->d.output_components, r->pixels };
	else
		free(r->pixels);
	jpeg_destroy_decompress(&r->d);
	free(r);
	return e;
}
