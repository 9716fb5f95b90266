/* A panel that is mounted turned: pixels of the picture to pixels of the panel, and the places
 * that a finger touches back again. */
#ifndef UI_TURN_H
#define UI_TURN_H

#include "firmware/base/err.h"
#include "ui/layout.h"

#include <stddef.h>
#include <stdint.h>

/* How far the picture is turned clockwise before the panel shows it. */
enum turn {
	TURN_0,
	TURN_90,
	TURN_180,
	TURN_270,
};

struct point {
	int x, y;
};

/* 32 bits a pixel, xRGB; not owned. */
struct raster {
	uint32_t *at;
	int width, height;
	int stride; /* of a row, in pixels */
};

/* 0, 90, 180 or 270. ERR_BAD_CONFIG. */
enum err turn_of(long degrees, enum turn *ret);
bool turn_is_sideways(enum turn t);

/* Where r of a picture of width x height lies on the panel. */
struct rect turn_rect(enum turn t, int width, int height, struct rect r);

/* Which pixel of a picture of width x height the panel shows there. */
struct point turn_back(enum turn t, int width, int height, struct point panel);

/* Copies r of the picture, which lies inside of it, to its place on the panel; the panel is as
 * large as the turned picture. */
void turn_copy(enum turn t, const struct raster *picture, struct rect r, struct raster *panel);

/* Where the finger is, from what the touch panel says: x' = a x + b y + c, y' = d x + e y + f, all
 * from 0 to 1 over the panel. The same six numbers as libinput's calibration matrix (libinput
 * documentation, "Absolute axes": the property LIBINPUT_CALIBRATION_MATRIX of udev). */
struct touch_matrix {
	double a, b, c, d, e, f;
};

/* Six numbers with blanks between; "" is what changes nothing. ERR_BAD_CONFIG: not six, or a
 * matrix that throws all touches on one line. */
enum err touch_matrix_of(const char *text, struct touch_matrix *ret);

/* The pixel of a panel of width x height; always one of the panel. */
struct point touch_point(const struct touch_matrix *m, double x, double y, int width, int height);

#endif
