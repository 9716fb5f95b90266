/* The chip reader's driver at the simulated reader and its toy card: SELECT answers 9000, READ
 * BINARY the bytes P2, P2 + 1, ... */
#include "tests/unit/drivers/rig.h"

extern const struct driver CARD_CCID;

#define MODEL "HID Global OMNIKEY 5022 Smart Card Reader"

static uint32_t seq;

static void send_apdu(struct rig *r, const void *bytes, size_t len)
{
	struct msg m = { .type = MSG_APDU, .apdu.seq = ++seq };

	if (mem_of(bytes, len, &m.apdu.command) != ERR_OK)
		abort();
	rig_send(r, ROLE_PARSE, &m);
}

/* How the newest command ended; -1 when it did not in time. */
static int end_of(struct rig *r)
{
	const struct msg_apdu_answer *a = &r->last[MSG_APDU_ANSWER].apdu_answer;

	return rig_until(r, r->count[MSG_APDU_ANSWER] > 0 && a->seq == seq) ? a->why : -1;
}

static const uint8_t SELECT[] = { 0, 0xa4, 4, 0x0c, 7, 0xa0, 0, 0, 2, 0x47, 0x10, 1 };

static int select_card(struct rig *r)
{
	send_apdu(r, SELECT, sizeof SELECT);
	return end_of(r);
}

/* READ BINARY in extended form; true when `le` bytes and 9000 came, all right. */
static bool reads(struct rig *r, uint16_t le)
{
	const uint8_t c[] = { 0, 0xb0, 0, 7, 0, (uint8_t)(le >> 8), (uint8_t)le };
	size_t good = 0;

	send_apdu(r, c, sizeof c);
	if (end_of(r) != ERR_OK || r->bytes_len != le + 2u)
		return false;
	while (good < le && r->bytes[good] == (uint8_t)(7 + good))
		good++;
	return good == le && r->bytes[le] == 0x90 && r->bytes[le + 1] == 0;
}

static unsigned ins(const struct rig *r)
{
	return r->count[MSG_CARD_IN];
}

static void comes_and_goes(struct rig *r)
{
	static const uint8_t ATR[] = {
		0x3b, 0x88, 0x80, 0x01, 0, 0, 0, 0, 0x77, 0x81, 0x81, 0, 0x7e
	};

	ok(rig_until_state(r, ERR_OK));
	eq_str(r->host.model, MODEL);
	eq_int(select_card(r), ERR_NO_CARD);
	ok(rig_line(r, "card in"));
	ok(rig_until_count(r, MSG_CARD_IN, 1));
	eq_int(r->last[MSG_CARD_IN].card_in.atr_len, sizeof ATR);
	ok(memcmp(r->last[MSG_CARD_IN].card_in.atr, ATR, sizeof ATR) == 0);
	ok(rig_line(r, "card out"));
	ok(rig_until_count(r, MSG_CARD_OUT, 1));
	ok(rig_line(r, "card in"));
	ok(rig_until_count(r, MSG_CARD_IN, 2));
}

static void exchanges(struct rig *r)
{
	eq_int(select_card(r), ERR_OK);
	eq_int(r->bytes_len, 2);
	ok(reads(r, 1));
	ok(reads(r, 52));    /* with its head exactly one packet */
	ok(reads(r, 1022));  /* exactly one message of the reader */
	ok(reads(r, 1023));  /* two */
	ok(reads(r, 20000)); /* a chain */
}

static void long_command(struct rig *r)
{
	static uint8_t c[7 + 5000] = { 0, 0xa4, 4, 0x0c, 0, 5000 >> 8, 5000 & 0xff };

	send_apdu(r, c, sizeof c);
	eq_int(end_of(r), ERR_OK);
	eq_int(r->bytes_len, 2);
}

static void refuses_nonsense(struct rig *r)
{
	send_apdu(r, "abc", 3);
	eq_int(end_of(r), ERR_BAD_DATA);
	ok(reads(r, 10));
}

static void one_at_a_time(struct rig *r)
{
	ok(rig_line(r, "reader slow 50"));
	send_apdu(r, SELECT, sizeof SELECT);
	send_apdu(r, SELECT, sizeof SELECT);
	eq_int(end_of(r), ERR_BUSY);
	seq--;
	eq_int(end_of(r), ERR_OK);
	seq++;
	ok(rig_line(r, "reader slow 0"));
}

static void card_wants_time(struct rig *r)
{
	ok(rig_line(r, "reader wait-more 5"));
	ok(reads(r, 3000));
	ok(rig_line(r, "reader wait-more 0"));
}

/* The answer is late, and the card is gone before it. */
static void pulled_during_apdu(struct rig *r)
{
	unsigned outs = r->count[MSG_CARD_OUT], in = ins(r);

	ok(rig_line(r, "reader slow 1500"));
	send_apdu(r, SELECT, sizeof SELECT);
	ok(rig_line(r, "card out"));
	int why = end_of(r);
	ok(why == ERR_NO_CARD || why == ERR_CARD_MUTE);
	ok(rig_line(r, "reader slow 0"));
	ok(rig_until_count(r, MSG_CARD_OUT, outs + 1));
	eq_int(r->count[MSG_CARD_OUT], outs + 1);
	ok(rig_line(r, "card in"));
	ok(rig_until_count(r, MSG_CARD_IN, in + 1));
	ok(reads(r, 100));
}

static void mute_card(struct rig *r)
{
	unsigned outs = r->count[MSG_CARD_OUT];

	ok(rig_line(r, "reader +mute"));
	eq_int(select_card(r), ERR_CARD_MUTE);
	ok(rig_until_state(r, ERR_CARD_MUTE));
	ok(rig_until_count(r, MSG_CARD_OUT, outs + 1));
	unsigned in = ins(r);
	ok(rig_line(r, "reader -mute")); /* moved a little, without being lifted */
	ok(rig_until_count(r, MSG_CARD_IN, in + 1));
	eq_int(rig_state(r), ERR_OK);
	ok(reads(r, 100));
}

