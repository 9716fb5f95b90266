#include "firmware/parse/page/halftone.h"

#include <allheaders.h>
#include <stdbool.h>

enum {
	PALE = 118, /* red and violet stamps are from here up, red letters too; black is below */
	DARK_BELOW = 185, /* a tinted cell of a table is lighter */
	CELL = 16, /* 1.7 mm at the 240 dpi that text is read at: a letter leaves white in it */
	FULL_BELOW = 26, /* of 255: so little white is in a cell of a picture */
};

/* Where at least 3 x 3 cells are dark together, and the cells around. */
static struct Pix *dark_cells(struct Pix *gray)
{
	bool small = pixGetWidth(gray) < 3 * CELL || pixGetHeight(gray) < 3 * CELL;
	struct Pix *dark = small ? NULL : pixThresholdToBinary(gray, DARK_BELOW);
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

static void wipe_pale(struct Pix *ink, struct Pix *gray, const l_int32 box[4])
{
	struct Box *b = boxCreate(box[0], box[1], box[2], box[3]);
	struct Pix *part = b ? pixClipRectangle(gray, b, NULL) : NULL;
	struct Pix *dark = part ? pixThresholdToBinary(part, PALE) : NULL;
	/* the soft edge of a black letter is pale too */
	struct Pix *keep = dark ? pixDilateBrick(NULL, dark, 3, 3) : NULL;

	if (keep) {
		pixInvert(keep, keep);
		pixPaintThroughMask(gray, keep, box[0], box[1], 255);
		pixRasterop(ink, box[0], box[1], box[2], box[3], PIX_SRC & PIX_DST, dark, 0, 0);
	}
	pixDestroy(&keep);
	pixDestroy(&dark);
	pixDestroy(&part);
	boxDestroy(&b);
}

void halftone_hide_stamps(struct Pix *ink, struct Pix *gray, int dpi)
{
	struct Boxa *boxes = pixConnCompBB(ink, 8);
	l_int32 least = dpi * 12 / 25, most = dpi * 70 / 25;

	for (l_int32 i = 0; boxes && i < boxaGetCount(boxes); i++) {
		l_int32 b[4];
		boxaGetBoxGeometry(boxes, i, &b[0], &b[1], &b[2], &b[3]);
		if (b[2] >= least && b[3] >= least && b[2] <= most && b[3] <= most)
			wipe_pale(ink, gray, b);
	}
	boxaDestroy(&boxes);
}
