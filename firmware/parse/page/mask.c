#include "firmware/parse/page/mask.h"

#include "firmware/base/auto.h"
#include "firmware/parse/page/mask_smooth.h"

#include <leptonica/allheaders.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
	TILES_PER_INCH = 9,
	BINS = 32,
	BIN_SHIFT = 3,  /* 256 levels in 32 bins */
	DARK_COUNT = 5, /* fewer dark pixels in a tile are dirt */
	FAINTEST = 226, /* the darkest of a tile that has print at all */
	MIN_THRESHOLD = 110,
	MAX_THRESHOLD = 212,
	SCALE = 16, /* weights of the 3 x 3 smoothing sum up to this */
	NO_INK = 0,
	STROKE = 24,         /* a thin stroke is darker by this than what is on its two sides, */
	STROKE_PALEST = 195, /* and by itself so dark; */
	COARSE_DPI = 250,    /* scanned more coarsely it is paler: */
	COARSE_STROKE = 16,
	COARSE_PALEST = 212,
	MOST_REACH = 4,
};

struct thresholds {
	uint32_t side, across, down; /* of a tile in pixels, numbers of tiles */
	uint16_t *at;                /* 1/SCALE gray levels */
};

/* Three rows of pixels, each with one more at both ends, and their smoothing. */
struct window {
	PIX *from;
	uint32_t width, height;
	uint8_t *rows[3];
	uint16_t *down; /* sums of a column */
	uint16_t *sum;  /* of 3 x 3 */
	uint8_t *memory;
};

static enum err window_begin(struct window *w, PIX *from)
{
	w->from = from;
	w->width = (uint32_t)pixGetWidth(from);
	w->height = (uint32_t)pixGetHeight(from);
	size_t row = ((size_t)w->width + 2 + 31) / 32 * 32;
	w->memory = malloc(row * (3 + 2 + 2));
	if (!w->memory)
		return ERR_NO_MEMORY;
	w->down = (uint16_t *)(void *)w->memory;
	w->sum = w->down + row;
	for (size_t i = 0; i < 3; i++)
		w->rows[i] = w->memory + row * (4 + i);
	return ERR_OK;
}

static void load_row(struct window *w, uint32_t y, uint8_t *row)
{
	uint32_t last = w->height - 1;
	const l_uint32 *line =
		pixGetData(w->from) + (size_t)(y < last ? y : last) * (size_t)pixGetWpl(w->from);
	uint32_t words = w->width / 4;

	for (uint32_t i = 0; i < words; i++) {
		uint32_t v = __builtin_bswap32(line[i]);

		memcpy(row + 1 + 4 * i, &v, sizeof v);
	}
	for (uint32_t x = 4 * words; x < w->width; x++)
		row[1 + x] = (uint8_t)GET_DATA_BYTE(line, x);
	row[0] = row[1];
	row[w->width + 1] = row[w->width];
}

/* Row y smoothed, in w->sum: called for y = 0, 1, 2 ... */
static void window_next(struct window *w, uint32_t y)
{
	uint8_t *oldest = w->rows[0];

	if (y == 0) {
		load_row(w, 0, w->rows[1]);
		memcpy(w->rows[0], w->rows[1], w->width + 2);
	} else {
		w->rows[0] = w->rows[1];
		w->rows[1] = w->rows[2];
		w->rows[2] = oldest;
	}
	load_row(w, y + 1, w->rows[2]);
	const uint8_t *a = w->rows[0], *b = w->rows[1], *c = w->rows[2];
	for (uint32_t x = 0; x < w->width + 2; x++)
		w->down[x] = (uint16_t)(a[x] + 2 * b[x] + c[x]);
	for (uint32_t x = 0; x < w->width; x++)
		w->sum[x] = (uint16_t)(w->down[x] + 2 * w->down[x + 1] + w->down[x + 2]);
}

static uint16_t threshold_of(const uint32_t bins[BINS])
{
	uint32_t seen = 0, i = 0;

	while (i < BINS && (seen += bins[i]) < DARK_COUNT)
		i++;
	uint32_t darkest = (i << BIN_SHIFT) + (1u << BIN_SHIFT) / 2;
	if (darkest > FAINTEST)
		return NO_INK;
	uint32_t t = (darkest * 9 + 255 * 11) / 20;
	t = t < MIN_THRESHOLD ? MIN_THRESHOLD : t > MAX_THRESHOLD ? MAX_THRESHOLD : t;
	return (uint16_t)(t * SCALE);
}

