#include "drivers/camera_frame.h"

#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>

#include <jpeglib.h>

#include <jerror.h>

#define STEP        8   /* every eighth line says enough of the brightness */
#define SMALL_WIDTH 300 /* what is shown is at least as wide, if the frame is */

/* libjpeg leaves by a jump when it cannot go on: there is no other way to be told. */
struct reader {
	struct jpeg_decompress_struct d;
	struct jpeg_error_mgr errors;
	jmp_buf back;
	bool cut; /* there is less of it than there should be */
};

/* What a JPEG picture is decoded to: lines of RGB, or only the mean of its brightness. */
struct wish {
	uint8_t *to; /* NULL: the mean */
	unsigned step;
	uint8_t mean;
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

static bool begin(struct reader *r, const struct frame *f, const struct wish *wish)
{
	jpeg_mem_src(&r->d, f->bytes, f->len);
	if (jpeg_read_header(&r->d, TRUE) != JPEG_HEADER_OK || r->d.image_width != f->width ||
	    r->d.image_height != f->height || jpeg_has_multiple_scans(&r->d))
		return false; /* no camera sends it in scans, which may be many */
	r->d.out_color_space = wish->to ? JCS_RGB : JCS_GRAYSCALE;
	r->d.scale_denom = wish->step;
	return jpeg_start_decompress(&r->d) &&
	       r->d.output_width == frame_small_side(f->width, wish->step) &&
	       r->d.output_height == frame_small_side(f->height, wish->step);
}

/* A picture that was cut short is none. */
static bool decode(struct reader *r, const struct frame *f, struct wish *wish)
{
	uint8_t line[FRAME_MAX_SIDE / STEP + 1];
	uint64_t sum = 0, count = 0;

	if (!begin(r, f, wish))
		return false;
	while (r->d.output_scanline < r->d.output_height) {
		size_t at = (size_t)3 * r->d.output_width * r->d.output_scanline;
		JSAMPROW row = wish->to ? wish->to + at : line;

		if (jpeg_read_scanlines(&r->d, &row, 1) != 1)
			return false;
		for (uint32_t x = 0; !wish->to && x < r->d.output_width; x++, count++)
			sum += line[x];
	}
	if (count > 0)
		wish->mean = (uint8_t)(sum / count);
	return !r->cut && jpeg_finish_decompress(&r->d);
}

static enum err of_jpeg(const struct frame *f, struct wish *wish)
{
	struct reader r = { 0 };
	volatile bool good = false;

	if (f->width > FRAME_MAX_SIDE || f->height > FRAME_MAX_SIDE)
		return ERR_BAD_DATA;
	r.d.err = jpeg_std_error(&r.errors);
	r.errors.error_exit = leave;
	r.errors.emit_message = note;
	r.d.client_data = &r;
	if (setjmp(r.back) == 0) {
		jpeg_create_decompress(&r.d);
		good = decode(&r, f, wish);
	}
	jpeg_destroy_decompress(&r.d);
	return good ? ERR_OK : ERR_BAD_DATA;
}

/* Whether all its lines are there, padding and all. */
static bool is_whole(const struct frame *f)
{
	uint64_t lines = f->height;

	if (f->width == 0 || f->width % 2 != 0 || f->height == 0 || f->width > FRAME_MAX_SIDE ||
	    f->height > FRAME_MAX_SIDE)
		return false;
	if (f->form == FRAME_NV12)
		lines += f->height / 2;
	if (f->form == FRAME_NV12 && f->height % 2 != 0)
		return false;
	return f->line_bytes >= (f->form == FRAME_NV12 ? f->width : 2 * f->width) &&
	       f->len / f->line_bytes >= lines;
}

static uint8_t light_at(const struct frame *f, uint32_t x, uint32_t y)
{
	return f->bytes[(size_t)y * f->line_bytes + (f->form == FRAME_NV12 ? x : 2 * x)];
}

enum err frame_brightness(const struct frame *f, uint8_t *ret)
{
	struct wish wish = { .step = STEP };
	uint64_t sum = 0, count = 0;

	if (f->form == FRAME_JPEG) {
		enum err e = of_jpeg(f, &wish);

		if (e == ERR_OK)
			*ret = wish.mean;
		return e;
	}
	if (!is_whole(f))
		return ERR_BAD_DATA;
	for (uint32_t y = 0; y < f->height; y += STEP)
		for (uint32_t x = 0; x < f->width; x++, count++)
			sum += light_at(f, x, y);
	*ret = (uint8_t)(sum / count);
	return ERR_OK;
}

static uint8_t clamp(int v)
{
	return v < 0 ? 0 : v > 255 ? 255 : (uint8_t)v;
}

/* BT.601 in 1/256: 16..235 of brightness, 16..240 of the two colours. */
static void dot(int y, const uint8_t *u, const uint8_t *v, uint8_t *to)
{
	int light = 298 * (y - 16) + 128;

	to[0] = clamp((light + 409 * (*v - 128)) / 256);
	to[1] = clamp((light - 100 * (*u - 128) - 208 * (*v - 128)) / 256);
	to[2] = clamp((light + 516 * (*u - 128)) / 256);
}

/* Two dots share their colours: between them, or in the plane below that of brightness. */
static void dot_at(const struct frame *f, uint32_t x, uint32_t y, uint8_t *to)
{
	const uint8_t *line = f->bytes + (size_t)y * f->line_bytes;
	const uint8_t *colour = line + 2 * (size_t)(x & ~1u) + 1;

	if (f->form == FRAME_NV12)
		colour = f->bytes + (f->height + (size_t)y / 2) * f->line_bytes + (x & ~1u);
	dot(light_at(f, x, y), colour, colour + (f->form == FRAME_NV12 ? 1 : 2), to);
}

static enum err of_lines(const struct frame *f, unsigned step, uint8_t *to)
{
	if (!is_whole(f))
		return ERR_BAD_DATA;
	for (uint32_t y = 0; y < f->height; y += step)
		for (uint32_t x = 0; x < f->width; x += step, to += 3)
			dot_at(f, x, y, to);
	return ERR_OK;
}

static enum err decoded(const struct frame *f, unsigned step, uint8_t *to)
{
	struct wish wish = { .to = to, .step = step };

	return f->form == FRAME_JPEG ? of_jpeg(f, &wish) : of_lines(f, step, to);
}

enum err frame_rgb(const struct frame *f, uint8_t *to)
{
	return decoded(f, 1, to);
}

unsigned frame_step(uint32_t width)
{
	unsigned step = STEP;

	while (step > 1 && width / step < SMALL_WIDTH)
		step /= 2;
	return step;
}

uint32_t frame_small_side(uint32_t side, unsigned step)
{
	return (side + step - 1) / step;
}

enum err frame_small(const struct frame *f, uint8_t *to)
{
	return decoded(f, frame_step(f->width), to);
}
