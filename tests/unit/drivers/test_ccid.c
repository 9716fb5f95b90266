/* CCID: bytes in, decisions out, without a reader. */
#include "drivers/ccid.h"
#include "tests/tap.h"

#include <stdlib.h>

static struct ccid_exchange *x;

static void reset(enum ccid_level level, uint32_t max)
{
	memset(x, 0, sizeof *x);
	x->reader = (struct ccid_reader){ .level = level, .max_message = max };
}

/* An answer of the reader to what is in `out`. */
static enum ccid_next answer(uint8_t type, uint8_t status, uint8_t error, uint8_t chain,
			     const char *data, size_t len)
{
	uint8_t m[2048] = { type,  (uint8_t)len, (uint8_t)(len >> 8), 0, 0, 0, x->seq, status,
			    error, chain };

	memcpy(m + 10, data, len);
	return ccid_take(x, m, 10 + len);
}

static void descriptor(void)
{
	uint8_t d[CCID_DESCRIPTOR] = {
		54, 0x21, 0x10, 1, 0, 7, [40] = 0xba, 4, 4, 0, 0x0a, 4, 0, 0
	};
	struct ccid_reader r;

	eq_int(ccid_reader_of(d, sizeof d, &r), ERR_OK);
	eq_int(r.level, CCID_EXTENDED_APDU);
	eq_int(r.max_message, 1034);
	eq_int(r.voltages, 7);
	ok(r.picks_voltage);
	d[42] = 2;
	eq_int(ccid_reader_of(d, sizeof d, &r), ERR_OK);
	eq_int(r.level, CCID_SHORT_APDU);
	d[42] = 1; /* TPDU */
	eq_int(ccid_reader_of(d, sizeof d, &r), ERR_OK);
	eq_int(r.level, CCID_TPDU);
	d[42] = 0;
	eq_int(ccid_reader_of(d, sizeof d, &r), ERR_OK);
	eq_int(r.level, CCID_CHARACTER);
	d[42] = 4;
	d[44] = d[45] = 0; /* messages of no length */
	eq_int(ccid_reader_of(d, sizeof d, &r), ERR_BAD_DATA);
	eq_int(ccid_reader_of(d, 53, &r), ERR_BAD_DATA);
}

static void slot_and_power(void)
{
	reset(CCID_EXTENDED_APDU, 271);
	ccid_ask_slot(x);
	eq_int(x->out_len, 10);
	eq_int(x->out[0], 0x65);
	eq_int(x->out[6], x->seq);
	eq_int(answer(0x81, 0x02, 0, 0, "", 0), CCID_DONE);
	eq_int(x->card, CCID_ABSENT);
	ccid_power_on(x, 0);
	eq_int(answer(0x80, 0x00, 0, 0, "\x3b\x80\x01", 3), CCID_DONE);
	eq_int(x->answer_len, 3);
	eq_int(x->card, CCID_ACTIVE);
	ccid_power_on(x, 0);
	eq_int(answer(0x80, 0x41, 0xfe, 0, "", 0), CCID_FAILED);
	eq_int(x->why, ERR_CARD_MUTE);
	ccid_power_on(x, 0);
	eq_int(answer(0x80, 0x42, 0xfe, 0, "", 0), CCID_FAILED);
	eq_int(x->why, ERR_NO_CARD);
	ccid_power_on(x, 0);
	eq_int(answer(0x81, 0x41, 0xfb, 0, "", 0), CCID_FAILED); /* also in the other message */
	eq_int(x->why, ERR_BROKEN);
}

static void whole_apdu(void)
{
	reset(CCID_EXTENDED_APDU, 271);
	eq_int(ccid_apdu(x, (uint8_t *)"\0\xa4\4\x0c", 4), ERR_OK);
	eq_int(x->out_len, 14);
	eq_int(x->out[8] | x->out[9] << 8, 0);
	eq_int(answer(0x80, 0, 0, 0, "\x90\0", 2), CCID_DONE);
	eq_int(x->answer_len, 2);
	eq_int(ccid_apdu(x, (uint8_t *)"abc", 3), ERR_BAD_DATA);
}

static void chains_out(void)
{
	static uint8_t c[100] = { 0, 0xa4 };
	static const uint8_t LEVELS[] = { 1, 3, 2 };

	reset(CCID_EXTENDED_APDU, 50); /* 40 + 40 + 20 */
	eq_int(ccid_apdu(x, c, sizeof c), ERR_OK);
	for (int i = 0; i < 3; i++) {
		eq_int(x->out[8], LEVELS[i]);
		eq_int(x->out_len, i == 2 ? 30 : 50);
		eq_int(i == 2 ? answer(0x80, 0, 0, 0, "\x90\0", 2)
			      : answer(0x80, 0, 0, 0x10, "", 0),
		       i == 2 ? CCID_DONE : CCID_SEND);
	}
	/* the reader must ask for the next part, and send none itself */
	eq_int(ccid_apdu(x, c, sizeof c), ERR_OK);
	eq_int(answer(0x80, 0, 0, 0, "\x90\0", 2), CCID_FAILED);
}

