#include "firmware/parse/page/lean.h"

#include "firmware/base/auto.h"

#include <leptonica/allheaders.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
	STEPS = 12,
	TRIED = 2 * STEPS + 1,
	MOST_PIXELS = 60000,
	PASSES = 2,
	SOFTER = 5, /* times: pixels lie on rows, so that no turn at all looks sharper than it is */
};

#define STEP_DEG  0.15
#define SHORT_DEG 1.0 /* wide is a hill of lines as short as a card's; of a page's, 0.4 to 0.8 */
#define FOOT      0.5 /* of the hill's height: what is above is weighed */
#define CLEAR     1.1 /* the top of the hill against the plain */

struct dot {
	float x, y;
};

struct dots {
	struct dot *at;
	size_t count;
	float *profile;
	int rows;
};

/* Every n-th, so that dense pages take no longer than others. */
static void take_dots(PIX *pix, l_int32 all, struct dots *d)
{
	l_int32 w = pixGetWidth(pix), h = pixGetHeight(pix), every = all / MOST_PIXELS + 1, k = 0;

	for (l_int32 y = 0; y < h; y++) {
		const l_uint32 *line = pixGetData(pix) + (size_t)y * (size_t)pixGetWpl(pix);

		for (l_int32 word = 0; word < pixGetWpl(pix); word++)
			for (l_uint32 bits = line[word]; bits != 0; k++) {
				int lead = __builtin_clz(bits);

				bits &= ~(0x80000000u >> lead);
				if (k % every == 0 && d->count < MOST_PIXELS)
					d->at[d->count++] =
						(struct dot){ (float)(word * 32 + lead - w / 2),
							      (float)y };
			}
	}
}

/* How much rows of the turned page differ from their neighbours. */
static double sharpness(struct dots *d, double deg)
{
	float lean = (float)tan(deg * M_PI / 180);
	double sum = 0;

	memset(d->profile, 0, (size_t)d->rows * sizeof *d->profile);
	for (size_t i = 0; i < d->count; i++) {
		float y = d->at[i].y + d->at[i].x * lean + (float)d->rows / 4;
		int row = (int)y;

		if (y < 0 || row + 1 >= d->rows)
			continue;
		d->profile[row] += (float)(row + 1) - y;
		d->profile[row + 1] += y - (float)row;
	}
	for (int k = 0; k < SOFTER; k++)
		for (int i = 0; i + 1 < d->rows; i++)
			d->profile[i] += d->profile[i + 1];
	for (int i = 1; i < d->rows; i++) {
		double step = (double)d->profile[i] - (double)d->profile[i - 1];

		sum += step * step;
	}
	return sum;
}

/* The middle of what is high around the highest, in steps, NAN when that lies at the end; and how
 * wide it is. */
static double middle_of_hill(const double sharp[TRIED], int *ret_wide)
{
	int top = 0, from, to;
	double low = HUGE_VAL, sum = 0, weight = 0;

	for (int i = 0; i < TRIED; i++) {
		top = sharp[i] > sharp[top] ? i : top;
		low = fmin(low, sharp[i]);
	}
	double foot = low + FOOT * (sharp[top] - low);
	if (sharp[top] < CLEAR * low)
		return NAN;
	for (from = top; from > 0 && sharp[from - 1] > foot; from--)
		;
	for (to = top; to + 1 < TRIED && sharp[to + 1] > foot; to++)
		;
	if (from == 0 || to + 1 == TRIED)
		return NAN;
	*ret_wide = to - from + 1;
	for (int i = from; i <= to; i++) {
		sum += (sharp[i] - foot) * (i - STEPS);
		weight += sharp[i] - foot;
	}
	return sum / weight;
}

static double refined(struct dots *d, double deg)
{
	double sharp[TRIED], found = deg;

	for (int pass = 0; pass < PASSES; pass++) {
		int wide = 0;

		for (int i = 0; i < TRIED; i++)
			sharp[i] = sharpness(d, found + (i - STEPS) * STEP_DEG);
		double off = middle_of_hill(sharp, &wide);
		if (isnan(off) || wide * STEP_DEG < SHORT_DEG)
			return deg;
		found += off * STEP_DEG;
		if (fabs(off) < 1)
			break;
	}
	return found;
}

double lean_refined(struct Pix *pix, double deg)
{
	l_int32 all = 0;
	struct dots d = { .rows = 2 * pixGetHeight(pix) };

	if (pixCountPixels(pix, &all, NULL) != 0 || all == 0)
		return deg;
	AUTO_FREE struct dot *at = malloc(MOST_PIXELS * sizeof *at);
	AUTO_FREE float *profile = malloc((size_t)d.rows * sizeof *profile);
	if (!at || !profile)
		return deg;
	d.at = at;
	d.profile = profile;
	take_dots(pix, all, &d);
	return refined(&d, deg);
}
