/* The chip reader. One operation at a time goes through the reader:
 *
 *     arrive -> DRAIN -> SLOT -> (card) POWER -> AGREE -> CARD_IN -> APDU ...   SLOT every POLL_MS
 *     an APDU without an answer -> ABORT -> SLOT; the reader that does not answer that either
 *     is closed and opened anew.
 *
 * The notification of the interrupt endpoint may be stale or lost, so it only makes us ask. In a
 * reader of several slots each is asked in turn, until there is a card without contacts in one. */
#include "drivers/card_own.h"
#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define POLL_MS       1000 /* with an interrupt endpoint: in case a notification was lost */
#define POLL_BLIND_MS 250  /* without */
#define POWER_TRIES   3
#define SICK_POLLS    2 /* one more try after so many polls */
#define MAX_FAILURES  3

static void next(struct card *c);

/* Always, or the parser waits for the rest of its time: an error needs no memory of its own, and
 * bytes for which there is none are an error. */
static void answer_to(struct card *c, uint32_t seq, enum err why)
{
	struct msg m = { .type = MSG_APDU_ANSWER };
	AUTO_FD bytes = -1;

	if (why == ERR_OK)
		why = mem_of(c->x.answer, c->x.answer_len, &bytes);
	m.apdu_answer = (struct msg_apdu_answer){ seq, why, why == ERR_OK ? bytes : c->nothing };
	c->host->tell(c->host->data, ROLE_PARSE, &m);
}

void card_answer(struct card *c, enum err why)
{
	bool owed = c->owed;

	c->owed = false; /* first: the one who is told may ask again at once */
	if (owed)
		answer_to(c, c->owed_seq, why);
}

static void drop_pending(struct card *c, enum err why)
{
	if (!c->pending)
		return;
	c->pending = false;
	close(c->pending_command);
	answer_to(c, c->pending_seq, why);
}

static void tell_out(struct card *c)
{
	struct msg m = { .type = MSG_CARD_OUT };

	c->told_in = c->lost = false;
	c->host->tell(c->host->data, ROLE_CORE, &m);
}

static void card_left(struct card *c)
{
	drop_pending(c, ERR_NO_CARD);
	c->powered = c->renew = false;
	if (!c->told_in)
		return;
	if (c->op == OP_NONE)
		ccid_wipe(&c->x);
	tell_out(c);
}

static void tell_in(struct card *c, bool again)
{
	struct msg m = { .type = MSG_CARD_IN,
			 .card_in = { .again = again,
				      .max_answer = ccid_max_answer(&c->x),
				      .atr_len = c->atr_len } };

	memcpy(m.card_in.atr, c->atr, c->atr_len);
	c->told_in = true;
	c->host->tell(c->host->data, ROLE_CORE, &m);
}

static void reader_is(struct card *c, enum err state)
{
	driver_status(c->host, state, false, c->facts ? c->facts->model : NULL);
}

static bool has_slots(const struct card *c)
{
	return c->facts->slot == USB_ANY && c->x.reader.slots > 1;
}

static uint8_t slot_bit(const struct card *c)
{
	return (uint8_t)(1u << c->x.slot);
}

/* No card for us in this slot: on to the next one, without a pause until all were asked. */
static void turn_slot(struct card *c)
{
	uint8_t slots = c->x.reader.slots < CARD_MAX_SLOTS ? c->x.reader.slots : CARD_MAX_SLOTS;

	if (!has_slots(c))
		return;
	c->x.slot = (uint8_t)((c->x.slot + 1) % slots);
	c->look |= c->x.slot != 0;
}

static void slot_empty(struct card *c)
{
	c->power_tries = c->voltage = 0;
	c->sick = ERR_OK;
	c->x.cautious = false;
	card_left(c);
	turn_slot(c);
}

static void slot_seen(struct card *c)
{
	bool there = c->x.card != CCID_ABSENT;

	if (!there)
		c->aside &= (uint8_t)~slot_bit(c);
	c->present = there && !(c->aside & slot_bit(c));
	if (!c->present)
		slot_empty(c);
	else if (c->x.card == CCID_INACTIVE && c->powered)
		card_left(c); /* powered by us, and now it is not: it was lifted and laid back */
	reader_is(c, c->sick);
}

