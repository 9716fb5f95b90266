#include "firmware/core/reconcile_run.h"

#include "firmware/base/log.h"
#include "firmware/core/core.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define ROUND_MS     (10u * 60 * 1000)
#define PORTION      50u   /* keys in one commit: a touch is answered in between */
#define MAX_RESTARTS 3u    /* the province's database began another life in the middle */
#define MAX_RECOUNTS 2u    /* of the present day, which goes on while it is asked about */
#define MAX_PAGES    200u  /* of a day's keys, and */
#define MAX_ASKED    1000u /* of a run: no honest province needs so many */
#define MAX_GROWTH   500u  /* keys more than were counted a moment ago */

static void ask_days(struct core *c);
static void next_day(void *data);
static void on_keys(struct core *c, uint32_t number, const struct query_end *end);
static void start(struct core *c, const char *why);

static uint64_t any_number(void)
{
	uint64_t n;

	return getrandom(&n, sizeof n, 0) == (ssize_t)sizeof n ? n : 0;
}

static int64_t now_ms(const struct core *c)
{
	return clock_mono_ms(&c->child.clock);
}

static void on_next(void *data)
{
	struct core *c = data;

	if (!c->reconcile.at_work && reconcile_when_wait_ms(&c->reconcile.when, now_ms(c)) == 0)
		start(c, c->reconcile.when.why);
}

/* After whatever has changed the time of the next run. */
static void arm(struct core *c)
{
	struct reconcile *r = &c->reconcile;
	uint32_t wait_ms = reconcile_when_wait_ms(&r->when, now_ms(c));

	if (r->at_work || wait_ms == UINT32_MAX)
		timer_stop(c->child.loop, &r->next);
	else
		timer_set(c->child.loop, &r->next, wait_ms, on_next, c);
}

static void succeeded(struct core *c)
{
	struct reconcile *r = &c->reconcile;

	memcpy(r->epoch, r->run.epoch, sizeof r->epoch);
	reconcile_when_good(&r->when, reconcile_day_of(r->run.ended_s), now_ms(c), any_number());
	if (strcmp(r->heard, r->epoch) != 0)
		reconcile_when_epoch(&r->when, now_ms(c));
	log_line(LOG_INFO, "reconcile.done",
		 "why=%s days=%u ours=%u theirs=%u differ=%u again=%u asked=%u", r->run.why,
		 r->run.days, r->run.ours, r->run.theirs, r->run.differ, r->run.again, r->asked);
}

static void failed(struct core *c, uint32_t retry_after_s)
{
	struct reconcile *r = &c->reconcile;

	log_line(LOG_WARN, "reconcile.failed", "why=%s err=%s asked=%u", r->run.why,
		 err_name(r->run.error), r->asked);
	reconcile_when_failed(&r->when, r->run.error, r->run.why, retry_after_s, now_ms(c),
			      any_number());
}

static void end_run(struct core *c, enum err e, uint32_t retry_after_s)
{
	struct reconcile *r = &c->reconcile;
	struct ctl *t = ctl_find(c, r->ctl);

	r->run.error = e;
	if (e == ERR_OK || r->run.ended_s != 0)
		r->run.error = reconcile_ended(c->store, &r->run);
	if (e != ERR_OK)
		r->run.error = e;
	r->at_work = false;
	r->ctl = 0;
	reconcile_check_free(&r->check);
	free(r->days);
	r->days = NULL;
	if (r->run.error == ERR_OK)
		succeeded(c);
	else
		failed(c, retry_after_s);
	if (t)
		reconcile_told(t, &r->run);
	arm(c);
	staff_news(c);
	care_mind(c);
}

/* The province's database is another one than a moment ago: nothing of before counts. */
static void restart(struct core *c)
{
	c->reconcile.recounts = 0;
	if (++c->reconcile.restarts > MAX_RESTARTS)
		end_run(c, ERR_SERVER, 0);
	else
		ask_days(c);
}

