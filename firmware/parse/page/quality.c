#include "firmware/parse/page/quality.h"

#include "firmware/base/auto.h"

#include <leptonica/allheaders.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	SATURATED = 251,
	GLARE_TILE_PERCENT = 90,
	DULL_PERCENT = 60,  /* of the paper's brightness: a thing, not a shadow */
	SKIN_PERCENT = 88,  /* skin is darker than this */
	CUT_LETTERS = 6,    /* along one border */
	MOST_STEPS = 30,    /* cells from a thing's end to its middle */
	FAINT_PERCENT = 94, /* what shines through is darker than this part of its paper */
};

#define ASKEW_DEG     12.0 /* under a camera, where edges tell exactly */
#define MM_PER_INCH   25.4
#define SLANT_DEG     18.0
#define SLANT_MM      14.0 /* round corners of a card have less than 3 each */
#define GLARE_TILE_MM 2.0
#define A4_WIDE_MM    210.0
#define LONGEST_MM    336.0 /* F4 has 330 */
#define RIM_MM        5.0
#define STEEP         1.3 /* times brighter within 2 mm */
/* What covers a sheet comes in from the edge and is about as wide as a finger. */
#define COVER_TILE_MM  1.5
#define COVER_DEEP_MM  7.0
#define COVER_AREA_MM2 60.0
#define COVER_LONG_MM  70.0

static double dpi_of(const struct lie *l)
{
	return l->dpi / l->by;
}

double quality_glare(const struct lie *l)
{
	uint32_t side = (uint32_t)(dpi_of(l) * GLARE_TILE_MM / MM_PER_INCH) + 1;
	uint32_t bright = 0, all = 0;

	if (l->level.typical >= SATURATED - 8)
		return 0;
	for (uint32_t ty = 0; ty + side <= l->flat.height; ty += side)
		for (uint32_t tx = 0; tx + side <= l->flat.width; tx += side, all++) {
			uint32_t n = 0;

			for (uint32_t y = ty; y < ty + side; y++)
				for (uint32_t x = tx; x < tx + side; x++)
					n += l->flat.at[y * l->flat.stride + x] >= SATURATED;
			bright += n * 100 >= side * side * GLARE_TILE_PERCENT;
		}
	return all > 0 ? (double)bright / all : 0;
}

/* How much of the sheet's outline runs neither along nor across it: a corner is folded or torn. */
static double slanting_mm(const struct lie *l)
{
	double sum = 0;

	for (size_t i = 0; i < l->flat_sheet.count; i++) {
		struct point a = l->flat_sheet.at[i],
			     b = l->flat_sheet.at[(i + 1) % l->flat_sheet.count];
		double deg = atan2(b.y - a.y, b.x - a.x) * 180 / M_PI + l->tilt_deg;

		if (fabs(remainder(deg, 90)) > SLANT_DEG)
			sum += point_distance(a, b) * MM_PER_INCH / l->dpi;
	}
	return sum;
}

bool quality_cut(const struct lie *l)
{
	if (l->sheet_seen && slanting_mm(l) > SLANT_MM)
		return true;
	for (int k = 0; k < QUAD_SIDES && l->steps & 1u << STEP_QUAD; k++)
		if (l->quad.at_frame[k])
			return true;
	return l->cut_letters >= CUT_LETTERS;
}

bool quality_askew(const struct lie *l)
{
	const struct point *c = l->quad.corner;
	double deg = atan2(c[1].y - c[0].y, c[1].x - c[0].x) * 180 / M_PI;

	return l->tilted_far ||
	       (l->steps & 1u << STEP_QUAD && fabs(remainder(deg, 90)) > ASKEW_DEG);
}

bool quality_two_sheets(const struct lie *l)
{
	double w = l->width * MM_PER_INCH / l->dpi, h = l->height * MM_PER_INCH / l->dpi;

	return fmin(w, h) > A4_WIDE_MM - 5 && fmin(w, h) < A4_WIDE_MM + 5 &&
	       fmax(w, h) > LONGEST_MM;
}

/* Colours against the paper's own, in 256ths. */
struct tint {
	int red, green, blue;
};

static struct tint tint_at(const struct view *v, const struct lie *l, const struct map *to_view,
			   struct point mid)
{
	struct point p = map_point(to_view, mid);
	struct tint t = { 256, 256, 256 };

