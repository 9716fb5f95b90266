#include "firmware/parse/code_find.h"

#include "firmware/base/auto.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* The pattern is looked for at one size only, in pictures of many sizes: a module has 5/3 pixels,
 * so that centre, light ring, frame and surroundings are squares of these sides. */
enum {
	CENTRE = 5,
	RING = 9,
	FRAME = 11,
	AROUND = 15,
	STEPS = 3,     /* sizes of the picture an octave */
	SMALLEST = 35, /* of a picture worth looking at: 21 modules */
	HITS = 4096,
};

#define MODULE    (5.0F / 3)
#define LIKELY    0.40F
#define FAINT_VAR 4.0F /* of gray levels: nothing is printed here */

enum err octaves_of(const struct gray *g, struct octaves *ret)
{
	struct octaves o = { 1, { *g } };

	while (o.count < CODE_OCTAVES) {
		const struct gray *last = &o.at[o.count - 1];
		struct image i = { last->width, last->height, 0, 1, last->at };

		if (last->width / 2 < SMALLEST || last->height / 2 < SMALLEST)
			break;
		enum err e = gray_of(&i, 2, &o.at[o.count]);
		if (e != ERR_OK) {
			octaves_finish(&o);
			return e;
		}
		o.count++;
	}
	*ret = o;
	return ERR_OK;
}

void octaves_finish(struct octaves *o)
{
	for (unsigned i = 1; i < o->count; i++)
		gray_finish(&o->at[i]);
	*o = (struct octaves){ 0 };
}

/* Sums of all pixels above and to the left, and of their squares; both wrap around, which the
 * difference of two does not mind. */
struct sums {
	uint32_t width, height; /* of the picture; the tables are one larger */
	uint32_t *plain, *square;
};

static void add_up(const struct gray *g, struct sums *s)
{
	uint32_t stride = g->width + 1;

	memset(s->plain, 0, stride * sizeof *s->plain);
	memset(s->square, 0, stride * sizeof *s->square);
	for (uint32_t y = 0; y < g->height; y++) {
		const uint8_t *row = g->at + (size_t)y * g->width;
		const uint32_t *plain_up = s->plain + (size_t)y * stride;
		const uint32_t *square_up = s->square + (size_t)y * stride;
		uint32_t *plain = s->plain + (size_t)(y + 1) * stride;
		uint32_t *square = s->square + (size_t)(y + 1) * stride;
		uint32_t sum = 0, squares = 0;

		plain[0] = square[0] = 0;
		for (uint32_t x = 0; x < g->width; x++) {
			sum += row[x];
			squares += (uint32_t)row[x] * row[x];
			plain[x + 1] = plain_up[x + 1] + sum;
			square[x + 1] = square_up[x + 1] + squares;
		}
	}
	s->width = g->width;
	s->height = g->height;
}

/* A picture of a region, turned and made smaller: pixel x, y of it lies at middle + right * x' +
 * down * y', where x', y' count from its own middle. */
struct view {
	float x, y, right_x, right_y;
	struct gray seen;
};

static void look_at(const struct region *r, float turn, float by, float octave, struct view *v)
{
	float c = fabsf(cosf(turn)), s = fabsf(sinf(turn)), scale = 1 / (by * octave);
	float w = (float)r->width * scale, h = (float)r->height * scale;

	v->x = ((float)r->x + (float)r->width / 2) / octave;
	v->y = ((float)r->y + (float)r->height / 2) / octave;
	v->right_x = by * cosf(turn);
	v->right_y = by * sinf(turn);
	v->seen.width = (uint32_t)(w * c + h * s + 1);
	v->seen.height = (uint32_t)(w * s + h * c + 1);
}

static size_t view_pixels(const struct region *r)
{
	struct view v;

	look_at(r, r->turn_rad, 1, 1, &v);
	return (size_t)(v.seen.width + 1) * (v.seen.height + 1);
}

