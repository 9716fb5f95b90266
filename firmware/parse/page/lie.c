#include "firmware/parse/page/lie.h"

#include "firmware/parse/page/lid.h"
#include "firmware/parse/page/posture.h"
#include "firmware/parse/page/warp.h"

#include <leptonica/allheaders.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	INK_PERCENT = 62, /* of the paper's brightness; what shines through is lighter */
	VIEW_LONG_SIDE = 1754,
	FAINT_PERCENT = 18, /* of the paper's brightness: by so much is a faint stroke darker */
	FAINT_LEAST = 36,
	FAINT_WIDE = 5, /* pixels, 0.8 mm: strokes are thinner */
};

#define MM_PER_INCH   25.4
#define SHADOW_MM     0.5
#define EDGE_MM       0.8 /* beside the sheet's edge lies its shadow */
#define QUAD_TILT_DEG 0.2
#define LONGEST_MM    560.0 /* A2 has 594 */
#define SURE_SIDE     0.75  /* of each side is seen of what may lie under a camera */
#define SPARE_MM      2.0   /* around print that would fall off the page */

/* Sizes that sheets have, portrait, and how far a cropped one may be off. */
static const double SIZES_MM[][2] = { { 210, 297 }, { 148, 210 }, { 297, 420 }, { 53.98, 85.6 } };
#define SIZE_SLACK_MM 4.0

/* What a file of a telephone says of its resolution is a habit, not a measure: no sheet that is
 * laid under a camera is that long. 0: not known. */
static uint16_t believed_dpi(const struct image *i, enum page_source source)
{
	uint32_t longer = i->width > i->height ? i->width : i->height;
	bool may_be_camera = source == SOURCE_CAMERA || source == SOURCE_ANY;

	return may_be_camera && longer * MM_PER_INCH > i->dpi * LONGEST_MM ? 0 : i->dpi;
}

enum err lie_view(const struct image *i, enum page_source source, struct view *ret)
{
	uint32_t longer = i->width > i->height ? i->width : i->height;
	uint16_t dpi = believed_dpi(i, source);
	uint32_t by = (dpi + LIE_VIEW_DPI / 2) / LIE_VIEW_DPI;

	if (dpi == 0 || source == SOURCE_CAMERA)
		by = (longer + VIEW_LONG_SIDE / 2) / VIEW_LONG_SIDE;
	return view_of(i, by, ret);
}

/* Beside its edge lies a sheet's shadow, and its edge is never quite straight. Where the picture
 * ends and not the sheet nothing is taken away: `w`, `h` are the picture's, 0 when
 * it ends nowhere. */
static void shrink_outline(struct outline *o, double by, double w, double h)
{
	double x = 0, y = 0;

	for (size_t i = 0; i < o->count; i++) {
		x += o->at[i].x / (double)o->count;
		y += o->at[i].y / (double)o->count;
	}
	for (size_t i = 0; i < o->count; i++) {
		struct point *p = &o->at[i];

		p->x += w > 0 && (p->x < 2 || p->x > w - 2) ? 0 : p->x < x ? by : -by;
		p->y += h > 0 && (p->y < 2 || p->y > h - 2) ? 0 : p->y < y ? by : -by;
	}
}

static void size_of(const struct point corner[4], double *ret_w, double *ret_h)
{
	*ret_w = (point_distance(corner[0], corner[1]) + point_distance(corner[3], corner[2])) / 2;
	*ret_h = (point_distance(corner[0], corner[3]) + point_distance(corner[1], corner[2])) / 2;
}

static void whole_frame(const struct view *v, struct lie *l)
{
	double w = (double)v->width * v->by, h = (double)v->height * v->by;

	l->flat_width = w;
	l->flat_height = h;
	l->flat_to_raw = map_shift_scale(1, 0, 0);
	l->flat_sheet = (struct outline){ 4, { { 0, 0 }, { w, 0 }, { w, h }, { 0, h } } };
}

