/* Moments in Vietnam, written as people do, and the calendar of assets/holidays.json. */
#ifndef TESTS_CORE_MOMENTS_H
#define TESTS_CORE_MOMENTS_H

#include "firmware/core/calendar.h"
#include "tests/tap.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <time.h>

static inline int64_t moment(int number, int hour, int minute, int second)
{
	struct tm tm = { .tm_year = number / 10000 - 1900,
			 .tm_mon = number / 100 % 100 - 1,
			 .tm_mday = number % 100,
			 .tm_hour = hour,
			 .tm_min = minute,
			 .tm_sec = second };

	return (int64_t)timegm(&tm) - 7 * 3600;
}

static inline enum err calendar_text(const char *text, struct calendar *ret)
{
	struct json_object *json = json_tokener_parse(text);
	enum err e = calendar_of(json, ret);

	json_object_put(json);
	return e;
}

static inline void calendar_ours(struct calendar *ret)
{
	struct json_object *json = json_object_from_file("assets/holidays.json");

	eq_int(calendar_of(json, ret), ERR_OK);
	json_object_put(json);
}

#endif
