#include "firmware/parse/page/halftone.h"

#include <allheaders.h>

enum {
	DARK_BELOW = 185, /* a tinted cell of a table is lighter */
	CELL = 16, /* 1.7 mm at the 240 dpi that text is read at: a letter leaves white in it */
	FULL_BELOW = 26, /* of 255: so little white is in a cell of a picture */
};

/* Where at least 3 x 3 cells are dark together, and the cells around. */
static struct Pix *dark_cells(struct Pix *gray)
{
	struct Pix *dark = pixThresholdToBinary(gray, DARK_BELOW);
	struct Pix *share = dark ? pixScaleToGray16(dark) : NULL;
	struct Pix *full = share ? pixThresholdToBinary(share, FULL_BELOW) : NULL;
	struct Pix *large = full ? pixOpenBrick(NULL, full, 3, 3) : NULL;
	struct Pix *around = large ? pixDilateBrick(NULL, large, 3, 3) : NULL;

	pixDestroy(&large);
	pixDestroy(&full);
	pixDestroy(&share);
	pixDestroy(&dark);
	return around;
}

void halftone_hide(struct Pix *gray)
{
	struct Pix *cells = dark_cells(gray);
	l_int32 w = 0, h = 0;

	if (cells)
		pixGetDimensions(cells, &w, &h, NULL);
	for (l_int32 y = 0; y < h; y++)
		for (l_int32 x = 0; x < w; x++) {
			l_uint32 bit = 0;
			pixGetPixel(cells, x, y, &bit);
			if (bit)
				pixRasterop(gray, x * CELL, y * CELL, CELL, CELL, PIX_SET, NULL, 0,
					    0);
		}
	pixDestroy(&cells);
}