/* Every other row is enough to know how dark the print is. */
static void count_row(const struct window *w, const struct thresholds *t, uint32_t *bins)
{
	for (uint32_t i = 0; i < t->across; i++) {
		uint32_t from = i * t->side,
			 to = from + t->side < w->width ? from + t->side : w->width;
		uint32_t *of = bins + (size_t)i * BINS;

		for (uint32_t x = from; x < to; x++)
			of[w->sum[x] >> (BIN_SHIFT + 4)]++;
	}
}

static enum err find_thresholds(struct window *w, struct thresholds *t)
{
	AUTO_FREE uint32_t *bins = calloc((size_t)t->across * BINS, sizeof *bins);

	if (!bins)
		return ERR_NO_MEMORY;
	for (uint32_t y = 0; y < w->height; y++) {
		window_next(w, y);
		if (y % 2 == 0)
			count_row(w, t, bins);
		if ((y + 1) % t->side != 0 && y + 1 != w->height)
			continue;
		for (uint32_t i = 0; i < t->across; i++)
			t->at[y / t->side * t->across + i] = threshold_of(bins + (size_t)i * BINS);
		memset(bins, 0, (size_t)t->across * BINS * sizeof *bins);
	}
	return ERR_OK;
}

/* A tile without print takes the threshold of the neighbours that have some, so that a stroke's
 * end that just reaches into it is not cut. */
static uint16_t from_neighbours(const struct thresholds *t, uint32_t x, uint32_t y)
{
	uint32_t sum = 0, n = 0;

	for (uint32_t j = y > 0 ? y - 1 : 0; j <= y + 1 && j < t->down; j++)
		for (uint32_t i = x > 0 ? x - 1 : 0; i <= x + 1 && i < t->across; i++) {
			uint16_t at = t->at[j * t->across + i];

			sum += at;
			n += at != NO_INK;
		}
	return n > 0 ? (uint16_t)(sum / n) : MIN_THRESHOLD * SCALE;
}

/* Softens the map, and gives every tile a threshold. */
static enum err even_out(struct thresholds *t)
{
	size_t n = (size_t)t->across * t->down;
	uint16_t *even = malloc(n * sizeof *even);

	if (!even)
		return ERR_NO_MEMORY;
	for (uint32_t y = 0; y < t->down; y++)
		for (uint32_t x = 0; x < t->across; x++) {
			uint16_t own = t->at[y * t->across + x], near = from_neighbours(t, x, y);

			even[y * t->across + x] = own == NO_INK ? near : (own + near) / 2;
		}
	free(t->at);
	t->at = even;
	return ERR_OK;
}

/* The thresholds of a row of pixels: straight lines between the tiles' centres. */
static void thresholds_of_row(const struct thresholds *t, uint32_t y, uint32_t width, uint16_t *out)
{
	int32_t side = (int32_t)t->side, v = (int32_t)y - side / 2;
	uint32_t j = v < 0 ? 0 : (uint32_t)(v / side), j1 = j + 1 < t->down ? j + 1 : j;
	int32_t down = v < 0 ? 0 : v % side;
	const uint16_t *a = t->at + (size_t)j * t->across, *b = t->at + (size_t)j1 * t->across;

	for (uint32_t x = 0; x < (uint32_t)side / 2 && x < width; x++)
		out[x] = (uint16_t)((a[0] * (side - down) + b[0] * down) / side);
	for (uint32_t i = 0; i < t->across; i++) {
		uint32_t i1 = i + 1 < t->across ? i + 1 : i;
		int32_t left = (a[i] * (side - down) + b[i] * down) / side;
		int32_t right = (a[i1] * (side - down) + b[i1] * down) / side;
		int32_t at = left * 256, step = (right - left) * 256 / side;
		uint32_t from = i * t->side + t->side / 2, to = from + t->side;

		for (uint32_t x = from; x < to && x < width; x++, at += step)
			out[x] = (uint16_t)(at >> 8);
	}
}

/* Smoothed rows around one: `reach` above it, itself, `reach` below it. */
struct ring {
	uint16_t *rows; /* of `width` each, 2 * reach + 1 of them */
	uint32_t width, reach;
	uint16_t stroke, palest;
};

static const uint16_t *ring_row(const struct ring *r, uint32_t y)
{
	return r->rows + (size_t)(y % (2 * r->reach + 1)) * r->width;
}

/* A thin stroke is paler than thick ones beside it, an accent's or a dot's most of all: what is
 * darker than paper on both its sides is ink, above the threshold too. */
