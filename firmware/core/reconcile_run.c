#include "firmware/core/reconcile_run.h"

#include "firmware/base/log.h"
#include "firmware/core/core.h"
#include "firmware/core/pace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define ROUND_MS     (10u * 60 * 1000)
#define DAY_MS       (24LL * 3600 * 1000)
#define GAP_MS       60000u  /* a province whose epoch never rests is not asked without end */
#define LINK_MS      60000u  /* soonest after the link came back, */
#define LINK_LATE_MS 600000u /* and latest: a whole province's kiosks come back at once */
#define QUIET_FROM_S (3600u)
#define QUIET_LONG_S (4u * 3600) /* one to five in the morning */
#define RETRY_MS     60000u      /* first pause after a failure; doubles, */
#define RETRY_CAP_MS 3600000u    /* to this */
#define PORTION      50u         /* keys in one commit: a touch is answered in between */
#define MAX_RESTARTS 3u

static void ask_days(struct core *c);
static void next_day(void *data);

static uint32_t below(uint32_t limit)
{
	uint32_t n;

	return getrandom(&n, sizeof n, 0) == (ssize_t)sizeof n ? n % limit : limit / 2;
}

static int64_t now_ms(const struct core *c)
{
	return clock_mono_ms(&c->child.clock);
}

static void on_next(void *data);

/* What is set already stays, unless the new reason comes sooner. */
static void set_next(struct core *c, const char *why, uint32_t delay_ms)
{
	struct reconcile *r = &c->reconcile;

	if (r->next_why && delay_ms > 0)
		return;
	r->next_why = why;
	timer_set(c->child.loop, &r->next, delay_ms, on_next, c);
}

static uint32_t retry_ms(const struct reconcile *r, uint32_t retry_after_s)
{
	uint32_t limit = RETRY_MS;

	for (uint32_t i = 1; i < r->fails && limit < RETRY_CAP_MS; i++)
		limit *= 2;
	limit = limit < RETRY_CAP_MS ? limit : RETRY_CAP_MS;
	uint32_t asked_s = retry_after_s < PACE_MAX_AFTER_S ? retry_after_s : PACE_MAX_AFTER_S;
	return asked_s * 1000 + limit / 2 + below(limit / 2);
}

static void succeeded(struct core *c)
{
	struct reconcile *r = &c->reconcile;

	memcpy(r->epoch, r->run.epoch, sizeof r->epoch);
	r->last_day = reconcile_day_of(r->run.ended_s);
	r->last_ms = now_ms(c);
	r->fails = 0;
	r->quiet_s = QUIET_FROM_S + below(QUIET_LONG_S);
	log_line(LOG_INFO, "reconcile.done", "why=%s days=%u ours=%u theirs=%u differ=%u again=%u",
		 r->run.why, r->run.days, r->run.ours, r->run.theirs, r->run.differ, r->run.again);
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
	if (r->run.error == ERR_OK) {
		succeeded(c);
	} else {
		r->fails++;
		log_line(LOG_WARN, "reconcile.failed", "why=%s err=%s", r->run.why,
			 err_name(r->run.error));
		set_next(c, r->run.why, retry_ms(r, retry_after_s));
	}
	if (t)
		reconcile_told(t, &r->run);
	if (r->wanted)
		set_next(c, "epoch", GAP_MS);
	r->wanted = false;
	care_mind(c);
}

/* The province's database is another one than a moment ago: nothing of before counts. */
static void restart(struct core *c)
{
	if (++c->reconcile.restarts > MAX_RESTARTS)
		end_run(c, ERR_SERVER, 0);
	else
		ask_days(c);
}

static void start(struct core *c, const char *why)
{
	struct reconcile *r = &c->reconcile;

	timer_stop(c->child.loop, &r->next);
	r->next_why = NULL;
	if (r->at_work) {
		r->wanted = true;
		return;
	}
	r->at_work = true;
	r->restarts = 0;
	r->run = (struct reconcile_run){ 0 };
	(void)snprintf(r->run.why, sizeof r->run.why, "%s", why);
	ask_days(c);
}

