#include "firmware/parse/page/leaf.h"
#include "firmware/parse/page/lie.h"
#include "tests/tap.h"
#include "tests/unit/parse/desk.h"

#include <math.h>

static const struct leaf_wish WISH = { .source = SOURCE_GLASS,
				       .turn_deg = LEAF_TURN_BY_TEXT,
				       .colour_dpi = 100 };
static const uint8_t BLACK[3] = { 30, 30, 32 }, WOOD[3] = { 120, 90, 60 };

static void any_side_up(void)
{
	static const double TILTS[] = { 0, 0.3, -1.7, 4.8 };

	for (int n = 0; n < 4; n++) {
		struct image i = letter(n, TILTS[n]);
		struct leaf l = { 0 };

		eq_int(leaf_make(&i, &WISH, &l), ERR_OK);
		eq_int(l.turned_deg, (4 - n) % 4 * 90);
		ok(fabs(l.tilt_deg + TILTS[n]) <= 0.1);
		ok(l.ink > 0.01 && !l.blank && l.gray && l.colour);
		ok(abs(pixGetWidth(l.gray) - 2 * pixGetWidth(l.colour)) <= 2);
		leaf_finish(&l);
		ok(!l.gray && !l.colour);
		image_free(&i);
	}
}

/* A page that lies straight keeps its strokes: nothing is interpolated. */
static void straight_is_exact(void)
{
	struct image i = letter(2, 0);
	struct leaf l = { 0 };
	size_t wrong = 0;

	eq_int(leaf_make(&i, &WISH, &l), ERR_OK);
	eq_int(pixGetWidth(l.gray), i.width);
	eq_int(pixGetHeight(l.gray), i.height);
	for (uint32_t y = 0; y < i.height; y++)
		for (uint32_t x = 0; x < i.width; x++) {
			l_uint32 v = 0;
			uint8_t was = i.pixels[(i.height - 1 - y) * i.width + i.width - 1 - x];

			pixGetPixel(l.gray, (l_int32)x, (l_int32)y, &v);
			wrong += was < 190 && abs((int)v - was) > 2;
		}
	eq_int(wrong, 0);
	leaf_finish(&l);
	image_free(&i);
}

static l_uint32 gray_at(const struct leaf *l, double x, double y)
{
	l_uint32 v = 0;

	pixGetPixel(l->gray, (l_int32)(x * pixGetWidth(l->gray)),
		    (l_int32)(y * pixGetHeight(l->gray)), &v);
	return v;
}

/* A shadow falls from the left, and the other side shines through; a photograph stays. */
static void paper_is_level(void)
{
	struct image i = letter(0, 0);
	struct leaf l = { 0 };

	for (uint32_t y = 0; y < i.height; y++)
		for (uint32_t x = 0; x < i.width; x++) {
			uint8_t *p = image_bytes(&i) + y * i.width + x;
			unsigned shade = x < 500 ? 120 + x * 110 / 500 : 230;

			shade -= y > 2000 && y < 2040 ? shade * 12 / 100 : 0;
			*p = (uint8_t)(*p * shade / 255);
			if (x > 1000 && x < 1250 && y > 1600 && y < 1950)
				*p = (uint8_t)(60 + (x + y) % 50);
		}
	eq_int(leaf_make(&i, &WISH, &l), ERR_OK);
	ok(gray_at(&l, 0.04, 0.9) == 255 && gray_at(&l, 0.2, 0.97) == 255);
	ok(gray_at(&l, 0.5, 2020 / 2339.0) == 255);
	ok(gray_at(&l, 1100 / 1654.0, 1750 / 2339.0) < 160);
	leaf_finish(&l);
	image_free(&i);
}

/* A5, askew before a black lid. */
static void sheet_is_cut_out(void)
{
	struct image page = letter(0, 0), i = desk_of(1654, 2339, BLACK);
	const struct point corners[] = {
		{ 200, 300 }, { 1365, 300 }, { 1365, 1953 }, { 200, 1953 }
	};
	struct leaf l = { 0 };

	lay(&i, &page, corners, 240);
	add_noise(&i, 4);
	eq_int(leaf_make(&i, &WISH, &l), ERR_OK);
	ok(abs(pixGetWidth(l.gray) - 1165) <= 3 && abs(pixGetHeight(l.gray) - 1653) <= 3);
	ok(l.steps & 1u << STEP_CROP && gray_at(&l, 0.01, 0.01) == 255);
	leaf_finish(&l);
	image_free(&page);
	image_free(&i);
}

