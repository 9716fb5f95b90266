/* The parts of show.c for staff who look after the queue and the sticks. */
#include "firmware/core/machine.h"
#include "firmware/core/reconcile_facts.h"
#include "firmware/core/show_part.h"

#include <stdio.h>
#include <string.h>

#define MAX_FINDS 8
#define TIME_CAP  40

struct list {
	struct view_writer *w;
	const struct core *c;
};

static void put_time(struct view_writer *w, const struct core *c, const char *key, int64_t time_s)
{
	char text[TIME_CAP] = "";

	if (time_s > 0)
		core_time_text(time_s, c->visit.language, text, sizeof text);
	view_text(w, key, text);
}

static enum err link_of(const struct core *c)
{
	if (c->sender.link_up)
		return ERR_OK;
	return c->sender.link_why == ERR_OK ? ERR_OFFLINE : c->sender.link_why;
}

/* All that are not answered. */
static uint32_t put_counts(struct view_writer *w, const struct core *c)
{
	struct outbox_counts n = { 0 };

	if (outbox_counts(c->store, &n) != ERR_OK)
		return 0;
	uint32_t waiting = n.in[OUTBOX_SEALED] + n.in[OUTBOX_SENDING] + n.in[OUTBOX_SENT];
	view_num(w, "waiting", waiting);
	view_num(w, "held", n.in[OUTBOX_QUARANTINED]);
	put_time(w, c, "since", n.oldest_unsent_s);
	return waiting + n.in[OUTBOX_QUARANTINED];
}

static uint32_t put_state(struct view_writer *w, const struct core *c)
{
	struct reconcile_run agreed = { 0 };
	uint32_t open = 0, rows = put_counts(w, c);

	(void)reconcile_standing(c->store, &open);
	(void)reconcile_last_agreed(c->store, &agreed);
	view_num(w, "link", link_of(c));
	view_num(w, "open", open);
	put_time(w, c, "agreed", agreed.ended_s);
	view_num(w, "stick", staff_at_work(c) ? ERR_OK : staff_stick(c));
	return rows;
}

void show_staff_work(struct view_writer *w, const struct core *c)
{
	(void)put_state(w, c);
	machine_show(w, c, true);
}

static int state_of(enum outbox_state s)
{
	return s == OUTBOX_SENDING ? 1 : s == OUTBOX_SENT ? 2 : s == OUTBOX_QUARANTINED ? 3 : 0;
}

static bool put_item(void *data, const struct outbox_item *i)
{
	const struct list *l = data;
	int64_t stick_s = 0;

	view_row(l->w, "waits");
	view_text(l->w, "code", i->receipt_code);
	put_time(l->w, l->c, "since", i->added_s);
	view_num(l->w, "state", state_of(i->state));
	view_num(l->w, "err", i->last_error == ERR_CANCELLED ? ERR_OK : i->last_error);
	view_num(l->w, "tries", i->tries);
	(void)bundle_row_since(l->c->store, i->key, &stick_s);
	put_time(l->w, l->c, "stick", stick_s);
	return true;
}

static bool put_find(void *data, const struct reconcile_find *f)
{
	const struct list *l = data;
	bool english = l->c->visit.language == LANGUAGE_EN;
	char day[RECONCILE_FACTS_DATE_CAP], text[24];

	reconcile_facts_date(f->day, day);
	(void)snprintf(text, sizeof text, "%.2s/%.2s/%.4s", day + 8, day + 5, day);
	view_row(l->w, "finds");
	view_text(l->w, "code", f->receipt_code[0] ? f->receipt_code : f->key);
	view_text(l->w, "day", text);
	view_text(l->w, "words", reconcile_find_words(f->what, english));
	view_text(l->w, "done", reconcile_find_done(f->what, english));
	return true;
}

