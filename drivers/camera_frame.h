/* Frames of a camera as they come: YUYV (4:2:2, 16 bits a dot, limited range of BT.601, the V4L2
 * default), or JPEG pictures. Bytes of a device: every length is checked. */
#ifndef DRIVERS_CAMERA_FRAME_H
#define DRIVERS_CAMERA_FRAME_H

#include "firmware/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct frame {
	const uint8_t *bytes;
	size_t len;
	uint32_t width, height, line_bytes; /* as agreed; line_bytes of YUYV only */
	bool jpeg;
};

/* The mean of its brightness, 0..255. ERR_BAD_DATA. */
enum err frame_brightness(const struct frame *f, uint8_t *ret);

/* `to` has room for width * height dots of RGB. ERR_BAD_DATA: too short, or no such picture. */
enum err frame_rgb(const struct frame *f, uint8_t *to);

#endif
