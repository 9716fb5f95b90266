#include "tests/tap.h"
#include "ui/turn.h"

#include <string.h>

#define W 70 /* more than two tiles, and no whole number of them */
#define H 45

static uint32_t picture_at[W * H], panel_at[W * H];

static uint32_t colour(int x, int y)
{
	return (uint32_t)(y * 1000 + x + 1);
}

static struct raster picture(void)
{
	for (int i = 0; i < W * H; i++)
		picture_at[i] = colour(i % W, i / W);
	return (struct raster){ picture_at, W, H, W };
}

static struct raster panel_of(enum turn t)
{
	int width = turn_is_sideways(t) ? H : W;

	memset(panel_at, 0, sizeof panel_at);
	return (struct raster){ panel_at, width, W * H / width, width };
}

static uint32_t shown(const struct raster *panel, int x, int y)
{
	return panel->at[y * panel->stride + x];
}

/* Where the upper left corner of the picture goes, and the pixel to its right. */
static void test_corners(void)
{
	static const struct {
		enum turn turn;
		struct point first, second;
	} CASES[] = {
		{ TURN_0, { 0, 0 }, { 1, 0 } },
		{ TURN_90, { H - 1, 0 }, { H - 1, 1 } },
		{ TURN_180, { W - 1, H - 1 }, { W - 2, H - 1 } },
		{ TURN_270, { 0, W - 1 }, { 0, W - 2 } },
	};
	struct raster from = picture();

	for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
		struct raster to = panel_of(CASES[i].turn);

		turn_copy(CASES[i].turn, &from, (struct rect){ 0, 0, W, H }, &to);
		eq_int(shown(&to, CASES[i].first.x, CASES[i].first.y), colour(0, 0));
		eq_int(shown(&to, CASES[i].second.x, CASES[i].second.y), colour(1, 0));
	}
}

/* Every pixel of a part arrives where a finger on it finds it again, and no other is touched. */
static void test_part(void)
{
	struct rect part = { 3, 5, 60, 35 };
	struct raster from = picture();

	for (enum turn t = TURN_0; t <= TURN_270; t++) {
		struct raster to = panel_of(t);
		struct rect there = turn_rect(t, W, H, part);
		int wrong = 0;

		turn_copy(t, &from, part, &to);
		for (int y = 0; y < to.height; y++)
			for (int x = 0; x < to.width; x++) {
				struct point p = turn_back(t, W, H, (struct point){ x, y });
				bool inside = rect_has(there, x, y);
				wrong += inside != rect_has(part, p.x, p.y);
				wrong += shown(&to, x, y) != (inside ? colour(p.x, p.y) : 0);
			}
		eq_int(wrong, 0);
	}
}

static void test_degrees(void)
{
	enum turn t = TURN_0;

	eq_int(turn_of(270, &t), ERR_OK);
	eq_int(t, TURN_270);
	eq_int(turn_of(45, &t), ERR_BAD_CONFIG);
	eq_int(turn_of(360, &t), ERR_BAD_CONFIG);
	eq_int(turn_of(-90, &t), ERR_BAD_CONFIG);
	eq_int(t, TURN_270);
}

static void test_touch(void)
{
	struct touch_matrix m;

	eq_int(touch_matrix_of("", &m), ERR_OK);
	struct point p = touch_point(&m, 0.5, 0.25, 1000, 800);
	eq_int(p.x, 500);
	eq_int(p.y, 200);
	p = touch_point(&m, 1.0, -0.1, 1000, 800);
	eq_int(p.x, 999);
	eq_int(p.y, 0);

	/* a panel whose touch foil was glued on upside down, and 10 % too small */
	eq_int(touch_matrix_of("-0.9 0 1  0 -0.9 1 ", &m), ERR_OK);
	p = touch_point(&m, 0, 0.5, 1000, 800);
	eq_int(p.x, 999);
	eq_int(p.y, 440);
}

static void test_touch_matrix_is_wrong(void)
{
	static const char *const WRONG[] = { "1 0 0 0 1",
					     "1 0 0 0 1 0 0",
					     "a b c d e f",
					     "1 0 0 1 0 0",
					     "0 0 0 0 0 0",
					     "inf 0 0 0 1 0",
					     " " };
	struct touch_matrix m;

	for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++)
		eq_int(touch_matrix_of(WRONG[i], &m), ERR_BAD_CONFIG);
}

int main(void)
{
	test_corners();
	test_part();
	test_degrees();
	test_touch();
	test_touch_matrix_is_wrong();
	return tap_done();
}
