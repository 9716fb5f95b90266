#include "firmware/core/trusted_time.h"

#include "firmware/base/auto.h"
#include "firmware/core/files.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FILE_NAME     "time"
#define FILE_MAX      256
#define KEEP_MS       (4 * 3600 * 1000)
#define DRIFT_PPM     200             /* a bad crystal in the cold */
#define SLOW_REPLY_MS (2 * 60 * 1000) /* says little about the present */
#define SECOND_MS     1000
#define LATEST_S      7258118400 /* 2200-01-01: whatever is later is no time */

static int64_t mono_ms(const struct trusted_time *t)
{
	return clock_mono_ms(t->clock);
}

int64_t trusted_time_built_s(void)
{
	static const char MONTHS[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	static const char DAY[] = __DATE__; /* "Nov  2 2026" */
	char month[4] = { DAY[0], DAY[1], DAY[2], '\0' };
	const char *at = strstr(MONTHS, month);
	struct tm tm = { .tm_mon = at ? (int)(at - MONTHS) / 3 : 0,
			 .tm_mday = atoi(DAY + 4) - 1, /* wherever on earth that was */
			 .tm_year = atoi(DAY + 7) - 1900 };

	return timegm(&tm);
}

static enum err keep(struct trusted_time *t)
{
	char text[FILE_MAX];
	int n = snprintf(text, sizeof text,
			 "%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %d %d %s\n", t->floor_s,
			 t->now.at_s, t->now.at_ms, t->slack_ms, t->heard, t->doubted, t->boot);
	struct iovec part = { text, (size_t)n };
	enum err e = files_replace(t->dir_fd, FILE_NAME, &part, 1);

	if (e == ERR_OK)
		t->kept_ms = mono_ms(t);
	return e;
}

/* False: nothing of an earlier run can be used. */
static bool read_file(const struct trusted_time *t, struct trusted_time *ret)
{
	uint8_t *bytes = NULL;
	size_t len = 0;
	char text[FILE_MAX + 1] = "";
	int heard, doubted;

	if (files_read(t->dir_fd, FILE_NAME, FILE_MAX, &bytes, &len) != ERR_OK)
		return false;
	memcpy(text, bytes, len);
	free(bytes);
	*ret = (struct trusted_time){ 0 };
	if (sscanf(text, "%" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64 " %d %d %39[0-9a-f-]",
		   &ret->floor_s, &ret->now.at_s, &ret->now.at_ms, &ret->slack_ms, &heard, &doubted,
		   ret->boot) != 7)
		return false;
	ret->heard = heard == 1;
	ret->doubted = doubted != 0;
	return ret->floor_s > 0 && ret->floor_s < LATEST_S && ret->now.at_s > 0 &&
	       ret->now.at_s < LATEST_S && ret->slack_ms >= 0 && ret->slack_ms <= SLOW_REPLY_MS &&
	       ret->now.at_ms <= mono_ms(t);
}

static bool is_believable(const struct trusted_time *t, int64_t wall_s)
{
	return wall_s >= t->floor_s && wall_s - t->floor_s <= TIME_AHEAD_MAX_S;
}

static void set_now(struct trusted_time *t, int64_t now_s)
{
	t->now = (struct clock_reckoning){ now_s, mono_ms(t) };
}

static void begin(struct trusted_time *t)
{
	int64_t wall_s = clock_wall_s(t->clock);

	t->doubted = !is_believable(t, wall_s);
	set_now(t, t->doubted ? t->floor_s : wall_s);
}

enum err trusted_time_open(struct trusted_time *t, struct clock *clock, int dir_fd,
			   const char *boot)
{
	struct trusted_time before;

	*t = (struct trusted_time){ .clock = clock,
				    .dir_fd = dir_fd,
				    .floor_s = trusted_time_built_s() };
	snprintf(t->boot, sizeof t->boot, "%s", boot);
	bool usable = read_file(t, &before);
	if (usable && before.floor_s > t->floor_s)
		t->floor_s = before.floor_s;
	if (usable && strcmp(before.boot, boot) == 0) {
		t->now = before.now;
		t->slack_ms = before.slack_ms;
		t->heard = before.heard;
		t->doubted = before.doubted;
	} else {
		begin(t);
	}
	clock->reckoning = &t->now;
	if (!t->heard && clock_now_s(clock) < t->floor_s)
		begin(t); /* a newer build */
	return trusted_time_look(t);
}

/* What the province has said is worth less with every hour. */
static int64_t slack_ms(const struct trusted_time *t)
{
	return t->slack_ms + (mono_ms(t) - t->now.at_ms) / 1000 * DRIFT_PPM / 1000;
}

int64_t trusted_time_slack_s(const struct trusted_time *t)
{
	return t->heard ? (slack_ms(t) + SECOND_MS - 1) / SECOND_MS : -1;
}

enum err trusted_time_reply(struct trusted_time *t, int64_t time_s, int64_t asked_ms,
			    int64_t got_ms)
{
	int64_t half_ms = (got_ms - asked_ms + SECOND_MS) / 2; /* it names whole seconds */
	int64_t old_ms = slack_ms(t), now_ms = mono_ms(t);

	if (time_s < trusted_time_built_s() || time_s >= LATEST_S)
		return ERR_OK;
	if (got_ms < asked_ms || got_ms > now_ms || half_ms > SLOW_REPLY_MS)
		return trusted_time_later(t, time_s);
	int64_t off_ms = (time_s - t->now.at_s) * SECOND_MS - (got_ms - half_ms - t->now.at_ms);
	if (t->heard && old_ms <= half_ms && llabs(off_ms) <= old_ms + half_ms)
		return ERR_OK; /* what is known already says the same, and more exactly */
	t->now = (struct clock_reckoning){ time_s, got_ms - half_ms };
	t->slack_ms = half_ms;
	t->floor_s = time_s;
	t->heard = true;
	t->doubted = false;
	return keep(t);
}

enum err trusted_time_later(struct trusted_time *t, int64_t time_s)
{
	if (t->heard || time_s <= t->floor_s || time_s >= LATEST_S)
		return ERR_OK;
	t->floor_s = time_s;
	if (clock_now_s(t->clock) < time_s)
		begin(t);
	return keep(t);
}

/* While the province has not spoken. A clock that starts below the floor is set right by whoever
 * keeps the machine's time, some while after the start. */
static bool take_clock(struct trusted_time *t)
{
	if (t->heard || !t->doubted || !is_believable(t, clock_wall_s(t->clock)))
		return false;
	begin(t);
	return true;
}

enum err trusted_time_look(struct trusted_time *t)
{
	bool took = take_clock(t);
	int64_t now_s = clock_now_s(t->clock);

	if (trusted_time_state(t) != TIME_UNKNOWN && now_s > t->floor_s)
		t->floor_s = now_s;
	return took || t->kept_ms == 0 || mono_ms(t) - t->kept_ms >= KEEP_MS ? keep(t) : ERR_OK;
}

enum time_state trusted_time_state(const struct trusted_time *t)
{
	if (t->heard)
		return slack_ms(t) <= TIME_KNOWN_S * SECOND_MS ? TIME_KNOWN : TIME_ABOUT;
	if (t->doubted || llabs(trusted_time_off_s(t)) > TIME_OFF_MAX_S)
		return TIME_UNKNOWN;
	return TIME_ABOUT;
}

const char *trusted_time_name(enum time_state s)
{
	return s == TIME_KNOWN ? "known" : s == TIME_ABOUT ? "about" : "unknown";
}

int64_t trusted_time_off_s(const struct trusted_time *t)
{
	return clock_wall_s(t->clock) - clock_now_s(t->clock);
}

const char *trusted_time_source(const struct trusted_time *t)
{
	switch (trusted_time_state(t)) {
	case TIME_KNOWN:
		return "province";
	case TIME_ABOUT:
		return t->heard ? "monotonic" : "rtc";
	default:
		return "unknown";
	}
}

int64_t trusted_time_judge_s(const struct trusted_time *t)
{
	int64_t now_s = clock_now_s(t->clock), wall_s = clock_wall_s(t->clock);

	return trusted_time_state(t) == TIME_UNKNOWN && wall_s > now_s ? wall_s : now_s;
}
