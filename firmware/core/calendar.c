#include "firmware/core/calendar.h"

#include "firmware/core/asset.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#define FIRST_YEAR 1970
#define LAST_YEAR  2199

int32_t calendar_day(int64_t wall_s)
{
	int64_t here_s = wall_s + CALENDAR_VIETNAM_S;
	int64_t day = here_s / CALENDAR_DAY_S;

	return (int32_t)(here_s % CALENDAR_DAY_S < 0 ? day - 1 : day);
}

uint32_t calendar_second(int64_t wall_s)
{
	return (uint32_t)(wall_s + CALENDAR_VIETNAM_S -
			  (int64_t)calendar_day(wall_s) * CALENDAR_DAY_S);
}

int64_t calendar_moment(int32_t day, uint32_t second)
{
	return (int64_t)day * CALENDAR_DAY_S + second - CALENDAR_VIETNAM_S;
}

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_days(int year, int month)
{
	static const uint8_t DAYS[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return DAYS[month - 1] + (month == 2 && is_leap(year));
}

/* Days from 1970-01-01 to the 1st of January of that year. */
static int32_t year_begin(int year)
{
	int y = year - 1;

	return (year - 1970) * 365 + (y / 4 - y / 100 + y / 400) -
	       (1969 / 4 - 1969 / 100 + 1969 / 400);
}

static int year_of(int32_t day)
{
	int year = 1970 + day / 366;

	while (year_begin(year + 1) <= day)
		year++;
	while (year_begin(year) > day)
		year--;
	return year;
}

void calendar_date(int32_t day, int *ret_year, int *ret_month, int *ret_mday)
{
	int year = year_of(day), month = 1;
	int32_t left = day - year_begin(year);

	while (left >= month_days(year, month))
		left -= month_days(year, month++);
	*ret_year = year;
	*ret_month = month;
	*ret_mday = left + 1;
}

enum err calendar_find(int year, int month, int mday, int32_t *ret_day)
{
	if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || month > 12 || mday < 1 ||
	    mday > month_days(year, month))
		return ERR_FIELD_DATE;
	int32_t day = year_begin(year) + mday - 1;
	for (int m = 1; m < month; m++)
		day += month_days(year, m);
	*ret_day = day;
	return ERR_OK;
}

static bool has(const struct calendar_days *days, int32_t n)
{
	return days->bits[n / 64] >> (n % 64) & 1;
}

static bool is_weekend(int32_t day)
{
	int weekday = (int)((day % 7 + 11) % 7); /* day 0 was a Thursday; 0 is a Sunday */

	return weekday == 0 || weekday == 6;
}

/* NULL when nobody knows of that year; *ret_n is the day in it. */
static const struct calendar_year *year_at(const struct calendar *c, int32_t day, int32_t *ret_n)
{
	int year = year_of(day);

	*ret_n = day - year_begin(year);
	for (size_t i = 0; i < c->year_count; i++)
		if (c->years[i].year == year)
			return &c->years[i];
	return NULL;
}

bool calendar_works(const struct calendar *c, int32_t day)
{
	int32_t n;
	const struct calendar_year *y = year_at(c, day, &n);

	if (is_weekend(day))
		return y && has(&y->works, n);
	return !y || !has(&y->off, n);
}

bool calendar_sure(const struct calendar *c, int32_t day)
{
	int32_t n;
	const struct calendar_year *y = year_at(c, day, &n);

	return y && y->announced && !has(&y->doubt, n);
}

int32_t calendar_next(const struct calendar *c, int32_t day)
{
	while (!calendar_works(c, day))
		day++;
	return day;
}

uint32_t calendar_end(const struct calendar *c)
{
	return c->day[c->day_count - 1].to_s;
}

size_t calendar_sessions(const struct calendar *c, int32_t day,
			 const struct calendar_session **ret_sessions)
{
	int32_t n;
	const struct calendar_year *y = year_at(c, day, &n);

	if (calendar_works(c, day))
		return *ret_sessions = c->day, c->day_count;
	/* of a weekend only the Saturday, and not one that is a holiday */
	bool open = is_weekend(day) && !is_weekend(day - 1) && !(y && has(&y->off, n));
	*ret_sessions = c->saturday;
	return open ? c->saturday_count : 0;
}

/* "HH:MM" and nothing after it. */
static enum err read_clock(const char *text, uint32_t *ret_s)
{
	unsigned hour, minute;
	int n = 0;

	if (sscanf(text, "%2u:%2u%n", &hour, &minute, &n) != 2 || n != 5 || text[5] || hour > 24 ||
	    minute > 59 || hour * 60 + minute > 24 * 60)
		return ERR_BAD_DATA;
	*ret_s = (hour * 60 + minute) * 60;
	return ERR_OK;
}

