#include "firmware/parse/page/layer_region.h"

#include "firmware/parse/page/layer_tint.h"

#include <leptonica/allheaders.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
	CELLS_PER_INCH = 36,
	LEAST_MM = 9, /* print and handwriting on a line is lower */
	MOST_MM = 80, /* more is a frame, or a page written by hand */
	PAD_MM = 1,
	COLOURED = 10, /* percent of a cell's pixels that give it a hue */
	COVERED = 80,  /* percent of a cell that is not paper where a photo is */
	PAPER = 225,
	BLACK = 70,
	TONES = 25,  /* percent of a photo that are neither black nor white */
	SOLID = 5,   /* cells each way without paper: no letter is so thick */
	CRUMBS = 16, /* pixels at 300 dpi; less is what a stamp leaves behind */
};

struct grid {
	uint32_t across, down;
	PIX *hues[TINT_COUNT]; /* one bit a cell */
	PIX *tones;
};

static void grid_finish(struct grid *g)
{
	for (int i = 0; i < TINT_COUNT; i++)
		pixDestroy(&g->hues[i]);
	pixDestroy(&g->tones);
}

static enum err grid_begin(const struct leaf *l, struct grid *g)
{
	g->across = (uint32_t)pixGetWidth(l->gray) * CELLS_PER_INCH / l->dpi + 1;
	g->down = (uint32_t)pixGetHeight(l->gray) * CELLS_PER_INCH / l->dpi + 1;
	for (int i = 0; i <= TINT_COUNT; i++) {
		PIX *pix = pixCreate((l_int32)g->across, (l_int32)g->down, 1);

		if (!pix)
			return ERR_NO_MEMORY;
		*(i < TINT_COUNT ? &g->hues[i] : &g->tones) = pix;
	}
	return ERR_OK;
}

struct count {
	uint16_t all, hues[TINT_COUNT];
};

static void mark_hues(const struct grid *g, uint32_t row, const struct count *counts)
{
	for (uint32_t i = 0; i < g->across; i++)
		for (int k = 0; k < TINT_COUNT; k++)
			if (counts[i].hues[k] * 100u > counts[i].all * COLOURED)
				pixSetPixel(g->hues[k], (l_int32)i, (l_int32)row, 1);
}

/* Which cells have red, blue or other ink. */
static enum err find_hues(const struct leaf *l, struct grid *g)
{
	uint32_t w = (uint32_t)pixGetWidth(l->colour), h = (uint32_t)pixGetHeight(l->colour);
	struct count *counts = calloc(g->across, sizeof *counts);
	uint16_t *cell_of = malloc(w * sizeof *cell_of);
	struct tints t;

	tints_of_paper(l->paper, &t);
	for (uint32_t x = 0; cell_of && x < w; x++)
		cell_of[x] = (uint16_t)((uint64_t)x * g->across / w);
	for (uint32_t y = 0; counts && cell_of && y < h; y++) {
		const l_uint32 *line =
			pixGetData(l->colour) + (size_t)y * (size_t)pixGetWpl(l->colour);
		uint32_t row = (uint32_t)((uint64_t)y * g->down / h);

		for (uint32_t x = 0; x < w; x++) {
			enum tint tint = tint_of(&t, line[x]);

			counts[cell_of[x]].all++;
			if (tint < TINT_COUNT)
				counts[cell_of[x]].hues[tint]++;
		}
		if (y + 1 == h || (uint64_t)(y + 1) * g->down / h != row) {
			mark_hues(g, row, counts);
			memset(counts, 0, g->across * sizeof *counts);
		}
	}
	bool out_of_memory = !counts || !cell_of;
	free(counts);
	free(cell_of);
	return out_of_memory ? ERR_NO_MEMORY : ERR_OK;
}

struct tone {
	uint16_t all, covered, black;
};

static void mark_tones(PIX *covered, PIX *middle, uint32_t row, const struct tone *tones)
{
	for (int32_t i = 0; i < pixGetWidth(covered); i++) {
		const struct tone *t = &tones[i];

		if (t->covered * 100u <= t->all * COVERED)
			continue;
		pixSetPixel(covered, i, (l_int32)row, 1);
		if ((t->covered - t->black) * 100u > t->all * TONES)
			pixSetPixel(middle, i, (l_int32)row, 1);
	}
}