static void powered(struct card *c)
{
	c->power_tries = 0;
	c->sick = ERR_OK;
	c->renew = false;
	if (has_slots(c) && !c->x.atr.contactless) {
		c->shelve = true;
		return;
	}
	c->powered = c->fresh = true;
	reader_is(c, ERR_OK);
	bool again = c->lost;
	if (again)
		tell_out(c); /* lifted and laid back before the slot was asked, or only moved */
	if (!c->told_in)
		tell_in(c, again);
}

/* It is tried again later; the other slots do not wait for it. */
static void pass_mute(struct card *c)
{
	c->aside |= slot_bit(c);
	c->mute |= slot_bit(c);
	c->present = false;
	c->power_tries = 0;
	turn_slot(c);
}

static void power_failed(struct card *c, enum err why)
{
	c->look = true;
	c->renew = false;
	if (!c->x.reader.picks_voltage)
		c->voltage++;
	if (++c->power_tries < POWER_TRIES)
		return;
	card_left(c); /* to core it is no card; the state says why */
	if (has_slots(c))
		pass_mute(c);
	else
		c->sick = why == ERR_BROKEN ? ERR_BROKEN : ERR_CARD_MUTE;
}

/* True when there is something to settle with the card, which is under way. */
static bool begin_agree(struct card *c)
{
	c->atr_len = (uint8_t)(c->x.answer_len < ATR_MAX ? c->x.answer_len : ATR_MAX);
	memcpy(c->atr, c->x.answer, c->atr_len);
	if (!ccid_agree(&c->x))
		return false;
	c->op = OP_AGREE;
	card_send(c);
	return true;
}

static void agree_ended(struct card *c, enum err e)
{
	if (e == ERR_OK) {
		powered(c);
		return;
	}
	c->x.cautious = true; /* next time as slow and simple as it can be */
	power_failed(c, e);
}

static void apdu_ended(struct card *c, enum err e)
{
	c->fresh = false;
	if (e == ERR_OK) {
		card_answer(c, ERR_OK);
		return;
	}
	c->look = true;
	c->powered = false; /* whatever was agreed with the card is lost */
	c->lost = c->told_in;
	card_answer(c, c->x.card == CCID_ABSENT ? ERR_NO_CARD : e);
}

static void abort_ended(struct card *c, enum err e)
{
	c->look = true;
	c->powered = false;
	if (e != ERR_OK)
		c->failures = MAX_FAILURES;
}

static void off_ended(struct card *c)
{
	c->powered = false;
	if (!c->shelve)
		return;
	c->shelve = c->present = false;
	c->aside |= slot_bit(c);
	turn_slot(c);
}

static void slot_ended(struct card *c, enum err e)
{
	/* a reader that cannot say how its slot is has lost its senses */
	c->failures = e == ERR_OK ? 0 : c->failures + 1;
	if (e == ERR_OK)
		slot_seen(c);
	else
		c->look = true;
}

static void settle(struct card *c, enum op op, enum err e)
{
	if (op == OP_SLOT)
		slot_ended(c, e);
	else if (op == OP_OFF)
		off_ended(c);
	else if (op == OP_POWER && e == ERR_OK)
		powered(c);
	else if (op == OP_POWER)
		power_failed(c, e);
	else if (op == OP_AGREE)
		agree_ended(c, e);
	else if (op == OP_APDU)
		apdu_ended(c, e);
	else if (op == OP_ABORT)
		abort_ended(c, e);
	else if (op >= OP_PROBE_CONTROL)
		card_probe_ended(c, op, e);
}

void card_ended(struct card *c, enum err e)
{
	enum op op = c->op;

	c->op = OP_NONE;
	timer_stop(c->host->loop, &c->left);
	c->drain = e != ERR_OK && op != OP_PROBE_CONTROL;
	if (op == OP_POWER && e == ERR_OK && begin_agree(c))
		return;
	settle(c, op, e);
	if (c->failures < MAX_FAILURES) {
		next(c);
		return;
	}
	log_line(LOG_WARN, "card.reader_lost", "model=%s", c->facts->model);
	usb_give_up(c->usb);
}

/* The card was powered anew, and this is what it said. */
static void answer_atr(struct card *c)
{
	memcpy(c->x.answer, c->atr, c->atr_len);
	c->x.answer_len = c->atr_len;
}

