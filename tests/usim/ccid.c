#include "tests/usim/ccid.h"

#include <errno.h>
#include <string.h>

#define OUT_ENDPOINT    0x01
#define IN_ENDPOINT     0x82
#define NOTIFY_ENDPOINT 0x83
#define HEADER          10
#define PACKET          64
#define SHORT_MESSAGE   271 /* header, and 261 bytes of a short APDU */
#define EXTEND_EVERY_MS 300

enum {
	PC_POWER_ON = 0x62,
	PC_POWER_OFF = 0x63,
	PC_SLOT_STATUS = 0x65,
	PC_XFR = 0x6F,
	PC_GET_PARAMETERS = 0x6C,
	PC_RESET_PARAMETERS = 0x6D,
	PC_SET_PARAMETERS = 0x61,
	PC_ABORT = 0x72,
	PC_ESCAPE = 0x6B,
	PC_SECURE = 0x69
};
enum {
	RDR_DATA = 0x80,
	RDR_SLOT = 0x81,
	RDR_PARAMETERS = 0x82,
	RDR_ESCAPE = 0x83,
	RDR_NOTIFY = 0x50,
	RDR_HARDWARE = 0x51
};
enum { FAILED = 0x40, TIME_EXTENSION = 0x80 };             /* bStatus, bits 6-7 */
enum { ICC_ACTIVE = 0, ICC_INACTIVE = 1, ICC_ABSENT = 2 }; /* bStatus, bits 0-1 */
enum {
	ERROR_MUTE = 0xFE,
	ERROR_HARDWARE = 0xFB,
	ERROR_NO_SLOT = 5,
	ERROR_BAD_LENGTH = 1,
	ERROR_BAD_LEVEL = 8,
	ERROR_NOT_SUPPORTED = 0
};
enum { CHAIN_WHOLE = 0, CHAIN_BEGINS = 1, CHAIN_ENDS = 2, CHAIN_GOES_ON = 3, CHAIN_NEXT = 0x10 };

static const uint8_t DEVICE_DESC[18] = {
	18, 1, 0x00, 0x02, 0, 0, 0, 64, 0x6b, 0x07, 0x22, 0x50, 0x01, 0x01, 1, 2, 0, 1,
};

/* features: automatic activation, voltage, clock, baud, PPS or parameters; and the level. */
#define CONFIG_DESC(level, max)                                                                    \
	{                                                                                          \
		9, 2, 9 + 9 + 54 + 7 + 7 + 7, 0, 1, 1, 0, 0x80, 50, 9, 4, 0, 0, 3, 0x0b, 0, 0, 2,  \
			0x36, 0x21, 0x10, 0x01, 0x00, 0x07, 3, 0, 0,                               \
			0, /* one slot, 3 voltages, T=0/1 */                                       \
			0xc0, 0x12, 0, 0, 0xc0, 0x12, 0, 0, 0, 0x67, 0x32, 0, 0, 0xd1, 0x99, 0x0c, \
			0, 0, 0xfe, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xba, 0x04, level, 0x00,      \
			(max)&255, (max) >> 8, 0, 0, 0xff, 0xff, 0, 0, 0, 1, 7, 5, OUT_ENDPOINT,   \
			2, PACKET, 0, 0, 7, 5, IN_ENDPOINT, 2, PACKET, 0, 0, 7, 5,                 \
			NOTIFY_ENDPOINT, 3, 8, 0, 16,                                              \
	}

static const uint8_t SHORT_CONFIG[] = CONFIG_DESC(0x02, SHORT_MESSAGE);
static const uint8_t EXTENDED_CONFIG[] = CONFIG_DESC(0x04, CCID_MAX_MESSAGE);

static uint8_t icc_state(const struct ccid *c)
{
	if (!c->card)
		return ICC_ABSENT;
	return c->powered ? ICC_ACTIVE : ICC_INACTIVE;
}

static size_t max_message(const struct ccid *c)
{
	return c->level == CCID_SHORT ? SHORT_MESSAGE : CCID_MAX_MESSAGE;
}

/* What goes into an answer beside the slot and bSeq of its command. */
struct reply {
	uint8_t type, status, error, last; /* bytes 0, 7, 8, 9 */
	const uint8_t *data;
	size_t len;
};

static void send_bytes(struct ccid *c, const uint8_t *bytes, size_t len)
{
	if (c->slow_ms + c->busy_ms)
		usb_in_later(&c->usb, IN_ENDPOINT, bytes, len, c->slow_ms + c->busy_ms);
	else
		usb_in(&c->usb, IN_ENDPOINT, bytes, len);
}

static void send_reply(struct ccid *c, const uint8_t *command, const struct reply *r)
{
	uint8_t m[CCID_MAX_MESSAGE] = {
		r->type,
		(uint8_t)r->len,
		(uint8_t)(r->len >> 8),
		0,
		0,
		command[5],
		command[6],
		r->status,
		r->error,
		r->last,
	};

	if (r->len)
		memcpy(m + HEADER, r->data, r->len);
	send_bytes(c, m, HEADER + r->len);
	if ((HEADER + r->len) % PACKET == 0)
		send_bytes(c, NULL, 0);
}

