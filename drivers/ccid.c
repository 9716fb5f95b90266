#include "drivers/ccid.h"

#include "firmware/base/buf.h"

#include <string.h>

enum {
	PC_POWER_ON = 0x62,
	PC_POWER_OFF = 0x63,
	PC_GET_SLOT = 0x65,
	PC_XFR_BLOCK = 0x6f,
	PC_ABORT = 0x72,
	RDR_DATA_BLOCK = 0x80,
	RDR_SLOT_STATUS = 0x81,
	RDR_NOTIFY = 0x50,
	RDR_HARDWARE = 0x51,
};

/* wLevelParameter of XfrBlock and bChainParameter of its answer */
enum { CHAIN_WHOLE, CHAIN_BEGINS, CHAIN_ENDS, CHAIN_GOES_ON, CHAIN_EMPTY = 0x10 };

enum {
	FEATURE_AUTO_ACTIVATION = 0x04,
	FEATURE_AUTO_VOLTAGE = 0x08,
	FEATURE_SHORT = 0x20000,
	FEATURE_EXTENDED = 0x40000,
};

#define SHORT_MAX_COMMAND 261
#define SHORT_MAX_ANSWER  258

enum err ccid_reader_of(const uint8_t *bytes, size_t len, struct ccid_reader *ret)
{
	struct reader r = reader_of(bytes, len);

	if (len != CCID_DESCRIPTOR || bytes[0] != CCID_DESCRIPTOR)
		return ERR_BAD_DATA;
	get_bytes(&r, 5);
	uint8_t voltages = get_u8(&r);
	get_bytes(&r, 34);
	uint32_t features = get_u32le(&r);
	uint32_t max = get_u32le(&r);
	if (r.bad || max < CCID_HEAD + 8)
		return ERR_BAD_DATA;
	if (!(features & (FEATURE_SHORT | FEATURE_EXTENDED)))
		return ERR_BROKEN;
	*ret = (struct ccid_reader){
		.level = features & FEATURE_EXTENDED ? CCID_EXTENDED_APDU : CCID_SHORT_APDU,
		.max_message = max < CCID_MAX_MESSAGE ? max : CCID_MAX_MESSAGE,
		.picks_voltage = features & (FEATURE_AUTO_ACTIVATION | FEATURE_AUTO_VOLTAGE),
		.voltages = voltages & 7,
	};
	return ERR_OK;
}

uint32_t ccid_max_answer(const struct ccid_exchange *x)
{
	return x->reader.level == CCID_EXTENDED_APDU ? CCID_MAX_ANSWER : SHORT_MAX_ANSWER;
}

static void message(struct ccid_exchange *x, uint8_t type, uint8_t param, uint16_t level)
{
	uint8_t head[CCID_HEAD] = { type,
				    [5] = 0,
				    [6] = x->seq,
				    [7] = param,
				    [8] = (uint8_t)level,
				    [9] = (uint8_t)(level >> 8) };

	memcpy(x->out, head, sizeof head);
	x->out_len = CCID_HEAD;
	x->in_len = 0;
	x->patience = 0;
	x->want = CCID_HEAD;
}

static void add(struct ccid_exchange *x, const uint8_t *bytes, size_t len)
{
	memcpy(x->out + CCID_HEAD, bytes, len);
	x->out_len = CCID_HEAD + len;
	for (int i = 0; i < 4; i++)
		x->out[1 + i] = (uint8_t)(len >> (8 * i));
}

static void begin(struct ccid_exchange *x, uint8_t awaited)
{
	x->seq++;
	x->awaited = awaited;
	x->apdu = x->get_more = false;
	x->strays = 0;
	x->answer_len = 0;
	x->card = CCID_UNKNOWN;
	x->why = ERR_OK;
}

void ccid_ask_slot(struct ccid_exchange *x)
{
	begin(x, RDR_SLOT_STATUS);
	message(x, PC_GET_SLOT, 0, 0);
}

void ccid_power_on(struct ccid_exchange *x, uint8_t voltage)
{
	begin(x, RDR_DATA_BLOCK);
	message(x, PC_POWER_ON, voltage, 0);
}

void ccid_power_off(struct ccid_exchange *x)
{
	begin(x, RDR_SLOT_STATUS);
	message(x, PC_POWER_OFF, 0, 0);
}

void ccid_abort(struct ccid_exchange *x)
{
	uint8_t seq = x->seq;

	begin(x, RDR_SLOT_STATUS);
	x->seq = seq;
	message(x, PC_ABORT, 0, 0);
}

/* The next part of the command, as much as one message holds. */
static void send_part(struct ccid_exchange *x)
{
	size_t left = x->command_len - x->sent, most = x->reader.max_message - CCID_HEAD;
	size_t n = left < most ? left : most;
	bool first = x->sent == 0, last = n == left;
	uint16_t level = first  ? last ? CHAIN_WHOLE : CHAIN_BEGINS
			 : last ? CHAIN_ENDS
				: CHAIN_GOES_ON;

	if (!first)
		x->seq++;
	message(x, PC_XFR_BLOCK, 0, level);
	add(x, x->command + x->sent, n);
	x->sent += n;
}

/* At short level neither long commands nor the extended coding of lengths get through. */
static bool carries(const struct ccid_reader *r, const uint8_t *command, size_t len)
{
	if (r->level == CCID_EXTENDED_APDU)
		return len <= CCID_MAX_COMMAND;
	return len <= SHORT_MAX_COMMAND && len <= r->max_message - CCID_HEAD &&
	       (len <= 5 || command[4] != 0);
}

