#include "firmware/core/reconcile_when.h"

#include "firmware/core/pace.h"

#include <stddef.h>

#define ZONE_S  25200 /* UTC+7 */
#define DAY_S   86400
#define DAY_MS  (24LL * 3600 * 1000)
#define BUSY_MS 5000u /* too many questions of our own: no failure of the province's */

/* What comes sooner counts. */
static void want(struct reconcile_when *w, const char *why, int64_t due_ms)
{
	if (w->why && w->due_ms <= due_ms)
		return;
	w->why = why;
	w->due_ms = due_ms;
}

static uint32_t quiet_second(uint64_t random)
{
	return WHEN_QUIET_FROM_S + (uint32_t)(random % WHEN_QUIET_LONG_S);
}

void reconcile_when_begin(struct reconcile_when *w, int64_t last_day, uint64_t random)
{
	w->last_day = last_day;
	w->quiet_s = quiet_second(random);
}

void reconcile_when_link(struct reconcile_when *w, bool up, bool needed, int64_t now_ms,
			 uint64_t random)
{
	bool lately = w->good_ms != 0 && now_ms - w->good_ms < WHEN_LINK_LATE_MS;
	int64_t soon =
		now_ms + WHEN_LINK_MS + (int64_t)(random % (WHEN_LINK_LATE_MS - WHEN_LINK_MS));

	w->up = up;
	if (!up)
		return;
	w->fails = 0;
	/* pauses of before the outage mean nothing any more */
	if (w->why && (w->due_ms <= now_ms || w->due_ms > soon))
		w->due_ms = soon;
	else if (needed && !lately)
		want(w, "link", soon);
}

void reconcile_when_epoch(struct reconcile_when *w, int64_t now_ms)
{
	int64_t soonest = w->begun_ms ? w->begun_ms + WHEN_GAP_MS : 0;

	want(w, "epoch", now_ms > soonest ? now_ms : soonest);
}

void reconcile_when_round(struct reconcile_when *w, int64_t now_ms, int64_t now_s)
{
	int64_t day = (now_s + ZONE_S) / DAY_S;
	int64_t ago_ms = w->good_ms ? now_ms - w->good_ms : DAY_MS;
	bool quiet = (now_s + ZONE_S) % DAY_S >= w->quiet_s;

	/* a clock that is wrong does not have it run without end */
	if (ago_ms > DAY_MS || (day != w->last_day && quiet && ago_ms > DAY_MS / 4))
		want(w, "day", now_ms);
}

void reconcile_when_begun(struct reconcile_when *w, int64_t now_ms)
{
	w->why = NULL;
	w->begun_ms = now_ms;
}

void reconcile_when_good(struct reconcile_when *w, int64_t day, int64_t now_ms, uint64_t random)
{
	w->good_ms = now_ms;
	w->last_day = day;
	w->fails = 0;
	w->quiet_s = quiet_second(random);
}

static int64_t pause_ms(uint32_t fails, uint64_t random)
{
	uint32_t limit = WHEN_RETRY_MS;

	for (; fails > 1 && limit < WHEN_RETRY_CAP_MS; fails--)
		limit *= 2;
	if (limit > WHEN_RETRY_CAP_MS)
		limit = WHEN_RETRY_CAP_MS;
	return limit / 2 + (int64_t)(random % (limit / 2));
}

void reconcile_when_failed(struct reconcile_when *w, enum err why, const char *run_why,
			   uint32_t retry_after_s, int64_t now_ms, uint64_t random)
{
	if (!w->up) /* the link's return says when */
		want(w, run_why, now_ms);
	else if (why == ERR_BUSY)
		want(w, run_why, now_ms + BUSY_MS / 2 + (int64_t)(random % BUSY_MS));
	else
		want(w, run_why,
		     now_ms + pace_asked_ms(retry_after_s) + pause_ms(++w->fails, random));
}

uint32_t reconcile_when_wait_ms(const struct reconcile_when *w, int64_t now_ms)
{
	if (!w->why || !w->up)
		return UINT32_MAX;
	int64_t left = w->due_ms - now_ms;
	return left <= 0 ? 0 : left < (int64_t)UINT32_MAX ? (uint32_t)left : UINT32_MAX - 1;
}
