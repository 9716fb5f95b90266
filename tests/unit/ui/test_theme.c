#include "tests/tap.h"
#include "ui/lint.h"

static void show(void *data, const char *fault)
{
	(void)data;
	printf("# %s\n", fault);
}

int main(void)
{
	ok(contrast(0, 0xffffff) > 20.99 && contrast(0, 0xffffff) < 21.01);
	ok(contrast(0x777777, 0x777777) == 1);
	ok(contrast(0x14213D, 0xFFFFFF) > 15.9);
	eq_int(lint_theme(show, NULL), 0);
	for (int t = 0; t < TYPE_COUNT; t++) {
		for (unsigned size = 1; size <= LOOK_SIZE; size++)
			ok(type_cap_mm((enum type)t, size) > type_cap_mm((enum type)t, size - 1));
		ok(type_cap_mm((enum type)t, 0) >= 3.8);
	}
	/* ADA 707.7.2, and EN 301 549 5.1.4 at 600 mm from the third size on */
	ok(type_cap_mm(TYPE_BODY, 0) >= 4.8);
	ok(type_cap_mm(TYPE_BODY, 2) >= 7.3);
	return tap_done();
}
