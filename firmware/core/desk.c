/* The devices at the counter: what they report, scanning a page, printing a receipt. */
#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/core/audit.h"
#include "firmware/core/core.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DRAW_MS  10000
#define SCAN_MS  150000 /* one sheet on the slowest scanner, and its preparing */
#define PRINT_MS 120000 /* a hot head cools meanwhile */

enum err desk_state(const struct core *c, enum role device)
{
	const struct device_state *d = &c->desk.devices[device];

	return d->here ? d->state : ERR_GONE;
}

static void scan_ended(struct core *c, enum err why)
{
	c->desk.scanning = false;
	timer_stop(c->child.loop, &c->desk.scan_deadline);
	guest_step(c, &(struct visit_event){ .on = ON_SCANNED, .why = why });
}

/* The device that the fault is about, or the one that does as well. */
static bool mends(const struct visit *v, enum role device)
{
	bool instead = v->device == visit_needs(v->under) && device == visit_needs_or(v->under);

	return v->at == SCREEN_FAULT && (v->device == device || instead);
}

static bool unfit(const struct core *c, enum role device)
{
	enum err state = desk_able(c, device);

	return state != ERR_OK && state != ERR_BUSY;
}

static bool concerns(enum screen s, enum role device)
{
	return visit_needs(s) == device || visit_needs_or(s) == device;
}

/* What a screen offers depends on what works. */
static bool tells_of(enum screen s)
{
	switch (s) {
	case SCREEN_ATTRACT:
	case SCREEN_HOME:
	case SCREEN_IDENTIFY:
	case SCREEN_IDENTITY:
	case SCREEN_SCAN:
	case SCREEN_ACCEPTED:
	case SCREEN_ACCEPTED_OFFLINE:
	case SCREEN_TRACK:
	case SCREEN_TRACK_CODE:
		return true;
	default:
		return false;
	}
}

/* Tells the visit when the device of its present screen has become unfit, or fit again. */
static void tell(struct core *c, enum role device)
{
	struct visit *v = &c->visit;
	enum err state = desk_able(c, device);

	if (state == ERR_OK && mends(v, device))
		guest_step(c, &(struct visit_event){ .on = ON_MENDED });
	else if (concerns(v->at, device) && unfit(c, visit_needs(v->at)) &&
		 unfit(c, visit_needs_or(v->at)))
		guest_step(c, &(struct visit_event){ .on = ON_FAULT,
						     .why = desk_state(c, visit_needs(v->at)),
						     .device = visit_needs(v->at) });
	else if (tells_of(v->at))
		show_screen(c);
}

static void card_out(struct core *c)
{
	if (!c->desk.card_in)
		return;
	c->desk.card_in = false;
	if (c->visit.at == SCREEN_IDENTIFY || c->visit.at == SCREEN_IDENTITY)
		show_screen(c);
}

static void card_in(struct core *c, const struct msg_card_in *in)
{
	struct desk *d = &c->desk;

	d->card_in = true;
	d->cards++;
	d->max_answer = in->max_answer;
	d->atr_len = (uint8_t)in->atr_len;
	memcpy(d->atr, in->atr, sizeof d->atr);
	guest_step(c, &(struct visit_event){ .on = in->again ? ON_CARD_BACK : ON_CARD_IN });
	ctl_chip_card(c);
}

/* Taking a device away, and bringing one, are somebody's doing; a loose contact is nobody's. */
static void note_device(struct core *c, enum role device, bool came)
{
	const struct device_state *d = &c->desk.devices[device];
	enum audit_note how = audit_paced(&c->desk.noted[device], clock_mono_ms(&c->child.clock));
	const char *what = came ? "device.came" : "device.went";

	if (how == AUDIT_NOTE_NOT)
		return;
	if (how == AUDIT_NOTE_LAST)
		what = "device.unsteady";
	log_line(LOG_INFO, "device.state", "device=%s state=%s%s", role_name(device),
		 err_name(d->state), how == AUDIT_NOTE_LAST ? " unsteady=1" : "");
	enum err e = audit_add(c->store, what, role_name(device), d->model);
	if (e != ERR_OK)
		log_line(LOG_ERROR, "audit", "err=%s", err_name(e));
}

