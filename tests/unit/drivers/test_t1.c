/* T=1: blocks in, decisions out. */
#include "drivers/t1.h"
#include "tests/tap.h"

static struct t1 t;

/* A block of the card, LRC added. */
static enum t1_next hear(uint8_t pcb, const char *inf, size_t len)
{
	uint8_t b[T1_MAX_BLOCK] = { 0, pcb, (uint8_t)len };

	memcpy(b + 3, inf, len);
	for (size_t i = 0; i < 3 + len; i++)
		b[3 + len] ^= b[i];
	return t1_take(&t, b, 4 + len);
}

static bool said(const char *block, size_t len)
{
	return t.out_len == len && memcmp(t.out, block, len) == 0;
}

#define SAID(block) said(block, sizeof(block) - 1)

static enum t1_next command(const char *text)
{
	return t1_send(&t, (const uint8_t *)text, strlen(text));
}

/* The blocks that every log of a reader with a T=1 card begins with. */
static void size(void)
{
	t1_init(&t, 32, false, 261);
	eq_int(t1_size(&t, 254), T1_SEND);
	ok(SAID("\0\xc1\1\xfe\x3e"));
	eq_int(t1_take(&t, (const uint8_t *)"\0\xe1\1\xfe\x1e", 5), T1_DONE);
	eq_int(t.ifsd, 254);
	/* a card that does not know it: asked once more only, and all stays as it was */
	t1_init(&t, 32, false, 261);
	eq_int(t1_size(&t, 254), T1_SEND);
	eq_int(t1_lost(&t, false), T1_SEND);
	eq_int(t1_lost(&t, false), T1_FAILED);
	eq_int(t.ifsd, 32);
	/* one that wants another size */
	eq_int(t1_size(&t, 254), T1_SEND);
	eq_int(hear(0xe1, "\x40", 1), T1_SEND);
	eq_int(hear(0xe1, "\x40", 1), T1_FAILED);
}

static void one_block(void)
{
	t1_init(&t, 32, false, 261);
	eq_int(command("abcde"), T1_SEND);
	ok(SAID("\0\0\5abcde\x64"));
	eq_int(hear(0, "\x90\0", 2), T1_DONE);
	ok(t.part_len == 2 && t.part[0] == 0x90);
	/* numbers go round */
	eq_int(command("abcde"), T1_SEND);
	eq_int(t.out[1], 0x40);
	eq_int(hear(0x40, "\x90\0", 2), T1_DONE);
	eq_int(command("abcde"), T1_SEND);
	eq_int(t.out[1], 0);
}

static void chains(void)
{
	t1_init(&t, 3, false, 261);
	eq_int(command("abcdefg"), T1_SEND);
	ok(t.out[1] == 0x20 && t.out[2] == 3);
	eq_int(hear(0x90, "", 0), T1_SEND);
	ok(t.out[1] == 0x60 && memcmp(t.out + 3, "def", 3) == 0);
	eq_int(hear(0x80, "", 0), T1_SEND);
	ok(t.out[1] == 0 && t.out[2] == 1 && t.out[3] == 'g');
	eq_int(hear(0x20, "xy", 2), T1_SEND);
	ok(t.part_len == 2 && SAID("\0\x90\0\x90"));
	eq_int(hear(0x60, "zz", 2), T1_SEND);
	ok(SAID("\0\x80\0\x80"));
	eq_int(hear(0, "\x90\0", 2), T1_DONE);
	/* a chain of nothing would go on for ever */
	eq_int(command("a"), T1_SEND);
	eq_int(hear(0x60, "", 0), T1_FAILED);
	/* the reader's blocks may be shorter than the card's */
	t1_init(&t, 254, false, 14);
	eq_int(command("abcdefghijklmnop"), T1_SEND);
	ok(t.out_len <= 14);
}

