#include "firmware/core/trusted_time.h"

#include "firmware/base/auto.h"
#include "firmware/core/files.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FILE_NAME     "time"
#define FILE_MAX      256
#define CHECK_CAP     17
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

/* A flipped bit must not become another time that is called known. */
static enum err check_word(const char *text, size_t len, char ret[CHECK_CAP])
{
	uint8_t hash[EVP_MAX_MD_SIZE];

	if (EVP_Digest(text, len, hash, NULL, EVP_sha256(), NULL) != 1)
		return ERR_NO_MEMORY;
	hex_of(hash, (CHECK_CAP - 1) / 2, ret);
	return ERR_OK;
}

static enum err keep(struct trusted_time *t)
{
	char text[FILE_MAX], check[CHECK_CAP];
	int n = snprintf(text, sizeof text,
			 "%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %d %d %s ", t->floor_s,
			 t->now.at_s, t->now.at_ms, t->slack_ms, t->heard, t->doubted, t->boot);
	struct iovec parts[] = { { text, (size_t)n }, { check, CHECK_CAP } };
	enum err e = check_word(text, (size_t)n, check);

	check[CHECK_CAP - 1] = '\n';
	if (e == ERR_OK)
		e = files_replace(t->dir_fd, FILE_NAME, parts, 2);
	if (e == ERR_OK)
		t->kept_ms = mono_ms(t);
	return e;
}

static bool is_as_written(const char *text, size_t len)
{
	char check[CHECK_CAP];

	return len > CHECK_CAP && text[len - 1] == '\n' &&
	       check_word(text, len - CHECK_CAP, check) == ERR_OK &&
	       memcmp(text + len - CHECK_CAP, check, CHECK_CAP - 1) == 0;
}

static bool understand(const struct trusted_time *t, const char *text, struct trusted_time *ret)
{
	int heard, doubted;

	*ret = (struct trusted_time){ 0 };
	if (sscanf(text, "%" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64 " %d %d %39[0-9a-f-]",
		   &ret->floor_s, &ret->now.at_s, &ret->now.at_ms, &ret->slack_ms, &heard, &doubted,
		   ret->boot) != 7)
		return false;
	ret->heard = heard == 1;
	ret->doubted = doubted != 0;
	return ret->floor_s > 0 && ret->floor_s < LATEST_S && ret->now.at_s > 0 &&
	       ret->now.at_s < LATEST_S && ret->slack_ms >= 0 && ret->slack_ms <= SLOW_REPLY_MS &&
	       (strcmp(ret->boot, t->boot) != 0 || ret->now.at_ms <= mono_ms(t));
}

/* False: nothing of an earlier run can be used. */
static bool read_file(struct trusted_time *t, struct trusted_time *ret)
{
	uint8_t *bytes = NULL;
	size_t len = 0;
	char text[FILE_MAX + 1] = "";
	enum err e = files_read(t->dir_fd, FILE_NAME, FILE_MAX, &bytes, &len);

	if (e == ERR_OK)
		memcpy(text, bytes, len);
	free(bytes);
	bool good = e == ERR_OK && is_as_written(text, len) && understand(t, text, ret);
	t->lost = !good && e != ERR_NOT_FOUND;
	return good;
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