/* A place in the octave, in 256ths of a pixel, as bilinear brightness. */
static inline uint8_t between(const struct gray *g, int32_t x, int32_t y)
{
	int32_t last_x = (int32_t)(g->width - 1) * 256 - 1,
		last_y = (int32_t)(g->height - 1) * 256 - 1;

	x = x < 0 ? 0 : x > last_x ? last_x : x;
	y = y < 0 ? 0 : y > last_y ? last_y : y;
	const uint8_t *up = g->at + (size_t)(y >> 8) * g->width + (x >> 8), *low = up + g->width;
	uint32_t fx = (uint32_t)x & 255, fy = (uint32_t)y & 255;

	return (uint8_t)(((up[0] * (256 - fx) + up[1] * fx) * (256 - fy) +
			  (low[0] * (256 - fx) + low[1] * fx) * fy + 32768) >>
			 16);
}

static void draw_view(const struct gray *g, struct view *v)
{
	float step_x = v->right_x, step_y = v->right_y;
	float half_w = ((float)v->seen.width - 1) / 2, half_h = ((float)v->seen.height - 1) / 2;
	int32_t dx = (int32_t)lrintf(step_x * 256), dy = (int32_t)lrintf(step_y * 256);

	for (uint32_t row = 0; row < v->seen.height; row++) {
		float down = (float)row - half_h;
		int32_t x = (int32_t)((v->x - .5F - half_w * step_x - down * step_y) * 256);
		int32_t y = (int32_t)((v->y - .5F - half_w * step_y + down * step_x) * 256);
		uint8_t *out = v->seen.at + (size_t)row * v->seen.width;

		for (uint32_t i = 0; i < v->seen.width; i++, x += dx, y += dy)
			out[i] = between(g, x, y);
	}
}

struct hits {
	size_t count;
	struct spot at[HITS];
};

/* Sum over a square of side `side` whose middle pixel is at x of this row's. */
static inline uint32_t square_sum(const uint32_t *table, uint32_t stride, uint32_t side)
{
	const uint32_t *up = table + (size_t)((AROUND - side) / 2) * stride + (AROUND - side) / 2;
	const uint32_t *low = up + (size_t)side * stride;

	return low[side] - low[0] - up[side] + up[0];
}

/* How much the place looks like the pattern: correlation with it, signed; 0 when one of its rings
 * is missing. `at` is the first corner of the surroundings in the table. */
static inline float score_at(const struct sums *s, size_t at)
{
	enum {
		N1 = CENTRE * CENTRE,
		N2 = RING * RING - N1,
		N3 = FRAME * FRAME - RING * RING,
		N4 = AROUND * AROUND - FRAME * FRAME,
		N = AROUND * AROUND,
		LIGHT = N2 + N4,
		DARK = N1 + N3
	};
	const uint32_t *table = s->plain + at;
	uint32_t stride = s->width + 1;
	int32_t s1 = (int32_t)square_sum(table, stride, CENTRE);
	int32_t s2 = (int32_t)square_sum(table, stride, RING);
	int32_t sign = s2 * N1 > s1 * (N1 + N2) ? 1 : -1;

	int32_t s3 = (int32_t)square_sum(table, stride, FRAME);
	float centre = (float)s1 / N1, ring = (float)(s2 - s1) / N2, frame = (float)(s3 - s2) / N3;
	float inner = (ring - centre) * (float)sign, outer = (ring - frame) * (float)sign;
	if (outer < .2F * inner || inner < .2F * outer)
		return 0;
	int32_t all = (int32_t)square_sum(table, stride, AROUND);
	float around = (float)(all - s3) / N4;
	if ((around - frame) * (float)sign < .15F * inner)
		return 0;
	uint32_t squares = square_sum(s->square + at, stride, AROUND);
	float mean = (float)all / N, var = (float)squares / N - mean * mean;
	float light = (float)(s2 - s1 + all - s3) / LIGHT, dark = (float)(s1 + s3 - s2) / DARK;
	const float part = (float)LIGHT * DARK / ((float)N * N);

	return var < FAINT_VAR ? 0 : (light - dark) * sqrtf(part / var);
}

