/* The parts of show.c for who asks how far a dossier is, and pays its fee. Whoever has the code may
 * read all of it: no name, no number, nothing that stands in a paper. */
#include "firmware/core/apology.h"
#include "firmware/core/deadline.h"
#include "firmware/core/show_part.h"
#include "firmware/core/vietqr.h"

#include <string.h>

#define FORM_SUPPLEMENT 2
#define FORM_REFUSAL    3
#define FORM_APOLOGY    4
#define FORM_STOPPED    5

void show_track_code(struct view_writer *w, const struct core *c)
{
	const struct visit *v = &c->visit;

	view_text(w, "value", v->track_code);
	view_num(w, "max", TRACK_CODE_CAP - 1);
	view_num(w, "wrong", v->track_wrong);
	view_num(w, "wait_s", track_wait_s(c));
	view_num(w, "code_reader", desk_state(c, ROLE_CODE));
}

static void put_time(struct view_writer *w, const struct core *c, const char *key, int64_t at_s)
{
	char text[40];

	if (at_s <= 0)
		return;
	core_time_text(at_s, c->visit.language, text, sizeof text);
	view_text(w, key, text);
}

static enum track_sent sent_of(const struct outbox_item *i)
{
	switch (i->state) {
	case OUTBOX_SENDING:
		return SENT_ON_ITS_WAY;
	case OUTBOX_SENT:
		return SENT_UNANSWERED;
	case OUTBOX_QUARANTINED:
		return SENT_STAFF;
	case OUTBOX_REFUSED:
		return SENT_REFUSED;
	case OUTBOX_ACCEPTED:
		return SENT_ACCEPTED;
	case OUTBOX_PURGED: /* its reason is gone */
		return i->dossier_code[0] ? SENT_ACCEPTED : SENT_REFUSED;
	default:
		return SENT_NOT_YET;
	}
}

static const char *procedure_of(const struct core *c)
{
	const struct track *t = &c->track;
	const struct procedure *p =
		t->here ? catalogue_find(c->catalogue, t->item.procedure) : NULL;

	return p ? show_name(p, c->visit.language) : t->said.procedure;
}

/* Does its time run? Not while the citizen is waited for, nor after the end. */
static bool runs(const struct standing *s)
{
	return s->due_s > 0 && (s->progress == PROGRESS_FILED || s->progress == PROGRESS_RECEIVED ||
				s->progress == PROGRESS_AT_WORK || s->progress == PROGRESS_TO_PAY);
}

static bool is_late(const struct core *c)
{
	const struct standing *s = &c->track.said;

	return runs(s) && s->time_s > s->due_s;
}

/* To the day that counts now: an apology has put it off. */
static void put_days(struct view_writer *w, const struct core *c)
{
	const struct standing *s = &c->track.said;
	bool certain, late = is_late(c);

	view_num(w, "over", late);
	if (!c->has_calendar || !runs(s))
		return;
	if (late)
		view_num(w, "late", deadline_late(&c->calendar, s->due_s, s->time_s).days);
	else
		view_num(w, "left", deadline_days(&c->calendar, s->time_s, s->due_s, &certain));
}

static void put_lines(struct view_writer *w, const char *lines)
{
	char line[2001];

	for (size_t len; *lines; lines += len + (lines[len] == '\n')) {
		lines += strspn(lines, " ");
		len = strcspn(lines, "\n");
		if (len == 0 || len >= sizeof line)
			continue;
		memcpy(line, lines, len);
		line[len] = '\0';
		view_row(w, "papers");
		view_text(w, "name", line);
	}
}

static struct apology apology_of(const struct core *c)
{
	const struct standing *s = &c->track.said;

	return (struct apology){ .number = s->sorry_no,
				 .dossier_code = s->code,
				 .procedure = procedure_of(c),
				 .received_s = s->received_s,
				 .promised_s = s->due_s,
				 .unit = s->unit,
				 .reason = s->sorry,
				 .new_s = s->new_due_s > s->due_s ? s->new_due_s : 0,
				 .where = c->config.office_name,
				 .issued_s = s->sorry_s > 0 ? s->sorry_s : s->time_s };
}