/* A rectangle, whose corners in the raw picture are known, becomes the frame. */
static enum err frame_of_corners(const struct point corner[4], struct lie *l)
{
	double w = l->flat_width, h = l->flat_height;

	l->flat_sheet = (struct outline){ 4, { { 0, 0 }, { w, 0 }, { w, h }, { 0, h } } };
	return map_to_quad(w, h, corner, &l->flat_to_raw) ? ERR_OK : ERR_BAD_PAGE;
}

static enum err frame_of_lid(const struct view *v, struct lie *l)
{
	struct lid_found lid;
	enum err e = lid_find(v, &lid);
	struct map enlarge = map_shift_scale(v->by, 0, 0), back;

	if (e != ERR_OK)
		return e;
	whole_frame(v, l);
	map_outline(&enlarge, &lid.sheet, &l->flat_sheet);
	if (lid.is_seen)
		shrink_outline(&l->flat_sheet, SHADOW_MM / MM_PER_INCH * l->dpi, l->flat_width,
			       l->flat_height);
	l->sheet_seen = lid.is_seen;
	l->corners_seen = lid.is_seen && lid.is_free;
	if (!l->corners_seen)
		return ERR_OK;
	struct outline raw = l->flat_sheet;
	for (int k = 0; k < 4; k++)
		lid.corner[k] = map_point(&enlarge, lid.corner[k]);
	size_of(lid.corner, &l->flat_width, &l->flat_height);
	e = frame_of_corners(lid.corner, l);
	/* rounded or torn corners stay as they are */
	if (e == ERR_OK && map_inverse(&l->flat_to_raw, &back))
		map_outline(&back, &raw, &l->flat_sheet);
	return e;
}

/* Without a sheet in sight or a resolution, the picture is taken for A4. Scanners have round
 * numbers. */
static uint16_t dpi_of_a4(const struct lie *l)
{
	static const uint16_t USUAL[] = { 100, 150, 200, 240, 300, 400, 600 };
	double dpi = fmax(l->flat_width, l->flat_height) * MM_PER_INCH / SIZES_MM[0][1];

	for (size_t i = 0; i < sizeof USUAL / sizeof *USUAL; i++)
		if (fabs(dpi - USUAL[i]) < 0.015 * USUAL[i])
			return USUAL[i];
	return (uint16_t)fmax(LIE_MIN_DPI, fmin(LIE_MAX_DPI, dpi));
}

/* `dpi`: as near as whole numbers come; lengths are exact. */
static enum err frame_of_quad(const struct view *v, struct lie *l)
{
	l->is_camera = l->sheet_seen = l->corners_seen = true;
	for (int k = 0; k < 4; k++) {
		l->quad.corner[k].x *= v->by;
		l->quad.corner[k].y *= v->by;
		l->corners_seen &= !l->quad.at_frame[k];
	}
	struct quad_size s = quad_size_of(l->quad.corner, l->flat_width, l->flat_height, l->dpi);
	l->dpi = (uint16_t)fmax(LIE_MIN_DPI, fmin(LIE_MAX_DPI, round(s.dpi)));
	l->flat_width = s.width_mm / MM_PER_INCH * l->dpi;
	l->flat_height = s.height_mm / MM_PER_INCH * l->dpi;
	l->steps |= 1u << STEP_QUAD;
	enum err e = frame_of_corners(l->quad.corner, l);
	shrink_outline(&l->flat_sheet, SHADOW_MM / MM_PER_INCH * l->dpi, 0, 0);
	return e;
}

/* All of the sheet, and nothing doubtful. */
static bool is_sure(const struct view *v, const struct quad *q)
{
	for (int k = 0; k < 4; k++)
		if (q->at_frame[k] || q->clear[k] < SURE_SIDE || q->corner[k].x < 0 ||
		    q->corner[k].y < 0 || q->corner[k].x > v->width || q->corner[k].y > v->height)
			return false;
	return true;
}

