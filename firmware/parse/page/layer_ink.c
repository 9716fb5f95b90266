#include "firmware/parse/page/layer_ink.h"

#include "firmware/base/auto.h"
#include "firmware/parse/page/layer_fill.h"

#include <leptonica/allheaders.h>
#include <stdlib.h>
#include <string.h>

enum {
	BLACK = 150,        /* nothing darker than this ... */
	COLOURLESS = 44,    /* ... with channels no farther apart is a colour of its own */
	PALE = 210,         /* gray strokes between the two are drawn darker, the darker they are */
	NEAR_BLACK = 185,   /* beside black ink, gray up to here is the same print */
	FEW = 5,            /* pixels of a cell that do not tell a colour */
	SOLID_PERCENT = 75, /* of a cell: an area of gray and no stroke */
};

struct cell {
	uint32_t weight, sums[3], count;
};

static uint32_t brightness(const uint8_t *rgb)
{
	return (2u * rgb[0] + 5u * rgb[1] + rgb[2]) / 8;
}

/* The middle of a stroke counts most: at its edges there is paper in the colour. */
static void add(struct cell *k, uint32_t pixel)
{
	uint8_t rgb[3] = { (uint8_t)(pixel >> 24), (uint8_t)(pixel >> 16), (uint8_t)(pixel >> 8) };
	uint32_t dark = 255 - brightness(rgb), weight = (dark * dark >> 8) + 1;

	k->weight += weight;
	k->count++;
	for (int i = 0; i < 3; i++)
		k->sums[i] += weight * rgb[i];
}

static void gather(const struct leaf *l, PIX *bits, const struct canvas *to, struct cell *cells)
{
	uint32_t w = (uint32_t)pixGetWidth(bits), h = (uint32_t)pixGetHeight(bits);
	uint32_t cw = (uint32_t)pixGetWidth(l->colour), ch = (uint32_t)pixGetHeight(l->colour);

	for (uint32_t y = 0; y < h; y++) {
		const l_uint32 *line = pixGetData(bits) + (size_t)y * (size_t)pixGetWpl(bits);
		const l_uint32 *colours =
			pixGetData(l->colour) +
			(size_t)((uint64_t)y * ch / h) * (size_t)pixGetWpl(l->colour);
		struct cell *row = cells + (size_t)((uint64_t)y * to->height / h) * to->width;

		for (uint32_t i = 0; 32 * i < w; i++)
			for (uint32_t word = line[i]; word != 0;) {
				uint32_t bit = (uint32_t)__builtin_clz(word), x = 32 * i + bit;

				word &= ~(0x80000000u >> bit);
				if (x < w)
					add(&row[(uint64_t)x * to->width / w],
					    colours[(uint64_t)x * cw / w]);
			}
	}
}

/* Means of cells; those with too little ink are not known. */
static void means_of(const struct cell *cells, struct canvas *to, uint8_t *known)
{
	for (size_t i = 0; i < (size_t)to->width * to->height; i++) {
		const struct cell *k = &cells[i];

		known[i] = k->count >= FEW;
		for (int c = 0; c < 3; c++)
			to->at[3 * i + (size_t)c] =
				(uint8_t)(k->weight > 0 ? k->sums[c] / k->weight : 255);
	}
}

enum look { NO_INK, BLACK_INK, GRAY_INK, COLOURED_INK };

static enum look look_of(const uint8_t *rgb)
{
	uint8_t low = rgb[0] < rgb[1] ? rgb[0] : rgb[1], high = rgb[0] > rgb[1] ? rgb[0] : rgb[1];

	low = rgb[2] < low ? rgb[2] : low;
	high = rgb[2] > high ? rgb[2] : high;
	if (high - low >= COLOURLESS)
		return COLOURED_INK;
	return brightness(rgb) < BLACK ? BLACK_INK : GRAY_INK;
}

