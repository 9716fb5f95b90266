/* The receipt printer. What it is asked, and when:
 *
 *   here -> RESET -> ASK (DLE EOT 1-4) -> CLEAR (end an unfinished strip, ESC @, status on) -> IDLE
 *   PRINT -> ASK -> CLEAR -> STRIP -> ASK (DLE EOT 1) -> STRIP ... -> CUT -> CONFIRM (the answer
 *   to GS r, which waits its turn behind the cut) -> ASK -> printed
 *
 * A fault ends the job at once, but for heat, which passes (COOL). What the printer has of it is
 * thrown away (RESET), and it is CLEARed when the fault is gone. While a strip is unfinished
 * nothing is asked, for the question would be dots: automatic status and port status tell. */
#include "drivers/driver.h"
#include "drivers/print_own.h"
#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/base/mem.h"

#include <stdlib.h>
#include <string.h>

#define CONFIRM_MS    10000
#define UNTOLD_MS     3000 /* the same, for a printer that is known not to answer GS r */
#define POLL_MS       5000
#define FAULT_POLL_MS 1000
#define NEWS_MS       50
#define COOL_POLLS    90
#define BUSY_POLLS    15
#define MEND_EVERY    10 /* polls of a jam or a stuck cutter: DLE ENQ moves the blade */
#define PICTURE_MAX   ((size_t)ESCPOS_MAX_ROW_BYTES * ESCPOS_MAX_LINES)
#define PORT_STATUS   1
#define SOFT_RESET    2

#define PORT_PAPER_EMPTY 0x20
#define PORT_NO_ERROR    0x08

static void idle(struct printer *p);
static void reset(struct printer *p);
static void begin_job(struct printer *p);

static void tell_done(struct printer *p, uint32_t job, enum err why)
{
	struct msg m = { .type = MSG_PRINT_DONE, .print_done = { job, why } };

	p->host->tell(p->host->data, ROLE_CORE, &m);
}

static void tell_state(struct printer *p)
{
	driver_status(p->host, escpos_fault(&p->state), p->state.near_end, p->facts->model);
}

/* Heat and an unexplained pause pass by themselves; the others need a person. */
static bool passes(enum err fault)
{
	return fault == ERR_HOT || fault == ERR_BUSY;
}

bool print_is_hard(enum err fault)
{
	return fault != ERR_OK && !passes(fault);
}

static void end_job(struct printer *p, enum err why)
{
	if (!p->busy)
		return;
	p->busy = false;
	mem_unmap(p->bits, p->bits_len);
	p->bits = NULL;
	if (!p->flying)
		explicit_bzero(p->out, sizeof p->out);
	/* whoever puts in paper takes away the piece that hung out */
	p->fragment = why != ERR_OK && why != ERR_PAPER_OUT && p->strip > 0;
	bool owed = p->owed;
	p->owed = false;
	if (owed)
		tell_done(p, p->job, why);
}

static void fail_job(struct printer *p, enum err why)
{
	p->unclear = true;
	end_job(p, why);
	reset(p);
}

/* ---- becoming clear ---- */

static void cleared(struct printer *p)
{
	p->unclear = p->fragment = p->deaf = false;
	p->unfinished = 0;
}

/* Zeros are dots to a printer inside a strip, and nothing to one outside. */
static void clear(struct printer *p)
{
	static const uint8_t START[] = { 0x1b, '@', 0x1d, 'a', 0x0e };
	static const uint8_t CUT_OFF[] = { 0x1d, 'V', 66, 0 };
	size_t n = p->unfinished;

	memset(p->out, 0, n);
	memcpy(p->out + n, START, sizeof START);
	n += sizeof START;
	memcpy(p->out + n, CUT_OFF, sizeof CUT_OFF);
	if (p->fragment)
		n += sizeof CUT_OFF;
	print_send(p, CLEAR, NULL, n);
}

static void known(struct printer *p)
{
	tell_state(p);
	if (p->unclear && escpos_fault(&p->state) == ERR_OK)
		clear(p);
	else
		idle(p);
}

static void on_reset(void *data, enum err e, const uint8_t *bytes, size_t len)
{
	struct printer *p = data;

	(void)bytes, (void)len;
	p->deaf = e != ERR_OK;
	if (p->deaf)
		idle(p);
	else
		print_ask(p, 1, 4, known);
}

static void reset(struct printer *p)
{
	p->phase = RESET;
	p->question = 0;
	timer_stop(p->host->loop, &p->timer);
	print_control(p, 0x21, SOFT_RESET, 0, on_reset);
}

/* A cheap printer may know neither SOFT_RESET nor the port status: then the zeros must do, and
 * whether it takes them shows. */
