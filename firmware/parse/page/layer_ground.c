#include "firmware/parse/page/layer_ground.h"

#include "firmware/base/auto.h"
#include "firmware/parse/page/layer_fill.h"

#include <leptonica/allheaders.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
	SPREAD_UM = 200, /* around ink that is not paper yet */
	WHITE = 248,     /* what is lighter needs no ground */
	TILE = 16,
	CRUMBS = 10,     /* pixels */
	DEAR = 14 << 10, /* bytes: patterned paper, for which four fifths of the dpi do */
	CHEAPER_TIMES = 4,
	CHEAPER_OVER = 5,
};

/* Under a region there need be nothing. */
static void forget_regions(const struct work *w, const struct layers *l, const struct canvas *g,
			   uint8_t *known)
{
	for (size_t i = 0; i < w->regions.count; i++) {
		const struct part *a = &w->regions.at[i];
		uint32_t x0 = (uint32_t)((uint64_t)a->x * g->width / l->width) + 1;
		uint32_t y0 = (uint32_t)((uint64_t)a->y * g->height / l->height) + 1;
		uint32_t x1 = (uint32_t)((uint64_t)(a->x + a->w) * g->width / l->width);
		uint32_t y1 = (uint32_t)((uint64_t)(a->y + a->h) * g->height / l->height);

		for (uint32_t y = y0; y + 1 < y1; y++)
			if (x1 > x0 + 1)
				memset(known + (size_t)y * g->width + x0, 0, x1 - x0 - 1);
	}
}

static bool is_white(const uint8_t *at, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (at[i] < WHITE)
			return false;
	return true;
}

/* Less than a few pixels in a tile are dirt, and would cost as much as a tile of pattern. */
static void drop_crumbs(struct canvas *c)
{
	for (uint32_t y = 0; y < c->height; y += TILE)
		for (uint32_t x = 0; x < c->width; x += TILE) {
			uint32_t w = c->width - x < TILE ? c->width - x : TILE;
			uint32_t h = c->height - y < TILE ? c->height - y : TILE, n = 0;

			for (uint32_t i = 0; i < w * h; i++)
				n += !is_white(
					c->at + ((y + i / w) * (size_t)c->width + x + i % w) * 3,
					3);
			for (uint32_t v = 0; n > 0 && n < CRUMBS && v < h; v++)
				memset(c->at + ((y + v) * (size_t)c->width + x) * 3, 255,
				       (size_t)w * 3);
		}
}

/* The rectangle outside which all is white; nothing: w 0. */
static struct part printed_part(const struct canvas *c)
{
	size_t row = (size_t)c->width * 3;
	uint32_t top = 0, end = c->height, left = c->width, right = 0;

	while (top < end && is_white(c->at + top * row, row))
		top++;
	while (end > top && is_white(c->at + (end - 1) * row, row))
		end--;
	for (uint32_t y = top; y < end; y++) {
		const uint8_t *at = c->at + y * row;

		for (uint32_t x = 0; x < left; x++)
			if (!is_white(at + 3 * x, 3))
				left = x;
		for (uint32_t x = c->width; x > right; x--)
			if (!is_white(at + 3 * (x - 1), 3))
				right = x;
	}
	if (right <= left)
		return (struct part){ 0 };
	return (struct part){ (int32_t)left, (int32_t)top, (int32_t)(right - left),
			      (int32_t)(end - top) };
}

static enum err cut_out(const struct canvas *c, const struct part *p, struct canvas *ret)
{
	enum err e = canvas_create((uint32_t)p->w, (uint32_t)p->h, 3, ret);

	for (uint32_t y = 0; e == ERR_OK && y < ret->height; y++)
		memcpy(ret->at + (size_t)y * ret->width * 3,
		       c->at + (((uint32_t)p->y + y) * (size_t)c->width + (uint32_t)p->x) * 3,
		       (size_t)ret->width * 3);
	return e;
}

static struct part on_page(const struct part *p, const struct canvas *c, const struct layers *l)
{
	int32_t x0 = (int32_t)((int64_t)p->x * l->width / c->width);
	int32_t y0 = (int32_t)((int64_t)p->y * l->height / c->height);
	int32_t x1 = (int32_t)((int64_t)(p->x + p->w) * l->width / c->width);
	int32_t y1 = (int32_t)((int64_t)(p->y + p->h) * l->height / c->height);

	return (struct part){ x0, y0, x1 - x0, y1 - y0 };
}

/* Patterned paper once more, a little coarser. */
static enum err make_cheaper(const struct canvas *c, const struct layer_look *look,
			     const struct part *at, struct layer *y)
{
	struct canvas small = { 0 };
	struct layer cheap = { 0 };
	enum err e = canvas_scaled(c, c->width * CHEAPER_TIMES / CHEAPER_OVER + 1,
				   c->height * CHEAPER_TIMES / CHEAPER_OVER + 1, &small);

	if (e == ERR_OK)
		e = layer_of(&small, look, at, &cheap);
	canvas_finish(&small);
	if (e != ERR_OK)
		return e;
	free(y->bytes);
	*y = cheap;
	return ERR_OK;
}

static enum err encode(const struct work *w, const struct layers *l, const struct canvas *c,
		       struct layer *ret)
{
	const struct layer_look look = { w->profile->ground_quality, CHROMA_HALF };
	struct part p = printed_part(c), at = on_page(&p, c, l);
	struct canvas cut = { 0 };
	struct layer y = { 0 };

	if (p.w == 0)
		return ERR_OK;
	enum err e = cut_out(c, &p, &cut);
	if (e == ERR_OK)
		e = layer_of(&cut, &look, &at, &y);
	if (e == ERR_OK && y.len > DEAR && w->profile->ground_dpi < w->profile->region_dpi)
		e = make_cheaper(&cut, &look, &at, &y);
	canvas_finish(&cut);
	if (e == ERR_OK)
		*ret = y;
	else
		free(y.bytes);
	return e;
}

enum err ground_make(const struct work *w, const struct layers *l, struct layer *ret)
{
	struct part all = { 0, 0, (int32_t)l->width, (int32_t)l->height };
	struct part whole = { 0, 0, (int32_t)w->clean.width, (int32_t)w->clean.height };
	uint32_t spread = (uint32_t)l->dpi * SPREAD_UM / 25400 + 1;
	AUTO_FREE uint8_t *known = NULL;
	struct canvas g = { 0 };
	enum err e = cut_out(&w->clean, &whole, &g);

	if (e == ERR_OK)
		e = fill_known(w->bits, &all, &g, spread, &known);
	if (e == ERR_OK) {
		forget_regions(w, l, &g, known);
		e = fill_unknown(&g, known);
	}
	if (e == ERR_OK) {
		drop_crumbs(&g);
		e = encode(w, l, &g, ret);
	}
	canvas_finish(&g);
	return e;
}