static void start(struct core *c, const char *why)
{
	struct reconcile *r = &c->reconcile;

	reconcile_when_begun(&r->when, now_ms(c));
	timer_stop(c->child.loop, &r->next);
	r->at_work = true;
	r->restarts = r->recounts = r->asked = 0;
	r->run = (struct reconcile_run){ 0 };
	(void)snprintf(r->run.why, sizeof r->run.why, "%s", why);
	ask_days(c);
}

static struct json_object *question(const struct core *c)
{
	struct json_object *body = json_object_new_object();
	struct json_object *kiosk = json_object_new_string(c->config.kiosk_id);

	if (!body || json_object_object_add(body, "kiosk", kiosk) != 0) {
		json_object_put(body);
		return NULL;
	}
	return body;
}

static bool put(struct json_object *body, const char *key, struct json_object *value)
{
	return body && json_object_object_add(body, key, value) == 0;
}

/* Takes `body` over. e: what has gone wrong with it so far. */
static void ask(struct core *c, enum query what, struct json_object *body, query_fn *done,
		enum err e)
{
	struct reconcile *r = &c->reconcile;

	if (e == ERR_OK && ++r->asked > MAX_ASKED)
		e = ERR_BAD_DATA;
	if (e == ERR_OK)
		e = query_ask(c, what, body, done, 0, ++r->turn);
	else
		json_object_put(body);
	if (e != ERR_OK)
		end_run(c, e, 0);
}

static bool is_question(const struct core *c, uint32_t number)
{
	return c->reconcile.at_work && number == c->reconcile.turn;
}

/* After every fact was checked: the days are those that were asked for, in order, none twice. */
static enum err take_days(struct reconcile *r, const struct query_end *end)
{
	const struct view *v = end->facts;
	int64_t from = view_get_num(v, "from_day"), to = view_get_num(v, "to_day");
	size_t rows = view_rows(v, "days"), row = 0;

	if (to != reconcile_day_of(end->time_s) || from > to || to - from >= r->window)
		return ERR_BAD_DATA;
	r->day_count = (size_t)(to - from) + 1;
	r->days = calloc(r->day_count, sizeof *r->days);
	if (!r->days)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < r->day_count; i++) {
		struct reconcile_digest *d = &r->days[i];

		d->day = from + (int64_t)i;
		if (row == rows || view_row_num(v, "days", row, "day") != d->day)
			continue;
		d->count = (uint32_t)view_row_num(v, "days", row, "count");
		(void)snprintf(d->sha256, sizeof d->sha256, "%s",
			       view_row_text(v, "days", row, "sha256"));
		row++;
	}
	return row == rows ? ERR_OK : ERR_BAD_DATA;
}

/* False: it is none to the present question, or the question failed, and the run has ended. */
static bool is_answer(struct core *c, uint32_t number, const struct query_end *end)
{
	if (!is_question(c, number))
		return false;
	if (end->why != ERR_OK)
		end_run(c, end->why, end->retry_after_s);
	return end->why == ERR_OK;
}

static void on_days(struct core *c, uint32_t number, const struct query_end *end)
{
	struct reconcile *r = &c->reconcile;

	if (!is_answer(c, number, end))
		return;
	r->run.ended_s = end->time_s;
	memcpy(r->run.epoch, end->epoch, sizeof r->run.epoch);
	enum err e = take_days(r, end);
	if (e != ERR_OK) {
		end_run(c, e, 0);
		return;
	}
	r->run.days = (uint32_t)r->day_count;
	next_day(c);
}

static void ask_days(struct core *c)
{
	struct reconcile *r = &c->reconcile;
	struct json_object *body = question(c);

	free(r->days);
	r->days = NULL;
	r->at = r->day_count = 0;
	if (r->recounts == 0) /* else the figures of the first count are told */
		r->run.ours = r->run.theirs = r->run.differ = 0;
	enum err e = reconcile_mark(c->store, &r->mark);
	if (e == ERR_OK)
		e = reconcile_window(c->store, (uint32_t)c->config.reconcile_days, &r->window);
	if (e == ERR_OK && !put(body, "days", json_object_new_int64(r->window)))
		e = ERR_NO_MEMORY;
	ask(c, QUERY_DAYS, body, on_days, e);
}

