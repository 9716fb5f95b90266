#include "firmware/core/care.h"

#include "firmware/base/log.h"
#include "firmware/core/audit.h"
#include "firmware/core/checkup.h"
#include "firmware/core/core.h"
#include "firmware/core/counter.h"

#include <string.h>

#define ROUND_MS   (10u * 60 * 1000)
#define DAY_S      (24 * 3600)
#define NIGHT_ENDS 6
#define HALF_DAY_S (12 * 3600)
#define TWO_DAYS_S (48 * 3600)

/* A tenth of the time and of the disk, so that a touch is answered at once. */
#define PORTION_MS 20u
#define PAUSE_MS   180u
#define BUSY_MS    1000u /* somebody stands there: look again then */

void care_mind(struct core *c)
{
	if (!store_failed(c->store) || c->child.failed)
		return;
	log_line(LOG_ERROR, "store.failed", "this program ends and begins anew");
	c->child.failed = true;
	loop_stop(c->child.loop);
}

static bool is_idle(const struct core *c)
{
	return c->visit.at == SCREEN_ATTRACT;
}

static void say_end(struct core *c, enum err e)
{
	struct ctl *t = ctl_find(c, c->care.ctl);

	c->care.ctl = 0;
	if (!t)
		return;
	if (e != ERR_OK)
		ctl_say(t, "the database is damaged or could not be read: it is mended at once");
	care_status(t);
	ctl_end(t, e == ERR_OK ? CTL_DONE : CTL_REFUSED);
}

/* The screen in front of nobody tells staff who walk by. */
static void show_care(struct core *c)
{
	if (is_idle(c))
		show_screen(c);
}

static void tell(struct core *c, enum err e)
{
	struct checkup_state s = checkup_state(c->store);

	if (s.bad > c->care.bad)
		log_line(LOG_ERROR, "store.package_damaged", "key=%s held_back=1", s.bad_key);
	c->care.bad = s.bad;
	if (e == ERR_BUSY)
		return;
	log_line(e == ERR_OK && s.bad == 0 ? LOG_INFO : LOG_ERROR, "store.checked",
		 "err=%s packages=%ju damaged=%ju", err_name(e), (uintmax_t)s.seen,
		 (uintmax_t)s.bad);
	show_care(c);
	say_end(c, e);
}

static void on_step(void *data)
{
	struct core *c = data;

	if (!is_idle(c) && c->care.ctl == 0) {
		timer_set(c->child.loop, &c->care.step, BUSY_MS, on_step, c);
		return;
	}
	enum err e = checkup_step(c->store, PORTION_MS);
	tell(c, e);
	if (e == ERR_BUSY)
		timer_set(c->child.loop, &c->care.step, PAUSE_MS, on_step, c);
	care_mind(c);
}

static void go_on(struct core *c)
{
	c->care.bad = 0;
	timer_set(c->child.loop, &c->care.step, 0, on_step, c);
}

/* Once a night; by day for a kiosk that is switched off in the evening. A clock that was set back
 * does not put it off. */
static bool is_due(struct core *c, int64_t now_s)
{
	struct checkup_result last = { 0 };
	char stamp[LOCAL_STAMP_CAP];

	if (checkup_state(c->store).phase != CHECKUP_REST)
		return false;
	(void)checkup_last(c->store, CHECKUP_DATABASE, &last);
	int64_t ago_s = now_s - last.ended_s;
	local_stamp(now_s, stamp); /* yyyyMMddHHmmss */
	int hour = (stamp[8] - '0') * 10 + stamp[9] - '0';
	bool night = hour >= NIGHT_HOUR && hour < NIGHT_ENDS;
	return ago_s < 0 || ago_s > TWO_DAYS_S || (night && ago_s > HALF_DAY_S);
}

/* What is kept for a time is deleted by the province's time only: no clock of the machine shortens
 * it. What an unfinished visit left goes by any clock. */
static void tidy(struct core *c, int64_t now_s)
{
	unsigned swept = 0, purged = 0;

	if (vault_sweep(c->store, now_s - DRAFT_KEEP_S, &swept) != ERR_OK ||
	    (c->time.heard &&
	     (outbox_purge(c->store, (int64_t)c->config.keep_days * DAY_S, &purged) != ERR_OK ||
	      pay_purge(c->store, DAY_S) != ERR_OK)))
		log_line(LOG_ERROR, "night", "the store could not be tidied");
	if (disk_rest(store_disk(c->store)) == ERR_NO_SPACE && store_drop_aside(c->store) > 0)
		log_line(LOG_WARN, "store.short", "deleted databases that were set aside");
	if (swept > 0 || purged > 0)
		log_line(LOG_INFO, "night", "drafts=%u packages=%u", swept, purged);
}

