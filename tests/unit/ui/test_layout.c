#include "tests/tap.h"
#include "ui/layout.h"

static const struct metrics PANEL = { 1080, 1920, 248, 800 };

static void test_millimetres(void)
{
	eq_int(mm_px(&PANEL, 20), 81);
	eq_int(mm_px(&PANEL, 0.01), 1);
	eq_int(mm_px(&PANEL, 0), 0);
	ok(px_mm(&PANEL, 81) > 20);
	ok(is_portrait(&PANEL));
}

/* 800 mm + 476 mm of panel: what lies above 1220 mm is 56 mm high. */
static void test_reach(void)
{
	struct metrics low = { 1920, 1080, 248, 800 }, high = { 1080, 1920, 248, 2000 };

	eq_int(reach_top_px(&PANEL), mm_px(&PANEL, 56));
	eq_int(reach_top_px(&low), 0);
	eq_int(reach_top_px(&high), 960);
}

static void test_cuts(void)
{
	struct rect area = { 10, 20, 100, 200 };
	struct rect top = cut_top(&area, 30), bottom = cut_bottom(&area, 50);
	struct rect left = cut_left(&area, 40), right = cut_right(&area, 500);

	eq_int(top.y, 20);
	eq_int(top.h, 30);
	eq_int(bottom.y, 170);
	eq_int(left.h, 120);
	eq_int(right.x, 50);
	eq_int(right.w, 60);
	ok(rect_empty(area));
	eq_int(cut_top(&area, -5).h, 0);
}

static void test_grid_fills_the_area(void)
{
	struct rect area = { 3, 5, 1001, 703 };

	for (int cols = 1; cols < 8; cols++) {
		struct rect first = grid_cell(area, cols, 3, 12, 0);
		struct rect last = grid_cell(area, cols, 3, 12, cols * 3 - 1);
		eq_int(first.x, area.x);
		eq_int(last.x + last.w, area.x + area.w);
		eq_int(last.y + last.h, area.y + area.h);
		for (int i = 1; i < cols; i++) {
			struct rect a = column(area, cols, 12, i - 1),
				    b = column(area, cols, 12, i);
			eq_int(b.x - (a.x + a.w), 12);
		}
	}
}

static void test_sets(void)
{
	struct rect a = { 0, 0, 10, 10 }, b = { 5, 5, 10, 10 }, far = { 50, 50, 1, 1 };

	ok(rect_meets(a, b));
	ok(!rect_meets(a, far));
	ok(!rect_meets(a, (struct rect){ 10, 0, 5, 5 }));
	eq_int(rect_join(a, far).w, 51);
	eq_int(rect_common(a, b).w, 5);
	ok(rect_empty(rect_common(a, far)));
	eq_int(rect_join((struct rect){ 0 }, b).x, 5);
	ok(rect_has(a, 9, 9) && !rect_has(a, 10, 9));
	eq_int(centred(a, 4, 20).h, 10);
}

int main(void)
{
	test_millimetres();
	test_reach();
	test_cuts();
	test_grid_fills_the_area();
	test_sets();
	return tap_done();
}
