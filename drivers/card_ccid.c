/* The chip reader. One operation at a time goes through the reader:
 *
 *     arrive -> DRAIN -> SLOT -> (card) POWER -> CARD_IN -> APDU ...   SLOT every POLL_MS
 *     an APDU without an answer -> ABORT -> SLOT; the reader that does not answer that either
 *     is closed and opened anew.
 *
 * The notification of the interrupt endpoint may be stale or lost, so it only makes us ask. */
#include "drivers/card_own.h"
#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define POLL_MS        1000 /* with an interrupt endpoint: in case a notification was lost */
#define POLL_BLIND_MS  250  /* without */
#define SEND_MS        2000
#define ANSWER_MS      5000 /* a card without time extension; PACE takes 1-2 s */
#define ANSWER_MAX_MS  60000
#define DRAIN_MS       50
#define ABORT_MS       3000
#define LEFT_MS        400 /* for an APDU's answer after the card was seen leaving */
#define EVENT_MS       60000
#define EVENT_BYTES    8
#define POWER_TRIES    3
#define SICK_POLLS     2 /* one more try after so many polls */
#define MAX_FAILURES   3
#define MAX_EXTENSIONS 100
#define ABORT_REQUEST  0x01

static void next(struct card *c);

static void answer_to(struct card *c, uint32_t seq, enum err why)
{
	struct msg m = { .type = MSG_APDU_ANSWER, .apdu_answer = { seq, why, -1 } };
	size_t len = why == ERR_OK ? c->x.answer_len : 0;

	if (mem_of(c->x.answer, len, &m.apdu_answer.answer) != ERR_OK)
		return;
	c->host->tell(c->host->data, ROLE_PARSE, &m);
	close(m.apdu_answer.answer);
}

static void answer(struct card *c, enum err why)
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

static void card_left(struct card *c)
{
	struct msg m = { .type = MSG_CARD_OUT };

	drop_pending(c, ERR_NO_CARD);
	c->powered = c->renew = false;
	if (!c->told_in)
		return;
	c->told_in = false;
	if (c->op == OP_NONE)
		ccid_wipe(&c->x);
	c->host->tell(c->host->data, ROLE_CORE, &m);
}

static void tell_in(struct card *c)
{
	struct msg m = { .type = MSG_CARD_IN,
			 .card_in = { .max_answer = ccid_max_answer(&c->x),
				      .atr_len = c->atr_len } };

	memcpy(m.card_in.atr, c->atr, c->atr_len);
	c->told_in = true;
	c->host->tell(c->host->data, ROLE_CORE, &m);
}

static void reader_is(struct card *c, enum err state)
{
	driver_status(c->host, state, false, c->facts ? c->facts->model : NULL);
}

static void slot_seen(struct card *c)
{
	c->present = c->x.card != CCID_ABSENT;
	if (!c->present) {
		c->power_tries = c->voltage = 0;
		c->sick = ERR_OK;
		card_left(c);
	} else if (c->x.card == CCID_INACTIVE && c->powered) {
		card_left(c); /* powered by us, and now it is not: it was lifted and laid back */
	}
	reader_is(c, c->sick);
}

static void powered(struct card *c)
{
	c->atr_len = (uint8_t)(c->x.answer_len < CCID_MAX_ATR ? c->x.answer_len : CCID_MAX_ATR);
	memcpy(c->atr, c->x.answer, c->atr_len);
	c->powered = c->fresh = true;
	c->renew = false;
	c->power_tries = 0;
	c->sick = ERR_OK;
	reader_is(c, ERR_OK);
	if (!c->told_in)
		tell_in(c);
}

static void power_failed(struct card *c, enum err why)
{
	c->look = true;
	c->renew = false;
	if (!c->x.reader.picks_voltage)
		c->voltage++;
	if (++c->power_tries < POWER_TRIES)
		return;
	c->sick = why == ERR_BROKEN ? ERR_BROKEN : ERR_CARD_MUTE;
	card_left(c); /* to core it is no card; the state says why */
}

static void apdu_ended(struct card *c, enum err e)
{
	c->fresh = false;
	if (e == ERR_OK) {
		answer(c, ERR_OK);
		return;
	}
	c->look = true;
	c->powered = false; /* whatever was agreed with the card is lost */
	answer(c, c->x.card == CCID_ABSENT ? ERR_NO_CARD : e);
}

static void abort_ended(struct card *c, enum err e)
{
	c->look = true;
	c->powered = false;
	if (e != ERR_OK)
		c->failures = MAX_FAILURES;
}

static void give_up(struct card *c)
{
	log_line(LOG_WARN, "card.reader_lost", "model=%s", c->facts->model);
	usb_give_up(c->usb);
}

