#include "firmware/parse/page/lid.h"

#include "firmware/parse/page/lid_pale.h"
#include "firmware/parse/page/lid_shape.h"

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
	PALE = 150,          /* a lid of that brightness may be paper */
	INK_PERCENT = 60,    /* of its brightness */
	LEAST_LID_LEFT = 85, /* percent of what is outside of the sheet that looks like lid */
};

#define MOST_INK 0.003 /* of what is outside: shadow beside the sheet */

struct lid {
	uint8_t level, paper;
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
	if (limit == 0 || !peak(&ring, 0, limit, &level) ||
	    !is_even(&ring, level, 0, (3u * level + paper) / 4u))
		return false;
	*ret = (struct lid){ level, paper };
	return true;
}

/* 1 where the sheet is; single pixels are noise. */
static PIX *sheet_mask(const struct view *v, const struct lid *l)
{
	PIX *pix = pixCreate((l_int32)v->width, (l_int32)v->height, 1);
	int grain = v->dpi > 50 ? (int)(v->dpi / 25.4) : 2;
	/* nearer to the lid than to paper: a gutter is the sheet's */
	uint8_t least = (uint8_t)(l->level + (l->paper - l->level + 3) / 4);

	for (uint32_t y = 0; pix && y < v->height; y++) {
		l_uint32 *line = pixGetData(pix) + (size_t)y * (size_t)pixGetWpl(pix);
		const uint8_t *gray = v->gray.at + y * v->gray.stride;

		for (uint32_t x = 0; x < v->width; x++)
			if (gray[x] >= least)
				SET_DATA_BIT(line, x);
	}
	PIX *opened = pix ? pixOpenBrick(NULL, pix, grain + 1, grain + 1) : NULL;
	pixDestroy(&pix);
	return opened;
}

/* Share of what lies outside of the outline that the mask says is the sheet's. */
static double share_outside(PIX *mask, const struct outline *o)
{
	uint64_t sheet = 0, n = 0;

	for (l_int32 y = 0; y < pixGetHeight(mask); y += 2) {
		const l_uint32 *line = pixGetData(mask) + (size_t)y * (size_t)pixGetWpl(mask);
		double from = 0, to = -1;

		outline_row(o, y + 0.5, &from, &to);
		for (l_int32 x = 0; x < pixGetWidth(mask); x += 2)
			if (x + 0.5 < from || x + 0.5 > to) {
				sheet += GET_DATA_BIT(line, x);
				n++;
			}
	}
	return n > 0 ? (double)sheet / (double)n : 0;
}

/* Share of what lies outside that is much darker than the lid: print, and the lid is paper. */
static double ink_outside(const struct lid *l, const struct view *v, const struct outline *o)
{
	uint64_t ink = 0, n = 0;

	for (uint32_t y = 0; y < v->height; y += 2) {
		const uint8_t *gray = v->gray.at + y * v->gray.stride;
		double from = 0, to = -1;

		outline_row(o, y + 0.5, &from, &to);
		for (uint32_t x = 0; x < v->width; x += 2)
			if (x + 0.5 < from || x + 0.5 > to) {
				ink += gray[x] * 100u < l->level * (unsigned)INK_PERCENT;
				n++;
			}
	}
	return n > 0 ? (double)ink / (double)n : 0;
}

/* What was found must look like a sheet before a lid, or nothing was found. */
static bool is_believed(const struct lid *l, const struct view *v, PIX *mask,
			const struct lid_shape *s)
{
	double area = outline_area(&s->sheet), whole = (double)v->width * v->height;

	return s->sheet.count >= 3 && area * 100 >= whole * LEAST_SHEET &&
	       share_outside(mask, &s->sheet) * 100 <= 100 - LEAST_LID_LEFT &&
	       (l->level < PALE || ink_outside(l, v, &s->sheet) < MOST_INK);
}

static enum err look_before(const struct lid *l, const struct view *v, struct lid_found *ret)
{
	struct lid_shape s = { 0 };
	PIX *mask = sheet_mask(v, l);
	enum err e = mask ? lid_shape_of(mask, &s) : ERR_NO_MEMORY;

	if (e == ERR_OK && is_believed(l, v, mask, &s)) {
		ret->sheet = s.sheet;
		ret->is_seen = true;
		ret->is_free = s.lies_free && s.fills > LID_RECTANGLE;
		for (int k = 0; k < 4; k++)
			ret->corner[k] = s.corner[k];
	}
	pixDestroy(&mask);
	return e;
}

enum err lid_find(const struct view *v, struct lid_found *ret)
{
	struct lid l;
	double w = v->width, h = v->height;
	enum err e = ERR_OK;

	*ret = (struct lid_found){ .sheet = { 4, { { 0, 0 }, { w, 0 }, { w, h }, { 0, h } } } };
	if (find_lid(&v->gray, &l))
		e = look_before(&l, v, ret);
	return e == ERR_OK && !ret->is_seen ? lid_pale_find(v, ret) : e;
}
