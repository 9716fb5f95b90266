#include "firmware/parse/page/posture.h"

#include <leptonica/allheaders.h>
#include <math.h>
#include <stdint.h>

/* At 150 dpi. */
enum {
	SPECK_PIXELS = 3,
	LETTER_MIN = 3,  /* dots, commas */
	LETTER_MAX = 60, /* a headline */
};

#define LEAST_LETTERS 0.0008 /* of the page; less is no text to go by */

/* The outermost degree of what is searched is not believed. */
#define TILT_RANGE_DEG     9.0f
#define TILT_FAR_DEG       8.0
#define TILT_FAR_RANGE_DEG 46.0f
#define TILT_LEAST_DEG     0.03
/* leptonica's measure of how clearly text lines stand out; 3 is its own limit */
#define TILT_SURE     3.0f
#define TILT_FAR_SURE 5.0f
/* how far ascenders outnumber descenders, in standard deviations */
#define UP_SURE 6.0f
/* less is asked for when lines run sideways: one of two answers is right */
#define SIDE_SURE 4.0f

struct lean {
	float deg, sure;
};

/* leptonica gives NULL when it runs out of memory: then the step is left out, not the page. */
static PIX *or_old(PIX *old, PIX *new)
{
	if (!new)
		return old;
	pixDestroy(&old);
	return new;
}

struct Pix *ink_without_border(struct Pix *ink)
{
	ink = or_old(ink, pixRemoveBorderConnComps(ink, 8));
	return or_old(ink, pixSelectBySize(ink, SPECK_PIXELS, SPECK_PIXELS, 8, L_SELECT_IF_EITHER,
					   L_SELECT_IF_GTE, NULL));
}

struct Pix *letters_among(struct Pix *ink)
{
	PIX *small = pixSelectBySize(ink, LETTER_MAX, LETTER_MAX, 8, L_SELECT_IF_BOTH,
				     L_SELECT_IF_LTE, NULL);

	if (!small)
		return NULL;
	return or_old(small, pixSelectBySize(small, LETTER_MIN, LETTER_MIN, 8, L_SELECT_IF_EITHER,
					     L_SELECT_IF_GTE, NULL));
}

static bool has_letters(PIX *letters)
{
	l_int32 n = 0;

	return pixCountPixels(letters, &n, NULL) == 0 &&
	       n >= LEAST_LETTERS * pixGetWidth(letters) * pixGetHeight(letters);
}

static struct lean lean_of(PIX *pix, float range_deg)
{
	struct lean l = { 0 };

	if (pixFindSkewSweepAndSearch(pix, &l.deg, &l.sure, 4, 2, range_deg, 1.0f, 0.01f) != 0)
		return (struct lean){ 0 };
	return l;
}

/* Lines stand out in one of two directions. A turn by quarters and a tilt can be applied in either
 * order, so the tilt found on its side is the tilt of the upright page. */
static struct lean lean_of_lines(PIX *pix, float range_deg, bool *ret_sideways)
{
	PIX *aside = pixRotateOrth(pix, 1);
	struct lean across = lean_of(pix, range_deg), down = { 0 };

	if (aside)
		down = lean_of(aside, range_deg);
	pixDestroy(&aside);
	*ret_sideways = down.sure > across.sure;
	return *ret_sideways ? down : across;
}

static bool lean_near_or_far(PIX *pix, struct lean *ret, bool *ret_sideways)
{
	*ret = lean_of_lines(pix, TILT_RANGE_DEG, ret_sideways);
	if (ret->sure >= TILT_SURE)
		return true;
	*ret = lean_of_lines(pix, TILT_FAR_RANGE_DEG, ret_sideways);
	return ret->sure >= TILT_FAR_SURE;
}

/* Up or upside down when lines run across; left or right when they run down. */
static void find_up(PIX *letters, struct posture_found *p, bool sideways)
{
	l_float32 up = 0, left = 0;

	p->quarters = sideways ? 1 : 0;
	if (pixOrientDetect(letters, &up, &left, 0, 0) != 0)
		return;
	if (sideways)
		p->quarters = left < 0 ? 3 : 1;
	else
		p->quarters = up < 0 ? 2 : 0;
	p->sure_up = sideways ? fabsf(left) > SIDE_SURE : fabsf(up) > UP_SURE;
}

void posture_find(struct Pix *letters, struct Pix *ink, struct posture_found *ret)
{
	struct lean lean;
	bool sideways = false;

	*ret = (struct posture_found){ .has_text = has_letters(letters) };
	/* a form may have more frames than letters, and they are as straight */
	bool sure = ret->has_text && lean_near_or_far(letters, &lean, &sideways);
	if (!sure && !has_letters(ink))
		return;
	if (!sure) {
		lean = lean_of_lines(ink, TILT_RANGE_DEG, &sideways);
		if (lean.sure < TILT_SURE)
			return;
		ret->tilt_deg = fabsf(lean.deg) >= TILT_LEAST_DEG ? (double)lean.deg : 0;
		return;
	}
	ret->sure_axis = true;
	ret->tilt_deg = fabsf(lean.deg) >= TILT_LEAST_DEG ? (double)lean.deg : 0;
	ret->tilted_far = fabsf(lean.deg) > TILT_FAR_DEG;
	PIX *straight = pixRotate(letters, lean.deg * (float)M_PI / 180, L_ROTATE_SAMPLING,
				  L_BRING_IN_WHITE, 0, 0);
	find_up(straight ? straight : letters, ret, sideways);
	pixDestroy(&straight);
}
