#include "firmware/parse/code_mend.h"

#include "firmware/base/auto.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FORMATS = 32 };

#define CERTAIN  40.0F /* no module counts for more when words are weighed */
#define ACCIDENT -24.0 /* of a power of two; see accident() */
#define TURNED   0.10  /* share of a block's certainty that may be overturned by mending */

/* The format whose bits, in both copies, are seen best. */
static unsigned read_format(const struct plan *p, const float *sure)
{
	int cells[2][PLAN_FORMAT_BITS];
	double best = -1e9;
	unsigned format = 0;

	plan_format(p, 0, cells[0]);
	plan_format(p, 1, cells[1]);
	for (unsigned f = 0; f < FORMATS; f++) {
		uint32_t word = plan_format_word(f);
		double sum = 0;

		for (int i = 0; i < PLAN_FORMAT_BITS; i++)
			for (int copy = 0; copy < 2; copy++) {
				float s = fminf(fmaxf(sure[cells[copy][i]], -CERTAIN), CERTAIN);

				sum += (double)(word >> (14 - i) & 1 ? -s : s);
			}
		if (sum > best)
			best = sum, format = f;
	}
	return format;
}

static void know_format(const struct plan *p, unsigned format, int8_t *known)
{
	uint32_t word = plan_format_word(format);
	int cells[PLAN_FORMAT_BITS];

	for (int copy = 0; copy < 2; copy++) {
		plan_format(p, copy, cells);
		for (int i = 0; i < PLAN_FORMAT_BITS; i++)
			known[cells[i]] = word >> (14 - i) & 1 ? -1 : 1;
	}
}

/* A symbol's words as they lie. */
struct words {
	uint16_t cell[8 * PLAN_MAX_WORDS];
	uint8_t at[PLAN_MAX_WORDS];
	float sure[PLAN_MAX_WORDS]; /* of the least sure bit */
};

static void read_words(const struct plan *p, const float *sure, unsigned mask, struct words *w)
{
	plan_bits(p, w->cell);
	for (int i = 0; i < p->words; i++) {
		w->sure[i] = CERTAIN;
		w->at[i] = 0;
		for (int bit = 0; bit < 8; bit++) {
			int cell = w->cell[8 * i + bit];
			bool ink = sure[cell] < 0;

			ink ^= plan_mask(mask, cell / p->side, cell % p->side);
			w->at[i] = (uint8_t)(w->at[i] << 1 | ink);
			w->sure[i] = fminf(w->sure[i], fabsf(sure[cell]));
		}
	}
}

/* One block, gathered from where its words lie. */
struct block {
	int count, check;
	uint16_t from[RS_MAX_WORDS];
	uint8_t at[RS_MAX_WORDS];
	uint8_t order[RS_MAX_WORDS]; /* the least sure first */
};

static void gather(const struct plan_blocks *b, int which, const struct words *w, struct block *ret)
{
	int longer = b->count - b->shorter, data = b->data + (which >= b->shorter);
	int all_data = b->count * b->data + longer;

	ret->check = b->check;
	ret->count = data + b->check;
	for (int i = 0; i < ret->count; i++) {
		int at = all_data + (i - data) * b->count + which;

		if (i < b->data)
			at = i * b->count + which;
		else if (i < data)
			at = b->data * b->count + which - b->shorter;
		ret->from[i] = (uint16_t)at;
		ret->at[i] = w->at[at];
	}
}

static void sort(const struct words *w, struct block *b)
{
	for (int i = 0; i < b->count; i++) {
		int at = i;

		for (; at > 0 && w->sure[b->from[b->order[at - 1]]] > w->sure[b->from[i]]; at--)
			b->order[at] = b->order[at - 1];
		b->order[at] = (uint8_t)i;
	}
}

/* How much of what seemed certain would have been wrong. A block mended into something it never
 * was has about half of its changes against the evidence. */
static double overturned(const float *sure, const struct words *w, const struct block *b)
{
	double turned = 0, all = 1e-6;

	for (int i = 0; i < b->count; i++)
		for (int bit = 0; bit < 8; bit++) {
			double s =
				(double)fminf(fabsf(sure[w->cell[8 * b->from[i] + bit]]), CERTAIN);
			uint8_t changed = (uint8_t)(w->at[b->from[i]] ^ b->at[i]);

			all += s;
			turned += changed >> (7 - bit) & 1 ? s : 0;
		}
	return turned / all;
}

/* Of all words that could have been seen, the share that would be mended by as many changes, as a
 * power of two: how easily noise is taken for a block. `errors` are those outside of the holes. */
static double accident(const struct block *b, int erased, int errors)
{
	double power = 8.0 * (errors - (b->check - erased));

	for (int i = 0; i < errors; i++)
		power += log2((double)(b->count - erased - i) / (i + 1));
	return power;
}

static int errors_outside(const struct block *b, const uint8_t *as_seen, int erased)
{
	int count = 0;

	for (int i = erased; i < b->count; i++)
		count += b->at[b->order[i]] != as_seen[b->order[i]];
	return count;
}

/* With more and more of the least sure words taken as lost, as long as the other check words are
 * enough to tell a block from noise. */
static bool mend_block(const struct rs *rs, const float *sure, const struct words *w,
		       struct block *b)
{
	uint8_t as_seen[RS_MAX_WORDS];

	sort(w, b);
	memcpy(as_seen, b->at, sizeof as_seen);
	for (int erased = 0; accident(b, erased, 0) <= ACCIDENT; erased += 2) {
		if (rs_mend(rs, b->at, b->count, b->check, b->order, erased) &&
		    accident(b, erased, errors_outside(b, as_seen, erased)) <= ACCIDENT &&
		    overturned(sure, w, b) < TURNED)
			return true;
		memcpy(b->at, as_seen, sizeof as_seen);
	}
	return false;
}

static void know_block(const struct plan *p, const struct words *w, unsigned mask,
		       const struct block *b, int8_t *known)
{
	for (int i = 0; i < b->count; i++)
		for (int bit = 0; bit < 8; bit++) {
			int cell = w->cell[8 * b->from[i] + bit];
			bool ink = b->at[i] >> (7 - bit) & 1;

			ink ^= plan_mask(mask, cell / p->side, cell % p->side);
			known[cell] = ink ? -1 : 1;
		}
}

enum err code_mend(const struct rs *rs, const struct plan *p, const float *sure, int8_t *known)
{
	AUTO_FREE struct words *w = malloc(sizeof *w);
	unsigned format = read_format(p, sure), mask = format & 7;
	struct plan_blocks blocks = plan_blocks(p, format >> 3);
	int mended = 0;

	if (!w)
		return ERR_NO_MEMORY;
	read_words(p, sure, mask, w);
	for (int i = 0; i < blocks.count; i++) {
		struct block b;

		gather(&blocks, i, w, &b);
		if (!mend_block(rs, sure, w, &b))
			continue;
		know_block(p, w, mask, &b, known);
		mended++;
	}
	if (mended > 0)
		know_format(p, format, known);
	return mended == blocks.count ? ERR_OK : ERR_NO_CODE;
}
