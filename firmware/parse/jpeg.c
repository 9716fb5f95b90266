#include "firmware/parse/jpeg.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

/* libjpeg leaves by a jump when it runs out of memory: there is no other way to be told. */
struct jpeg_writer {
	struct jpeg_compress_struct c;
	struct jpeg_error_mgr errors;
	jmp_buf back;
	unsigned char *bytes;
	unsigned long len;
};

static void leave(j_common_ptr c)
{
	struct jpeg_writer *j = c->client_data;

	longjmp(j->back, 1);
}

static void be_quiet(j_common_ptr c)
{
	(void)c;
}

/* Huffman tables fitted to the picture make it smaller; the slow integer transform gives the same
 * bytes with and without SIMD. */
static enum err start(struct jpeg_writer *j, const struct image *of, int quality)
{
	if (setjmp(j->back))
		return ERR_NO_MEMORY;
	jpeg_mem_dest(&j->c, &j->bytes, &j->len);
	j->c.image_width = of->width;
	j->c.image_height = of->height;
	j->c.input_components = of->channels;
	j->c.in_color_space = of->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
	jpeg_set_defaults(&j->c);
	jpeg_set_quality(&j->c, quality, TRUE);
	j->c.dct_method = JDCT_ISLOW;
	j->c.optimize_coding = TRUE;
	j->c.density_unit = 1;
	j->c.X_density = j->c.Y_density = of->dpi;
	jpeg_start_compress(&j->c, TRUE);
	return ERR_OK;
}

enum err jpeg_writer_begin(const struct image *of, int quality, struct jpeg_writer **ret)
{
	struct jpeg_writer *j = calloc(1, sizeof *j);

	if (!j)
		return ERR_NO_MEMORY;
	j->c.err = jpeg_std_error(&j->errors);
	j->errors.error_exit = leave;
	j->errors.output_message = be_quiet;
	j->c.client_data = j;
	if (setjmp(j->back)) {
		free(j);
		return ERR_NO_MEMORY;
	}
	jpeg_create_compress(&j->c);
	enum err e = start(j, of, quality);
	if (e == ERR_OK)
		*ret = j;
	else
		jpeg_writer_destroy(j);
	return e;
}

enum err jpeg_writer_row(struct jpeg_writer *j, const uint8_t *row)
{
	JSAMPROW rows[1] = { (JSAMPROW)(uintptr_t)row };

	if (setjmp(j->back))
		return ERR_NO_MEMORY;
	return jpeg_write_scanlines(&j->c, rows, 1) == 1 ? ERR_OK : ERR_BAD_DATA;
}

enum err jpeg_writer_end(struct jpeg_writer *j, uint8_t **ret_bytes, size_t *ret_len)
{
	if (setjmp(j->back))
		return ERR_NO_MEMORY;
	jpeg_finish_compress(&j->c);
	*ret_bytes = j->bytes;
	*ret_len = j->len;
	j->bytes = NULL;
	return ERR_OK;
}

void jpeg_writer_destroy(struct jpeg_writer *j)
{
	if (!j)
		return;
	jpeg_destroy_compress(&j->c);
	free(j->bytes);
	free(j);
}