static void begin_apdu(struct card *c)
{
	const void *bytes = NULL;
	size_t len = 0;
	enum err e = mem_map(c->pending_command, CCID_MAX_COMMAND, &bytes, &len);

	c->pending = c->renew = false;
	c->owed = true;
	c->owed_seq = c->pending_seq;
	close(c->pending_command);
	bool power_only = e == ERR_OK && len == 0;
	if (power_only)
		answer_atr(c);
	else if (e == ERR_OK)
		e = ccid_apdu(&c->x, bytes, len);
	if (bytes)
		mem_unmap(bytes, len);
	if (e != ERR_OK || power_only) {
		card_answer(c, e); /* nothing was sent: the card is as it was, or freshly powered */
		next(c);
		return;
	}
	c->op = OP_APDU;
	card_send(c);
}

/* The voltages that the reader has, from 5 V down: 1, 2, 3 of table 6.1-1. */
static uint8_t voltage(const struct card *c)
{
	uint8_t has = c->x.reader.voltages ? c->x.reader.voltages : 7;
	uint8_t n = (uint8_t)(c->voltage % 3);

	while (!(has >> n & 1))
		n = (uint8_t)((n + 1) % 3);
	return (uint8_t)(n + 1);
}

static void begin_power(struct card *c)
{
	c->op = OP_POWER;
	ccid_power_on(&c->x, c->x.reader.picks_voltage ? 0 : voltage(c));
	card_send(c);
}

static void begin(struct card *c, enum op op, void (*build)(struct ccid_exchange *x))
{
	c->op = op;
	build(&c->x);
	card_send(c);
}

static void begin_drain(struct card *c)
{
	c->drain = false;
	c->op = OP_DRAIN;
	card_drain(c);
}

static void on_poll(void *data)
{
	struct card *c = data;

	c->look = true;
	if (++c->polls % SICK_POLLS == 0) {
		c->aside &= (uint8_t)~c->mute;
		c->mute = 0;
	}
	/* it may be moved to where it answers without leaving the reader */
	if (c->sick != ERR_OK && c->polls % SICK_POLLS == 0)
		c->power_tries = POWER_TRIES - 1;
	next(c);
}

static void idle(struct card *c)
{
	uint8_t event = c->facts->ifaces[c->facts->chosen].event.address;

	drop_pending(c, c->present ? ERR_CARD_MUTE : ERR_NO_CARD);
	timer_set(c->host->loop, &c->poll, event ? POLL_MS : POLL_BLIND_MS, on_poll, c);
}

static void next(struct card *c)
{
	bool power = c->present && !c->powered && c->power_tries < POWER_TRIES;

	if (!c->facts || c->op != OP_NONE)
		return;
	if (c->drain) {
		begin_drain(c);
	} else if (c->look) {
		c->look = false;
		begin(c, OP_SLOT, ccid_ask_slot);
	} else if (c->shelve || (c->powered && c->renew && !c->fresh)) {
		begin(c, OP_OFF, ccid_power_off);
	} else if (power) {
		begin_power(c);
	} else if (c->probe.wanted && card_probe_next(c)) {
		return;
	} else if (c->pending && c->powered) {
		begin_apdu(c);
	} else {
		idle(c);
	}
}

void card_noticed(struct card *c, bool absent)
{
	c->look = true;
	if (absent && (c->op == OP_APDU || c->op == OP_AGREE))
		card_left_soon(c);
	next(c);
}

/* What the row of devices.def knows better than the descriptor. */
static void correct(struct ccid_reader *r, enum usb_quirk quirk)
{
	if (quirk == QUIRK_EXTENDED)
		r->level = CCID_EXTENDED_APDU;
	if (quirk == QUIRK_SHORT)
		r->level = CCID_SHORT_APDU;
	r->unchained = quirk == QUIRK_UNCHAINED;
	if (quirk == QUIRK_RATE_9600)
		r->max_rate = 9600;
	if (quirk == QUIRK_RATE_200K)
		r->max_rate = 200000;
}

static void unfit(struct card *c, const struct usb_facts *f, enum err e)
{
	log_line(LOG_ERROR, "card.reader_unfit", "model=%s level=%s err=%s", f->model,
		 ccid_level_name(c->unfit), err_name(e));
	driver_status(c->host, ERR_BROKEN, false, f->model);
}

