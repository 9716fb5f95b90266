/* Portraits drawn and encoded for tests: a coloured slope, nobody's face. */
#ifndef TESTS_CHIP_PORTRAITS_H
#define TESTS_CHIP_PORTRAITS_H

#include "tests/unit/chip/card_files.h"

#include <stdio.h>

#include <jpeglib.h>
#include <openjpeg.h>

/* Red grows to the right, green downwards, blue is half. */
static inline int slope(unsigned c, uint32_t x, uint32_t y, uint32_t w, uint32_t h)
{
	return c == 0 ? (int)(x * 255 / w) : c == 1 ? (int)(y * 255 / h) : 128;
}

static inline void add_jpeg(struct made *m, uint32_t w, uint32_t h, uint8_t channels)
{
	struct jpeg_error_mgr errors;
	struct jpeg_compress_struct c = { .err = jpeg_std_error(&errors) };
	uint8_t *row = malloc((size_t)w * channels), *bytes = NULL;
	unsigned long len = 0;

	jpeg_create_compress(&c);
	jpeg_mem_dest(&c, &bytes, &len);
	c.image_width = w;
	c.image_height = h;
	c.input_components = channels;
	c.in_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
	jpeg_set_defaults(&c);
	jpeg_set_quality(&c, 90, TRUE);
	jpeg_start_compress(&c, TRUE);
	for (uint32_t y = 0; y < h; y++) {
		for (uint32_t i = 0; i < w * channels; i++)
			row[i] = (uint8_t)slope(i % channels, i / channels, y, w, h);
		(void)jpeg_write_scanlines(&c, &row, 1);
	}
	jpeg_finish_compress(&c);
	jpeg_destroy_compress(&c);
	add(m, bytes, len);
	free(bytes);
	free(row);
}

/* OpenJPEG goes back to fill in lengths. */
struct pen {
	struct made *m;
	size_t from, at;
};

static inline OPJ_SIZE_T pen_write(void *bytes, OPJ_SIZE_T len, void *data)
{
	struct pen *p = data;
	size_t end = p->from + p->at + len;

	if (end > sizeof p->m->at)
		abort();
	memcpy(p->m->at + p->from + p->at, bytes, len);
	p->at += len;
	p->m->len = end > p->m->len ? end : p->m->len;
	return len;
}

static inline OPJ_OFF_T pen_skip(OPJ_OFF_T n, void *data)
{
	((struct pen *)data)->at += (size_t)n;
	return n;
}

static inline OPJ_BOOL pen_seek(OPJ_OFF_T at, void *data)
{
	((struct pen *)data)->at = (size_t)at;
	return OPJ_TRUE;
}

struct jp2_form {
	uint32_t width, height;
	unsigned components;
	unsigned ratio; /* of compression; 0: lossless */
	unsigned depth; /* bits; 0: 8 */
	uint32_t tile;  /* side; 0: one tile */
	int levels;     /* 0: six */
	bool bare;      /* without boxes */
	bool ycc;       /* the components are called luminance and colour differences */
};

static inline opj_image_t *draw(const struct jp2_form *f)
{
	opj_image_cmptparm_t parts[4] = { 0 };
	unsigned depth = f->depth ? f->depth : 8;

	for (unsigned c = 0; c < f->components; c++)
		parts[c] = (opj_image_cmptparm_t){
			.dx = 1, .dy = 1, .w = f->width, .h = f->height, .prec = depth, .bpp = depth
		};
	opj_image_t *i = opj_image_create(f->components, parts,
					  f->ycc              ? OPJ_CLRSPC_SYCC
					  : f->components < 3 ? OPJ_CLRSPC_GRAY
							      : OPJ_CLRSPC_SRGB);
	if (!i)
		abort();
	i->x1 = f->width;
	i->y1 = f->height;
	for (unsigned c = 0; c < f->components; c++)
		for (uint32_t y = 0; y < f->height; y++)
			for (uint32_t x = 0; x < f->width; x++)
				i->comps[c].data[(size_t)y * f->width + x] =
					slope(c, x, y, f->width, f->height) << (depth - 8);
	return i;
}

static inline void add_jpeg2000(struct made *m, const struct jp2_form *f)
{
	struct pen pen = { .m = m, .from = m->len };
	opj_image_t *i = draw(f);
	opj_cparameters_t how;
	opj_codec_t *codec = opj_create_compress(f->bare ? OPJ_CODEC_J2K : OPJ_CODEC_JP2);
	opj_stream_t *stream = opj_stream_create(4096, OPJ_FALSE);

	opj_stream_set_user_data(stream, &pen, NULL);
	opj_stream_set_write_function(stream, pen_write);
	opj_stream_set_skip_function(stream, pen_skip);
	opj_stream_set_seek_function(stream, pen_seek);
	opj_set_default_encoder_parameters(&how);
	how.tcp_numlayers = 1;
	how.tcp_rates[0] = (float)f->ratio;
	how.cp_disto_alloc = 1;
	how.irreversible = f->ratio > 0;
	how.numresolution = f->levels ? f->levels : 6;
	how.tcp_mct = f->components == 3 && !f->ycc;
	if (f->tile) {
		how.tile_size_on = OPJ_TRUE;
		how.cp_tdx = how.cp_tdy = (int)f->tile;
	}
	if (!opj_setup_encoder(codec, &how, i) || !opj_start_compress(codec, i, stream) ||
	    !opj_encode(codec, stream) || !opj_end_compress(codec, stream))
		abort();
	opj_stream_destroy(stream);
	opj_destroy_codec(codec);
	opj_image_destroy(i);
}

#endif
