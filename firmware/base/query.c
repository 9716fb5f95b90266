#include "firmware/base/query.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define VIETNAM_S (7 * 3600)

const struct query_row *query_row(unsigned query)
{
	static const struct query_row ROWS[] = {
#define QUERY(NAME, name, max_kb, quiet_s) { #name, (size_t)(max_kb) << 10, (quiet_s)*1000u },
#define FACT(...)
#include "firmware/base/query.def"
#undef FACT
#undef QUERY
	};

	return query < QUERY_COUNT ? &ROWS[query] : NULL;
}

const struct fact_row *query_facts(size_t *ret_count)
{
	static const struct fact_row ROWS[] = {
#define QUERY(...)
#define FACT(QUERY, group, key, KIND, low, high) \
	{ QUERY_##QUERY, group, #key, FACT_##KIND, low, high },
#include "firmware/base/query.def"
#undef FACT
#undef QUERY
	};

	*ret_count = sizeof ROWS / sizeof *ROWS;
	return ROWS;
}

bool query_read_moment(const char *text, int64_t *ret_s)
{
	struct tm t = { 0 };
	char again[15];

	if (!*text) {
		*ret_s = 0;
		return true;
	}
	if (strlen(text) != 14 || strspn(text, "0123456789") != 14 ||
	    sscanf(text, "%4d%2d%2d%2d%2d%2d", &t.tm_year, &t.tm_mon, &t.tm_mday, &t.tm_hour,
		   &t.tm_min, &t.tm_sec) != 6 ||
	    t.tm_year < 1970)
		return false;
	t.tm_year -= 1900;
	t.tm_mon--;
	int64_t s = (int64_t)timegm(&t) - VIETNAM_S;
	query_write_moment(s, again);
	if (s <= 0 || strcmp(text, again) != 0) /* the 31st of February */
		return false;
	*ret_s = s;
	return true;
}

void query_write_moment(int64_t s, char ret[15])
{
	time_t at = (time_t)(s + VIETNAM_S);
	struct tm t;

	ret[0] = '\0';
	if (s > 0 && s < 253402300800 && gmtime_r(&at, &t))
		strftime(ret, 15, "%Y%m%d%H%M%S", &t);
}