static void chains_in(void)
{
	reset(CCID_EXTENDED_APDU, 50);
	eq_int(ccid_apdu(x, (uint8_t *)"\0\xb0\0\0", 4), ERR_OK);
	uint8_t seq = x->seq;
	eq_int(answer(0x80, 0, 0, 1, "abc", 3), CCID_SEND);
	eq_int(x->out[8], 0x10);
	eq_int(x->out_len, 10);
	eq_int(x->seq, (uint8_t)(seq + 1));
	eq_int(answer(0x80, 0, 0, 3, "def", 3), CCID_SEND);
	eq_int(answer(0x80, 0, 0, 2, "\x90\0", 2), CCID_DONE);
	eq_int(x->answer_len, 8);
	ok(memcmp(x->answer, "abcdef\x90\0", 8) == 0);
	/* a chain of nothing would go on for ever */
	eq_int(ccid_apdu(x, (uint8_t *)"\0\xb0\0\0", 4), ERR_OK);
	eq_int(answer(0x80, 0, 0, 1, "", 0), CCID_FAILED);
}

static void answer_is_bounded(void)
{
	static const char part[1000];
	enum ccid_next n = CCID_SEND;
	int parts = 0;

	reset(CCID_EXTENDED_APDU, 1034);
	eq_int(ccid_apdu(x, (uint8_t *)"\0\xb0\0\0", 4), ERR_OK);
	while (n == CCID_SEND && ++parts < 100)
		n = answer(0x80, 0, 0, parts == 1 ? 1 : 3, part, sizeof part);
	eq_int(n, CCID_FAILED);
	eq_int(parts, CCID_MAX_ANSWER / 1000 + 1);
}

static void time_extension(void)
{
	reset(CCID_EXTENDED_APDU, 271);
	eq_int(ccid_apdu(x, (uint8_t *)"\0\xa4\4\x0c", 4), ERR_OK);
	eq_int(answer(0x80, 0x80, 5, 0, "", 0), CCID_READ);
	eq_int(x->patience, 5);
	eq_int(x->want, 10);
	eq_int(answer(0x80, 0x80, 0, 0, "", 0), CCID_READ);
	eq_int(x->patience, 1);
	eq_int(answer(0x80, 0, 0, 0, "\x90\0", 2), CCID_DONE);
	eq_int(x->patience, 0);
}

static void strays_are_passed_over(void)
{
	int n = 0;

	reset(CCID_EXTENDED_APDU, 271);
	ccid_ask_slot(x);
	eq_int(ccid_take(x, NULL, 0), CCID_READ);
	uint8_t old[10] = { 0x81, [6] = (uint8_t)(x->seq + 7) };
	eq_int(ccid_take(x, old, sizeof old), CCID_READ);
	eq_int(ccid_take(x, old, 3), CCID_READ); /* not even a head */
	eq_int(answer(0x81, 1, 0, 0, "", 0), CCID_DONE);
	eq_int(x->card, CCID_INACTIVE);
	ccid_ask_slot(x);
	while (ccid_take(x, old, sizeof old) == CCID_READ && n < 1000)
		n++;
	eq_int(n, CCID_MAX_STRAYS);
}

static void message_in_pieces(void)
{
	uint8_t m[10 + 100] = { 0x80, 100 };

	reset(CCID_EXTENDED_APDU, 271);
	eq_int(ccid_apdu(x, (uint8_t *)"\0\xb0\0\0", 4), ERR_OK);
	m[6] = x->seq;
	eq_int(ccid_take(x, m, 64), CCID_READ);
	eq_int(x->want, 46);
	eq_int(ccid_take(x, m + 64, 46), CCID_DONE);
	eq_int(x->answer_len, 100);
}

static void length_is_checked(void)
{
	uint8_t m[10] = { 0x80, 0xff, 0xff, 0xff, 0x7f };

	reset(CCID_EXTENDED_APDU, 271);
	ccid_ask_slot(x);
	m[6] = x->seq;
	eq_int(ccid_take(x, m, sizeof m), CCID_FAILED);
	eq_int(x->why, ERR_BAD_DATA);
}

