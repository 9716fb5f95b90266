/* torture-wraps: malloc calloc realloc */
/* Memory runs out at the n-th call of ours, for every n: an error or a page, never a crash, and
 * nothing kept. */
#include "firmware/parse/page/leaf.h"
#include "firmware/parse/page/look.h"
#include "tests/tap.h"
#include "tests/unit/parse/allocations.h"
#include "tests/unit/parse/desk.h"

static double says_nothing(void *data, struct Pix *gray)
{
	return data || !gray ? 1 : 0;
}

static enum err both(const struct image *i, enum page_source source)
{
	const struct leaf_wish leaf = { .source = source,
					.turn_deg = LEAF_TURN_BY_TEXT,
					.colour_dpi = 100,
					.strip = says_nothing };
	const struct look_wish look = { .source = source, .turn_deg = LEAF_TURN_BY_TEXT };
	struct leaf l = { 0 };
	struct look k = { 0 };
	enum err e = leaf_make(i, &leaf, &l);

	if (e != ERR_OK && (l.gray || l.colour))
		e = ERR_BAD_DATA; /* something was handed out with an error */
	leaf_finish(&l);
	if (e == ERR_OK)
		e = look_at_page(i, &look, NULL, &k);
	if (e != ERR_OK && k.preview)
		e = ERR_BAD_DATA;
	look_finish(&k);
	return e;
}

int main(void)
{
	static const uint8_t DESK[3] = { 60, 50, 40 };
	static const struct point QUAD[4] = { { 30, 25 }, { 270, 20 }, { 280, 380 }, { 20, 370 } };
	struct image page = letter(0, 0), i = desk_of(300, 400, DESK);

	lay(&i, &page, QUAD, 230);
	image_free(&page);
	i.dpi = 0;
	for (int source = SOURCE_ANY; source <= SOURCE_CAMERA; source += SOURCE_CAMERA) {
		int n = 0, wrong = 0;
		enum err e;

		do {
			calls_left = n++;
			e = both(&i, (enum page_source)source);
			wrong += e != ERR_OK && e != ERR_NO_MEMORY;
		} while (calls_left < 0 && n < 1000);
		calls_left = -1;
		eq_int(wrong, 0);
		eq_int(e, ERR_OK);
		ok(n > 20);
	}
	image_free(&i);
	return tap_done();
}
