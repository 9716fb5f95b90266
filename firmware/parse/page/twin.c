#include "firmware/parse/page/twin.h"

#include "firmware/parse/page/overlay.h"

#include <math.h>

/* Pixels of a picture that has 900 along A4: 3 are a millimetre. */
enum {
	CELL_WIDE = 24, /* a short word; they overlap by half */
	CELL_HIGH = 16,
	WOBBLE = 2, /* a sheet is never quite flat */
	RIM = 24,   /* what lies there is on one picture and not on the other */
	MOST_UNLIKE = 8,
};

/* Measured over 468 pairs, see tests/bench/gates.c: of one sheet, on glass or before a camera, no
 * cell is unlike; of a form by two people, with another name, birthday and number, 33 and more. */
#define INKED 14.0 /* of darkness: below lie patterns of the ground and noise */
#define LIKE  0.7

static void compare_cell(const struct field *a, const struct field *b, const struct window *w,
			 struct twin *t)
{
	struct likeness is = field_likeness(a, b, w, 0, 0);
	struct point shift;

	if (fmax(is.da, is.db) < INKED)
		return;
	if (is.by < LIKE)
		is = field_best(a, b, w, WOBBLE, &shift);
	t->inked++;
	t->unlike += is.by < LIKE;
}

static void compare(const struct field *a, const struct field *b, struct twin *t)
{
	struct window w = { .width = CELL_WIDE, .height = CELL_HIGH };

	for (w.y = RIM; w.y + CELL_HIGH <= (int)a->height - RIM; w.y += CELL_HIGH / 2)
		for (w.x = RIM; w.x + CELL_WIDE <= (int)a->width - RIM; w.x += CELL_WIDE / 2)
			compare_cell(a, b, &w, t);
	t->same = t->inked > 0 && t->unlike <= MOST_UNLIKE;
}

static bool fits(const struct image *i)
{
	return i->width >= TWIN_LEAST_SIDE && i->width <= TWIN_MOST_SIDE &&
	       i->height >= TWIN_LEAST_SIDE && i->height <= TWIN_MOST_SIDE;
}

enum err twin_compare(const struct image *a, const struct image *b, struct twin *ret)
{
	struct field p = { 0 }, q = { 0 }, laid = { 0 };
	struct twin t = { 0 };
	enum err e = fits(a) && fits(b) ? field_of(a, &p) : ERR_BAD_PAGE;

	if (e == ERR_OK)
		e = field_of(b, &q);
	if (e == ERR_OK)
		e = overlay(&p, &q, &laid);
	if (e == ERR_OK)
		compare(&p, &laid, &t);
	field_finish(&p);
	field_finish(&q);
	field_finish(&laid);
	if (e == ERR_OK)
		*ret = t;
	return e;
}
