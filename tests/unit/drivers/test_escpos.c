/* ESC/POS: status words told apart, faults ranked, pictures cut into strips. */
#include "drivers/escpos.h"
#include "tests/tap.h"

#include <stdlib.h>

static void words(void)
{
	static const uint8_t STREAM[] = {
		0x12,                   /* DLE EOT */
		0x10, 0x00, 0x03, 0x00, /* automatic */
		0x0c,                   /* GS r */
		0x13, 0x11,             /* XOFF, XON */
		0x1a,                   /* DLE EOT, offline */
		0x18, 0x20, 0x12,       /* automatic, cut short by an answer */
		0x10, 0x08, 0x00, 0x00,
	};
	static const enum escpos_word WORDS[] = {
		ESCPOS_REALTIME, ESCPOS_NOTHING, ESCPOS_NOTHING, ESCPOS_NOTHING,
		ESCPOS_AUTO,     ESCPOS_INLINE,  ESCPOS_NOTHING, ESCPOS_NOTHING,
		ESCPOS_REALTIME, ESCPOS_NOTHING, ESCPOS_NOTHING, ESCPOS_REALTIME,
		ESCPOS_NOTHING,  ESCPOS_NOTHING, ESCPOS_NOTHING, ESCPOS_AUTO,
	};
	struct escpos_in in = { 0 };

	for (size_t i = 0; i < sizeof STREAM; i++)
		eq_int(escpos_take(&in, STREAM[i]), WORDS[i]);
	eq_int(in.bytes[1], 0x08);
	eq_int(escpos_take(&in, 0x10), ESCPOS_NOTHING);
	escpos_quiet(&in);
	eq_int(escpos_take(&in, 0x00), ESCPOS_INLINE);
}

static void questions(void)
{
	struct escpos_state s = { 0 };

	eq_int(escpos_fault(&s), ERR_OK);
	escpos_realtime(&s, 1, 0x1a);
	eq_int(escpos_fault(&s), ERR_BUSY);
	escpos_realtime(&s, 2, 0x32);
	eq_int(escpos_fault(&s), ERR_PAPER_OUT);
	escpos_realtime(&s, 2, 0x36);
	eq_int(escpos_fault(&s), ERR_COVER);
	escpos_realtime(&s, 2, 0x52);
	escpos_realtime(&s, 3, 0x16);
	eq_int(escpos_fault(&s), ERR_JAM);
	escpos_realtime(&s, 3, 0x1a);
	eq_int(escpos_fault(&s), ERR_CUTTER);
	escpos_realtime(&s, 3, 0x52);
	eq_int(escpos_fault(&s), ERR_HOT);
	escpos_realtime(&s, 3, 0x32);
	eq_int(escpos_fault(&s), ERR_BROKEN);
	escpos_realtime(&s, 2, 0x12);
	escpos_realtime(&s, 1, 0x12);
	eq_int(escpos_fault(&s), ERR_OK);
	escpos_realtime(&s, 4, 0x1e);
	ok(s.near_end);
	eq_int(escpos_fault(&s), ERR_OK);
	escpos_realtime(&s, 4, 0x7e);
	eq_int(escpos_fault(&s), ERR_PAPER_OUT);
}

static void automatic(void)
{
	struct escpos_state s = { .jam = true };

	escpos_auto(&s, (uint8_t[]){ 0x10, 0, 0, 0 });
	eq_int(escpos_fault(&s), ERR_OK);
	escpos_auto(&s, (uint8_t[]){ 0x38, 0, 0x0c, 0 });
	eq_int(escpos_fault(&s), ERR_COVER);
	escpos_auto(&s, (uint8_t[]){ 0x18, 0x40, 0x03, 0 });
	eq_int(escpos_fault(&s), ERR_HOT);
	ok(s.near_end && !s.paper_out);
	escpos_inline(&s, 0x0c);
	ok(!s.near_end && s.paper_out);
}

static void pictures(void)
{
	static const uint8_t bits[72 * 10];
	struct escpos_picture p;

	eq_int(escpos_picture_of(576, 10, bits, 720, &p), ERR_OK);
	eq_int(escpos_picture_of(576, 10, bits, 719, &p), ERR_BAD_DATA);
	eq_int(escpos_picture_of(570, 10, bits, 720, &p), ERR_OK);
	eq_int(escpos_picture_of(0, 10, bits, 0, &p), ERR_BAD_DATA);
	eq_int(escpos_picture_of(576, 0, bits, 0, &p), ERR_BAD_DATA);
	eq_int(escpos_picture_of(65535, 1, bits, 8192, &p), ERR_BAD_DATA);
	eq_int(escpos_picture_of(8, 4000000000u, bits, 4000000000u, &p), ERR_BAD_DATA);
}

/* All strips together are the picture, whatever its height. */
static void strips(void)
{
	static uint8_t bits[2 * 1000], out[ESCPOS_MAX_STRIP];

	for (size_t i = 0; i < sizeof bits; i++)
		bits[i] = (uint8_t)(i * 37);
	for (uint32_t lines = 1; lines <= 1000; lines += lines % 96 == 95 ? 1 : 19) {
		struct escpos_picture p;
		size_t n, at = 0;
		bool same = escpos_picture_of(16, lines, bits, 2 * lines, &p) == ERR_OK;

		for (uint32_t i = 0; (n = escpos_strip(&p, i, out)) > 0; i++) {
			size_t h = out[6] | (size_t)out[7] << 8;

			same = same && memcmp(out, "\x1dv0\0\2\0", 6) == 0 && n == 8 + 2 * h &&
			       h <= 256 && memcmp(out + 8, bits + at, 2 * h) == 0;
			at += 2 * h;
		}
		if (!same || at != 2 * lines)
			eq_int(at, 2 * lines);
	}
	struct escpos_picture p = { bits, 2, 2 * ESCPOS_STRIP_LINES };
	eq_int(escpos_strip(&p, 1, out), 8 + 2 * ESCPOS_STRIP_LINES);
	eq_int(escpos_strip(&p, 2, out), 0);
	eq_int(escpos_strip(&p, 4000000000u, out), 0);
}

/* A picture never gives an order. */
static void no_commands_in_pictures(void)
{
	static const uint8_t bits[16] = { 0, 0x10, 5,    2,    0, 0x10, 4, 1,
					  9, 0x10, 0x10, 0x14, 8, 0x10, 6, 1 };
	static const uint8_t want[16] = { 0, 0x18, 5,    2,    0, 0x18, 4, 1,
					  9, 0x10, 0x18, 0x14, 8, 0x10, 6, 1 };
	static uint8_t out[ESCPOS_MAX_STRIP];
	struct escpos_picture p = { bits, 4, 4 };

	eq_int(escpos_strip(&p, 0, out), 8 + sizeof bits);
	ok(memcmp(out + 8, want, sizeof want) == 0);
}

int main(void)
{
	words();
	questions();
	automatic();
	pictures();
	strips();
	no_commands_in_pictures();
	return tap_done();
}
