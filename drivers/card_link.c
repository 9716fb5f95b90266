/* One operation through the reader: a message out, messages in until it is done; more time when
 * the card asks for it; abort when it does not answer. */
#include "drivers/card_own.h"

#define SEND_MS        2000
#define ANSWER_MS      5000 /* a card without time extension; PACE takes 1-2 s */
#define ANSWER_MAX_MS  60000
#define DRAIN_MS       50
#define ABORT_MS       3000
#define LEFT_MS        400 /* for an APDU's answer after the card was seen leaving */
#define EVENT_MS       60000
#define EVENT_BYTES    8
#define MAX_EXTENSIONS 100
#define ABORT_REQUEST  0x01

static void on_read(void *data, enum err e, const uint8_t *bytes, size_t len);

static uint32_t answer_ms(const struct card *c)
{
	uint32_t base = c->op == OP_ABORT ? ABORT_MS : ANSWER_MS * c->facts->times;
	uint32_t ms = base * (c->x.patience ? c->x.patience : 1u);

	return ms < ANSWER_MAX_MS ? ms : ANSWER_MAX_MS;
}

void card_begun(struct card *c, enum err e)
{
	if (e != ERR_OK && e != ERR_GONE)
		usb_give_up(c->usb);
}

static void read_more(struct card *c)
{
	uint32_t ms = c->op == OP_DRAIN ? DRAIN_MS : answer_ms(c);

	card_begun(c, usb_in(c->usb, c->x.want, (struct usb_call){ on_read, c, ms }));
}

static void on_sent(void *data, enum err e, const uint8_t *bytes, size_t len)
{
	struct card *c = data;

	(void)bytes;
	if (e == ERR_OK && len == c->x.out_len)
		read_more(c);
	else
		card_ended(c, e == ERR_OK ? ERR_IO : e);
}

static void send_out(struct card *c)
{
	struct usb_call call = { on_sent, c, SEND_MS };

	card_begun(c, usb_out(c->usb, c->x.out, c->x.out_len, true, call));
}

void card_send(struct card *c)
{
	c->extensions = 0;
	send_out(c);
}

void card_drain(struct card *c)
{
	c->x.strays = 0;
	c->x.want = CCID_HEAD;
	read_more(c);
}

static void on_abort_asked(void *data, enum err e, const uint8_t *bytes, size_t len)
{
	(void)e, (void)bytes, (void)len; /* some refuse the request and take the message */
	send_out(data);
}

/* CCID 5.3.1: the request on the control pipe and the message, with the same number. */
static void abort_exchange(struct card *c, enum err why)
{
	uint16_t value = (uint16_t)(c->x.seq << 8 | c->x.slot);
	struct usb_request r = { 0x21, ABORT_REQUEST, value, 0 };

	card_answer(c, why);
	c->op = OP_ABORT;
	timer_stop(c->host->loop, &c->left);
	ccid_abort(&c->x);
	card_begun(c, usb_control(c->usb, r, (struct usb_call){ on_abort_asked, c, ABORT_MS }));
}

static void on_drained(struct card *c, enum err e)
{
	/* as long as something comes, there may be more */
	if (e == ERR_OK && ++c->x.strays < CCID_MAX_STRAYS)
		read_more(c);
	else
		card_ended(c, ERR_OK);
}

static void take(struct card *c, const uint8_t *bytes, size_t len)
{
	enum ccid_next n = ccid_take(&c->x, bytes, len);

	if (n == CCID_SEND)
		send_out(c);
	else if (n == CCID_DONE)
		card_ended(c, ERR_OK);
	else if (n == CCID_FAILED)
		card_ended(c, c->x.why);
	else if (c->x.patience && ++c->extensions > MAX_EXTENSIONS)
		abort_exchange(c, ERR_TIMEOUT);
	else
		read_more(c);
}

static void on_read(void *data, enum err e, const uint8_t *bytes, size_t len)
{
	struct card *c = data;
	bool with_card = c->op == OP_APDU || c->op == OP_AGREE;

	if (c->op == OP_DRAIN)
		on_drained(c, e);
	else if (e == ERR_OK || (e == ERR_TIMEOUT && len > 0))
		take(c, bytes, len);
	else if (with_card && e == ERR_TIMEOUT)
		abort_exchange(c, ERR_TIMEOUT);
	else if (with_card && e == ERR_CANCELLED)
		abort_exchange(c, ERR_NO_CARD);
	else
		card_ended(c, e);
}

static void on_left(void *data)
{
	struct card *c = data;

	usb_cancel_in(c->usb);
}

void card_left_soon(struct card *c)
{
	timer_set(c->host->loop, &c->left, LEFT_MS, on_left, c);
}

static void on_event(void *data, enum err e, const uint8_t *bytes, size_t len)
{
	struct card *c = data;
	bool absent = false;

	if (e == ERR_OK || e == ERR_TIMEOUT)
		card_event_next(c); /* after another error polling must do */
	if (e == ERR_OK && ccid_event(bytes, len, c->x.slot, &absent))
		card_noticed(c, absent);
}

void card_event_next(struct card *c)
{
	struct usb_call call = { on_event, c, EVENT_MS };

	if (c->facts->ifaces[c->facts->chosen].event.address)
		card_begun(c, usb_event(c->usb, EVENT_BYTES, call));
}
