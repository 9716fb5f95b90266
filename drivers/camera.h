/* A camera above the desk, by V4L2: one still picture, when its exposure has settled. */
#ifndef DRIVERS_CAMERA_H
#define DRIVERS_CAMERA_H

#include "firmware/base/err.h"
#include <stddef.h>
#include <stdint.h>

struct picture {
	uint32_t width, height;
	int pixels; /* sealed memory, rows of 8-bit RGB; the caller's to close */
};

/* Takes the largest MJPEG or YUYV frame that the device at `path` offers; blocks for CAMERA_MS at
 * most and a frame's decoding. ERR_GONE: no such device, or it fell silent. ERR_BROKEN: it is no
 * camera, or has none of these formats. ERR_BUSY, ERR_DENIED, ERR_NO_MEMORY; ERR_BAD_DATA: frames
 * that cannot be decoded. */
enum err camera_take(const char *path, struct picture *ret);

#define CAMERA_MS 8000

#endif