static void complaints(void)
{
	t1_init(&t, 32, false, 261);
	eq_int(command("abc"), T1_SEND);
	eq_int(t1_take(&t, (const uint8_t *)"\0\0\2\x90\0\x55", 6), T1_SEND); /* check byte */
	ok(SAID("\0\x81\0\x81"));
	eq_int(t1_take(&t, (const uint8_t *)"\0\0\3\x90\0\x93", 6), T1_SEND); /* length */
	ok(SAID("\0\x82\0\x82"));
	eq_int(t1_lost(&t, true), T1_SEND);
	ok(SAID("\0\x81\0\x81"));
	eq_int(t1_lost(&t, false), T1_FAILED); /* the card may have run it: not again */
	/* what the card complains of goes again */
	eq_int(command("abc"), T1_SEND);
	eq_int(hear(0x81, "", 0), T1_SEND);
	ok(t.out[1] == 0 && t.out[3] == 'a');
	eq_int(hear(0x00, "\x90\0", 2), T1_DONE);
	/* the third block in a row that it does not get: begin anew, once */
	eq_int(command("abc"), T1_SEND);
	for (int i = 0; i < T1_TRIES; i++)
		eq_int(hear(0x91, "", 0), T1_SEND);
	eq_int(hear(0x91, "", 0), T1_SEND);
	ok(SAID("\0\xc0\0\xc0"));
	eq_int(hear(0xe0, "", 0), T1_SEND);
	ok(t.out[1] == 0 && t.out[3] == 'a');
	eq_int(hear(0x00, "\x90\0", 2), T1_DONE);
}

/* The card repeats its last block of before: it has not heard the new command. */
static void not_heard(void)
{
	t1_init(&t, 32, false, 261);
	eq_int(command("abc"), T1_SEND);
	eq_int(hear(0, "\x90\0", 2), T1_DONE);
	eq_int(command("xyz"), T1_SEND);
	eq_int(t1_lost(&t, false), T1_SEND);
	eq_int(t.out[1], 0x92);
	eq_int(hear(0, "\x90\0", 2), T1_SEND);
	ok(t.out[1] == 0x40 && t.out[3] == 'x' && t.part_len == 0);
	eq_int(hear(0x40, "\x90\0", 2), T1_DONE);
}

static void requests(void)
{
	t1_init(&t, 32, false, 261);
	eq_int(command("abc"), T1_SEND);
	eq_int(hear(0xc3, "\5", 1), T1_SEND);
	ok(SAID("\0\xe3\1\5\xe7"));
	eq_int(t.wait, 5);
	eq_int(hear(0x82, "", 0), T1_SEND); /* our answer was not heard */
	ok(SAID("\0\xe3\1\5\xe7"));
	eq_int(hear(0xc1, "\2", 1), T1_SEND);
	ok(SAID("\0\xe1\1\2\xe2"));
	eq_int(t.wait, 0);
	eq_int(hear(0, "\x90\0", 2), T1_DONE);
	eq_int(command("abc"), T1_SEND);
	eq_int(t.out[2], 2); /* the size of now */
	/* it stops our chain, and gives the word back */
	eq_int(hear(0xc2, "", 0), T1_SEND);
	ok(SAID("\0\xe2\0\xe2"));
	eq_int(hear(0x80, "", 0), T1_FAILED);
	/* more time has an end */
	t1_init(&t, 32, false, 261);
	eq_int(command("abc"), T1_SEND);
	for (int i = 0; i < T1_MAX_WAITS; i++)
		if (hear(0xc3, "\1", 1) != T1_SEND)
			ok(false);
	eq_int(hear(0xc3, "\1", 1), T1_FAILED);
}

static void crc(void)
{
	t1_init(&t, 32, true, 261);
	eq_int(command("56789"), T1_SEND);
	uint8_t block[16];
	size_t len = t.out_len;
	eq_int(len, 3 + 5 + 2);
	memcpy(block, t.out, len);
	eq_int(t1_take(&t, block, len), T1_DONE); /* our own block is a good block of the card */
	eq_int(command("56789"), T1_SEND);
	block[4] ^= 1;
	block[1] = 0x40;
	eq_int(t1_take(&t, block, len), T1_SEND);
	eq_int(t.out[1], 0x91);
}

int main(void)
{
	size();
	one_block();
	chains();
	complaints();
	not_heard();
	requests();
	crc();
	return tap_done();
}