/* Every other pixel of every other row is enough. */
static enum err count_tones(const struct leaf *l, PIX *covered, PIX *middle)
{
	uint32_t w = (uint32_t)pixGetWidth(l->gray), h = (uint32_t)pixGetHeight(l->gray);
	uint32_t across = (uint32_t)pixGetWidth(covered), down = (uint32_t)pixGetHeight(covered);
	struct tone *tones = calloc(across, sizeof *tones);

	for (uint32_t y = 0; tones && y < h; y++) {
		const l_uint32 *line = pixGetData(l->gray) + (size_t)y * (size_t)pixGetWpl(l->gray);
		uint32_t row = (uint32_t)((uint64_t)y * down / h);

		for (uint32_t i = 0, x = 0; y % 2 == 0 && i < across; i++) {
			uint32_t end = (uint32_t)((uint64_t)(i + 1) * w / across);

			for (; x < end; x += 2) {
				uint8_t v = (uint8_t)GET_DATA_BYTE(line, x);

				tones[i].all++;
				tones[i].covered += v < PAPER;
				tones[i].black += v < BLACK;
			}
		}
		if (y + 1 == h || (uint64_t)(y + 1) * down / h != row) {
			mark_tones(covered, middle, row, tones);
			memset(tones, 0, across * sizeof *tones);
		}
	}
	bool out_of_memory = !tones;
	free(tones);
	return out_of_memory ? ERR_NO_MEMORY : ERR_OK;
}

/* A photo: covered without a gap, and not in black and white only, as a QR code is. */
static enum err find_tones(const struct leaf *l, struct grid *g)
{
	PIX *covered = pixCreateTemplate(g->tones), *middle = pixCreateTemplate(g->tones);
	enum err e = covered && middle ? count_tones(l, covered, middle) : ERR_NO_MEMORY;

	if (e == ERR_OK) {
		PIX *opened = pixOpenBrick(NULL, covered, SOLID, SOLID);
		PIX *seed = opened ? pixAnd(NULL, opened, middle) : NULL;
		PIX *photo = seed ? pixSeedfillBinary(NULL, seed, opened, 8) : NULL;

		if (photo)
			pixDilateBrick(g->tones, photo, 3, 3);
		else
			e = ERR_NO_MEMORY;
		pixDestroy(&opened);
		pixDestroy(&seed);
		pixDestroy(&photo);
	}
	pixDestroy(&covered);
	pixDestroy(&middle);
	return e;
}

static bool touch(const struct part *a, const struct part *b)
{
	return a->x < b->x + b->w && b->x < a->x + a->w && a->y < b->y + b->h && b->y < a->y + a->h;
}

static void join(struct part *a, const struct part *b)
{
	int32_t right = a->x + a->w > b->x + b->w ? a->x + a->w : b->x + b->w;
	int32_t lower = a->y + a->h > b->y + b->h ? a->y + a->h : b->y + b->h;

	a->x = a->x < b->x ? a->x : b->x;
	a->y = a->y < b->y ? a->y : b->y;
	a->w = right - a->x;
	a->h = lower - a->y;
}

/* Regions that touch become one. When there is no room for more, the last two do. */
static void add(struct regions *r, struct part a)
{
	for (size_t i = 0; i < r->count;) {
		if (!touch(&r->at[i], &a)) {
			i++;
			continue;
		}
		join(&a, &r->at[i]);
		r->at[i] = r->at[--r->count];
		i = 0;
	}
	if (r->count == LAYERS_MAX_REGIONS)
		join(&r->at[r->count - 1], &a);
	else
		r->at[r->count++] = a;
}

/* From cells to pixels, with a little around it, within the page. */
static struct part part_of(const struct leaf *l, const BOX *box)
{
	int32_t pad = l->dpi * PAD_MM * 10 / 254, cell = l->dpi;
	int32_t w = pixGetWidth(l->gray), h = pixGetHeight(l->gray);
	int32_t x0 = box->x * cell / CELLS_PER_INCH - pad,
		y0 = box->y * cell / CELLS_PER_INCH - pad;
	int32_t x1 = (box->x + box->w) * cell / CELLS_PER_INCH + pad;
	int32_t y1 = (box->y + box->h) * cell / CELLS_PER_INCH + pad;

	x0 = x0 > 0 ? x0 : 0;
	y0 = y0 > 0 ? y0 : 0;
	return (struct part){ x0, y0, (x1 < w ? x1 : w) - x0, (y1 < h ? y1 : h) - y0 };
}

static enum err add_clusters(const struct leaf *l, PIX *cells, int32_t most_mm, struct regions *r)
{
	BOXA *boxes = pixConnCompBB(cells, 8);
	int32_t least = LEAST_MM * CELLS_PER_INCH * 10 / 254, most = most_mm * CELLS_PER_INCH / 25;

