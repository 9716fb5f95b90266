/* The chip reader's driver at readers of every exchange level, with the habits and faults that
 * readers and contacts have: after each of them the next command works. */
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

/* n bytes that count up from `first`, then 9000. */
static bool counts(const struct rig *r, uint8_t first, size_t n)
{
	size_t good = 0;

	while (good < n && r->bytes[good] == (uint8_t)(first + good))
		good++;
	return r->bytes_len == n + 2 && good == n && r->bytes[n] == 0x90 && r->bytes[n + 1] == 0;
}

static bool reads(struct rig *r, uint16_t le)
{
	const uint8_t c[] = { 0, 0xb0, 0, 7, 0, (uint8_t)(le >> 8), (uint8_t)le };
	const uint8_t s[] = { 0, 0xb0, 0, 7, (uint8_t)le };
	bool is_short = le <= 256;

	return exchange(r, is_short ? s : c, is_short ? sizeof s : sizeof c) == ERR_OK &&
	       counts(r, 7, le);
}

/* `n` bytes to the card, which compares them. */
static int writes(struct rig *r, size_t n)
{
	static uint8_t c[7 + 4000];
	size_t head = n > 255 ? 7 : 5;

	memcpy(c, "\0\xd6\0\x09\0", 5);
	c[4] = n > 255 ? 0 : (uint8_t)n;
	c[5] = (uint8_t)(n >> 8);
	c[6] = (uint8_t)n;
	for (size_t i = 0; i < n; i++)
		c[head + i] = (uint8_t)(9 + i);
	int why = exchange(r, c, head + n);
	return why == ERR_OK && r->bytes_len == 2 ? r->bytes[0] << 8 | r->bytes[1] : -why;
}

/* GET DATA of 600 bytes with a short length: the rest is fetched where the level has us do it. */
static bool fetches(struct rig *r)
{
	return exchange(r, "\0\xca\x02\x58\0", 5) == ERR_OK && counts(r, 0, 600);
}

static unsigned ins(const struct rig *r)
{
	return r->count[MSG_CARD_IN];
}

static bool becomes(struct rig *r, const char *spec)
{
	char line[128];
	unsigned outs = r->count[MSG_CARD_OUT];

	snprintf(line, sizeof line, "reader be %s", spec);
	bool was_in = ins(r) > outs;
	if (!rig_line(r, line) || (was_in && !rig_until_count(r, MSG_CARD_OUT, outs + 1)))
		return false;
	return rig_until(r, ins(r) > r->count[MSG_CARD_OUT]);
}

static void probe(struct rig *r)
{
	struct msg m = { .type = MSG_PROBE };
	unsigned before = r->count[MSG_PROBED];

	rig_send(r, ROLE_CORE, &m);
	ok(rig_until_count(r, MSG_PROBED, before + 1));
}

static bool probed(const struct rig *r, const char *line)
{
	bool found = strstr(r->last[MSG_PROBED].probed.text, line);

	if (!found)
		printf("# no %s in:\n%s", line, r->last[MSG_PROBED].probed.text);
	return found;
}