static void ended(struct card *c, enum err e)
{
	enum op op = c->op;

	c->op = OP_NONE;
	timer_stop(c->host->loop, &c->left);
	c->drain = e != ERR_OK;
	if (op == OP_SLOT) /* a reader that cannot say how its slot is has lost its senses */
		c->failures = e == ERR_OK ? 0 : c->failures + 1;
	if (op == OP_SLOT && e != ERR_OK)
		c->look = true;
	if (op == OP_SLOT && e == ERR_OK)
		slot_seen(c);
	if (op == OP_OFF)
		c->powered = false;
	if (op == OP_POWER && e == ERR_OK)
		powered(c);
	if (op == OP_POWER && e != ERR_OK)
		power_failed(c, e);
	if (op == OP_APDU)
		apdu_ended(c, e);
	if (op == OP_ABORT)
		abort_ended(c, e);
	if (c->failures >= MAX_FAILURES)
		give_up(c);
	else
		next(c);
}

static void on_read(void *data, enum err e, const uint8_t *bytes, size_t len);

static uint32_t answer_ms(const struct card *c)
{
	uint32_t base = c->op == OP_ABORT ? ABORT_MS : ANSWER_MS * c->slow;
	uint32_t ms = base * (c->x.patience ? c->x.patience : 1u);

	return ms < ANSWER_MAX_MS ? ms : ANSWER_MAX_MS;
}

/* Reading or sending failed at once: when the device is gone, gone() says so soon. */
static void begun(struct card *c, enum err e)
{
	if (e != ERR_OK && e != ERR_GONE)
		usb_give_up(c->usb);
}

static void read_more(struct card *c)
{
	uint32_t ms = c->op == OP_DRAIN ? DRAIN_MS : answer_ms(c);

	begun(c, usb_in(c->usb, c->x.want, (struct usb_call){ on_read, c, ms }));
}

static void on_sent(void *data, enum err e, const uint8_t *bytes, size_t len)
{
	struct card *c = data;

	(void)bytes;
	if (e == ERR_OK && len == c->x.out_len)
		read_more(c);
	else
		ended(c, e == ERR_OK ? ERR_IO : e);
}

static void send_out(struct card *c)
{
	struct usb_call call = { on_sent, c, SEND_MS };

	begun(c, usb_out(c->usb, c->x.out, c->x.out_len, true, call));
}

static void on_abort_asked(void *data, enum err e, const uint8_t *bytes, size_t len)
{
	(void)e, (void)bytes, (void)len; /* some refuse the request and take the message */
	send_out(data);
}

/* CCID 5.3.1: the request on the control pipe and the message, with the same number. */
static void abort_exchange(struct card *c, enum err why)
{
	struct usb_request r = { 0x21, ABORT_REQUEST, (uint16_t)(c->x.seq << 8), 0 };

	answer(c, why);
	c->op = OP_ABORT;
	timer_stop(c->host->loop, &c->left);
	ccid_abort(&c->x);
	begun(c, usb_control(c->usb, r, (struct usb_call){ on_abort_asked, c, ABORT_MS }));
}

static void on_drained(struct card *c, enum err e)
{
	/* as long as something comes, there may be more */
	if (e == ERR_OK && ++c->x.strays < CCID_MAX_STRAYS)
		read_more(c);
	else
		ended(c, ERR_OK);
}

static void take(struct card *c, const uint8_t *bytes, size_t len)
{
	enum ccid_next n = ccid_take(&c->x, bytes, len);

	if (n == CCID_SEND)
		send_out(c);
	else if (n == CCID_DONE)
		ended(c, ERR_OK);
	else if (n == CCID_FAILED)
		ended(c, c->x.why);
	else if (c->x.patience && ++c->extensions > MAX_EXTENSIONS)
		abort_exchange(c, ERR_TIMEOUT);
	else
		read_more(c);
}

static void on_read(void *data, enum err e, const uint8_t *bytes, size_t len)
{
	struct card *c = data;

	if (c->op == OP_DRAIN)
		on_drained(c, e);
	else if (e == ERR_OK || (e == ERR_TIMEOUT && len > 0))
		take(c, bytes, len);
	else if (c->op == OP_APDU && e == ERR_TIMEOUT)
		abort_exchange(c, ERR_TIMEOUT);
	else if (c->op == OP_APDU && e == ERR_CANCELLED)
		abort_exchange(c, ERR_NO_CARD);
	else
		ended(c, e);
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
		answer(c, e); /* nothing was sent: the card is as it was, or freshly powered */
		next(c);
		return;
	}
	c->op = OP_APDU;
	c->extensions = 0;
	send_out(c);
}