static void day_is_done(struct core *c, bool differs)
{
	struct reconcile *r = &c->reconcile;

	r->run.differ += differs && (r->recounts == 0 || r->at + 1 == r->day_count);
	r->at++;
	timer_set(c->child.loop, &r->step, 0, next_day, c);
}

static void judge(void *data)
{
	struct core *c = data;
	struct reconcile *r = &c->reconcile;
	enum err e = reconcile_check_step(c->store, &r->check, PORTION);

	if (e == ERR_BUSY) {
		timer_set(c->child.loop, &r->step, 0, judge, c);
		return;
	}
	if (e != ERR_OK) {
		end_run(c, e, 0);
		return;
	}
	r->run.again += r->check.again;
	if (r->check.again > 0)
		sender_poke(c);
	day_is_done(c, r->check.again > 0 || r->check.other > 0);
}

/* What it says of this day is no word to go by: told, and nothing is done or deleted for it. */
static void unclear(struct core *c)
{
	struct reconcile *r = &c->reconcile;
	enum err e = reconcile_unclear(c->store, r->days + r->at, r->mark, r->run.ended_s);

	log_line(LOG_WARN, "reconcile.unclear", "day=%" PRId64 " counted=%u listed=%zu",
		 r->days[r->at].day, r->days[r->at].count, r->check.theirs.count);
	if (e == ERR_OK)
		day_is_done(c, true);
	else
		end_run(c, e, 0);
}

static void ask_keys(struct core *c)
{
	struct reconcile *r = &c->reconcile;
	const struct reconcile_keys *k = &r->check.theirs;
	const char *after = k->count > 0 ? k->keys[k->count - 1] : "";
	struct json_object *body = question(c);
	bool good = put(body, "day", json_object_new_int64(r->check.day)) &&
		    put(body, "after", json_object_new_string(after));

	r->pages++;
	ask(c, QUERY_KEYS, body, on_keys, good ? ERR_OK : ERR_NO_MEMORY);
}

/* Keys go on where the last reply ended: whatever came in meanwhile, none is left out. */
static enum err take_keys(struct reconcile *r, const struct view *v)
{
	size_t rows = view_rows(v, "keys"), most = r->days[r->at].count + MAX_GROWTH;
	enum err e = ERR_OK;

	if (view_get_num(v, "day") != r->check.day)
		return ERR_BAD_DATA;
	for (size_t i = 0; i < rows && e == ERR_OK; i++)
		e = reconcile_check_add(&r->check, view_row_text(v, "keys", i, "key"));
	if (e != ERR_OK || !view_get_num(v, "more"))
		return e;
	return rows > 0 && r->check.theirs.count <= most && r->pages < MAX_PAGES ? ERR_BUSY
										 : ERR_BAD_DATA;
}

/* All keys are here. A day that is over cannot have grown since it was counted; the present one
 * does, above all while what was lost is sent again. */
static void take_list(struct core *c)
{
	struct reconcile *r = &c->reconcile;
	const struct reconcile_digest *theirs = r->days + r->at;
	bool counted = false, over = r->at + 1 < r->day_count;
	bool grown = !over && r->check.theirs.count > theirs->count;
	enum err e = reconcile_check_counted(&r->check, theirs, &counted);

	if (e != ERR_OK) {
		end_run(c, e, 0);
	} else if (counted) {
		timer_set(c->child.loop, &r->step, 0, judge, c);
	} else if (!over && r->recounts < MAX_RECOUNTS) {
		if (r->recounts++ == 0)
			r->first_count = theirs->count;
		ask_days(c);
	} else if (grown && theirs->count > r->first_count) { /* by their own count */
		timer_set(c->child.loop, &r->step, 0, judge, c);
	} else {
		unclear(c);
	}
}

static void on_keys(struct core *c, uint32_t number, const struct query_end *end)
{
	struct reconcile *r = &c->reconcile;

	if (!is_answer(c, number, end))
		return;
	if (strcmp(end->epoch, r->run.epoch) != 0) {
		restart(c);
		return;
	}
	enum err e = take_keys(r, end->facts);
	r->check.time_s = end->time_s;
	if (e == ERR_BUSY)
		ask_keys(c);
	else if (e == ERR_OK)
		take_list(c);
	else if (e == ERR_BAD_DATA)
		unclear(c);
	else
		end_run(c, e, 0);
}

