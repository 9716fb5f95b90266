#include "firmware/parse/straighten.h"

#include <leptonica/allheaders.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
	WORK_DPI = 150,
	TILE = 32,
	INK_PERCENT = 62, /* of the paper's brightness; print seen through the sheet is lighter */
	SPECK_PIXELS = 3,
	LETTER_MIN = 3,       /* pixels at the working resolution: dots, commas */
	LETTER_MAX = 60,      /* a headline */
	LEAST_LETTERS_PM = 1, /* per mille of the page: less is no text to go by */
};

/* searched; the outermost degree is not believed */
#define TILT_RANGE_DEG 9.0f
#define TILT_LEAST_DEG 0.05
/* leptonica's measure of how clearly text lines stand out; 3 is its own limit */
#define TILT_SURE 3.0
/* how far ascenders outnumber descenders, in standard deviations */
#define UP_SURE 4.0
/* less is asked for when the lines already run sideways: one of two answers is right */
#define SIDE_SURE 3.0

static int by_value(const void *a, const void *b)
{
	return *(const uint8_t *)a - *(const uint8_t *)b;
}

/* The paper of a tile: brighter than 85 of 100 of its pixels. */
static uint8_t tile_paper(const struct gray *g, uint32_t tx, uint32_t ty)
{
	uint8_t sample[TILE * TILE / 4];
	size_t n = 0;

	for (uint32_t y = ty * TILE; y < (ty + 1) * TILE && y < g->height; y += 2)
		for (uint32_t x = tx * TILE; x < (tx + 1) * TILE && x < g->width; x += 2)
			sample[n++] = g->at[(size_t)y * g->width + x];
	qsort(sample, n, 1, by_value);
	return sample[n * 85 / 100];
}

struct paper {
	uint32_t across, down;
	uint8_t *tiles;
	uint8_t typical;
};

static enum err measure_paper(const struct gray *g, struct paper *ret)
{
	struct paper p = { .across = (g->width + TILE - 1) / TILE,
			   .down = (g->height + TILE - 1) / TILE };
	size_t n = (size_t)p.across * p.down;
	uint8_t *sorted = malloc(2 * n);

	if (!sorted)
		return ERR_NO_MEMORY;
	p.tiles = sorted + n;
	for (uint32_t y = 0; y < p.down; y++)
		for (uint32_t x = 0; x < p.across; x++)
			p.tiles[y * p.across + x] = tile_paper(g, x, y);
	memcpy(sorted, p.tiles, n);
	qsort(sorted, n, 1, by_value);
	p.typical = sorted[n / 2];
	memmove(sorted, p.tiles, n);
	p.tiles = sorted;
	*ret = p;
	return ERR_OK;
}

/* Ink is what is darker than its own surroundings' paper; a tile that is dark as a whole (a
 * photograph, a bar) is measured against the page's. */
static PIX *ink_of(const struct gray *g, const struct paper *p)
{
	PIX *pix = pixCreate((l_int32)g->width, (l_int32)g->height, 1);

	if (!pix)
		return NULL;
	for (uint32_t y = 0; y < g->height; y++) {
		l_uint32 *line = pixGetData(pix) + (size_t)y * (size_t)pixGetWpl(pix);
		const uint8_t *row = g->at + (size_t)y * g->width;

		for (uint32_t x = 0; x < g->width; x++) {
			unsigned paper = p->tiles[y / TILE * p->across + x / TILE];

			paper = paper * 10 < p->typical * 7u ? p->typical : paper;
			if (row[x] * 100u < paper * INK_PERCENT)
				SET_DATA_BIT(line, x);
		}
	}
	return pix;
}

/* leptonica gives NULL when it runs out of memory: then the step is left out, not the page. */
static PIX *or_old(PIX *old, PIX *new)
{
	if (!new)
		return old;
	pixDestroy(&old);
	return new;
}

static double share(PIX *pix)
{
	l_int32 n = 0;

	if (pixCountPixels(pix, &n, NULL) != 0)
		return 0;
	return n / ((double)pixGetWidth(pix) * pixGetHeight(pix));
}