	if (v->channels != 3 || p.x < 1 || p.y < 1 || p.x + 1 >= v->width || p.y + 1 >= v->height)
		return t;
	const uint8_t *at = v->pixels + ((size_t)p.y * v->width + (size_t)p.x) * 3;
	t.red = at[0] * 256 / (l->paper[0] + 1);
	t.green = at[1] * 256 / (l->paper[1] + 1);
	t.blue = at[2] * 256 / (l->paper[2] + 1);
	return t;
}

/* Skin of every complexion: red over green over blue, and shadow has no colour. */
static bool is_skin(const struct tint *t)
{
	return t->red > 50 && t->red * 100 < 256 * 120 && t->red > t->green + 12 &&
	       t->green >= t->blue - 4 && t->green * 100 < 256 * SKIN_PERCENT &&
	       (t->red - t->blue) * 100 > t->red * 22;
}

enum { CLEAN, FOREIGN, SEEN };

struct cells {
	uint32_t across, down;
	double part; /* pixels of the flat page */
	uint8_t *cells;
	uint32_t *stack;
};

static uint8_t judge_cell(const struct view *v, const struct lie *l, const struct map *to_view,
			  const struct cells *c, uint32_t at)
{
	uint32_t dull = 0, skin = 0, n = 0;

	for (int k = 0; k < 9; k++) {
		double x = (at % c->across + (k % 3 + 0.5) / 3) * c->part;
		double y = (at / c->across + (k / 3 + 0.5) / 3) * c->part;
		uint32_t px = (uint32_t)x, py = (uint32_t)y;

		if (px >= l->flat.width || py >= l->flat.height)
			continue;
		uint8_t gray = l->flat.at[py * l->flat.stride + px];
		struct tint t = tint_at(v, l, to_view, (struct point){ x, y });

		n += gray > 0;
		dull += gray > 0 && gray * 100u < l->level.typical * (unsigned)DULL_PERCENT;
		skin += gray > 0 && is_skin(&t);
	}
	/* beside the sheet there is nothing; nine of nine, for print has gaps */
	return n >= 5 && (dull == n || skin == n) ? FOREIGN : CLEAN;
}

struct blob {
	uint32_t cells, x0, y0, x1, y1;
};

static void push(struct cells *c, uint32_t *top, uint32_t at)
{
	if (c->cells[at] != FOREIGN)
		return;
	c->cells[at] = SEEN;
	c->stack[(*top)++] = at;
}

static struct blob grow(struct cells *c, uint32_t from)
{
	struct blob b = { 0, c->across, c->down, 0, 0 };
	uint32_t top = 0;

	push(c, &top, from);
	while (top > 0) {
		uint32_t at = c->stack[--top], x = at % c->across, y = at / c->across;

		b.cells++;
		b.x0 = x < b.x0 ? x : b.x0, b.x1 = x > b.x1 ? x : b.x1;
		b.y0 = y < b.y0 ? y : b.y0, b.y1 = y > b.y1 ? y : b.y1;
		if (x > 0)
			push(c, &top, at - 1);
		if (x + 1 < c->across)
			push(c, &top, at + 1);
		if (y > 0)
			push(c, &top, at - c->across);
		if (y + 1 < c->down)
			push(c, &top, at + c->across);
	}
	return b;
}

static double gray_at(const struct lie *l, const struct cells *c, double x, double y)
{
	double px = (x + 0.5) * c->part, py = (y + 0.5) * c->part;

	if (px < 0 || py < 0 || px >= l->flat.width || py >= l->flat.height)
		return 0;
	return l->flat.at[(size_t)py * l->flat.stride + (size_t)px];
}

/* A thing ends at once, a shadow little by little: how much darker the blob is than what lies two
 * cells beside it, in the median of four rows and columns through its middle. */
static bool ends_at_once(const struct lie *l, const struct cells *c, const struct blob *b)
{
	double mid_x = (b->x0 + b->x1) / 2.0, mid_y = (b->y0 + b->y1) / 2.0;
	struct {
		double x, y, dx, dy;
	} from[4] = { { b->x1, mid_y, 1, 0 },
		      { b->x0, mid_y, -1, 0 },
		      { mid_x, b->y1, 0, 1 },
		      { mid_x, b->y0, 0, -1 } };
	int steep = 0, sides = 0;

	for (int k = 0; k < 4; k++) {
		double x = from[k].x, y = from[k].y, best = 0;

		for (int n = -MOST_STEPS; n <= 2; n++) {
			double in = gray_at(l, c, x + n * from[k].dx, y + n * from[k].dy);
			double out = gray_at(l, c, x + (n + 1.5) * from[k].dx,
					     y + (n + 1.5) * from[k].dy);

			best = in > 0 && out > 0 && out / in > best ? out / in : best;
		}
		sides += best > 0;
		steep += best > STEEP;
	}
	return sides > 0 && steep * 2 >= sides;
}

