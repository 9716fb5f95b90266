#include "tests/usim/ccid.h"

#include <errno.h>
#include <string.h>

#define OUT_ENDPOINT    0x01
#define IN_ENDPOINT     0x82
#define NOTIFY_ENDPOINT 0x83
#define HEADER          10
#define PACKET          64
#define SECOND          3 /* added to the endpoints of the second interface */
#define DEFAULT_RATE    0x11
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

/* A card with contacts that offers T=0 and T=1 at up to Fi 512, Di 16; and a SAM. */
static const uint8_t CONTACT_ATR[] = {
	0x3B, 0x94, 0x95, 0x80, 0x31, 0xFE, 0x45, 'U', 'S', 'I', 'M'
};
static const uint8_t CRC_ATR[] = { 0x3B, 0x94, 0x95, 0x80, 0x71, 0xFE,
				   0x45, 0x01, 'U',  'S',  'I',  'M' };
static const uint8_t T0_ATR[] = { 0x3B, 0x94, 0x95, 0x00, 'U', 'S', 'I', 'M' };
static const uint8_t SAM_ATR[] = { 0x3B, 0x03, 'S', 'A', 'M' };

static bool is_tpdu(const struct ccid *c)
{
	return c->spec.level == CCID_TPDU_T1 || c->spec.level == CCID_TPDU_T0;
}

/* The interface that was asked is the empty one. */
static bool elsewhere(const struct ccid *c)
{
	return c->spec.two_readers && !c->side;
}

static uint8_t icc_state(const struct ccid *c)
{
	if (!c->card || elsewhere(c))
		return ICC_ABSENT;
	return c->powered ? ICC_ACTIVE : ICC_INACTIVE;
}

static size_t max_message(const struct ccid *c)
{
	return c->spec.max_message;
}

static bool strikes(unsigned *countdown)
{
	return *countdown && --*countdown == 0;
}

/* What goes into an answer beside the slot and bSeq of its command. */
struct reply {
	uint8_t type, status, error, last; /* bytes 0, 7, 8, 9 */
	const uint8_t *data;
	size_t len;
};

static void send_bytes(struct ccid *c, const uint8_t *bytes, size_t len, uint32_t late_ms)
{
	uint8_t endpoint = IN_ENDPOINT + (c->side ? SECOND : 0);

	if (late_ms)
		usb_in_later(&c->usb, endpoint, bytes, len, late_ms);
	else
		usb_in(&c->usb, endpoint, bytes, len);
}

static void send_message(struct ccid *c, const uint8_t *m, size_t len)
{
	bool first = m[0] == RDR_SLOT && !c->status_told;
	uint32_t late = first && c->first_ms ? c->first_ms : c->slow_ms + c->busy_ms;

	c->status_told |= first;
	if (c->spec.zlp == CCID_ZLP_ALWAYS)
		send_bytes(c, NULL, 0, late);
	send_bytes(c, m, len, late);
	if (len % PACKET == 0 && c->spec.zlp != CCID_ZLP_NEVER)
		send_bytes(c, NULL, 0, late);
}

static void send_reply(struct ccid *c, const uint8_t *command, const struct reply *r)
{
	uint8_t m[CCID_LONGEST] = {
		r->type,
		(uint8_t)r->len,
		(uint8_t)(r->len >> 8),
		(uint8_t)(r->len >> 16),
		0,
		command[5],
		command[6],
		r->status,
		r->error,
		r->last,
	};
	uint8_t old[HEADER] = { RDR_SLOT, 0, 0, 0, 0, command[5], (uint8_t)(command[6] - 1) };

	if (r->len)
		memcpy(m + HEADER, r->data, r->len);
	for (unsigned i = 0; i < c->old; i++)
		send_message(c, old, sizeof old);
	for (unsigned i = 0; i <= c->twice; i++)
		send_message(c, m, HEADER + r->len);
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
	else if (!c->card || c->mute || elsewhere(c))
		refuse(c, command, RDR_DATA, ERROR_MUTE);
	else
		return false;
	return true;
}

static void send_atr(struct ccid *c, const uint8_t *command)
{
	struct reply r = { RDR_DATA, ICC_ACTIVE, 0, 0, c->card->atr, c->card->atr_len };

	if (c->spec.contact && c->spec.level == CCID_TPDU_T0)
		r.data = T0_ATR, r.len = sizeof T0_ATR;
	else if (c->spec.contact && c->spec.crc)
		r.data = CRC_ATR, r.len = sizeof CRC_ATR;
	else if (c->spec.contact)
		r.data = CONTACT_ATR, r.len = sizeof CONTACT_ATR;
	uint8_t atr[64];
	memcpy(atr, r.data, r.len);
	if (c->spec.contact && c->spec.level != CCID_TPDU_T0) {
		atr[r.len] = 0;
		for (size_t i = 1; i < r.len; i++)
			atr[r.len] ^= atr[i];
		r.len++;
	}
	r.data = atr;
	send_reply(c, command, &r);
}