static enum err find_frame(const struct view *v, enum page_source source, struct lie *l)
{
	bool seen = false;
	enum err e = ERR_OK;

	whole_frame(v, l);
	l->is_camera = source == SOURCE_CAMERA;
	if (source == SOURCE_CAMERA || source == SOURCE_ANY)
		e = quad_find(v, &seen, &l->quad);
	if (e == ERR_OK && seen && (l->is_camera || is_sure(v, &l->quad)))
		return frame_of_quad(v, l);
	l->dpi = l->dpi > 0 ? l->dpi : dpi_of_a4(l);
	return e == ERR_OK && !l->is_camera ? frame_of_lid(v, l) : e;
}

/* The frame is a rectangle of its own, not the raw picture. */
static bool is_warped(const struct lie *l)
{
	return l->corners_seen || l->steps & 1u << STEP_QUAD;
}

/* Where the picture ends and not the sheet there is no shadow. */
static void beyond_frame(const struct plane *p, double by, struct outline *o)
{
	for (size_t i = 0; i < o->count; i++) {
		o->at[i].x += o->at[i].x < 1.5 ? -by : o->at[i].x > p->width - 1.5 ? by : 0;
		o->at[i].y += o->at[i].y < 1.5 ? -by : o->at[i].y > p->height - 1.5 ? by : 0;
	}
}

/* The sheet less its edges' shadow; all of it when no edge is seen. */
static void clear_outside(struct lie *l)
{
	double edge = l->sheet_seen ? EDGE_MM / MM_PER_INCH * l->dpi / l->by : 0;
	struct map reduce = map_shift_scale(1 / l->by, 0, 0);
	struct outline o;

	map_outline(&reduce, &l->flat_sheet, &o);
	if (!is_warped(l))
		beyond_frame(&l->flat, edge + 1, &o);
	for (uint32_t y = 0; y < l->flat.height; y++) {
		uint8_t *row = l->flat.at + y * l->flat.stride;
		double from = 0, to = -1, other_from = 0, other_to = -1;
		bool any = outline_row(&o, y + 0.5 - edge, &from, &to) &&
			   outline_row(&o, y + 0.5 + edge, &other_from, &other_to);

		from = fmax(from, other_from) + edge;
		to = fmin(to, other_to) - edge;
		for (uint32_t x = 0; x < l->flat.width; x++)
			if (l->sheet_seen && (!any || x + 0.5 < from || x + 0.5 > to))
				row[x] = 0;
			else if (row[x] == 0)
				row[x] = 1; /* black, and not outside */
	}
}

static enum err draw_flat(const struct view *v, struct lie *l)
{
	struct map shrink = map_shift_scale(1.0 / v->by, 0, 0), grow = map_shift_scale(l->by, 0, 0),
		   to_view, m;
	uint32_t w = (uint32_t)(l->flat_width / l->by), h = (uint32_t)(l->flat_height / l->by);

	w += w == 0;
	h += h == 0;
	l->flat = (struct plane){ w, h, w, malloc((size_t)w * h) };
	if (!l->flat.at)
		return ERR_NO_MEMORY;
	m = map_of_both(&l->flat_to_raw, &grow);
	to_view = map_of_both(&shrink, &m);
	if (is_warped(l) || l->by != v->by)
		warp_gray(&v->gray, &to_view, 0, &l->flat);
	else
		for (uint32_t y = 0; y < h; y++)
			memcpy(l->flat.at + (size_t)y * w, v->gray.at + y * v->gray.stride, w);
	clear_outside(l);
	return ERR_OK;
}

static double share_of(const struct lie *l, PIX *pix)
{
	struct map reduce = map_shift_scale(1 / l->by, 0, 0);
	struct outline o;
	l_int32 n = 0;

	map_outline(&reduce, &l->flat_sheet, &o);
	double area = outline_area(&o);
	return pix && area > 0 && pixCountPixels(pix, &n, NULL) == 0 ? n / area : 0;
}