static const struct kind {
	const char *spec;
	uint32_t max_answer;
	bool extended, fetches;
	const char *level;
} KINDS[] = {
	{ "extended", 65538, true, false, "level extended APDU\n" },
	{ "extended,max=271,no-notify", 65538, true, false, ", without notification\n" },
	{ "extended,max=65554", 65538, true, false, "max_message 65554\n" },
	{ "extended,zlp=never,stale", 65538, true, false, "level extended APDU\n" },
	{ "extended,zlp=always,max=522", 65538, true, false, "max_message 522\n" },
	{ "extended,volts=3", 65538, true, false, "level extended APDU\n" },
	{ "short", 258, false, true, "level short APDU\n" },
	{ "short,no-notify,zlp=never", 258, false, true, "level short APDU\n" },
	{ "short,ids=2f7c:6007", 65538, false, false, "quirk EXTENDED\n" },
	{ "t1", 65538, true, false, "blocks IFSC 32 IFSD 254\n" },
	{ "t1,max=64", 65538, true, false, "blocks IFSC 32 IFSD 50\n" },
	{ "t1,contact", 65538, true, false, "reader_speaks T=1, Fi 512 Di 16, 150000 bit/s\n" },
	{ "t1,contact,crc", 65538, true, false, "atr_t1 IFSC 254 BWI 4 CWI 5 CRC\n" },
	{ "t1,contact,volts=2", 65538, true, false, "spoken T=1\n" },
	{ "t0", 258, false, true, "spoken T=0\n" },
	{ "t0,max=64", 54, false, true, "max_answer 54\n" },
	{ "short,max=64", 54, false, true, "max_answer 54\n" },
	{ "t0,volts=3,no-notify", 258, false, true, "level TPDU\n" },
	{ "extended,two-slots", 65538, true, false, "slot 1 card\n" },
	{ "t1,two-slots,no-notify", 65538, true, false, "slots 2\n" },
	{ "extended,two-readers", 65538, true, false, "interface 1 of 2\n" }, /* by its name */
	{ "extended,two-readers,ids=04e6:5724", 65538, true, false, "interface 1 of 2\n" },
};

static void level(struct rig *r, const struct kind *k)
{
	printf("# %s\n", k->spec);
	ok(becomes(r, k->spec));
	eq_int(r->last[MSG_CARD_IN].card_in.max_answer, k->max_answer);
	ok(reads(r, 1));
	ok(reads(r, 52));
	ok(k->max_answer < 258 || reads(r, 256));
	eq_int(exchange(r, "\0\xa4\4\x0c", 4), ERR_OK);
	eq_int(writes(r, 200), 0x9000);
	if (strcmp(k->spec, "short,ids=2f7c:6007") != 0) {
		eq_int(writes(r, 255), 0x9000);
		eq_int(writes(r, 1500), 0x9000);
	}
	if (k->extended)
		ok(reads(r, 3000));
	if (k->fetches)
		ok(fetches(r));
	probe(r);
	ok(probed(r, k->level));
	ok(probed(r, "\nstatus_us "));
	ok(reads(r, 20));
}

/* An odd end, then all is as before. */
static void strikes(struct rig *r, const char *line, int why)
{
	unsigned in = ins(r);

	printf("# %s\n", line);
	ok(rig_line(r, line));
	eq_int(exchange(r, "\0\xb0\0\7\x64", 5), why);
	ok(why != ERR_OK || counts(r, 7, 100));
	ok(rig_line(r, "reader mend"));
	/* until it is powered anew the answer is that there is no card to talk to */
	ok(rig_until(r, reads(r, 100)));
	ok(ins(r) - in <= 1);
}

static void reader_habits(struct rig *r, const char *spec)
{
	ok(becomes(r, spec));
	strikes(r, "reader old 3", ERR_OK);
	strikes(r, "reader twice 1", ERR_OK);
	strikes(r, "reader wait-more 5", ERR_OK);
	strikes(r, "reader slow 30", ERR_OK);
	strikes(r, "reader error 1 fb", ERR_BROKEN);
	strikes(r, "reader error 1 e0", ERR_BUSY);
	strikes(r, "reader error 1 c3", ERR_CARD_MUTE);
}

static void apdu_faults(struct rig *r, const char *spec)
{
	reader_habits(r, spec);
	strikes(r, "reader error 1 fd", ERR_CARD_MUTE);
	strikes(r, "reader error 1 fe", ERR_CARD_MUTE);
}

/* With a chain each way, the fault at each of its blocks. */
static void blocks(struct rig *r, const char *fault)
{
	char line[64];
	int good = 0;

	for (int n = 1; n <= 5; n++) {
		snprintf(line, sizeof line, "reader t1 %s %d", fault, n);
		if (rig_line(r, line) && reads(r, 600) && writes(r, 600) == 0x9000)
			good++;
		else
			printf("# %s\n", line);
		if (!rig_line(r, "reader mend") || !rig_until(r, reads(r, 10)))
			printf("# not mended\n");
	}
	eq_int(good, 5);
}

