/* The stand-in's own reckoning, by hand with a printed calendar. */
#include "tests/province/due.h"
#include "tests/tap.h"

#include <time.h>

/* A moment in Vietnam. */
static int64_t at(int number, int hour, int minute, int second)
{
	struct tm tm = { .tm_year = number / 10000 - 1900,
			 .tm_mon = number / 100 % 100 - 1,
			 .tm_mday = number % 100,
			 .tm_hour = hour,
			 .tm_min = minute,
			 .tm_sec = second };

	return (int64_t)timegm(&tm) - 7 * 3600;
}

static const struct due_term THREE = { 3, DUE_WORKING_DAYS };

static int64_t plain(int number, int hour, int minute, int second)
{
	return due_at(at(number, hour, minute, second), THREE, NULL, 0);
}

static void holidays_and_weekends(void)
{
	/* Thursday 2026-11-05 09:00: Friday, Monday, Tuesday at 17:00 */
	eq_int(plain(20261105, 9, 0, 0), at(20261110, 17, 0, 0));
	eq_int(plain(20261107, 9, 0, 0), at(20261112, 17, 0, 0)); /* Saturday: as on Monday */
	eq_int(plain(20261109, 15, 0, 0), at(20261112, 17, 0, 0));
	eq_int(plain(20261109, 15, 0, 1), at(20261113, 17, 0, 0));
	eq_int(plain(20260213, 9, 0, 0), at(20260225, 17, 0, 0));  /* over Tết */
	eq_int(plain(20260107, 16, 0, 0), at(20260112, 17, 0, 0)); /* a Saturday is worked */
	eq_int(plain(20251230, 9, 0, 0), at(20260106, 17, 0, 0));  /* over a year's end */
}

static void terms(void)
{
	struct due_term day = { 0, DUE_WORKING_DAYS }, hour = { 1, DUE_HOURS },
			days = { 2, DUE_DAYS };

	eq_int(due_at(at(20261109, 9, 0, 0), day, NULL, 0), at(20261109, 17, 0, 0));
	eq_int(due_at(at(20261109, 15, 30, 0), day, NULL, 0), at(20261110, 17, 0, 0));
	eq_int(due_at(at(20261109, 11, 30, 0), hour, NULL, 0), at(20261109, 13, 30, 0));
	eq_int(due_at(at(20261113, 16, 30, 0), hour, NULL, 0), at(20261116, 8, 30, 0));
	eq_int(due_at(at(20261112, 9, 0, 0), days, NULL, 0), at(20261116, 17, 0, 0));
	eq_int(due_term("1.001193").n, 1);
	eq_int(due_term("2.001159").unit, DUE_HOURS);
	eq_int(due_term("9.999999").n, 3);
}

static void waiting(void)
{
	struct due_wait mid = { at(20261106, 10, 0, 0), at(20261111, 10, 0, 0) };
	struct due_wait last = { at(20261110, 10, 0, 0), at(20261112, 10, 0, 0) };
	struct due_wait later = { at(20261113, 10, 0, 0), at(20261120, 10, 0, 0) };

	eq_int(due_at(at(20261105, 9, 0, 0), THREE, &mid, 1), at(20261113, 17, 0, 0));
	eq_int(due_at(at(20261105, 9, 0, 0), THREE, &last, 1), at(20261112, 17, 0, 0));
	eq_int(due_at(at(20261105, 9, 0, 0), THREE, &later, 1), at(20261110, 17, 0, 0));
}

int main(void)
{
	holidays_and_weekends();
	terms();
	waiting();
	return tap_done();
}
