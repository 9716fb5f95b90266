#include "firmware/parse/page/print.h"

#include "firmware/base/auto.h"

#include <leptonica/allheaders.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	ACROSS = 96, /* cells: more than A4 either way, from the middle */
	DOWN = 120,
	CELLS = ACROSS * DOWN,
	MARK_WIDE = 160, /* pixels at 150 dpi: a handwritten word is smaller, a frame is not */
	MARK_HIGH = 50,
	LEAST_INK = 300, /* pixels */
};

#define CELL_MM     2.8
#define MM_PER_INCH 25.4

struct pattern {
	float at[CELLS];
};

/* Words and marks without frames and rules, which all copies of a form have alike. */
static PIX *marks_of(PIX *ink)
{
	return pixSelectBySize(ink, MARK_WIDE, MARK_HIGH, 8, L_SELECT_IF_BOTH, L_SELECT_IF_LTE,
			       NULL);
}

struct visit {
	struct map to_mm; /* of the upright page */
	struct point middle;
	struct pattern *pattern;
	double sum_x, sum_y, n;
};

static void add_to_middle(struct visit *v, struct point p)
{
	v->sum_x += p.x;
	v->sum_y += p.y;
	v->n++;
}

/* Shared out among the four cells around. */
static void add_to_cells(struct visit *v, struct point p)
{
	double x = (p.x - v->middle.x) / CELL_MM + ACROSS / 2.0;
	double y = (p.y - v->middle.y) / CELL_MM + DOWN / 2.0;

	if (x < 0 || y < 0 || x >= ACROSS - 1 || y >= DOWN - 1)
		return;
	float *at = &v->pattern->at[(int)y * ACROSS + (int)x];
	float px = (float)(x - floor(x)), py = (float)(y - floor(y));
	at[0] += (1 - px) * (1 - py);
	at[1] += px * (1 - py);
	at[ACROSS] += (1 - px) * py;
	at[ACROSS + 1] += px * py;
}

static void each_pixel(PIX *pix, struct visit *v, void (*add)(struct visit *v, struct point p))
{
	for (l_int32 y = 0; y < pixGetHeight(pix); y++) {
		const l_uint32 *line = pixGetData(pix) + (size_t)y * (size_t)pixGetWpl(pix);

		for (l_int32 word = 0; word < pixGetWpl(pix); word++)
			for (l_uint32 bits = line[word]; bits != 0;) {
				int lead = __builtin_clz(bits);

				bits &= ~(0x80000000u >> lead);
				add(v, map_point(&v->to_mm, (struct point){ word * 32 + lead + 0.5,
									    y + 0.5 }));
			}
	}
}

/* Ink grows with blur and threshold, most where there is much of it; and what matters is where
 * there is more of it than around. */
static void even_out(struct pattern *p, struct pattern *spare)
{
	for (int i = 0; i < CELLS; i++)
		p->at[i] = sqrtf(p->at[i]);
	memcpy(spare, p, sizeof *p);
	for (int y = 2; y < DOWN - 2; y++)
		for (int x = 2; x < ACROSS - 2; x++) {
			float sum = 0;

			for (int k = 0; k < 25; k++)
				sum += spare->at[(y + k / 5 - 2) * ACROSS + x + k % 5 - 2];
			p->at[y * ACROSS + x] -= sum / 25;
		}
}

/* The sign of a cell in a plane: a mixing of numbers, the same on every machine (splitmix64). */
static uint64_t mixed(uint64_t n)
{
	n += 0x9e3779b97f4a7c15u;
	n = (n ^ n >> 30) * 0xbf58476d1ce4e5b9u;
	n = (n ^ n >> 27) * 0x94d049bb133111ebu;
	return n ^ n >> 31;
}

static void signs(const struct pattern *p, uint8_t ret[PAGE_PRINT_BYTES])
{
	float sums[PAGE_PRINT_BYTES * 8] = { 0 };

	for (int i = 0; i < CELLS; i++) {
		float v = p->at[i];

		for (int k = 0; v != 0 && k < PAGE_PRINT_BYTES * 8; k += 64) {
			uint64_t sign = mixed((uint64_t)i * PAGE_PRINT_BYTES + (uint64_t)k);

			for (int bit = 0; bit < 64; bit++)
				sums[k + bit] += sign >> bit & 1 ? v : -v;
		}
	}
	memset(ret, 0, PAGE_PRINT_BYTES);
	for (int k = 0; k < PAGE_PRINT_BYTES * 8; k++)
		if (sums[k] > 0)
			ret[k / 8] |= (uint8_t)(1 << k % 8);
}

/* From the flat page's pixels to millimetres on the upright page. */
static bool map_to_mm(const struct lie *l, struct map *ret)
{
	struct map grow = map_shift_scale(l->by, 0, 0),
		   inch = map_shift_scale(MM_PER_INCH / l->dpi, 0, 0);
	struct map from_raw, m;

	if (!map_inverse(&l->to_raw, &from_raw))
		return false;
	m = map_of_both(&l->flat_to_raw, &grow);
	m = map_of_both(&from_raw, &m);
	*ret = map_of_both(&inch, &m);
	return true;
}

enum err print_of(const struct lie *l, uint8_t ret[PAGE_PRINT_BYTES])
{
	AUTO_FREE struct pattern *pattern = calloc(2, sizeof *pattern);
	struct visit v = { .pattern = pattern };
	PIX *marks = pattern ? marks_of(l->ink_pix) : NULL;

	if (!marks)
		return ERR_NO_MEMORY;
	memset(ret, 0, PAGE_PRINT_BYTES);
	if (map_to_mm(l, &v.to_mm))
		each_pixel(marks, &v, add_to_middle);
	if (v.n >= LEAST_INK) {
		v.middle = (struct point){ v.sum_x / v.n, v.sum_y / v.n };
		each_pixel(marks, &v, add_to_cells);
		even_out(&pattern[0], &pattern[1]);
		signs(&pattern[0], ret);
	}
	pixDestroy(&marks);
	return ERR_OK;
}