/* Thin strokes a little darker than what is around them; what shines through is too soft for that.
 * Measured: on blank backs of 29 sheets 0.0003 of the page at most, of a signature in pencil
 * 0.0007, of print with 30 % of its contrast 0.025. */
static PIX *faint_strokes(const struct lie *l)
{
	unsigned least = l->level.typical * FAINT_PERCENT / 100u;
	PIX *pix = pixCreate((l_int32)l->flat.width, (l_int32)l->flat.height, 8);

	for (uint32_t y = 0; pix && y < l->flat.height; y++) {
		const uint8_t *row = l->flat.at + y * l->flat.stride;
		l_uint32 *line = pixGetData(pix) + (size_t)y * (size_t)pixGetWpl(pix);

		for (uint32_t x = 0; x < l->flat.width; x++)
			SET_DATA_BYTE(line, x, row[x] > 0 ? row[x] : 255);
	}
	PIX *strokes = pix ? pixTophat(pix, FAINT_WIDE, FAINT_WIDE, L_TOPHAT_BLACK) : NULL;
	PIX *light =
		strokes ? pixThresholdToBinary(strokes,
					       (l_int32)(least > FAINT_LEAST ? least : FAINT_LEAST))
			: NULL;
	PIX *ink = light ? pixInvert(NULL, light) : NULL;

	pixDestroy(&pix);
	pixDestroy(&strokes);
	pixDestroy(&light);
	return ink;
}

/* A page in pencil, or the third copy under carbon paper, is not blank. */
static void look_for_faint(struct lie *l)
{
	PIX *faint = faint_strokes(l);
	PIX *ink = faint ? ink_without_border(faint) : NULL;
	double share = ink ? share_of(l, ink) : 0;

	if (share < LEAF_BLANK_INK) {
		pixDestroy(&ink);
		return;
	}
	pixDestroy(&l->ink_pix);
	l->ink_pix = ink;
	l->ink = share;
}

static enum err find_ink(struct lie *l)
{
	enum err e = level_measure(&l->flat, l->dpi / l->by, &l->level);

	if (e != ERR_OK)
		return e;
	PIX *ink = ink_of(&l->flat, &l->level, INK_PERCENT);
	if (!ink)
		return ERR_NO_MEMORY;
	l->cut_letters = letters_cut(ink);
	l->ink_pix = ink_without_border(ink);
	l->ink = share_of(l, l->ink_pix);
	if (l->ink < LEAF_BLANK_INK)
		look_for_faint(l);
	l->letters_pix = letters_among(l->ink_pix);
	return l->letters_pix ? ERR_OK : ERR_NO_MEMORY;
}

/* The colour of what is about as bright as the paper. */
static void find_paper(const struct view *v, struct lie *l)
{
	uint64_t sum[3] = { 0 }, n = 0;
	uint8_t typical = l->level.typical;

	for (uint32_t y = 0; y < v->height; y += 3)
		for (uint32_t x = 0; x < v->width; x += 3) {
			const uint8_t *p = v->pixels + ((size_t)y * v->width + x) * v->channels;

			if (abs(v->gray.at[y * v->gray.stride + x] - typical) > 6)
				continue;
			for (unsigned k = 0; k < 3; k++)
				sum[k] += p[v->channels == 3 ? k : 0];
			n++;
		}
	for (int k = 0; k < 3; k++)
		l->paper[k] = (uint8_t)(n > 0 ? sum[k] / n : typical);
}

static bool is_shut(const struct lie *l, double w_mm, double h_mm, double *ret_w, double *ret_h)
{
	double w = *ret_w * MM_PER_INCH / l->dpi, h = *ret_h * MM_PER_INCH / l->dpi;

	if (fabs(w - w_mm) > SIZE_SLACK_MM || fabs(h - h_mm) > SIZE_SLACK_MM)
		return false;
	*ret_w = w_mm * l->dpi / MM_PER_INCH;
	*ret_h = h_mm * l->dpi / MM_PER_INCH;
	return true;
}

