#include "firmware/parse/page/leaf.h"

#include "firmware/base/auto.h"
#include "firmware/parse/page/level.h"
#include "firmware/parse/page/lie.h"
#include "firmware/parse/page/strip.h"
#include "firmware/parse/page/view.h"
#include "firmware/parse/page/warp.h"

#include <leptonica/allheaders.h>
#include <stdlib.h>

/* leptonica keeps bytes in words; filled in memory's order and swapped once at the end. */
static struct plane plane_of(PIX *pix)
{
	return (struct plane){ (uint32_t)pixGetWidth(pix), (uint32_t)pixGetHeight(pix),
			       (size_t)pixGetWpl(pix) * 4, (uint8_t *)pixGetData(pix) };
}

static enum err raw_gray(const struct image *i, struct plane *ret)
{
	struct plane p = { i->width, i->height, i->width, malloc((size_t)i->width * i->height) };

	if (!p.at)
		return ERR_NO_MEMORY;
	luma_row(&LUMA_PRINT, i->pixels, i->channels, i->width * i->height, p.at);
	*ret = p;
	return ERR_OK;
}

static enum err draw_gray(const struct plane *raw, const struct lie *lie, struct leaf *l)
{
	l->gray = pixCreateNoInit((l_int32)lie->width, (l_int32)lie->height, 8);
	if (!l->gray)
		return ERR_NO_MEMORY;
	struct plane to = plane_of(l->gray);
	warp_gray(raw, &lie->to_raw, 0, &to);
	enum err e = level_plane(&to, lie->dpi, &lie->sheet);
	pixEndianByteSwap(l->gray);
	pixSetResolution(l->gray, lie->dpi, lie->dpi);
	return e;
}

/* `from` is `by` times smaller than the raw picture. */
static enum err warp_leaf(const struct image *from, uint32_t by, const struct lie *lie,
			  struct leaf *l)
{
	double scale = (double)lie->dpi / l->colour_dpi;
	uint32_t w = (uint32_t)(lie->width / scale + 0.5),
		 h = (uint32_t)(lie->height / scale + 0.5);
	struct map grow = map_shift_scale(scale, 0, 0), m = map_of_both(&lie->to_raw, &grow);
	struct map shrink = map_shift_scale(1.0 / by, 0, 0), to_view = map_of_both(&shrink, &m);

	l->colour = pixCreateNoInit((l_int32)(w + (w == 0)), (l_int32)(h + (h == 0)), 32);
	if (!l->colour)
		return ERR_NO_MEMORY;
	pixSetResolution(l->colour, l->colour_dpi, l->colour_dpi);
	warp_colour(from, &to_view, l->colour);
	return ERR_OK;
}

static enum err draw_colour(const struct image *i, const struct lie *lie, struct leaf *l)
{
	uint32_t by = lie->dpi / l->colour_dpi;
	struct view v = { 0 };

	if (by < 2)
		return warp_leaf(i, 1, lie, l);
	enum err e = view_of(i, by, &v);
	struct image small = view_image(&v);
	if (e == ERR_OK)
		e = warp_leaf(&small, v.by, lie, l);
	view_finish(&v);
	return e;
}

static enum err draw(const struct image *i, const struct leaf_wish *wish, struct lie *lie,
		     struct leaf *l)
{
	struct plane raw = { 0 };
	enum err e = raw_gray(i, &raw);

	if (e == ERR_OK && wish->turn_deg >= LEAF_TURN_BY_TEXT && wish->strip)
		e = strip_find_up(&raw, wish, lie);
	if (e == ERR_OK)
		e = draw_gray(&raw, lie, l);
	free(raw.at);
	return e == ERR_OK ? draw_colour(i, lie, l) : e;
}

static void keep_facts(const struct lie *lie, struct leaf *l)
{
	l->dpi = lie->dpi;
	l->turned_deg = lie->turned_deg;
	l->tilt_deg = lie->tilt_deg;
	l->ink = lie->ink;
	l->blank = lie->ink < LEAF_BLANK_INK;
	for (int k = 0; k < 3; k++)
		l->paper[k] = lie->paper[k];
	l->steps = lie->steps | 1u << STEP_LEVEL;
}

enum err leaf_make(const struct image *i, const struct leaf_wish *wish, struct leaf *ret)
{
	struct leaf l = { 0 };
	struct lie lie = { 0 };
	struct view v = { 0 };
	enum err e = lie_view(i, wish->source, &v);

	if (e == ERR_OK)
		e = lie_find(i, &v, wish, &lie);
	view_finish(&v);
	if (e == ERR_OK) {
		l.colour_dpi =
			wish->colour_dpi && wish->colour_dpi < lie.dpi ? wish->colour_dpi : lie.dpi;
		e = draw(i, wish, &lie, &l);
		keep_facts(&lie, &l);
	}
	lie_finish(&lie);
	if (e == ERR_OK)
		*ret = l;
	else
		leaf_finish(&l);
	return e;
}

void leaf_finish(struct leaf *l)
{
	pixDestroy(&l->gray);
	pixDestroy(&l->colour);
	*l = (struct leaf){ 0 };
}
