/* Which days offices work, from the signed assets/holidays.json: public holidays, working days
 * moved to a Saturday, hours of the day. What no source has announced yet is never guessed in
 * silence: such days are answered for, but calendar_sure() says no.
 *
 * Vietnam is UTC+7 the whole year, whatever the machine's time zone; a day is counted from
 * 1970-01-01 there. */
#ifndef CORE_CALENDAR_H
#define CORE_CALENDAR_H

#include "firmware/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CALENDAR_MAX_YEARS    16
#define CALENDAR_MAX_SESSIONS 4
#define CALENDAR_VIETNAM_S    (7 * 3600)
#define CALENDAR_DAY_S        86400

struct json_object;

/* A part of the day in which an office works, in seconds after midnight. */
struct calendar_session {
	uint32_t from_s, to_s;
};

/* Bit n is the day n after the 1st of January. */
struct calendar_days {
	uint64_t bits[6];
};

struct calendar_year {
	uint16_t year;
	bool announced;             /* the government has said which days are off */
	struct calendar_days off;   /* Monday to Friday, but nobody works */
	struct calendar_days works; /* Saturday or Sunday, but everybody works */
	struct calendar_days doubt; /* off or working, but no source settles it */
};

/* Plain data, nothing to free. */
struct calendar {
	struct calendar_year years[CALENDAR_MAX_YEARS]; /* in order */
	size_t year_count;
	uint32_t cut_s; /* after midnight: what comes later is begun on the next working day */
	struct calendar_session day[CALENDAR_MAX_SESSIONS];      /* of a working day */
	struct calendar_session saturday[CALENDAR_MAX_SESSIONS]; /* of offices open then */
	size_t day_count, saturday_count;
};

/* Loads and checks holidays.json. ERR_FORGED, ERR_BAD_DATA (no day of the calendar, a day of
 * another year, sessions that overlap, a weekend that is "off"), ERR_NOT_FOUND, ERR_NO_MEMORY. */
enum err calendar_open(const char *dir, const char *anchor, struct calendar *ret);

/* The same from JSON in memory, which stays the caller's. */
enum err calendar_of(struct json_object *json, struct calendar *ret);

/* Day and second of the day in Vietnam. */
int32_t calendar_day(int64_t wall_s);
uint32_t calendar_second(int64_t wall_s);

/* The moment `second` after midnight of that day, in Vietnam. */
int64_t calendar_moment(int32_t day, uint32_t second);

/* Gregorian date of a day, and the day of a date; month 1 to 12. ERR_FIELD_DATE: there is none,
 * or it is outside 1970 to 2199. */
void calendar_date(int32_t day, int *ret_year, int *ret_month, int *ret_mday);
enum err calendar_find(int year, int month, int mday, int32_t *ret_day);

/* A working day: Monday to Friday but for holidays, and the Saturdays that replace others. In a
 * year nobody knows of, only the weekends are off. */
bool calendar_works(const struct calendar *c, int32_t day);

/* The answer of calendar_works() stands on what was announced. */
bool calendar_sure(const struct calendar *c, int32_t day);

/* The first working day at or after `day`. */
int32_t calendar_next(const struct calendar *c, int32_t day);

/* When the last session of a working day ends, in seconds after midnight. */
uint32_t calendar_end(const struct calendar *c);

/* The sessions of this day: none when nobody is there. Returns how many. */
size_t calendar_sessions(const struct calendar *c, int32_t day,
			 const struct calendar_session **ret_sessions);

#endif
