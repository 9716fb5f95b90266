/* Where things go: rectangles in pixels, sizes in millimetres of the real panel. A screen cuts
 * what it needs off an area, edge by edge, and passes the rest on. */
#ifndef UI_LAYOUT_H
#define UI_LAYOUT_H

#include <stdbool.h>

/* Least gap between two controls; least side of a control: what people hit standing (ui.md). */
#define GAP_MM     3.0
#define CONTROL_MM 20.0

struct rect {
	int x, y, w, h;
};

/* The panel, from kiosk.conf. */
struct metrics {
	int width_px, height_px;
	int um_per_px; /* side of a pixel, in micrometres */
	int bottom_mm; /* height of the panel's lower edge above the floor */
};

/* Whole pixels, rounded, never 0 for a positive length. */
int mm_px(const struct metrics *m, double mm);
double px_mm(const struct metrics *m, int px);
bool is_portrait(const struct metrics *m);

/* The first row of pixels that a seated person reaches: 1220 mm above the floor. */
int reach_top_px(const struct metrics *m);

/* Cut a strip off `area` and return it; `area` keeps the rest. A strip is never larger than
 * what is left. */
struct rect cut_top(struct rect *area, int h);
struct rect cut_bottom(struct rect *area, int h);
struct rect cut_left(struct rect *area, int w);
struct rect cut_right(struct rect *area, int w);

/* Smaller by dx on the left and right, dy above and below. */
struct rect inset(struct rect r, int dx, int dy);

/* Cell i of `cols` x `rows` equal cells with `gap` between them, counted in reading order. */
struct rect grid_cell(struct rect area, int cols, int rows, int gap, int i);

/* Cell i of n equal cells side by side, or one below the other. */
struct rect column(struct rect area, int n, int gap, int i);
struct rect row(struct rect area, int n, int gap, int i);

/* w x h in the middle of `area`; no larger than it. */
struct rect centred(struct rect area, int w, int h);

bool rect_has(struct rect r, int x, int y);
bool rect_empty(struct rect r);
bool rect_meets(struct rect a, struct rect b);
struct rect rect_join(struct rect a, struct rect b); /* the smallest that holds both */
struct rect rect_common(struct rect a, struct rect b);

#endif
