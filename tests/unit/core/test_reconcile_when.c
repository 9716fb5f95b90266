/* When both sides are compared, for days and weeks of a kiosk's life. */
#include "firmware/core/reconcile_when.h"
#include "tests/tap.h"

#include <string.h>

#define MINUTE_MS 60000LL
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)
#define START_MS  (5 * MINUTE_MS)     /* of the monotonic clock, when the kiosk starts */
#define MORNING_S INT64_C(1795305600) /* 2026-11-22 07:00 in Hà Nội */
#define TODAY     ((MORNING_S + 25200) / 86400)

static int64_t s_of(int64_t at_ms)
{
	return MORNING_S + at_ms / 1000;
}

static struct reconcile_when started(int64_t last_day, uint64_t random)
{
	struct reconcile_when w = { 0 };

	reconcile_when_begin(&w, last_day, random);
	return w;
}

/* Runs by itself, all good, looked at every ten minutes. How many runs, and why the first. */
static unsigned runs_until(struct reconcile_when *w, int64_t from_ms, int64_t to_ms,
			   const char **ret_why, int64_t *ret_first_ms)
{
	unsigned n = 0;

	for (int64_t at = from_ms; at < to_ms; at += MINUTE_MS) {
		if (at / MINUTE_MS % 10 == 0)
			reconcile_when_round(w, at, s_of(at));
		if (reconcile_when_wait_ms(w, at) != 0)
			continue;
		if (n++ == 0) {
			*ret_why = w->why;
			*ret_first_ms = at;
		}
		reconcile_when_begun(w, at);
		reconcile_when_good(w, (s_of(at) + 25200) / 86400, at, 3600 * n);
	}
	return n;
}

static void once_a_day_at_a_quiet_hour(void)
{
	struct reconcile_when w = started(TODAY, 0);
	const char *why = "";
	int64_t first_ms = 0;

	reconcile_when_link(&w, true, false, START_MS, 0);
	eq_int(runs_until(&w, START_MS, 30 * DAY_MS, &why, &first_ms), 30);
	eq_str(why, "day");
	/* seven in the morning; one at night is eighteen hours later */
	ok(first_ms >= 18 * HOUR_MS && first_ms < 22 * HOUR_MS);
}

/* Switched off every evening, it does not wait for a night that never comes. */
static void by_day_where_nights_are_off(void)
{
	struct reconcile_when w = started(TODAY - 1, 0);
	const char *why = "";
	int64_t first_ms = 0;

	reconcile_when_link(&w, true, false, START_MS, 0);
	eq_int(runs_until(&w, START_MS, 8 * HOUR_MS, &why, &first_ms), 1);
	ok(first_ms <= START_MS + 10 * MINUTE_MS);
}

static void soon_after_the_link(void)
{
	static const uint64_t RANDOM[] = { 0, 12345, 539999, 540000, UINT64_MAX };

	for (size_t i = 0; i < sizeof RANDOM / sizeof *RANDOM; i++) {
		struct reconcile_when w = started(TODAY, 0);

		reconcile_when_link(&w, true, true, START_MS, RANDOM[i]);
		eq_str(w.why, "link");
		uint32_t wait_ms = reconcile_when_wait_ms(&w, START_MS);
		ok(wait_ms >= WHEN_LINK_MS && wait_ms < WHEN_LINK_LATE_MS);
	}
	struct reconcile_when w = started(TODAY, 0);
	reconcile_when_link(&w, true, false, START_MS, 0); /* nothing was ever handed in */
	eq_int(reconcile_when_wait_ms(&w, START_MS), UINT32_MAX);
	reconcile_when_begun(&w, START_MS);
	reconcile_when_good(&w, TODAY, START_MS, 0);
	reconcile_when_link(&w, true, true, START_MS + MINUTE_MS, 0); /* a wink of the line */
	eq_int(reconcile_when_wait_ms(&w, START_MS), UINT32_MAX);
}

/* Forty days without a network: nothing is tried, nothing fails, and the pauses of before are
 * forgotten when it is back. */
