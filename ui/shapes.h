/* Boxes, shadows and pictures on a cairo surface. Everything is made of whole pixels and of
 * masks rendered once, so that a part drawn alone has the same bytes as in the whole. */
#ifndef UI_SHAPES_H
#define UI_SHAPES_H

#include "firmware/base/err.h"
#include "ui/node.h"

#include <cairo.h>

struct shapes; /* shapes_create() makes one */

enum err shapes_create(struct shapes **ret); /* ERR_NO_MEMORY */
void shapes_destroy(struct shapes *s);       /* NULL is allowed */

/* Overwrites and forgets the pictures of the last citizen. */
void shapes_wipe(struct shapes *s);

void shape_fill(cairo_t *cr, struct rect r, unsigned rgb);

/* A box with round corners; radius is at most half its shorter side. */
void shape_box(struct shapes *s, cairo_t *cr, struct rect r, int radius, unsigned rgb);

/* The same with a border of `border` pixels inside its edge. */
void shape_outlined(struct shapes *s, cairo_t *cr, struct rect r, int radius, int border,
		    const unsigned rgb[2]); /* ground, border */

/* Straight lines from point to point and back to the first; x and y in pixels. */
void shape_polygon(cairo_t *cr, const double (*points)[2], int n, unsigned rgb);

/* Soft shadow of a box, `blur` pixels wide, to be drawn before the box. */
void shape_shadow(struct shapes *s, cairo_t *cr, struct rect r, int radius, int blur);

/* Darkens what is there by `percent` towards rgb. */
void shape_veil(cairo_t *cr, struct rect r, unsigned rgb, int percent);

/* From one colour on the left to another on the right. */
void shape_gradient(struct shapes *s, cairo_t *cr, struct rect r, const unsigned rgb[2]);

/* A star with five points in a circle of `size` pixels at x, y. */
void shape_emblem(struct shapes *s, cairo_t *cr, struct rect r, const unsigned rgb[2]);

/* The picture as large as fits, in the middle of r. Returns where it is. */
struct rect shape_picture(struct shapes *s, cairo_t *cr, struct rect r,
			  const struct pixels *pixels);

/* The same, `times` as large, and of that as much as r holds: `part` is how far it begins from the
 * left and the top, in thousandths of what does not fit. */
void shape_picture_part(struct shapes *s, cairo_t *cr, struct rect r, const struct pixels *pixels,
			int times, const int part[2]);

#endif
