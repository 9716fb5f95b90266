#include "tests/province/due.h"

#include <stdbool.h>
#include <string.h>
#include <time.h>

#define ZONE_S 25200 /* UTC+7 */

/* A day as people write it. */
struct date {
	int number;  /* yyyymmdd */
	int weekday; /* 0: Sunday */
	int second;  /* of the day */
};

static struct date date_of(int64_t at_s)
{
	time_t t = (time_t)(at_s + ZONE_S);
	struct tm tm = { 0 };

	(void)gmtime_r(&t, &tm);
	return (struct date){ (tm.tm_year + 1900) * 10000 + (tm.tm_mon + 1) * 100 + tm.tm_mday,
			      tm.tm_wday, tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec };
}

static bool is_open(int64_t at_s)
{
	struct date d = date_of(at_s);

	switch (d.number) {
#define OFF(day)  \
	case day: \
		return false;
#define WORK(day) \
	case day: \
		return true;
#include "tests/province/days.def"
#undef OFF
#undef WORK
	}
	return d.weekday >= 1 && d.weekday <= 5;
}

/* The same time a day later; Vietnam has no summer time. */
static int64_t tomorrow(int64_t at_s)
{
	return at_s + 86400;
}

static int64_t set_time(int64_t at_s, int hour)
{
	return at_s - date_of(at_s).second + hour * 3600;
}

/* Noon of the day on which work on it can begin. */
static int64_t begins(int64_t at_s)
{
	bool late = date_of(at_s).second > 15 * 3600;
	int64_t noon = set_time(at_s, 12);

	for (noon = late ? tomorrow(noon) : noon; !is_open(noon);)
		noon = tomorrow(noon);
	return noon;
}

/* Waited for on this day (noon), if it comes after the day of the request. */
static bool waits_on(int64_t noon, const struct due_wait *waits, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (set_time(waits[i].from_s, 12) < noon && noon <= begins(waits[i].until_s))
			return true;
	return false;
}

static int64_t by_days(int64_t received_s, struct due_term term, const struct due_wait *waits,
		       size_t count)
{
	int64_t noon = begins(received_s);
	unsigned left = term.n;

	while (left > 0) {
		noon = tomorrow(noon);
		bool counted = term.unit == DUE_DAYS || is_open(noon);

		left -= counted && !waits_on(noon, waits, count);
	}
	while (!is_open(noon))
		noon = tomorrow(noon);
	/* asked for something on the last day: it is over when that came */
	for (size_t i = 0; i < count; i++)
		if (set_time(waits[i].from_s, 12) <= noon && begins(waits[i].until_s) > noon)
			noon = begins(waits[i].until_s);
	return set_time(noon, 17);
}

/* Second by second, through office hours. */
static int64_t by_hours(int64_t at_s, unsigned hours)
{
	for (unsigned left = hours * 3600; left > 0; at_s++) {
		int hour = date_of(at_s).second / 3600;

		left -= is_open(at_s) && hour >= 8 && hour < 17 && hour != 12;
	}
	return at_s;
}

struct due_term due_term(const char *procedure)
{
#define TERM(code, n, unit)               \
	if (strcmp(procedure, code) == 0) \
		return (struct due_term){ n, DUE_##unit };
#include "tests/province/terms.def"
#undef TERM
	return (struct due_term){ 3, DUE_WORKING_DAYS };
}

int64_t due_at(int64_t received_s, struct due_term term, const struct due_wait *waits, size_t count)
{
	return term.unit == DUE_HOURS ? by_hours(received_s, term.n)
				      : by_days(received_s, term, waits, count);
}