/* A thing comes in over the edge it touches, far enough; a gutter or a strip of lid lies along
 * it. */
static enum cover judge_blob(const struct lie *l, const struct cells *c, const struct blob *b)
{
	double w = (b->x1 - b->x0 + 1) * COVER_TILE_MM, h = (b->y1 - b->y0 + 1) * COVER_TILE_MM;
	double area = b->cells * COVER_TILE_MM * COVER_TILE_MM;
	bool side = b->x0 <= 1 || b->x1 + 2 >= c->across, top = b->y0 <= 1 || b->y1 + 2 >= c->down;

	if (area < COVER_AREA_MM2 || fmin(w, h) < COVER_DEEP_MM || area < 0.35 * w * h)
		return COVER_NONE;
	if ((side && top ? fmin(w, h) : side ? h : w) > COVER_LONG_MM || !ends_at_once(l, c, b))
		return COVER_NONE;
	return side && top ? COVER_CORNER : COVER_THING;
}

static enum cover find_cover(const struct lie *l, struct cells *c)
{
	for (uint32_t at = 0; at < c->across * c->down; at++) {
		uint32_t x = at % c->across, y = at / c->across;

		if (x > 1 && y > 1 && x + 2 < c->across && y + 2 < c->down)
			continue;
		if (c->cells[at] != FOREIGN)
			continue;
		struct blob b = grow(c, at);
		enum cover is = judge_blob(l, c, &b);
		if (is != COVER_NONE)
			return is;
	}
	return COVER_NONE;
}

enum cover quality_cover(const struct view *v, const struct lie *l)
{
	struct cells c = { .part = COVER_TILE_MM * dpi_of(l) / MM_PER_INCH };
	struct map grow_map = map_shift_scale(l->by, 0, 0),
		   shrink = map_shift_scale(1.0 / v->by, 0, 0),
		   m = map_of_both(&l->flat_to_raw, &grow_map), to_view = map_of_both(&shrink, &m);

	c.across = (uint32_t)(l->flat.width / c.part);
	c.down = (uint32_t)(l->flat.height / c.part);
	if (c.across < 8 || c.down < 8)
		return COVER_NONE;
	size_t n = (size_t)c.across * c.down;
	AUTO_FREE uint8_t *cells = malloc(n);
	AUTO_FREE uint32_t *stack = malloc(n * sizeof *stack);
	if (!cells || !stack)
		return COVER_NONE;
	c.cells = cells;
	c.stack = stack;
	for (uint32_t at = 0; at < n; at++)
		cells[at] = judge_cell(v, l, &to_view, &c, at);
	return find_cover(l, &c);
}

/* Whether the sheet goes on this far on all four sides of a pixel: at its edge lies shadow. */
static bool is_inside(const struct plane *flat, uint32_t x, uint32_t y, uint32_t by)
{
	const uint8_t *at = flat->at + y * flat->stride + x;

	return at[0] > 0 && at[-(ptrdiff_t)by] > 0 && at[by] > 0 &&
	       at[-(ptrdiff_t)(by * flat->stride)] > 0 && at[by * flat->stride] > 0;
}

static uint32_t mean_of_25(const struct plane *flat, uint32_t x, uint32_t y)
{
	uint32_t sum = 0;

	for (uint32_t k = 0; k < 25; k++)
		sum += flat->at[(y + k / 5 - 2) * flat->stride + x + k % 5 - 2];
	return sum / 25;
}

double quality_shown_through(const struct lie *l)
{
	uint32_t w = l->flat.width, h = l->flat.height, dark = 0, n = 0,
		 rim = (uint32_t)(dpi_of(l) * RIM_MM / MM_PER_INCH) + 2;
	AUTO_FREE uint8_t *paper = malloc(w);

	if (!paper || w < 3 * rim || h < 3 * rim)
		return 0;
	for (uint32_t y = rim; y + rim < h; y += 2) {
		level_at_row(&l->level, y, w, paper);
		for (uint32_t x = rim; x + rim < w; x += 2) {
			if (!is_inside(&l->flat, x, y, rim))
				continue;
			dark += mean_of_25(&l->flat, x, y) * 100 <
				paper[x] * (unsigned)FAINT_PERCENT;
			n++;
		}
	}
	return n > 0 ? (double)dark / n : 0;
}