/* A sheet that is nearly A4 is A4; scale stays 100 %, so that the rest is a white edge. */
static void to_known_size(const struct lie *l, double *w, double *h)
{
	for (size_t i = 0; i < sizeof SIZES_MM / sizeof *SIZES_MM; i++)
		if (is_shut(l, SIZES_MM[i][0], SIZES_MM[i][1], w, h) ||
		    is_shut(l, SIZES_MM[i][1], SIZES_MM[i][0], w, h))
			return;
}

struct bounds {
	double x0, y0, x1, y1;
};

static struct bounds bounds_of(const struct outline *o)
{
	struct bounds b = { HUGE_VAL, HUGE_VAL, -HUGE_VAL, -HUGE_VAL };

	for (size_t i = 0; i < o->count; i++) {
		b.x0 = fmin(b.x0, o->at[i].x), b.x1 = fmax(b.x1, o->at[i].x);
		b.y0 = fmin(b.y0, o->at[i].y), b.y1 = fmax(b.y1, o->at[i].y);
	}
	return b;
}

/* Where there is print, turned: its outermost pixels. */
static struct bounds bounds_of_print(const struct lie *l, const struct map *from_flat)
{
	struct bounds b = { HUGE_VAL, HUGE_VAL, -HUGE_VAL, -HUGE_VAL };
	PIX *pix = l->letters_pix;

	for (l_int32 y = 0; y < pixGetHeight(pix); y++) {
		const l_uint32 *line = pixGetData(pix) + (size_t)y * (size_t)pixGetWpl(pix);
		l_int32 ends[2] = { 0, pixGetWidth(pix) - 1 };

		while (ends[0] <= ends[1] && !GET_DATA_BIT(line, ends[0]))
			ends[0]++;
		while (ends[1] > ends[0] && !GET_DATA_BIT(line, ends[1]))
			ends[1]--;
		for (int k = 0; k < 2 && ends[0] <= ends[1]; k++) {
			struct point p =
				map_point(from_flat, (struct point){ ends[k] * l->by, y * l->by });
			struct outline one = { 1, { p } };
			struct bounds c = bounds_of(&one);

			b.x0 = fmin(b.x0, c.x0), b.x1 = fmax(b.x1, c.x1);
			b.y0 = fmin(b.y0, c.y0), b.y1 = fmax(b.y1, c.y1);
		}
	}
	return b;
}

/* What of the turned page becomes the leaf. */
static struct bounds page_bounds(const struct lie *l, const struct map *from_flat,
				 const struct outline *turned)
{
	struct bounds b = bounds_of(turned);
	double w = b.x1 - b.x0, h = b.y1 - b.y0, mid_x = (b.x0 + b.x1) / 2,
	       mid_y = (b.y0 + b.y1) / 2, spare = SPARE_MM / MM_PER_INCH * l->dpi;

	if (l->sheet_seen)
		to_known_size(l, &w, &h);
	else if (l->tilt_deg != 0 || l->turned_deg != 0) {
		w = l->turned_deg % 180 ? l->flat_height : l->flat_width;
		h = l->turned_deg % 180 ? l->flat_width : l->flat_height;
	}
	struct bounds page = { mid_x - w / 2, mid_y - h / 2, mid_x + w / 2, mid_y + h / 2 };
	if (l->tilt_deg != 0) { /* print in a corner that would be turned away */
		struct bounds print = bounds_of_print(l, from_flat);

		page.x0 = fmin(page.x0, fmax(b.x0, print.x0 - spare));
		page.y0 = fmin(page.y0, fmax(b.y0, print.y0 - spare));
		page.x1 = fmax(page.x1, fmin(b.x1, print.x1 + spare));
		page.y1 = fmax(page.y1, fmin(b.y1, print.y1 + spare));
	}
	return page;
}

