#include "firmware/parse/page/posture.h"

#include "firmware/parse/page/docstrum.h"
#include "firmware/parse/page/lean.h"

#include <leptonica/allheaders.h>
#include <math.h>
#include <stdint.h>

/* At 150 dpi. */
enum {
	SPECK_PIXELS = 3,
	LETTER_MIN = 3,  /* dots, commas */
	LETTER_MAX = 60, /* a headline */
	CUT_MIN = 5,     /* what the border leaves of a letter */
	CUT_MAX = 45,
	HOLE_MIN = 20, /* 5 to 7 mm is usual */
	HOLE_MAX = 50,
	HOLE_EDGE = 130,
	HOLE_FULL_PERCENT = 70, /* a circle has 78 */
	LEAST_PAIRS = 30,
	AXIS_SURE_TENTHS = 15,
	COARSE = 4, /* times smaller */
	FINE = 2,
};

#define LEAST_LETTERS 0.0008 /* of the page; less is no text to go by */

/* The outermost degree of what is searched is not believed. */
#define TILT_RANGE_DEG     9.0f
#define TILT_FAR_DEG       8.0
#define TILT_FAR_RANGE_DEG 46.0f
#define TILT_LEAST_DEG     0.06 /* less is not measured any better, and pixels stay as they are */
/* leptonica's measure of how clearly text lines stand out; 3 is its own limit */
#define TILT_SURE     3.0f
#define TILT_FAR_SURE 5.0f
/* enough when the median lean of pairs of letters is about the same */
#define TILT_LIKELY    1.3f
#define TILT_FINE_SURE 2.0f /* of few lines whose direction is known, looked at closely */
#define TILT_AGREE_DEG 1.2
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

/* As wide as high, full but for the corners, near an edge: where a folder's rings go. */
static bool is_hole(PIX *piece, int x, int y, const PIX *page)
{
	int w = pixGetWidth(piece), h = pixGetHeight(piece);
	int far_x = pixGetWidth(page) - x - w, far_y = pixGetHeight(page) - y - h;
	l_int32 n = 0;

	if (w < HOLE_MIN || h < HOLE_MIN || w > HOLE_MAX || h > HOLE_MAX || 6 * abs(w - h) > w + h)
		return false;
	if (x > HOLE_EDGE && y > HOLE_EDGE && far_x > HOLE_EDGE && far_y > HOLE_EDGE)
		return false;
	return pixCountPixels(piece, &n, NULL) == 0 && n * 100 > w * h * HOLE_FULL_PERCENT;
}

static void fill_holes(PIX *ink)
{
	PIXA *pieces = NULL;
	BOXA *boxes = pixConnComp(ink, &pieces, 8);

	for (l_int32 i = 0; boxes && i < boxaGetCount(boxes); i++) {
		l_int32 x = 0, y = 0, w = 0, h = 0;
		PIX *piece = pixaGetPix(pieces, i, L_CLONE);

		boxaGetBoxGeometry(boxes, i, &x, &y, &w, &h);
		if (piece && is_hole(piece, x, y, ink))
			pixRasterop(ink, x, y, w, h, PIX_NOT(PIX_SRC) & PIX_DST, piece, 0, 0);
		pixDestroy(&piece);
	}
	boxaDestroy(&boxes);
	pixaDestroy(&pieces);
}

struct Pix *ink_without_border(struct Pix *ink)
{
	ink = or_old(ink, pixRemoveBorderConnComps(ink, 8));
	fill_holes(ink);
	return or_old(ink, pixSelectBySize(ink, SPECK_PIXELS, SPECK_PIXELS, 8, L_SELECT_IF_EITHER,
					   L_SELECT_IF_GTE, NULL));
}

static void count_at_sides(BOXA *boxes, int w, int h, unsigned sides[4])
{
	for (l_int32 i = 0; i < boxaGetCount(boxes); i++) {
		l_int32 bx = 0, by = 0, bw = 0, bh = 0;

		boxaGetBoxGeometry(boxes, i, &bx, &by, &bw, &bh);
		if (bw < CUT_MIN || bh < CUT_MIN || bw > CUT_MAX || bh > CUT_MAX)
			continue;
		sides[0] += bx == 0;
		sides[1] += by == 0;
		sides[2] += bx + bw == w;
		sides[3] += by + bh == h;
	}
}

