/* A camera on a stand over the table, before any protocol: what lies under it, how light it is, and
 * the JPEG frames it makes of that. Its exposure takes a few frames to settle, as a real one's. */
#ifndef TESTS_USIM_CAMERA_H
#define TESTS_USIM_CAMERA_H

#include "firmware/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CAMERA_WIDTH  2448u /* 8 megapixels, hung upright */
#define CAMERA_HEIGHT 3264u
#define CAMERA_ROOM   (4u << 20) /* the longest frame */
#define CAMERA_WAKING 3          /* frames that are too dark after it begins */

struct camera_frame {
	uint8_t *bytes;
	size_t len;
};

struct camera {
	bool running;
	bool dark;   /* the light is off */
	bool mute;   /* it takes commands, and gives no frame */
	char *shows; /* path of the picture that lies under it; NULL: the bare table */
	struct camera_frame frames[CAMERA_WAKING + 1]; /* the last is the settled one */
	struct camera_frame spoilt; /* bytes that come instead of frames; NULL: none */
	unsigned since;             /* frames since it began */
	unsigned pictures;          /* frames since the start of the world */
};

void camera_finish(struct camera *c); /* zeroed is allowed */

/* A picture as a camera sees it (PNG, JPEG); what is larger than its frame is cut off around, what
 * is smaller lies on the table. "": the bare table. ERR_NOT_FOUND, ERR_BAD_PAGE, ERR_NO_MEMORY. */
enum err camera_shows(struct camera *c, const char *path);

/* The light is switched. ERR_NO_MEMORY. */
enum err camera_set_dark(struct camera *c, bool dark);

/* Its frames are the bytes of that file, "": pictures again. ERR_NOT_FOUND, ERR_NO_SPACE. */
enum err camera_spoil(struct camera *c, const char *path);

/* The next frame; NULL: none comes. */
const struct camera_frame *camera_next(struct camera *c);

#endif
