/* Short lines of a card: how far they lean is found again, wherever the search begins. */
#include "firmware/parse/page/lean.h"
#include "tests/tap.h"

#include <leptonica/allheaders.h>
#include <math.h>

static void letter(PIX *pix, int x, int y, int high)
{
	for (int k = 0; k < 8; k++)
		for (int v = 0; v < high; v++)
			if (k < 2 || v < 2 || v == high - 1)
				pixSetPixel(pix, x + k, y - v, 1);
}

/* Lines of letters, `wide` pixels long, that have to be turned by `deg` to be level. */
static PIX *lines(int wide, double deg)
{
	PIX *pix = pixCreate(900, 700, 1);
	double lean = tan(deg * M_PI / 180);

	for (int line = 0; pix && line < 12; line++)
		for (int k = 0; k * 11 < wide; k++) {
			int x = 200 + k * 11, high = (k * 7 + line * 5) % 9 < 3 ? 15 : 10;

			letter(pix, x, 100 + line * 40 - (int)lround((x - 450) * lean), high);
		}
	return pix;
}

static double found(int wide, double deg, double from)
{
	PIX *pix = lines(wide, deg);
	double result = pix ? lean_refined(pix, from) : NAN;

	pixDestroy(&pix);
	return result;
}

int main(void)
{
	for (int k = -1; k <= 1; k++) {
		double deg = 2.3 * k + 0.4;

		ok(fabs(found(260, deg, deg - 0.2) - deg) < 0.06);
		ok(fabs(found(260, deg, deg + 0.15) - deg) < 0.06);
	}
	/* nothing there */
	PIX *empty = pixCreate(100, 100, 1);
	ok(lean_refined(empty, 1.5) == 1.5);
	pixDestroy(&empty);
	return tap_done();
}