/* A list of ["08:00", "12:00"], one after the other. */
static enum err read_sessions(struct json_object *list, struct calendar_session *ret, size_t *ret_n)
{
	size_t n = list ? json_object_array_length(list) : 0;
	uint32_t before_s = 0;

	if (n > CALENDAR_MAX_SESSIONS)
		return ERR_BAD_DATA;
	for (size_t i = 0; i < n; i++) {
		struct json_object *o = json_object_array_get_idx(list, i);

		if (!json_object_is_type(o, json_type_array) || json_object_array_length(o) != 2)
			return ERR_BAD_DATA;
		const char *from = json_object_get_string(json_object_array_get_idx(o, 0));
		const char *to = json_object_get_string(json_object_array_get_idx(o, 1));
		if (!from || !to || read_clock(from, &ret[i].from_s) != ERR_OK ||
		    read_clock(to, &ret[i].to_s) != ERR_OK || ret[i].from_s < before_s ||
		    ret[i].to_s <= ret[i].from_s)
			return ERR_BAD_DATA;
		before_s = ret[i].to_s;
	}
	*ret_n = n;
	return ERR_OK;
}

/* "yyyy-mm-dd", a day of `year`. */
static enum err read_day(const char *text, int year, int32_t *ret_day)
{
	int y, m, d, n = 0;

	if (!text || sscanf(text, "%4d-%2d-%2d%n", &y, &m, &d, &n) != 3 || n != 10 || text[10] ||
	    y != year || calendar_find(y, m, d, ret_day) != ERR_OK)
		return ERR_BAD_DATA;
	return ERR_OK;
}

enum which { ANY_DAY, WEEKDAY, WEEKEND };

static enum err read_days(struct json_object *list, int year, enum which which,
			  struct calendar_days *ret)
{
	size_t n = list ? json_object_array_length(list) : 0;

	for (size_t i = 0; i < n; i++) {
		struct json_object *o = json_object_array_get_idx(list, i);
		int32_t day;
		enum err e = json_object_is_type(o, json_type_string)
				     ? read_day(json_object_get_string(o), year, &day)
				     : ERR_BAD_DATA;

		if (e != ERR_OK)
			return e;
		if (which != ANY_DAY && is_weekend(day) != (which == WEEKEND))
			return ERR_BAD_DATA;
		int32_t at = day - year_begin(year);
		ret->bits[at / 64] |= UINT64_C(1) << (at % 64);
	}
	return ERR_OK;
}

static enum err read_year(struct json_object *o, int after, struct calendar_year *ret)
{
	int year = json_num(o, "year");

	if (year <= after || year < FIRST_YEAR || year > LAST_YEAR)
		return ERR_BAD_DATA;
	ret->year = (uint16_t)year;
	ret->announced = json_flag(o, "announced");
	enum err e = read_days(json_list(o, "off"), year, WEEKDAY, &ret->off);
	if (e == ERR_OK)
		e = read_days(json_list(o, "works"), year, WEEKEND, &ret->works);
	return e == ERR_OK ? read_days(json_list(o, "doubt"), year, ANY_DAY, &ret->doubt) : e;
}

static enum err read_hours(struct json_object *json, struct calendar *ret)
{
	enum err e = read_clock(json_text(json, "cut"), &ret->cut_s);

	if (e == ERR_OK)
		e = read_sessions(json_list(json, "day"), ret->day, &ret->day_count);
	if (e == ERR_OK)
		e = read_sessions(json_list(json, "saturday"), ret->saturday, &ret->saturday_count);
	return e == ERR_OK && ret->day_count == 0 ? ERR_BAD_DATA : e;
}

enum err calendar_of(struct json_object *json, struct calendar *ret)
{
	struct json_object *years = json_list(json, "years");
	size_t n = years ? json_object_array_length(years) : 0;
	struct calendar c = { 0 };
	enum err e = n <= CALENDAR_MAX_YEARS ? read_hours(json, &c) : ERR_BAD_DATA;
	int before = 0;

	for (; e == ERR_OK && c.year_count < n; c.year_count++) {
		struct json_object *o = json_object_array_get_idx(years, c.year_count);

		e = read_year(o, before, &c.years[c.year_count]);
		before = c.years[c.year_count].year;
	}
	if (e == ERR_OK)
		*ret = c;
	return e;
}

enum err calendar_open(const char *dir, const char *anchor, struct calendar *ret)
{
	struct json_object *json;
	enum err e = asset_load(dir, "holidays.json", anchor, &json);

	if (e != ERR_OK)
		return e;
	e = calendar_of(json, ret);
	json_object_put(json);
	return e;
}
