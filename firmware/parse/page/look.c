#include "firmware/parse/page/look.h"

#include "firmware/base/auto.h"
#include "firmware/base/msg.h"
#include "firmware/parse/page/leaf.h"
#include "firmware/parse/page/lie.h"
#include "firmware/parse/page/print.h"
#include "firmware/parse/page/quality.h"
#include "firmware/parse/page/view.h"
#include "firmware/parse/page/warp.h"

#include <leptonica/allheaders.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* From when on a figure is a fault. Edge widths: a letter of 11 and 12 points, blurred step by step
 * and read again: no more errors up to 0.32 mm, a few up to 0.45, then many. Glare: pages without
 * any on print had up to 0.3 %, with it 1.7 and more. */
#define SOFT_MM     0.32
#define BLURRED_MM  0.45
#define GLARE_SHARE 0.01
#define SHOWN_SHARE 0.008 /* of a blank page: more is print of its other side, not its folds */

enum {
	LAW_DPI = 200, /* Decree 30/2020/ND-CP, appendix I */
	DARK = 90,     /* paper of this brightness: a lid, or a lamp that is off */
};

static void add_fault(struct look *l, bool is, enum err fault)
{
	if (is && l->fault_count < LOOK_FAULTS)
		l->faults[l->fault_count++] = (uint8_t)fault;
}

/* The worst first. On a dark picture nothing else means anything. */
static void judge(const struct view *v, const struct lie *lie, const struct look_wish *wish,
		  struct look *l)
{
	bool camera = lie->is_camera, dark = l->paper < DARK;
	bool blank = !dark && l->ink < LEAF_BLANK_INK, print = !dark && !blank;
	bool shown = blank && quality_shown_through(lie) > SHOWN_SHARE;
	bool blurred = print && l->edge_mm > BLURRED_MM;
	/* where no edge of a sheet is seen the desk would be taken for a thing */
	bool can_cover = !dark && (lie->sheet_seen || !camera);
	enum cover cover = can_cover ? quality_cover(v, lie) : COVER_NONE;

	add_fault(l, dark, ERR_DARK_PAGE);
	/* the back of a sheet that went through the feeder is blank on purpose */
	add_fault(l, shown && wish->side == 0, ERR_WRONG_SIDE);
	add_fault(l, blank, ERR_BLANK_PAGE);
	add_fault(l, blurred, ERR_BLURRED_PAGE);
	add_fault(l, !camera && quality_two_sheets(lie), ERR_TWO_SHEETS);
	add_fault(l, !dark && (quality_cut(lie) || cover == COVER_CORNER), ERR_CUT_PAGE);
	add_fault(l, cover == COVER_THING, ERR_COVERED_PAGE);
	add_fault(l, camera && l->glare > GLARE_SHARE, ERR_GLARE);
	add_fault(l, print && quality_askew(lie), ERR_CROOKED_PAGE);
	add_fault(l, lie->dpi < LAW_DPI, ERR_COARSE_PAGE);
	add_fault(l, print && !blurred && l->edge_mm > SOFT_MM, ERR_SOFT_PAGE);
}

/* The first that is text a message can carry. */
static void keep_code(const struct codes *found, char out[LOOK_CODE_CAP])
{
	for (size_t i = 0; i < found->count; i++) {
		const struct code *c = &found->at[i];

		if (c->len >= LOOK_CODE_CAP || !utf8_ok((const char *)c->bytes, c->len))
			continue;
		memcpy(out, c->bytes, c->len);
		out[c->len] = '\0';
		return;
	}
}

static enum err find_codes(const struct image *i, struct code_finder *codes, struct look *l)
{
	AUTO_FREE struct codes *found = malloc(sizeof *found);

	if (!found)
		return ERR_NO_MEMORY;
	enum err e = code_find_on_page(codes, i, found);
	if (e == ERR_OK)
		keep_code(found, l->code);
	return e == ERR_NO_CODE || e == ERR_BAD_DATA ? ERR_OK : e;
}

/* What is not the sheet's is white, as it will be on the leaf. */
static void copy_row(const l_uint32 *line, const struct outline *sheet, double y, struct look *l,
		     uint8_t *out)
{
	double from = 0, to = -1;

	outline_row(sheet, y, &from, &to);
	for (uint32_t x = 0; x < l->width; x++, out += 3) {
		bool inside = x + 0.5 >= from && x + 0.5 <= to;

		for (int k = 0; k < 3; k++)
			out[k] = inside ? (uint8_t)(line[x] >> (24 - 8 * k)) : 255;
	}
}

static enum err draw(const struct view *v, const struct lie *lie, struct look *l)
{
	double scale =
		(lie->width > lie->height ? lie->width : lie->height) / (double)LOOK_PREVIEW_SIDE;
	scale = scale < 1 ? 1 : scale;
	struct map grow = map_shift_scale(scale, 0, 0), reduce = map_shift_scale(1 / scale, 0, 0),
		   shrink = map_shift_scale(1.0 / v->by, 0, 0),
		   m = map_of_both(&lie->to_raw, &grow), to_view = map_of_both(&shrink, &m);
	struct image all = view_image(v);
	struct outline sheet;

	l->width = (uint32_t)fmax(1, floor(lie->width / scale));
	l->height = (uint32_t)fmax(1, floor(lie->height / scale));
	PIX *pix = pixCreateNoInit((l_int32)l->width, (l_int32)l->height, 32);
	l->preview = malloc((size_t)l->width * l->height * 3);
	if (!pix || !l->preview) {
		pixDestroy(&pix);
		return ERR_NO_MEMORY;
	}
	warp_colour(&all, &to_view, pix);
	map_outline(&reduce, &lie->sheet, &sheet);
	for (uint32_t y = 0; y < l->height; y++)
		copy_row(pixGetData(pix) + (size_t)y * (size_t)pixGetWpl(pix), &sheet, y + 0.5, l,
			 l->preview + (size_t)y * l->width * 3);
	pixDestroy(&pix);
	return ERR_OK;
}

static enum err look(const struct image *i, const struct view *v, const struct lie *lie,
		     struct code_finder *codes, struct look *l)
{
	l->turned_deg = lie->turned_deg;
	l->tilt_deg = lie->tilt_deg;
	l->ink = lie->ink;
	l->paper = lie->level.typical;
	l->glare = quality_glare(lie);
	enum err e = quality_edge_mm(i, lie, &l->edge_mm);
	if (e == ERR_OK)
		e = print_of(lie, l->print);
	if (e == ERR_OK && codes)
		e = find_codes(i, codes, l);
	return e == ERR_OK ? draw(v, lie, l) : e;
}

enum err look_at_page(const struct image *i, const struct look_wish *wish,
		      struct code_finder *codes, struct look *ret)
{
	struct leaf_wish as = { .source = wish->source, .turn_deg = wish->turn_deg };
	struct look l = { 0 };
	struct lie lie = { 0 };
	struct view v = { 0 };
	enum err e = lie_view(i, wish->source, &v);

	if (e == ERR_OK)
		e = lie_find(i, &v, &as, &lie);
	if (e == ERR_OK)
		e = look(i, &v, &lie, codes, &l);
	if (e == ERR_OK)
		judge(&v, &lie, wish, &l);
	view_finish(&v);
	lie_finish(&lie);
	if (e == ERR_OK)
		*ret = l;
	else
		look_finish(&l);
	return e;
}

void look_finish(struct look *l)
{
	free(l->preview);
	*l = (struct look){ 0 };
}
