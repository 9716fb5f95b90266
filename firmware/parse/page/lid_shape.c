#include "firmware/parse/page/lid_shape.h"

#include <leptonica/allheaders.h>
#include <math.h>
#include <stdlib.h>

/* of the shorter side: so far from the border a sheet is free */
#define FREE_SHARE 0.004

/* The ends of each row of a piece. */
static size_t ends_of(PIX *piece, BOX *box, struct point *out)
{
	l_int32 bx = 0, by = 0;
	size_t n = 0;

	boxGetGeometry(box, &bx, &by, NULL, NULL);
	for (l_int32 y = 0; y < pixGetHeight(piece); y++) {
		const l_uint32 *line = pixGetData(piece) + (size_t)y * (size_t)pixGetWpl(piece);
		l_int32 from = 0, to = pixGetWidth(piece) - 1;

		while (from <= to && !GET_DATA_BIT(line, from))
			from++;
		while (to > from && !GET_DATA_BIT(line, to))
			to--;
		for (int k = 0; from <= to && k < 4; k++)
			out[n++] = (struct point){ bx + (k % 2 ? to + 1 : from), by + y + k / 2 };
	}
	return n;
}

static enum err outline_piece(PIXA *pieces, l_int32 which, struct outline *ret)
{
	PIX *piece = pixaGetPix(pieces, which, L_CLONE);
	BOX *box = pixaGetBox(pieces, which, L_CLONE);
	struct point *ends = piece ? malloc(4 * (size_t)pixGetHeight(piece) * sizeof *ends) : NULL;

	if (ends && box)
		outline_around(ends, ends_of(piece, box, ends), ret);
	enum err e = ends && box ? ERR_OK : ERR_NO_MEMORY;
	free(ends);
	pixDestroy(&piece);
	boxDestroy(&box);
	return e;
}

/* Of the largest piece; nothing when there is none. */
static enum err outline_largest(PIX *mask, struct outline *ret)
{
	PIXA *pieces = NULL;
	BOXA *boxes = pixConnComp(mask, &pieces, 8);
	l_int32 best = -1, best_area = 0;
	enum err e = ERR_OK;

	ret->count = 0;
	for (l_int32 k = 0; boxes && k < boxaGetCount(boxes); k++) {
		l_int32 w = 0, h = 0;

		boxaGetBoxGeometry(boxes, k, NULL, NULL, &w, &h);
		best = w * h > best_area ? k : best;
		best_area = w * h > best_area ? w * h : best_area;
	}
	if (best >= 0)
		e = outline_piece(pieces, best, ret);
	boxaDestroy(&boxes);
	pixaDestroy(&pieces);
	return e;
}

/* The smallest rectangle around an outline lies along one of its sides. */
static double rectangle_around(const struct outline *o, struct point ret[4])
{
	double best = HUGE_VAL;

	for (size_t i = 0; i < o->count; i++) {
		struct point a = o->at[i], b = o->at[(i + 1) % o->count];
		double length = point_distance(a, b), c = (b.x - a.x) / length,
		       s = (b.y - a.y) / length;
		double u0 = HUGE_VAL, u1 = -HUGE_VAL, v0 = HUGE_VAL, v1 = -HUGE_VAL;

		for (size_t k = 0; k < o->count && length > 0; k++) {
			double u = o->at[k].x * c + o->at[k].y * s,
			       v = o->at[k].y * c - o->at[k].x * s;

			u0 = fmin(u0, u), u1 = fmax(u1, u);
			v0 = fmin(v0, v), v1 = fmax(v1, v);
		}
		if (length > 0 && (u1 - u0) * (v1 - v0) < best) {
			best = (u1 - u0) * (v1 - v0);
			ret[0] = (struct point){ u0 * c - v0 * s, u0 * s + v0 * c };
			ret[1] = (struct point){ u1 * c - v0 * s, u1 * s + v0 * c };
			ret[2] = (struct point){ u1 * c - v1 * s, u1 * s + v1 * c };
			ret[3] = (struct point){ u0 * c - v1 * s, u0 * s + v1 * c };
		}
	}
	return best;
}

/* The first corner is the upper left one: the top side leans the least. */
static void begin_upper_left(struct point corner[4])
{
	for (int k = 0; k < 4; k++) {
		struct point first = corner[0];

		if (corner[1].x - corner[0].x >= fabs(corner[1].y - corner[0].y))
			return;
		corner[0] = corner[1], corner[1] = corner[2], corner[2] = corner[3];
		corner[3] = first;
	}
}

static bool lies_free(double w, double h, const struct outline *o)
{
	double room = FREE_SHARE * (w < h ? w : h) + 1;

	for (size_t i = 0; i < o->count; i++)
		if (o->at[i].x < room || o->at[i].y < room || o->at[i].x > w - room ||
		    o->at[i].y > h - room)
			return false;
	return true;
}

enum err lid_shape_of(struct Pix *mask, struct lid_shape *ret)
{
	struct lid_shape s = { 0 };
	enum err e = outline_largest(mask, &s.sheet);

	if (e == ERR_OK && s.sheet.count >= 3) {
		double around = rectangle_around(&s.sheet, s.corner);

		begin_upper_left(s.corner);
		s.fills = around > 0 ? outline_area(&s.sheet) / around : 0;
		s.lies_free = lies_free(pixGetWidth(mask), pixGetHeight(mask), &s.sheet);
	}
	if (e == ERR_OK)
		*ret = s;
	return e;
}