static void refuse(struct ccid *c, const uint8_t *command, uint8_t type, uint8_t error)
{
	send_reply(c, command, &(struct reply){ type, FAILED | icc_state(c), error, 0, NULL, 0 });
}

/* True, and the command is answered, when nobody can talk to the card now. */
static bool card_unreachable(struct ccid *c, const uint8_t *command)
{
	if (c->broken)
		refuse(c, command, RDR_DATA, ERROR_HARDWARE);
	else if (!c->card || c->mute)
		refuse(c, command, RDR_DATA, ERROR_MUTE);
	else
		return false;
	return true;
}

static void power_on(struct ccid *c, const uint8_t *command)
{
	if (card_unreachable(c, command))
		return;
	c->card->reset(c->card->self);
	c->powered = true;
	c->command_len = c->answer_len = c->answer_at = 0;
	send_reply(c, command,
		   &(struct reply){ RDR_DATA, ICC_ACTIVE, 0, 0, c->card->atr, c->card->atr_len });
}

static void send_answer_part(struct ccid *c, const uint8_t *command)
{
	size_t left = c->answer_len - c->answer_at, max = max_message(c) - HEADER;
	size_t n = left < max ? left : max;
	bool first = c->answer_at == 0, last = n == left;
	uint8_t chain =
		first ? (last ? CHAIN_WHOLE : CHAIN_BEGINS) : (last ? CHAIN_ENDS : CHAIN_GOES_ON);

	send_reply(
		c, command,
		&(struct reply){ RDR_DATA, icc_state(c), 0, chain, c->answer + c->answer_at, n });
	c->answer_at += n;
}

/* Time extensions, one at a time, as long as the card is busy. */
static void let_wait(struct ccid *c, const uint8_t *command)
{
	const struct reply more = { RDR_DATA, TIME_EXTENSION, 2, 0, NULL, 0 };
	uint32_t busy_ms = c->card->busy_ms ? c->card->busy_ms(c->card->self) : 0;

	for (unsigned i = 0; i < c->wait_more; i++)
		send_reply(c, command, &more);
	while (c->busy_ms + EXTEND_EVERY_MS < busy_ms) {
		c->busy_ms += EXTEND_EVERY_MS;
		send_reply(c, command, &more);
	}
	c->busy_ms = busy_ms;
}

static void ask_card(struct ccid *c, const uint8_t *command)
{
	c->apdus++;
	c->answer_at = 0;
	c->answer_len = c->card->apdu(c->card->self, c->command, c->command_len, c->answer);
	c->command_len = 0;
	let_wait(c, command);
	if (c->answer_len) {
		send_answer_part(c, command);
	} else {
		c->powered = false;
		refuse(c, command, RDR_DATA, ERROR_MUTE);
	}
	c->busy_ms = 0;
}

static bool level_fits(const struct ccid *c, unsigned level)
{
	if (c->level == CCID_SHORT)
		return level == CHAIN_WHOLE;
	return level <= CHAIN_GOES_ON || level == CHAIN_NEXT;
}

/* True when a hand takes the card away just now. */
static bool card_leaves(struct ccid *c)
{
	if (!c->leaves_at || --c->leaves_at)
		return false;
	ccid_insert(c, NULL);
	return true;
}

static void exchange(struct ccid *c, const uint8_t *command, size_t len)
{
	unsigned level = command[8] | command[9] << 8;
	size_t n = len - HEADER;

	if (card_unreachable(c, command))
		return;
	if (!c->powered)
		return refuse(c, command, RDR_DATA, ERROR_MUTE);
	if (!level_fits(c, level))
		return refuse(c, command, RDR_DATA, ERROR_BAD_LEVEL);
	if (level == CHAIN_NEXT)
		return send_answer_part(c, command);
	if (level == CHAIN_WHOLE || level == CHAIN_BEGINS)
		c->command_len = 0;
	if (n > sizeof c->command - c->command_len)
		return refuse(c, command, RDR_DATA, ERROR_BAD_LENGTH);
	if (n)
		memcpy(c->command + c->command_len, command + HEADER, n);
	c->command_len += n;
	bool whole = level == CHAIN_WHOLE || level == CHAIN_ENDS;
	if (whole && card_leaves(c))
		return refuse(c, command, RDR_DATA, ERROR_MUTE);
	if (whole)
		return ask_card(c, command);
	send_reply(c, command, &(struct reply){ RDR_DATA, icc_state(c), 0, CHAIN_NEXT, NULL, 0 });
}

static void send_parameters(struct ccid *c, const uint8_t *command)
{
	static const uint8_t t1[7] = { 0x11, 0x10, 0, 0x4D, 0, 0xFE, 0 };

	send_reply(c, command,
		   &(struct reply){ RDR_PARAMETERS, icc_state(c), 0, 1, t1, sizeof t1 });
}