unsigned letters_cut(struct Pix *ink)
{
	PIX *kept = pixRemoveBorderConnComps(ink, 8);
	PIX *lost = kept ? pixXor(NULL, ink, kept) : NULL;
	BOXA *boxes = lost ? pixConnComp(lost, NULL, 8) : NULL;
	unsigned sides[4] = { 0 }, most = 0;

	if (boxes)
		count_at_sides(boxes, pixGetWidth(ink), pixGetHeight(ink), sides);
	for (int k = 0; k < 4; k++)
		most = sides[k] > most ? sides[k] : most;
	boxaDestroy(&boxes);
	pixDestroy(&kept);
	pixDestroy(&lost);
	return most;
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

/* `sweep`: how many times smaller the picture is in which the whole range is gone through. */
static struct lean lean_of(PIX *pix, float range_deg, int sweep)
{
	struct lean l = { 0 };

	if (pixFindSkewSweepAndSearch(pix, &l.deg, &l.sure, sweep, 1, range_deg, 1.0f, 0.01f) != 0)
		return (struct lean){ 0 };
	return l;
}

/* Which way lines run: letters stand nearer to each other along a line than across lines. */
static bool find_axis(const struct docstrum *d, bool *ret_sideways)
{
	*ret_sideways = d->down > d->across;
	unsigned more = *ret_sideways ? d->down : d->across, less = d->across + d->down - more;

	return more >= LEAST_PAIRS && more * 10 > less * AXIS_SURE_TENTHS;
}

/* A turn by quarters and a tilt can be applied in either order, so the tilt found on its side is
 * the tilt of the upright page. */
static struct lean lean_sideways(PIX *pix, float range_deg, int sweep, bool sideways)
{
	PIX *aside = sideways ? pixRotateOrth(pix, 1) : pixClone(pix);
	struct lean l = { 0 };

	if (aside)
		l = lean_of(aside, range_deg, sweep);
	if (aside && l.sure > 0)
		l.deg = (float)lean_refined(aside, (double)l.deg);
	pixDestroy(&aside);
	return l;
}

/* In the direction in which they stand out more. */
static struct lean lean_of_lines(PIX *pix, float range_deg, bool *ret_sideways)
{
	struct lean across = lean_sideways(pix, range_deg, COARSE, false),
		    down = lean_sideways(pix, range_deg, COARSE, true);

	*ret_sideways = down.sure > across.sure;
	return *ret_sideways ? down : across;
}

/* When pairs of letters say the same, less is asked of the lines. */
static bool is_sure(const struct lean *l, const struct docstrum *d, bool sideways)
{
	double pairs = sideways ? d->lean_down : d->lean_across;

	return l->sure >= TILT_SURE ||
	       (l->sure > TILT_LIKELY && fabs(l->deg + pairs) < TILT_AGREE_DEG);
}

static bool find_lean(PIX *letters, struct posture_found *p, struct lean *ret, bool *ret_sideways)
{
	struct docstrum d;

	docstrum_of(letters, &d);
	p->sure_axis = find_axis(&d, ret_sideways);
	if (p->sure_axis)
		*ret = lean_sideways(letters, TILT_RANGE_DEG, COARSE, *ret_sideways);
	else
		*ret = lean_of_lines(letters, TILT_RANGE_DEG, ret_sideways);
	if (is_sure(ret, &d, *ret_sideways))
		return true;
	if (p->sure_axis) { /* a few lines, as a card has */
		*ret = lean_sideways(letters, TILT_RANGE_DEG, FINE, *ret_sideways);
		if (ret->sure >= TILT_FINE_SURE)
			return true;
	}
	*ret = lean_of_lines(letters, TILT_FAR_RANGE_DEG, ret_sideways);
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
	p->sure_up = p->sure_axis && (sideways ? fabsf(left) > SIDE_SURE : fabsf(up) > UP_SURE);
}

static void keep_lean(const struct lean *l, struct posture_found *p)
{
	p->tilt_deg = fabsf(l->deg) >= TILT_LEAST_DEG ? (double)l->deg : 0;
	p->tilted_far = fabsf(l->deg) > TILT_FAR_DEG;
}

void posture_find(struct Pix *letters, struct Pix *ink, struct posture_found *ret)
{
	struct lean lean = { 0 };
	bool sideways = false;

	*ret = (struct posture_found){ .has_text = has_letters(letters) };
	bool sure = ret->has_text && find_lean(letters, ret, &lean, &sideways);
	if (!sure && has_letters(ink)) {
		/* a form may have more frames than letters, and they are as straight */
		bool aside;

		lean = lean_of_lines(ink, TILT_RANGE_DEG, &aside);
		sure = lean.sure >= TILT_SURE;
	}
	if (sure)
		keep_lean(&lean, ret);
	if (!ret->has_text)
		return;
	PIX *straight = pixRotate(letters, (float)(ret->tilt_deg * M_PI / 180), L_ROTATE_SAMPLING,
				  L_BRING_IN_WHITE, 0, 0);
	find_up(straight ? straight : letters, ret, sideways);
	pixDestroy(&straight);
}