/* Edges of thin strokes, and the fringes that scanners draw around black, look gray or coloured in
 * single cells; ink of another colour is not alone. */
static bool is_alone(const struct canvas *c, const uint8_t *looks, uint32_t x, uint32_t y)
{
	uint32_t alike = 0, black = 0;
	uint8_t own = looks[(size_t)y * c->width + x];

	for (uint32_t j = y > 0 ? y - 1 : 0; j <= y + 1 && j < c->height; j++)
		for (uint32_t i = x > 0 ? x - 1 : 0; i <= x + 1 && i < c->width; i++) {
			uint8_t look = looks[(size_t)j * c->width + i];

			alike += look == own;
			black += look == BLACK_INK;
		}
	if (own == GRAY_INK && brightness(c->at + 3 * ((size_t)y * c->width + x)) < NEAR_BLACK)
		return black > 0 || alike < 3;
	return alike < 3 && (own == GRAY_INK || black > 0);
}

/* Thin strokes of black print look gray where they were scanned coarsely, here more and there less:
 * darker, they are one print again, and what is pale on purpose stays so. */
static void darken(uint8_t *rgb, const uint8_t *black)
{
	uint32_t b = brightness(rgb), share = b > BLACK ? (b - BLACK) * 256 / (PALE - BLACK) : 0;

	for (int k = 0; k < 3 && share < 256; k++)
		rgb[k] = (uint8_t)((black[k] * (256 - share) + rgb[k] * share) >> 8);
}

/* One black for all that is nearly black: true when something else is left. */
static enum err snap(struct canvas *c, const uint8_t *known, const struct cell *cells,
		     uint32_t solid, struct ink *ink)
{
	size_t n = (size_t)c->width * c->height;
	AUTO_FREE uint8_t *looks = malloc(n);

	if (!looks)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < n; i++)
		looks[i] = (uint8_t)(known[i] ? look_of(c->at + 3 * i) : NO_INK);
	for (uint32_t y = 0; y < c->height; y++)
		for (uint32_t x = 0; x < c->width; x++) {
			size_t i = (size_t)y * c->width + x;

			if (looks[i] == NO_INK)
				continue;
			if (looks[i] == BLACK_INK || is_alone(c, looks, x, y)) {
				memcpy(c->at + 3 * i, ink->rgb, 3);
				continue;
			}
			ink->coloured = true;
			if (looks[i] == GRAY_INK && cells[i].count < solid)
				darken(c->at + 3 * i, ink->rgb);
		}
	return ERR_OK;
}

enum err ink_find(const struct leaf *l, struct Pix *bits, const struct flat *f, uint32_t dpi,
		  struct ink *ret)
{
	uint32_t w = (uint32_t)pixGetWidth(bits) * dpi / l->dpi + 1;
	uint32_t h = (uint32_t)pixGetHeight(bits) * dpi / l->dpi + 1;
	AUTO_FREE struct cell *cells = calloc((size_t)w * h, sizeof *cells);
	AUTO_FREE uint8_t *known = malloc((size_t)w * h);
	uint32_t side = l->dpi / dpi;
	const struct place whole = { 0, 0, PLACE_WHOLE, PLACE_WHOLE };
	struct ink ink = { 0 };
	enum err e = cells && known ? canvas_create(w, h, 3, &ink.colours) : ERR_NO_MEMORY;

	if (e == ERR_OK) {
		gather(l, bits, &ink.colours, cells);
		means_of(cells, &ink.colours, known);
		flat_apply(f, &whole, NULL, &ink.colours);
		e = snap(&ink.colours, known, cells, side * side * SOLID_PERCENT / 100, &ink);
	}
	if (e == ERR_OK)
		e = fill_unknown(&ink.colours, known);
	if (e == ERR_OK)
		*ret = ink;
	else
		ink_finish(&ink);
	return e;
}

void ink_finish(struct ink *i)
{
	canvas_finish(&i->colours);
	*i = (struct ink){ 0 };
}
