#include "tests/usim/t1end.h"

#include <string.h>

#define S_REQUEST_IFS   0xC1
#define S_REQUEST_ABORT 0xC2
#define S_REQUEST_WTX   0xC3
#define S_ANSWER        0x20

void t1end_reset(struct t1end *e, bool crc)
{
	struct t1end_faults faults = e->faults;

	*e = (struct t1end){ .crc = crc, .ifsd = 32, .faults = faults };
}

static bool strikes(unsigned *countdown)
{
	return *countdown && --*countdown == 0;
}

static size_t tail_of(const struct t1end *e, const uint8_t *block, size_t len, uint8_t *ret)
{
	uint16_t sum = 0xFFFF;
	uint8_t x = 0;

	for (size_t i = 0; i < len; i++) {
		x ^= block[i];
		sum ^= block[i];
		for (int bit = 8; bit; bit--)
			sum = (uint16_t)(sum >> 1 ^ (sum & 1 ? 0x8408 : 0));
	}
	ret[0] = e->crc ? (uint8_t)(sum >> 8) : x;
	ret[1] = (uint8_t)sum;
	return e->crc ? 2 : 1;
}

static bool intact(const struct t1end *e, const uint8_t *block, size_t len)
{
	size_t tail = e->crc ? 2 : 1;
	uint8_t want[2];

	if (len < 3 + tail || len != 3u + block[2] + tail)
		return false;
	tail_of(e, block, len - tail, want);
	return memcmp(want, block + len - tail, tail) == 0;
}

/* Makes it the last block. */
static void make(struct t1end *e, unsigned pcb, const uint8_t *data, size_t len)
{
	e->last[0] = 0;
	e->last[1] = (uint8_t)pcb;
	e->last[2] = (uint8_t)len;
	if (len)
		memcpy(e->last + 3, data, len);
	e->last_len = 3 + len + tail_of(e, e->last, 3 + len, e->last + 3 + len);
}

/* Wants theirs again; its own last block stays what it is. */
static bool complain(struct t1end *e, unsigned error)
{
	e->complaint[0] = e->complaint[2] = 0;
	e->complaint[1] = (uint8_t)(0x80u | (unsigned)e->nr << 4 | error);
	e->complaint_len = 3 + tail_of(e, e->complaint, 3, e->complaint + 3);
	return true;
}

static void make_answer_piece(struct t1end *e)
{
	size_t left = e->answer_len - e->at;

	e->piece = left < e->ifsd ? left : e->ifsd;
	make(e, (unsigned)e->ns << 6 | (e->piece < left ? 0x20 : 0), e->answer + e->at, e->piece);
}

static void ask(struct t1end *e, unsigned pcb, uint8_t value, size_t len)
{
	e->asked = (uint8_t)pcb;
	e->value = value;
	make(e, pcb, &value, len);
}

/* The whole command is here: first what the card wants itself, then its answer. */
static bool go_on(struct t1end *e, struct card *card)
{
	if (e->faults.ifs) {
		ask(e, S_REQUEST_IFS, (uint8_t)e->faults.ifs, 1);
		e->faults.ifs = 0;
		return true;
	}
	if (e->faults.wtx) {
		e->faults.wtx--;
		ask(e, S_REQUEST_WTX, 3, 1);
		return true;
	}
	e->at = 0;
	e->ran = true;
	e->answer_len = card->apdu(card->self, e->command, e->command_len, e->answer);
	e->command_len = 0;
	if (e->answer_len)
		make_answer_piece(e);
	return e->answer_len > 0;
}

static bool hear_i(struct t1end *e, struct card *card, const uint8_t *block)
{
	size_t len = block[2];
	bool more = block[1] & 0x20;

	if ((block[1] >> 6 & 1) != e->nr || len > sizeof e->command - e->command_len)
		return complain(e, 2);
	if (e->answer_len) { /* our last block was heard */
		e->ns ^= 1;
		e->answer_len = 0;
	}
	e->nr ^= 1;
	memcpy(e->command + e->command_len, block + 3, len);
	e->command_len += len;
	if (!more)
		return go_on(e, card);
	if (e->faults.abort) {
		e->faults.abort = false;
		e->command_len = 0;
		ask(e, S_REQUEST_ABORT, 0, 0);
	} else {
		make(e, 0x80u | (unsigned)e->nr << 4, NULL, 0);
	}
	return true;
}

/* The next piece, or what was sent last again. */
static bool hear_r(struct t1end *e, const uint8_t *block)
{
	bool ours_was_i = e->last_len && !(e->last[1] & 0x80);
	bool heard = ours_was_i && (block[1] >> 4 & 1) != e->ns;

	if (!e->last_len || (heard && e->at + e->piece >= e->answer_len))
		return complain(e, 2); /* it is their turn, and nothing came */
	if (heard) {
		e->ns ^= 1;
		e->at += e->piece;
		make_answer_piece(e);
	}
	return true;
}

static bool hear_s(struct t1end *e, struct card *card, const uint8_t *block)
{
	uint8_t pcb = block[1];

	if (pcb == 0xC0) { /* RESYNCH */
		struct t1end_faults faults = e->faults;

		t1end_reset(e, e->crc);
		e->faults = faults;
		e->faults.deaf = false;
		make(e, 0xE0, NULL, 0);
		return true;
	}
	if (pcb == S_REQUEST_IFS && block[2] == 1) {
		e->ifsd = block[3];
		make(e, pcb | S_ANSWER, block + 3, 1);
		return !e->faults.no_ifsd;
	}
	if (!e->asked || pcb != (e->asked | S_ANSWER) || (block[2] && block[3] != e->value))
		return true; /* the request again */
	bool aborted = e->asked == S_REQUEST_ABORT;
	e->asked = 0;
	if (!aborted)
		return go_on(e, card);
	make(e, 0x80u | (unsigned)e->nr << 4, NULL, 0);
	return true;
}

static bool hear(struct t1end *e, struct card *card, const uint8_t *block, size_t len)
{
	bool resynch = len > 1 && block[1] == 0xC0;

	if (strikes(&e->faults.miss) || (e->faults.deaf && !resynch))
		return false;
	if (strikes(&e->faults.hear_wrong) || !intact(e, block, len))
		return complain(e, 1);
	if (!(block[1] & 0x80))
		return hear_i(e, card, block);
	if (block[1] & 0x40)
		return hear_s(e, card, block);
	return hear_r(e, block);
}

size_t t1end_block(struct t1end *e, struct card *card, const uint8_t *block, size_t len,
		   uint8_t ret[T1END_MAX_BLOCK])
{
	e->ran = false;
	e->complaint_len = 0;
	if (!hear(e, card, block, len) || strikes(&e->faults.lose))
		return 0;
	size_t n = e->complaint_len ? e->complaint_len : e->last_len;
	memcpy(ret, e->complaint_len ? e->complaint : e->last, n);
	if (strikes(&e->faults.bad_check))
		ret[n - 1] ^= 0x55;
	return n;
}
