/* How few commands a card can be read with. The card here is not a chip but what different chips
 * and readers have been seen to do with READ BINARY; it counts what secure messaging with AES
 * would carry over the line (ICAO Doc 9303-11 9.8).
 * torture-wraps: session_send */
#include "firmware/parse/chip/files.h"
#include "tests/tap.h"

#include <stdlib.h>

enum { FILES = 4, MODEL_BYTES = 20176, NO_OFFSET = 0xffffffff };

static const enum file_id IDS[FILES] = { FILE_DG1, FILE_DG13, FILE_SOD, FILE_DG2 };
static const size_t SIZES[FILES] = { 95, 600, 2300, 17181 };

/* A card and its habits; 0: not that one. */
struct card {
	size_t sizes[FILES];
	size_t behind;       /* bytes behind the object in the file */
	uint32_t most;       /* more than this in one answer is 6700 */
	uint32_t cut;        /* gives at most this, without a word */
	uint32_t empty_from; /* gives nothing for Le from here on */
	uint32_t kills_from; /* answers in the clear, which ends secure messaging */
	uint32_t mute_from;
	uint16_t past_end; /* status when more is asked than there is */
	uint16_t no_sfi;   /* status for a short identifier */
	bool exact;        /* 6Cxx for what it does not like */
	bool no_odd, lies, stops, denied;
	uint32_t missing; /* file */
	uint32_t lost_after;

	uint8_t *files[FILES];
	int current;
	uint32_t trips, out, in;
};

static struct card *card;

static const uint8_t HEADS[FILES] = { 0x61, 0x6d, 0x77, 0x75 };

static void fill(struct card *c)
{
	for (int i = 0; i < FILES; i++) {
		size_t size = c->sizes[i] ? c->sizes[i] : SIZES[i], value = size - 4;

		c->sizes[i] = size;
		c->files[i] = malloc(size + c->behind);
		for (size_t n = 0; n < size + c->behind; n++)
			c->files[i][n] = (uint8_t)(n * 7 + n / 251 + (size_t)i);
		c->files[i][0] = HEADS[i];
		if (size < 0x80) {
			c->files[i][1] = (uint8_t)(size - 2);
		} else if (size < 0x10004) {
			memcpy(c->files[i] + 1,
			       (uint8_t[]){ 0x82, (uint8_t)(value >> 8), (uint8_t)value }, 3);
		} else {
			value--;
			memcpy(c->files[i] + 1,
			       (uint8_t[]){ 0x83, (uint8_t)(value >> 16), (uint8_t)(value >> 8),
					    (uint8_t)value },
			       4);
		}
	}
	c->current = -1;
	card = c;
}

static void empty(struct card *c)
{
	for (int i = 0; i < FILES; i++)
		free(c->files[i]);
}

static int index_of(unsigned id)
{
	for (int i = 0; i < FILES; i++)
		if (IDS[i] == id)
			return card->missing == id ? -1 : i;
	return -1;
}

static void count(const struct apdu *a, size_t n)
{
	bool wide = a->le > 223;
	size_t data = a->len > 0 ? 3 + (a->len / 16 + 1) * 16 : 0, le = a->le ? 3u + wide : 0;
	size_t padded = (n / 16 + 1) * 16, head = padded + 1 < 0x80    ? 3
						  : padded + 1 < 0x100 ? 4
								       : 5;

	card->trips++;
	card->out += (uint32_t)(4 + (wide ? 3 : 1) + data + le + 10 + (wide ? 2 : 1));
	card->in += (uint32_t)((n > 0 ? head + padded : 0) + 4 + 10 + 2);
}

static uint16_t choose(const struct apdu *a, int *ret)
{
	int i = index_of(a->data[1]);

	if (i < 0)
		return 0x6a82;
	*ret = i;
	return 0x9000;
}

/* Which file and where; the status when there is none. */
static uint16_t aim(const struct apdu *a, uint32_t *ret_at)
{
	if (a->ins == 0xb1) {
		*ret_at = a->data[1] == 2
				  ? (uint32_t)a->data[2] << 8 | a->data[3]
				  : (uint32_t)a->data[2] << 16 | a->data[3] << 8 | a->data[4];
		return card->no_odd ? 0x6d00 : card->current < 0 ? 0x6986 : 0x9000;
	}
	if (!(a->p1 & 0x80)) {
		*ret_at = (uint32_t)a->p1 << 8 | a->p2;
		return card->current < 0 ? 0x6986 : 0x9000;
	}
	if (card->no_sfi)
		return card->no_sfi;
	*ret_at = a->p2;
	card->current = index_of(a->p1 & 0x1f);
	return card->current < 0 ? 0x6a82 : 0x9000;
}

