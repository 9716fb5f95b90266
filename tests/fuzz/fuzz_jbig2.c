/* zone: parse */
#include "firmware/base/buf.h"
#include "firmware/parse/page/jbig2.h"

#include <leptonica/allheaders.h>
#include <stdbool.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* What is written must come back bit for bit. */
static void there_and_back(PIX *bits)
{
	uint8_t *coded = NULL;
	size_t len = 0;
	PIX *back = NULL;
	l_int32 same = 0;

	if (jbig2_write(bits, &coded, &len) != ERR_OK || jbig2_read(coded, len, &back) != ERR_OK ||
	    pixEqual(bits, back, &same) || !same)
		abort();
	pixDestroy(&back);
	free(coded);
}

/* The bytes as they are if they tell of no large picture, which would take long; and as a picture:
 * its width, then its rows; what is missing is white. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct reader r = reader_of(bytes, len);
	PIX *read = NULL;

	setMsgSeverity(L_SEVERITY_NONE);
	struct reader sizes = reader_of(bytes, len);
	(void)get_bytes(&sizes, 11);
	bool small = get_u32be(&sizes) <= 1000 && get_u32be(&sizes) <= 1000;
	if (small && jbig2_read(bytes, len, &read) == ERR_OK)
		there_and_back(read);
	pixDestroy(&read);

	uint32_t width = get_u16le(&r) % 500 + 1, row = (width + 7) / 8;
	uint32_t height = (uint32_t)(r.left / row) + 1;
	PIX *bits = height <= 2000 ? pixCreate((l_int32)width, (l_int32)height, 1) : NULL;
	for (uint32_t i = 0; bits && !r.bad && r.left > 0; i++) {
		uint8_t v = get_u8(&r);

		for (uint32_t k = 0; k < 8 && 8 * (i % row) + k < width; k++)
			if (v << k & 0x80)
				pixSetPixel(bits, (l_int32)(8 * (i % row) + k), (l_int32)(i / row),
					    1);
	}
	if (bits)
		there_and_back(bits);
	pixDestroy(&bits);
	return 0;
}
