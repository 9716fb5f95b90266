#include "firmware/parse/page/segment.h"

#include <allheaders.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
	MAX_PARTS = 40000, /* a page of letters has 6000; more is a picture */
	MAX_SEGMENTS = 1500,
	BAND = 9, /* letters whose median makes a segment's band */
	PAD = 5,  /* paper left around a segment */
	NOBODY = -1,
	PICTURE = -2, /* too large for letters: shown where it lies, begins no segment */
};

struct segment_part {
	int32_t x, y, w, h;
	int32_t segment;
	int32_t shape; /* in shapes */
};

struct sizes {
	int32_t letter_min, letter_max, wide_max;
};

static struct sizes sizes_at(int dpi)
{
	/* a small letter of 7 points, a capital of 40; letters that touch are a word wide */
	return (struct sizes){ dpi * 10 / 254, dpi * 120 / 254, dpi * 700 / 254 };
}

static bool is_letter(const struct segment_part *p, const struct sizes *z)
{
	return p->h >= z->letter_min && p->h <= z->letter_max && p->w <= z->wide_max &&
	       p->w < 20 * p->h;
}

static int by_left(const void *a, const void *b)
{
	const struct segment_part *p = a, *q = b;

	return p->x != q->x ? (p->x < q->x ? -1 : 1) : (p->y > q->y) - (p->y < q->y);
}

static enum err take_parts(struct Pix *ink, const struct sizes *z, struct segments *s)
{
	struct Pixa *shapes = NULL;
	struct Boxa *boxes = pixConnComp(ink, &shapes, 8);
	size_t n = boxes ? (size_t)boxaGetCount(boxes) : 0;

	s->shapes = shapes;
	s->part_count = n < MAX_PARTS ? n : MAX_PARTS;
	s->parts = calloc(s->part_count + 1, sizeof *s->parts);
	for (size_t i = 0; s->parts && i < s->part_count; i++) {
		struct segment_part *p = &s->parts[i];
		boxaGetBoxGeometry(boxes, (l_int32)i, &p->x, &p->y, &p->w, &p->h);
		p->shape = (int32_t)i;
		p->segment = p->h > z->letter_max || p->w > z->wide_max ? PICTURE : NOBODY;
	}
	boxaDestroy(&boxes);
	if (!s->parts || !shapes)
		return ERR_NO_MEMORY;
	qsort(s->parts, s->part_count, sizeof *s->parts, by_left);
	return ERR_OK;
}

/* A segment while it grows to the right. */
struct run {
	int32_t x0, x1, y0, y1;
	int32_t top, bottom; /* medians of the last letters */
	int32_t tops[BAND], bottoms[BAND];
	uint32_t count;
};

static int by_size(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return (x > y) - (x < y);
}

static int32_t median(const int32_t *of, uint32_t n)
{
	int32_t sorted[BAND];

	memcpy(sorted, of, n * sizeof *of);
	qsort(sorted, n, sizeof *sorted, by_size);
	return sorted[n / 2];
}

static void run_add(struct run *r, const struct segment_part *p)
{
	uint32_t at = r->count % BAND, n;

	if (r->count == 0)
		*r = (struct run){ p->x, p->x, p->y, p->y, .count = 0 };
	r->x1 = p->x + p->w > r->x1 ? p->x + p->w : r->x1;
	r->y0 = p->y < r->y0 ? p->y : r->y0;
	r->y1 = p->y + p->h > r->y1 ? p->y + p->h : r->y1;
	r->tops[at] = p->y;
	r->bottoms[at] = p->y + p->h;
	r->count++;
	n = r->count < BAND ? r->count : BAND;
	r->top = median(r->tops, n);
	r->bottom = median(r->bottoms, n);
}

static int32_t overlap(int32_t a0, int32_t a1, int32_t b0, int32_t b1)
{
	return (a1 < b1 ? a1 : b1) - (a0 > b0 ? a0 : b0);
}

/* How well a letter goes on a run, 0 not at all: beside its band, near its end, not of another
 * size altogether. */
static double goes_on(const struct run *r, const struct segment_part *p)
{
	int32_t band = r->bottom - r->top, gap = p->x - r->x1;
	int32_t least = p->h < band ? p->h : band, most = p->h > band ? p->h : band;
	int32_t shared = overlap(r->top, r->bottom, p->y, p->y + p->h);

	if (gap * 10 > 13 * most || most > 3 * least || shared * 2 < least)
		return 0;
	return (double)shared / most + 1.0 / (2 + (gap > 0 ? gap : 0));
}

