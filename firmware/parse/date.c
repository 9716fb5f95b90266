#include "firmware/parse/date.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { FIRST_YEAR = 1900, LAST_YEAR = 2099, GROUPS = 3 };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static unsigned number_at(const char *digits, unsigned count)
{
	unsigned n = 0;

	for (unsigned i = 0; i < count; i++)
		n = n * 10 + (unsigned)(digits[i] - '0');
	return n;
}

static bool is_leap(unsigned year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static bool day_ok(unsigned day, unsigned month, unsigned year)
{
	static const uint8_t DAYS[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	if (year < FIRST_YEAR || year > LAST_YEAR || month > 12)
		return false;
	if (day == 0 || month == 0)
		return day == 0;
	return day <= DAYS[month - 1] || (month == 2 && day == 29 && is_leap(year));
}

bool date_ok(const char *d, bool whole)
{
	for (size_t i = 0; i < DATE_LEN; i++)
		if (!is_digit(d[i]))
			return false;
	unsigned day = number_at(d, 2), month = number_at(d + 2, 2);
	return day_ok(day, month, number_at(d + 4, 4)) && (!whole || day > 0);
}

static bool put(unsigned day, unsigned month, unsigned year, char ret[DATE_LEN + 1])
{
	if (!day_ok(day, month, year))
		return false;
	(void)snprintf(ret, DATE_LEN + 1, "%02u%02u%04u", day % 100, month % 100, year % 10000);
	return true;
}

struct groups {
	unsigned count;
	unsigned len[GROUPS], value[GROUPS];
};

/* Runs of digits, whatever stands between them. */
static bool group(const char *text, size_t len, struct groups *g)
{
	size_t i = 0;

	while (i < len) {
		if (!is_digit(text[i])) {
			i++;
			continue;
		}
		size_t from = i;
		while (i < len && is_digit(text[i]))
			i++;
		if (g->count == GROUPS || i - from > DATE_LEN)
			return false;
		g->len[g->count] = (unsigned)(i - from);
		g->value[g->count++] = number_at(text + from, (unsigned)(i - from));
	}
	return true;
}

/* Eight digits are a day first, as people here write it, unless that is no day. */
static bool put_eight(unsigned n, char ret[DATE_LEN + 1])
{
	unsigned day = n / 1000000, month = n / 10000 % 100;

	return put(day, month, n % 10000, ret) || put(n % 100, n / 100 % 100, n / 10000, ret);
}

static bool of_bcd(const char *text, char ret[DATE_LEN + 1])
{
	unsigned n = 0;

	for (size_t i = 0; i < 4; i++) {
		unsigned b = (uint8_t)text[i];

		if (b >> 4 > 9 || (b & 15) > 9)
			return false;
		n = n * 100 + (b >> 4) * 10 + (b & 15);
	}
	return put(n % 100, n / 100 % 100, n / 10000, ret);
}

static bool is_part(const struct groups *g, unsigned i)
{
	return g->len[i] == 1 || g->len[i] == 2;
}

bool date_of_text(const char *text, size_t len, char ret[DATE_LEN + 1])
{
	struct groups g = { 0 };
	unsigned last;

	if (len == 4 && !is_digit(text[0]) && of_bcd(text, ret))
		return true;
	if (!group(text, len, &g) || g.count == 0)
		return false;
	last = g.count - 1;
	if (g.count == 1 && g.len[0] == DATE_LEN)
		return put_eight(g.value[0], ret);
	if (g.len[last] != 4)
		return false;
	if (g.count == 1)
		return put(0, 0, g.value[0], ret);
	if (g.count == 2)
		return is_part(&g, 0) && put(0, g.value[0], g.value[1], ret);
	return is_part(&g, 0) && is_part(&g, 1) && put(g.value[0], g.value[1], g.value[2], ret);
}

/* Two digits, 0 for what is not known. */
static bool two(const char *at, unsigned *ret)
{
	if (at[0] == '<' && at[1] == '<') {
		*ret = 0;
		return true;
	}
	if (!is_digit(at[0]) || !is_digit(at[1]))
		return false;
	*ret = number_at(at, 2);
	return true;
}

bool date_of_mrz(const char yymmdd[6], unsigned century, char ret[DATE_LEN + 1])
{
	unsigned year, month, day;

	if (!is_digit(yymmdd[0]) || !two(yymmdd, &year) || !two(yymmdd + 2, &month) ||
	    !two(yymmdd + 4, &day))
		return false;
	return put(day, month, century * 100 + year, ret);
}
