#include "firmware/parse/page/original.h"

#include <leptonica/allheaders.h>
#include <stdlib.h>
#include <string.h>

/* leptonica: 10 and zlib's level, in the field for special things */
enum { FAST_ZLIB = 10 + 2 };

static void fill_row(const struct image *i, uint32_t y, l_uint32 *line)
{
	const uint8_t *from = i->pixels + (size_t)y * i->width * i->channels;

	for (uint32_t x = 0; x < i->width; x++, from += i->channels)
		if (i->channels == 1)
			SET_DATA_BYTE(line, x, from[0]);
		else
			composeRGBPixel(from[0], from[1], from[2], &line[x]);
}

enum err original_png(const struct image *i, uint8_t **ret_png, size_t *ret_len)
{
	PIX *pix = pixCreate((l_int32)i->width, (l_int32)i->height, i->channels == 1 ? 8 : 32);
	l_uint8 *png = NULL;
	size_t len = 0;

	if (!pix)
		return ERR_NO_MEMORY;
	for (uint32_t y = 0; y < i->height; y++)
		fill_row(i, y, pixGetData(pix) + (size_t)y * (size_t)pixGetWpl(pix));
	pixSetResolution(pix, i->dpi, i->dpi);
	pixSetSpecial(pix, FAST_ZLIB);
	l_int32 failed = pixWriteMemPng(&png, &len, pix, 0);
	pixDestroy(&pix);
	if (failed) {
		lept_free(png);
		return ERR_NO_MEMORY;
	}
	*ret_png = png; /* leptonica's memory is malloc's */
	*ret_len = len;
	return ERR_OK;
}