static void on_next(void *data)
{
	struct core *c = data;
	const char *why = c->reconcile.next_why;

	start(c, why ? why : "day");
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

static void on_days(struct core *c, uint32_t number, const struct query_end *end)
{
	struct reconcile *r = &c->reconcile;

	if (!is_question(c, number))
		return;
	if (end->why != ERR_OK) {
		end_run(c, end->why, end->retry_after_s);
		return;
	}
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
	r->run.ours = r->run.theirs = r->run.differ = r->run.again = 0;
	enum err e = reconcile_mark(c->store, &r->mark);
	if (e == ERR_OK)
		e = reconcile_window(c->store, (uint32_t)c->config.reconcile_days, &r->window);
	if (e == ERR_OK && !put(body, "days", json_object_new_int64(r->window)))
		e = ERR_NO_MEMORY;
	if (e == ERR_OK)
		e = query_ask(c, QUERY_DAYS, body, on_days, 0, ++r->turn);
	else
		json_object_put(body);
	if (e != ERR_OK)
		end_run(c, e, 0);
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
	r->run.differ += r->check.again > 0 || r->check.other > 0;
	if (r->check.again > 0)
		sender_poke(c);
	r->at++;
	timer_set(c->child.loop, &r->step, 0, next_day, c);
}

static void ask_keys(struct core *c);

/* Keys go on where the last reply ended: whatever came in meanwhile, none is left out. */
static enum err take_keys(struct reconcile *r, const struct view *v)
{
	size_t rows = view_rows(v, "keys");
	enum err e = ERR_OK;

	if (view_get_num(v, "day") != r->check.day || (rows == 0 && view_get_num(v, "more")))
		return ERR_BAD_DATA;
	for (size_t i = 0; i < rows && e == ERR_OK; i++)
		e = reconcile_check_add(&r->check, view_row_text(v, "keys", i, "key"));
	return e;
}

static void on_keys(struct core *c, uint32_t number, const struct query_end *end)
{
	struct reconcile *r = &c->reconcile;

	if (!is_question(c, number))
		return;
	if (end->why != ERR_OK) {
		end_run(c, end->why, end->retry_after_s);
		return;
	}
	if (strcmp(end->epoch, r->run.epoch) != 0) {
		restart(c);
		return;
	}
	enum err e = take_keys(r, end->facts);
	r->check.time_s = end->time_s;
	if (e != ERR_OK)
		end_run(c, e, 0);
	else if (view_get_num(end->facts, "more"))
		ask_keys(c);
	else
		timer_set(c->child.loop, &r->step, 0, judge, c);
}

static void ask_keys(struct core *c)
{
	struct reconcile *r = &c->reconcile;
	const struct reconcile_keys *k = &r->check.theirs;
	const char *after = k->count > 0 ? k->keys[k->count - 1] : "";
	struct json_object *body = question(c);
	enum err e = ERR_NO_MEMORY;

	if (put(body, "day", json_object_new_int64(r->check.day)) &&
	    put(body, "after", json_object_new_string(after)))
		e = query_ask(c, QUERY_KEYS, body, on_keys, 0, ++r->turn);
	else
		json_object_put(body);
	if (e != ERR_OK)
		end_run(c, e, 0);
}

/* One day a turn of the loop. */
static void next_day(void *data)
{
	struct core *c = data;
	struct reconcile *r = &c->reconcile;
	const struct reconcile_digest *theirs = r->days + r->at;
	struct reconcile_digest ours;

	if (r->at == r->day_count) {
		end_run(c, ERR_OK, 0);
		return;
	}
	enum err e = reconcile_ours(c->store, theirs->day, r->mark, &ours);
	if (e == ERR_OK) {
		r->run.ours += ours.count;
		r->run.theirs += theirs->count;
	}
	bool same = e == ERR_OK && ours.count == theirs->count &&
		    (ours.count == 0 || strcmp(ours.sha256, theirs->sha256) == 0);
	if (same)
		e = reconcile_agreed(c->store, &ours, r->mark, r->run.ended_s);
	if (e == ERR_OK && !same)
		e = reconcile_mark(c->store, &r->mark);
	if (e != ERR_OK) {
		end_run(c, e, 0);
	} else if (same) {
		r->at++;
		timer_set(c->child.loop, &r->step, 0, next_day, c);
	} else {
		reconcile_check_begin(theirs->day, r->mark, &r->check);
		ask_keys(c);
	}
}

enum err reconcile_now(struct core *c, uint32_t ctl)
{
	if (!c->sender.link_up)
		return ERR_OFFLINE;
	if (c->reconcile.ctl != 0 && ctl_find(c, c->reconcile.ctl))
		return ERR_BUSY;
	bool was_at_work = c->reconcile.at_work;
	c->reconcile.ctl = ctl;
	start(c, "staff");
	if (was_at_work)
		c->reconcile.wanted = false; /* its end is what they wait for */
	return ERR_OK;
}

/* Nothing was ever answered: there is nothing to compare. */
static bool is_needed(struct core *c)
{
	struct reconcile *r = &c->reconcile;
	bool needed = false;

	return !r->at_work && c->sender.link_up && reconcile_needed(c->store, &needed) == ERR_OK &&
	       needed;
}

void reconcile_link_up(struct core *c)
{
	const struct reconcile *r = &c->reconcile;

	if (!is_needed(c) || (r->last_ms != 0 && now_ms(c) - r->last_ms < LINK_LATE_MS))
		return;
	set_next(c, "link", LINK_MS + below(LINK_LATE_MS - LINK_MS));
}

void reconcile_heard(struct core *c, const char *epoch)
{
	struct reconcile *r = &c->reconcile;

	if (!r->epoch[0])
		memcpy(r->epoch, epoch, sizeof r->epoch);
	if (r->at_work) {
		r->wanted |= r->run.epoch[0] && strcmp(epoch, r->run.epoch) != 0;
		return;
	}
	if (strcmp(epoch, r->epoch) == 0)
		return;
	bool lately = r->last_ms != 0 && now_ms(c) - r->last_ms < GAP_MS;
	set_next(c, "epoch", lately ? GAP_MS : 0);
}

static bool is_due(struct core *c)
{
	const struct reconcile *r = &c->reconcile;
	int64_t now_s = clock_now_s(&c->child.clock), day = reconcile_day_of(now_s);
	int64_t ago_ms = r->last_ms ? now_ms(c) - r->last_ms : DAY_MS;
	uint32_t second = (uint32_t)((now_s + 7 * 3600) % 86400);

	/* a clock that is wrong does not have it run without end */
	return ago_ms > DAY_MS ||
	       (day != r->last_day && second >= r->quiet_s && ago_ms > DAY_MS / 4);
}

static void on_round(void *data)
{
	struct core *c = data;

	timer_set(c->child.loop, &c->reconcile.round, ROUND_MS, on_round, c);
	if (!c->reconcile.next_why && is_due(c) && is_needed(c))
		start(c, "day");
}

void reconcile_begin(struct core *c)
{
	struct reconcile *r = &c->reconcile;
	struct reconcile_run last;

	r->quiet_s = QUIET_FROM_S + below(QUIET_LONG_S);
	if (reconcile_last(c->store, true, &last) == ERR_OK) {
		memcpy(r->epoch, last.epoch, sizeof r->epoch);
		r->last_day = reconcile_day_of(last.ended_s);
	}
	timer_set(c->child.loop, &r->round, ROUND_MS, on_round, c);
}

void reconcile_finish(struct core *c)
{
	reconcile_check_free(&c->reconcile.check);
	free(c->reconcile.days);
	c->reconcile.days = NULL;
}
