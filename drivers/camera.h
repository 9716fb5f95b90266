/* A camera above the desk, by V4L2: what it sees now, and a still picture when its exposure has
 * settled. */
#ifndef DRIVERS_CAMERA_H
#define DRIVERS_CAMERA_H

#include "drivers/camera_frame.h"
#include "firmware/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CAMERA_MS       8000 /* the longest that a picture is waited for */
#define CAMERA_FRAME_MS 3000 /* without a frame it has fallen silent */
#define CAMERA_NAME_CAP 33   /* as in struct v4l2_capability */

struct camera;

struct picture {
	uint32_t width, height;
	int pixels; /* sealed memory, rows of 8-bit RGB; the caller's to close */
};

/* Somebody who may end the waiting: asked whenever `fd` is readable. */
struct camera_stop {
	int fd; /* -1: nobody */
	bool (*stopped)(void *data);
	void *data;
};

/* Whether the device at `path` is a camera we can use, and its name, without any light going on.
 * ERR_GONE, ERR_BUSY, ERR_DENIED; ERR_BROKEN: it is none, or has none of our formats. */
enum err camera_check(const char *path, char ret_name[CAMERA_NAME_CAP]);

/* Its largest frames begin to come; the caller closes *ret. The errors of camera_check();
 * ERR_NO_MEMORY. */
enum err camera_open(const char *path, struct camera **ret);
void camera_close(struct camera *c); /* NULL is allowed */

/* The newest frame, which is good until the next call. Waits CAMERA_FRAME_MS at most;
 * ERR_TIMEOUT: it is silent. ERR_GONE. ERR_BAD_DATA: it calls this frame broken itself.
 * ERR_BROKEN: it says what cannot be. ERR_CANCELLED. */
enum err camera_newest(struct camera *c, const struct camera_stop *stop, struct frame *ret);

/* A picture; blocks for CAMERA_MS, a frame's waiting and its decoding. The errors of
 * camera_newest(); ERR_BAD_DATA: no frame could be decoded. */
enum err camera_take(struct camera *c, const struct camera_stop *stop, struct picture *ret);

#endif
