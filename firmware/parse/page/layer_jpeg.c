#include "firmware/parse/page/layer_jpeg.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>
/* behind jpeglib.h */
#include <jerror.h>

/* libjpeg leaves by a jump; what it had made by then is freed here. */
struct coder {
	struct jpeg_error_mgr errors;
	jmp_buf back;
	union {
		struct jpeg_compress_struct out;
		struct jpeg_decompress_struct in;
	} j;
	unsigned char *bytes;
	unsigned long len;
};

static void leave(j_common_ptr c)
{
	struct coder *k = c->client_data;

	longjmp(k->back, 1);
}

static void be_quiet(j_common_ptr c, int level)
{
	(void)c;
	(void)level;
}

static struct coder *coder_create(void)
{
	struct coder *k = calloc(1, sizeof *k);

	if (!k)
		return NULL;
	k->j.out.err = jpeg_std_error(&k->errors);
	k->errors.error_exit = leave;
	k->errors.emit_message = be_quiet;
	k->j.out.client_data = k;
	return k;
}

/* Progressive in the simplest way, so that runs of blocks with nothing in them cost little. */
static const jpeg_scan_info SCANS_RGB[] = {
	{ 3, { 0, 1, 2 }, 0, 0, 0, 0 },
	{ 1, { 0 }, 1, 63, 0, 0 },
	{ 1, { 1 }, 1, 63, 0, 0 },
	{ 1, { 2 }, 1, 63, 0, 0 },
};
static const jpeg_scan_info SCANS_GRAY[] = {
	{ 1, { 0 }, 0, 0, 0, 0 },
	{ 1, { 0 }, 1, 63, 0, 0 },
};

static void set_up(struct jpeg_compress_struct *c, const struct canvas *r, int quality,
		   enum jpeg_chroma chroma)
{
	c->image_width = r->width;
	c->image_height = r->height;
	c->input_components = r->channels;
	c->in_color_space = r->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
	jpeg_set_defaults(c);
	jpeg_set_quality(c, quality, TRUE);
	c->dct_method = JDCT_ISLOW;
	c->optimize_coding = TRUE;
	if (chroma == CHROMA_FULL)
		c->comp_info[0].h_samp_factor = c->comp_info[0].v_samp_factor = 1;
	c->scan_info = r->channels == 1 ? SCANS_GRAY : SCANS_RGB;
	c->num_scans = r->channels == 1 ? 2 : 4;
	c->write_JFIF_header = FALSE;
}

static enum err compress(struct coder *k, const struct canvas *r, int quality,
			 enum jpeg_chroma chroma)
{
	if (setjmp(k->back))
		return ERR_NO_MEMORY;
	jpeg_create_compress(&k->j.out);
	jpeg_mem_dest(&k->j.out, &k->bytes, &k->len);
	set_up(&k->j.out, r, quality, chroma);
	jpeg_start_compress(&k->j.out, TRUE);
	while (k->j.out.next_scanline < r->height) {
		JSAMPROW row = r->at + (size_t)k->j.out.next_scanline * r->width * r->channels;

		(void)jpeg_write_scanlines(&k->j.out, &row, 1);
	}
	jpeg_finish_compress(&k->j.out);
	return ERR_OK;
}

enum err layer_jpeg_write(const struct canvas *r, int quality, enum jpeg_chroma chroma,
			  uint8_t **ret_bytes, size_t *ret_len)
{
	struct coder *k = coder_create();

	if (!k)
		return ERR_NO_MEMORY;
	enum err e = compress(k, r, quality, chroma);
	jpeg_destroy_compress(&k->j.out);
	if (e == ERR_OK) {
		*ret_bytes = k->bytes;
		*ret_len = k->len;
	} else {
		free(k->bytes);
	}
	free(k);
	return e;
}

static enum err decompress(struct coder *k, const uint8_t *bytes, size_t len,
			   const struct canvas *r)
{
	struct jpeg_decompress_struct *d = &k->j.in;

	if (setjmp(k->back))
		return k->errors.msg_code == JERR_OUT_OF_MEMORY ? ERR_NO_MEMORY : ERR_BAD_DATA;
	jpeg_create_decompress(d);
	jpeg_mem_src(d, bytes, len);
	(void)jpeg_read_header(d, TRUE);
	if (d->image_width != r->width || d->image_height != r->height)
		return ERR_BAD_DATA;
	d->out_color_space = r->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
	d->dct_method = JDCT_ISLOW;
	(void)jpeg_start_decompress(d);
	while (d->output_scanline < r->height) {
		JSAMPROW row = r->at + (size_t)d->output_scanline * r->width * r->channels;

		(void)jpeg_read_scanlines(d, &row, 1);
	}
	(void)jpeg_finish_decompress(d);
	return ERR_OK;
}

enum err layer_jpeg_read(const uint8_t *bytes, size_t len, const struct canvas *ret)
{
	struct coder *k = coder_create();

	if (!k)
		return ERR_NO_MEMORY;
	enum err e = decompress(k, bytes, len, ret);
	jpeg_destroy_decompress(&k->j.in);
	free(k);
	return e;
}