	if (!boxes)
		return ERR_NO_MEMORY;
	for (int32_t i = 0; i < boxaGetCount(boxes); i++) {
		BOX *box = boxaGetBox(boxes, i, L_CLONE);

		if (box && box->w >= least && box->h >= least && box->w <= most && box->h <= most)
			add(r, part_of(l, box));
		boxDestroy(&box);
	}
	boxaDestroy(&boxes);
	return ERR_OK;
}

enum err regions_find(const struct leaf *l, struct regions *ret)
{
	struct grid g = { 0 };
	struct regions r = { 0 };
	enum err e = grid_begin(l, &g);

	if (e == ERR_OK)
		e = find_hues(l, &g);
	if (e == ERR_OK)
		e = find_tones(l, &g);
	for (int i = 0; e == ERR_OK && i < TINT_COUNT; i++)
		e = add_clusters(l, g.hues[i], MOST_MM, &r);
	if (e == ERR_OK)
		e = add_clusters(l, g.tones, INT16_MAX, &r);
	if (e == ERR_OK) {
		r.tones = g.tones;
		g.tones = NULL;
		*ret = r;
	}
	grid_finish(&g);
	return e;
}

static bool is_photo(const struct leaf *l, const struct regions *r, int32_t x, int32_t y)
{
	l_uint32 bit = 0;

	pixGetPixel(r->tones, x * CELLS_PER_INCH / l->dpi, y * CELLS_PER_INCH / l->dpi, &bit);
	return bit;
}

/* Ink of the stencil that the picture of a region shows instead. */
static void clear_coloured(const struct leaf *l, const struct regions *r, const struct part *a,
			   PIX *bits)
{
	struct tints t;

	tints_of_paper(l->paper, &t);
	for (int32_t y = a->y; y < a->y + a->h; y++) {
		l_uint32 *line = pixGetData(bits) + (ptrdiff_t)y * pixGetWpl(bits);
		int32_t v = (int32_t)((int64_t)y * pixGetHeight(l->colour) / pixGetHeight(bits));
		const l_uint32 *colours =
			pixGetData(l->colour) + (ptrdiff_t)v * pixGetWpl(l->colour);

		for (int32_t x = a->x; x < a->x + a->w; x++) {
			if (!GET_DATA_BIT(line, x))
				continue;
			int64_t u = (int64_t)x * pixGetWidth(l->colour) / pixGetWidth(bits);
			if (tint_is_weak(&t, colours[u]) || is_photo(l, r, x, y))
				CLEAR_DATA_BIT(line, x);
		}
	}
}

/* Crumbs along the edges of a stamp's strokes, where its colour is weak. */
static enum err clear_crumbs(const struct leaf *l, const struct part *a, PIX *bits)
{
	int32_t least = CRUMBS * l->dpi * l->dpi / 90000;
	BOX *box = boxCreate(a->x, a->y, a->w, a->h);
	PIX *part = box ? pixClipRectangle(bits, box, NULL) : NULL;
	PIXA *pieces = NULL;
	BOXA *boxes = part ? pixConnComp(part, &pieces, 8) : NULL;
	enum err e = boxes && pieces ? ERR_OK : ERR_NO_MEMORY;

	for (int32_t i = 0; e == ERR_OK && i < boxaGetCount(boxes); i++) {
		PIX *piece = pixaGetPix(pieces, i, L_CLONE);
		int32_t x, y, w, h, n = 0;

		boxaGetBoxGeometry(boxes, i, &x, &y, &w, &h);
		if (w <= 2 * least && h <= 2 * least && pixCountPixels(piece, &n, NULL) == 0 &&
		    n < least)
			pixRasterop(bits, a->x + x, a->y + y, w, h, PIX_NOT(PIX_SRC) & PIX_DST,
				    piece, 0, 0);
		pixDestroy(&piece);
	}
	boxDestroy(&box);
	boxaDestroy(&boxes);
	pixaDestroy(&pieces);
	pixDestroy(&part);
	return e;
}

enum err regions_clear(const struct leaf *l, const struct regions *r, struct Pix *bits)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < r->count; i++) {
		clear_coloured(l, r, &r->at[i], bits);
		e = clear_crumbs(l, &r->at[i], bits);
	}
	return e;
}

void regions_finish(struct regions *r)
{
	pixDestroy(&r->tones);
	*r = (struct regions){ 0 };
}
