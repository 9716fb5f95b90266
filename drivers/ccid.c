#include "drivers/ccid_own.h"

#include <string.h>

enum err ccid_reader_of(const uint8_t *bytes, size_t len, struct ccid_reader *ret)
{
	struct reader r = reader_of(bytes, len);
	struct ccid_reader c = { 0 };

	if (len != CCID_DESCRIPTOR || bytes[0] != CCID_DESCRIPTOR)
		return ERR_BAD_DATA;
	get_bytes(&r, 4);
	c.slots = get_u8(&r);
	c.voltages = get_u8(&r) & 7;
	c.protocols = get_u32le(&r);
	c.clock_khz = get_u32le(&r);
	get_bytes(&r, 9); /* maximum clock, their number, default rate */
	c.max_rate = get_u32le(&r);
	get_u8(&r);
	c.max_ifsd = get_u32le(&r);
	get_bytes(&r, 8); /* synchronous protocols, mechanics */
	c.features = get_u32le(&r);
	c.max_message = get_u32le(&r);
	if (r.bad || c.max_message < CCID_HEAD + 8)
		return ERR_BAD_DATA;
	if (c.max_message > CCID_MAX_MESSAGE)
		c.max_message = CCID_MAX_MESSAGE;
	c.slots = c.slots < 255 ? c.slots + 1 : 255;
	c.picks_voltage = c.features & (CCID_AUTO_ACTIVATION | CCID_AUTO_VOLTAGE);
	c.level = c.features & 0x40000   ? CCID_EXTENDED_APDU
		  : c.features & 0x20000 ? CCID_SHORT_APDU
		  : c.features & 0x10000 ? CCID_TPDU
					 : CCID_CHARACTER;
	*ret = c;
	return ERR_OK;
}

const char *ccid_level_name(enum ccid_level level)
{
	static const char *const NAMES[] = { "short APDU", "extended APDU", "TPDU", "character" };

	return level <= CCID_CHARACTER ? NAMES[level] : "?";
}

void ccid_message(struct ccid_exchange *x, uint8_t type, uint8_t param, uint16_t level)
{
	uint8_t head[CCID_HEAD] = {
		type,        [5] = x->slot,        [6] = ++x->seq,
		[7] = param, [8] = (uint8_t)level, [9] = (uint8_t)(level >> 8)
	};

	memcpy(x->out, head, sizeof head);
	x->out_len = CCID_HEAD;
	x->in_len = 0;
	x->patience = 0;
	x->strays = 0;
	x->want = CCID_HEAD;
}

void ccid_add(struct ccid_exchange *x, const uint8_t *bytes, size_t len)
{
	if (len > 0)
		memcpy(x->out + CCID_HEAD, bytes, len);
	x->out_len = CCID_HEAD + len;
	for (int i = 0; i < 4; i++)
		x->out[1 + i] = (uint8_t)(len >> (8 * i));
}

void ccid_begin(struct ccid_exchange *x, enum ccid_task task, uint8_t awaited)
{
	x->awaited = awaited;
	x->task = task;
	x->answer_len = 0;
	x->card = CCID_UNKNOWN;
	x->why = ERR_OK;
}

static void plain(struct ccid_exchange *x, uint8_t type, uint8_t param, uint8_t awaited)
{
	ccid_begin(x, CCID_PLAIN, awaited);
	ccid_message(x, type, param, 0);
}

void ccid_ask_slot(struct ccid_exchange *x)
{
	plain(x, PC_GET_SLOT, 0, RDR_SLOT_STATUS);
}

void ccid_ask_parameters(struct ccid_exchange *x)
{
	plain(x, PC_GET_PARAMETERS, 0, RDR_PARAMETERS);
}

void ccid_power_on(struct ccid_exchange *x, uint8_t voltage)
{
	plain(x, PC_POWER_ON, voltage, RDR_DATA_BLOCK);
}

void ccid_power_off(struct ccid_exchange *x)
{
	plain(x, PC_POWER_OFF, 0, RDR_SLOT_STATUS);
}

void ccid_abort(struct ccid_exchange *x)
{
	x->seq--; /* with the number of the command that it ends */
	plain(x, PC_ABORT, 0, RDR_SLOT_STATUS);
}

bool ccid_append(struct ccid_exchange *x, const uint8_t *bytes, size_t len)
{
	if (len > sizeof x->answer - x->answer_len)
		return false;
	if (len > 0)
		memcpy(x->answer + x->answer_len, bytes, len);
	x->answer_len += len;
	return true;
}

enum ccid_next ccid_fail(struct ccid_exchange *x, enum err why)
{
	x->why = why;
	return CCID_FAILED;
}

enum ccid_next ccid_send_block(struct ccid_exchange *x, const uint8_t *block, size_t len,
			       uint8_t wait)
{
	x->awaited = RDR_DATA_BLOCK;
	ccid_message(x, PC_XFR_BLOCK, wait, 0);
	ccid_add(x, block, len);
	x->patience = wait;
	return CCID_SEND;
}

