/* torture-wraps: malloc calloc realloc */
/* Bitmaps of every odd size come back from JBIG2 bit for bit; nothing that is not ours is read. */
#include "firmware/parse/page/jbig2.h"
#include "firmware/parse/page/jbig2_mq.h"
#include "tests/tap.h"
#include "tests/unit/parse/allocations.h"

#include <leptonica/allheaders.h>
#include <stdlib.h>

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* Ink in one of `one_in` pixels; a whole row is repeated now and then. */
static PIX *noise(int w, int h, uint32_t one_in, uint32_t seed)
{
	PIX *bits = pixCreate(w, h, 1);

	for (int y = 0; y < h; y++) {
		bool again = y > 0 && next_random(&seed) % 3 == 0;

		for (int x = 0; x < w; x++) {
			l_uint32 v = next_random(&seed) % one_in == 0;

			if (again)
				pixGetPixel(bits, x, y - 1, &v);
			pixSetPixel(bits, x, y, v);
		}
	}
	return bits;
}

static bool comes_back(PIX *bits, size_t *ret_len)
{
	uint8_t *bytes = NULL;
	size_t len = 0;
	PIX *back = NULL;
	l_int32 same = 0;

	if (jbig2_write(bits, &bytes, &len) == ERR_OK && jbig2_read(bytes, len, &back) == ERR_OK)
		pixEqual(bits, back, &same);
	pixDestroy(&back);
	free(bytes);
	*ret_len = len;
	return same;
}

static void every_size_comes_back(void)
{
	int lost = 0;
	size_t len;

	for (int w = 1; w <= 70; w++)
		for (int h = 1; h <= 7; h++)
			for (uint32_t one_in = 1; one_in <= 28; one_in += 9) {
				PIX *bits = noise(w, h, one_in, (uint32_t)(w * 100 + h));

				lost += !comes_back(bits, &len);
				pixDestroy(&bits);
			}
	eq_int(lost, 0);
}

static void large_ones_come_back(void)
{
	static const uint32_t ONE_IN[] = { 2, 7, 150, 5000 };
	size_t len = 0;

	for (size_t i = 0; i < sizeof ONE_IN / sizeof *ONE_IN; i++) {
		PIX *bits = noise(1237, 811, ONE_IN[i], 5);

		ok(comes_back(bits, &len));
		pixDestroy(&bits);
	}
	PIX *white = pixCreate(2480, 3508, 1);
	ok(comes_back(white, &len));
	ok(len < 100);
	pixInvert(white, white);
	ok(comes_back(white, &len));
	ok(len < 100);
	pixDestroy(&white);
}

/* What lies behind the right edge in a picture's last word is no ink. */
static void padding_is_not_coded(void)
{
	PIX *bits = noise(45, 20, 3, 9), *dirty = pixCopy(NULL, bits);
	uint8_t *a = NULL, *b = NULL;
	size_t a_len = 0, b_len = 0;

	for (int y = 0; y < 20; y++)
		pixGetData(dirty)[y * pixGetWpl(dirty) + 1] |= 0x7ffff;
	eq_int(jbig2_write(bits, &a, &a_len), ERR_OK);
	eq_int(jbig2_write(dirty, &b, &b_len), ERR_OK);
	ok(a_len == b_len && memcmp(a, b, a_len) == 0);
	free(a);
	free(b);
	pixDestroy(&bits);
	pixDestroy(&dirty);
}

