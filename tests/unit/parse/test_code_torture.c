/* torture-wraps: malloc calloc realloc */
/* Memory runs out at the n-th call, for every n, while codes are looked for: an error or less
 * found, never a crash or a wrong payload. */
#include "firmware/parse/code.h"
#include "tests/tap.h"
#include "tests/unit/parse/allocations.h"
#include "tests/unit/parse/pictures.h"

enum way { FIND, PAGE, HUNT, WAYS };

static enum err look(struct code_finder *f, const struct image *i, enum way way, struct codes *ret)
{
	struct gray g = { i->width, i->height, image_bytes(i) };
	struct code_hunt h = { 0 };

	return way == FIND   ? code_find(f, &g, true, ret)
	       : way == PAGE ? code_find_on_page(f, i, ret)
			     : code_hunt_look(&h, f, &g, ret);
}

int main(void)
{
	struct image i = blank_image(200, 200, 1, 230);
	static struct codes found;
	struct code_finder *f = NULL;
	int wrong = 0, odd = 0;

	draw_qr(&i, 50, 50, 4, "KIOSK", 30);
	eq_int(code_finder_create(&f), ERR_OK);
	for (enum way way = FIND; way < WAYS; way++) {
		int n = 0;

		for (bool used = true; used && n < 1000; n++) {
			calls_left = n;
			enum err e = look(f, &i, way, &found);
			used = calls_left < 0;
			calls_left = -1;
			odd += e != ERR_OK && e != ERR_NO_MEMORY;
			if (e == ERR_OK)
				wrong += found.at[0].len != 5 ||
					 memcmp(found.at[0].bytes, "KIOSK", 5);
		}
		ok(n > 3 && n < 1000);
		eq_int(look(f, &i, way, &found), ERR_OK);
	}
	eq_int(wrong, 0);
	eq_int(odd, 0);
	code_finder_destroy(f);
	image_free(&i);
	return tap_done();
}
