#include "firmware/parse/page/layer_flat.h"

#include "firmware/base/auto.h"

#include <leptonica/allheaders.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
	CELLS_PER_INCH = 20,
	REACH = 4,      /* cells around one that tell what is paper there, each way */
	FAR = 24,       /* the same, where nothing near is paper */
	STEADY = 10,    /* how far the tint of paper may stray from the page's */
	LIGHTEST = 108, /* percent of the page's paper: more is white beside a turned page */
	DARKEST = 45,   /* percent of the page's paper: more shadow is no paper */
	DYED = 44,      /* paper whose channels differ by this much is coloured on purpose */
	CLEAN = 9,      /* differences from white that are noise */
	PAPER = 247,    /* the level page says that nothing is printed: gray goes, */
	TINTED = 30,    /* colour stays if it is so many percent of the difference from white, */
	UNTINTED = 15,  /* and goes if it is less than that */
};

struct cell {
	uint8_t rgb[3];
	bool paper;
};

static uint32_t bright_of(const uint8_t *rgb)
{
	return 2u * rgb[0] + 5u * rgb[1] + rgb[2];
}

/* The brightest pixel of each cell: paper, unless the cell is covered. */
static void gather(const struct canvas *c, const struct flat *f, struct cell *cells)
{
	for (uint32_t y = 0; y < c->height; y++) {
		const uint8_t *at = c->at + (size_t)y * c->width * 3;
		struct cell *row = cells + (size_t)((uint64_t)y * f->down / c->height) * f->across;

		for (uint32_t x = 0; x < c->width; x++, at += 3) {
			struct cell *k = &row[(uint64_t)x * f->across / c->width];

			if (bright_of(at) > bright_of(k->rgb))
				memcpy(k->rgb, at, 3);
		}
	}
}

/* The page's paper: the median of the cells' brightness, and the mean colour near it. */
static void paper_of(const struct cell *cells, size_t n, uint8_t rgb[3])
{
	uint32_t bins[256] = { 0 }, sums[3] = { 0 }, count = 0, seen = 0, median = 0;

	for (size_t i = 0; i < n; i++)
		bins[bright_of(cells[i].rgb) / 8]++;
	while (median < 255 && (seen += bins[median]) <= n / 2)
		median++;
	for (size_t i = 0; i < n; i++) {
		uint32_t b = bright_of(cells[i].rgb) / 8;

		if (b + 6 < median || b > median + 6)
			continue;
		for (int k = 0; k < 3; k++)
			sums[k] += cells[i].rgb[k];
		count++;
	}
	for (int k = 0; k < 3; k++)
		rgb[k] = (uint8_t)(count > 0 ? sums[k] / count : 255);
}

/* Shadow keeps the tint of paper; print and pictures do not, or are darker than any shadow. Nothing
 * is much lighter than paper. */
static bool is_paper(const uint8_t *rgb, const uint8_t *paper)
{
	int32_t low = 1 << 20, high = 0;

	for (int k = 0; k < 3; k++) {
		int32_t share = rgb[k] * 256 / (paper[k] > 0 ? paper[k] : 1);

		low = share < low ? share : low;
		high = share > high ? share : high;
	}
	return high - low < STEADY && low * 100 > DARKEST * 256 && low * 100 < LIGHTEST * 256;
}

/* The mean of the brighter half of the paper around a cell. */
static bool mean_around(const struct flat *f, const struct cell *cells, const uint32_t at[2],
			uint32_t reach, uint8_t rgb[3])
{
	uint32_t x0 = at[0] > reach ? at[0] - reach : 0, y0 = at[1] > reach ? at[1] - reach : 0;
	uint32_t step = reach > REACH ? 3 : 1, top = 0, sums[3] = { 0 }, n = 0;

	for (int pass = 0; pass < 2; pass++)
		for (uint32_t y = y0; y <= at[1] + reach && y < f->down; y += step)
			for (uint32_t x = x0; x <= at[0] + reach && x < f->across; x += step) {
				const struct cell *k = &cells[(size_t)y * f->across + x];
				uint32_t b = bright_of(k->rgb);

				if (!k->paper)
					continue;
				if (pass == 0) {
					top = b > top ? b : top;
				} else if (b * 16 > top * 15) {
					n++;
					for (int i = 0; i < 3; i++)
						sums[i] += k->rgb[i];
				}
			}
	for (int i = 0; i < 3 && n > 0; i++)
		rgb[i] = (uint8_t)(sums[i] / n);
	return n > 0;
}

static void target_of(const uint8_t paper[3], uint32_t target[3])
{
	uint32_t low = 255, high = 1;

	for (int k = 0; k < 3; k++) {
		low = paper[k] < low ? paper[k] : low;
		high = paper[k] > high ? paper[k] : high;
	}
	for (int k = 0; k < 3; k++)
		target[k] = high - low < DYED ? 255 : paper[k] * 255u / high;
}