static size_t grow_runs(struct segments *s, const struct sizes *z, struct run *runs)
{
	size_t count = 0;

	for (size_t i = 0; i < s->part_count; i++) {
		struct segment_part *p = &s->parts[i];
		double best = 0;
		size_t to = count;

		if (p->segment == PICTURE || !is_letter(p, z))
			continue;
		for (size_t k = 0; k < count; k++) {
			double fit = goes_on(&runs[k], p);
			if (fit > best) {
				best = fit;
				to = k;
			}
		}
		if (to == MAX_SEGMENTS)
			continue;
		if (to == count)
			runs[count++].count = 0;
		run_add(&runs[to], p);
		p->segment = (int32_t)to;
	}
	return count;
}

/* Accents of large letters and the like: a low run close to the band of a higher one, and short,
 * for each letter has its own. Returns whose it is, or `count`. */
static size_t host_of(const struct run *runs, size_t count, size_t small)
{
	const struct run *a = &runs[small];
	int32_t least = INT32_MAX;
	size_t host = count;

	for (size_t k = 0; k < count; k++) {
		const struct run *b = &runs[k];
		int32_t high = b->bottom - b->top;
		if (k == small || b->count == 0 || a->count > 3 ||
		    (a->bottom - a->top) * 5 > high * 3 ||
		    overlap(a->x0, a->x1, b->x0 - high / 2, b->x1 + high / 2) < (a->x1 - a->x0) / 2)
			continue;
		int32_t above = b->top - a->y1, below = a->y0 - b->bottom;
		int32_t away = above > below ? above : below;
		if (away < high * 2 / 5 && away < least) {
			least = away;
			host = k;
		}
	}
	return host;
}

static void absorb(struct segments *s, struct run *runs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t host = runs[i].count ? host_of(runs, count, i) : count;
		if (host == count)
			continue;
		for (size_t k = 0; k < s->part_count; k++)
			if (s->parts[k].segment == (int32_t)i)
				s->parts[k].segment = (int32_t)host;
		runs[i].count = 0;
	}
}

/* Two runs of one line that both were begun before they met. */
static void unite(struct segments *s, struct run *runs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < count; k++) {
			struct run *a = &runs[i], *b = &runs[k];
			if (i == k || a->count == 0 || b->count == 0 || a->x0 > b->x0)
				continue;
			int32_t high = a->bottom - a->top, low = b->bottom - b->top;
			int32_t most = high > low ? high : low, least = high < low ? high : low;
			if ((b->x0 - a->x1) * 10 > 13 * most || most > 2 * least ||
			    overlap(a->top, a->bottom, b->top, b->bottom) * 10 < 7 * least)
				continue;
			for (size_t p = 0; p < s->part_count; p++)
				if (s->parts[p].segment == (int32_t)k)
					s->parts[p].segment = (int32_t)i;
			a->x1 = a->x1 > b->x1 ? a->x1 : b->x1;
			a->y0 = a->y0 < b->y0 ? a->y0 : b->y0;
			a->y1 = a->y1 > b->y1 ? a->y1 : b->y1;
			a->count += b->count;
			b->count = 0;
		}
}

/* Accents, dots, commas go to the nearest line they can belong to. */
static void give_marks(struct segments *s, const struct run *runs, size_t count)
{
	for (size_t i = 0; i < s->part_count; i++) {
		struct segment_part *p = &s->parts[i];
		int32_t best = INT32_MAX, mid = p->y + p->h / 2;

		if (p->segment != NOBODY)
			continue;
		for (size_t k = 0; k < count; k++) {
			const struct run *r = &runs[k];
			int32_t high = r->bottom - r->top;
			if (r->count == 0 || p->x + p->w < r->x0 - high || p->x > r->x1 + high ||
			    p->h > high * 3 / 2)
				continue;
			int32_t above = r->top - mid, below = mid - r->bottom;
			int32_t away = above > below ? above : below;
			if (away < (above > below ? high : high * 7 / 10) && away < best) {
				best = away;
				p->segment = (int32_t)k;
			}
		}
	}
}

/* Dashes fill the gap between what they join. */
static void stretch(const struct segments *s, struct run *runs)
{
	for (size_t i = 0; i < s->part_count; i++) {
		const struct segment_part *p = &s->parts[i];
		if (p->segment < 0)
			continue;
		struct run *r = &runs[p->segment];
		r->x0 = p->x < r->x0 ? p->x : r->x0;
		r->x1 = p->x + p->w > r->x1 ? p->x + p->w : r->x1;
	}
}

static void segment_of(const struct segments *s, const struct run *r, int32_t number,
		       struct segment *ret)
{
	int32_t x1 = 0, y1 = 0;