static bool has_apology(const struct core *c)
{
	const struct apology a = apology_of(c);

	return is_late(c) && apology_check(&a) == ERR_OK;
}

/* What there is to print for the state it is in. */
static int form_of_state(const struct core *c)
{
	const struct standing *s = &c->track.said;

	if (c->track.state != TRACK_TOLD)
		return 0;
	if (has_apology(c))
		return FORM_APOLOGY;
	switch (s->progress) {
	case PROGRESS_SUPPLEMENT:
		return FORM_SUPPLEMENT;
	case PROGRESS_REFUSED:
		return FORM_REFUSAL;
	case PROGRESS_STOPPED:
		return FORM_STOPPED;
	default:
		return 0;
	}
}

static bool may_pay(const struct core *c)
{
	const struct track *t = &c->track;

	return t->state == TRACK_TOLD && t->said.fee_vnd > 0 && t->said.fee_vnd <= PAY_MAX_VND;
}

void show_fee(struct view_writer *w, const struct core *c)
{
	view_num(w, "fee", c->track.state == TRACK_TOLD ? c->track.said.fee_vnd : 0);
	view_num(w, "pay", may_pay(c));
	show_paying(w, c);
}

static void put_told(struct view_writer *w, const struct core *c)
{
	const struct standing *s = &c->track.said;

	view_num(w, "progress", s->progress);
	view_text(w, "dossier_code", s->code);
	put_time(w, c, "time", s->time_s);
	put_time(w, c, "received", s->received_s);
	put_time(w, c, "due", s->due_s);
	put_time(w, c, "asked_on", s->asked_s);
	if (is_late(c))
		put_time(w, c, "new_due", s->new_due_s);
	put_days(w, c);
	view_text(w, "reason", s->progress == PROGRESS_SUPPLEMENT ? s->asked : s->note);
	view_text(w, "unit", s->unit);
	view_text(w, "sorry", is_late(c) ? s->sorry : "");
	show_fee(w, c);
	if (s->progress == PROGRESS_SUPPLEMENT) /* rows come last */
		put_lines(w, s->papers);
}

static void put_here(struct view_writer *w, const struct core *c)
{
	const struct outbox_item *i = &c->track.item;

	view_num(w, "sent", sent_of(i));
	view_text(w, "dossier_code", i->dossier_code);
	put_time(w, c, "saved", i->added_s);
	put_time(w, c, "received", i->dossier_code[0] ? i->answered_s : 0);
	put_time(w, c, "due", i->due_s);
	view_text(w, "reason", i->reason);
}

/* Papers that were added here. */
static void put_added(struct view_writer *w, const struct core *c)
{
	const struct track *t = &c->track;
	struct outbox_item item;
	enum track_added added = track_added(c, &item);

	view_num(w, "added", added);
	if (added == ADDED_REFUSED)
		view_text(w, "added_why", item.reason);
	if (t->here)
		view_text(w, "slip_of", t->item.supplement);
}

void show_track(struct view_writer *w, const struct core *c)
{
	const struct track *t = &c->track;

	view_num(w, "state", t->state);
	view_text(w, "asked", t->asked);
	view_num(w, "code", t->code);
	view_num(w, "err", t->why);
	view_num(w, "print", desk_state(c, ROLE_PRINT));
	view_num(w, "form", form_of_state(c));
	view_num(w, "printing", c->visit.state);
	view_num(w, "print_err", c->visit.why);
	view_num(w, "supply", track_may_supply(c));
	put_added(w, c);
	if (t->state == TRACK_TOLD || t->state == TRACK_HERE)
		view_text(w, "service", procedure_of(c));
	if (t->state == TRACK_TOLD)
		put_told(w, c);
	else if (t->state == TRACK_HERE)
		put_here(w, c);
}

static enum pay_show of_paid(const struct pay_item *i)
{
	if (i->trouble & PAY_TROUBLE_DOUBLE)
		return PAY_SHOW_TWICE;
	if (i->trouble & PAY_TROUBLE_LATE)
		return PAY_SHOW_LATE;
	return i->trouble & PAY_TROUBLE_OVER ? PAY_SHOW_OVER : PAY_SHOW_PAID;
}

static enum pay_show of_open(const struct core *c, const struct pay_item *i)
{
	bool mute = !c->sender.link_up || i->tries > 0;

