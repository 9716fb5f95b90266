#include "firmware/parse/page/leaf.h"
#include "tests/tap.h"
#include "tests/unit/parse/pictures.h"

#include <math.h>

static const struct leaf_wish WISH = { .source = SOURCE_GLASS,
				       .turn_deg = LEAF_TURN_BY_TEXT,
				       .colour_dpi = 100 };

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

static void refusals(void)
{
	struct image i = blank_image(100, 100, 1, 255);
	struct leaf l = { 0 };

	i.dpi = 4800;
	eq_int(leaf_make(&i, &WISH, &l), ERR_BAD_PAGE);
	ok(!l.gray);
	image_free(&i);
}

int main(void)
{
	any_side_up();
	refusals();
	return tap_done();
}
