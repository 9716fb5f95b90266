#include "firmware/core/counter.h"

#include "firmware/core/db.h"

#include <stdio.h>
#include <time.h>

#define VIETNAM_S (7 * 3600) /* UTC+7 the whole year */

static struct tm local_time(int64_t wall_s)
{
	time_t t = (time_t)(wall_s + VIETNAM_S);
	struct tm tm = { 0 };

	(void)gmtime_r(&t, &tm);
	return tm;
}

int64_t local_next(int64_t wall_s, int hour)
{
	int64_t here_s = wall_s + VIETNAM_S;
	int64_t at_s = here_s - here_s % 86400 + hour * 3600;

	return (at_s > here_s ? at_s : at_s + 86400) - VIETNAM_S;
}

uint32_t local_day(int64_t wall_s)
{
	struct tm tm = local_time(wall_s);

	return (uint32_t)((tm.tm_year % 100) * 10000 + (tm.tm_mon + 1) * 100 + tm.tm_mday);
}

void local_stamp(int64_t wall_s, char ret_text[LOCAL_STAMP_CAP])
{
	struct tm tm = local_time(wall_s);

	if (strftime(ret_text, LOCAL_STAMP_CAP, "%Y%m%d%H%M%S", &tm) != LOCAL_STAMP_CAP - 1)
		ret_text[0] = '\0';
}

enum err counter_add(struct store *s, const char *what, const char *subject)
{
	int64_t day = local_day(clock_now_s(s->options.clock));

	return db_run(s, SQL_COUNTER_ADD, DB_VALUES(db_num(day), db_text(what), db_text(subject)));
}

enum err counter_get(struct store *s, const char *what, uint32_t day, uint64_t *ret_n)
{
	AUTO_ROWS *st = NULL;
	enum err e = db_first(s, SQL_COUNTER_GET, DB_VALUES(db_num(day), db_text(what)), &st);

	if (e == ERR_OK)
		*ret_n = (uint64_t)sqlite3_column_int64(st, 0);
	return e;
}

enum err counter_list(struct store *s, uint32_t day, counter_fn *fn, void *data)
{
	AUTO_ROWS *st = NULL;
	enum err e = db_first(s, SQL_COUNTER_LIST, DB_VALUES(db_num(day)), &st);

	for (; e == ERR_OK; e = db_next(s, st)) {
		const char *what = (const char *)sqlite3_column_text(st, 0);
		const char *subject = (const char *)sqlite3_column_text(st, 1);

		if (!what || !subject)
			return ERR_NO_MEMORY;
		if (!fn(data, what, subject, (uint64_t)sqlite3_column_int64(st, 2)))
			return ERR_OK;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}
