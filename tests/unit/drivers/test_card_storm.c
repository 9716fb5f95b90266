/* Anything at all happens to reader and card, one thing after the other: every command has one
 * end in time, and afterwards the driver reads the next card. STORM=N events, SEED=N. */
#include "tests/unit/drivers/rig.h"

extern const struct driver CARD_CCID;

static uint32_t seq;
static uint64_t state;

/* xorshift64*, so that a seed says it all */
static unsigned chance(unsigned of)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (unsigned)(state * 2685821657736338717u >> 33) % of;
}

static long setting(const char *name, long otherwise)
{
	const char *text = getenv(name);

	return text ? atol(text) : otherwise;
}

static const char *const EVENTS[] = {
	"card in",
	"card in",
	"card in",
	"card out",
	"unplug ccid",
	"plug ccid",
	"plug ccid",
	"reader mend",
	"reader mend",
	"reader +mute",
	"reader -mute",
	"reader +broken",
	"reader -broken",
	"reader wait-more 3",
	"reader slow 20",
	"reader first 60",
	"reader power-fails 2",
	"reader error 1 fd",
	"reader error 2 fe",
	"reader error 1 fb",
	"reader error 1 e0",
	"reader error 1 00",
	"reader error 1 08",
	"reader old 4",
	"reader twice 2",
	"reader t1 bad-check 2",
	"reader t1 lose 1",
	"reader t1 miss 2",
	"reader t1 hear-wrong 1",
	"reader t1 wtx 4",
	"reader t1 ifs 8",
	"reader t1 abort",
	"reader t1 deaf",
	"reader t1 no-ifsd",
	"reader t0 silent",
	"card out-at 1",
	"card out-at 2",
	"reader be extended,max=271",
	"reader be extended,zlp=always,stale",
	"reader be short,no-notify",
	"reader be short,zlp=never",
	"reader be t1",
	"reader be t1,max=64,stale",
	"reader be t1,contact,volts=3",
	"reader be t1,contact,crc",
	"reader be t0",
	"reader be extended,two-slots",
	"reader be extended,two-readers,ids=04e6:5724",
};
#define EVENT_COUNT (sizeof EVENTS / sizeof EVENTS[0])

static void send_apdu(struct rig *r)
{
	static const uint8_t COMMANDS[][7] = {
		{ 0, 0xb0, 0, 7, 0xdf },
		{ 0, 0xb0, 0, 7, 0, 0x02, 0x58 },
		{ 0, 0xca, 2, 0x58, 0 },
		{ 0, 0xa4, 4, 0x0c, 0 },
	};
	static const uint8_t LENGTHS[] = { 5, 7, 5, 5 };
	static uint8_t write[7 + 700] = { 0, 0xd6, 0, 0, 0, 700 >> 8, 700 & 255 };
	struct msg m = { .type = MSG_APDU, .apdu.seq = ++seq };
	unsigned n = chance(5);

	if (mem_of(n < 4 ? COMMANDS[n] : write, n < 4 ? LENGTHS[n] : sizeof write,
		   &m.apdu.command) != ERR_OK)
		abort();
	rig_send(r, ROLE_PARSE, &m);
}

/* True when the parser was replaced: the end of its command is nobody's then. */
static bool event(struct rig *r)
{
	const char *line = EVENTS[chance(EVENT_COUNT)];
	struct msg probe = { .type = MSG_PROBE };

	if (getenv("STORM_TRACE"))
		printf("# %s\n", line);
	if (!rig_line(r, line))
		printf("# refused: %s\n", line);
	if (chance(8) == 0)
		rig_send(r, ROLE_CORE, &probe);
	if (chance(10) > 0)
		return false;
	r->driver->peer(r->self, ROLE_PARSE, chance(2));
	return true;
}

static bool one_end(struct rig *r)
{
	const struct msg_apdu_answer *a = &r->last[MSG_APDU_ANSWER].apdu_answer;

	return r->count[MSG_APDU_ANSWER] > 0 && a->seq == seq;
}

static bool reads_next_card(struct rig *r)
{
	static const uint8_t READ[] = { 0, 0xb0, 0, 7, 100 };
	unsigned in = r->count[MSG_CARD_IN];

	if (!rig_line(r, "unplug ccid") || !rig_line(r, "card out") ||
	    !rig_until_state(r, ERR_GONE) || !rig_line(r, "reader mend") ||
	    !rig_line(r, "plug ccid") || !rig_line(r, "card in") ||
	    !rig_until_count(r, MSG_CARD_IN, in + 1))
		return false;
	struct msg m = { .type = MSG_APDU, .apdu.seq = ++seq };
	if (mem_of(READ, sizeof READ, &m.apdu.command) != ERR_OK)
		abort();
	rig_send(r, ROLE_PARSE, &m);
	return rig_until(r, one_end(r)) && r->last[MSG_APDU_ANSWER].apdu_answer.why == ERR_OK &&
	       r->bytes_len == 102 && r->bytes[0] == 7;
}

static void storm(struct rig *r, long events)
{
	long late = 0;

	for (long i = 0; i < events; i++) {
		(void)event(r);
		for (unsigned n = chance(4); n > 0; n--)
			(void)!(loop_turn(r->host.loop, RIG_TURN_MS) == ERR_OK);
		send_apdu(r);
		if (chance(3) == 0 && event(r))
			continue;
		if (!rig_until(r, one_end(r))) {
			printf("# event %ld\n", i);
			late++;
		}
	}
	eq_int(late, 0);
}

int main(void)
{
	int status;
	struct rig *r = rig_main("extended", &status);
	long seed = setting("SEED", 1), events = setting("STORM", 120);

	if (!r)
		return status;
	state = (uint64_t)seed * 0x9e3779b97f4a7c15u + 1;
	printf("# SEED=%ld STORM=%ld\n", seed, events);
	rig_start(r, &CARD_CCID);
	ok(rig_until_state(r, ERR_OK));
	storm(r, events);
	ok(reads_next_card(r));
	ok(r->count[MSG_CARD_IN] - r->count[MSG_CARD_OUT] <= 1);
	return rig_done(r);
}
