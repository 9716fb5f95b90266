#include "drivers/t1.h"

#include <string.h>

enum {
	PCB_MORE = 0x20,
	PCB_R = 0x80,
	PCB_S = 0xc0,
	PCB_RESPONSE = 0x20, /* of S */
	S_RESYNCH = 0,
	S_IFS = 1,
	S_ABORT = 2,
	S_WTX = 3,
	R_GOOD = 0,
	R_CHECK = 1, /* wrong parity or check bytes */
	R_OTHER = 2,
};

/* The polynomial of ISO/IEC 13239, reflected and preset with ones, high byte first and not
 * inverted: as the stack most in use (libccid) has it, against which such cards are tested. */
static uint16_t crc_of(const uint8_t *bytes, size_t len)
{
	uint16_t crc = 0xffff;

	for (size_t i = 0; i < len; i++) {
		crc ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			crc = (uint16_t)(crc & 1 ? crc >> 1 ^ 0x8408 : crc >> 1);
	}
	return crc;
}

static size_t check_len(const struct t1 *t)
{
	return t->crc ? 2 : 1;
}

static void put_check(const struct t1 *t, const uint8_t *block, size_t len, uint8_t ret[2])
{
	uint16_t crc = t->crc ? crc_of(block, len) : 0;

	ret[0] = (uint8_t)(crc >> 8);
	ret[1] = (uint8_t)crc;
	for (size_t i = 0; !t->crc && i < len; i++)
		ret[0] ^= block[i];
}

static enum t1_next put(struct t1 *t, uint8_t pcb, const uint8_t *inf, size_t len)
{
	uint8_t head[T1_HEAD] = { 0, pcb, (uint8_t)len };

	memcpy(t->out, head, sizeof head);
	if (len > 0)
		memcpy(t->out + T1_HEAD, inf, len);
	put_check(t, t->out, T1_HEAD + len, t->out + T1_HEAD + len);
	t->out_len = T1_HEAD + len + check_len(t);
	return T1_SEND;
}

static enum t1_next keep(struct t1 *t)
{
	memcpy(t->kept, t->out, t->out_len);
	t->kept_len = t->out_len;
	return T1_SEND;
}

static enum t1_next repeat(struct t1 *t)
{
	memcpy(t->out, t->kept, t->kept_len);
	t->out_len = t->kept_len;
	return T1_SEND;
}

static enum t1_next put_i(struct t1 *t)
{
	size_t left = t->len - t->sent, room = t->most - T1_HEAD - check_len(t);
	size_t n = left < t->ifsc ? left : t->ifsc;

	t->piece = n < room ? n : room;
	uint8_t more = t->piece < left ? PCB_MORE : 0;
	put(t, (uint8_t)(t->ns << 6 | more), t->command + t->sent, t->piece);
	return keep(t);
}

static void put_r(struct t1 *t, uint8_t error)
{
	put(t, (uint8_t)(PCB_R | t->nr << 4 | error), NULL, 0);
}

static enum t1_next put_s(struct t1 *t, uint8_t what, const uint8_t *inf, size_t len)
{
	put(t, (uint8_t)(PCB_S | what), inf, len);
	return keep(t);
}

void t1_init(struct t1 *t, uint8_t ifsc, bool crc, size_t most)
{
	*t = (struct t1){ .ifsc = ifsc, .ifsd = T1_FIRST_IFSD, .crc = crc, .most = most };
	if (t->most > T1_MAX_BLOCK)
		t->most = T1_MAX_BLOCK;
}

static void begin(struct t1 *t, enum t1_state state)
{
	t->state = state;
	t->tries = t->waits = t->wait = 0;
	t->answering = t->aborted = t->unheard = t->again = false;
	t->part = NULL;
	t->part_len = 0;
}

enum t1_next t1_size(struct t1 *t, uint8_t ifsd)
{
	begin(t, T1_SIZE);
	t->asked = ifsd;
	return put_s(t, S_IFS, &t->asked, 1);
}

enum t1_next t1_send(struct t1 *t, const uint8_t *command, size_t len)
{
	begin(t, T1_EXCHANGE);
	t->command = command;
	t->len = len;
	t->sent = 0;
	return put_i(t);
}

static enum t1_next failed(struct t1 *t)
{
	t->state = T1_IDLE;
	return T1_FAILED;
}

/* All of the command but what is out now was acknowledged: the card may have the whole. */
static bool last_is_out(const struct t1 *t)
{
	return t->sent + t->piece == t->len;
}

static enum t1_next resynch(struct t1 *t)
{
	bool may_have_run = last_is_out(t) && !t->unheard;

	if (t->state != T1_EXCHANGE || t->again || t->answering || t->aborted || may_have_run)
		return failed(t);
	t->again = true;
	t->tries = 0;
	t->state = T1_RESYNCH;
	return put_s(t, S_RESYNCH, NULL, 0);
}

/* Rules 7.1 and 7.4: complain, or repeat a request of our own; then begin anew, or give up. */
static enum t1_next complain(struct t1 *t, uint8_t error)
{
	if (t->state == T1_IDLE || (t->state == T1_SIZE && t->tries > 0))
		return failed(t);
	if (++t->tries > T1_TRIES)
		return resynch(t);
	if (t->state != T1_EXCHANGE)
		return repeat(t);
	put_r(t, error);
	return T1_SEND;
}