	*ret = (struct segment){
		.x = INT32_MAX,
		.y = INT32_MAX,
		.top = r->top,
		.bottom = r->bottom,
		.letter = r->bottom - r->top,
		.letters = r->count,
		.number = number,
	};
	for (size_t i = 0; i < s->part_count; i++) {
		const struct segment_part *p = &s->parts[i];
		if (p->segment != number)
			continue;
		ret->x = p->x < ret->x ? p->x : ret->x;
		ret->y = p->y < ret->y ? p->y : ret->y;
		x1 = p->x + p->w > x1 ? p->x + p->w : x1;
		y1 = p->y + p->h > y1 ? p->y + p->h : y1;
	}
	ret->w = x1 - ret->x;
	ret->h = y1 - ret->y;
}

static enum err settle(struct segments *s, const struct run *runs, size_t count)
{
	s->at = calloc(count + 1, sizeof *s->at);
	if (!s->at)
		return ERR_NO_MEMORY;
	for (size_t k = 0; k < count; k++)
		if (runs[k].count > 0)
			segment_of(s, &runs[k], (int32_t)k, &s->at[s->count++]);
	return ERR_OK;
}

enum err segments_find(struct Pix *ink, int dpi, struct segments *ret)
{
	struct sizes z = sizes_at(dpi);
	struct segments s = { 0 };
	struct run *runs = calloc(MAX_SEGMENTS, sizeof *runs);
	enum err e = runs ? take_parts(ink, &z, &s) : ERR_NO_MEMORY;

	if (e == ERR_OK) {
		size_t count = grow_runs(&s, &z, runs);
		unite(&s, runs, count);
		absorb(&s, runs, count);
		give_marks(&s, runs, count);
		stretch(&s, runs);
		unite(&s, runs, count);
		e = settle(&s, runs, count);
	}
	free(runs);
	if (e == ERR_OK)
		*ret = s;
	else
		segments_finish(&s);
	return e;
}

int32_t segments_letter(const struct segments *s)
{
	uint32_t of[256] = { 0 }, all = 0, seen = 0;

	for (size_t i = 0; i < s->count; i++) {
		of[s->at[i].letter < 255 ? s->at[i].letter : 255] += s->at[i].letters;
		all += s->at[i].letters;
	}
	for (int32_t h = 0; h < 256; h++) {
		seen += of[h];
		if (seen * 2 >= all)
			return h;
	}
	return 0;
}

/* Large, and no word: a rosette, a flower of a border, half of a picture. */
static bool is_ornament(const struct segment *s, int32_t letter, int dpi)
{
	return (s->letters <= 2 && s->letter * 5 > letter * 9 && s->w < 3 * s->letter) ||
	       (s->w < dpi * 5 / 254 && s->h < dpi) || s->w * 12 < s->h;
}

void segments_drop_ornaments(struct segments *s, int dpi)
{
	int32_t letter = segments_letter(s);
	size_t kept = 0;

	for (size_t i = 0; i < s->count; i++)
		if (!is_ornament(&s->at[i], letter, dpi))
			s->at[kept++] = s->at[i];
	s->count = kept;
}

static void paint_out(const struct segments *s, const struct segment_part *p, struct Pix *on,
		      int32_t x, int32_t y)
{
	struct Pix *shape = pixaGetPix(s->shapes, p->shape, L_CLONE);
	struct Pix *wide = shape ? pixAddBorder(shape, 2, 0) : NULL;
	struct Pix *all = wide ? pixDilateBrick(NULL, wide, 3, 3) : NULL;

	if (all)
		pixPaintThroughMask(on, all, p->x - x - 2, p->y - y - 2, 255);
	pixDestroy(&all);
	pixDestroy(&wide);
	pixDestroy(&shape);
}

struct Pix *segments_picture(const struct segments *s, size_t i, struct Pix *gray, int32_t *ret_x,
			     int32_t *ret_y)
{
	const struct segment *t = &s->at[i];
	int32_t x = t->x - PAD, y = t->y - PAD, w = t->w + 2 * PAD, h = t->h + 2 * PAD;
	struct Pix *p = pixCreate(w, h, 8);

	if (!p)
		return NULL;
	pixSetAll(p);
	pixRasterop(p, 0, 0, w, h, PIX_SRC, gray, x, y);
	for (size_t k = 0; k < s->part_count; k++) {
		const struct segment_part *o = &s->parts[k];
		if (o->segment != t->number && o->segment != PICTURE && o->x < x + w &&
		    o->x + o->w > x && o->y < y + h && o->y + o->h > y)
			paint_out(s, o, p, x, y);
	}
	*ret_x = x;
	*ret_y = y;
	return p;
}

void segments_finish(struct segments *s)
{
	free(s->at);
	free(s->parts);
	pixaDestroy(&s->shapes);
	*s = (struct segments){ 0 };
}