static void on_status(struct core *c, enum role from, const struct msg_status *s)
{
	struct device_state *d = &c->desk.devices[from];
	enum err was = desk_state(c, from);

	if (from == ROLE_CARD && s->state != ERR_OK && s->state != ERR_BUSY)
		card_out(c);
	d->here = true;
	d->state = s->state < ERR_COUNT ? s->state : ERR_BROKEN;
	d->near_end = s->near_end != 0;
	snprintf(d->model, sizeof d->model, "%s", s->model);
	if (d->state != was) {
		if ((was == ERR_GONE) != (d->state == ERR_GONE))
			note_device(c, from, was == ERR_GONE);
		else
			log_line(LOG_INFO, "device.state", "device=%s state=%s", role_name(from),
				 err_name(d->state));
		tell(c, from);
		if (from == ROLE_TOKEN)
			certify_token_state(c);
	}
}

static void print_ended(struct core *c, enum err why)
{
	struct desk *d = &c->desk;
	const char *code = c->track.asked[0] ? c->track.asked : c->visit.receipt_code;
	enum visit_on on = why == ERR_OK ? ON_PRINTED : ON_NOT_PRINTED;

	d->drawing = d->printing = false;
	timer_stop(c->child.loop, &d->print_deadline);
	log_line(LOG_INFO, "receipt", "code=%s result=%s", code, err_name(why));
	if (code[0]) /* else staff try the printer */
		(void)audit_add(c->store, why == ERR_OK ? "receipt.printed" : "receipt.not_printed",
				code, err_name(why));
	guest_step(c, &(struct visit_event){ .on = on, .why = why });
}

void desk_peer(struct core *c, enum role who, bool here)
{
	struct desk *d = &c->desk;

	/* the program is there; what its device is like comes as its first message */
	if (here && who != ROLE_UI)
		return;
	if (who == ROLE_UI && d->drawing && !here)
		print_ended(c, ERR_GONE);
	if (who == ROLE_UI)
		return;
	d->devices[who].here = false;
	d->devices[who].state = ERR_GONE;
	if (who == ROLE_CARD)
		card_out(c);
	if (who == ROLE_SCAN)
		d->left = d->loaded = LEFT_UNKNOWN;
	if (who == ROLE_SCAN)
		desk_camera_gone(c);
	if (who == ROLE_SCAN)
		ctl_scan_gone(c);
	if (who == ROLE_SCAN && d->scanning)
		scan_ended(c, ERR_GONE);
	if (who == ROLE_PRINT && d->printing)
		print_ended(c, ERR_GONE);
	tell(c, who);
	if (who == ROLE_TOKEN)
		certify_token_state(c);
}

/* In the next turn of the loop: the visit has not noted yet that it scans. */
static void on_not_sent(void *data)
{
	struct core *c = data;

	if (c->desk.scanning)
		scan_ended(c, c->desk.scan_why);
}

static void on_scan_deadline(void *data)
{
	struct core *c = data;

	if (!c->desk.scanning)
		return;
	log_line(LOG_WARN, "scan.deadline", "job=%u", c->desk.scan_job);
	desk_scan_stop(c);
	scan_ended(c, ERR_TIMEOUT);
}

/* As the paper, its procedure, or the kiosk wants it. */
static struct msg_scan_start start_for(const struct core *c, uint32_t most)
{
	const struct visit *v = &c->visit;
	const struct paper *p = &v->procedure->papers[v->paper];

	return (struct msg_scan_start){
		.job = c->desk.scan_job,
		.dpi = p->scan.dpi ? p->scan.dpi : (uint16_t)c->config.scan_dpi,
		.source = (uint8_t)desk_source(c),
		.sides = p->scan.sides == 2 ? 2 : 1,
		.max_pages = (uint16_t)most,
	};
}

void desk_scan(struct core *c, uint32_t most)
{
	struct desk *d = &c->desk;

	d->scan_job++;
	struct msg m = { .type = MSG_SCAN_START, .scan_start = start_for(c, most) };
	d->sides = m.scan_start.sides;
	d->scanning = d->scanned = true;
	timer_set(c->child.loop, &d->scan_deadline, SCAN_MS, on_scan_deadline, c);
	enum err e = child_send(&c->child, ROLE_SCAN, &m);
	if (e != ERR_OK) {
		d->scan_why = e;
		timer_set(c->child.loop, &d->scan_deadline, 0, on_not_sent, c);
	}
}

