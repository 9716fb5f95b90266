#include "ui/layout.h"

#include <math.h>

#define REACH_MM 1220

static int min(int a, int b)
{
	return a < b ? a : b;
}

static int max(int a, int b)
{
	return a > b ? a : b;
}

int mm_px(const struct metrics *m, double mm)
{
	int px = (int)lround(mm * 1000 / m->um_per_px);

	return mm > 0 && px == 0 ? 1 : px;
}

double px_mm(const struct metrics *m, int px)
{
	return px * m->um_per_px / 1000.0;
}

bool is_portrait(const struct metrics *m)
{
	return m->height_px > m->width_px;
}

int reach_top_px(const struct metrics *m)
{
	int over_mm = m->bottom_mm + (int)px_mm(m, m->height_px) - REACH_MM;

	return over_mm <= 0 ? 0 : min(mm_px(m, over_mm), m->height_px / 2);
}

struct rect cut_top(struct rect *area, int h)
{
	struct rect strip = { area->x, area->y, area->w, max(0, min(h, area->h)) };

	area->y += strip.h;
	area->h -= strip.h;
	return strip;
}

struct rect cut_bottom(struct rect *area, int h)
{
	int cut = max(0, min(h, area->h));

	area->h -= cut;
	return (struct rect){ area->x, area->y + area->h, area->w, cut };
}

struct rect cut_left(struct rect *area, int w)
{
	struct rect strip = { area->x, area->y, max(0, min(w, area->w)), area->h };

	area->x += strip.w;
	area->w -= strip.w;
	return strip;
}

struct rect cut_right(struct rect *area, int w)
{
	int cut = max(0, min(w, area->w));

	area->w -= cut;
	return (struct rect){ area->x + area->w, area->y, cut, area->h };
}

struct rect inset(struct rect r, int dx, int dy)
{
	return (struct rect){ r.x + dx, r.y + dy, max(0, r.w - 2 * dx), max(0, r.h - 2 * dy) };
}

/* Cell edges are computed from the area's edges, so that rounding never adds up. */
static void cell(int at, int len, int n, int gap, int i, int *ret_at, int *ret_len)
{
	int room = len + gap;
	int from = room * i / n, to = room * (i + 1) / n;

	*ret_at = at + from;
	*ret_len = max(0, to - from - gap);
}

struct rect grid_cell(struct rect area, int cols, int rows, int gap, int i)
{
	struct rect r;

	cell(area.x, area.w, cols, gap, i % cols, &r.x, &r.w);
	cell(area.y, area.h, rows, gap, i / cols, &r.y, &r.h);
	return r;
}

struct rect column(struct rect area, int n, int gap, int i)
{
	return grid_cell(area, n, 1, gap, i);
}

struct rect row(struct rect area, int n, int gap, int i)
{
	return grid_cell(area, 1, n, gap, i);
}

struct rect centred(struct rect area, int w, int h)
{
	w = min(w, area.w);
	h = min(h, area.h);
	return (struct rect){ area.x + (area.w - w) / 2, area.y + (area.h - h) / 2, w, h };
}

bool rect_has(struct rect r, int x, int y)
{
	return x >= r.x && y >= r.y && x < r.x + r.w && y < r.y + r.h;
}

bool rect_empty(struct rect r)
{
	return r.w <= 0 || r.h <= 0;
}

bool rect_meets(struct rect a, struct rect b)
{
	return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

struct rect rect_join(struct rect a, struct rect b)
{
	if (rect_empty(a))
		return b;
	if (rect_empty(b))
		return a;
	int x = min(a.x, b.x), y = min(a.y, b.y);
	return (struct rect){ x, y, max(a.x + a.w, b.x + b.w) - x, max(a.y + a.h, b.y + b.h) - y };
}

struct rect rect_common(struct rect a, struct rect b)
{
	int x = max(a.x, b.x), y = max(a.y, b.y);

	return (struct rect){ x, y, max(0, min(a.x + a.w, b.x + b.w) - x),
			      max(0, min(a.y + a.h, b.y + b.h) - y) };
}
