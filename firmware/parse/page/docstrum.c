#include "firmware/parse/page/docstrum.h"

#include "firmware/base/auto.h"

#include <leptonica/allheaders.h>
#include <math.h>
#include <stdlib.h>

enum {
	LETTER = 7, /* pixels at least, in one direction: less is a mark */
	REACH = 44, /* how far a neighbour is looked for */
	CELL = REACH,
	MOST = 20000, /* letters on a page */
};

struct spot {
	int x, y, next; /* next in its cell, -1: none */
};

struct field {
	struct spot *spots;
	int count, across, down;
	int *cells;
};

static int take_letters(BOXA *boxes, struct spot *out)
{
	int n = 0;

	for (l_int32 i = 0; i < boxaGetCount(boxes) && n < MOST; i++) {
		l_int32 x = 0, y = 0, w = 0, h = 0;

		boxaGetBoxGeometry(boxes, i, &x, &y, &w, &h);
		if (w >= LETTER || h >= LETTER)
			out[n++] = (struct spot){ 2 * x + w, 2 * y + h, -1 };
	}
	return n;
}

static void sort_into_cells(struct field *f)
{
	for (int i = 0; i < f->across * f->down; i++)
		f->cells[i] = -1;
	for (int i = 0; i < f->count; i++) {
		struct spot *s = &f->spots[i];
		int *cell = &f->cells[s->y / 2 / CELL * f->across + s->x / 2 / CELL];

		s->next = *cell;
		*cell = i;
	}
}

/* The nearest other, or -1. */
static int neighbour(const struct field *f, int of)
{
	const struct spot *s = &f->spots[of];
	int cx = s->x / 2 / CELL, cy = s->y / 2 / CELL, best = -1;
	long nearest = 4L * REACH * REACH;

	for (int k = 0; k < 9; k++) {
		int x = cx + k % 3 - 1, y = cy + k / 3 - 1;

		if (x < 0 || y < 0 || x >= f->across || y >= f->down)
			continue;
		for (int i = f->cells[y * f->across + x]; i >= 0; i = f->spots[i].next) {
			long dx = f->spots[i].x - s->x, dy = f->spots[i].y - s->y;

			if (i != of && dx * dx + dy * dy < nearest) {
				nearest = dx * dx + dy * dy;
				best = i;
			}
		}
	}
	return best;
}

static int by_value(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return x < y ? -1 : x > y;
}

static double median(float *v, unsigned n)
{
	qsort(v, n, sizeof *v, by_value);
	return n > 0 ? (double)v[n / 2] : 0;
}

static void count_pairs(const struct field *f, float *leans, struct docstrum *ret)
{
	struct docstrum d = { .letters = (unsigned)f->count };
	float *down = leans + f->count;

	for (int i = 0; i < f->count; i++) {
		int n = neighbour(f, i);

		if (n < 0)
			continue;
		int dx = f->spots[n].x - f->spots[i].x, dy = f->spots[n].y - f->spots[i].y;
		if (2 * abs(dx) > 3 * abs(dy))
			leans[d.across++] = (float)(atan((double)dy / dx) * 180 / M_PI);
		else if (2 * abs(dy) > 3 * abs(dx))
			down[d.down++] = (float)(-atan((double)dx / dy) * 180 / M_PI);
	}
	d.lean_across = median(leans, d.across);
	d.lean_down = median(down, d.down);
	*ret = d;
}

void docstrum_of(struct Pix *letters, struct docstrum *ret)
{
	struct field f = { .across = pixGetWidth(letters) / CELL + 1,
			   .down = pixGetHeight(letters) / CELL + 1 };
	BOXA *boxes = pixConnComp(letters, NULL, 8);
	size_t n = boxes ? (size_t)boxaGetCount(boxes) : 0;
	AUTO_FREE struct spot *spots = malloc((n + 1) * sizeof *spots);
	AUTO_FREE float *leans = malloc((n + 1) * 2 * sizeof *leans);
	AUTO_FREE int *cells = malloc((size_t)f.across * (size_t)f.down * sizeof *cells);

	*ret = (struct docstrum){ 0 };
	if (boxes && spots && leans && cells) {
		f.spots = spots;
		f.cells = cells;
		f.count = take_letters(boxes, spots);
		sort_into_cells(&f);
		count_pairs(&f, leans, ret);
	}
	boxaDestroy(&boxes);
}
