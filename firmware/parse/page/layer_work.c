#include "firmware/parse/page/layer_work.h"

#include "firmware/parse/page/layer_fill.h"
#include "firmware/parse/page/mask.h"

#include <leptonica/allheaders.h>
#include <stdlib.h>

static uint32_t scaled(uint32_t side, uint32_t to_dpi, uint32_t from_dpi)
{
	uint32_t n = (uint32_t)(((uint64_t)side * to_dpi + from_dpi / 2) / from_dpi);

	return n > 0 ? n : 1;
}

/* The same for a dpi that the leaf may not have. */
static enum err colours_of(const struct leaf *l, const struct part *at, uint32_t dpi,
			   struct canvas *ret)
{
	uint32_t has = l->colour_dpi;

	dpi = dpi < has ? dpi : has;
	return canvas_of_part(l->colour, at, scaled((uint32_t)at->w, dpi, has),
			      scaled((uint32_t)at->h, dpi, has), ret);
}

enum err page_at(const struct leaf *l, uint32_t dpi, struct canvas *ret)
{
	struct part all = { 0, 0, pixGetWidth(l->colour), pixGetHeight(l->colour) };

	return colours_of(l, &all, dpi, ret);
}

/* Takes the paper away from the picture of a part of the page. */
static enum err clean(const struct work *w, const struct part *at, struct canvas *c)
{
	uint64_t width = (uint64_t)pixGetWidth(w->leaf->gray);
	uint64_t height = (uint64_t)pixGetHeight(w->leaf->gray);
	const struct place place = { (uint32_t)(((uint64_t)at->x << 16) / width),
				     (uint32_t)(((uint64_t)at->y << 16) / height),
				     (uint32_t)(((uint64_t)at->w << 16) / width),
				     (uint32_t)(((uint64_t)at->h << 16) / height) };
	struct canvas level = { 0 };
	enum err e = canvas_of_part(w->leaf->gray, at, c->width, c->height, &level);

	if (e == ERR_OK)
		flat_apply(&w->flat, &place, &level, c);
	canvas_finish(&level);
	return e;
}

enum err work_look(const struct leaf *leaf, enum page_profile profile, struct work *w)
{
	struct part all = { 0, 0, pixGetWidth(leaf->gray), pixGetHeight(leaf->gray) };

	w->leaf = leaf;
	w->profile = page_profile_row(profile);
	enum err e = mask_of_gray(leaf->gray, leaf->dpi, &w->bits);
	if (e == ERR_OK)
		e = regions_find(leaf, &w->regions);
	if (e == ERR_OK)
		e = regions_clear(leaf, &w->regions, w->bits);
	if (e == ERR_OK)
		e = page_at(leaf, w->profile->ground_dpi, &w->clean);
	if (e == ERR_OK)
		e = flat_find(&w->clean, w->profile->ground_dpi, w->regions.tones, &w->flat);
	if (e == ERR_OK)
		e = ink_find(leaf, w->bits, &w->flat, w->profile->ink_dpi, &w->ink);
	return e == ERR_OK ? clean(w, &all, &w->clean) : e;
}

void work_finish(struct work *w)
{
	pixDestroy(&w->bits);
	regions_finish(&w->regions);
	flat_finish(&w->flat);
	ink_finish(&w->ink);
	canvas_finish(&w->clean);
}

/* From pixels of leaf::gray to those of leaf::colour. */
static struct part in_colour(const struct leaf *leaf, const struct part *at)
{
	int64_t w = pixGetWidth(leaf->colour), h = pixGetHeight(leaf->colour);
	int64_t from_w = pixGetWidth(leaf->gray), from_h = pixGetHeight(leaf->gray);
	int32_t x0 = (int32_t)(at->x * w / from_w), y0 = (int32_t)(at->y * h / from_h);
	int32_t x1 = (int32_t)((at->x + at->w) * w / from_w);
	int32_t y1 = (int32_t)((at->y + at->h) * h / from_h);

	return (struct part){ x0, y0, x1 > x0 ? x1 - x0 : 1, y1 > y0 ? y1 - y0 : 1 };
}

enum err work_picture(const struct work *w, const struct part *at, bool filled, struct canvas *ret)
{
	struct part from = in_colour(w->leaf, at);
	uint8_t *known = NULL;
	struct canvas c = { 0 };
	enum err e = colours_of(w->leaf, &from, w->profile->region_dpi, &c);

	if (e == ERR_OK)
		e = clean(w, at, &c);
	if (e == ERR_OK && filled)
		e = fill_known(w->bits, at, &c, 1, &known);
	if (e == ERR_OK && filled)
		e = fill_unknown(&c, known);
	free(known);
	if (e == ERR_OK)
		*ret = c;
	else
		canvas_finish(&c);
	return e;
}

enum err layer_of(const struct canvas *c, const struct layer_look *look, const struct part *at,
		  struct layer *ret)
{
	struct layer y = {
		at->x, at->y, at->w, at->h, c->width, c->height, CODE_JPEG_RGB, NULL, 0
	};
	enum err e = layer_jpeg_write(c, look->quality, look->chroma, &y.bytes, &y.len);

	if (c->channels == 1)
		y.code = CODE_JPEG_GRAY;
	if (e == ERR_OK)
		*ret = y;
	return e;
}
