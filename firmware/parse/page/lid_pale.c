#include "firmware/parse/page/lid_pale.h"

#include "firmware/base/auto.h"
#include "firmware/parse/page/lid_shape.h"

#include <leptonica/allheaders.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	PARTS = 16,      /* of one step of brightness: means are finer than pixels */
	LEAST_STEP = 44, /* parts: between lid and sheet */
	SAME = 32,       /* parts: so far from the most frequent a cell is still the lid */
	LEAST_LID = 128, /* brightness; darker ones are lid.c's */
	RING = 3,        /* cells of the border that are looked at */
	LEAST_RING = 25, /* percent of them that are alike */
	TILE = 8,        /* cells: larger than the strokes of letters are apart */
	PAPER = 85,      /* of 100 cells of a tile: its paper */
	LEAST_SHEET = 2, /* percent of the picture */
	MOST_SHEET = 75,
	INK_PERCENT = 75, /* of the lid's brightness */
};

#define CELL_MM      0.5
#define SOLID        0.92   /* of the tiles inside that are not the lid's */
#define MOST_OUTSIDE 0.03   /* of the tiles outside */
#define MOST_INK     0.0004 /* of the cells outside: a page's print is no dirt on a lid */

struct cells {
	int width, height, side; /* side: in pixels of the view */
	uint16_t (*at)[3];       /* PARTS of brightness, each the mean of three by three */
	uint16_t lid[3];
};

static void sum_cell(const struct view *v, const struct cells *c, int x, int y, uint16_t ret[3])
{
	uint32_t sum[3] = { 0 }, n = (uint32_t)(c->side * c->side);

	for (int py = y * c->side; py < (y + 1) * c->side; py++) {
		const uint8_t *p =
			v->pixels + ((size_t)py * v->width + (size_t)(x * c->side)) * v->channels;

		for (int px = 0; px < c->side; px++, p += v->channels)
			for (int k = 0; k < 3; k++)
				sum[k] += p[v->channels == 3 ? k : 0];
	}
	for (int k = 0; k < 3; k++)
		ret[k] = (uint16_t)(sum[k] * PARTS / n);
}

static uint16_t mean_around(const uint16_t (*raw)[3], const struct cells *c, int at, int k)
{
	int x = at % c->width, y = at / c->width;
	uint32_t sum = 0, n = 0;

	for (int i = 0; i < 9; i++) {
		int nx = x + i % 3 - 1, ny = y + i / 3 - 1;

		if (nx < 0 || ny < 0 || nx >= c->width || ny >= c->height)
			continue;
		sum += raw[ny * c->width + nx][k];
		n++;
	}
	return (uint16_t)(sum / n);
}

static enum err make_cells(const struct view *v, struct cells *c)
{
	c->side = (int)fmax(1, round(v->dpi * CELL_MM / 25.4));
	c->width = (int)v->width / c->side;
	c->height = (int)v->height / c->side;
	size_t n = (size_t)c->width * (size_t)c->height;
	AUTO_FREE uint16_t(*raw)[3] = malloc((n + 1) * sizeof *raw);
	c->at = malloc((n + 1) * sizeof *c->at);
	if (!raw || !c->at)
		return ERR_NO_MEMORY;
	for (int at = 0; at < (int)n; at++)
		sum_cell(v, c, at % c->width, at / c->width, raw[at]);
	for (int at = 0; at < (int)n; at++)
		for (int k = 0; k < 3; k++)
			c->at[at][k] = mean_around((const uint16_t(*)[3])raw, c, at, k);
	return ERR_OK;
}

static bool in_ring(const struct cells *c, int at)
{
	int x = at % c->width, y = at / c->width;
	bool edge = x == 0 || y == 0 || x + 1 == c->width || y + 1 == c->height;

	return !edge &&
	       (x <= RING || y <= RING || x + 1 >= c->width - RING || y + 1 >= c->height - RING);
}

static bool differs(const struct cells *c, const uint16_t value[3])
{
	for (int k = 0; k < 3; k++)
		if (abs(value[k] - c->lid[k]) > LEAST_STEP)
			return true;
	return false;
}

enum { STEP = 8, BINS = 256 * PARTS / STEP + 2 };

/* In the middle of those most frequent. */
static int peak_of(const uint32_t bins[BINS])
{
	uint32_t best = 1;

	for (uint32_t i = 1; i + 1 < BINS; i++)
		if (bins[i - 1] + bins[i] + bins[i + 1] >
		    bins[best - 1] + bins[best] + bins[best + 1])
			best = i;
	return (int)best * STEP + STEP / 2;
}

/* The most frequent colour of the border: of those as green, those as blue. What looks like
 * c->lid, which was tried before, is passed over. */