static void on_round(void *data)
{
	struct core *c = data;
	int64_t now_s = clock_now_s(&c->child.clock);

	timer_set(c->child.loop, &c->care.round, ROUND_MS, on_round, c);
	tidy(c, now_s);
	if (is_due(c, now_s)) {
		checkup_begin(c->store);
		go_on(c);
	}
	care_mind(c);
}

void care_begin(struct core *c)
{
	timer_set(c->child.loop, &c->care.round, 0, on_round, c);
	if (checkup_state(c->store).phase != CHECKUP_REST)
		go_on(c);
}

static void say_last(struct ctl *t, const char *what, const char *of, const char *bad)
{
	struct checkup_result r;
	char time[40];

	if (checkup_last(t->core->store, what, &r) != ERR_OK)
		return;
	core_time_text(r.ended_s, LANGUAGE_EN, time, sizeof time);
	ctl_say(t, "store %s %s: %ju %s, %ju %s", what, time, (uintmax_t)r.seen, of,
		(uintmax_t)r.bad, bad);
}

void care_status(struct ctl *t)
{
	struct store *s = t->core->store;
	const struct store_report *r = store_report(s);

	if (r->damaged)
		ctl_say(t,
			"store DAMAGED at the start: the old one is set aside as %s, %u rows saved",
			r->set_aside[0] ? r->set_aside : "damaged-*", r->recovered);
	if (r->unreadable > 0)
		ctl_say(t, "store has %u packages that cannot be read; they are kept",
			r->unreadable);
	say_last(t, CHECKUP_DATABASE, "pages looked at", "damaged");
	say_last(t, CHECKUP_FILE, "packages read", "damaged: see `queue`");
	say_last(t, CHECKUP_MENDED, "rows saved",
		 "packages taken in again; the damaged one is kept");
	say_last(t, CHECKUP_DISK, "packages lost", "time that the disk refused to write");
	if (checkup_calls_staff(s))
		ctl_say(t, "store CALLS STAFF: look at the log and the disk, then `store seen`");
}

static void say_room(struct ctl *t)
{
	struct store_room r;
	struct disk_state d;

	if (store_room(t->core->store, &r) != ERR_OK ||
	    disk_state(store_disk(t->core->store), &d) != ERR_OK)
		return;
	ctl_say(t, "disk %ju of %ju MiB free, reserve %s", (uintmax_t)(d.free_bytes >> 20),
		(uintmax_t)(d.total_bytes >> 20), d.reserve ? "whole" : "GIVEN UP");
	ctl_say(t, "database %ju of %ju MiB", (uintmax_t)(r.database_bytes >> 20),
		(uintmax_t)(r.max_database_bytes >> 20));
	ctl_say(t, "packages %ju of %ju MiB", (uintmax_t)(r.package_bytes >> 20),
		(uintmax_t)(r.max_package_bytes >> 20));
	enum err e = store_may_begin(t->core->store);
	ctl_say(t, "new visits %s", e == ERR_OK ? "may begin" : "are refused: no room");
}

static enum ctl_code do_check(struct ctl *t)
{
	struct core *c = t->core;

	if (c->care.ctl != 0 && ctl_find(c, c->care.ctl)) {
		ctl_say(t, "a check is at work already");
		return CTL_REFUSED;
	}
	c->care.ctl = t->id;
	checkup_begin(c->store);
	go_on(c);
	return CTL_LATER;
}

static enum ctl_code do_seen(struct ctl *t)
{
	enum err e = checkup_seen(t->core->store);

	if (e == ERR_OK)
		e = audit_add(t->core->store, "staff.store_seen", "", "");
	show_care(t->core);
	ctl_say(t, "%s", e == ERR_OK ? "noted" : err_text(e));
	return e == ERR_OK ? CTL_DONE : CTL_REFUSED;
}

enum ctl_code care_command(struct ctl *t, const char *arg)
{
	if (strcmp(arg, "check") == 0)
		return do_check(t);
	if (strcmp(arg, "seen") == 0)
		return do_seen(t);
	if (*arg) {
		ctl_say(t, "store         room, and what the last checks found");
		ctl_say(t, "store check   look at the whole database and read every package");
		ctl_say(t, "store seen    staff have looked at what was damaged");
		return CTL_USAGE;
	}
	say_room(t);
	care_status(t);
	return CTL_DONE;
}