static void broken_reader(struct rig *r)
{
	unsigned in = ins(r);

	ok(rig_line(r, "reader +broken"));
	eq_int(select_card(r), ERR_BROKEN);
	ok(rig_until_state(r, ERR_BROKEN));
	ok(rig_line(r, "reader -broken"));
	ok(rig_until_state(r, ERR_OK));
	ok(rig_until_count(r, MSG_CARD_IN, in + 1));
	ok(reads(r, 100));
}

/* A parser that was ended leaves a command behind; the next one begins with a fresh card. */
static void parser_dies(struct rig *r)
{
	ok(rig_line(r, "reader slow 800"));
	send_apdu(r, SELECT, sizeof SELECT);
	unsigned answers = r->count[MSG_APDU_ANSWER], in = ins(r);
	ok(loop_turn(r->host.loop, RIG_TURN_MS) == ERR_OK);
	r->driver->peer(r->self, ROLE_PARSE, false);
	ok(rig_line(r, "reader slow 0"));
	r->driver->peer(r->self, ROLE_PARSE, true);
	ok(reads(r, 100));
	eq_int(r->count[MSG_APDU_ANSWER], answers + 1);
	eq_int(ins(r), in);
}

/* GET DATA of 600 bytes, of which 100 are taken; true when GET RESPONSE goes on there. */
static bool begins_object(struct rig *r)
{
	static const uint8_t GET[] = { 0, 0xca, 2, 0x58, 100 };

	send_apdu(r, GET, sizeof GET);
	return end_of(r) == ERR_OK && r->bytes_len == 102 && r->bytes[100] == 0x61;
}

static bool goes_on(struct rig *r)
{
	static const uint8_t MORE[] = { 0, 0xc0, 0, 0, 100 };

	send_apdu(r, MORE, sizeof MORE);
	return end_of(r) == ERR_OK && r->bytes_len == 102 && r->bytes[0] == 100;
}

/* A parser may have the card powered anew; else what it began with the card goes on. */
static void powered_anew(struct rig *r)
{
	unsigned in = ins(r);

	r->driver->peer(r->self, ROLE_PARSE, false);
	r->driver->peer(r->self, ROLE_PARSE, true);
	ok(begins_object(r));
	ok(goes_on(r));
	ok(begins_object(r));
	send_apdu(r, "", 0);
	eq_int(end_of(r), ERR_OK);
	ok(r->bytes_len > 2 && r->bytes[0] == 0x3b);
	r->driver->peer(r->self, ROLE_PARSE, true); /* it is fresh already, and stays as it is */
	ok(begins_object(r));
	ok(goes_on(r));
	ok(begins_object(r));
	send_apdu(r, "", 0);
	eq_int(end_of(r), ERR_OK);
	ok(!goes_on(r));
	eq_int(ins(r), in); /* nobody took it away */
	ok(rig_line(r, "reader +mute"));
	send_apdu(r, "", 0);
	eq_int(end_of(r), ERR_NO_CARD); /* one that cannot be powered is none */
	ok(rig_line(r, "reader -mute"));
	ok(rig_until_count(r, MSG_CARD_IN, in + 1));
}

static void core_comes_back(struct rig *r)
{
	unsigned in = ins(r);

	r->driver->peer(r->self, ROLE_CORE, false);
	r->driver->peer(r->self, ROLE_CORE, true);
	eq_int(ins(r), in + 1);
}

static void replug(struct rig *r)
{
	ok(rig_until_state(r, ERR_GONE));
	ok(rig_line(r, "plug ccid"));
	ok(rig_until_state(r, ERR_OK));
}

static void unplugged_with_card(struct rig *r)
{
	unsigned outs = r->count[MSG_CARD_OUT], in = ins(r);

	ok(rig_line(r, "unplug ccid"));
	replug(r);
	eq_int(r->count[MSG_CARD_OUT], outs + 1);
	ok(rig_until_count(r, MSG_CARD_IN, in + 1));
	ok(reads(r, 100));
}

static void unplugged_during_apdu(struct rig *r)
{
	unsigned in = ins(r);

	ok(rig_line(r, "reader slow 1500"));
	send_apdu(r, SELECT, sizeof SELECT);
	ok(rig_line(r, "unplug ccid"));
	eq_int(end_of(r), ERR_GONE);
	ok(rig_line(r, "reader slow 0"));
	replug(r);
	ok(rig_until_count(r, MSG_CARD_IN, in + 1));
	ok(reads(r, 100));
}

static void unplugged_without_card(struct rig *r)
{
	ok(rig_line(r, "card out"));
	ok(rig_until_count(r, MSG_CARD_OUT, 1));
	ok(rig_line(r, "unplug ccid"));
	replug(r);
	unsigned in = ins(r);
	ok(rig_line(r, "card in"));
	ok(rig_until_count(r, MSG_CARD_IN, in + 1));
	eq_int(select_card(r), ERR_OK);
}

int main(void)
{
	int status;
	struct rig *r = rig_main("extended", &status);

	if (!r)
		return status;
	rig_start(r, &CARD_CCID);
	comes_and_goes(r);
	exchanges(r);
	long_command(r);
	refuses_nonsense(r);
	one_at_a_time(r);
	card_wants_time(r);
	pulled_during_apdu(r);
	mute_card(r);
	broken_reader(r);
	parser_dies(r);
	powered_anew(r);
	core_comes_back(r);
	unplugged_with_card(r);
	unplugged_during_apdu(r);
	unplugged_without_card(r);
	return rig_done(r);
}