static void on_port_deaf(void *data, enum err e, const uint8_t *bytes, size_t len)
{
	struct printer *p = data;
	bool known = e == ERR_OK && len > 0;

	if (known)
		p->state.paper_out = bytes[0] & PORT_PAPER_EMPTY;
	enum err fault = escpos_fault(&p->state);
	if (!print_is_hard(fault) && (!known || (bytes[0] & PORT_NO_ERROR))) {
		clear(p);
		return;
	}
	if (!print_is_hard(fault))
		p->state.offline = true;
	tell_state(p);
	end_job(p, escpos_fault(&p->state));
	idle(p);
}

static void mend(struct printer *p)
{
	static const uint8_t ENQ[] = { 0x10, 0x05, 2 };

	print_send(p, MEND, ENQ, sizeof ENQ);
}

static void on_idle_over(void *data)
{
	struct printer *p = data;
	enum err fault = escpos_fault(&p->state);

	if (p->deaf)
		print_control(p, 0xa1, PORT_STATUS, 1, on_port_deaf);
	else if ((fault == ERR_JAM || fault == ERR_CUTTER) && ++p->polls % MEND_EVERY == 0)
		mend(p);
	else
		print_ask(p, 1, 4, known);
}

static void idle(struct printer *p)
{
	bool well = escpos_fault(&p->state) == ERR_OK;

	p->phase = IDLE;
	if (p->busy && !p->deaf)
		begin_job(p);
	else
		print_wait(p, !well ? FAULT_POLL_MS : p->deaf ? 0 : POLL_MS, on_idle_over);
}

/* ---- a job ---- */

static void strip(struct printer *p);

static void on_cool_over(void *data);

/* True when the job cannot go on now; then what follows is arranged. */
static bool stopped(struct printer *p)
{
	enum err fault = escpos_fault(&p->state);

	tell_state(p);
	if (fault == ERR_OK) {
		p->polls = 0;
		return false;
	}
	if (print_is_hard(fault) || ++p->polls > (fault == ERR_HOT ? COOL_POLLS : BUSY_POLLS)) {
		fail_job(p, fault);
		return true;
	}
	p->phase = COOL;
	print_wait(p, FAULT_POLL_MS, on_cool_over);
	return true;
}

static void cooled(struct printer *p)
{
	if (!stopped(p))
		strip(p);
}

static void on_cool_over(void *data)
{
	print_ask(data, 1, 4, cooled);
}

static void looked(struct printer *p)
{
	if (p->state.offline)
		print_ask(p, 1, 4, cooled);
	else
		strip(p);
}

static void printed(struct printer *p)
{
	enum err fault = escpos_fault(&p->state);

	tell_state(p);
	if (print_is_hard(fault)) {
		fail_job(p, fault);
		return;
	}
	end_job(p, ERR_OK);
	idle(p);
}

static void on_confirm_late(void *data)
{
	struct printer *p = data;

	p->untold = true; /* so what it says to DLE EOT, after the cut, must do */
	print_ask(p, 1, 4, printed);
}

void print_confirmed(struct printer *p)
{
	if (p->phase != CUT && p->phase != CONFIRM)
		return;
	p->confirmed = true;
	if (p->phase == CUT)
		return; /* it was faster than the end of the transfer */
	timer_stop(p->host->loop, &p->timer);
	print_ask(p, 1, 4, printed);
}

static void strip(struct printer *p)
{
	static const uint8_t END[] = { 0x1d, 'V', 66, 0, 0x1d, 'r', 1 };
	size_t n = escpos_strip(&p->picture, p->strip, p->out);

	if (n > 0) {
		p->strip++;
		print_send(p, STRIP, NULL, n);
	} else {
		p->confirmed = false;
		print_send(p, CUT, END, sizeof END);
	}
}

static void ready_to_begin(struct printer *p)
{
	enum err fault = escpos_fault(&p->state);

	tell_state(p);
	if ((fault == ERR_JAM || fault == ERR_CUTTER) && p->polls == 0) {
		p->polls = 1;
		mend(p);
		return;
	}
	if (print_is_hard(fault)) {
		p->strip = 0;
		end_job(p, fault);
		idle(p);
	} else {
		p->polls = 0;
		clear(p);
	}
}

static void begin_job(struct printer *p)
{
	p->polls = 0;
	print_ask(p, 1, 4, ready_to_begin);
}

static void cut_sent(struct printer *p)
{
	p->phase = CONFIRM;
	if (p->confirmed)
		print_confirmed(p);
	else
		print_wait(p, p->untold ? UNTOLD_MS : CONFIRM_MS, on_confirm_late);
}

