#include "firmware/parse/page/level.h"

#include "firmware/base/auto.h"

#include <leptonica/allheaders.h>
#include <stdlib.h>

/* What is nearly as bright as paper is paper; between FULL and PAPER it fades. Shares of 255. */
enum { FULL = 205, PAPER = 236 };

struct tiles {
	uint32_t side, across, down;
	uint8_t *at;
};

/* Brighter than 85 of 100 pixels of the tile. */
static uint8_t tile_paper(PIX *gray, const struct tiles *t, uint32_t tx, uint32_t ty)
{
	uint32_t counts[256] = { 0 }, n = 0, seen = 0, v = 255;
	uint32_t w = (uint32_t)pixGetWidth(gray), h = (uint32_t)pixGetHeight(gray);

	for (uint32_t y = ty * t->side; y < (ty + 1) * t->side && y < h; y += 2) {
		const l_uint32 *line = pixGetData(gray) + (size_t)y * (size_t)pixGetWpl(gray);

		for (uint32_t x = tx * t->side; x < (tx + 1) * t->side && x < w; x += 2, n++)
			counts[GET_DATA_BYTE(line, x)]++;
	}
	while (v > 0 && (seen += counts[v]) * 100 < n * 15)
		v--;
	return (uint8_t)v;
}

static uint8_t levelled(uint32_t v, uint32_t paper)
{
	uint32_t share = v * 255 / (paper ? paper : 1);

	if (share >= PAPER)
		return 255;
	return (uint8_t)(share <= FULL ? share
				       : FULL + (share - FULL) * (255 - FULL) / (PAPER - FULL));
}

static void level_row(l_uint32 *line, uint32_t w, const struct tiles *t, uint32_t y)
{
	const uint8_t *row = t->at + (size_t)(y / t->side) * t->across;

	for (uint32_t x = 0; x < w; x++) {
		uint32_t v = GET_DATA_BYTE(line, x);

		SET_DATA_BYTE(line, x, levelled(v, row[x / t->side]));
	}
}

enum err level_page(struct Pix *gray, uint16_t dpi)
{
	uint32_t w = (uint32_t)pixGetWidth(gray), h = (uint32_t)pixGetHeight(gray);
	struct tiles t = { .side = dpi / 5u + 1 };

	t.across = (w + t.side - 1) / t.side;
	t.down = (h + t.side - 1) / t.side;
	AUTO_FREE uint8_t *at = malloc((size_t)t.across * t.down);
	if (!at)
		return ERR_NO_MEMORY;
	t.at = at;
	for (uint32_t y = 0; y < t.down; y++)
		for (uint32_t x = 0; x < t.across; x++)
			at[y * t.across + x] = tile_paper(gray, &t, x, y);
	for (uint32_t y = 0; y < h; y++)
		level_row(pixGetData(gray) + (size_t)y * (size_t)pixGetWpl(gray), w, &t, y);
	return ERR_OK;
}