static void keep_hit(struct hits *h, struct spot s)
{
	if (h->count < HITS)
		h->at[h->count++] = s;
}

static struct spot spot_of(const struct view *v, uint32_t x, uint32_t y, float octave)
{
	float across = (float)x + AROUND / 2 - ((float)v->seen.width - 1) / 2;
	float down = (float)y + AROUND / 2 - ((float)v->seen.height - 1) / 2;

	return (struct spot){
		.x = (v->x + across * v->right_x - down * v->right_y) * octave,
		.y = (v->y + across * v->right_y + down * v->right_x) * octave,
		.module_px = MODULE * hypotf(v->right_x, v->right_y) * octave,
	};
}

/* Keeps what is the best of its row's neighbours; the rows are thinned out afterwards. */
static void search(const struct view *v, const struct sums *s, float octave, struct hits *h)
{
	uint32_t stride = s->width + 1;

	for (uint32_t y = 0; y + AROUND <= s->height; y++) {
		float before = 0, here = 0;

		for (uint32_t x = 0; x + AROUND <= s->width; x++) {
			float next = score_at(s, (size_t)y * stride + x);

			if (fabsf(here) >= LIKELY && fabsf(here) >= fabsf(before) &&
			    fabsf(here) > fabsf(next)) {
				struct spot found = spot_of(v, x - 1, y, octave);

				found.score = here;
				keep_hit(h, found);
			}
			before = here;
			here = next;
		}
	}
}

static int by_score(const void *left, const void *right)
{
	const struct spot *a = left, *b = right;
	float x = fabsf(a->score), y = fabsf(b->score);

	return (x < y) - (x > y);
}

static bool is_new(const struct spots *list, const struct spot *s)
{
	for (unsigned i = 0; i < list->count; i++) {
		const struct spot *t = &list->at[i];
		float near = 2.5F * fmaxf(s->module_px, t->module_px);

		if (fabsf(s->x - t->x) < near && fabsf(s->y - t->y) < near &&
		    s->score * t->score > 0)
			return false;
	}
	return true;
}

static void keep_best(struct hits *h, struct spots *list)
{
	qsort(h->at, h->count, sizeof *h->at, by_score);
	list->count = 0;
	for (size_t i = 0; i < h->count && list->count < CODE_SPOTS; i++)
		if (is_new(list, &h->at[i]))
			list->at[list->count++] = h->at[i];
}

/* Room for the largest view and its sums. */
struct room_to_see {
	uint8_t *pixels;
	uint32_t *plain, *square;
};

static void search_octave(const struct gray *g, float octave, const struct region *where,
			  const struct room_to_see *room, struct hits *h)
{
	for (int step = 0; step < STEPS; step++) {
		struct view v = { .seen.at = room->pixels };
		struct sums s = { .plain = room->plain, .square = room->square };

		look_at(where, where->turn_rad, exp2f((float)step / STEPS), octave, &v);
		if (v.seen.width < SMALLEST || v.seen.height < SMALLEST)
			return;
		draw_view(g, &v);
		add_up(&v.seen, &s);
		search(&v, &s, octave, h);
	}
}

enum err code_spots(const struct octaves *o, const struct region *where, struct spots *ret)
{
	size_t room = view_pixels(where);
	AUTO_FREE uint32_t *tables = malloc(2 * room * sizeof *tables);
	AUTO_FREE uint8_t *pixels = malloc(room);
	AUTO_FREE struct hits *h = calloc(1, sizeof *h);

	if (!tables || !pixels || !h)
		return ERR_NO_MEMORY;
	for (unsigned i = 0; i < o->count; i++)
		search_octave(&o->at[i], (float)(1u << i), where,
			      &(struct room_to_see){ pixels, tables, tables + room }, h);
	keep_best(h, ret);
	return ret->count < 3 ? ERR_NO_CODE : ERR_OK;
}
