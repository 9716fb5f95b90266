/* zone: drivers */
/* A frame of a camera that lies. The first bytes are what was agreed: form, odd bytes of a line,
 * width and height, half bytes of a line for each dot, the line's bytes when that is 0; the rest
 * is what came. */
#include "drivers/camera_frame.h"
#include "drivers/camera_sight.h"

#include <stdlib.h>
#include <string.h>

#define HEAD     8
#define MAX_SIDE 600u /* larger only costs time */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static uint32_t side_of(const uint8_t *at)
{
	return ((uint32_t)at[0] << 8 | at[1]) % (MAX_SIDE + 1);
}

/* Exactly the room that was promised; never none, which malloc() might refuse. */
static uint8_t *room(size_t len)
{
	uint8_t *bytes = calloc(1, len ? len : 1);

	if (!bytes)
		abort();
	return bytes;
}

static void look(const struct frame *f)
{
	unsigned step = frame_step(f->width);
	struct sight s = { .width = frame_small_side(f->width, step),
			   .height = frame_small_side(f->height, step) };
	uint8_t *rgb = room(3 * (size_t)s.width * s.height);

	s.rgb = rgb;
	s.before = room((size_t)s.width * s.height);
	for (int i = 0; i < 2 && frame_small(f, rgb) == ERR_OK; i++) {
		enum err e = sight_doubt(&s);

		if (e >= ERR_COUNT || (i == 0 && e == ERR_OK))
			abort();
		s.seen = true;
	}
	free(rgb);
	free(s.before);
}

static void keep(const struct frame *f)
{
	uint8_t *rgb = room(3 * (size_t)f->width * f->height);

	(void)frame_rgb(f, rgb);
	free(rgb);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	uint8_t light = 0;

	if (len < HEAD)
		return 0;
	struct frame f = { .len = len - HEAD,
			   .width = side_of(bytes + 2),
			   .height = side_of(bytes + 4),
			   .form = (enum frame_form)(bytes[0] % 3) };
	uint8_t *own = room(f.len);

	memcpy(own, bytes + HEAD, f.len);
	f.bytes = own;
	f.line_bytes = bytes[6] ? f.width * bytes[6] / 2 + bytes[1] : bytes[7];
	(void)frame_brightness(&f, &light);
	look(&f);
	keep(&f);
	free(own);
	return 0;
}