	if (i->state != PAY_PENDING)
		return mute ? PAY_SHOW_OFFLINE : PAY_SHOW_BEGINS;
	if (i->trouble & PAY_TROUBLE_SHORT)
		return PAY_SHOW_SHORT;
	if (mute)
		return PAY_SHOW_UNKNOWN;
	bool over = i->expires_s > 0 && clock_now_s(&c->child.clock) > i->expires_s;
	return over ? PAY_SHOW_EXPIRED : PAY_SHOW_WAITS;
}

static enum pay_show pay_show_of(const struct core *c, const struct pay_item *i)
{
	if (i->trouble & (PAY_TROUBLE_STRANGE | PAY_TROUBLE_TAKEN))
		return PAY_SHOW_STAFF;
	switch (i->state) {
	case PAY_PAID:
		return of_paid(i);
	case PAY_FAILED:
		return i->trouble & PAY_TROUBLE_SHORT ? PAY_SHOW_SHORT : PAY_SHOW_FAILED;
	case PAY_EXPIRED:
		return i->trouble & PAY_TROUBLE_SHORT ? PAY_SHOW_SHORT : PAY_SHOW_EXPIRED;
	default:
		return of_open(c, i);
	}
}

static void put_code(struct view_writer *w, const struct pay_item *i)
{
	char code[VIETQR_CAP];

	if (pay_code(i, code, sizeof code) != ERR_OK)
		return;
	view_text(w, "qr", code);
	view_text(w, "payee", i->payee.name);
	view_text(w, "account", i->payee.account);
	view_text(w, "purpose", i->payee.purpose);
}

void show_pay(struct view_writer *w, const struct core *c)
{
	const struct track *t = &c->track;
	struct pay_item i;
	enum err e = t->fee_why != ERR_OK ? t->fee_why : pay_get(c->store, t->fee, &i);

	view_text(w, "dossier_code", t->said.code);
	view_num(w, "amount", e == ERR_OK ? i.amount_vnd : t->said.fee_vnd);
	if (e != ERR_OK) {
		view_num(w, "state", PAY_SHOW_STAFF);
		return;
	}
	enum pay_show state = pay_show_of(c, &i);
	view_num(w, "state", state);
	view_num(w, "paid", i.paid_vnd);
	view_num(w, "times", i.transfers);
	view_num(w, "again", i.state == PAY_FAILED || i.state == PAY_EXPIRED);
	put_time(w, c, "expires", i.expires_s);
	if (state == PAY_SHOW_WAITS)
		put_code(w, &i);
}

void show_paying(struct view_writer *w, const struct core *c)
{
	struct pay_item i;

	if (!c->track.fee[0] || pay_get(c->store, c->track.fee, &i) != ERR_OK)
		return;
	view_num(w, "paying", i.state == PAY_PAID ? 2 : i.state < PAY_PAID);
	view_num(w, "paid", i.paid_vnd);
}

static void put_other_form(struct view_writer *w, const struct core *c, int form)
{
	const struct standing *s = &c->track.said;
	bool asks = form == FORM_SUPPLEMENT;

	view_num(w, "form", form);
	view_text(w, "dossier_code", s->code);
	view_text(w, "procedure", procedure_of(c));
	view_text(w, "reason", asks ? s->asked : s->note);
	view_text(w, "unit", s->unit);
	view_text(w, "where", c->config.office_name);
	view_num(w, "time_s", asks && s->asked_s > 0 ? s->asked_s : s->time_s);
	if (asks)
		put_lines(w, s->papers);
}

enum err show_track_form(const struct core *c, int *ret_view)
{
	struct view_writer w = { 0 };
	int form = form_of_state(c);
	const struct apology a = apology_of(c);

	if (form == 0)
		return ERR_NOT_FOUND;
	view_num(&w, "dots", c->config.printer_dots);
	view_text(&w, "office", c->config.office_name);
	view_text(&w, "place", c->config.office_place);
	view_text(&w, "hotline", c->config.hotline);
	if (form == FORM_APOLOGY)
		apology_put(&w, &a);
	else
		put_other_form(&w, c, form);
	return view_seal(&w, ret_view);
}
