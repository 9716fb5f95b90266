/* The portrait in DG2 made small enough to show: JPEG by libjpeg, JPEG 2000 by OpenJPEG. Only
 * for the locked room; the claims of the picture's own header are checked before anything is
 * decoded. */
#ifndef PARSE_CHIP_FACE_H
#define PARSE_CHIP_FACE_H

#include "firmware/base/err.h"
#include "firmware/parse/chip/tlv.h"

enum {
	FACE_MAX_WIDTH = 240, /* of the result, in pixels */
	FACE_MAX_HEIGHT = 320,
	FACE_MAX_SIDE = 4096, /* of the picture on the card */
	FACE_MAX_PIXELS = 6000000,
};

/* 8-bit RGB, rows without padding. */
struct face {
	uint32_t width, height;
	uint8_t *rgb; /* owned */
	size_t len;
};

/* `image` as lds_face_find() found it, or any JPEG or JPEG 2000. Proportions are kept; a small
 * picture is not enlarged. ERR_BAD_DATA: damaged, too large, or no picture; ERR_NO_MEMORY. */
enum err face_decode(struct span image, struct face *ret);

/* Wipes and frees. Accepts a zeroed one. */
void face_finish(struct face *f);

#endif
