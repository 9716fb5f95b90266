#include "firmware/parse/code_look.h"

enum {
	LOOKS = 6,  /* ways, each tried in turn */
	PLACES = 2, /* busy regions in one look */
	FORGET = 3, /* looks at a place in vain before all of the picture is searched again */
};

static uint32_t within(int32_t at, uint32_t most)
{
	return at < 0 ? 0 : (uint32_t)at < most ? (uint32_t)at : most;
}

/* The code's surroundings: by the next picture it has moved. */
static void remember(struct code_hunt *h, const struct gray *g, const struct code_point corner[4])
{
	int32_t x0 = corner[0].x, x1 = x0, y0 = corner[0].y, y1 = y0;

	for (int i = 1; i < 4; i++) {
		x0 = corner[i].x < x0 ? corner[i].x : x0, x1 = corner[i].x > x1 ? corner[i].x : x1;
		y0 = corner[i].y < y0 ? corner[i].y : y0, y1 = corner[i].y > y1 ? corner[i].y : y1;
	}
	int32_t more = (x1 - x0 + y1 - y0) / 6 + 8;
	h->x = within(x0 - more, g->width);
	h->y = within(y0 - more, g->height);
	h->width = within(x1 + more, g->width) - h->x;
	h->height = within(y1 + more, g->height) - h->y;
	h->vain = 0;
}

static enum err look_there(const struct code_hunt *h, struct code_finder *f, const struct gray *g,
			   struct codes *list)
{
	const struct image all = { g->width, g->height, 0, 1, g->at };
	struct gray cut = { 0 };
	enum err e = gray_cut(&all, &(struct cutting){ h->x, h->y, h->width, h->height }, &cut);
	struct code_scene scene = { &cut, 1, (int32_t)h->x, (int32_t)h->y };

	if (e == ERR_OK)
		e = code_look_busy(f, &scene, 1, list);
	gray_finish(&cut);
	return e == ERR_BAD_DATA ? ERR_OK : e;
}

/* Our own reader in every second look; bar codes are zbar's. */
static enum err look_around(const struct code_hunt *h, struct code_finder *f, const struct gray *g,
			    struct codes *list)
{
	struct code_scene all = { g, 1, 0, 0 };
	unsigned way = h->looks % LOOKS;

	if (way == 1)
		return code_look_as_is(f, &all, list);
	if (way == 3)
		return code_look_turned(f, &all, h->looks / LOOKS, list);
	if (way == 5)
		return code_look_stretched(f, &all, false, list);
	return code_look_busy(f, &all, PLACES, list);
}

enum err code_hunt_look(struct code_hunt *h, struct code_finder *f, const struct gray *g,
			struct codes *ret)
{
	bool there = h->width > 0 && h->vain < FORGET;

	ret->count = 0;
	f->missed = false;
	enum err e = there ? look_there(h, f, g, ret) : look_around(h, f, g, ret);
	h->looks += there ? 0 : 1;
	h->vain++;
	if (e == ERR_OK && ret->count > 0)
		remember(h, g, ret->at[0].corner);
	else if (e == ERR_OK && f->missed && !there)
		remember(h, g, f->missed_at);
	return code_looked(e, ret);
}