static void begin_power(struct card *c)
{
	static const uint8_t ORDER[] = { 1, 2, 3 }; /* 5 V, 3 V, 1.8 V */

	c->op = OP_POWER;
	ccid_power_on(&c->x, c->x.reader.picks_voltage ? 0 : ORDER[c->voltage % 3]);
	send_out(c);
}

static void begin(struct card *c, enum op op, void (*build)(struct ccid_exchange *x))
{
	c->op = op;
	build(&c->x);
	send_out(c);
}

static void begin_drain(struct card *c)
{
	c->drain = false;
	c->op = OP_DRAIN;
	c->x.strays = 0;
	c->x.want = CCID_HEAD;
	read_more(c);
}

static void on_poll(void *data)
{
	struct card *c = data;

	c->look = true;
	/* it may be moved to where it answers without leaving the reader */
	if (c->sick != ERR_OK && ++c->polls % SICK_POLLS == 0)
		c->power_tries = POWER_TRIES - 1;
	next(c);
}

static void next(struct card *c)
{
	if (!c->facts || c->op != OP_NONE)
		return;
	if (c->drain) {
		begin_drain(c);
	} else if (c->look) {
		c->look = false;
		begin(c, OP_SLOT, ccid_ask_slot);
	} else if (c->powered && c->renew && !c->fresh) {
		begin(c, OP_OFF, ccid_power_off);
	} else if (c->present && !c->powered && c->power_tries < POWER_TRIES) {
		begin_power(c);
	} else if (c->pending && c->powered) {
		begin_apdu(c);
	} else {
		uint8_t event = c->facts->ifaces[c->facts->chosen].event.address;

		drop_pending(c, c->present ? ERR_CARD_MUTE : ERR_NO_CARD);
		timer_set(c->host->loop, &c->poll, event ? POLL_MS : POLL_BLIND_MS, on_poll, c);
	}
}

static void on_left(void *data)
{
	struct card *c = data;

	usb_cancel_in(c->usb);
}

static void watch_events(struct card *c);

static void on_event(void *data, enum err e, const uint8_t *bytes, size_t len)
{
	struct card *c = data;
	bool absent = false;

	if (e == ERR_OK && ccid_event(bytes, len, &absent)) {
		c->look = true;
		if (absent && c->op == OP_APDU)
			timer_set(c->host->loop, &c->left, LEFT_MS, on_left, c);
	}
	if (e == ERR_OK || e == ERR_TIMEOUT)
		watch_events(c); /* after another error polling must do */
	next(c);
}

static void watch_events(struct card *c)
{
	if (c->facts->ifaces[c->facts->chosen].event.address)
		begun(c,
		      usb_event(c->usb, EVENT_BYTES, (struct usb_call){ on_event, c, EVENT_MS }));
}

static uint32_t slowness(const struct usb_facts *f)
{
	return f->quirk == QUIRK_SLOW_4 ? 4 : f->quirk == QUIRK_SLOW_10 ? 10 : 1;
}

static void on_here(void *data, const struct usb_facts *f)
{
	struct card *c = data;
	size_t len = 0;
	const uint8_t *d = usb_extra(&f->ifaces[f->chosen], 0x21, &len);
	enum err e = d ? ccid_reader_of(d, len, &c->x.reader) : ERR_BAD_DATA;

	if (e != ERR_OK) {
		log_line(LOG_ERROR, "card.reader_unfit", "model=%s err=%s", f->model, err_name(e));
		driver_status(c->host, ERR_BROKEN, false, f->model);
		return;
	}
	c->facts = f;
	c->slow = slowness(f);
	c->op = OP_NONE;
	c->present = false;
	c->sick = ERR_OK;
	c->failures = c->power_tries = c->voltage = 0;
	c->drain = c->look = true;
	watch_events(c);
	next(c);
}

static void on_gone(void *data)
{
	struct card *c = data;

	timer_stop(c->host->loop, &c->poll);
	timer_stop(c->host->loop, &c->left);
	c->op = OP_NONE;
	c->facts = NULL;
	drop_pending(c, ERR_GONE);
	answer(c, ERR_GONE);
	card_left(c);
	driver_status(c->host, ERR_GONE, false, NULL);
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
	enum err e = usb_create(h->loop, ROLE_CARD, &USB_HANDLERS, c, &c->usb);
	if (e != ERR_OK) {
		free(c);
		return e;
	}
	driver_status(h, ERR_GONE, false, "");
	*ret_self = c;
	return ERR_OK;
}

static void tell_probed(struct card *c)
{
	struct msg m = { .type = MSG_PROBED };

	card_probe_text(c, m.probed.text, sizeof m.probed.text);
	c->host->tell(c->host->data, ROLE_CORE, &m);
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
		tell_probed(c);
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
		tell_in(c);
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
