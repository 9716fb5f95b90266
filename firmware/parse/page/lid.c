#include "firmware/parse/page/lid.h"

#include "firmware/base/auto.h"

#include <leptonica/allheaders.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	LEAST_STEP = 14,     /* between lid and paper, of 255 */
	EVEN = 9,            /* mean deviation within a lid: it is one even surface */
	RING_PARTS = 160,    /* the border looked at first: this part of the shorter side */
	LEAST_RING = 6,      /* percent of the border that shows the lid */
	LEAST_SHEET = 2,     /* percent of the picture */
	LEAST_LID_LEFT = 85, /* percent of what is outside of the sheet that looks like lid */
};

/* How much of its rectangle a free sheet fills, at least. */
#define RECTANGLE 0.96
/* of a sheet before a lid as bright as paper, so much is tint or picture */
#define SOLID 0.93
/* of the shorter side: so far from the border a sheet is free */
#define FREE_SHARE 0.004

struct lid {
	uint8_t level, paper;
	bool is_dark; /* else it is brighter than the sheet */
};

struct counts {
	uint32_t at[256], n;
};

static void count(struct counts *c, const struct plane *p, uint32_t x, uint32_t y)
{
	c->at[p->at[y * p->stride + x]]++;
	c->n++;
}

static uint8_t value_at(const struct counts *c, unsigned percent)
{
	uint64_t seen = 0;
	unsigned v = 0;

	while (v < 255 && (seen += c->at[v]) * 100 <= (uint64_t)c->n * percent)
		v++;
	return (uint8_t)v;
}

static void count_ring(const struct plane *p, struct counts *c)
{
	uint32_t shorter = p->width < p->height ? p->width : p->height;
	uint32_t deep = shorter / RING_PARTS + 1;

	for (uint32_t y = 0; y < p->height; y++)
		for (uint32_t x = 0; x < p->width; x++) {
			if (y >= deep && y + deep < p->height && x == deep && p->width > 2 * deep)
				x = p->width - deep;
			count(c, p, x, y);
		}
}

static void count_all(const struct plane *p, struct counts *c)
{
	for (uint32_t y = 0; y < p->height; y += 2)
		for (uint32_t x = 0; x < p->width; x += 2)
			count(c, p, x, y);
}

/* The most frequent value among those below (or above) `limit`, smoothed over five. */
static bool peak(const struct counts *c, unsigned from, unsigned to, uint8_t *ret)
{
	uint32_t best = 0, in_all = 0;

	for (unsigned v = from; v < to; v++) {
		uint32_t sum = 0;

		in_all += c->at[v];
		for (unsigned k = v > 2 ? v - 2 : 0; k <= v + 2 && k < 256; k++)
			sum += c->at[k];
		if (sum > best) {
			best = sum;
			*ret = (uint8_t)v;
		}
	}
	return in_all * 100ULL >= (uint64_t)c->n * LEAST_RING;
}

/* An even surface: most of what is on its side of the step lies close to its level. */
static bool is_even(const struct counts *c, unsigned level, unsigned from, unsigned to)
{
	uint64_t sum = 0, n = 0;

	for (unsigned v = from; v < to; v++) {
		unsigned far = v > level ? v - level : level - v;

		sum += (uint64_t)c->at[v] * (far < 3 * EVEN ? far : 3 * EVEN);
		n += c->at[v];
	}
	return n > 0 && sum <= n * EVEN;
}

/* Looks at the border for an even surface that is not the paper. */
static bool find_lid(const struct plane *p, struct lid *ret)
{
	struct counts ring = { 0 }, all = { 0 };
	uint8_t level = 0;

	count_ring(p, &ring);
	count_all(p, &all);
	/* of a small sheet before a large lid little is seen, but it is the brightest */
	uint8_t paper = value_at(&all, 98);
	unsigned limit = paper > LEAST_STEP ? paper - LEAST_STEP : 0;
	if (limit > 0 && peak(&ring, 0, limit, &level) &&
	    is_even(&ring, level, 0, (level + paper) / 2u)) {
		*ret = (struct lid){ level, paper, true };
		return true;
	}
	/* the lid may be the brightest itself */
	if (!peak(&ring, 128, 256, &level) || value_at(&ring, 3) + 2 * LEAST_STEP < level)
		return false;
	*ret = (struct lid){ level, level, false };
	return true;
}