static void nothing_fails_without_a_link(void)
{
	struct reconcile_when w = started(TODAY, 0);
	int64_t at = START_MS;

	reconcile_when_link(&w, true, true, at, 0);
	for (int i = 0; i < 12; i++) {
		reconcile_when_begun(&w, at);
		reconcile_when_failed(&w, ERR_SERVER, "link", 0, at, 0);
		at = w.due_ms;
	}
	ok(reconcile_when_wait_ms(&w, at - HOUR_MS) > 20 * MINUTE_MS);
	reconcile_when_begun(&w, at);
	reconcile_when_link(&w, false, true, at, 0);
	reconcile_when_failed(&w, ERR_OFFLINE, "link", 0, at, 0);
	for (; at < 40 * DAY_MS; at += HOUR_MS)
		if (reconcile_when_wait_ms(&w, at) != UINT32_MAX)
			ok(!"it is due without a link");
	reconcile_when_link(&w, true, true, at, UINT64_MAX);
	eq_int(w.fails, 0);
	uint32_t wait_ms = reconcile_when_wait_ms(&w, at);
	ok(wait_ms >= WHEN_LINK_MS && wait_ms < WHEN_LINK_LATE_MS);
	/* a line that comes and goes does not put it off for ever */
	reconcile_when_link(&w, false, true, at + 1000, 0);
	reconcile_when_link(&w, true, true, at + 2000, UINT64_MAX);
	ok(reconcile_when_wait_ms(&w, at + 2000) <= wait_ms - 2000);
}

static void pauses_grow_and_end(void)
{
	struct reconcile_when w = started(TODAY, 0);
	int64_t at = START_MS, last = 0;

	reconcile_when_link(&w, true, false, at, 0);
	for (int i = 0; i < 20; i++) {
		reconcile_when_begun(&w, at);
		reconcile_when_failed(&w, ERR_TIMEOUT, "day", 0, at, 0);
		int64_t wait_ms = reconcile_when_wait_ms(&w, at);
		ok(wait_ms >= last && wait_ms >= WHEN_RETRY_MS / 2 && wait_ms <= WHEN_RETRY_CAP_MS);
		last = wait_ms;
		at = w.due_ms;
	}
	eq_int(last, WHEN_RETRY_CAP_MS / 2);
	eq_str(w.why, "day");
	/* what the server asks for comes on top, within reason */
	reconcile_when_begun(&w, at);
	reconcile_when_failed(&w, ERR_SERVER, "day", 900, at, 0);
	eq_int(reconcile_when_wait_ms(&w, at), 900000 + WHEN_RETRY_CAP_MS / 2);
	reconcile_when_begun(&w, at);
	reconcile_when_failed(&w, ERR_SERVER, "day", UINT32_MAX, at, 0);
	eq_int(reconcile_when_wait_ms(&w, at), 3600000 + WHEN_RETRY_CAP_MS / 2);
	/* our own crowd of questions is no failure */
	uint32_t fails = w.fails;
	reconcile_when_begun(&w, at);
	reconcile_when_failed(&w, ERR_BUSY, "day", 0, at, UINT64_MAX);
	ok(reconcile_when_wait_ms(&w, at) < 10000);
	eq_int(w.fails, fails);
}

static void at_once_when_the_epoch_changes(void)
{
	struct reconcile_when w = started(TODAY, 0);
	int64_t at = START_MS;

	reconcile_when_link(&w, true, true, at, UINT64_MAX);
	reconcile_when_epoch(&w, at);
	eq_str(w.why, "epoch");
	eq_int(reconcile_when_wait_ms(&w, at), 0);
	reconcile_when_begun(&w, at);
	reconcile_when_failed(&w, ERR_SERVER, "epoch", 1800, at, 0);
	/* once more before that pause is over: it is another life, but not asked without end */
	reconcile_when_epoch(&w, at + 1000);
	eq_int(reconcile_when_wait_ms(&w, at + 1000), WHEN_GAP_MS - 1000);
	unsigned runs = 0;
	for (int64_t i = 0; i < HOUR_MS; i += 1000) { /* every reply has another one */
		if (reconcile_when_wait_ms(&w, at + i) == 0) {
			reconcile_when_begun(&w, at + i);
			reconcile_when_good(&w, TODAY, at + i, 0);
			runs++;
		}
		reconcile_when_epoch(&w, at + i);
	}
	ok(runs <= HOUR_MS / WHEN_GAP_MS);
}

/* A clock that jumps, by years, does not have it run without end. */
static void a_clock_that_jumps(void)
{
	struct reconcile_when w = started(TODAY, 0);
	unsigned runs = 0;

	reconcile_when_link(&w, true, false, START_MS, 0);
	for (int64_t at = START_MS; at < DAY_MS; at += 10 * MINUTE_MS) {
		int64_t now_s = s_of(at) + (at / MINUTE_MS % 7 - 3) * INT64_C(100000000);

		reconcile_when_round(&w, at, now_s);
		if (reconcile_when_wait_ms(&w, at) != 0)
			continue;
		reconcile_when_begun(&w, at);
		reconcile_when_good(&w, now_s / 86400, at, 0);
		runs++;
	}
	ok(runs >= 1 && runs <= 4);
}

int main(void)
{
	once_a_day_at_a_quiet_hour();
	by_day_where_nights_are_off();
	soon_after_the_link();
	nothing_fails_without_a_link();
	pauses_grow_and_end();
	at_once_when_the_epoch_changes();
	a_clock_that_jumps();
	return tap_done();
}
