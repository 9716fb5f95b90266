#include "firmware/core/deadline.h"

#define LAST_S     INT64_C(4102419600) /* 2100-01-01 in Vietnam */
#define MAX_MONTHS 600

/* What a day is counted by: working days, or all of them. */
static bool counts(const struct calendar *c, enum limit_unit unit, int32_t day)
{
	return unit != LIMIT_WORKING_DAY || calendar_works(c, day);
}

static int32_t step(const struct calendar *c, enum limit_unit unit, int32_t day, int32_t n)
{
	while (n > 0)
		n -= counts(c, unit, ++day);
	return day;
}

/* Those in (from, to]; 0 when there are none. */
static int32_t count(const struct calendar *c, enum limit_unit unit, int32_t from, int32_t to)
{
	int32_t n = 0;

	while (from < to)
		n += counts(c, unit, ++from);
	return n;
}

/* The working day something counts for. */
static int32_t received(const struct calendar *c, int64_t at_s)
{
	int32_t day = calendar_day(at_s);

	return calendar_next(c, calendar_second(at_s) > c->cut_s ? day + 1 : day);
}

/* So many months on: the same day of the month, or its last one. */
static int32_t months_on(int32_t day, unsigned months)
{
	int year, month, mday;
	int32_t to = day;

	calendar_date(day, &year, &month, &mday);
	unsigned m = (unsigned)month - 1 + months;
	while (calendar_find(year + (int)(m / 12), (int)(m % 12) + 1, mday, &to) != ERR_OK &&
	       mday > 28)
		mday--;
	return to;
}

static bool in_range(int64_t s)
{
	return s >= 0 && s < LAST_S;
}

static bool is_sound(const struct deadline_case *of)
{
	int64_t before_s = 0;

	if (!in_range(of->accepted_s))
		return false;
	for (size_t i = 0; i < of->pause_count; i++) {
		const struct deadline_pause *p = &of->pauses[i];

		if (!in_range(p->from_s) || p->from_s < before_s ||
		    (p->until_s != 0 && (!in_range(p->until_s) || p->until_s < p->from_s)))
			return false;
		before_s = p->from_s;
	}
	return true;
}

/* By whole days. A pause moves the due day when it begins before that has passed. */
static int32_t due_day(const struct calendar *c, const struct deadline_case *of, bool *ret_paused)
{
	int32_t start = received(c, of->accepted_s), covered = start;
	enum limit_unit unit = of->unit == LIMIT_MONTH ? LIMIT_DAY : of->unit;
	int32_t n = of->unit == LIMIT_MONTH ? months_on(start, of->limit) - start : of->limit;
	int32_t due = step(c, unit, start, n);

	for (size_t i = 0; i < of->pause_count; i++) {
		const struct deadline_pause *p = &of->pauses[i];
		int32_t from = calendar_day(p->from_s);

		if (from > calendar_next(c, due))
			break;
		if (p->until_s == 0) {
			*ret_paused = true;
			break;
		}
		int32_t until = received(c, p->until_s);
		due = step(c, unit, due, count(c, unit, from < covered ? covered : from, until));
		covered = until > covered ? until : covered;
	}
	return calendar_next(c, due);
}

/* Office seconds between two moments. */
static int64_t worked(const struct calendar *c, int64_t from_s, int64_t to_s)
{
	int64_t sum = 0;

	for (int32_t day = calendar_day(from_s); day <= calendar_day(to_s); day++) {
		const struct calendar_session *s;
		size_t n = calendar_sessions(c, day, &s);

		for (size_t i = 0; i < n; i++) {
			int64_t begin = calendar_moment(day, s[i].from_s);
			int64_t end = calendar_moment(day, s[i].to_s);

			begin = begin < from_s ? from_s : begin;
			end = end > to_s ? to_s : end;
			sum += end > begin ? end - begin : 0;
		}
	}
	return sum;
}

/* The first moment by which so many office seconds have passed since at_s. */
static int64_t after(const struct calendar *c, int64_t at_s, int64_t left)
{
	for (int32_t day = calendar_day(at_s);; day++) {
		const struct calendar_session *s;
		size_t n = calendar_sessions(c, day, &s);

		for (size_t i = 0; i < n; i++) {
			int64_t begin = calendar_moment(day, s[i].from_s);
			int64_t end = calendar_moment(day, s[i].to_s);

			begin = begin < at_s ? at_s : begin;
			if (begin <= end && left <= end - begin)
				return begin + left;
			left -= end > begin ? end - begin : 0;
		}
	}
}

/* By the hour. */
static int64_t due_hour(const struct calendar *c, const struct deadline_case *of, bool *ret_paused)
{
	int64_t covered = of->accepted_s;
	int64_t due = after(c, of->accepted_s, (int64_t)of->limit * 3600);

	for (size_t i = 0; i < of->pause_count && of->pauses[i].from_s <= due; i++) {
		const struct deadline_pause *p = &of->pauses[i];

		if (p->until_s == 0) {
			*ret_paused = true;
			break;
		}
		int64_t from = p->from_s < covered ? covered : p->from_s;
		due = after(c, due, from < p->until_s ? worked(c, from, p->until_s) : 0);
		covered = p->until_s > covered ? p->until_s : covered;
	}
	return due;
}

static bool all_sure(const struct calendar *c, int32_t from, int32_t to)
{
	while (from <= to && calendar_sure(c, from))
		from++;
	return from > to;
}

enum err deadline_due(const struct calendar *c, const struct deadline_case *of,
		      struct deadline *ret)
{
	struct deadline d = { 0 };

	if (of->unit == LIMIT_OTHER ||
	    (of->limit == 0 && (of->unit == LIMIT_HOUR || of->unit == LIMIT_MONTH)))
		return ERR_NOT_FOUND;
	if (!is_sound(of) || (of->unit == LIMIT_MONTH && of->limit > MAX_MONTHS))
		return ERR_BAD_DATA;
	if (of->unit == LIMIT_HOUR)
		d.due_s = due_hour(c, of, &d.paused);
	else
		d.due_s = calendar_moment(due_day(c, of, &d.paused), calendar_end(c));
	d.certain = all_sure(c, calendar_day(of->accepted_s), calendar_day(d.due_s));
	if (d.paused)
		d.due_s = 0;
	*ret = d;
	return ERR_OK;
}

enum err deadline_of(const struct calendar *c, const struct procedure *p, int64_t accepted_s,
		     struct deadline *ret)
{
	struct deadline_case of = { accepted_s, p->limit, p->unit, NULL, 0 };

	return p->limit == 0 ? ERR_NOT_FOUND : deadline_due(c, &of, ret);
}

int32_t deadline_days(const struct calendar *c, int64_t from_s, int64_t to_s, bool *ret_certain)
{
	int32_t from = calendar_day(from_s), to = calendar_day(to_s);
	int32_t low = from < to ? from : to, high = from < to ? to : from;

	*ret_certain = all_sure(c, low + 1, high);
	int32_t n = count(c, LIMIT_WORKING_DAY, low, high);
	return from < to ? n : -n;
}

struct deadline_late deadline_late(const struct calendar *c, int64_t due_s, int64_t at_s)
{
	struct deadline_late l = { .late = at_s > due_s, .certain = true };

	if (l.late)
		l.days = (uint32_t)deadline_days(c, due_s, at_s, &l.certain);
	return l;
}