static void others_are_refused(void)
{
	PIX *bits = noise(64, 64, 4, 3), *back = NULL, *gray = pixCreate(8, 8, 8);
	uint8_t *bytes = NULL;
	size_t len = 0;
	int taken = 0;

	eq_int(jbig2_write(gray, &bytes, &len), ERR_BAD_DATA);
	eq_int(jbig2_write(bits, &bytes, &len), ERR_OK);
	for (size_t n = 0; n < len; n++)
		taken += jbig2_read(bytes, n, &back) == ERR_OK;
	eq_int(taken, 0); /* the length of the data stands in the head */
	for (size_t i = 0; i < 67; i++) {
		bytes[i] ^= 0x40;
		taken += jbig2_read(bytes, len, &back) == ERR_OK;
		pixDestroy(&back);
		bytes[i] ^= 0x40;
	}
	eq_int(taken, 0);
	eq_int(jbig2_read(bytes, len, &back), ERR_OK);
	pixDestroy(&back);
	free(bytes);
	pixDestroy(&bits);
	pixDestroy(&gray);
}

/* The test sequence of ISO/IEC 14492, H.2: 256 bits in one context. */
static void coder_is_the_standards(void)
{
	static const uint8_t BITS[] = {
		0x00, 0x02, 0x00, 0x51, 0x00, 0x00, 0x00, 0xc0, 0x03, 0x52, 0x87,
		0x2a, 0xaa, 0xaa, 0xaa, 0xaa, 0x82, 0xc0, 0x20, 0x00, 0xfc, 0xd7,
		0x9e, 0xf6, 0xbf, 0x7f, 0xed, 0x90, 0x4f, 0x46, 0xa3, 0xbf,
	};
	static const uint8_t CODED[] = {
		0x84, 0xc7, 0x3b, 0xfc, 0xe1, 0xa1, 0x43, 0x04, 0x02, 0x20,
		0x00, 0x00, 0x41, 0x0d, 0xbb, 0x86, 0xf4, 0x31, 0x7f, 0xff,
		0x88, 0xff, 0x37, 0x47, 0x1a, 0xdb, 0x6a, 0xdf, 0xff, 0xac,
	};
	uint8_t *states = calloc(MQ_CONTEXTS, 1);
	struct mq_writer w;
	struct mq_reader r;
	int wrong = 0;

	mq_writer_begin(&w, states);
	for (size_t i = 0; i < 256; i++)
		mq_put(&w, 0, BITS[i / 8] >> (7 - i % 8) & 1);
	mq_writer_end(&w);
	eq_int((intmax_t)w.len, sizeof CODED);
	ok(w.len == sizeof CODED && memcmp(w.bytes, CODED, sizeof CODED) == 0);
	free(w.bytes);
	memset(states, 0, MQ_CONTEXTS);
	mq_reader_begin(&r, CODED, sizeof CODED, states);
	for (size_t i = 0; i < 256; i++)
		wrong += mq_get(&r, 0) != (BITS[i / 8] >> (7 - i % 8) & 1u);
	eq_int(wrong, 0);
	free(states);
}

static void memory_runs_out(void)
{
	PIX *bits = noise(300, 300, 2, 4), *back = NULL;
	uint8_t *bytes = NULL;
	size_t len = 0;
	enum err e = ERR_NO_MEMORY;
	int n = 0, wrong = 0;

	for (; n < 30 && e != ERR_OK; n++) {
		calls_left = n;
		e = jbig2_write(bits, &bytes, &len);
		calls_left = -1;
		wrong += e != ERR_OK && (e != ERR_NO_MEMORY || bytes);
	}
	eq_int(e, ERR_OK);
	ok(n > 3);
	e = ERR_NO_MEMORY;
	for (n = 0; n < 30 && e != ERR_OK; n++) {
		calls_left = n;
		e = jbig2_read(bytes, len, &back);
		calls_left = -1;
		wrong += e != ERR_OK && (e != ERR_NO_MEMORY || back);
	}
	eq_int(e, ERR_OK);
	ok(n > 2);
	eq_int(wrong, 0);
	free(bytes);
	pixDestroy(&back);
	pixDestroy(&bits);
}

int main(void)
{
	setMsgSeverity(L_SEVERITY_NONE);
	coder_is_the_standards();
	every_size_comes_back();
	large_ones_come_back();
	padding_is_not_coded();
	others_are_refused();
	memory_runs_out();
	return tap_done();
}
