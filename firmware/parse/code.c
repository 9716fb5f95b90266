#include "firmware/parse/code_look.h"

#include <stdlib.h>
#include <string.h>

enum {
	DOUBLE_BELOW = 4200000,     /* pixels, A4 at 200 dpi: larger pictures have larger codes */
	EVERYTHING_BELOW = 1500000, /* a camera's picture, not a page */
	BUSY_PLACES = 4,
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

/* What is left to try when nothing was found, the cheap first. zbar wants bars, too, of 2 pixels or
 * more. */
static enum err look_harder(struct code_finder *f, const struct code_scene *s, struct codes *list)
{
	size_t pixels = (size_t)s->g->width * s->g->height;
	bool small = pixels < EVERYTHING_BELOW;
	enum err e = code_look_stretched(f, s, false, list);

	for (unsigned i = 0; e == ERR_OK && list->count == 0 && small && i < CODE_TURNS; i++)
		e = code_look_turned(f, s, i, list);
	if (e == ERR_OK && list->count == 0 && small)
		e = code_look_stretched(f, s, true, list);
	if (e == ERR_OK && list->count == 0 && pixels < DOUBLE_BELOW)
		e = code_look_doubled(f, s, list);
	return e;
}

enum err code_find(struct code_finder *f, const struct gray *g, bool hard, struct codes *ret)
{
	struct code_scene all = { g, 1, 0, 0 };

	ret->count = 0;
	enum err e = code_look_as_is(f, &all, ret);
	if (e == ERR_OK && hard)
		e = code_look_busy(f, &all, BUSY_PLACES, ret);
	if (e == ERR_OK && hard && ret->count == 0)
		e = look_harder(f, &all, ret);
	return code_looked(e, ret);
}