void lie_turn(struct lie *l, unsigned quarters)
{
	struct point middle = { l->flat_width / 2, l->flat_height / 2 }, turned_middle = middle;
	struct map to_flat, from_flat;
	struct outline turned;

	l->turned_deg = (uint16_t)(quarters % 4 * 90);
	if (quarters % 2)
		turned_middle = (struct point){ middle.y, middle.x };
	to_flat = map_turn_back(l->turned_deg + l->tilt_deg, turned_middle, middle);
	if (!map_inverse(&to_flat, &from_flat))
		return;
	map_outline(&from_flat, &l->flat_sheet, &turned);
	struct bounds b = page_bounds(l, &from_flat, &turned);
	double x0 = floor(b.x0 + 0.5), y0 = floor(b.y0 + 0.5);
	l->width = (uint32_t)fmax(1, floor(b.x1 + 0.5) - x0);
	l->height = (uint32_t)fmax(1, floor(b.y1 + 0.5) - y0);
	struct map shift = map_shift_scale(1, x0, y0), back = map_shift_scale(1, -x0, -y0);
	struct map shifted = map_of_both(&to_flat, &shift);
	l->to_raw = map_of_both(&l->flat_to_raw, &shifted);
	map_outline(&back, &turned, &l->sheet);
	l->steps &= ~(1u << STEP_TURN);
	l->steps |= l->turned_deg ? 1u << STEP_TURN : 0;
}

static bool is_possible(const struct image *i, const struct leaf_wish *wish)
{
	if (i->width == 0 || i->height == 0 || i->width > IMAGE_MAX_SIDE ||
	    i->height > IMAGE_MAX_SIDE || (uint64_t)i->width * i->height > IMAGE_MAX_PIXELS)
		return false;
	if (i->dpi == 0)
		return wish->source == SOURCE_CAMERA || wish->source == SOURCE_ANY;
	return i->dpi >= LIE_MIN_DPI && i->dpi <= LIE_MAX_DPI;
}

static enum err look_at(const struct view *v, const struct leaf_wish *wish, struct lie *l)
{
	struct posture_found p;
	enum err e = find_frame(v, wish->source, l);

	l->by = (double)l->dpi / LIE_VIEW_DPI;
	if (e == ERR_OK)
		e = draw_flat(v, l);
	if (e == ERR_OK)
		e = find_ink(l);
	if (e != ERR_OK)
		return e;
	find_paper(v, l);
	posture_find(l->letters_pix, l->ink_pix, &p);
	l->sure_up = p.sure_up;
	l->sure_axis = p.sure_axis;
	l->has_text = p.has_text;
	l->tilted_far = p.tilted_far;
	l->tilt_deg = p.tilt_deg;
	/* print on a sheet whose edges are known to a fraction of a pixel lies straight on it */
	if (l->steps & 1u << STEP_QUAD && fabs(p.tilt_deg) < QUAD_TILT_DEG)
		l->tilt_deg = 0;
	l->steps |= (l->sheet_seen ? 1u << STEP_CROP : 0) |
		    (l->tilt_deg != 0 ? 1u << STEP_STRAIGHT : 0);
	lie_turn(l, wish->turn_deg < LEAF_TURN_BY_TEXT ? wish->turn_deg / 90 : p.quarters);
	return ERR_OK;
}

enum err lie_find(const struct image *i, const struct view *v, const struct leaf_wish *wish,
		  struct lie *ret)
{
	struct lie l = { .dpi = believed_dpi(i, wish->source) };

	if (!is_possible(i, wish))
		return ERR_BAD_PAGE;
	setMsgSeverity(L_SEVERITY_NONE);
	enum err e = look_at(v, wish, &l);
	if (e == ERR_OK)
		*ret = l;
	else
		lie_finish(&l);
	return e;
}

void lie_finish(struct lie *l)
{
	free(l->flat.at);
	level_finish(&l->level);
	pixDestroy(&l->ink_pix);
	pixDestroy(&l->letters_pix);
	*l = (struct lie){ 0 };
}