static void find_strokes(const struct ring *r, uint32_t y, uint8_t *dark)
{
	const uint16_t *at = ring_row(r, y), *below = ring_row(r, y + r->reach);
	const uint16_t *above = ring_row(r, y > r->reach ? y - r->reach : 0);

	for (uint32_t x = r->reach; x + r->reach < r->width; x++) {
		uint32_t limit = at[x] + r->stroke;
		bool across = (at[x - r->reach] > limit) & (at[x + r->reach] > limit);
		bool down = (above[x] > limit) & (below[x] > limit);

		dark[x] |= (at[x] < r->palest) & (across | down);
	}
}

static void pack_row(const uint8_t *dark, uint32_t width, l_uint32 *line)
{
	for (uint32_t i = 0; i < (width + 31) / 32; i++) {
		uint32_t word = 0;

		for (uint32_t k = 0; k < 4; k++) {
			uint64_t eight;

			memcpy(&eight, dark + 32 * i + 8 * k, sizeof eight);
			word = word << 8 | (uint32_t)(eight * 0x8040201008040201u >> 56);
		}
		line[i] = word;
	}
}

static void cut_rows(struct window *w, const struct thresholds *t, const struct ring *r,
		     uint16_t *limits, uint8_t *dark, PIX *bits)
{
	for (uint32_t i = 0; i < w->height + r->reach; i++) {
		window_next(w, i);
		memcpy(r->rows + (size_t)(i % (2 * r->reach + 1)) * r->width, w->sum,
		       r->width * sizeof *r->rows);
		if (i < r->reach)
			continue;
		uint32_t y = i - r->reach;
		const uint16_t *at = ring_row(r, y);
		thresholds_of_row(t, y, w->width, limits);
		for (uint32_t x = 0; x < w->width; x++)
			dark[x] = at[x] < limits[x];
		find_strokes(r, y, dark);
		pack_row(dark, w->width, pixGetData(bits) + (size_t)y * (size_t)pixGetWpl(bits));
	}
}

static enum err cut(struct window *w, const struct thresholds *t, uint16_t dpi, PIX *bits)
{
	size_t row = ((size_t)w->width + 31) / 32 * 32;
	struct ring r = { .width = w->width, .reach = (dpi + 50u) / 100 };

	r.stroke = SCALE * (dpi < COARSE_DPI ? COARSE_STROKE : STROKE);
	r.palest = SCALE * (dpi < COARSE_DPI ? COARSE_PALEST : STROKE_PALEST);
	r.reach = r.reach < 1 ? 1 : r.reach > MOST_REACH ? MOST_REACH : r.reach;
	AUTO_FREE uint16_t *rows = calloc(2 * r.reach + 1, w->width * sizeof *rows);
	AUTO_FREE uint16_t *limits = malloc(row * sizeof *limits);
	AUTO_FREE uint8_t *dark = calloc(row, 1);

	if (!rows || !limits || !dark)
		return ERR_NO_MEMORY;
	r.rows = rows;
	cut_rows(w, t, &r, limits, dark, bits);
	return ERR_OK;
}

static enum err cut_page(struct window *w, uint16_t dpi, PIX *bits)
{
	struct thresholds t = { .side = dpi / TILES_PER_INCH > 8 ? dpi / TILES_PER_INCH : 8 };

	t.across = (w->width + t.side - 1) / t.side;
	t.down = (w->height + t.side - 1) / t.side;
	t.at = calloc((size_t)t.across * t.down, sizeof *t.at);
	enum err e = t.at ? find_thresholds(w, &t) : ERR_NO_MEMORY;
	if (e == ERR_OK)
		e = even_out(&t);
	if (e == ERR_OK)
		e = cut(w, &t, dpi, bits);
	free(t.at);
	return e;
}

enum err mask_of_gray(struct Pix *gray, uint16_t dpi, struct Pix **ret_bits)
{
	struct window w = { 0 };

	if (pixGetDepth(gray) != 8)
		return ERR_BAD_DATA;
	PIX *bits = pixCreate(pixGetWidth(gray), pixGetHeight(gray), 1);
	enum err e = bits ? window_begin(&w, gray) : ERR_NO_MEMORY;
	if (e == ERR_OK)
		e = cut_page(&w, dpi, bits);
	if (e == ERR_OK)
		e = mask_smooth(bits);
	free(w.memory);
	if (e == ERR_OK)
		*ret_bits = bits;
	else
		pixDestroy(&bits);
	return e;
}
