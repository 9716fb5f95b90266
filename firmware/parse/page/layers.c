#include "firmware/parse/page/layers.h"

#include "firmware/parse/page/check.h"
#include "firmware/parse/page/jbig2.h"
#include "firmware/parse/page/layer_ground.h"
#include "firmware/parse/page/layer_work.h"

#include <leptonica/allheaders.h>
#include <stdlib.h>
#include <string.h>

enum { INK_QUALITY = 60 };

static struct part whole_page(const struct layers *l)
{
	return (struct part){ 0, 0, (int32_t)l->width, (int32_t)l->height };
}

/* The whole page as one picture. */
static enum err make_picture(const struct leaf *leaf, struct layers *l)
{
	const struct page_profile_row *p = page_profile_row(PROFILE_PLAIN);
	const struct layer_look look = { p->ground_quality, CHROMA_HALF };
	struct part all = whole_page(l);
	struct canvas c = { 0 };
	enum err e = page_at(leaf, p->ground_dpi, &c);

	if (e == ERR_OK)
		e = layer_of(&c, &look, &all, &l->ground);
	canvas_finish(&c);
	l->check = CHECK_PICTURE;
	return e;
}

static enum err make_stencil(const struct work *w, struct layers *l)
{
	const struct layer_look look = { INK_QUALITY, CHROMA_FULL };
	struct part all = whole_page(l);
	struct layer s = { 0, 0, all.w, all.h, l->width, l->height, CODE_JBIG2, NULL, 0 };
	l_int32 none = 1;

	free(l->stencil.bytes);
	l->stencil = (struct layer){ 0 };
	pixZero(w->bits, &none);
	if (none)
		return ERR_OK;
	enum err e = jbig2_write(w->bits, &s.bytes, &s.len);
	if (e != ERR_OK)
		return e;
	l->stencil = s;
	memcpy(l->ink_rgb, w->ink.rgb, sizeof l->ink_rgb);
	if (w->ink.coloured && l->ink.len == 0)
		e = layer_of(&w->ink.colours, &look, &all, &l->ink);
	return e;
}

static enum err add_region(const struct work *w, const struct part *at, bool filled,
			   struct layers *l)
{
	const struct layer_look look = { w->profile->region_quality, CHROMA_HALF };
	struct canvas c = { 0 };
	enum err e = work_picture(w, at, filled, &c);

	if (e == ERR_OK)
		e = layer_of(&c, &look, at, &l->regions[l->region_count]);
	l->region_count += e == ERR_OK;
	canvas_finish(&c);
	return e;
}

static enum err make_layers(struct work *w, struct layers *l)
{
	enum err e = make_stencil(w, l);

	for (size_t i = 0; e == ERR_OK && i < w->regions.count; i++)
		e = add_region(w, &w->regions.at[i], true, l);
	if (e == ERR_OK)
		e = ground_make(w, l, &l->ground);
	l->check = CHECK_LAYERS;
	return e;
}

/* What did not come out well becomes pictures of what is there. */
static enum err make_good(struct work *w, const struct check_found *f, struct layers *l)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < f->part_count; i++) {
		const struct part *a = &f->parts[i];

		e = add_region(w, a, false, l);
		pixRasterop(w->bits, a->x, a->y, a->w, a->h, PIX_CLR, NULL, 0, 0);
	}
	l->check = CHECK_REGIONS;
	return e == ERR_OK ? make_stencil(w, l) : e;
}

static bool is_well(const struct check_found *f)
{
	return !f->everywhere && f->part_count == 0;
}

/* Checks, makes good what can be, checks again; *ret_well is false when only a picture is left. */
static enum err check(struct work *w, struct layers *l, bool *ret_well)
{
	struct check_found f = { 0 }, left = { 0 };
	enum err e = check_page(w->leaf, &w->clean, l, NULL, &f);

	if (e == ERR_OK && !f.everywhere && f.part_count > 0 &&
	    l->region_count + f.part_count <= LAYERS_MAX_REGIONS) {
		e = make_good(w, &f, l);
		if (e == ERR_OK)
			e = check_page(w->leaf, &w->clean, l, &f, &left);
		f = left;
	}
	*ret_well = e == ERR_OK && is_well(&f);
	return e;
}

static enum err layered(const struct leaf *leaf, enum page_profile profile, struct layers *l,
			bool *ret_well)
{
	struct work w = { 0 };
	enum err e = work_look(leaf, profile, &w);

	if (e == ERR_OK)
		e = make_layers(&w, l);
	if (e == ERR_OK)
		e = check(&w, l, ret_well);
	work_finish(&w);
	return e;
}

static struct layers nothing_of(const struct leaf *leaf)
{
	return (struct layers){ .width = (uint32_t)pixGetWidth(leaf->gray),
				.height = (uint32_t)pixGetHeight(leaf->gray),
				.dpi = leaf->dpi,
				.steps = 1u << STEP_LAYERS | 1u << STEP_CHECK };
}

enum err layers_make(const struct leaf *leaf, const struct text *t, enum page_profile profile,
		     struct layers *ret)
{
	struct layers l = nothing_of(leaf);
	bool well = false;
	enum err e = ERR_OK;

	(void)t;
	if (profile != PROFILE_PLAIN)
		e = layered(leaf, profile, &l, &well);
	if (e == ERR_OK && !well) {
		layers_finish(&l);
		l = nothing_of(leaf);
		e = make_picture(leaf, &l);
	}
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
