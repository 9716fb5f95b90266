#include "firmware/parse/page/layers.h"

#include "firmware/base/auto.h"
#include "firmware/parse/page/jbig2.h"
#include "firmware/parse/page/layer_fill.h"
#include "firmware/parse/page/layer_flat.h"
#include "firmware/parse/page/layer_ink.h"
#include "firmware/parse/page/layer_jpeg.h"
#include "firmware/parse/page/layer_region.h"
#include "firmware/parse/page/mask.h"

#include <leptonica/allheaders.h>
#include <stdlib.h>
#include <string.h>

enum {
	INK_QUALITY = 50,
	SPREAD_MM10 = 2, /* tenths of a mm around ink that are not paper yet */
	WHITE = 248,     /* what is lighter needs no ground */
};

/* What a page's layers are made from. */
struct work {
	const struct leaf *leaf;
	const struct page_profile_row *profile;
	PIX *bits;
	struct regions regions;
	struct flat flat;
	struct ink ink;
	struct canvas ground; /* cleaned */
};

static const struct place WHOLE = { 0, 0, PLACE_WHOLE, PLACE_WHOLE };

static uint32_t scaled(uint32_t side, uint32_t to_dpi, uint32_t from_dpi)
{
	uint32_t n = (uint32_t)(((uint64_t)side * to_dpi + from_dpi / 2) / from_dpi);

	return n > 0 ? n : 1;
}

static void work_finish(struct work *w)
{
	pixDestroy(&w->bits);
	regions_finish(&w->regions);
	flat_finish(&w->flat);
	ink_finish(&w->ink);
	canvas_finish(&w->ground);
}

/* The whole page's colours at `dpi`, or what the leaf has when that is less. */
static enum err page_at(const struct leaf *l, uint32_t dpi, struct canvas *ret)
{
	struct part all = { 0, 0, pixGetWidth(l->colour), pixGetHeight(l->colour) };

	if (dpi > l->colour_dpi)
		dpi = l->colour_dpi;
	return canvas_of_part(l->colour, &all, scaled((uint32_t)all.w, dpi, l->colour_dpi),
			      scaled((uint32_t)all.h, dpi, l->colour_dpi), ret);
}

static struct part whole_page(const struct layers *l)
{
	return (struct part){ 0, 0, (int32_t)l->width, (int32_t)l->height };
}

static enum err encode(const struct canvas *c, int quality, enum jpeg_chroma chroma,
		       const struct part *at, struct layer *ret)
{
	struct layer y = {
		at->x, at->y, at->w, at->h, c->width, c->height, CODE_JPEG_RGB, NULL, 0
	};
	enum err e = layer_jpeg_write(c, quality, chroma, &y.bytes, &y.len);

	if (c->channels == 1)
		y.code = CODE_JPEG_GRAY;
	if (e == ERR_OK)
		*ret = y;
	return e;
}

/* The whole page as one picture. */
static enum err make_picture(const struct leaf *leaf, struct layers *l)
{
	const struct page_profile_row *p = page_profile_row(PROFILE_PLAIN);
	struct part all = whole_page(l);
	struct canvas c = { 0 };
	enum err e = page_at(leaf, p->ground_dpi, &c);

	if (e == ERR_OK)
		e = encode(&c, p->ground_quality, CHROMA_HALF, &all, &l->ground);
	canvas_finish(&c);
	l->check = CHECK_PICTURE;
	return e;
}

static enum err look(struct work *w)
{
	enum err e = mask_of_gray(w->leaf->gray, w->leaf->dpi, &w->bits);

	if (e == ERR_OK)
		e = regions_find(w->leaf, &w->regions);
	if (e == ERR_OK)
		e = regions_clear(w->leaf, &w->regions, w->bits);
	if (e == ERR_OK)
		e = page_at(w->leaf, w->profile->ground_dpi, &w->ground);
	if (e == ERR_OK)
		e = flat_find(&w->ground, w->profile->ground_dpi, &w->flat);
	if (e == ERR_OK)
		e = ink_find(w->leaf, w->bits, &w->flat, w->profile->ink_dpi, &w->ink);
	if (e == ERR_OK)
		flat_apply(&w->flat, &WHOLE, &w->ground);
	return e;
}

static uint32_t spread_of(const struct leaf *l)
{
	return (uint32_t)l->dpi * SPREAD_MM10 / 254 + 1;
}

static struct place place_of(const struct part *at, const struct layers *l)
{
	return (struct place){ (uint32_t)(((uint64_t)at->x << 16) / l->width),
			       (uint32_t)(((uint64_t)at->y << 16) / l->height),
			       (uint32_t)(((uint64_t)at->w << 16) / l->width),
			       (uint32_t)(((uint64_t)at->h << 16) / l->height) };
}

/* From pixels of leaf::gray to those of leaf::colour. */
static struct part in_colour(const struct leaf *leaf, const struct part *at, const struct layers *l)
{
	int64_t w = pixGetWidth(leaf->colour), h = pixGetHeight(leaf->colour);
	int32_t x0 = (int32_t)(at->x * w / l->width), y0 = (int32_t)(at->y * h / l->height);
	int32_t x1 = (int32_t)((at->x + at->w) * w / l->width);
	int32_t y1 = (int32_t)((at->y + at->h) * h / l->height);

	return (struct part){ x0, y0, x1 > x0 ? x1 - x0 : 1, y1 > y0 ? y1 - y0 : 1 };
}