enum t1_next t1_lost(struct t1 *t, bool parity)
{
	t->part = NULL;
	t->part_len = 0;
	t->wait = 0;
	return complain(t, parity ? R_CHECK : R_OTHER);
}

/* The card has not heard what is out now: it repeats something older. */
static enum t1_next once_more(struct t1 *t)
{
	t->unheard = true;
	return ++t->tries > T1_TRIES ? resynch(t) : repeat(t);
}

static enum t1_next take_i(struct t1 *t, uint8_t pcb, const uint8_t *inf, size_t len)
{
	bool expected = last_is_out(t) || t->answering || t->aborted;

	bool old = (pcb >> 6 & 1) != t->nr;

	if (t->state == T1_EXCHANGE && old && !t->answering)
		return once_more(t);
	if (t->state != T1_EXCHANGE || old || !expected)
		return complain(t, R_OTHER);
	if (len == 0 && pcb & PCB_MORE)
		return failed(t); /* it would go on for ever */
	if (!t->answering)
		t->ns ^= 1;
	t->answering = true;
	t->nr ^= 1;
	t->tries = 0;
	t->part = inf;
	t->part_len = len;
	if (pcb & PCB_MORE) {
		put_r(t, R_GOOD);
		return keep(t);
	}
	t->state = T1_IDLE;
	return T1_DONE;
}

static enum t1_next take_r(struct t1 *t, uint8_t pcb)
{
	bool wants_same = (pcb >> 4 & 1) == t->ns;
	bool ours_is_i = !(t->kept[1] & 0x80);

	if (t->state != T1_EXCHANGE || t->answering)
		return ++t->tries > T1_TRIES ? resynch(t) : repeat(t);
	if (t->aborted)
		return failed(t); /* it gives us the word back, and has no answer */
	if (!wants_same && !last_is_out(t)) {
		t->ns ^= 1;
		t->sent += t->piece;
		t->tries = 0;
		t->unheard = false;
		return put_i(t);
	}
	t->unheard = wants_same && ours_is_i;
	if (++t->tries > T1_TRIES)
		return resynch(t);
	if (wants_same)
		return repeat(t);
	put_r(t, R_OTHER);
	return T1_SEND;
}

static enum t1_next answer_s(struct t1 *t, uint8_t what, const uint8_t *inf, size_t len)
{
	bool one = len == 1;

	if (t->state != T1_EXCHANGE || ++t->waits > T1_MAX_WAITS)
		return failed(t);
	if (what == S_WTX && one)
		t->wait = inf[0] ? inf[0] : 1;
	else if (what == S_IFS && one && inf[0] >= 1 && inf[0] <= T1_MAX_INF)
		t->ifsc = inf[0];
	else if (what == S_ABORT && len == 0)
		t->aborted = true;
	else
		return complain(t, R_OTHER);
	return put_s(t, what | PCB_RESPONSE, inf, len);
}

static enum t1_next take_s(struct t1 *t, uint8_t pcb, const uint8_t *inf, size_t len)
{
	uint8_t what = pcb & 0x1f;

	if (!(pcb & PCB_RESPONSE))
		return answer_s(t, what, inf, len);
	if (t->state == T1_SIZE && what == S_IFS && len == 1 && inf[0] == t->asked) {
		t->ifsd = t->asked;
		t->state = T1_IDLE;
		return T1_DONE;
	}
	if (t->state == T1_RESYNCH && what == S_RESYNCH && len == 0) {
		t->ns = t->nr = 0;
		t->sent = 0;
		t->tries = 0;
		t->unheard = false;
		t->state = T1_EXCHANGE;
		return put_i(t);
	}
	if (t->state == T1_EXCHANGE && !t->answering)
		return once_more(t);
	return complain(t, R_OTHER);
}

/* R_GOOD when the block is whole and its check bytes are right. */
static uint8_t fault_of(const struct t1 *t, const uint8_t *block, size_t len)
{
	uint8_t check[2];
	size_t checks = check_len(t);

	if (len < T1_HEAD + checks || len != T1_HEAD + block[2] + checks)
		return R_OTHER;
	put_check(t, block, len - checks, check);
	if (memcmp(check, block + len - checks, checks) != 0)
		return R_CHECK;
	/* longer than agreed is the card's fault, and harmless */
	return block[0] == 0 && block[2] <= T1_MAX_INF ? R_GOOD : R_OTHER;
}

enum t1_next t1_take(struct t1 *t, const uint8_t *block, size_t len)
{
	uint8_t fault = fault_of(t, block, len);

	t->part = NULL;
	t->part_len = 0;
	t->wait = 0;
	if (fault != R_GOOD)
		return complain(t, fault);
	uint8_t pcb = block[1];
	if (!(pcb & 0x80))
		return take_i(t, pcb, block + T1_HEAD, block[2]);
	if (pcb & 0x40)
		return take_s(t, pcb, block + T1_HEAD, block[2]);
	return block[2] == 0 ? take_r(t, pcb) : complain(t, R_OTHER);
}