void desk_scan_stop(struct core *c)
{
	struct msg m = { .type = MSG_SCAN_STOP, .scan_stop = { .job = c->desk.scan_job } };

	if (!c->desk.scanned)
		return;
	c->desk.scanning = c->desk.scanned = false;
	c->desk.scan_job++; /* what still comes of the old one is not ours any more */
	(void)child_send(&c->child, ROLE_SCAN, &m); /* a scanner that is gone has stopped, too */
}

static void on_page(struct core *c, struct msg_scan_page *s)
{
	if (ctl_scan_page(c, s) || !c->desk.scanning || s->job != c->desk.scan_job)
		return;
	timer_set(c->child.loop, &c->desk.scan_deadline, SCAN_MS, on_scan_deadline, c);
	pages_came(c, s);
}

static void on_scan_done(struct core *c, const struct msg_scan_done *d)
{
	enum err why = d->why < ERR_COUNT ? d->why : ERR_BROKEN;
	if (why == ERR_FEEDER_EMPTY && d->pages > 0)
		why = ERR_OK;
	else if (why == ERR_IO || why == ERR_BAD_DATA)
		why = ERR_BAD_PAGE; /* it cannot be decoded: what helps is another try */
	if (ctl_scan_done(c, d->job, why) || !c->desk.scanning || d->job != c->desk.scan_job)
		return;
	scan_ended(c, why);
}

static void on_left(struct core *c, const struct msg_scan_left *m)
{
	struct desk *d = &c->desk;
	bool were = d->left == LEFT_SOME;

	d->left = m->left <= LEFT_UNKNOWN ? m->left : LEFT_UNKNOWN;
	d->loaded = m->loaded <= LEFT_UNKNOWN ? m->loaded : LEFT_UNKNOWN;
	if (!were)
		d->left_by = c->visitor;
	if (were && d->left == LEFT_NONE)
		guest_step(c, &(struct visit_event){ .on = ON_PAPER_GONE });
	enum screen at = c->visit.at;
	if (at == SCREEN_SCAN || at == SCREEN_PAGE || at == SCREEN_PAGES || at == SCREEN_THANKS)
		show_screen(c);
}

static void on_print_deadline(void *data)
{
	struct core *c = data;

	print_ended(c, c->desk.print_why);
}

void desk_print(struct core *c)
{
	struct desk *d = &c->desk;
	struct msg m = {
		.type = MSG_DRAW_RECEIPT,
		.draw_receipt = { .job = ++d->print_job, .language = c->visit.language, .view = -1 }
	};
	enum err e = desk_state(c, ROLE_PRINT);

	d->drawing = true;
	if (e == ERR_OK)
		e = show_receipt(c, &m.draw_receipt.view);
	if (e == ERR_OK)
		e = child_send(&c->child, ROLE_UI, &m);
	msg_finish(&m);
	/* a failure is told in the next turn of the loop: the visit is not on RECEIPT yet */
	d->print_why = e == ERR_OK ? ERR_TIMEOUT : e;
	timer_set(c->child.loop, &d->print_deadline, e == ERR_OK ? DRAW_MS : 0, on_print_deadline,
		  c);
}

static void on_receipt(struct core *c, struct msg_receipt *r)
{
	struct desk *d = &c->desk;

	if (!d->drawing || r->job != d->print_job)
		return;
	d->drawing = false;
	d->printing = true;
	struct msg m = { .type = MSG_PRINT,
			 .print = { .job = r->job,
				    .width = r->width,
				    .height = r->height,
				    .bits = take_fd(&r->bits) } };
	enum err e = r->why;
	if (e == ERR_OK)
		e = child_send(&c->child, ROLE_PRINT, &m);
	msg_finish(&m);
	d->print_why = ERR_TIMEOUT;
	timer_set(c->child.loop, &d->print_deadline, PRINT_MS, on_print_deadline, c);
	if (e != ERR_OK)
		print_ended(c, e < ERR_COUNT ? e : ERR_BROKEN);
}

