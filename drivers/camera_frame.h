/* Frames of a camera as they come: JPEG pictures; YUYV (4:2:2, 16 bits a dot) or NV12 (4:2:0, a
 * plane of brightness and one of colour), both in the limited range of BT.601, the V4L2 default.
 * Bytes of a device: every length is checked. */
#ifndef DRIVERS_CAMERA_FRAME_H
#define DRIVERS_CAMERA_FRAME_H

#include "firmware/base/err.h"
#include <stddef.h>
#include <stdint.h>

#define FRAME_MAX_SIDE 16384u

enum frame_form { FRAME_JPEG, FRAME_YUYV, FRAME_NV12 };

struct frame {
	const uint8_t *bytes;
	size_t len;
	uint32_t width, height, line_bytes; /* as agreed; line_bytes not of JPEG */
	enum frame_form form;
};

/* The mean of its brightness, 0..255. ERR_BAD_DATA. */
enum err frame_brightness(const struct frame *f, uint8_t *ret);

/* `to` has room for width * height dots of RGB. ERR_BAD_DATA: too short, or no such picture. */
enum err frame_rgb(const struct frame *f, uint8_t *to);

/* By how much a frame of that width is made smaller to be shown: 1, 2, 4 or 8. */
unsigned frame_step(uint32_t width);

/* Every frame_step()-th dot, or their means: `to` has room for frame_small_side(width) *
 * frame_small_side(height) dots of RGB. ERR_BAD_DATA. */
enum err frame_small(const struct frame *f, uint8_t *to);
uint32_t frame_small_side(uint32_t side, unsigned step);

#endif
