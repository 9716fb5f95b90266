/* libjpeg reports errors by a callback that must not return; it jumps back to the caller. */
#include <stdio.h>

#include "tests/usim/image.h"

#include <jpeglib.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdlib.h>

#define QUALITY     92
#define CM_PER_INCH 2.54

struct jump {
	struct jpeg_error_mgr base; /* first: libjpeg gives its address back */
	jmp_buf to;
};

static void jump_out(j_common_ptr c)
{
	longjmp(((struct jump *)c->err)->to, 1);
}

static void say_nothing(j_common_ptr c)
{
	(void)c;
}

static struct jpeg_error_mgr *jump_errors(struct jump *j)
{
	jpeg_std_error(&j->base);
	j->base.error_exit = jump_out;
	j->base.output_message = say_nothing;
	return &j->base;
}

static double dpi_of(const struct jpeg_decompress_struct *c)
{
	if (!c->saw_JFIF_marker || c->density_unit == 0)
		return 0;
	return c->density_unit == 1 ? c->X_density : c->X_density * CM_PER_INCH;
}

static enum err read_jpeg(struct jpeg_decompress_struct *c, struct jump *j, FILE *f,
			  struct image *ret)
{
	if (setjmp(j->to))
		return ERR_BAD_PAGE;
	jpeg_create_decompress(c);
	jpeg_stdio_src(c, f);
	jpeg_read_header(c, TRUE);
	c->out_color_space = JCS_RGB;
	jpeg_start_decompress(c);
	enum err e = image_create(c->output_width, c->output_height, 3, ret);
	if (e != ERR_OK)
		return e;
	ret->dpi = dpi_of(c);
	while (c->output_scanline < c->output_height) {
		JSAMPROW row = ret->pixels + (size_t)c->output_scanline * ret->width * 3;

		jpeg_read_scanlines(c, &row, 1);
	}
	jpeg_finish_decompress(c);
	return ERR_OK;
}

enum err image_load_jpeg(FILE *f, struct image *ret)
{
	struct jpeg_decompress_struct c = { 0 };
	struct jump j;
	struct image got = { 0 };

	c.err = jump_errors(&j);
	enum err e = read_jpeg(&c, &j, f, &got);
	jpeg_destroy_decompress(&c);
	if (e == ERR_OK)
		*ret = got;
	else
		image_finish(&got);
	return e;
}

/* Where the encoder puts its bytes; libjpeg changes both. */
struct output {
	unsigned char *bytes;
	unsigned long len;
};

static bool write_jpeg(struct jpeg_compress_struct *c, struct jump *j, const struct image *i,
		       struct output *to)
{
	if (setjmp(j->to))
		return false;
	jpeg_create_compress(c);
	jpeg_mem_dest(c, &to->bytes, &to->len);
	c->image_width = i->width;
	c->image_height = i->height;
	c->input_components = (int)i->channels;
	c->in_color_space = i->channels == 3 ? JCS_RGB : JCS_GRAYSCALE;
	jpeg_set_defaults(c);
	jpeg_set_quality(c, QUALITY, TRUE);
	c->density_unit = 1;
	c->X_density = c->Y_density = (UINT16)i->dpi;
	jpeg_start_compress(c, TRUE);
	while (c->next_scanline < c->image_height) {
		JSAMPROW row = i->pixels + (size_t)c->next_scanline * i->width * i->channels;

		jpeg_write_scanlines(c, &row, 1);
	}
	jpeg_finish_compress(c);
	return true;
}

enum err image_to_jpeg(const struct image *i, uint8_t **ret_bytes, size_t *ret_len)
{
	struct jpeg_compress_struct c = { 0 };
	struct jump j;
	struct output to = { 0 };

	c.err = jump_errors(&j);
	bool good = write_jpeg(&c, &j, i, &to);
	jpeg_destroy_compress(&c);
	if (!good) {
		free(to.bytes);
		return ERR_NO_MEMORY;
	}
	*ret_bytes = to.bytes;
	*ret_len = to.len;
	return ERR_OK;
}