static uint16_t judge_size(uint32_t le, size_t left, size_t *n)
{
	bool past = card->past_end && le > left;

	*n = 0;
	if (card->empty_from && le >= card->empty_from)
		return 0x9000;
	if ((card->most && le > card->most) || past) {
		size_t can = past ? left : card->most;

		if (card->exact && can <= 256)
			return (uint16_t)(0x6c00 | (can & 0xff));
		return past ? card->past_end : 0x6700;
	}
	*n = le < left ? le : left;
	if (card->cut && *n > card->cut)
		*n = card->cut;
	return *n < le && *n == left ? 0x6282 : 0x9000;
}

static uint16_t read_binary(const struct apdu *a, uint8_t *ret, size_t *n)
{
	uint32_t at = 0, head = a->ins == 0xb1 ? 4 : 0;
	uint16_t sw = aim(a, &at);

	*n = 0;
	if (sw != 0x9000)
		return sw;
	size_t size = card->sizes[card->current] + card->behind;
	if (at >= size || (card->stops && at >= size / 2))
		return 0x6b00;
	sw = judge_size(a->le - (head ? (a->le < 0x80    ? 2
					 : a->le < 0x100 ? 3
							 : 4)
				      : 0),
			size - at, n);
	const uint8_t *from = card->files[card->current] + at;
	if (head && *n > 0) {
		uint8_t h[] = { 0x53, 0x82, (uint8_t)(*n >> 8), (uint8_t)*n };
		size_t h_len = *n < 0x80 ? 2 : *n < 0x100 ? 3 : 4;

		if (h_len < 4)
			memcpy(h + 1, (uint8_t[]){ h_len == 3 ? 0x81 : (uint8_t)*n, (uint8_t)*n },
			       2);
		memcpy(ret, h, h_len);
		memcpy(ret + h_len, from, *n);
		*n += h_len;
		return sw;
	}
	memcpy(ret, from, *n);
	if (card->lies)
		(*n)++;
	return sw;
}

enum err __wrap_session_send(struct session *s, const struct apdu *a, uint8_t *ret, size_t cap,
			     size_t *ret_len, uint16_t *ret_sw);

enum err __wrap_session_send(struct session *s, const struct apdu *a, uint8_t *ret, size_t cap,
			     size_t *ret_len, uint16_t *ret_sw)
{
	(void)s;
	size_t n = 0;

	if (card->lost_after && card->trips >= card->lost_after)
		return ERR_NO_CARD;
	if (a->le > cap)
		abort();
	if (card->denied)
		*ret_sw = 0x6982;
	else
		*ret_sw = a->ins == 0xa4 ? choose(a, &card->current) : read_binary(a, ret, &n);
	count(a, n);
	if (card->kills_from && a->le >= card->kills_from)
		return ERR_FORGED;
	if (card->mute_from && a->le >= card->mute_from)
		return ERR_CARD_MUTE;
	*ret_len = n;
	return ERR_OK;
}

static enum err nothing(void *data, const uint8_t *command, size_t len, uint8_t *ret, size_t cap,
			size_t *ret_len)
{
	(void)data, (void)command, (void)len, (void)ret, (void)cap, (void)ret_len;
	return ERR_GONE;
}

struct desk {
	struct line line;
	struct session session;
	struct file_way way;
	struct file files[FILES];
};

static void open_desk(struct desk *d, uint32_t max_answer, uint32_t block)
{
	*d = (struct desk){ .line.exchange = nothing, .way.block = block };
	d->line.max_answer = max_answer;
	d->session = (struct session){ .line = &d->line, .secure = true, .sm.cipher = SM_AES128 };
	for (int i = 0; i < FILES; i++)
		d->files[i].id = IDS[i];
}