static void short_level(void)
{
	static uint8_t c[7 + 300] = { 0, 0xd6, 4, 0x0c, 0, 300 >> 8, 300 & 255 };

	reset(CCID_SHORT_APDU, 271);
	eq_int(ccid_apdu(x, c, sizeof c - 1), ERR_BAD_DATA); /* a length that is not so */
	/* command chaining */
	eq_int(ccid_apdu(x, c, sizeof c), ERR_OK);
	ok(x->out_len == 10 + 5 + 255 && memcmp(x->out + 10, "\x10\xd6\x04\x0c\xff", 5) == 0);
	eq_int(answer(0x80, 0, 0, 0, "\x90\0", 2), CCID_SEND);
	ok(x->out_len == 10 + 5 + 45 && memcmp(x->out + 10, "\0\xd6\x04\x0c\x2d", 5) == 0);
	eq_int(answer(0x80, 0, 0, 0, "\x90\0", 2), CCID_DONE);
	eq_int(x->answer_len, 2);
	/* a card that refuses the first part is not sent the second */
	eq_int(ccid_apdu(x, c, sizeof c), ERR_OK);
	eq_int(answer(0x80, 0, 0, 0, "\x68\x84", 2), CCID_DONE);
	ok(x->answer_len == 2 && x->answer[0] == 0x68);
	/* more than a short length can say: all there is */
	eq_int(ccid_apdu(x, (uint8_t *)"\0\xb0\0\0\0\3\0", 7), ERR_OK);
	ok(x->out_len == 15 && x->out[14] == 0);
	/* the rest is fetched, without the class's secure messaging */
	eq_int(ccid_apdu(x, (uint8_t *)"\x0c\xb0\0\0\0", 5), ERR_OK);
	eq_int(answer(0x80, 0, 0, 0, "abc\x61\x02", 5), CCID_SEND);
	ok(x->out_len == 15 && memcmp(x->out + 10, "\0\xc0\0\0\2", 5) == 0);
	eq_int(answer(0x80, 0, 0, 0, "de\x90\0", 4), CCID_DONE);
	ok(x->answer_len == 7 && memcmp(x->answer, "abcde\x90\0", 7) == 0);
	/* the right length, once */
	eq_int(ccid_apdu(x, (uint8_t *)"\0\xb0\0\0\0", 5), ERR_OK);
	eq_int(answer(0x80, 0, 0, 0, "\x6c\x03", 2), CCID_SEND);
	ok(x->out_len == 15 && x->out[14] == 3);
	eq_int(answer(0x80, 0, 0, 0, "\x6c\x03", 2), CCID_DONE);
	eq_int(x->answer_len, 2);
	/* "more" without any bytes would go round for ever */
	eq_int(ccid_apdu(x, (uint8_t *)"\0\xb0\0\0\0", 5), ERR_OK);
	eq_int(answer(0x80, 0, 0, 0, "\x61\x02", 2), CCID_SEND);
	eq_int(answer(0x80, 0, 0, 0, "\x61\x02", 2), CCID_FAILED);
}

static void aborts(void)
{
	reset(CCID_EXTENDED_APDU, 271);
	eq_int(ccid_apdu(x, (uint8_t *)"\0\xb0\0\0", 4), ERR_OK);
	uint8_t seq = x->seq;
	ccid_abort(x);
	eq_int(x->seq, seq);
	eq_int(x->out[0], 0x72);
	eq_int(answer(0x80, 0, 0, 0, "\x90\0", 2), CCID_READ); /* it came too late */
	eq_int(answer(0x81, 0, 0, 0, "", 0), CCID_DONE);
}

static void events(void)
{
	bool absent = false;

	ok(ccid_event((uint8_t *)"\x50\x03", 2, 0, &absent));
	ok(!absent);
	ok(ccid_event((uint8_t *)"\x50\x02", 2, 0, &absent));
	ok(absent);
	ok(ccid_event((uint8_t *)"\x51\0\0\1", 4, 0, &absent));
	ok(!ccid_event((uint8_t *)"\x50", 1, 0, &absent));
	ok(!ccid_event((uint8_t *)"\x77\0", 2, 0, &absent));
	ok(ccid_event((uint8_t *)"\x50\x43\x01", 3, 4, &absent) && !absent);
	ok(ccid_event((uint8_t *)"\x50\x43\x01", 3, 1, &absent) && absent);
}

int main(void)
{
	x = malloc(sizeof *x);
	descriptor();
	slot_and_power();
	whole_apdu();
	chains_out();
	chains_in();
	answer_is_bounded();
	time_extension();
	strays_are_passed_over();
	message_in_pieces();
	length_is_checked();
	short_level();
	aborts();
	events();
	free(x);
	return tap_done();
}
