#include "firmware/parse/chip/face.h"
#include "firmware/parse/chip/raster.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
/* behind jpeglib.h */
#include <jerror.h>

enum { MAX_SCANS = 64 };

/* libjpeg leaves by a jump. Everything that must be there afterwards is in here. */
struct decoder {
	struct jpeg_decompress_struct d;
	struct jpeg_error_mgr errors;
	struct jpeg_progress_mgr progress;
	struct raster r;
	jmp_buf back;
};

static void leave(j_common_ptr d)
{
	struct decoder *j = d->client_data;

	longjmp(j->back, 1);
}

/* Warnings are harmless remarks, but for those that say that the picture is not whole. */
static void judge(j_common_ptr d, int level)
{
	static const int DAMAGED[] = { JWRN_JPEG_EOF, JWRN_HIT_MARKER, JWRN_HUFF_BAD_CODE,
				       JWRN_MUST_RESYNC, JWRN_BOGUS_PROGRESSION };

	for (size_t i = 0; level < 0 && i < sizeof DAMAGED / sizeof *DAMAGED; i++)
		if (d->err->msg_code == DAMAGED[i])
			leave(d);
}

/* A small file can ask for any number of passes over its picture. */
static void count_scans(j_common_ptr d)
{
	if (((j_decompress_ptr)d)->input_scan_number > MAX_SCANS)
		leave(d);
}

static void be_quiet(j_common_ptr d)
{
	(void)d;
}

static enum err start(struct decoder *j)
{
	struct jpeg_decompress_struct *d = &j->d;

	if (d->image_width > FACE_MAX_SIDE || d->image_height > FACE_MAX_SIDE ||
	    d->image_width * d->image_height > FACE_MAX_PIXELS)
		return ERR_BAD_DATA;
	if (d->num_components != 1 && d->num_components != 3)
		return ERR_BAD_DATA;
	d->out_color_space = d->num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
	d->scale_num = 1;
	d->scale_denom = 1u << raster_halvings(d->image_width, d->image_height, 3);
	jpeg_start_decompress(d);
	return raster_create(d->output_width, d->output_height, &j->r);
}

/* In place, from behind: gray to RGB. */
static void spread(uint8_t *row, uint32_t width)
{
	for (uint32_t x = width; x-- > 0;)
		memset(row + (size_t)x * 3, row[x], 3);
}

static enum err decode(struct decoder *j, struct span image)
{
	if (setjmp(j->back))
		return ERR_BAD_DATA;
	jpeg_mem_src(&j->d, image.at, image.len);
	jpeg_read_header(&j->d, TRUE);
	enum err e = start(j);
	while (e == ERR_OK && j->d.output_scanline < j->d.output_height) {
		uint8_t *row = j->r.rgb + (size_t)j->d.output_scanline * j->r.width * 3;
		JSAMPROW rows[1] = { row };

		if (jpeg_read_scanlines(&j->d, rows, 1) != 1)
			return ERR_BAD_DATA;
		if (j->d.num_components == 1)
			spread(row, j->r.width);
	}
	return e;
}

static enum err create(struct decoder *j)
{
	j->d.err = jpeg_std_error(&j->errors);
	j->errors.error_exit = leave;
	j->errors.emit_message = judge;
	j->errors.output_message = be_quiet;
	j->d.client_data = j;
	if (setjmp(j->back))
		return ERR_NO_MEMORY;
	jpeg_create_decompress(&j->d);
	j->progress.progress_monitor = count_scans;
	j->d.progress = &j->progress;
	return ERR_OK;
}

enum err raster_of_jpeg(struct span image, struct raster *ret)
{
	struct decoder *j = calloc(1, sizeof *j);

	if (!j)
		return ERR_NO_MEMORY;
	enum err e = create(j);
	if (e == ERR_OK) {
		e = decode(j, image);
		jpeg_destroy_decompress(&j->d);
	}
	if (e == ERR_OK)
		*ret = j->r;
	else
		raster_finish(&j->r);
	free(j);
	return e;
}