static enum err read_all(struct desk *d)
{
	for (int i = 0; i < FILES; i++) {
		enum err e = file_read(&d->session, &d->way, &d->files[i]);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static bool all_right(const struct desk *d)
{
	for (int i = 0; i < FILES; i++) {
		struct span s = file_span(&d->files[i]);

		if (s.len != card->sizes[i] || memcmp(s.at, card->files[i], s.len) != 0)
			return false;
	}
	return true;
}

static void close_desk(struct desk *d)
{
	for (int i = 0; i < FILES; i++)
		file_finish(&d->files[i]);
}

static double overhead(const struct card *c)
{
	return ((double)c->out + c->in - MODEL_BYTES) * 100 / MODEL_BYTES;
}

/* One row: reads everything, twice: as an unknown card, then with what was learned. */
static void row(const char *what, struct card habits, uint32_t max_answer, uint32_t most_trips)
{
	struct card c = habits, again = habits;
	struct desk d;

	fill(&c);
	open_desk(&d, max_answer, 0);
	enum err e = read_all(&d);
	bool good = e == ERR_OK && all_right(&d);
	uint32_t block = d.way.block;
	close_desk(&d);
	empty(&c);

	fill(&again);
	open_desk(&d, max_answer, block);
	good = good && read_all(&d) == ERR_OK && all_right(&d);
	close_desk(&d);
	empty(&again);
	printf("# %-44s %5u | %3u %5u %5u %5.1f %% | %3u %5u %5u %5.1f %%\n", what, block, c.trips,
	       c.out, c.in, overhead(&c), again.trips, again.out, again.in, overhead(&again));
	ok(good);
	ok(c.trips <= most_trips);
	ok(again.trips <= c.trips);
}

/* Beside the model's figures (identity cards of 20,176 bytes under AES), in trips: blocks of 112
 * 190; 160 136; 223 with SELECT and header 101; 223 93; 486 44; 1000 23; 4000 8; whole files 4. */
static void table(void)
{
	puts("# card and reader                                block | unknown: trips, out, in    "
	     "   | known");
	row("whole files", (struct card){ 0 }, 65538, 4);
	row("reader of 4096", (struct card){ 0 }, 4098, 8);
	row("reader of 1034", (struct card){ 0 }, 1034, 24);
	row("reader of 522", (struct card){ 0 }, 522, 44);
	row("short reader", (struct card){ 0 }, 258, 93);
	row("short card", (struct card){ .most = 223 }, 65538, 101);
	row("short card, wants SELECT", (struct card){ .most = 223, .no_sfi = 0x6a86 }, 65538, 101);
	row("the same, says so unclearly", (struct card){ .most = 223, .no_sfi = 0x6b00 }, 65538,
	    101);
	row("wants SELECT", (struct card){ .no_sfi = 0x6a82 }, 65538, 9);
	row("card takes 4000", (struct card){ .most = 4096 }, 65538, 14);
	row("card takes 1000", (struct card){ .most = 1024 }, 65538, 32);
	row("card takes 160", (struct card){ .most = 160 }, 65538, 141);
	row("card takes 112", (struct card){ .most = 128 }, 65538, 196);
	row("cuts at 2048", (struct card){ .cut = 2048 }, 65538, 13);
	row("cuts at 100", (struct card){ .cut = 100 }, 65538, 206);
	row("nothing for a large Le", (struct card){ .empty_from = 8192 }, 65538, 14);
	row("6B00 beyond the end", (struct card){ .past_end = 0x6b00 }, 65538, 9);
	row("6700 beyond the end, short reader", (struct card){ .past_end = 0x6700 }, 258, 101);
	row("6Cxx beyond the end", (struct card){ .past_end = 0x6700, .exact = true }, 65538, 14);
	row("6Cxx for more than 128", (struct card){ .most = 128, .exact = true }, 65538, 170);
	row("more in the file than in the object", (struct card){ .behind = 900 }, 65538, 4);
}

/* The aims: overhead, and trips against the least that this reader allows. */
static void aims(void)
{
	struct card c = { 0 };
	struct desk d;

	fill(&c);
	open_desk(&d, 65538, 0);
	eq_int(read_all(&d), ERR_OK);
	eq_int(c.trips, 4);
	ok(overhead(&c) <= 6);
	close_desk(&d);
	empty(&c);
}

static void long_files(void)
{
	struct card c = { .sizes = { 95, 40000, 2300, 100000 } };
	struct desk d;

	for (uint32_t reader = 258; reader <= 65538; reader += 65280) {
		fill(&c);
		open_desk(&d, reader, 0);
		eq_int(read_all(&d), ERR_OK);
		ok(all_right(&d));
		close_desk(&d);
		empty(&c);
	}
	c = (struct card){ .sizes = { 95, 70000 }, .no_odd = true };
	fill(&c);
	open_desk(&d, 65538, 0);
	eq_int(read_all(&d), ERR_BAD_DATA);
	close_desk(&d);
	empty(&c);
}

static void refusals(void)
{
	static const struct {
		struct card habits;
		enum err want;
	} ROWS[] = { { { .missing = FILE_DG1 }, ERR_NOT_FOUND },
		     { { .missing = FILE_DG1, .no_sfi = 0x6d00 }, ERR_NOT_FOUND },
		     { { .denied = true }, ERR_DENIED },
		     { { .sizes = { 600 }, .lies = true }, ERR_BAD_DATA },
		     { { .stops = true, .cut = 40 }, ERR_BAD_DATA },
		     { { .most = 8 }, ERR_BAD_DATA },
		     { { .sizes = { 131073 } }, ERR_BAD_DATA },
		     { { .sizes = { 120000 }, .cut = 2 }, ERR_BAD_DATA } };

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		struct card c = ROWS[i].habits;
		struct desk d;

		fill(&c);
		open_desk(&d, ROWS[i].habits.lies ? 258 : 65538, 0);
		eq_int(file_read(&d.session, &d.way, &d.files[0]), ROWS[i].want);
		eq_int(file_span(&d.files[0]).len, 0);
		ok(c.trips <= FILE_MAX_TRIPS);
		close_desk(&d);
		empty(&c);
	}
}

static void count_progress(void *data, const struct file *f)
{
	unsigned *seen = data;

	*seen = *seen * 1000 + file_percent(f);
}

/* Kept from a session that ended in the middle, and read on in another one. */
static void goes_on(bool no_sfi, uint32_t want_trips)
{
	struct card c = { .cut = 6000,
			  .lost_after = no_sfi ? 4 : 2,
			  .no_sfi = no_sfi ? 0x6a86 : 0 };
	struct desk d, later;
	unsigned seen = 0;

	fill(&c);
	open_desk(&d, 65538, 0);
	eq_int(file_read(&d.session, &d.way, &d.files[3]), ERR_NO_CARD);
	eq_int(d.files[3].have, 12000);
	ok(file_span(&d.files[3]).len == 0);
	open_desk(&later, 65538, d.way.block);
	eq_int(file_restore(&later.files[3], d.files[3].bytes, d.files[3].have), ERR_OK);
	c.trips = c.lost_after = 0;
	c.current = -1;
	later.way.sfi_refused = no_sfi;
	later.way.progress = count_progress;
	later.way.progress_data = &seen;
	eq_int(file_read(&later.session, &later.way, &later.files[3]), ERR_OK);
	eq_int(c.trips, want_trips);
	struct span s = file_span(&later.files[3]);
	ok(s.len == SIZES[3] && memcmp(s.at, c.files[3], s.len) == 0);
	eq_int(seen % 1000, 100);
	close_desk(&d);
	close_desk(&later);
	empty(&c);
}

/* Another card was laid down: what was kept is not its file's beginning. */
static void another_card(void)
{
	struct card c = { .behind = 1 };
	struct desk d;
	uint8_t kept[5000] = { 0x75, 0x82, 0x40, 0x00 };

	fill(&c);
	open_desk(&d, 65538, 0);
	eq_int(file_restore(&d.files[3], kept, sizeof kept), ERR_OK);
	eq_int(file_percent(&d.files[3]), 30);
	eq_int(file_read(&d.session, &d.way, &d.files[3]), ERR_OK);
	struct span s = file_span(&d.files[3]);
	ok(s.len == SIZES[3] && memcmp(s.at, c.files[3], s.len) == 0);
	eq_int(file_restore(&d.files[0], c.files[0], 96), ERR_BAD_DATA);
	eq_int(d.files[0].have, 0);
	close_desk(&d);
	empty(&c);
}

/* A card that ends secure messaging, or goes mute, when too much is asked: each new session asks
 * less, until one succeeds. */
static void learns_over_sessions(struct card habits, enum err want, uint32_t most_sessions)
{
	struct card c = habits;
	struct desk d;
	uint32_t sessions = 0;
	enum err e;

	fill(&c);
	open_desk(&d, 65538, 0);
	do {
		e = read_all(&d);
		if (e != ERR_OK) {
			eq_int(e, want);
			ok(d.way.size_suspected);
		}
		c.current = -1;
		d.way = (struct file_way){ .block = d.way.block,
					   .size_suspected = d.way.size_suspected };
	} while (e != ERR_OK && d.way.size_suspected && ++sessions < 20);
	eq_int(e, ERR_OK);
	ok(!d.way.size_suspected && all_right(&d));
	ok(sessions <= most_sessions);
	printf("# block %u after %u sessions lost\n", d.way.block, sessions);
	close_desk(&d);
	empty(&c);
}

static void not_for_the_size(void)
{
	struct card c = { .kills_from = 90 };
	struct desk d;

	fill(&c);
	open_desk(&d, 258, 0);
	eq_int(file_read(&d.session, &d.way, &d.files[0]), ERR_FORGED);
	ok(!d.way.size_suspected);
	close_desk(&d);
	empty(&c);
}

int main(void)
{
	table();
	aims();
	long_files();
	refusals();
	goes_on(false, 2);
	goes_on(true, 2);
	another_card();
	learns_over_sessions((struct card){ .kills_from = 300 }, ERR_FORGED, 2);
	learns_over_sessions((struct card){ .kills_from = 5000 }, ERR_FORGED, 1);
	learns_over_sessions((struct card){ .mute_from = 5000 }, ERR_CARD_MUTE, 2);
	learns_over_sessions((struct card){ .mute_from = 300 }, ERR_CARD_MUTE, 4);
	not_for_the_size();
	return tap_done();
}
