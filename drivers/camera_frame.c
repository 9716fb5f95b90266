#include "drivers/camera_frame.h"

#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

#include <jerror.h>

#define STEP 8 /* every eighth line says enough of the brightness */

/* libjpeg leaves by a jump when it cannot go on: there is no other way to be told. */
struct reader {
	struct jpeg_decompress_struct d;
	struct jpeg_error_mgr errors;
	jmp_buf back;
	bool cut; /* there is less of it than there should be */
};

static void leave(j_common_ptr c)
{
	struct reader *r = c->client_data;

	longjmp(r->back, 1);
}

/* Cameras leave odd bytes between the parts of a picture; that is no harm. */
static void note(j_common_ptr c, int level)
{
	struct reader *r = c->client_data;

	(void)level;
	r->cut |= r->errors.msg_code == JWRN_JPEG_EOF || r->errors.msg_code == JWRN_HIT_MARKER;
}

static bool begin(struct reader *r, const struct frame *f, J_COLOR_SPACE space)
{
	jpeg_mem_src(&r->d, f->bytes, f->len);
	if (jpeg_read_header(&r->d, TRUE) != JPEG_HEADER_OK || r->d.image_width != f->width ||
	    r->d.image_height != f->height)
		return false;
	r->d.out_color_space = space;
	if (space == JCS_GRAYSCALE)
		r->d.scale_denom = STEP;
	return jpeg_start_decompress(&r->d);
}

/* Lines go to `to`, or their mean to *ret_mean. A picture that was cut short is none. */
static bool decode(struct reader *r, const struct frame *f, uint8_t *to, uint8_t *ret_mean)
{
	static const uint32_t MAX_WIDTH = 16384;
	uint8_t line[16384 / STEP + 1];
	uint64_t sum = 0, count = 0;

	if (f->width > MAX_WIDTH || !begin(r, f, to ? JCS_RGB : JCS_GRAYSCALE))
		return false;
	while (r->d.output_scanline < r->d.output_height) {
		JSAMPROW row = to ? to + (size_t)3 * f->width * r->d.output_scanline : line;

		if (jpeg_read_scanlines(&r->d, &row, 1) != 1)
			return false;
		for (uint32_t x = 0; !to && x < r->d.output_width; x++, count++)
			sum += line[x];
	}
	if (!to && count > 0)
		*ret_mean = (uint8_t)(sum / count);
	return !r->cut && jpeg_finish_decompress(&r->d);
}

static enum err of_jpeg(const struct frame *f, uint8_t *to, uint8_t *ret_mean)
{
	struct reader r = { 0 };
	volatile bool good = false;

	r.d.err = jpeg_std_error(&r.errors);
	r.errors.error_exit = leave;
	r.errors.emit_message = note;
	r.d.client_data = &r;
	if (setjmp(r.back) == 0) {
		jpeg_create_decompress(&r.d);
		good = decode(&r, f, to, ret_mean);
	}
	jpeg_destroy_decompress(&r.d);
	return good ? ERR_OK : ERR_BAD_DATA;
}

static bool is_whole(const struct frame *f)
{
	return f->width > 0 && f->width % 2 == 0 && f->height > 0 &&
	       f->line_bytes / 2 >= f->width && f->len / f->line_bytes >= f->height;
}

enum err frame_brightness(const struct frame *f, uint8_t *ret)
{
	uint64_t sum = 0, count = 0;

	if (f->jpeg)
		return of_jpeg(f, NULL, ret);
	if (!is_whole(f))
		return ERR_BAD_DATA;
	for (uint32_t y = 0; y < f->height; y += STEP)
		for (uint32_t x = 0; x < f->width; x++, count++)
			sum += f->bytes[(size_t)y * f->line_bytes + 2 * (size_t)x];
	*ret = (uint8_t)(sum / count);
	return ERR_OK;
}

static uint8_t clamp(int v)
{
	return v < 0 ? 0 : v > 255 ? 255 : (uint8_t)v;
}

/* BT.601 in 1/256: 16..235 of brightness, 16..240 of the two colours. */
static void dot(int y, int u, int v, uint8_t *to)
{
	int light = 298 * (y - 16) + 128;

	to[0] = clamp((light + 409 * (v - 128)) / 256);
	to[1] = clamp((light - 100 * (u - 128) - 208 * (v - 128)) / 256);
	to[2] = clamp((light + 516 * (u - 128)) / 256);
}

enum err frame_rgb(const struct frame *f, uint8_t *to)
{
	if (f->jpeg)
		return of_jpeg(f, to, NULL);
	if (!is_whole(f))
		return ERR_BAD_DATA;
	for (uint32_t y = 0; y < f->height; y++) {
		const uint8_t *at = f->bytes + (size_t)y * f->line_bytes;

		for (uint32_t x = 0; x < f->width; x += 2, at += 4, to += 6) {
			dot(at[0], at[1], at[3], to);
			dot(at[2], at[1], at[3], to + 3);
		}
	}
	return ERR_OK;
}