static void t1_faults(struct rig *r, const char *spec)
{
	reader_habits(r, spec);
	blocks(r, "bad-check");
	blocks(r, "lose");
	blocks(r, "miss");
	blocks(r, "hear-wrong");
	strikes(r, "reader error 1 fd", ERR_OK);
	strikes(r, "reader error 1 fe", ERR_OK);
	strikes(r, "reader t1 wtx 3", ERR_OK);
	strikes(r, "reader t1 ifs 16", ERR_OK);
	strikes(r, "reader t1 ifs 254", ERR_OK);
	strikes(r, "reader t1 wtx 101", ERR_CARD_MUTE); /* it cannot ask for ever */
	strikes(r, "reader t1 deaf", ERR_CARD_MUTE);
}

/* The card stops our chain; and one that lost its place begins anew when it cannot have run. */
static void chains_break(struct rig *r)
{
	ok(rig_line(r, "reader t1 abort"));
	eq_int(writes(r, 600), -ERR_CARD_MUTE);
	ok(rig_until(r, reads(r, 100)));
	ok(rig_line(r, "reader t1 deaf"));
	eq_int(writes(r, 600), 0x9000);
	ok(reads(r, 100));
	ok(rig_line(r, "reader t1 no-ifsd"));
	unsigned in = ins(r);
	ok(rig_line(r, "card out"));
	ok(rig_until(r, r->count[MSG_CARD_OUT] == in));
	ok(rig_line(r, "card in"));
	ok(rig_until_count(r, MSG_CARD_IN, in + 1));
	probe(r);
	ok(probed(r, "IFSD 32\n"));
	ok(reads(r, 300));
	ok(rig_line(r, "reader mend"));
}

static void t0_habits(struct rig *r)
{
	apdu_faults(r, "t0");
	eq_int(exchange(r, "\0\xca\x00\x10\0", 5), ERR_OK); /* 6C10, sent again */
	ok(counts(r, 0, 16));
	ok(rig_line(r, "reader t0 silent"));
	eq_int(exchange(r, "\0\xa4\4\x0c\1\x55\0", 7), ERR_OK); /* nothing there to fetch */
	eq_int(r->bytes_len, 2);
	eq_int(r->bytes[0], 0x90);
	ok(rig_line(r, "reader mend"));
}

/* A card that is silent when asked to go faster is powered anew, and left as it was. */
static void cautious(struct rig *r)
{
	ok(becomes(r, "t1,contact"));
	unsigned in = ins(r);
	ok(rig_line(r, "card out"));
	ok(rig_until(r, r->count[MSG_CARD_OUT] == in));
	ok(rig_line(r, "reader no-pps"));
	ok(rig_line(r, "card in"));
	ok(rig_until_count(r, MSG_CARD_IN, in + 1));
	eq_int(r->last[MSG_CARD_IN].card_in.max_answer, 258);
	probe(r);
	ok(probed(r, "spoken T=0, with caution\n"));
	ok(reads(r, 100));
	ok(rig_line(r, "reader mend"));
	ok(rig_line(r, "card out"));
	ok(rig_until(r, r->count[MSG_CARD_OUT] == in + 1));
	ok(rig_line(r, "card in"));
	ok(rig_until_count(r, MSG_CARD_IN, in + 2));
	eq_int(r->last[MSG_CARD_IN].card_in.max_answer, 65538);
}

static void powering(struct rig *r)
{
	ok(becomes(r, "extended"));
	unsigned in = ins(r);
	ok(rig_line(r, "card out"));
	ok(rig_until(r, r->count[MSG_CARD_OUT] == in));
	ok(rig_line(r, "reader power-fails 2"));
	ok(rig_line(r, "card in"));
	ok(rig_until_count(r, MSG_CARD_IN, in + 1));
	eq_int(r->count[MSG_STATUS] > 0 && rig_state(r) == ERR_OK, 1);
	ok(reads(r, 10));
}

