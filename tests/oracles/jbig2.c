/* Writes what tests/oracles/jbig2.sh shows to others: for each picture a NAME.pbm and the same as a
 * JBIG2 file NAME.jb2 (ISO/IEC 14492 annex D.1: file header and end segments around our own). */
#include "firmware/parse/page/jbig2.h"
#include "firmware/base/auto.h"

#include <leptonica/allheaders.h>
#include <stdio.h>
#include <string.h>

static const uint8_t HEAD[] = { 0x97, 'J', 'B', '2', '\r', '\n', 0x1a, '\n', 1, 0, 0, 0, 1 };
static const uint8_t TAIL[] = {
	0, 0, 0, 2, 49, 0, 1, 0, 0, 0, 0, 0, 0, 0, 3, 51, 0, 0, 0, 0, 0, 0
};

static int put(const char *dir, const char *name, PIX *bits)
{
	AUTO_FREE uint8_t *bytes = NULL;
	size_t len = 0;
	char path[512];

	if (jbig2_write(bits, &bytes, &len) != ERR_OK)
		return 1;
	snprintf(path, sizeof path, "%s/%s.pbm", dir, name);
	if (pixWrite(path, bits, IFF_PNM) != 0)
		return 1;
	snprintf(path, sizeof path, "%s/%s.jb2", dir, name);
	FILE *f = fopen(path, "wb");
	if (!f)
		return 1;
	fwrite(HEAD, 1, sizeof HEAD, f);
	fwrite(bytes, 1, len, f);
	fwrite(TAIL, 1, sizeof TAIL, f);
	return fclose(f) == 0 ? 0 : 1;
}

static PIX *noise(int w, int h, uint32_t one_in)
{
	PIX *bits = pixCreate(w, h, 1);
	uint32_t seed = 7;

	for (int y = 0; y < h; y++)
		for (int x = 0; x < w; x++) {
			l_uint32 v = 0;

			seed = seed * 1664525 + 1013904223;
			if (y % 5 == 4)
				pixGetPixel(bits, x, y - 1, &v);
			else
				v = (seed >> 8) % one_in == 0;
			pixSetPixel(bits, x, y, v);
		}
	return bits;
}

int main(int argc, char **argv)
{
	static const int SIZES[][3] = { { 1, 1, 1 },   { 31, 9, 2 },    { 32, 9, 3 },
					{ 33, 40, 5 }, { 257, 119, 2 }, { 1000, 700, 90 } };
	PIX *page = argc == 3 ? pixRead(argv[2]) : NULL;
	PIX *gray = page ? pixConvertTo8(page, 0) : NULL;
	PIX *bits = gray ? pixThresholdToBinary(gray, 160) : NULL;
	int bad = bits ? put(argv[1], "letter", bits) : 1;

	for (size_t i = 0; bits && i < sizeof SIZES / sizeof *SIZES; i++) {
		PIX *drawn = noise(SIZES[i][0], SIZES[i][1], (uint32_t)SIZES[i][2]);
		char name[32];

		snprintf(name, sizeof name, "%dx%d", SIZES[i][0], SIZES[i][1]);
		bad |= put(argv[1], name, drawn);
		pixDestroy(&drawn);
	}
	pixDestroy(&page);
	pixDestroy(&gray);
	pixDestroy(&bits);
	return bad;
}
