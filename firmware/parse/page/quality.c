#include "firmware/parse/page/quality.h"

#include "firmware/base/auto.h"

#include <leptonica/allheaders.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	SATURATED = 251,
	GLARE_TILE_PERCENT = 90,
	DULL_PERCENT = 60, /* of the paper's brightness: a thing, not a shadow */
	SKIN_PERCENT = 88, /* skin is darker than this */
	CORNER_DARK_PERCENT = 62,
	FAINT_PERCENT = 94, /* what shines through is darker than this part of its paper */
};

#define MM_PER_INCH    25.4
#define GLARE_TILE_MM  2.0
#define CORNER_FROM_MM 1.5
#define CORNER_TO_MM   5.0
#define CORNER_STEP_MM 5.0
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

/* Mean brightness of a square of the flat page, in mm. */
static double mean_of(const struct lie *l, double x_mm, double y_mm, double size_mm)
{
	double scale = dpi_of(l) / MM_PER_INCH;
	uint64_t sum = 0, n = 0;

	for (double y = y_mm * scale; y < (y_mm + size_mm) * scale; y++)
		for (double x = x_mm * scale; x < (x_mm + size_mm) * scale; x++) {
			if (x < 0 || y < 0 || x >= l->flat.width || y >= l->flat.height)
				continue;
			n++;
			sum += l->flat.at[(size_t)y * l->flat.stride + (size_t)x];
		}
	return n > 0 ? (double)sum / (double)n : 0;
}

bool quality_corner_missing(const struct lie *l)
{
	double w = l->flat.width * MM_PER_INCH / dpi_of(l),
	       h = l->flat.height * MM_PER_INCH / dpi_of(l), size = CORNER_TO_MM - CORNER_FROM_MM;

	if (l->steps & 1u << STEP_QUAD)
		for (int k = 0; k < QUAD_SIDES; k++)
			if (l->quad.at_frame[k])
				return true;
	if (!l->corners_seen || w < 4 * CORNER_TO_MM || h < 4 * CORNER_TO_MM)
		return false;
	for (int k = 0; k < 4; k++) {
		double x = k % 2 ? w - CORNER_TO_MM : CORNER_FROM_MM;
		double y = k / 2 ? h - CORNER_TO_MM : CORNER_FROM_MM;
		double in_x = k % 2 ? -CORNER_STEP_MM : CORNER_STEP_MM;
		double in_y = k / 2 ? -CORNER_STEP_MM : CORNER_STEP_MM;
		/* against its neighbours, for a corner may lie in the shadow */
		double beside = fmax(mean_of(l, x + 2 * in_x, y, size),
				     fmax(mean_of(l, x, y + 2 * in_y, size),
					  mean_of(l, x + in_x, y + in_y, size)));

		if (mean_of(l, x, y, size) * 100 < beside * CORNER_DARK_PERCENT)
			return true;
	}
	return false;
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

struct cover {
	uint32_t across, down;
	double part; /* pixels of the flat page */
	uint8_t *cells;
	uint32_t *stack;
};

static uint8_t judge_cell(const struct view *v, const struct lie *l, const struct map *to_view,
			  const struct cover *c, uint32_t at)
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

static void push(struct cover *c, uint32_t *top, uint32_t at)
{
	if (c->cells[at] != FOREIGN)
		return;
	c->cells[at] = SEEN;
	c->stack[(*top)++] = at;
}

static struct blob grow(struct cover *c, uint32_t from)
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

/* Comes in over exactly the edge it touches, far enough; a gutter or a strip of lid lies along it. */
static bool is_cover(const struct cover *c, const struct blob *b)
{
	double w = (b->x1 - b->x0 + 1) * COVER_TILE_MM, h = (b->y1 - b->y0 + 1) * COVER_TILE_MM;
	bool side = b->x0 <= 1 || b->x1 + 2 >= c->across;

	return b->cells * COVER_TILE_MM * COVER_TILE_MM >= COVER_AREA_MM2 &&
	       fmin(w, h) >= COVER_DEEP_MM && (side ? h : w) <= COVER_LONG_MM &&
	       b->cells * COVER_TILE_MM * COVER_TILE_MM > 0.35 * w * h;
}

static bool find_cover(struct cover *c)
{
	for (uint32_t at = 0; at < c->across * c->down; at++) {
		uint32_t x = at % c->across, y = at / c->across;

		if (x > 1 && y > 1 && x + 2 < c->across && y + 2 < c->down)
			continue;
		if (c->cells[at] != FOREIGN)
			continue;
		struct blob b = grow(c, at);
		if (is_cover(c, &b))
			return true;
	}
	return false;
}

bool quality_covered(const struct view *v, const struct lie *l)
{
	struct cover c = { .part = COVER_TILE_MM * dpi_of(l) / MM_PER_INCH };
	struct map grow_map = map_shift_scale(l->by, 0, 0),
		   shrink = map_shift_scale(1.0 / v->by, 0, 0),
		   m = map_of_both(&l->flat_to_raw, &grow_map), to_view = map_of_both(&shrink, &m);

	c.across = (uint32_t)(l->flat.width / c.part);
	c.down = (uint32_t)(l->flat.height / c.part);
	if (c.across < 8 || c.down < 8)
		return false;
	size_t n = (size_t)c.across * c.down;
	AUTO_FREE uint8_t *cells = malloc(n);
	AUTO_FREE uint32_t *stack = malloc(n * sizeof *stack);
	if (!cells || !stack)
		return false;
	c.cells = cells;
	c.stack = stack;
	for (uint32_t at = 0; at < n; at++)
		cells[at] = judge_cell(v, l, &to_view, &c, at);
	return find_cover(&c);
}

double quality_shown_through(const struct lie *l)
{
	uint32_t w = l->flat.width, h = l->flat.height, dark = 0, n = 0;
	AUTO_FREE uint8_t *paper = malloc(w);

	if (!paper || w < 16 || h < 16)
		return 0;
	for (uint32_t y = 2; y + 2 < h; y += 2) {
		level_at_row(&l->level, y, w, paper);
		for (uint32_t x = 2; x + 2 < w; x += 2) {
			uint32_t sum = 0;

			for (int k = 0; k < 25; k++)
				sum += l->flat.at[(y + (uint32_t)k / 5 - 2) * l->flat.stride + x +
						  (uint32_t)k % 5 - 2];
			dark += sum * 4 < paper[x] * (unsigned)FAINT_PERCENT;
			n++;
		}
	}
	return (double)dark / n;
}