/* bError of a failed command, table 6.2-2 */
static enum err why_of(uint8_t error, enum ccid_card card)
{
	if (card == CCID_ABSENT)
		return ERR_NO_CARD;
	switch (error) {
	case 0xfb: /* hardware */
		return ERR_BROKEN;
	case 0xe0: /* slot busy */
		return ERR_BUSY;
	default: /* FE silent, FD parity, FC overrun, F3..F8 ATR and protocol, makers' own */
		return error >= 0x80 ? ERR_CARD_MUTE : ERR_BAD_DATA;
	}
}

static enum ccid_next failed(struct ccid_exchange *x, uint8_t error)
{
	enum err why = why_of(error, x->card);

	x->error = error;
	if (x->card != CCID_ACTIVE || why == ERR_BROKEN || x->task == CCID_PLAIN)
		return ccid_fail(x, why);
	return x->task == CCID_APDU ? ccid_apdu_lost(x, error, why) : ccid_agree_lost(x, error);
}

/* Something that is not the answer: what a command before left in the pipe. */
static enum ccid_next pass_over(struct ccid_exchange *x)
{
	x->in_len = 0;
	x->want = CCID_HEAD;
	if (++x->strays > CCID_MAX_STRAYS)
		return ccid_fail(x, ERR_BAD_DATA);
	return CCID_READ;
}

static enum ccid_next take_answer(struct ccid_exchange *x, uint8_t last, struct reader *data)
{
	if (x->task == CCID_APDU)
		return ccid_apdu_took(x, last, data);
	if (x->task == CCID_AGREE)
		return ccid_agree_took(x, last, data);
	if (x->awaited == RDR_SLOT_STATUS)
		return CCID_DONE;
	return ccid_append(x, data->at, data->left) ? CCID_DONE : ccid_fail(x, ERR_BAD_DATA);
}

static enum ccid_next take_message(struct ccid_exchange *x)
{
	struct reader r = reader_of(x->in, x->in_len);
	uint8_t type = get_u8(&r);
	uint32_t len = get_u32le(&r);
	uint8_t slot = get_u8(&r), seq = get_u8(&r), status = get_u8(&r);
	uint8_t error = get_u8(&r), last = get_u8(&r);
	struct reader data = get_part(&r, len);

	if (r.bad || seq != x->seq || slot != x->slot)
		return pass_over(x);
	x->card = (enum ccid_card)(status & 3);
	switch (status >> 6) {
	case 0:
		if (type != x->awaited)
			return pass_over(x); /* what an abort came too late for */
		return take_answer(x, last, &data);
	case 2:
		x->in_len = 0;
		x->want = CCID_HEAD;
		x->patience = error ? error : 1;
		return CCID_READ;
	default:
		return failed(x, error);
	}
}

enum ccid_next ccid_take(struct ccid_exchange *x, const uint8_t *bytes, size_t len)
{
	x->patience = 0;
	if (len == 0) /* the empty packet after a message that filled its last one */
		return pass_over(x);
	if (len > sizeof x->in - x->in_len)
		return ccid_fail(x, ERR_BAD_DATA);
	memcpy(x->in + x->in_len, bytes, len);
	x->in_len += len;
	if (x->in_len < CCID_HEAD)
		return pass_over(x);
	struct reader r = reader_of(x->in + 1, 4);
	size_t whole = CCID_HEAD + (size_t)get_u32le(&r);
	if (whole > x->reader.max_message && whole > CCID_HEAD + ATR_MAX)
		return ccid_fail(x, ERR_BAD_DATA);
	if (x->in_len < whole) {
		x->want = whole - x->in_len;
		return CCID_READ;
	}
	return take_message(x);
}

void ccid_wipe(struct ccid_exchange *x)
{
	explicit_bzero(x->command, sizeof x->command);
	explicit_bzero(x->answer, sizeof x->answer);
	explicit_bzero(x->out, sizeof x->out);
	explicit_bzero(x->in, sizeof x->in);
	explicit_bzero(x->t0.out, sizeof x->t0.out);
	explicit_bzero(x->t1.out, sizeof x->t1.out);
	explicit_bzero(x->t1.kept, sizeof x->t1.kept);
	x->command_len = x->answer_len = x->out_len = x->in_len = 0;
}

bool ccid_event(const uint8_t *bytes, size_t len, uint8_t slot, bool *ret_absent)
{
	struct reader r = reader_of(bytes, len);
	uint8_t type = get_u8(&r);
	const uint8_t *states = get_bytes(&r, 1 + slot / 4u);

	if (type == RDR_NOTIFY && states)
		*ret_absent = !(states[slot / 4] >> 2 * (slot % 4) & 1);
	return (type == RDR_NOTIFY && len > 1) || (type == RDR_HARDWARE && len > 1);
}