static bool find_lid(struct cells *c)
{
	uint32_t green[BINS] = { 0 }, blue[BINS] = { 0 }, ring = 0, alike = 0;
	int n = c->width * c->height;
	uint64_t sum[3] = { 0 };

	for (int at = 0; at < n; at++)
		if (in_ring(c, at)) {
			green[c->at[at][1] / STEP] += differs(c, c->at[at]);
			ring++;
		}
	int level = peak_of(green);
	for (int at = 0; at < n; at++)
		if (in_ring(c, at) && abs(c->at[at][1] - level) <= SAME)
			blue[c->at[at][2] / STEP] += differs(c, c->at[at]);
	int tint = peak_of(blue);
	for (int at = 0; at < n; at++) {
		const uint16_t *v = c->at[at];

		if (!in_ring(c, at) || abs(v[1] - level) > SAME || abs(v[2] - tint) > SAME)
			continue;
		for (int k = 0; k < 3; k++)
			sum[k] += v[k];
		alike++;
	}
	for (int k = 0; k < 3; k++)
		c->lid[k] = (uint16_t)(alike > 0 ? sum[k] / alike : 0);
	return alike * 100ULL >= ring * (uint64_t)LEAST_RING && c->lid[1] >= LEAST_LID * PARTS;
}

static PIX *sheet_mask(const struct cells *c)
{
	PIX *pix = pixCreate(c->width, c->height, 1);

	for (int y = 0; pix && y < c->height; y++) {
		l_uint32 *line = pixGetData(pix) + (size_t)y * (size_t)pixGetWpl(pix);

		for (int x = 0; x < c->width; x++)
			if (differs(c, c->at[y * c->width + x]))
				SET_DATA_BIT(line, x);
	}
	PIX *closed = pix ? pixCloseSafeBrick(NULL, pix, 5, 5) : NULL;
	PIX *opened = closed ? pixOpenBrick(NULL, closed, 5, 5) : NULL;
	pixDestroy(&pix);
	pixDestroy(&closed);
	return opened;
}

static int by_value(const void *a, const void *b)
{
	return *(const uint16_t *)a - *(const uint16_t *)b;
}

/* The paper between the letters of a tile is not the lid. */
static bool tile_differs(const struct cells *c, int tx, int ty)
{
	uint16_t paper[3], of[TILE * TILE];

	for (int k = 0; k < 3; k++) {
		for (int i = 0; i < TILE * TILE; i++)
			of[i] = c->at[(ty + i / TILE) * c->width + tx + i % TILE][k];
		qsort(of, TILE * TILE, sizeof *of, by_value);
		paper[k] = of[TILE * TILE * PAPER / 100];
	}
	return differs(c, paper);
}

static uint32_t ink_of_tile(const struct cells *c, int tx, int ty)
{
	uint32_t n = 0;

	for (int i = 0; i < TILE * TILE; i++)
		n += c->at[(ty + i / TILE) * c->width + tx + i % TILE][1] * 100u <
		     c->lid[1] * (unsigned)INK_PERCENT;
	return n;
}

/* A sheet's paper is not the lid all over, what is outside is, and no print stands there. */
static bool is_solid(const struct cells *c, const struct outline *o)
{
	uint32_t inside = 0, solid = 0, outside = 0, strange = 0, ink = 0;

	for (int ty = 0; ty + TILE <= c->height; ty += TILE)
		for (int tx = 0; tx + TILE <= c->width; tx += TILE) {
			int corners = 0;

			for (int k = 0; k < 4; k++) /* and what is beside it */
				corners += outline_has(
					o, (struct point){ tx - 2 + k % 2 * (TILE + 4),
							   ty - 1.5 + k / 2 * (TILE + 4) });
			bool differ = (corners == 0 || corners == 4) && tile_differs(c, tx, ty);
			inside += corners == 4;
			solid += corners == 4 && differ;
			outside += corners == 0;
			strange += corners == 0 && differ;
			ink += corners == 0 ? ink_of_tile(c, tx, ty) : 0;
		}
	return inside > 0 && solid >= SOLID * inside && strange <= MOST_OUTSIDE * outside &&
	       ink <= MOST_INK * outside * TILE * TILE;
}

static bool is_believed(const struct cells *c, const struct lid_shape *s)
{
	double percent = outline_area(&s->sheet) * 100 / ((double)c->width * c->height);

	return s->sheet.count >= 3 && percent >= LEAST_SHEET && percent <= MOST_SHEET &&
	       s->fills > LID_RECTANGLE && is_solid(c, &s->sheet);
}

static void keep(const struct cells *c, const struct lid_shape *s, struct lid_found *ret)
{
	struct map enlarge = map_shift_scale(c->side, 0, 0);

	map_outline(&enlarge, &s->sheet, &ret->sheet);
	ret->is_seen = true;
	ret->is_free = s->lies_free;
	for (int k = 0; k < 4; k++)
		ret->corner[k] = map_point(&enlarge, s->corner[k]);
}

enum err lid_pale_find(const struct view *v, struct lid_found *ret)
{
	struct cells c = { 0 };
	struct lid_shape s = { 0 };
	enum err e = make_cells(v, &c);

	/* what there is most of along the border may be the sheet */
	for (int k = 0; e == ERR_OK && !ret->is_seen && k < 2 && find_lid(&c); k++) {
		PIX *mask = sheet_mask(&c);

		e = mask ? lid_shape_of(mask, &s) : ERR_NO_MEMORY;
		pixDestroy(&mask);
		if (e == ERR_OK && is_believed(&c, &s))
			keep(&c, &s, ret);
	}
	free(c.at);
	return e;
}