static bool is_sheet(const struct lid *l, const uint8_t *pixel, uint8_t channels, uint8_t gray)
{
	/* nearer to the lid than to paper: a gutter is the sheet's */
	if (l->is_dark)
		return gray >= l->level + (l->paper - l->level + 3) / 4;
	/* before a bright lid even a tint is the sheet's */
	if (gray + LEAST_STEP < l->level)
		return true;
	return channels == 3 &&
	       (abs(pixel[0] - pixel[1]) > LEAST_STEP || abs(pixel[1] - pixel[2]) > LEAST_STEP);
}

/* 1 where the sheet is; single pixels are noise, and print on a tint is the sheet's. */
static PIX *sheet_mask(const struct view *v, const struct lid *l)
{
	PIX *pix = pixCreate((l_int32)v->width, (l_int32)v->height, 1);
	int grain = v->dpi > 50 ? (int)(v->dpi / 25.4) : 2;

	for (uint32_t y = 0; pix && y < v->height; y++) {
		l_uint32 *line = pixGetData(pix) + (size_t)y * (size_t)pixGetWpl(pix);
		const uint8_t *pixel = v->pixels + (size_t)y * v->width * v->channels;
		const uint8_t *gray = v->gray.at + y * v->gray.stride;

		for (uint32_t x = 0; x < v->width; x++, pixel += v->channels)
			if (is_sheet(l, pixel, v->channels, gray[x]))
				SET_DATA_BIT(line, x);
	}
	PIX *closed = pix && !l->is_dark ? pixCloseSafeBrick(NULL, pix, 3 * grain, 3 * grain)
					 : pixClone(pix);
	PIX *opened = closed ? pixOpenBrick(NULL, closed, grain + 1, grain + 1) : NULL;
	pixDestroy(&pix);
	pixDestroy(&closed);
	return opened;
}

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

/* Share of what lies outside (or inside) of the outline that the mask says is the sheet's. */
static double share_of_sheet(PIX *mask, const struct outline *o, bool inside)
{
	uint64_t sheet = 0, n = 0;

	for (l_int32 y = 0; y < pixGetHeight(mask); y += 2) {
		const l_uint32 *line = pixGetData(mask) + (size_t)y * (size_t)pixGetWpl(mask);
		double from = 0, to = -1;

		outline_row(o, y + 0.5, &from, &to);
		for (l_int32 x = 0; x < pixGetWidth(mask); x += 2)
			if ((x + 0.5 >= from && x + 0.5 <= to) == inside) {
				sheet += GET_DATA_BIT(line, x);
				n++;
			}
	}
	return n > 0 ? (double)sheet / (double)n : 0;
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

static bool lies_free(const struct view *v, const struct outline *o)
{
	double room = FREE_SHARE * (v->width < v->height ? v->width : v->height) + 1;

	for (size_t i = 0; i < o->count; i++)
		if (o->at[i].x < room || o->at[i].y < room || o->at[i].x > v->width - room ||
		    o->at[i].y > v->height - room)
			return false;
	return true;
}

/* What was found must look like a sheet before a lid, or nothing was found. */
static bool is_believed(const struct lid *l, const struct view *v, PIX *mask,
			const struct lid_found *f)
{
	double area = outline_area(&f->sheet), whole = (double)v->width * v->height;

	if (f->sheet.count < 3 || area * 100 < whole * LEAST_SHEET)
		return false;
	if (share_of_sheet(mask, &f->sheet, false) * 100 > 100 - LEAST_LID_LEFT)
		return false;
	/* print on white paper before a white lid is not a sheet */
	return l->is_dark || (f->is_free && share_of_sheet(mask, &f->sheet, true) > SOLID &&
			      share_of_sheet(mask, &f->sheet, false) < 0.001);
}

static enum err look_before(const struct lid *l, const struct view *v, struct lid_found *ret)
{
	struct lid_found f = { 0 };
	PIX *mask = sheet_mask(v, l);
	enum err e = mask ? outline_largest(mask, &f.sheet) : ERR_NO_MEMORY;

	if (e == ERR_OK && f.sheet.count >= 3) {
		double rectangle = rectangle_around(&f.sheet, f.corner);

		begin_upper_left(f.corner);
		f.is_free =
			lies_free(v, &f.sheet) && outline_area(&f.sheet) > RECTANGLE * rectangle;
		f.is_seen = is_believed(l, v, mask, &f);
		if (f.is_seen)
			*ret = f;
	}
	pixDestroy(&mask);
	return e;
}

enum err lid_find(const struct view *v, struct lid_found *ret)
{
	struct lid l;
	double w = v->width, h = v->height;

	*ret = (struct lid_found){ .sheet = { 4, { { 0, 0 }, { w, 0 }, { w, h }, { 0, h } } } };
	return find_lid(&v->gray, &l) ? look_before(&l, v, ret) : ERR_OK;
}