/* A cleaned picture of a part, with what the stencil draws over it filled in. */
static enum err region_picture(const struct work *w, const struct layers *l, const struct part *at,
			       struct canvas *ret)
{
	struct part from = in_colour(w->leaf, at, l);
	struct place place = place_of(at, l);
	uint32_t dpi = w->profile->region_dpi, has = w->leaf->colour_dpi;
	uint8_t *known = NULL;
	struct canvas c = { 0 };

	dpi = dpi < has ? dpi : has;
	enum err e = canvas_of_part(w->leaf->colour, &from, scaled((uint32_t)from.w, dpi, has),
				    scaled((uint32_t)from.h, dpi, has), &c);
	if (e == ERR_OK) {
		flat_apply(&w->flat, &place, &c);
		e = fill_known(w->bits, at, &c, spread_of(w->leaf), &known);
	}
	if (e == ERR_OK)
		e = fill_unknown(&c, known);
	free(known);
	if (e == ERR_OK)
		*ret = c;
	else
		canvas_finish(&c);
	return e;
}

static enum err make_regions(const struct work *w, struct layers *l)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < w->regions.count; i++) {
		const struct part *at = &w->regions.at[i];
		struct canvas c = { 0 };

		e = region_picture(w, l, at, &c);
		if (e == ERR_OK)
			e = encode(&c, w->profile->region_quality, CHROMA_HALF, at,
				   &l->regions[l->region_count]);
		l->region_count += e == ERR_OK;
		canvas_finish(&c);
	}
	return e;
}

/* Under a region there need be nothing. */
static void forget_regions(const struct work *w, const struct layers *l, uint8_t *known)
{
	for (size_t i = 0; i < w->regions.count; i++) {
		const struct part *a = &w->regions.at[i];
		const struct canvas *g = &w->ground;
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

static void copy_part(const struct canvas *c, const struct part *p, struct canvas *to)
{
	for (uint32_t y = 0; y < to->height; y++)
		memcpy(to->at + (size_t)y * to->width * 3,
		       c->at + (((uint32_t)p->y + y) * (size_t)c->width + (uint32_t)p->x) * 3,
		       (size_t)to->width * 3);
}

/* Only the part of the page that is not white. */
static enum err encode_ground(const struct work *w, const struct canvas *c, struct layers *l)
{
	struct part p = printed_part(c);
	struct canvas cut = { 0 };

	if (p.w == 0)
		return ERR_OK;
	enum err e = canvas_create((uint32_t)p.w, (uint32_t)p.h, 3, &cut);
	if (e != ERR_OK)
		return e;
	copy_part(c, &p, &cut);
	int32_t x0 = (int32_t)((int64_t)p.x * l->width / c->width);
	int32_t y0 = (int32_t)((int64_t)p.y * l->height / c->height);
	int32_t x1 = (int32_t)((int64_t)(p.x + p.w) * l->width / c->width);
	int32_t y1 = (int32_t)((int64_t)(p.y + p.h) * l->height / c->height);
	struct part at = { x0, y0, x1 - x0, y1 - y0 };
	e = encode(&cut, w->profile->ground_quality, CHROMA_HALF, &at, &l->ground);
	canvas_finish(&cut);
	return e;
}

static enum err make_ground(struct work *w, struct layers *l)
{
	struct part all = whole_page(l);
	uint8_t *known = NULL;
	enum err e = fill_known(w->bits, &all, &w->ground, spread_of(w->leaf), &known);

	if (e == ERR_OK) {
		forget_regions(w, l, known);
		e = fill_unknown(&w->ground, known);
	}
	free(known);
	if (e == ERR_OK)
		e = encode_ground(w, &w->ground, l);
	return e;
}

static enum err make_stencil(const struct work *w, struct layers *l)
{
	struct part all = whole_page(l);
	struct layer *s = &l->stencil;
	l_int32 none = 1;

	pixZero(w->bits, &none);
	if (none)
		return ERR_OK;
	enum err e = jbig2_write(w->bits, &s->bytes, &s->len);
	if (e != ERR_OK)
		return e;
	*s =
		(struct layer){ 0,         0,          all.w,    all.h, l->width,
				l->height, CODE_JBIG2, s->bytes, s->len };
	memcpy(l->ink_rgb, w->ink.rgb, sizeof l->ink_rgb);
	if (w->ink.coloured)
		e = encode(&w->ink.colours, INK_QUALITY, CHROMA_FULL, &all, &l->ink);
	return e;
}

static enum err make_layers(struct work *w, struct layers *l)
{
	enum err e = look(w);

	if (e == ERR_OK)
		e = make_stencil(w, l);
	if (e == ERR_OK)
		e = make_regions(w, l);
	if (e == ERR_OK)
		e = make_ground(w, l);
	l->check = CHECK_LAYERS;
	return e;
}

enum err layers_make(const struct leaf *leaf, const struct text *t, enum page_profile profile,
		     struct layers *ret)
{
	struct layers l = { .width = (uint32_t)pixGetWidth(leaf->gray),
			    .height = (uint32_t)pixGetHeight(leaf->gray),
			    .dpi = leaf->dpi,
			    .steps = 1u << STEP_LAYERS };
	struct work w = { .leaf = leaf, .profile = page_profile_row(profile) };

	(void)t;
	enum err e = profile == PROFILE_PLAIN ? make_picture(leaf, &l) : make_layers(&w, &l);
	work_finish(&w);
	if (e == ERR_OK)
		*ret = l;
	else
		layers_finish(&l);
	return e;
}

void layers_finish(struct layers *l)
{
	free(l->ground.bytes);
	free(l->stencil.bytes);
	free(l->ink.bytes);
	for (size_t i = 0; i < l->region_count; i++)
		free(l->regions[i].bytes);
	*l = (struct layers){ 0 };
}