/* The command is swallowed, and the card leaves: abort, and the next card is read. */
static void swallowed(struct rig *r, const char *spec)
{
	ok(becomes(r, spec));
	unsigned in = ins(r);
	struct msg m = { .type = MSG_APDU, .apdu.seq = ++seq };
	ok(rig_line(r, "reader hang 1"));
	ok(mem_of("\0\xb0\0\0\x10", 5, &m.apdu.command) == ERR_OK);
	rig_send(r, ROLE_PARSE, &m);
	ok(rig_line(r, "card out"));
	ok(rig_until(r, r->last[MSG_APDU_ANSWER].apdu_answer.seq == seq));
	eq_int(r->last[MSG_APDU_ANSWER].apdu_answer.why, ERR_NO_CARD);
	ok(rig_line(r, "card in"));
	ok(rig_until_count(r, MSG_CARD_IN, in + 1));
	ok(reads(r, 100));
}

static void opening(struct rig *r)
{
	/* nothing is expected of the first status but that it comes */
	ok(rig_line(r, "unplug ccid"));
	ok(rig_until_state(r, ERR_GONE));
	ok(rig_line(r, "reader first 900"));
	ok(rig_line(r, "plug ccid"));
	ok(rig_until(r, ins(r) > r->count[MSG_CARD_OUT]));
	ok(reads(r, 100));
	ok(rig_line(r, "reader mend"));
}

/* Messages to the reader that one command costs, the least of a few: a poll may come between. */
static long cost(struct rig *r, const char *command, size_t len)
{
	long least = -1;

	for (int i = 0; i < 3; i++) {
		char answer[64];
		long before =
			rig_ask(r, "reader count", answer, sizeof answer) ? atol(answer + 3) : 0;

		if (exchange(r, command, len) != ERR_OK ||
		    !rig_ask(r, "reader count", answer, sizeof answer))
			return -1;
		long n = atol(answer + 3) - before;
		least = least < 0 || n < least ? n : least;
	}
	return least;
}

static void costs(struct rig *r)
{
	static const char SMALL[] = "\0\xb0\0\0\xdf", LARGE[] = "\0\xb0\0\0\0\x0f\xa0";
	static const struct {
		const char *spec;
		long small, large; /* 223 bytes; 4000 */
	} EACH[] = {
		{ "extended,max=65554", 1, 1 },
		{ "extended", 1, 4 },
		{ "extended,max=271", 1, 16 },
		{ "t1", 1, 16 },
		{ "short", 1, 0 },
		{ "t0", 1, 0 },
	};

	for (size_t i = 0; i < sizeof EACH / sizeof EACH[0]; i++) {
		printf("# %s\n", EACH[i].spec);
		ok(becomes(r, EACH[i].spec));
		eq_int(cost(r, SMALL, 5), EACH[i].small);
		if (EACH[i].large)
			eq_int(cost(r, LARGE, 7), EACH[i].large);
		else
			eq_int(cost(r, "\0\xca\x02\x58\0", 5), 3); /* 600 bytes, fetched */
	}
}

static void characters(struct rig *r)
{
	ok(rig_line(r, "reader be characters"));
	ok(rig_until_state(r, ERR_BROKEN));
	probe(r);
	ok(probed(r, "level character: not supported\n"));
	eq_int(exchange(r, "\0\xb0\0\0\x10", 5), ERR_GONE);
}

int main(void)
{
	int status;
	struct rig *r = rig_main("extended", &status);

	if (!r)
		return status;
	rig_start(r, &CARD_CCID);
	ok(rig_until_state(r, ERR_OK));
	ok(rig_line(r, "card in"));
	ok(rig_until_count(r, MSG_CARD_IN, 1));
	for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++)
		level(r, &KINDS[i]);
	apdu_faults(r, "extended");
	apdu_faults(r, "short");
	t1_faults(r, "t1");
	t1_faults(r, "t1,contact,crc");
	chains_break(r);
	t0_habits(r);
	cautious(r);
	powering(r);
	swallowed(r, "extended");
	swallowed(r, "t1");
	opening(r);
	costs(r);
	characters(r);
	return rig_done(r);
}