/* Without what hangs on the border (lid, shadow, neighbouring desk) and without specks. */
static PIX *without_border(PIX *ink)
{
	ink = or_old(ink, pixRemoveBorderConnComps(ink, 8));
	return or_old(ink, pixSelectBySize(ink, SPECK_PIXELS, SPECK_PIXELS, 8, L_SELECT_IF_EITHER,
					   L_SELECT_IF_GTE, NULL));
}

/* Only what has the size of letters: no rules, frames, photographs. */
static PIX *letters_of(PIX *ink)
{
	PIX *small = pixSelectBySize(ink, LETTER_MAX, LETTER_MAX, 8, L_SELECT_IF_BOTH,
				     L_SELECT_IF_LTE, NULL);

	if (!small)
		return NULL;
	return or_old(small, pixSelectBySize(small, LETTER_MIN, LETTER_MIN, 8, L_SELECT_IF_EITHER,
					     L_SELECT_IF_GTE, NULL));
}

/* The outermost degree of the range comes back with no certainty, as leptonica means it. */
static float tilt_of(PIX *letters, float *ret_sure)
{
	l_float32 angle = 0, sure = 0;

	if (pixFindSkewSweepAndSearch(letters, &angle, &sure, 2, 1, TILT_RANGE_DEG, 1.0f, 0.01f)) {
		*ret_sure = 0;
		return 0;
	}
	*ret_sure = sure;
	return angle;
}

/* Up or upside down when lines run across; left or right when they run down. */
static unsigned quarters_of(PIX *letters, bool sideways)
{
	l_float32 up = 0, left = 0;

	if (pixOrientDetect(letters, &up, &left, 0, 0) != 0)
		return 0;
	if (sideways)
		return left > SIDE_SURE ? 1 : left < -SIDE_SURE ? 3 : 0;
	return up < -UP_SURE ? 2 : 0;
}

/* Lines of text stand out in one of two directions. A turn by quarters and a tilt can be applied
 * in either order, so the tilt found on its side is the tilt of the upright page. */
static void read_lines(PIX *letters, struct posture *p)
{
	PIX *aside = pixRotateOrth(letters, 1);
	float sure_across = 0, sure_down = 0;
	float across = tilt_of(letters, &sure_across);
	float down = aside ? tilt_of(aside, &sure_down) : 0;

	pixDestroy(&aside);
	bool sideways = sure_down > sure_across;
	if ((sideways ? sure_down : sure_across) < TILT_SURE)
		return;
	double tilt = sideways ? down : across;
	p->tilt_deg = fabs(tilt) >= TILT_LEAST_DEG ? tilt : 0;
	PIX *straight = pixRotate(letters, (l_float32)(tilt * M_PI / 180), L_ROTATE_SAMPLING,
				  L_BRING_IN_WHITE, 0, 0);
	p->quarters = quarters_of(straight ? straight : letters, sideways);
	pixDestroy(&straight);
}

static enum err look_at(const struct gray *g, struct posture *ret)
{
	struct paper paper;
	struct posture p = { 0 };
	enum err e = measure_paper(g, &paper);

	if (e != ERR_OK)
		return e;
	p.paper = paper.typical;
	PIX *ink = ink_of(g, &paper);
	free(paper.tiles);
	if (!ink)
		return ERR_NO_MEMORY;
	ink = without_border(ink);
	p.ink = share(ink);
	PIX *letters = letters_of(ink);
	pixDestroy(&ink);
	if (letters && share(letters) * 1000 >= LEAST_LETTERS_PM)
		read_lines(letters, &p);
	pixDestroy(&letters);
	*ret = p;
	return ERR_OK;
}

enum err straighten(const struct image *i, struct posture *ret)
{
	uint32_t by = (i->dpi + WORK_DPI / 2) / WORK_DPI;
	struct gray g = { 0 };

	setMsgSeverity(L_SEVERITY_NONE);
	enum err e = gray_of(i, by > 0 ? by : 1, &g);
	if (e == ERR_OK)
		e = look_at(&g, ret);
	gray_finish(&g);
	return e;
}