static void put_compared(struct view_writer *w, const struct core *c)
{
	struct reconcile_run good = { 0 }, last = { 0 };

	if (reconcile_last(c->store, true, &good) == ERR_OK) {
		put_time(w, c, "compared", good.ended_s);
		view_num(w, "days", good.days);
		view_num(w, "here", good.ours);
		view_num(w, "there", good.theirs);
		view_num(w, "differ", good.differ);
		view_num(w, "again", good.again);
	}
	enum err why = c->desk_of_staff.why;
	if (why == ERR_OK && !c->reconcile.at_work &&
	    reconcile_last(c->store, false, &last) == ERR_OK)
		why = last.error;
	view_num(w, "busy", c->reconcile.at_work);
	view_num(w, "err", why);
}

/* What is at work with a stick, or how it ended; of the deed that this screen offers. */
static bool put_stick_state(struct view_writer *w, const struct core *c, bool report)
{
	const struct bundle *b = &c->bundle;
	bool at_work = staff_at_work(c);
	enum staff_deed deed = at_work ? b->deed : b->told.deed;

	if (deed != STAFF_NOTHING && (deed == STAFF_REPORT) != report)
		at_work = false, deed = STAFF_NOTHING;
	view_num(w, "state", at_work ? 1 : deed != STAFF_NOTHING ? 2 : 0);
	view_num(w, "deed", deed);
	if (at_work || deed == STAFF_NOTHING)
		return at_work;
	view_num(w, "safe", b->told.safe);
	view_num(w, "end", b->told.end);
	view_num(w, report ? "stick_err" : "err", b->told.why);
	view_text(w, "name", b->told.name);
	return false;
}

void show_staff_queue(struct view_writer *w, const struct core *c)
{
	struct list l = { w, c };
	uint32_t rows = put_state(w, c), pages = (rows + STAFF_ROWS - 1) / STAFF_ROWS;
	uint32_t page = c->desk_of_staff.page < pages ? c->desk_of_staff.page : 0;

	put_compared(w, c);
	(void)put_stick_state(w, c, true);
	view_num(w, "page", page);
	view_num(w, "pages", pages);
	(void)outbox_waiting(c->store, page * STAFF_ROWS, STAFF_ROWS, put_item, &l);
	(void)reconcile_open(c->store, MAX_FINDS, put_find, &l);
}

static void put_tally(struct view_writer *w, const struct bundle_tally *n)
{
	char mb[24];

	(void)snprintf(mb, sizeof mb, "%.1f", (double)n->bytes / 1e6);
	view_num(w, "done", n->done);
	view_num(w, "refused", n->refused);
	view_num(w, "missing", n->missing);
	view_num(w, "wrong", n->wrong);
	view_num(w, "failed", n->failed);
	view_num(w, "no_room", n->no_room);
	view_num(w, "had", n->had);
	view_num(w, "own", n->own);
	view_text(w, "mb", mb);
}

static void put_found(struct view_writer *w, const struct bundle_told *t)
{
	if (t->found_count > BUNDLE_MAX_FOUND)
		view_num(w, "more", t->found_count - BUNDLE_MAX_FOUND);
	for (uint32_t i = 0; i < t->found_count && i < BUNDLE_MAX_FOUND; i++) {
		const struct bundle_found *f = &t->found[i];

		view_row(w, "bundles");
		view_num(w, "err", f->why);
		view_text(w, "kiosk", f->kiosk);
		view_num(w, "dossiers", f->dossiers);
		view_num(w, "answers", f->answers);
		view_num(w, "missing", f->missing);
		view_num(w, "wrong", f->wrong);
		view_num(w, "whole", f->finished);
	}
}

static void put_progress(struct view_writer *w, const struct bundle *b)
{
	bool row_by_row = b->work == BUNDLE_FORWARDS || b->work == BUNDLE_VERIFIES;

	view_num(w, "done", row_by_row ? b->at : b->tally.done);
	view_num(w, "of", b->row_count);
}

void show_staff_stick(struct view_writer *w, const struct core *c)
{
	(void)put_state(w, c);
	if (put_stick_state(w, c, false)) {
		put_progress(w, &c->bundle);
	} else if (c->bundle.told.deed != STAFF_NOTHING) {
		put_tally(w, &c->bundle.told.tally);
		put_found(w, &c->bundle.told);
	}
}