static void on_print_done(struct core *c, const struct msg_print_done *p)
{
	if (c->desk.printing && p->job == c->desk.print_job)
		print_ended(c, p->why < ERR_COUNT ? p->why : ERR_BROKEN);
}

void desk_forget(struct core *c)
{
	desk_scan_stop(c);
	c->desk.drawing = c->desk.printing = false;
	c->desk.print_job++;
	timer_stop(c->child.loop, &c->desk.print_deadline);
}

static void card_known(struct core *c, const char *tag, struct msg *answer, enum err why)
{
	struct card card = { 0 };

	(void)tag;
	if (!answer || answer->type != MSG_CARD_FACTS) {
		guest_step(c, &(struct visit_event){ .on = ON_CARD_BAD, .why = why });
		return;
	}
	card_take_facts(&card, &answer->card_facts);
	guest_step(c, &(struct visit_event){ .on = ON_CARD_KNOWN, .bytes = &card });
	explicit_bzero(&card, sizeof card);
}

static void read_code(struct core *c, const void *bytes, size_t len)
{
	struct msg m = { .type = MSG_JOB_CARD_QR };

	m.job_card_qr.payload_len = (uint16_t)len;
	memcpy(m.job_card_qr.payload, bytes, len);
	enum err e = jobs_add(c, &m, card_known, c->visitor, "card");
	explicit_bzero(&m, sizeof m);
	if (e != ERR_OK)
		guest_step(c, &(struct visit_event){ .on = ON_CARD_BAD, .why = e });
}

/* What was meant by it is clear from the screen. */
static void take_code(struct core *c, const struct msg_code_read *r)
{
	if (c->visit.at == SCREEN_COPY_CHECK)
		copy_check_code(c, r->payload, r->payload_len);
	else if (c->visit.at != SCREEN_TRACK_CODE)
		read_code(c, r->payload, r->payload_len);
}

/* A receipt is held there to ask about it, not to begin with; what lies over the screen is not
 * asked. */
static void on_code(struct core *c, const struct msg_code_read *r)
{
	char code[TRACK_CODE_CAP];

	if (!visit_is_overlay(c->visit.at) && track_code_read(r->payload, r->payload_len, code) &&
	    guest_step(c, &(struct visit_event){ .on = ON_DOSSIER_CODE, .text = code }))
		return;
	if (guest_step(c, &(struct visit_event){ .on = ON_CODE }))
		take_code(c, r);
}

void desk_message(struct core *c, enum role from, struct msg *m)
{
	switch (m->type) {
	case MSG_STATUS:
		on_status(c, from, &m->status);
		break;
	case MSG_CODE_READ:
		on_code(c, &m->code_read);
		break;
	case MSG_SCAN_PROGRESS:
		if (!ctl_scan_progress(c, &m->scan_progress) && c->desk.scanning &&
		    m->scan_progress.job == c->desk.scan_job && m->scan_progress.percent < 100)
			guest_step(c, &(struct visit_event){ .on = ON_PROGRESS,
							     .index = m->scan_progress.percent });
		break;
	case MSG_SCAN_PAGE:
		on_page(c, &m->scan_page);
		break;
	case MSG_SCAN_DONE:
		on_scan_done(c, &m->scan_done);
		break;
	case MSG_SCAN_CAMERA:
		if (desk_camera(c, &m->scan_camera))
			tell(c, ROLE_SCAN);
		break;
	case MSG_SCAN_FRAME:
		desk_frame(c, &m->scan_frame);
		break;
	case MSG_SCAN_LEFT:
		on_left(c, &m->scan_left);
		break;
	case MSG_RECEIPT:
		on_receipt(c, &m->receipt);
		break;
	case MSG_PRINT_DONE:
		on_print_done(c, &m->print_done);
		break;
	case MSG_CARD_IN:
		card_in(c, &m->card_in);
		break;
	case MSG_CARD_OUT:
		card_out(c);
		break;
	case MSG_PROBED:
		ctl_chip_probed(c, m->probed.text);
		break;
	default:
		break;
	}
}