enum err ccid_apdu(struct ccid_exchange *x, const uint8_t *command, size_t len)
{
	if (len < 4)
		return ERR_BAD_DATA;
	if (!carries(&x->reader, command, len))
		return ERR_NO_SPACE;
	begin(x, RDR_DATA_BLOCK);
	x->apdu = true;
	memcpy(x->command, command, len);
	x->command_len = len;
	x->sent = 0;
	send_part(x);
	return ERR_OK;
}

static enum ccid_next fail(struct ccid_exchange *x, enum err why)
{
	x->why = why;
	return CCID_FAILED;
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
	case 0xfe: /* the card is silent: moved, too far away, or not ours */
	case 0xfd: /* parity */
	case 0xfc: /* overrun */
	case 0xf3:
	case 0xf4:
	case 0xf5:
	case 0xf6:
	case 0xf7:
	case 0xf8: /* ATR, protocol */
		return ERR_CARD_MUTE;
	default:
		return error >= 0x80 ? ERR_CARD_MUTE : ERR_BAD_DATA;
	}
}

static bool append(struct ccid_exchange *x, const uint8_t *bytes, size_t len)
{
	if (len > sizeof x->answer - x->answer_len)
		return false;
	if (len > 0)
		memcpy(x->answer + x->answer_len, bytes, len);
	x->answer_len += len;
	return true;
}

/* At short level the host fetches the rest of a long answer (ISO 7816-3 12.2): 61xx. */
static enum ccid_next more_of_short(struct ccid_exchange *x)
{
	const uint8_t *end = x->answer + x->answer_len;

	if (x->reader.level != CCID_SHORT_APDU || x->answer_len < 2 || end[-2] != 0x61)
		return CCID_DONE;
	uint8_t get[5] = { x->command[0] & 0x03, 0xc0, 0, 0, end[-1] };
	/* without data it would go round for ever */
	if (x->get_more && x->answer_len == 2)
		return fail(x, ERR_BAD_DATA);
	x->answer_len -= 2;
	x->get_more = true;
	memcpy(x->command, get, sizeof get);
	x->command_len = sizeof get;
	x->sent = 0;
	x->seq++;
	send_part(x);
	return CCID_SEND;
}

static enum ccid_next take_block(struct ccid_exchange *x, uint8_t chain, struct reader *data)
{
	if (!x->apdu)
		return append(x, data->at, data->left) ? CCID_DONE : fail(x, ERR_BAD_DATA);
	if (x->sent < x->command_len) {
		if (chain != CHAIN_EMPTY || data->left > 0)
			return fail(x, ERR_BAD_DATA);
		send_part(x);
		return CCID_SEND;
	}
	if (!append(x, data->at, data->left))
		return fail(x, ERR_BAD_DATA);
	if (chain == CHAIN_WHOLE || chain == CHAIN_ENDS)
		return more_of_short(x);
	if ((chain != CHAIN_BEGINS && chain != CHAIN_GOES_ON) || data->left == 0)
		return fail(x, ERR_BAD_DATA);
	x->seq++;
	message(x, PC_XFR_BLOCK, 0, CHAIN_EMPTY);
	return CCID_SEND;
}

/* Something that is not the answer: what a command before left in the pipe. */
static enum ccid_next pass_over(struct ccid_exchange *x)
{
	x->in_len = 0;
	x->want = CCID_HEAD;
	if (++x->strays > CCID_MAX_STRAYS)
		return fail(x, ERR_BAD_DATA);
	return CCID_READ;
}

static enum ccid_next take_message(struct ccid_exchange *x)
{
	struct reader r = reader_of(x->in, x->in_len);
	uint8_t type = get_u8(&r);
	uint32_t len = get_u32le(&r);
	uint8_t slot = get_u8(&r), seq = get_u8(&r), status = get_u8(&r);
	uint8_t error = get_u8(&r), chain = get_u8(&r);
	struct reader data = get_part(&r, len);

	if (r.bad || seq != x->seq || slot != 0)
		return pass_over(x);
	x->card = (enum ccid_card)(status & 3);
	switch (status >> 6) {
	case 0:
		if (type != x->awaited)
			return pass_over(x); /* what an abort came too late for */
		return type == RDR_DATA_BLOCK ? take_block(x, chain, &data) : CCID_DONE;
	case 2:
		x->in_len = 0;
		x->want = CCID_HEAD;
		x->patience = error ? error : 1;
		return CCID_READ;
	default:
		return fail(x, why_of(error, x->card));
	}
}

enum ccid_next ccid_take(struct ccid_exchange *x, const uint8_t *bytes, size_t len)
{
	x->patience = 0;
	if (len == 0) /* the empty packet after a message that filled its last one */
		return pass_over(x);
	if (len > sizeof x->in - x->in_len)
		return fail(x, ERR_BAD_DATA);
	memcpy(x->in + x->in_len, bytes, len);
	x->in_len += len;
	if (x->in_len < CCID_HEAD)
		return pass_over(x);
	struct reader r = reader_of(x->in + 1, 4);
	size_t whole = CCID_HEAD + (size_t)get_u32le(&r);
	if (whole > x->reader.max_message && whole > CCID_HEAD + CCID_MAX_ATR)
		return fail(x, ERR_BAD_DATA);
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
	x->command_len = x->answer_len = x->out_len = x->in_len = 0;
}

bool ccid_event(const uint8_t *bytes, size_t len, bool *ret_absent)
{
	struct reader r = reader_of(bytes, len);
	uint8_t type = get_u8(&r), slots = get_u8(&r);

	if (r.bad)
		return false;
	if (type == RDR_NOTIFY)
		*ret_absent = !(slots & 1);
	return type == RDR_NOTIFY || type == RDR_HARDWARE;
}
