#include "firmware/parse/page/mask_smooth.h"

#include "firmware/base/auto.h"

#include <leptonica/allheaders.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 5 };

/* Five rows around one, each with a white word before and behind. */
struct window {
	uint32_t *rows[ROWS], *memory;
	uint32_t words;
};

static enum err window_begin(struct window *w, PIX *bits)
{
	w->words = (uint32_t)pixGetWpl(bits);
	w->memory = calloc(ROWS * ((size_t)w->words + 2), sizeof *w->memory);
	if (!w->memory)
		return ERR_NO_MEMORY;
	for (uint32_t i = 0; i < ROWS; i++)
		w->rows[i] = w->memory + i * (w->words + 2) + 1;
	return ERR_OK;
}

/* Where the edge lies: above or below (across), or left or right; `flip` makes ink of paper. */
struct side {
	bool across;
	int sign;
	uint32_t flip;
};

/* Makes row `y` the last of the five. */
static void window_push(struct window *w, PIX *bits, uint32_t y)
{
	uint32_t *oldest = w->rows[0];

	memmove(w->rows, w->rows + 1, (ROWS - 1) * sizeof *w->rows);
	w->rows[ROWS - 1] = oldest;
	if (y < (uint32_t)pixGetHeight(bits))
		memcpy(oldest, pixGetData(bits) + (size_t)y * w->words, w->words * sizeof *oldest);
	else
		memset(oldest, 0, w->words * sizeof *oldest);
}

/* 32 pixels of row `r`, moved so that those `by` pixels to the right stand in their place. */
static uint32_t beside(const uint32_t *row, uint32_t i, int by)
{
	if (by == 0)
		return row[i];
	if (by > 0)
		return row[i] << by | row[(int64_t)i + 1] >> (32 - by);
	return row[i] >> -by | row[(int64_t)i - 1] << (32 + by);
}

/* Which of five rows and how far to the side: `along` an edge, and `away` from it. */
static uint32_t seen(const struct window *w, uint32_t i, const struct side *s, int along, int away)
{
	int x = s->across ? along : away * s->sign, y = s->across ? away * s->sign : along;

	return beside(w->rows[2 + y], i, x) ^ s->flip;
}

/* Pixels from..to along an edge that stick out of it, of which this is number 0: nothing is beside
 * them and beyond, and the edge behind them is two pixels thick. */
static uint32_t stick_out(const struct window *w, uint32_t i, const struct side *s, int from,
			  int to)
{
	uint32_t out = ~0u;

	for (int k = from - 1; k <= to + 1; k++) {
		bool inside = k >= from && k <= to;
		uint32_t own = seen(w, i, s, k, 0);

		out &= inside ? own : ~own;
		out &= ~seen(w, i, s, k, -1) & seen(w, i, s, k, 1) & seen(w, i, s, k, 2);
	}
	return out;
}

/* Ink with no other around it. */
static uint32_t alone(const struct window *w, uint32_t i)
{
	uint32_t others = 0;

	for (int y = 1; y <= 3; y++)
		for (int x = -1; x <= 1; x++)
			if (x != 0 || y != 2)
				others |= beside(w->rows[y], i, x);
	return w->rows[2][i] & ~others;
}

static bool all_white(const struct window *w, uint32_t i)
{
	uint32_t any = 0;

	for (int k = 1; k < 4; k++)
		any |= w->rows[k][(int64_t)i - 1] | w->rows[k][i] | w->rows[k][(int64_t)i + 1];
	return any == 0;
}

static void smooth_row(const struct window *w, l_uint32 *line)
{
	for (uint32_t i = 0; i < w->words; i++) {
		uint32_t changed = 0;

		if (all_white(w, i))
			continue;
		for (unsigned k = 0; k < 8; k++) {
			const struct side s = { k & 1, k & 2 ? 1 : -1, k & 4 ? ~0u : 0 };

			changed |= stick_out(w, i, &s, 0, 0) | stick_out(w, i, &s, 0, 1) |
				   stick_out(w, i, &s, -1, 0);
		}
		line[i] = (line[i] ^ changed) & ~alone(w, i);
	}
}

static void smooth_all(struct window *w, PIX *bits)
{
	uint32_t height = (uint32_t)pixGetHeight(bits);

	window_push(w, bits, 0);
	window_push(w, bits, 1);
	for (uint32_t y = 0; y < height; y++) {
		window_push(w, bits, y + 2);
		smooth_row(w, pixGetData(bits) + (size_t)y * w->words);
	}
}

/* Behind the right edge of a row there is no ink. */
static void trim(PIX *bits)
{
	uint32_t rest = (uint32_t)pixGetWidth(bits) % 32, words = (uint32_t)pixGetWpl(bits);

	for (uint32_t y = 0; rest != 0 && y < (uint32_t)pixGetHeight(bits); y++)
		pixGetData(bits)[(size_t)(y + 1) * words - 1] &= ~(0xffffffffu >> rest);
}

enum err mask_smooth(struct Pix *bits)
{
	struct window w = { 0 };
	enum err e = window_begin(&w, bits);

	if (e == ERR_OK) {
		smooth_all(&w, bits);
		trim(bits);
	}
	free(w.memory);
	return e;
}
