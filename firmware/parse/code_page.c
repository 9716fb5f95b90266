#include "firmware/parse/code_look.h"

#include <stdbool.h>

enum {
	HALVE_ABOVE = 5000000,    /* pixels: more than A4 at 200 dpi */
	QUARTER_ABOVE = 20000000, /* and more than at 300 */
	CUT_BELOW = 600000,       /* a larger region is read at the size it was found in */
	PIXELS = 600000, /* most that are looked at closely on a page, or it is all pattern */
};

struct search {
	struct code_finder *f;
	const struct image *page;
	struct gray small; /* the page, in which regions are found */
	uint32_t by;       /* the page's pixels to one of it */
	size_t pixels;     /* that may still be looked at closely */
	struct codes *list;
};

static bool can_spend(struct search *s, size_t pixels)
{
	if (pixels > s->pixels)
		return false;
	s->pixels -= pixels;
	return true;
}

/* A region in the page's own pixels: bars, and symbols that are clear enough for zbar, too. */
static enum err look_closely(struct search *s, const struct region *r)
{
	struct region where = { .width = r->width * s->by, .height = r->height * s->by };
	struct gray cut = { 0 };
	uint32_t x = r->x * s->by, y = r->y * s->by;
	enum err e = gray_cut(s->page, &(struct cutting){ x, y, where.width, where.height }, &cut);

	if (e != ERR_OK)
		return e;
	struct code_scene scene = { &cut, 1, (int32_t)x, (int32_t)y };
	size_t before = s->list->count;
	where.width = cut.width;
	where.height = cut.height;
	where.turn_rad = r->turn_rad;
	e = code_look_in(s->f, &scene, &where, s->list);
	if (e == ERR_OK && s->list->count == before)
		e = code_look_as_is(s->f, &scene, s->list);
	gray_finish(&cut);
	return e;
}

static enum err look_at(struct search *s, const struct region *r)
{
	struct code_scene scene = { &s->small, s->by, 0, 0 };
	size_t small = (size_t)r->width * r->height, large = small * s->by * s->by;

	if (large <= CUT_BELOW && can_spend(s, large))
		return look_closely(s, r);
	return can_spend(s, small) ? code_look_in(s->f, &scene, r, s->list) : ERR_OK;
}

enum err code_find_on_page(struct code_finder *f, const struct image *page, struct codes *ret)
{
	uint64_t pixels = (uint64_t)page->width * page->height;
	struct search s = { .f = f, .page = page, .pixels = PIXELS, .list = ret };
	struct regions regions;

	s.by = pixels > QUARTER_ABOVE ? 4 : pixels > HALVE_ABOVE ? 2 : 1;
	ret->count = 0;
	enum err e = gray_of(page, s.by, &s.small);
	if (e == ERR_OK)
		e = code_regions_of_page(&s.small, &regions);
	for (unsigned i = 0; e == ERR_OK && i < regions.count; i++)
		e = look_at(&s, &regions.at[i]);
	gray_finish(&s.small);
	return code_looked(e, ret);
}
