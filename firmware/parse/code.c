#include "firmware/parse/code.h"

#include "firmware/base/auto.h"
#include "firmware/parse/code_eye.h"
#include "firmware/parse/code_read.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	DOUBLE_BELOW = 4200000,     /* pixels, A4 at 200 dpi: larger pictures have larger codes */
	EVERYTHING_BELOW = 1500000, /* a camera's picture, not a page */
	TURNS = 3,                  /* that cover all, at 30 degrees from one to the next */
};

struct code_finder {
	struct eye *eye;
	struct rs rs;
};

const char *code_kind_name(enum code_kind k)
{
	static const char *const NAMES[CODE_KIND_COUNT] = { "QR", "Code 128", "Code 39", "EAN-13" };

	return NAMES[k];
}

const char *code_way_name(enum code_way w)
{
	static const char *const NAMES[CODE_WAY_COUNT] = { "as-is", "grid", "doubled", "stretched",
							   "inverted" };

	return NAMES[w];
}

/* A code of our own, 21 by 21, "KIOSK". */
static enum err read_sample(struct code_finder *f)
{
	static const uint32_t ROWS[21] = {
		0x1fc57f, 0x104141, 0x17545d, 0x17415d, 0x174b5d, 0x104e41, 0x1fd57f,
		0x001400, 0x1df5c4, 0x0f22af, 0x10cee7, 0x1183bc, 0x1ceee0, 0x00144d,
		0x1fd514, 0x10504f, 0x175951, 0x1746aa, 0x1752e5, 0x1053bb, 0x1fdae5,
	};
	enum { MODULE = 4, QUIET = 4, SIDE = (21 + 2 * QUIET) * MODULE };
	uint8_t pixels[SIDE * SIDE];
	struct gray g = { SIDE, SIDE, pixels };

	for (unsigned y = 0; y < SIDE; y++)
		for (unsigned x = 0; x < SIDE; x++) {
			unsigned row = y / MODULE - QUIET, column = x / MODULE - QUIET;
			bool ink = row < 21 && column < 21 && (ROWS[row] >> (20 - column) & 1);

			pixels[y * SIDE + x] = ink ? 0 : 255;
		}
	struct codes *found = malloc(sizeof *found);
	if (!found)
		return ERR_NO_MEMORY;
	enum err e = code_find(f, &g, false, found);
	bool right =
		e == ERR_OK && found->at[0].len == 5 && !memcmp(found->at[0].bytes, "KIOSK", 5);
	free(found);
	return e == ERR_NO_MEMORY ? e : right ? ERR_OK : ERR_BROKEN;
}

enum err code_finder_create(struct code_finder **ret)
{
	struct code_finder *f = calloc(1, sizeof *f);

	if (!f)
		return ERR_NO_MEMORY;
	rs_make(&f->rs);
	enum err e = eye_create(&f->eye);
	if (e == ERR_OK)
		e = read_sample(f);
	if (e == ERR_OK)
		*ret = f;
	else
		code_finder_destroy(f);
	return e;
}

void code_finder_destroy(struct code_finder *f)
{
	if (!f)
		return;
	eye_destroy(f->eye);
	free(f);
}

/* Codes found already need no second reading. */
static void mark_done(const struct codes *found, struct symbols *ret)
{
	for (size_t i = 0; i < found->count; i++) {
		const struct code *c = &found->at[i];

		if (c->kind != CODE_QR)
			continue;
		struct symbol *done = &ret->at[ret->count++];
		for (int k = 0; k < 4; k++) {
			done->corner[k][0] = c->corner[k].x;
			done->corner[k][1] = c->corner[k].y;
		}
	}
}

static enum err understand(struct code_finder *f, const struct symbol *s, struct codes *ret)
{
	struct code_point corner[4];

	for (int i = 0; i < 4; i++)
		corner[i] = (struct code_point){ (int32_t)lrint(s->corner[i][0]),
						 (int32_t)lrint(s->corner[i][1]) };
	return eye_look(f->eye, &s->clean, &(struct eye_view){ CODE_GRID, 1, 0, 0, corner }, ret);
}

/* Our own reader in one region. */
static enum err look_in(struct code_finder *f, const struct gray *g, const struct region *where,
			struct codes *ret)
{
	struct symbols symbols = { 0 };

