/* torture-wraps: malloc calloc realloc */
/* Memory runs out at the n-th call while a page's layers are made, for every n: an error, never a
 * crash, and nothing handed out. */
#include "firmware/parse/page/layers.h"
#include "tests/tap.h"
#include "tests/unit/parse/allocations.h"

#include <leptonica/allheaders.h>
#include <stdlib.h>

/* Black and red print, a red square that is a region, a tint that is ground. */
static struct leaf some_leaf(void)
{
	struct leaf l = { .dpi = 200, .colour_dpi = 200, .paper = { 255, 255, 255 } };
	PIX *pix = pixCreate(400, 500, 32);

	pixSetAll(pix);
	for (int y = 0; y < 500; y++)
		for (int x = 0; x < 400; x++) {
			if (y < 100 && x % 9 < 3 && y % 20 < 12)
				pixSetRGBPixel(pix, x, y, y < 50 ? 0 : 190, 0, 0);
			if (y > 150 && y < 270 && x > 60 && x < 180 && (x + y) % 40 < 12)
				pixSetRGBPixel(pix, x, y, 210, 40, 50);
			if (y > 350 && y < 450)
				pixSetRGBPixel(pix, x, y, 200, 235, 215);
		}
	l.colour = pix;
	l.gray = pixConvertRGBToGray(pix, 0.3f, 0.59f, 0.11f);
	return l;
}

int main(void)
{
	struct leaf leaf = some_leaf();
	int n = 0, wrong = 0;
	enum err e;

	setMsgSeverity(L_SEVERITY_NONE);
	do {
		struct layers l = { 0 };

		calls_left = n;
		e = layers_make(&leaf, NULL, PROFILE_ARCHIVE, &l);
		if (calls_left < 0)
			wrong += e != ERR_NO_MEMORY || l.ground.bytes || l.stencil.bytes;
		else
			wrong += e != ERR_OK || l.region_count == 0 || l.ink.len == 0 ||
				 l.ground.len == 0;
		layers_finish(&l);
		n++;
	} while (calls_left < 0 && n < 1000);
	calls_left = -1;
	eq_int(wrong, 0);
	eq_int(e, ERR_OK);
	ok(n > 40);
	printf("# %d allocations\n", n - 1);
	pixDestroy(&leaf.gray);
	pixDestroy(&leaf.colour);
	return tap_done();
}
