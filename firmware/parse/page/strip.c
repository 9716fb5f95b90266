#include "firmware/parse/page/strip.h"

#include "firmware/parse/page/warp.h"

#include <leptonica/allheaders.h>
#include <stdlib.h>

#define MOST_INK    0.36 /* of a part's pixels */
#define MM_PER_INCH 25.4
#define PART_MM     4.0 /* of the page, counted together */

/* A little is enough when it reads well in one direction and badly in the other. */
static const struct strip_size {
	double wide_mm, high_mm;
} SIZES[] = { { 90, 12 }, { 130, 24 } };
enum { SIZE_COUNT = sizeof SIZES / sizeof *SIZES };
#define WELL   60.0 /* mean confidence of its words */
#define BETTER 20.0

struct window {
	double x, y, w, h; /* of the upright page, in its pixels */
};

struct grid {
	uint32_t across, down;
	double part; /* pixels of the upright page */
	uint32_t *ink;
};

/* A part with more ink than letters have belongs to a code or a picture. */
static void drop_pictures(const struct lie *l, struct grid *g)
{
	double pixels = g->part / l->by / 2; /* every second is counted, each way */

	for (uint32_t i = 0; i < g->across * g->down; i++)
		if (g->ink[i] > MOST_INK * pixels * pixels)
			g->ink[i] = 0;
}

