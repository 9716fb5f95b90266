#include "tests/province/shape.h"

#include <stdlib.h>
#include <string.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f');
}

bool shape_key(const char *s)
{
	static const char LIKE[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	size_t i = 0;

	for (; LIKE[i] && s[i]; i++)
		if (LIKE[i] == 'x' ? !is_hex(s[i]) : s[i] != '-')
			return false;
	return !LIKE[i] && !s[i];
}

bool shape_sha256(const char *s)
{
	size_t n = 0;

	while (n < 64 && is_hex(s[n]))
		n++;
	return n == 64 && s[n] == '\0';
}

bool shape_like(const char *s, const char *pattern)
{
	for (; *pattern; s++, pattern++) {
		if (*pattern == '9'   ? !is_digit(*s)
		    : *pattern == 'A' ? !is_digit(*s) && !is_capital(*s)
				      : *s != *pattern)
			return false;
	}
	return *s == '\0';
}

static int number(const char *s, size_t n)
{
	int v = 0;

	while (n-- > 0)
		v = v * 10 + (*s++ - '0');
	return v;
}

static int days_of(int year, int month)
{
	static const int DAYS[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return DAYS[month - 1] + (month == 2 && leap);
}

bool shape_moment(const char *s)
{
	if (!shape_like(s, "99999999999999"))
		return false;
	int year = number(s, 4), month = number(s + 4, 2), day = number(s + 6, 2);
	return year >= 1970 && month >= 1 && month <= 12 && day >= 1 &&
	       day <= days_of(year, month) && number(s + 8, 2) < 24 && number(s + 10, 2) < 60 &&
	       number(s + 12, 2) < 60;
}

bool shape_agency(const char *s)
{
	size_t n = 0;

	while (is_digit(s[n]) || is_capital(s[n]) || s[n] == '.')
		n++;
	return n >= 3 && n <= 40 && s[n] == '\0';
}

bool shape_component(const char *s)
{
	size_t n = 0;

	if (*s == '\0')
		return true;
	for (; s[n]; n++)
		if (!is_digit(s[n]) && !is_capital(s[n]) && !strchr(".-_", s[n]))
			return false;
	return n >= 3 && n <= 60;
}
