/* Where things lie: points, and plane projective maps from one picture to another. Lengths are in
 * pixels; the upper left pixel covers 0..1, its middle is at 0.5. */
#ifndef PARSE_PAGE_MAP_H
#define PARSE_PAGE_MAP_H

#include <stdbool.h>
#include <stddef.h>

struct point {
	double x, y;
};

struct map {
	double m[9]; /* rows; m[8] is 1 for all that are made here */
};

/* A convex outline. */
enum { OUTLINE_MAX = 64 };
struct outline {
	size_t count;
	struct point at[OUTLINE_MAX];
};

struct point map_point(const struct map *m, struct point p);

/* First `b`, then `a`. */
struct map map_of_both(const struct map *a, const struct map *b);

/* x' = x * scale + dx and so on. */
struct map map_shift_scale(double scale, double dx, double dy);

/* From a picture turned clockwise by `deg` about its middle, w x h, to the one before the turn,
 * from_w x from_h, whose middle stays the middle. */
struct map map_turn_back(double deg, struct point middle, struct point from_middle);

/* From the rectangle 0, 0, w, h to four corners: upper left first, clockwise. False when three of
 * them lie on a line. */
bool map_to_quad(double w, double h, const struct point quad[4], struct map *ret);

/* False when it has no inverse. */
bool map_inverse(const struct map *m, struct map *ret);

/* The outline as it lies in the other picture. */
void map_outline(const struct map *m, const struct outline *o, struct outline *ret);

/* Between which x the line at height y is inside; false when nowhere. */
bool outline_row(const struct outline *o, double y, double *ret_from, double *ret_to);

double outline_area(const struct outline *o);
bool outline_has(const struct outline *o, struct point p);

/* The convex hull of points, thinned out to at most OUTLINE_MAX; sorts `p`. */
void outline_around(struct point *p, size_t n, struct outline *ret);

double point_distance(struct point a, struct point b);

#endif