static void power_on(struct ccid *c, const uint8_t *command)
{
	bool wrong_volts = c->spec.volts && command[7] != c->spec.volts;

	if (card_unreachable(c, command))
		return;
	if (wrong_volts || c->power_fails) {
		c->power_fails -= c->power_fails > 0;
		return refuse(c, command, RDR_DATA, ERROR_MUTE);
	}
	c->card->reset(c->card->self);
	c->powered = true;
	c->command_len = c->answer_len = c->answer_at = 0;
	c->card_rate = c->reader_rate = DEFAULT_RATE;
	c->protocol = c->spec.level == CCID_TPDU_T1 && !c->spec.contact;
	t1end_reset(&c->t1, c->spec.contact && c->spec.crc);
	t0end_reset(&c->t0);
	send_atr(c, command);
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
	if (c->spec.level != CCID_EXTENDED)
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

/* True when the whole of it is in c->command. */
static bool collect(struct ccid *c, const uint8_t *command, size_t len)
{
	unsigned level = command[8] | command[9] << 8;
	size_t n = len - HEADER;

	if (level == CHAIN_WHOLE || level == CHAIN_BEGINS)
		c->command_len = 0;
	if (n > sizeof c->command - c->command_len) {
		refuse(c, command, RDR_DATA, ERROR_BAD_LENGTH);
		return false;
	}
	if (n)
		memcpy(c->command + c->command_len, command + HEADER, n);
	c->command_len += n;
	if (level == CHAIN_WHOLE || level == CHAIN_ENDS)
		return true;
	send_reply(c, command, &(struct reply){ RDR_DATA, icc_state(c), 0, CHAIN_NEXT, NULL, 0 });
	return false;
}

static bool is_pps(const struct ccid *c)
{
	return c->spec.contact && c->command_len >= 3 && c->command[0] == 0xFF;
}

/* The card takes what it is asked for. */
static size_t answer_pps(struct ccid *c)
{
	c->protocol = c->command[1] & 0x0f;
	c->card_rate = c->command[1] & 0x10 ? c->command[2] : DEFAULT_RATE;
	memcpy(c->answer, c->command, c->command_len);
	return c->command_len;
}

static void ask_tpdu(struct ccid *c, const uint8_t *command)
{
	c->answer_at = 0;
	c->t1.ran = c->t0.ran = false;
	if (c->card_rate != c->reader_rate)
		c->answer_len = 0; /* they do not understand each other */
	else if (is_pps(c))
		c->answer_len = c->no_pps ? 0 : answer_pps(c);
	else if (c->protocol == 1)
		c->answer_len = t1end_block(&c->t1, c->card, c->command, c->command_len, c->answer);
	else
		c->answer_len = t0end_tpdu(&c->t0, c->card, c->command, c->command_len, c->answer);
	bool ran = c->protocol == 1 ? c->t1.ran : c->t0.ran;
	c->apdus += ran;
	if (ran)
		let_wait(c, command);
	if (c->answer_len)
		send_answer_part(c, command);
	else
		refuse(c, command, RDR_DATA, ERROR_MUTE);
	c->busy_ms = 0;
}

/* True when something else than the card's answer has happened. */
static bool mishap(struct ccid *c, const uint8_t *command)
{
	if (strikes(&c->hang_at))
		return true;
	if (card_leaves(c))
		refuse(c, command, RDR_DATA, ERROR_MUTE);
	else if (strikes(&c->error_at))
		refuse(c, command, RDR_DATA, c->error);
	else
		return false;
	return true;
}

static void exchange(struct ccid *c, const uint8_t *command, size_t len)
{
	unsigned level = command[8] | command[9] << 8;

	if (card_unreachable(c, command))
		return;
	if (!c->powered)
		return refuse(c, command, RDR_DATA, ERROR_MUTE);
	if (!level_fits(c, level))
		return refuse(c, command, RDR_DATA, ERROR_BAD_LEVEL);
	if (level == CHAIN_NEXT)
		return send_answer_part(c, command);
	if (!collect(c, command, len) || mishap(c, command))
		return;
	if (is_tpdu(c))
		ask_tpdu(c, command);
	else
		ask_card(c, command);
}

static void send_parameters(struct ccid *c, const uint8_t *command)
{
	const uint8_t t1[7] = { c->reader_rate, 0x10, 0, 0x4D, 0, 0xFE, 0 };
	const uint8_t t0[5] = { c->reader_rate, 0, 0, 10, 0 };
	bool is_t0 = is_tpdu(c) && c->protocol == 0;

	send_reply(c, command,
		   &(struct reply){ RDR_PARAMETERS, icc_state(c), 0, is_t0 ? 0 : 1, is_t0 ? t0 : t1,
				    is_t0 ? sizeof t0 : sizeof t1 });
}

static void set_parameters(struct ccid *c, const uint8_t *command, size_t len)
{
	size_t want = command[7] == 1 ? 7 : 5;

	if (len != HEADER + want)
		return refuse(c, command, RDR_PARAMETERS, ERROR_BAD_LENGTH);
	c->reader_rate = command[HEADER];
	send_parameters(c, command);
}

static void send_slot_status(struct ccid *c, const uint8_t *command)
{
	if (c->no_status) {
		c->no_status--;
		return;
	}
	send_reply(c, command, &(struct reply){ RDR_SLOT, icc_state(c), 0, 0, NULL, 0 });
}

/* Slot 0 of two: a SAM that nobody here wants. */
static void handle_sam(struct ccid *c, const uint8_t *command)
{
	uint8_t state;

	if (command[0] == PC_POWER_ON || command[0] == PC_POWER_OFF)
		c->sam_powered = command[0] == PC_POWER_ON;
	state = c->sam_powered ? ICC_ACTIVE : ICC_INACTIVE;
	if (command[0] == PC_POWER_ON)
		send_reply(c, command,
			   &(struct reply){ RDR_DATA, state, 0, 0, SAM_ATR, sizeof SAM_ATR });
	else if (command[0] == PC_POWER_OFF || command[0] == PC_SLOT_STATUS)
		send_reply(c, command, &(struct reply){ RDR_SLOT, state, 0, 0, NULL, 0 });
	else
		send_reply(c, command,
			   &(struct reply){ RDR_DATA, FAILED | state, ERROR_MUTE, 0, NULL, 0 });
}

static void handle(struct ccid *c, const uint8_t *command, size_t len)
{
	c->commands++;
	if (c->spec.two_slots && command[5] == 0)
		return handle_sam(c, command);
	if (command[5] != (c->spec.two_slots ? 1 : 0))
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
		return send_parameters(c, command);
	case PC_SET_PARAMETERS:
		return set_parameters(c, command, len);
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

	if (endpoint != OUT_ENDPOINT && !(c->spec.two_readers && endpoint == OUT_ENDPOINT + SECOND))
		return -EPIPE;
	c->side = endpoint != OUT_ENDPOINT;
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

static uint8_t notify_endpoint(const struct ccid *c)
{
	return NOTIFY_ENDPOINT + (c->spec.two_readers ? SECOND : 0);
}

static void notify(struct ccid *c, bool present)
{
	/* changed, present; with a SAM in the slot before */
	uint8_t state = (uint8_t)(2 | (present ? 1 : 0));
	uint8_t m[2] = { RDR_NOTIFY, c->spec.two_slots ? (uint8_t)(1 | state << 2) : state };

	if (!c->spec.no_notify)
		usb_in_latest(&c->usb, notify_endpoint(c), m, sizeof m);
}

static void reset(void *self)
{
	struct ccid *c = self;

	c->powered = c->sam_powered = c->status_told = false;
	c->message_len = c->command_len = c->answer_len = c->answer_at = 0;
	if (c->spec.stale)
		notify(c, !c->card);
}

void ccid_be(struct ccid *c, const struct ccid_spec *spec)
{
	c->spec = *spec;
	c->model.control = control;
	c->model.out = out;
	c->model.reset = reset;
	ccid_describe(c);
	ccid_mend(c);
	reset(c);
}

void ccid_init(struct ccid *c, enum ccid_level level)
{
	static const char *const NAMES[] = { "short", "extended", "t1", "t0", "characters" };
	struct ccid_spec spec;

	memset(c, 0, sizeof *c);
	usb_init(&c->usb, &c->model, c);
	if (ccid_spec_of(NAMES[level], &spec))
		ccid_be(c, &spec);
}

void ccid_insert(struct ccid *c, struct card *card)
{
	bool changed = !card != !c->card;

	c->card = card;
	c->powered = false;
	if (changed)
		notify(c, card != NULL);
	usb_tell_changed(&c->usb);
}

void ccid_break(struct ccid *c, bool broken)
{
	static const uint8_t over_current[4] = { RDR_HARDWARE, 0, 0, 1 };

	if (broken && !c->broken && !c->spec.no_notify)
		usb_in(&c->usb, notify_endpoint(c), over_current, sizeof over_current);
	c->broken = broken;
}

void ccid_mend(struct ccid *c)
{
	c->mute = c->broken = c->no_pps = false;
	c->wait_more = c->leaves_at = c->power_fails = c->error_at = c->hang_at = 0;
	c->old = c->twice = c->no_status = 0;
	c->slow_ms = c->first_ms = 0;
	c->t1.faults = (struct t1end_faults){ 0 };
	c->t0.silent_61 = false;
}