/* How many letters' pixels fall into each part of the page as it would be turned. */
static bool count_letters(const struct lie *l, struct grid *g)
{
	struct map from_raw, to_page;
	struct map grow = map_shift_scale(l->by, 0, 0);

	g->part = PART_MM / MM_PER_INCH * l->dpi;
	g->across = (uint32_t)(l->width / g->part) + 1;
	g->down = (uint32_t)(l->height / g->part) + 1;
	g->ink = calloc((size_t)g->across * g->down, sizeof *g->ink);
	if (!g->ink || !map_inverse(&l->to_raw, &from_raw))
		return false;
	to_page = map_of_both(&from_raw, &l->flat_to_raw);
	to_page = map_of_both(&to_page, &grow);
	for (l_int32 y = 0; y < pixGetHeight(l->letters_pix); y += 2) {
		const l_uint32 *line =
			pixGetData(l->letters_pix) + (size_t)y * (size_t)pixGetWpl(l->letters_pix);

		for (l_int32 x = 0; x < pixGetWidth(l->letters_pix); x += 2) {
			if (!GET_DATA_BIT(line, x))
				continue;
			struct point p = map_point(&to_page, (struct point){ x, y });
			if (p.x >= 0 && p.y >= 0 && p.x < l->width && p.y < l->height)
				g->ink[(uint32_t)(p.y / g->part) * g->across +
				       (uint32_t)(p.x / g->part)]++;
		}
	}
	drop_pictures(l, g);
	return true;
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static uint32_t ink_in(const struct grid *g, uint32_t x0, uint32_t y0, uint32_t w, uint32_t h)
{
	uint32_t sum = 0;

	for (uint32_t y = y0; y < y0 + h; y++)
		for (uint32_t x = x0; x < x0 + w; x++)
			sum += g->ink[y * g->across + x];
	return sum;
}

/* Where most letters stand. */
static struct window densest(const struct lie *l, const struct grid *g,
			     const struct strip_size *size)
{
	uint32_t w = smaller((uint32_t)(size->wide_mm / PART_MM), g->across);
	uint32_t h = smaller((uint32_t)(size->high_mm / PART_MM), g->down);
	uint32_t best = 0, best_x = 0, best_y = 0;

	for (uint32_t y = 0; y + h <= g->down; y++)
		for (uint32_t x = 0; x + w <= g->across; x++) {
			uint32_t ink = ink_in(g, x, y, w, h);

			if (ink > best) {
				best = ink;
				best_x = x;
				best_y = y;
			}
		}
	struct window win = { best_x * g->part, best_y * g->part, w * g->part, h * g->part };
	win.w = win.x + win.w > l->width ? l->width - win.x : win.w;
	win.h = win.y + win.h > l->height ? l->height - win.y : win.h;
	return win;
}

/* The window, turned by half when it is to be tried upside down. */
static PIX *draw_window(const struct plane *raw, const struct lie *l, const struct window *win,
			bool upside_down)
{
	PIX *pix = pixCreateNoInit((l_int32)win->w + 1, (l_int32)win->h + 1, 8);
	struct map shift = map_shift_scale(1, win->x, win->y);

	if (!pix)
		return NULL;
	struct plane to = { (uint32_t)pixGetWidth(pix), (uint32_t)pixGetHeight(pix),
			    (size_t)pixGetWpl(pix) * 4, (uint8_t *)pixGetData(pix) };
	struct point middle = { to.width / 2.0, to.height / 2.0 };
	struct map turn = map_turn_back(upside_down ? 180 : 0, middle, middle);
	struct map m = map_of_both(&shift, &turn), to_raw = map_of_both(&l->to_raw, &m);
	struct outline all = {
		4, { { 0, 0 }, { to.width, 0 }, { to.width, to.height }, { 0, to.height } }
	};
	warp_gray(raw, &to_raw, 0, &to);
	enum err e = level_plane(&to, l->dpi, &all);
	pixEndianByteSwap(pix);
	pixSetResolution(pix, l->dpi, l->dpi);
	if (e != ERR_OK)
		pixDestroy(&pix);
	return pix;
}

/* Reads a page that is turned somehow in both directions its lines allow. */
static enum err try_axis(const struct plane *raw, const struct leaf_wish *wish, const struct lie *l,
			 const struct strip_size *size, double ret_sure[2])
{
	struct grid g = { 0 };
	bool ok = count_letters(l, &g);
	struct window win = ok ? densest(l, &g, size) : (struct window){ 0 };

	free(g.ink);
	for (int k = 0; ok && k < 2; k++) {
		PIX *pix = draw_window(raw, l, &win, k == 1);

		ok = pix != NULL;
		if (ok)
			ret_sure[k] = wish->strip(wish->strip_data, pix);
		pixDestroy(&pix);
	}
	return ok ? ERR_OK : ERR_NO_MEMORY;
}

struct winner {
	unsigned quarters;
	double sure, ahead;
};

static enum err try_all(const struct plane *raw, const struct leaf_wish *wish, struct lie *l,
			const struct strip_size *size, struct winner *ret)
{
	unsigned begin = l->turned_deg / 90, axes = l->sure_axis ? 1 : 2;
	double sure[4] = { 0 };
	struct winner w = { .quarters = begin };

	for (unsigned k = 0; k < axes; k++) {
		lie_turn(l, begin + k);
		enum err e = try_axis(raw, wish, l, size, &sure[2 * k]);
		if (e != ERR_OK)
			return e;
	}
	for (unsigned k = 0; k < 2 * axes; k++)
		if (sure[k] > w.sure) {
			w.sure = sure[k];
			w.quarters = begin + k / 2 + k % 2 * 2;
		}
	w.ahead = w.sure;
	for (unsigned k = 0; k < 2 * axes; k++)
		if ((begin + k / 2 + k % 2 * 2) % 4 != w.quarters % 4 && w.sure - sure[k] < w.ahead)
			w.ahead = w.sure - sure[k];
	*ret = w;
	lie_turn(l, begin);
	return ERR_OK;
}

enum err strip_find_up(const struct plane *raw, const struct leaf_wish *wish, struct lie *l)
{
	struct winner w = { .quarters = l->turned_deg / 90 };

	if (!l->has_text || l->sure_up)
		return ERR_OK;
	for (int k = 0; k < SIZE_COUNT && (w.sure < WELL || w.ahead < BETTER); k++) {
		enum err e = try_all(raw, wish, l, &SIZES[k], &w);
		if (e != ERR_OK)
			return e;
	}
	lie_turn(l, w.quarters);
	return ERR_OK;
}