static void send_slot_status(struct ccid *c, const uint8_t *command)
{
	send_reply(c, command, &(struct reply){ RDR_SLOT, icc_state(c), 0, 0, NULL, 0 });
}

static void handle(struct ccid *c, const uint8_t *command, size_t len)
{
	if (command[5] != 0)
		return refuse(c, command, RDR_SLOT, ERROR_NO_SLOT);
	switch (command[0]) {
	case PC_POWER_ON:
		return power_on(c, command);
	case PC_POWER_OFF:
		c->powered = false;
		return send_slot_status(c, command);
	case PC_SLOT_STATUS:
	case PC_ABORT:
		return send_slot_status(c, command);
	case PC_GET_PARAMETERS:
	case PC_RESET_PARAMETERS:
	case PC_SET_PARAMETERS:
		return send_parameters(c, command);
	case PC_XFR:
		return exchange(c, command, len);
	case PC_SECURE:
		return refuse(c, command, RDR_DATA, ERROR_NOT_SUPPORTED);
	case PC_ESCAPE:
		return refuse(c, command, RDR_ESCAPE, ERROR_NOT_SUPPORTED);
	default:
		return refuse(c, command, RDR_SLOT, ERROR_NOT_SUPPORTED);
	}
}

static size_t announced_len(const uint8_t *m)
{
	return HEADER +
	       ((size_t)m[1] | (size_t)m[2] << 8 | (size_t)m[3] << 16 | (size_t)m[4] << 24);
}

/* A message ends when the length in its header has come, or with a short packet. */
static int out(void *self, uint8_t endpoint, const uint8_t *packet, size_t len)
{
	struct ccid *c = self;

	if (endpoint != OUT_ENDPOINT)
		return -EPIPE;
	if (len > sizeof c->message - c->message_len) {
		c->message_len = 0;
		return -EPIPE;
	}
	if (len)
		memcpy(c->message + c->message_len, packet, len);
	c->message_len += len;
	size_t have = c->message_len;
	bool whole = have >= HEADER && have >= announced_len(c->message);
	if (!whole && len == PACKET)
		return 0;
	c->message_len = 0;
	if (whole && announced_len(c->message) <= max_message(c))
		handle(c, c->message, announced_len(c->message));
	else if (have >= HEADER)
		refuse(c, c->message, RDR_SLOT, ERROR_BAD_LENGTH);
	return 0;
}

static int put_u32(uint8_t *data, size_t len, uint32_t value)
{
	if (len < 4)
		return -EPIPE;
	for (int i = 0; i < 4; i++)
		data[i] = (uint8_t)(value >> 8 * i);
	return 4;
}

static int control(void *self, const uint8_t setup[8], uint8_t *data, size_t len)
{
	(void)self;
	switch (setup[0] << 8 | setup[1]) {
	case 0x2101: /* ABORT */
		return 0;
	case 0xA102: /* GET_CLOCK_FREQUENCIES, kHz */
		return put_u32(data, len, 4800);
	case 0xA103: /* GET_DATA_RATES, bit/s */
		return put_u32(data, len, 12903);
	default:
		return -EPIPE;
	}
}

static void reset(void *self)
{
	struct ccid *c = self;

	c->powered = false;
	c->message_len = c->command_len = c->answer_len = c->answer_at = 0;
}

#define MODEL(config)                                                                              \
	{                                                                                          \
		.name = "ccid", .device_desc = DEVICE_DESC, .config_desc = (config),               \
		.config_len = sizeof(config),                                                      \
		.strings = { "HID Global", "OMNIKEY 5022 Smart Card Reader" }, .control = control, \
		.out = out, .reset = reset,                                                        \
	}

static const struct usb_model SHORT_MODEL = MODEL(SHORT_CONFIG);
static const struct usb_model EXTENDED_MODEL = MODEL(EXTENDED_CONFIG);

void ccid_init(struct ccid *c, enum ccid_level level)
{
	*c = (struct ccid){ .level = level };
	usb_init(&c->usb, level == CCID_SHORT ? &SHORT_MODEL : &EXTENDED_MODEL, c);
}

void ccid_insert(struct ccid *c, struct card *card)
{
	bool changed = !card != !c->card;
	uint8_t m[2] = { RDR_NOTIFY, (uint8_t)(2 | (card ? 1 : 0)) }; /* changed, present */

	c->card = card;
	c->powered = false;
	if (changed)
		usb_in_latest(&c->usb, NOTIFY_ENDPOINT, m, sizeof m);
	usb_tell_changed(&c->usb);
}

void ccid_break(struct ccid *c, bool broken)
{
	static const uint8_t over_current[4] = { RDR_HARDWARE, 0, 0, 1 };

	if (broken && !c->broken)
		usb_in(&c->usb, NOTIFY_ENDPOINT, over_current, sizeof over_current);
	c->broken = broken;
}