void print_sent(struct printer *p)
{
	enum err fault = escpos_fault(&p->state);

	/* the news of a fault may have been faster than the end of the transfer */
	if (p->busy && print_is_hard(fault) && p->phase != ASK && p->phase != MEND) {
		fail_job(p, fault);
		return;
	}
	switch (p->phase) {
	case ASK:
		print_question_sent(p);
		return;
	case CLEAR:
		cleared(p);
		if (p->busy)
			strip(p);
		else
			print_ask(p, 1, 4, known);
		return;
	case STRIP:
		print_ask(p, 1, 1, looked);
		return;
	case CUT:
		cut_sent(p);
		return;
	case MEND:
		print_ask(p, 1, 4, p->busy ? ready_to_begin : known);
		return;
	default:
		return;
	}
}

void print_not_sent(struct printer *p, enum err why)
{
	enum err fault = escpos_fault(&p->state);

	if (p->phase == ASK || p->phase == MEND) {
		p->phase = ASK;
		print_unanswered(p);
		return;
	}
	p->unfinished = p->out_len - p->out_done;
	if (why == ERR_TIMEOUT && fault == ERR_OK)
		p->state.offline = true; /* it takes nothing, and does not say why */
	tell_state(p);
	fail_job(p, fault != ERR_OK ? fault : why);
}

void print_status_came(struct printer *p)
{
	enum err fault = escpos_fault(&p->state);

	tell_state(p);
	if (p->phase == IDLE)
		print_wait(p, NEWS_MS, on_idle_over);
	if (!print_is_hard(fault))
		return;
	if (p->phase == STRIP || p->phase == CUT || p->phase == CLEAR)
		usb_cancel_out(p->usb);
	else if (p->phase == CONFIRM)
		fail_job(p, fault);
}

/* ---- the device, and core ---- */

static void on_here(void *data, const struct usb_facts *f)
{
	struct printer *p = data;

	p->facts = f;
	p->state = (struct escpos_state){ 0 };
	p->in = (struct escpos_in){ 0 };
	p->mute = p->in_failures = p->polls = 0;
	p->untold = false;
	p->unclear = true; /* whoever used it last may have stopped in the middle of a strip */
	p->unfinished = ESCPOS_MAX_STRIP;
	p->flying = false;
	print_listen(p);
	reset(p);
}

static void on_gone(void *data)
{
	struct printer *p = data;

	timer_stop(p->host->loop, &p->timer);
	p->facts = NULL;
	p->phase = IDLE;
	p->question = 0;
	end_job(p, ERR_GONE);
	driver_status(p->host, ERR_GONE, false, NULL);
}

static void on_cannot(void *data, enum err why)
{
	struct printer *p = data;

	driver_status(p->host, why, false, NULL);
}

static const struct usb_handlers USB_HANDLERS = { .cannot = on_cannot,
						  .here = on_here,
						  .gone = on_gone };

static enum err start(struct driver_host *h, void **ret_self)
{
	struct printer *p = calloc(1, sizeof *p);

	if (!p)
		return ERR_NO_MEMORY;
	p->host = h;
	enum err e = usb_create(h->loop, ROLE_PRINT, &USB_HANDLERS, p, &p->usb);
	if (e != ERR_OK) {
		free(p);
		return e;
	}
	driver_status(h, ERR_GONE, false, "");
	*ret_self = p;
	return ERR_OK;
}

static enum err take_job(struct printer *p, const struct msg_print *m)
{
	if (!p->facts)
		return ERR_GONE;
	if (p->busy)
		return ERR_BUSY;
	enum err e = mem_map(m->bits, PICTURE_MAX, &p->bits, &p->bits_len);
	if (e != ERR_OK)
		return e;
	e = escpos_picture_of(m->width, m->height, p->bits, p->bits_len, &p->picture);
	if (e != ERR_OK) {
		mem_unmap(p->bits, p->bits_len);
		return e;
	}
	p->busy = p->owed = true;
	p->job = m->job;
	p->strip = 0;
	return ERR_OK;
}

static void message(void *self, enum role from, struct msg *m)
{
	struct printer *p = self;

	if (m->type != MSG_PRINT || from != ROLE_CORE)
		return;
	enum err e = take_job(p, &m->print);
	if (e != ERR_OK)
		tell_done(p, m->print.job, e);
	else if (p->phase == IDLE)
		idle(p);
}

static void peer(void *self, enum role who, bool here)
{
	struct printer *p = self;

	(void)here; /* a core that came does not know the jobs of the one before */
	if (who == ROLE_CORE)
		p->owed = false;
}

static void stop(void *self)
{
	struct printer *p = self;

	if (!p)
		return;
	timer_stop(p->host->loop, &p->timer);
	usb_destroy(p->usb);
	if (p->busy)
		mem_unmap(p->bits, p->bits_len);
	free(p);
}

const struct driver PRINT_ESCPOS = {
	.name = "print_escpos",
	.role = ROLE_PRINT,
	.start = start,
	.message = message,
	.peer = peer,
	.stop = stop,
};