static void find_gains(const struct cell *cells, const uint8_t paper[3], struct flat *f)
{
	uint32_t target[3];

	target_of(paper, target);
	for (uint32_t y = 0; y < f->down; y++)
		for (uint32_t x = 0; x < f->across; x++) {
			uint16_t *gain = f->gains + ((size_t)y * f->across + x) * 3;
			uint32_t at[2] = { x, y };
			uint8_t rgb[3];

			if (!mean_around(f, cells, at, REACH, rgb) &&
			    !mean_around(f, cells, at, FAR, rgb))
				memcpy(rgb, paper, 3);
			/* one percent more: half of the paper's noise lies below its mean */
			for (int k = 0; k < 3; k++)
				gain[k] = (uint16_t)(target[k] * 259 / (rgb[k] > 64 ? rgb[k] : 64));
		}
}

/* What a photo covers is no paper, white shirts included. */
static bool is_covered(PIX *photos, const struct flat *f, size_t i)
{
	uint32_t x = (uint32_t)(i % f->across), y = (uint32_t)(i / f->across);
	l_uint32 bit = 0;

	if (photos)
		pixGetPixel(photos, (l_int32)(x * (uint32_t)pixGetWidth(photos) / f->across),
			    (l_int32)(y * (uint32_t)pixGetHeight(photos) / f->down), &bit);
	return bit != 0;
}

enum err flat_find(const struct canvas *page, uint32_t dpi, struct Pix *photos, struct flat *ret)
{
	struct flat f = { .across = page->width * CELLS_PER_INCH / dpi + 1,
			  .down = page->height * CELLS_PER_INCH / dpi + 1 };
	size_t n = (size_t)f.across * f.down;
	AUTO_FREE struct cell *cells = calloc(n, sizeof *cells);
	uint8_t paper[3];

	f.gains = malloc(n * 3 * sizeof *f.gains);
	if (!cells || !f.gains) {
		flat_finish(&f);
		return ERR_NO_MEMORY;
	}
	gather(page, &f, cells);
	paper_of(cells, n, paper);
	for (size_t i = 0; i < n; i++)
		cells[i].paper = is_paper(cells[i].rgb, paper) && !is_covered(photos, &f, i);
	find_gains(cells, paper, &f);
	*ret = f;
	return ERR_OK;
}

/* Takes noise off a pixel, and where nothing is printed what is gray in it: shadow, the lid, or
 * print of the other side; a tint of the paper stays. */
static void clean(uint8_t *rgb, uint8_t level)
{
	uint32_t low = 255, high = 0, all = 256, gray;

	for (int k = 0; k < 3; k++) {
		low = rgb[k] < low ? rgb[k] : low;
		high = rgb[k] > high ? rgb[k] : high;
	}
	uint32_t d = 255 - low, tint = high - low, percent = d > 0 ? tint * 100 / d : 0;
	gray = 255 - high;
	if (level >= PAPER) {
		gray = 0;
		if (percent < TINTED)
			all = percent > UNTINTED ? 256 * (percent - UNTINTED) / (TINTED - UNTINTED)
						 : 0;
	}
	if (gray + (tint * all >> 8) < CLEAN)
		gray = all = 0;
	for (int k = 0; k < 3; k++)
		rgb[k] = (uint8_t)(255 - gray - ((high - rgb[k]) * all >> 8));
}

/* Where a point of the page lies between the cells' centres. */
static void between(uint64_t at, uint32_t cells, uint32_t *ret_first, uint32_t *ret_share)
{
	int64_t v = (int64_t)(at * cells >> 8) - 128;

	if (v < 0)
		v = 0;
	*ret_first = (uint32_t)(v >> 8);
	*ret_share = (uint32_t)(v & 255);
	if (*ret_first + 1 >= cells) {
		*ret_first = cells - 1;
		*ret_share = 0;
	}
}

/* The gains of a row of cells, at a height between two of them. */
static void gains_at(const struct flat *f, uint64_t y, uint16_t *row)
{
	uint32_t j, share, n = f->across * 3;

	between(y, f->down, &j, &share);
	const uint16_t *a = f->gains + (size_t)j * n, *b = j + 1 < f->down ? a + n : a;
	for (uint32_t i = 0; i < n; i++)
		row[i] = (uint16_t)((a[i] * (256 - share) + b[i] * share) >> 8);
	memcpy(row + n, row + n - 3, 3 * sizeof *row);
}

void flat_apply(const struct flat *f, const struct place *at, const struct canvas *level,
		struct canvas *c)
{
	uint16_t row[3 * 1024];
	uint64_t across = ((uint64_t)at->w << 8) / c->width,
		 down = ((uint64_t)at->h << 8) / c->height;

	if (f->across >= 1023)
		return;
	for (uint32_t y = 0; y < c->height; y++) {
		uint8_t *out = c->at + (size_t)y * c->width * 3;

		gains_at(f, at->y + ((2 * y + 1) * down >> 9), row);
		for (uint32_t x = 0; x < c->width; x++, out += 3) {
			uint32_t i, share;

			between(at->x + ((2 * x + 1) * across >> 9), f->across, &i, &share);
			for (int k = 0; k < 3; k++) {
				uint32_t g = (row[3 * i + k] * (256 - share) +
					      row[3 * i + 3 + k] * share) >>
					     8;
				uint32_t v = out[k] * g >> 8;

				out[k] = (uint8_t)(v < 255 ? v : 255);
			}
			if (level)
				clean(out, level->at[(size_t)y * c->width + x]);
		}
	}
}

void flat_finish(struct flat *f)
{
	free(f->gains);
	*f = (struct flat){ 0 };
}
