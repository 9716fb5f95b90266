#include "drivers/print_own.h"

#include "firmware/base/log.h"

#include <string.h>

#define OUT_MS       2000
#define OUT_TRIES    4  /* sends without a byte taken */
#define HOT_TRIES    45 /* the same, while it cools */
#define QUESTION_MS  900
#define ANSWER_MS    1000
#define ANSWER_TRIES 3
#define SETTLE_MS    120 /* after asking twice: a late answer is not the next question's */
#define IN_MS        30000
#define WORD_MS      500 /* an automatic status does not take longer */
#define CONTROL_MS   1000
#define MAX_MUTE     3
#define PORT_STATUS  1
#define PAPER_EMPTY  0x20

void print_begun(struct printer *p, enum err e)
{
	if (e != ERR_OK && e != ERR_GONE)
		usb_give_up(p->usb);
}

void print_wait(struct printer *p, uint32_t ms, timer_fn *fn)
{
	timer_set(p->host->loop, &p->timer, ms, fn, p);
}

void print_control(struct printer *p, uint8_t type, uint8_t request, uint16_t len, usb_done_fn *fn)
{
	struct usb_request r = { type, request, 0, len };

	print_begun(p, usb_control(p->usb, r, (struct usb_call){ fn, p, CONTROL_MS }));
}

static bool is_question(const struct printer *p)
{
	return p->phase == ASK || p->phase == MEND;
}

static void send_rest(struct printer *p);

static void on_port_stuck(void *data, enum err e, const uint8_t *bytes, size_t len)
{
	struct printer *p = data;

	if (e == ERR_OK && len > 0 && (bytes[0] & PAPER_EMPTY))
		p->state.paper_out = true;
	print_not_sent(p, ERR_TIMEOUT);
}

static void on_sent(void *data, enum err e, const uint8_t *bytes, size_t len)
{
	struct printer *p = data;
	enum err fault = escpos_fault(&p->state);

	(void)bytes;
	p->flying = false;
	p->out_done += len;
	p->out_tries = len > 0 ? 0 : p->out_tries + 1;
	if (p->out_done >= p->out_len)
		print_sent(p);
	else if (is_question(p) || (e != ERR_OK && e != ERR_TIMEOUT) || print_is_hard(fault))
		print_not_sent(p, e == ERR_OK ? ERR_TIMEOUT : e);
	else if (p->out_tries < (fault == ERR_HOT ? HOT_TRIES : OUT_TRIES))
		send_rest(p);
	else
		print_control(p, 0xa1, PORT_STATUS, 1, on_port_stuck);
}

static void send_rest(struct printer *p)
{
	struct usb_call call = { on_sent, p, is_question(p) ? QUESTION_MS : OUT_MS };

	p->flying = true;
	print_begun(p,
		    usb_out(p->usb, p->out + p->out_done, p->out_len - p->out_done, false, call));
}

void print_send(struct printer *p, enum print_phase phase, const void *bytes, size_t len)
{
	p->phase = phase;
	if (bytes)
		memcpy(p->out, bytes, len);
	p->out_len = len;
	p->out_done = 0;
	p->out_tries = 0;
	send_rest(p);
}

static void ask_next(void *data)
{
	struct printer *p = data;

	if (p->questions == 0) {
		p->question = 0;
		p->asked(p);
		return;
	}
	p->question = 1;
	while (!(p->questions & (1 << p->question)))
		p->question++;
	const uint8_t bytes[] = { 0x10, 0x04, p->question };
	print_send(p, ASK, bytes, sizeof bytes);
}

void print_ask(struct printer *p, uint8_t first, uint8_t last, void (*asked)(struct printer *p))
{
	p->questions = 0;
	for (uint8_t n = first; n <= last; n++)
		p->questions |= (uint8_t)(1 << n);
	p->tries = 0;
	p->asked = asked;
	ask_next(p);
}

static void after_answer(struct printer *p)
{
	bool twice = p->tries > 0;

	p->tries = 0;
	timer_stop(p->host->loop, &p->timer);
	if (twice)
		print_wait(p, SETTLE_MS, ask_next);
	else
		ask_next(p);
}

static void answered(struct printer *p, uint8_t byte)
{
	if (p->phase != ASK || p->question == 0)
		return; /* nothing was asked: an echo of before */
	escpos_realtime(&p->state, p->question, byte);
	p->questions &= (uint8_t) ~(1 << p->question);
	p->question = 0;
	p->mute = 0;
	if (!p->flying)
		after_answer(p);
}

void print_question_sent(struct printer *p)
{
	if (p->question == 0)
		after_answer(p);
	else
		print_wait(p, ANSWER_MS, print_unanswered);
}

static void on_port_after_mute(void *data, enum err e, const uint8_t *bytes, size_t len)
{
	struct printer *p = data;

	if (e != ERR_OK || len < 1 || ++p->mute > MAX_MUTE) {
		log_line(LOG_WARN, "print.mute", "err=%s", err_name(e));
		usb_give_up(p->usb);
		return;
	}
	p->state.offline = true;
	if (bytes[0] & PAPER_EMPTY)
		p->state.paper_out = true;
	p->questions = 0;
	ask_next(p);
}

void print_unanswered(void *data)
{
	struct printer *p = data;

	p->question = 0;
	if (++p->tries < ANSWER_TRIES)
		ask_next(p);
	else
		print_control(p, 0xa1, PORT_STATUS, 1, on_port_after_mute);
}

static void take(struct printer *p, uint8_t byte)
{
	switch (escpos_take(&p->in, byte)) {
	case ESCPOS_REALTIME:
		answered(p, p->in.bytes[0]);
		return;
	case ESCPOS_AUTO:
		escpos_auto(&p->state, p->in.bytes);
		print_status_came(p);
		return;
	case ESCPOS_INLINE:
		escpos_inline(&p->state, p->in.bytes[0]);
		print_confirmed(p);
		return;
	case ESCPOS_NOTHING:
		return;
	}
}

static void on_in(void *data, enum err e, const uint8_t *bytes, size_t len)
{
	struct printer *p = data;
	int64_t now = loop_now_ms(p->host->loop);

	p->in_failures = e == ERR_OK || e == ERR_TIMEOUT ? 0 : p->in_failures + 1;
	if (p->in_failures > MAX_MUTE) {
		usb_give_up(p->usb);
		return;
	}
	print_listen(p);
	if (now - p->in_ms > WORD_MS)
		escpos_quiet(&p->in);
	p->in_ms = now;
	for (size_t i = 0; i < len; i++)
		take(p, bytes[i]);
}

void print_listen(struct printer *p)
{
	print_begun(p, usb_in(p->usb, PRINT_PIPE_BYTES, (struct usb_call){ on_in, p, IN_MS }));
}