	mark_done(ret, &symbols);
	unsigned done = symbols.count;
	enum err e = code_read(&f->rs, g, where, &symbols);
	for (unsigned i = done; i < symbols.count && e == ERR_OK; i++)
		e = understand(f, &symbols.at[i], ret);
	symbols_finish(&symbols);
	return e;
}

static enum err look_where_busy(struct code_finder *f, const struct gray *g, struct codes *ret)
{
	struct regions busy;
	enum err e = code_regions(g, &busy);

	for (unsigned i = 0; e == ERR_OK && i < busy.count; i++)
		e = look_in(f, g, &busy.at[i], ret);
	return e == ERR_NO_CODE ? ERR_OK : e;
}

/* All of the picture, as if the code were turned this way. */
static enum err look_turned(struct code_finder *f, const struct gray *g, unsigned turn,
			    struct codes *ret)
{
	static const float TURN_RAD[TURNS] = { 0, .524F, -.524F };
	struct region all = { .width = g->width, .height = g->height };

	all.turn_rad = TURN_RAD[turn % TURNS];
	return look_in(f, g, &all, ret);
}

static enum err look_as_is(struct code_finder *f, const struct gray *g, struct codes *ret)
{
	return eye_look(f->eye, g, &(struct eye_view){ .way = CODE_AS_IS, .scale = 1 }, ret);
}

/* zbar wants bars, too, of 2 pixels or more. */
static enum err look_doubled(struct code_finder *f, const struct gray *g, struct codes *ret)
{
	struct gray twice = { 0 };
	enum err e = gray_doubled(g, &twice);

	if (e == ERR_OK)
		e = eye_look(f->eye, &twice, &(struct eye_view){ .way = CODE_DOUBLED, .scale = 2 },
			     ret);
	gray_finish(&twice);
	return e;
}

static enum err look_stretched(struct code_finder *f, const struct gray *g, bool inverted,
			       struct codes *ret)
{
	struct gray better = { 0 };
	enum err e = gray_stretched(g, &better);

	if (e == ERR_OK && inverted)
		gray_invert(&better);
	if (e == ERR_OK)
		e = eye_look(f->eye, &better,
			     &(struct eye_view){ .way = inverted ? CODE_INVERTED : CODE_STRETCHED,
						 .scale = 1 },
			     ret);
	gray_finish(&better);
	return e;
}

/* What is left to try when nothing was found, the cheap first. */
static enum err look_harder(struct code_finder *f, const struct gray *g, struct codes *ret)
{
	size_t pixels = (size_t)g->width * g->height;
	bool small = pixels < EVERYTHING_BELOW;
	enum err e = look_stretched(f, g, false, ret);

	for (unsigned i = 0; e == ERR_OK && ret->count == 0 && small && i < TURNS; i++)
		e = look_turned(f, g, i, ret);
	if (e == ERR_OK && ret->count == 0 && small)
		e = look_stretched(f, g, true, ret);
	if (e == ERR_OK && ret->count == 0 && pixels < DOUBLE_BELOW)
		e = look_doubled(f, g, ret);
	return e;
}

static enum err found(enum err e, struct codes *list)
{
	if (e != ERR_OK)
		return e;
	codes_sort(list);
	return list->count > 0 ? ERR_OK : ERR_NO_CODE;
}

enum err code_find(struct code_finder *f, const struct gray *g, bool hard, struct codes *ret)
{
	ret->count = 0;
	enum err e = look_as_is(f, g, ret);

	if (e == ERR_OK && hard)
		e = look_where_busy(f, g, ret);
	if (e == ERR_OK && hard && ret->count == 0)
		e = look_harder(f, g, ret);
	return found(e, ret);
}

enum err code_find_on_page(struct code_finder *f, const struct image *page, struct codes *ret)
{
	struct gray g = { 0 };
	uint32_t by = (uint64_t)page->width * page->height > 12000000 ? 2 : 1;
	enum err e = gray_of(page, by, &g);

	if (e == ERR_OK)
		e = code_find(f, &g, true, ret);
	gray_finish(&g);
	return e;
}

enum err code_hunt_look(struct code_hunt *h, struct code_finder *f, const struct gray *g,
			struct codes *ret)
{
	h->looks++;
	return code_find(f, g, h->looks % 2 == 0, ret);
}
