#include "firmware/core/time_ask.h"

#include "firmware/base/log.h"
#include "firmware/core/audit.h"
#include "firmware/core/core.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

#define LOOK_MS  60000u
#define FRESH_MS (6 * 3600 * 1000) /* what the province said then needs no second word */
#define AGAIN_MS (10 * 60 * 1000)
#define HOUR_S   3600
#define DAY_S    86400
#define AGO_CAP  32

static void note(enum err e)
{
	if (e != ERR_OK)
		log_line(LOG_ERROR, "time.not_kept", "err=%s", err_name(e));
}

/* Staff hear of a wrong clock once, and once that it is right again. */
static void tell_off(struct core *c)
{
	int64_t off_s = trusted_time_off_s(&c->time);
	bool off = llabs(off_s) > TIME_OFF_MAX_S;

	if (off == c->time_ask.told_off)
		return;
	c->time_ask.told_off = off;
	log_line(off ? LOG_ERROR : LOG_INFO, "time.machine", "off_s=%" PRId64 " state=%s", off_s,
		 trusted_time_name(trusted_time_state(&c->time)));
	(void)audit_add(c->store, off ? "clock.wrong" : "clock.right", "", "");
}

static void on_reply(struct core *c, uint32_t number, const struct query_end *end)
{
	(void)number, (void)end; /* query.c has told it already */
	c->time_ask.asking = false;
}

void time_ask(struct core *c)
{
	struct time_ask *a = &c->time_ask;
	int64_t now_ms = loop_now_ms(c->child.loop);
	bool fresh = c->time.heard && now_ms - c->time.now.at_ms < FRESH_MS;

	if (fresh || a->asking || now_ms < a->next_ms)
		return;
	if (query_ask(c, QUERY_TIME, json_object_new_object(), on_reply, 0, 0) != ERR_OK)
		return;
	a->asking = true;
	a->next_ms = now_ms + AGAIN_MS;
}

static void on_look(void *data)
{
	struct core *c = data;

	timer_set(c->child.loop, &c->time_ask.look, LOOK_MS, on_look, c);
	note(trusted_time_look(&c->time));
	tell_off(c);
	time_ask(c);
}

void time_open(struct core *c)
{
	note(trusted_time_open(&c->time, &c->child.clock, store_folder(c->store), c->certify.boot));
	if (c->time.lost)
		log_line(LOG_ERROR, "time.lost",
			 "what was kept of the time is damaged: the floor "
			 "is the day this was built");
	log_line(LOG_INFO, "time", "state=%s off_s=%" PRId64,
		 trusted_time_name(trusted_time_state(&c->time)), trusted_time_off_s(&c->time));
	timer_set(c->child.loop, &c->time_ask.look, LOOK_MS, on_look, c);
	tell_off(c);
}

void time_heard(struct core *c, int64_t time_s, int64_t asked_ms, int64_t got_ms)
{
	note(trusted_time_reply(&c->time, time_s, asked_ms, got_ms));
	tell_off(c);
}

void time_later(struct core *c, int64_t time_s)
{
	note(trusted_time_later(&c->time, time_s));
	tell_off(c);
}

static void span_text(int64_t s, char ret[AGO_CAP])
{
	if (s >= 2 * DAY_S)
		snprintf(ret, AGO_CAP, "%" PRId64 " days", s / DAY_S);
	else if (s >= 2 * HOUR_S)
		snprintf(ret, AGO_CAP, "%" PRId64 " hours", s / HOUR_S);
	else if (s >= 120)
		snprintf(ret, AGO_CAP, "%" PRId64 " minutes", s / 60);
	else
		snprintf(ret, AGO_CAP, "%" PRId64 " seconds", s);
}

void time_status(struct ctl *t)
{
	const struct core *c = t->core;
	int64_t off_s = trusted_time_off_s(&c->time), slack_s = trusted_time_slack_s(&c->time);
	enum time_state state = trusted_time_state(&c->time);
	char time[40], span[AGO_CAP], slack[48] = "";

	core_time_text(clock_now_s(&c->child.clock), LANGUAGE_EN, time, sizeof time);
	if (slack_s >= 0)
		snprintf(slack, sizeof slack, ", within %" PRId64 " s", slack_s);
	ctl_say(t, "time %s %s%s, by %s", trusted_time_name(state), time, slack,
		state == TIME_UNKNOWN ? "the latest that is certain"
				      : trusted_time_source(&c->time));
	if (llabs(off_s) <= TIME_OFF_MAX_S)
		return;
	span_text(llabs(off_s), span);
	ctl_say(t, "time the machine's clock is WRONG by about %s: it is %s; set it right", span,
		off_s < 0 ? "behind" : "ahead");
}