/* One day a turn of the loop. */
static void next_day(void *data)
{
	struct core *c = data;
	struct reconcile *r = &c->reconcile;
	const struct reconcile_digest *theirs = r->days + r->at;
	struct reconcile_digest ours;
	int64_t mark = 0; /* of the keys: later than that of the days */

	if (r->at == r->day_count) {
		end_run(c, ERR_OK, 0);
		return;
	}
	enum err e = reconcile_ours(c->store, theirs->day, r->mark, &ours);
	if (e == ERR_OK && r->recounts == 0) {
		r->run.ours += ours.count;
		r->run.theirs += theirs->count;
	}
	bool same = e == ERR_OK && ours.count == theirs->count &&
		    (ours.count == 0 || strcmp(ours.sha256, theirs->sha256) == 0);
	if (same)
		e = reconcile_agreed(c->store, &ours, r->mark, r->run.ended_s);
	if (e == ERR_OK && !same)
		e = reconcile_mark(c->store, &mark);
	if (e != ERR_OK) {
		end_run(c, e, 0);
	} else if (same) {
		r->at++;
		timer_set(c->child.loop, &r->step, 0, next_day, c);
	} else {
		reconcile_check_begin(theirs->day, mark, &r->check);
		r->pages = 0;
		ask_keys(c);
	}
}

enum err reconcile_now(struct core *c, uint32_t ctl)
{
	if (!c->sender.link_up)
		return ERR_OFFLINE;
	if (c->reconcile.ctl != 0 && ctl_find(c, c->reconcile.ctl))
		return ERR_BUSY;
	c->reconcile.ctl = ctl;
	if (!c->reconcile.at_work) /* else the end of that one is what they wait for */
		start(c, "staff");
	return ERR_OK;
}

/* Nothing was ever answered: there is nothing to compare. */
static bool is_needed(struct core *c)
{
	bool needed = false;

	return reconcile_needed(c->store, &needed) == ERR_OK && needed;
}

void reconcile_link(struct core *c)
{
	struct reconcile *r = &c->reconcile;

	reconcile_when_link(&r->when, c->sender.link_up, !r->at_work && is_needed(c), now_ms(c),
			    any_number());
	arm(c);
}

void reconcile_heard(struct core *c, const char *epoch)
{
	struct reconcile *r = &c->reconcile;

	memcpy(r->heard, epoch, sizeof r->heard);
	if (r->at_work || strcmp(epoch, r->epoch) == 0)
		return; /* its own end looks at what was heard meanwhile */
	if (!r->epoch[0] || !is_needed(c)) {
		memcpy(r->epoch, epoch, sizeof r->epoch);
		return;
	}
	reconcile_when_epoch(&r->when, now_ms(c));
	arm(c);
}

static void on_round(void *data)
{
	struct core *c = data;

	timer_set(c->child.loop, &c->reconcile.round, ROUND_MS, on_round, c);
	if (c->reconcile.at_work || !c->sender.link_up || !is_needed(c))
		return;
	reconcile_when_round(&c->reconcile.when, now_ms(c), clock_now_s(&c->child.clock));
	arm(c);
}

void reconcile_begin(struct core *c)
{
	struct reconcile *r = &c->reconcile;
	struct reconcile_run last = { 0 };

	if (reconcile_last(c->store, true, &last) == ERR_OK)
		memcpy(r->epoch, last.epoch, sizeof r->epoch);
	reconcile_when_begin(&r->when, last.ended_s ? reconcile_day_of(last.ended_s) : 0,
			     any_number());
	timer_set(c->child.loop, &r->round, ROUND_MS, on_round, c);
}

void reconcile_finish(struct core *c)
{
	reconcile_check_free(&c->reconcile.check);
	free(c->reconcile.days);
	c->reconcile.days = NULL;
}
