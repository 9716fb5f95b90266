/* The chip reader's driver at a reader of short APDU level. */
#include "tests/unit/drivers/rig.h"

extern const struct driver CARD_CCID;

static uint32_t seq;

static int exchange(struct rig *r, const void *bytes, size_t len)
{
	const struct msg_apdu_answer *a = &r->last[MSG_APDU_ANSWER].apdu_answer;
	struct msg m = { .type = MSG_APDU, .apdu.seq = ++seq };

	if (mem_of(bytes, len, &m.apdu.command) != ERR_OK)
		abort();
	rig_send(r, ROLE_PARSE, &m);
	return rig_until(r, r->count[MSG_APDU_ANSWER] > 0 && a->seq == seq) ? a->why : -1;
}

int main(void)
{
	static const uint8_t LONG[300] = { 0, 0xa4, 4, 0x0c, 0, 1, 37 };
	int status;
	struct rig *r = rig_main("short", &status);

	if (!r)
		return status;
	rig_start(r, &CARD_CCID);
	ok(rig_until_state(r, ERR_OK));
	ok(rig_line(r, "card in"));
	ok(rig_until_count(r, MSG_CARD_IN, 1));
	eq_int(exchange(r, "\0\xb0\0\0\0", 5), ERR_OK);
	eq_int(r->bytes_len, 258);
	eq_int(r->bytes[255], 255);
	/* sent in two parts, and asked for as much as a short length can say */
	eq_int(exchange(r, LONG, sizeof LONG), ERR_OK);
	eq_int(r->bytes_len, 2);
	eq_int(exchange(r, "\0\xb0\0\0\0\3\0", 7), ERR_OK);
	eq_int(r->bytes_len, 258);
	eq_int(exchange(r, "\0\xb0\0\0\x10", 5), ERR_OK);
	eq_int(r->bytes_len, 18);
	eq_int(r->count[MSG_CARD_OUT], 0);
	return rig_done(r);
}