static void begin_reader(struct card *c, const struct usb_facts *f)
{
	c->facts = f;
	c->op = OP_NONE;
	c->present = c->shelve = c->x.cautious = false;
	c->sick = ERR_OK;
	c->failures = c->power_tries = c->voltage = c->aside = c->mute = 0;
	c->x.slot = f->slot == USB_ANY ? 0 : (uint8_t)f->slot;
	c->drain = c->look = true;
	card_event_next(c);
	next(c);
}

static void on_here(void *data, const struct usb_facts *f)
{
	struct card *c = data;
	size_t len = 0;
	const uint8_t *d = usb_extra(&f->ifaces[f->chosen], 0x21, &len);
	enum err e = d ? ccid_reader_of(d, len, &c->x.reader) : ERR_BAD_DATA;

	c->unfit = c->x.reader.level;
	if (e == ERR_OK)
		correct(&c->x.reader, f->quirk);
	if (e == ERR_OK && c->x.reader.level == CCID_CHARACTER)
		e = ERR_BROKEN; /* bytes one by one, 6 of 693 known readers: not spoken here */
	if (e == ERR_OK)
		begin_reader(c, f);
	else
		unfit(c, f, e);
}

static void on_gone(void *data)
{
	struct card *c = data;

	timer_stop(c->host->loop, &c->poll);
	timer_stop(c->host->loop, &c->left);
	c->op = OP_NONE;
	c->facts = NULL;
	drop_pending(c, ERR_GONE);
	card_answer(c, ERR_GONE);
	card_left(c);
	driver_status(c->host, ERR_GONE, false, NULL);
	if (c->probe.wanted)
		card_probe_tell(c);
}

static void on_cannot(void *data, enum err why)
{
	struct card *c = data;

	driver_status(c->host, why, false, NULL);
}

static const struct usb_handlers USB_HANDLERS = { .cannot = on_cannot,
						  .here = on_here,
						  .gone = on_gone };

static enum err start(struct driver_host *h, void **ret_self)
{
	struct card *c = calloc(1, sizeof *c);

	if (!c)
		return ERR_NO_MEMORY;
	c->host = h;
	c->nothing = -1;
	enum err e = mem_of(NULL, 0, &c->nothing);
	if (e == ERR_OK)
		e = usb_create(h->loop, ROLE_CARD, &USB_HANDLERS, c, &c->usb);
	if (e != ERR_OK) {
		if (c->nothing >= 0)
			close(c->nothing);
		free(c);
		return e;
	}
	driver_status(h, ERR_GONE, false, "");
	*ret_self = c;
	return ERR_OK;
}

static void begin_probe(struct card *c)
{
	c->probe = (struct probe){ .wanted = true };
	if (!c->facts)
		card_probe_tell(c);
	next(c);
}

static bool is_empty(int mem)
{
	struct stat st;

	return fstat(mem, &st) == 0 && st.st_size == 0;
}

static void message(void *self, enum role from, struct msg *m)
{
	struct card *c = self;

	if (m->type == MSG_PROBE && from == ROLE_CORE)
		begin_probe(c);
	if (m->type != MSG_APDU || from != ROLE_PARSE)
		return;
	if (c->pending || c->owed) {
		answer_to(c, m->apdu.seq, ERR_BUSY);
		return;
	}
	c->pending = true;
	c->pending_seq = m->apdu.seq;
	c->pending_command = take_fd(&m->apdu.command);
	c->renew |= is_empty(c->pending_command);
	if (!c->facts)
		drop_pending(c, ERR_GONE);
	next(c);
}

static void peer(void *self, enum role who, bool here)
{
	struct card *c = self;

	if (who == ROLE_CORE && here && c->told_in)
		tell_in(c, false);
	if (who != ROLE_PARSE)
		return;
	c->owed = false;
	if (c->pending)
		close(c->pending_command);
	c->pending = false;
	if (c->op == OP_APDU)
		usb_cancel_in(c->usb);
	c->renew = true;
	next(c);
}

static void stop(void *self)
{
	struct card *c = self;

	if (!c)
		return;
	if (c->pending)
		close(c->pending_command);
	timer_stop(c->host->loop, &c->poll);
	timer_stop(c->host->loop, &c->left);
	usb_destroy(c->usb);
	close(c->nothing);
	explicit_bzero(&c->x, sizeof c->x);
	free(c);
}

const struct driver CARD_CCID = {
	.name = "card_ccid",
	.role = ROLE_CARD,
	.start = start,
	.message = message,
	.peer = peer,
	.stop = stop,
};
