#include "firmware/parse/code_read.h"

#include "firmware/base/auto.h"
#include "firmware/parse/code_grid.h"
#include "firmware/parse/code_mend.h"
#include "firmware/parse/code_soft.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MODULE = 4, QUIET = 4, READS = 4 };

static enum err draw_clean(const struct plan *p, const int8_t *known, struct gray *ret)
{
	uint32_t side = (uint32_t)(p->side + 2 * QUIET) * MODULE;
	struct gray g = { side, side, malloc((size_t)side * side) };

	if (!g.at)
		return ERR_NO_MEMORY;
	memset(g.at, 255, (size_t)side * side);
	for (uint32_t y = 0; y < side; y++)
		for (uint32_t x = 0; x < side; x++) {
			int row = (int)(y / MODULE) - QUIET, column = (int)(x / MODULE) - QUIET;
			bool inside = row >= 0 && column >= 0 && row < p->side && column < p->side;

			if (inside && known[row * p->side + column] < 0)
				g.at[y * side + x] = 0;
		}
	*ret = g;
	return ERR_OK;
}

static void place(const struct grid *g, double corner[4][2])
{
	int side = 17 + 4 * g->version;

	for (int i = 0; i < 4; i++) {
		warp_point(&g->warp, i == 1 || i == 2 ? side : 0, i >= 2 ? side : 0, corner[i]);
		corner[i][0] *= g->octave;
		corner[i][1] *= g->octave;
	}
}

/* What is mended is known in the next reading, which then sees the rest more clearly. */
static enum err read_symbol(const struct rs *rs, const struct plan *p, struct soft *s)
{
	enum err e = ERR_NO_CODE;

	for (int i = 0; i < READS && e == ERR_NO_CODE; i++) {
		enum err read = soft_read(s);

		e = read == ERR_OK ? code_mend(rs, p, s->sure, s->known) : read;
	}
	return e;
}

static enum err read_grid(const struct rs *rs, const struct grid *g, struct symbol *ret)
{
	AUTO_FREE struct plan *p = malloc(sizeof *p);
	struct soft s = { 0 };

	if (!p)
		return ERR_NO_MEMORY;
	plan_make(g->version, p);
	enum err e = soft_begin(g, p, &s);
	if (e == ERR_OK)
		e = read_symbol(rs, p, &s);
	if (e == ERR_OK)
		e = draw_clean(p, s.known, &ret->clean);
	if (e == ERR_OK)
		place(&s.grid, ret->corner);
	soft_finish(&s);
	return e;
}

/* Inside of the symbol, or as near as its own finder patterns' middles. */
static bool covers(const struct symbol *s, const struct spot *p)
{
	for (int i = 0; i < 4; i++) {
		const double *a = s->corner[i], *b = s->corner[(i + 1) % 4];
		double x = (double)p->x - a[0], y = (double)p->y - a[1];

		if ((b[0] - a[0]) * y - (b[1] - a[1]) * x < 0)
			return false;
	}
	return true;
}

/* Those of one kind, without those of a symbol already read. */
static void keep_spots(const struct spots *all, bool light, const struct symbols *done,
		       struct spots *ret)
{
	ret->count = 0;
	for (unsigned i = 0; i < all->count; i++) {
		struct spot s = all->at[i];
		bool taken = (s.score < 0) != light;

		for (unsigned k = 0; k < done->count && !taken; k++)
			taken = covers(&done->at[k], &s);
		s.score = fabsf(s.score);
		if (!taken)
			ret->at[ret->count++] = s;
	}
}

/* One more symbol of those spots. */
static enum err read_one(const struct rs *rs, const struct octaves *o, const struct spots *spots,
			 struct symbols *list)
{
	struct grids grids;
	enum err e = spots->count < 3 ? ERR_NO_CODE : code_grids(o, spots, &grids);

	if (e != ERR_OK)
		return e;
	e = ERR_NO_CODE;
	for (unsigned i = 0; i < grids.count && e == ERR_NO_CODE; i++)
		e = read_grid(rs, &grids.at[i], &list->at[list->count]);
	if (e == ERR_OK)
		list->count++;
	if (e == ERR_NO_CODE) {
		list->missed = true;
		place(&grids.at[0], list->missed_at);
	}
	return e;
}

static enum err read_all(const struct rs *rs, const struct octaves *o, const struct spots *all,
			 bool light, struct symbols *list)
{
	enum err e = ERR_OK;

	while (e == ERR_OK && list->count < CODE_SYMBOLS) {
		struct spots some;

		keep_spots(all, light, list, &some);
		e = read_one(rs, o, &some, list);
	}
	return e == ERR_NO_CODE ? ERR_OK : e;
}

static enum err read_light(const struct rs *rs, const struct gray *g, const struct spots *all,
			   struct symbols *list)
{
	struct gray turned = { 0 };
	struct octaves o = { 0 };
	enum err e = gray_copy(g, &turned);

	if (e == ERR_OK) {
		gray_invert(&turned);
		e = octaves_of(&turned, &o);
	}
	if (e == ERR_OK)
		e = read_all(rs, &o, all, true, list);
	octaves_finish(&o);
	gray_finish(&turned);
	return e;
}

static unsigned count_light(const struct spots *s)
{
	unsigned count = 0;

	for (unsigned i = 0; i < s->count; i++)
		count += s->at[i].score < 0;
	return count;
}

enum err code_read(const struct rs *rs, const struct gray *g, const struct region *where,
		   struct symbols *list)
{
	struct octaves o = { 0 };
	struct spots spots;
	enum err e = octaves_of(g, &o);
	unsigned before = list->count;

	if (e == ERR_OK)
		e = code_spots(&o, where, &spots);
	if (e == ERR_OK)
		e = read_all(rs, &o, &spots, false, list);
	if (e == ERR_OK && list->count == before && count_light(&spots) >= 3)
		e = read_light(rs, g, &spots, list);
	octaves_finish(&o);
	return e == ERR_NO_CODE ? ERR_OK : e;
}

void symbols_finish(struct symbols *list)
{
	for (unsigned i = 0; i < list->count; i++)
		gray_finish(&list->at[i].clean);
	*list = (struct symbols){ 0 };
}
