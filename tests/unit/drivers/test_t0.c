/* Commands in pieces: T=0 (ISO 7816-3 12.2), and short APDUs. */
#include "drivers/t0.h"
#include "tests/tap.h"

static struct t0 t;

static bool begins(bool tpdu, const void *command, size_t len)
{
	struct apdu a;

	return apdu_of(command, len, &a) == ERR_OK &&
	       t0_begin(&t, &a, tpdu, T0_MAX_BLOCK) == T0_SEND;
}

static bool sends(const char *bytes, size_t len)
{
	return t.out_len == len && memcmp(t.out, bytes, len) == 0;
}

#define BEGINS(tpdu, text) begins(tpdu, text, sizeof(text) - 1)
#define SENDS(text)        sends(text, sizeof(text) - 1)
#define HEARS(text)        t0_take(&t, (const uint8_t *)(text), sizeof(text) - 1)

static void cases(void)
{
	ok(BEGINS(true, "\0\xa4\0\0"));
	ok(SENDS("\0\xa4\0\0\0"));
	eq_int(HEARS("\x90\0"), T0_DONE);
	ok(BEGINS(true, "\0\xb0\0\0\4"));
	ok(SENDS("\0\xb0\0\0\4"));
	eq_int(HEARS("abcd\x90\0"), T0_DONE);
	eq_int(t.part_len, 6);
	ok(BEGINS(true, "\0\xd6\0\0\2xy"));
	ok(SENDS("\0\xd6\0\0\2xy"));
	/* with data both ways the answer is fetched */
	ok(BEGINS(true, "\0\xa4\4\0\2xy\0"));
	ok(SENDS("\0\xa4\4\0\2xy"));
	eq_int(HEARS("\x61\3"), T0_SEND);
	ok(SENDS("\0\xc0\0\0\3"));
	eq_int(HEARS("abc\x90\0"), T0_DONE);
	eq_int(t.part_len, 5);
	/* as a short APDU it is one thing */
	ok(BEGINS(false, "\0\xa4\4\0\2xy\0"));
	ok(SENDS("\0\xa4\4\0\2xy\0"));
	ok(BEGINS(false, "\0\xa4\0\0"));
	ok(SENDS("\0\xa4\0\0"));
}

static void lengths(void)
{
	/* less is wanted than the card has */
	ok(BEGINS(true, "\0\xa4\4\0\2xy\2"));
	eq_int(HEARS("\x61\7"), T0_SEND);
	ok(SENDS("\0\xc0\0\0\2"));
	eq_int(HEARS("ab\x61\5"), T0_DONE);
	/* a wrong length is corrected once, also when fetching */
	ok(BEGINS(true, "\0\xb0\0\0\0"));
	eq_int(HEARS("\x6c\5"), T0_SEND);
	ok(SENDS("\0\xb0\0\0\5"));
	eq_int(HEARS("\x6c\6"), T0_DONE);
	ok(BEGINS(true, "\0\xa4\4\0\2xy\0"));
	eq_int(HEARS("\x61\0"), T0_SEND);
	eq_int(HEARS("\x6c\1"), T0_SEND);
	ok(SENDS("\0\xc0\0\0\1"));
	/* not of a command that wants nothing */
	ok(BEGINS(true, "\0\xd6\0\0\2xy"));
	eq_int(HEARS("\x6c\1"), T0_DONE);
	/* extended lengths that fit */
	ok(BEGINS(true, "\0\xb0\0\0\0\0\x10"));
	ok(SENDS("\0\xb0\0\0\x10"));
	ok(BEGINS(false, "\0\xb0\0\0\0\2\0"));
	ok(SENDS("\0\xb0\0\0\0"));
}

/* 9000 alone: whether anything is there is asked (case 4S.2). */
static void nothing_said(void)
{
	ok(BEGINS(true, "\0\x88\0\0\1x\4"));
	eq_int(HEARS("\x90\0"), T0_SEND);
	ok(SENDS("\0\xc0\0\0\4"));
	eq_int(HEARS("abcd\x90\0"), T0_DONE);
	eq_int(t.part_len, 6);
	ok(BEGINS(true, "\0\x88\0\0\1x\4"));
	eq_int(HEARS("\x90\0"), T0_SEND);
	eq_int(HEARS("\x69\x85"), T0_DONE);
	ok(t.part_len == 2 && t.part[0] == 0x90 && t.part[1] == 0);
	ok(BEGINS(false, "\0\x88\0\0\1x\4"));
	eq_int(HEARS("\x90\0"), T0_DONE);
}

static void envelopes(void)
{
	uint8_t c[7 + 300 + 2] = { 0x0c, 0xd6, 0, 0, 0, 300 >> 8, 300 & 255 };

	ok(begins(true, c, sizeof c));
	ok(t.out_len == 5 + 255 && memcmp(t.out, "\0\xc2\0\0\xff\x0c\xd6\0\0\0\1\x2c", 12) == 0);
	eq_int(HEARS("\x90\0"), T0_SEND);
	ok(t.out_len == 5 + sizeof c - 255 && t.out[1] == 0xc2);
	eq_int(HEARS("\x90\0"), T0_SEND);
	ok(SENDS("\0\xc2\0\0\0"));
	eq_int(HEARS("\x61\2"), T0_SEND);
	ok(SENDS("\0\xc0\0\0\2"));
	eq_int(HEARS("ok\x90\0"), T0_DONE);
	/* a card that does not know it */
	ok(begins(true, c, sizeof c));
	eq_int(HEARS("\x6d\0"), T0_DONE);
	ok(t.part_len == 2 && t.part[0] == 0x6d);
}

static void bounds(void)
{
	struct apdu a;

	ok(BEGINS(true, "\0\xb0\0\0\0"));
	eq_int(HEARS("\x90"), T0_FAILED);
	int n = 0;
	ok(BEGINS(true, "\0\xb0\0\0\0"));
	while (HEARS("a\x61\1") == T0_SEND && n < 100000)
		n++;
	eq_int(n, T0_MAX_FETCHES);
	ok(apdu_of((const uint8_t *)"\0\xb0\0", 3, &a) == ERR_BAD_DATA);
	ok(apdu_of((const uint8_t *)"\0\xb0\0\0\5a", 6, &a) == ERR_BAD_DATA);
	ok(apdu_of((const uint8_t *)"\0\xb0\0\0\1abc", 8, &a) == ERR_BAD_DATA);
	ok(apdu_of((const uint8_t *)"\0\xb0\0\0\0\0\0\0\0", 9, &a) == ERR_BAD_DATA);
	ok(apdu_of((const uint8_t *)"\0\xb0\0\0\0\0\1a\0\0", 10, &a) == ERR_OK);
	ok(a.data_len == 1 && a.le == 65536);
}

int main(void)
{
	cases();
	lengths();
	nothing_said();
	envelopes();
	bounds();
	return tap_done();
}