/* An identity card's size before a white lid: nothing but the card is kept. */
static void card_is_cut_out(void)
{
	static const uint8_t WHITE[3] = { 252, 252, 252 }, TINT[3] = { 190, 215, 225 };
	struct image i = desk_of(1654, 2339, WHITE);
	struct leaf l = { 0 };

	for (uint32_t y = 700; y < 700 + 425; y++)
		for (uint32_t x = 300; x < 300 + 674; x++)
			memcpy(image_bytes(&i) + (y * i.width + x) * 3, TINT, 3);
	add_noise(&i, 3);
	eq_int(leaf_make(&i, &WISH, &l), ERR_OK);
	ok(abs(pixGetWidth(l.gray) - 674) <= 4 && abs(pixGetHeight(l.gray) - 425) <= 4);
	leaf_finish(&l);
	image_free(&i);
}

static void sheet_on_a_desk(void)
{
	static const struct point QUAD[4] = {
		{ 212.3, 180.7 }, { 1320.4, 150.2 }, { 1391.8, 1790.5 }, { 160.1, 1752.9 }
	};
	struct image page = letter(0, 0), i = desk_of(1600, 2000, WOOD);
	struct leaf_wish wish = { .source = SOURCE_CAMERA, .turn_deg = LEAF_TURN_BY_TEXT };
	struct leaf l = { 0 };
	struct lie lie = { 0 };
	struct view v = { 0 };

	lay(&i, &page, QUAD, 225);
	add_noise(&i, 5);
	i.dpi = 0;
	eq_int(lie_view(&i, SOURCE_CAMERA, &v), ERR_OK);
	eq_int(lie_find(&i, &v, &wish, &lie), ERR_OK);
	for (int k = 0; k < 4; k++)
		ok(point_distance(lie.quad.corner[k], QUAD[k]) < 1);
	for (wish.source = SOURCE_CAMERA; wish.source != SOURCE_ANY; wish.source = SOURCE_ANY) {
		eq_int(leaf_make(&i, &wish, &l), ERR_OK);
		ok(l.steps & 1u << STEP_QUAD && l.turned_deg == 0 && l.ink > 0.01);
		ok(abs(pixGetHeight(l.gray) * 210 - pixGetWidth(l.gray) * 297) < 400);
		leaf_finish(&l);
	}
	lie_finish(&lie);
	view_finish(&v);
	image_free(&page);
	image_free(&i);
}

/* The strip is asked only when letters' shapes do not tell, and then believed. */
static double likes_nothing(void *data, struct Pix *gray)
{
	(*(int *)data)++;
	return pixGetWidth(gray) > 0 ? 10 : 0;
}

static void reader_is_asked(void)
{
	int asked = 0;
	struct leaf_wish wish = WISH;
	struct image i = letter(0, 0);
	struct leaf l = { 0 };

	wish.strip = likes_nothing;
	wish.strip_data = &asked;
	wish.turn_deg = 90;
	eq_int(leaf_make(&i, &wish, &l), ERR_OK);
	eq_int(asked, 0);
	eq_int(l.turned_deg, 90);
	leaf_finish(&l);
	image_free(&i);
}

static void blank_pages(void)
{
	struct image i = blank_image(1654, 2339, 3, 235);
	struct leaf l = { 0 };

	add_noise(&i, 6);
	eq_int(leaf_make(&i, &WISH, &l), ERR_OK);
	ok(l.blank && l.ink < LEAF_BLANK_INK);
	leaf_finish(&l);
	image_free(&i);
}

static void refusals(void)
{
	struct image i = blank_image(100, 100, 1, 255);
	struct leaf l = { 0 };

	i.dpi = 4800;
	eq_int(leaf_make(&i, &WISH, &l), ERR_BAD_PAGE);
	i.dpi = 0;
	eq_int(leaf_make(&i, &WISH, &l), ERR_BAD_PAGE);
	ok(!l.gray);
	image_free(&i);
}

/* One pixel, one row, one column: small, but pages. */
static void tiny(void)
{
	static const uint32_t SIZES[][2] = { { 1, 1 }, { 1, 500 }, { 500, 1 }, { 33, 31 } };

	for (size_t n = 0; n < 4; n++)
		for (int source = 0; source < PAGE_SOURCE_COUNT; source++) {
			struct image i = blank_image(SIZES[n][0], SIZES[n][1], 3, 200);
			struct leaf_wish wish = WISH;
			struct leaf l = { 0 };

			wish.source = (enum page_source)source;
			eq_int(leaf_make(&i, &wish, &l), ERR_OK);
			ok(l.blank);
			leaf_finish(&l);
			image_free(&i);
		}
}

int main(void)
{
	any_side_up();
	straight_is_exact();
	paper_is_level();
	sheet_is_cut_out();
	card_is_cut_out();
	sheet_on_a_desk();
	reader_is_asked();
	blank_pages();
	refusals();
	tiny();
	return tap_done();
}
