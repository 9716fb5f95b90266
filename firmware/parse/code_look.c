#include "firmware/parse/code_look.h"

#include <math.h>

/* Of the busiest region: once a code is found, calmer ones hold none. */
#define WORTH 0.25F

/* Codes found already need no second reading. */
static void mark_done(const struct codes *found, const struct code_scene *s, struct symbols *ret)
{
	for (size_t i = 0; i < found->count; i++) {
		const struct code *c = &found->at[i];

		if (c->kind != CODE_QR)
			continue;
		struct symbol *done = &ret->at[ret->count++];
		for (int k = 0; k < 4; k++) {
			done->corner[k][0] = (c->corner[k].x - s->x) / s->by;
			done->corner[k][1] = (c->corner[k].y - s->y) / s->by;
		}
	}
}

/* A corner that is far outside of everything is not known. */
static int32_t told(double at, double by, int32_t from)
{
	double far = fmin(fmax(at * by, -30000), 30000);

	return from + (int32_t)lrint(isfinite(far) ? far : 0);
}

static void tell(const struct code_scene *s, double corner[4][2], struct code_point ret[4])
{
	for (int i = 0; i < 4; i++)
		ret[i] = (struct code_point){ told(corner[i][0], s->by, s->x),
					      told(corner[i][1], s->by, s->y) };
}

static enum err understand(struct code_finder *f, const struct code_scene *s, struct symbol *symbol,
			   struct codes *list)
{
	struct code_point corner[4];

	tell(s, symbol->corner, corner);
	return eye_look(f->eye, &symbol->clean, &(struct eye_view){ CODE_GRID, 1, 0, 0, corner },
			list);
}

enum err code_look_in(struct code_finder *f, const struct code_scene *s, const struct region *where,
		      struct codes *list)
{
	struct symbols symbols = { 0 };

	mark_done(list, s, &symbols);
	unsigned done = symbols.count;
	enum err e = code_read(&f->rs, s->g, where, &symbols);
	for (unsigned i = done; i < symbols.count && e == ERR_OK; i++)
		e = understand(f, s, &symbols.at[i], list);
	f->missed = symbols.missed;
	if (symbols.missed)
		tell(s, symbols.missed_at, f->missed_at);
	symbols_finish(&symbols);
	return e;
}

enum err code_look_turned(struct code_finder *f, const struct code_scene *s, unsigned turn,
			  struct codes *list)
{
	static const float TURN_RAD[CODE_TURNS] = { 0, .524F, -.524F };
	struct region all = { .width = s->g->width, .height = s->g->height };

	all.turn_rad = TURN_RAD[turn % CODE_TURNS];
	return code_look_in(f, s, &all, list);
}

enum err code_look_busy(struct code_finder *f, const struct code_scene *s, unsigned most,
			struct codes *list)
{
	struct regions busy;
	enum err e = code_regions(s->g, &busy);

	for (unsigned i = 0; e == ERR_OK && i < busy.count && i < most; i++)
		if (list->count == 0 || busy.at[i].likely > WORTH * busy.at[0].likely)
			e = code_look_in(f, s, &busy.at[i], list);
	return e == ERR_NO_CODE ? ERR_OK : e;
}

static enum err look(struct code_finder *f, const struct code_scene *s, enum code_way way,
		     struct codes *list)
{
	return eye_look(f->eye, s->g,
			&(struct eye_view){ .way = way, .by = s->by, .x = s->x, .y = s->y }, list);
}

enum err code_look_as_is(struct code_finder *f, const struct code_scene *s, struct codes *list)
{
	return look(f, s, CODE_AS_IS, list);
}

enum err code_look_doubled(struct code_finder *f, const struct code_scene *s, struct codes *list)
{
	struct gray twice = { 0 };
	enum err e = gray_doubled(s->g, &twice);

	if (e == ERR_OK)
		e = look(f, &(struct code_scene){ &twice, s->by / 2, s->x, s->y }, CODE_DOUBLED,
			 list);
	gray_finish(&twice);
	return e;
}

enum err code_look_stretched(struct code_finder *f, const struct code_scene *s, bool inverted,
			     struct codes *list)
{
	struct gray better = { 0 };
	enum err e = gray_stretched(s->g, &better);

	if (e == ERR_OK && inverted)
		gray_invert(&better);
	if (e == ERR_OK)
		e = look(f, &(struct code_scene){ &better, s->by, s->x, s->y },
			 inverted ? CODE_INVERTED : CODE_STRETCHED, list);
	gray_finish(&better);
	return e;
}

enum err code_looked(enum err e, struct codes *list)
{
	if (e != ERR_OK)
		return e;
	codes_sort(list);
	return list->count > 0 ? ERR_OK : ERR_NO_CODE;
}
