/* Days, dates and who works on them. */
#include "tests/unit/core/moments.h"

static void days_and_dates(void)
{
	int wrong = 0, y, m, d;
	int32_t found;

	for (int32_t day = 0; day < 84000; day++) { /* to the year 2199 */
		time_t t = (time_t)day * 86400;
		struct tm tm;

		(void)gmtime_r(&t, &tm);
		calendar_date(day, &y, &m, &d);
		if (y != tm.tm_year + 1900 || m != tm.tm_mon + 1 || d != tm.tm_mday ||
		    calendar_find(y, m, d, &found) != ERR_OK || found != day)
			wrong++;
	}
	eq_int(wrong, 0);
	found = 77;
	eq_int(calendar_find(2026, 2, 29, &found), ERR_FIELD_DATE);
	eq_int(calendar_find(2100, 2, 29, &found), ERR_FIELD_DATE);
	eq_int(calendar_find(2026, 13, 1, &found), ERR_FIELD_DATE);
	eq_int(calendar_find(2026, 0, 1, &found), ERR_FIELD_DATE);
	eq_int(calendar_find(2026, 4, 31, &found), ERR_FIELD_DATE);
	eq_int(calendar_find(1969, 12, 31, &found), ERR_FIELD_DATE);
	eq_int(calendar_find(2200, 1, 1, &found), ERR_FIELD_DATE);
	eq_int(found, 77);
	eq_int(calendar_find(2024, 2, 29, &found), ERR_OK);
}

/* The machine may believe what it likes. */
static void always_vietnam(void)
{
	static const char *const ZONES[] = { "UTC", "America/New_York", "Asia/Tokyo",
					     "Asia/Ho_Chi_Minh" };
	int64_t midnight = moment(20261110, 0, 0, 0);

	for (size_t i = 0; i < sizeof ZONES / sizeof *ZONES; i++) {
		setenv("TZ", ZONES[i], 1);
		tzset();
		eq_int(calendar_day(midnight), calendar_day(midnight - 1) + 1);
		eq_int(calendar_second(midnight - 1), 86399);
		eq_int(calendar_second(midnight), 0);
		eq_int(calendar_moment(calendar_day(midnight), 0), midnight);
	}
	unsetenv("TZ");
}

static bool works(const struct calendar *c, int number)
{
	return calendar_works(c, calendar_day(moment(number, 12, 0, 0)));
}

static bool sure(const struct calendar *c, int number)
{
	return calendar_sure(c, calendar_day(moment(number, 12, 0, 0)));
}

static void our_years(void)
{
	const struct calendar_session *s;
	struct calendar c;

	calendar_ours(&c);
	ok(works(&c, 20261109) && works(&c, 20261113) && !works(&c, 20261114) &&
	   !works(&c, 20261115));
	ok(!works(&c, 20260217) && !works(&c, 20260220) && works(&c, 20260223));
	ok(works(&c, 20260110) && !works(&c, 20260111) && !works(&c, 20260102));
	ok(sure(&c, 20261109) && !sure(&c, 20261124) && !works(&c, 20261124));
	ok(!works(&c, 20270101) && !sure(&c, 20270101) && !sure(&c, 20270104));
	ok(works(&c, 20300101) && !sure(&c, 20300101)); /* nobody knows, and it says so */
	ok(!works(&c, 20300105));
	eq_int(calendar_end(&c), 17 * 3600);
	eq_int(c.cut_s, 15 * 3600);
	eq_int(calendar_sessions(&c, calendar_day(moment(20261109, 1, 0, 0)), &s), 2);
	eq_int(calendar_sessions(&c, calendar_day(moment(20261114, 1, 0, 0)), &s), 0);
	eq_int(calendar_sessions(&c, calendar_day(moment(20260110, 1, 0, 0)), &s), 2);
}

#define HOURS "\"cut\":\"15:00\",\"day\":[[\"08:00\",\"12:00\"],[\"13:00\",\"17:00\"]],"

static void saturday_reception(void)
{
	const struct calendar_session *s;
	struct calendar c;

	eq_int(calendar_text("{" HOURS "\"saturday\":[[\"07:30\",\"11:30\"]],\"years\":["
			     "{\"year\":2026,\"announced\":true,\"works\":[\"2026-11-21\"]}]}",
			     &c),
	       ERR_OK);
	int32_t saturday = calendar_day(moment(20261114, 12, 0, 0));
	eq_int(calendar_sessions(&c, saturday, &s), 1);
	eq_int(s->to_s, 11 * 3600 + 1800);
	ok(!calendar_works(&c, saturday)); /* it only receives */
	eq_int(calendar_sessions(&c, saturday + 1, &s), 0);
	eq_int(calendar_sessions(&c, saturday + 7, &s), 2); /* worked as a whole */
}

static void bad_files(void)
{
	static const char *const BAD[] = {
		"{}",
		"[]",
		"{\"cut\":\"15:00\",\"years\":[]}",
		"{\"cut\":\"15:00\",\"day\":[],\"years\":[]}",
		"{\"cut\":\"3 pm\",\"day\":[[\"08:00\",\"12:00\"]]}",
		"{\"cut\":\"15:000\",\"day\":[[\"08:00\",\"12:00\"]]}",
		"{\"cut\":\"15:00\",\"day\":[[\"12:00\",\"08:00\"]]}",
		"{\"cut\":\"15:00\",\"day\":[[\"08:00\"]]}",
		"{\"cut\":\"15:00\",\"day\":[\"08:00\"]}",
		"{\"cut\":\"15:00\",\"day\":[[\"08:00\",\"12:00\"],[\"11:00\",\"17:00\"]]}",
		"{\"cut\":\"15:00\",\"day\":[[\"08:00\",\"24:01\"]]}",
		"{" HOURS "\"years\":[{\"announced\":true}]}",
		"{" HOURS "\"years\":[{\"year\":2026},{\"year\":2026}]}",
		"{" HOURS "\"years\":[{\"year\":2026},{\"year\":2025}]}",
		"{" HOURS "\"years\":[{\"year\":2026,\"off\":[\"2025-01-01\"]}]}",
		"{" HOURS "\"years\":[{\"year\":2026,\"off\":[\"2026-02-30\"]}]}",
		"{" HOURS "\"years\":[{\"year\":2026,\"off\":[\"2026-1-01\"]}]}",
		"{" HOURS "\"years\":[{\"year\":2026,\"off\":[\"2026-01-01x\"]}]}",
		"{" HOURS "\"years\":[{\"year\":2026,\"off\":[20260101]}]}",
		"{" HOURS "\"years\":[{\"year\":2026,\"off\":[\"2026-01-03\"]}]}", /* Saturday */
		"{" HOURS "\"years\":[{\"year\":2026,\"works\":[\"2026-01-05\"]}]}",
		"{" HOURS "\"years\":[{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}]}",
	};
	struct calendar c = { .cut_s = 99 };

	for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
		if (calendar_text(BAD[i], &c) != ERR_BAD_DATA)
			ok(!"refused"), printf("# %s\n", BAD[i]);
	eq_int(c.cut_s, 99);
}

int main(void)
{
	days_and_dates();
	always_vietnam();
	our_years();
	saturday_reception();
	bad_files();
	return tap_done();
}
