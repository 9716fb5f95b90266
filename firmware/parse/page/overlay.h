/* Two pictures of much the same thing laid over each other. Lengths in pixels of the first. */
#ifndef PARSE_PAGE_OVERLAY_H
#define PARSE_PAGE_OVERLAY_H

#include "firmware/base/err.h"
#include "firmware/parse/image.h"
#include "firmware/parse/page/map.h"
#include <stdint.h>

/* How dark it is, 0 to 255; zero it before use. */
struct field {
	uint32_t width, height;
	float *at;
};

struct window {
	int x, y, width, height; /* inside of the field */
};

/* How far two windows go together, and how much there is in each. */
struct likeness {
	double by;     /* -1 to 1; 0 when there is nothing in one of them */
	double da, db; /* by how much darkness differs within: the root of the mean square */
};

/* Smoothed a little. These: ERR_NO_MEMORY; field_finish() frees it, and accepts a zeroed one. */
enum err field_of(const struct image *i, struct field *ret);

/* Each the mean of by x by; a rest at the right and lower edge is dropped. ERR_BAD_DATA when
 * nothing is left. */
enum err field_reduced(const struct field *f, uint32_t by, struct field *ret);
void field_finish(struct field *f);

/* The window of `a` beside the same one of `b` moved by dx, dy; beyond its edges there is none. */
struct likeness field_likeness(const struct field *a, const struct field *b, const struct window *w,
			       int dx, int dy);

/* The best likeness within `reach` either way. */
struct likeness field_best(const struct field *a, const struct field *b, const struct window *w,
			   int reach, struct point *ret_shift);

/* `b` as it lies on `a`: moved, turned a little, stretched. As large as `a`. ERR_NO_MEMORY. */
enum err overlay(const struct field *a, const struct field *b, struct field *ret);

#endif
