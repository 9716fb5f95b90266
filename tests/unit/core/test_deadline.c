/* The promised day: by hand for the known traps, by properties for the rest, and against the
 * stand-in province, which reckons in its own way. */
#include "firmware/core/deadline.h"
#include "tests/province/due.h"
#include "tests/unit/core/moments.h"

static struct calendar ours;

static int64_t due(int64_t accepted_s, uint16_t limit, enum limit_unit unit)
{
	struct deadline_case of = { accepted_s, limit, unit, NULL, 0 };
	struct deadline d;

	return deadline_due(&ours, &of, &d) == ERR_OK ? d.due_s : -1;
}

static int64_t three(int64_t accepted_s)
{
	return due(accepted_s, 3, LIMIT_WORKING_DAY);
}

static void by_hand(void)
{
	eq_int(three(moment(20261105, 9, 0, 0)), moment(20261110, 17, 0, 0));
	eq_int(three(moment(20261107, 9, 0, 0)), moment(20261112, 17, 0, 0)); /* a Saturday */
	eq_int(three(moment(20260213, 9, 0, 0)), moment(20260225, 17, 0, 0)); /* over Tết */
	eq_int(three(moment(20260218, 9, 0, 0)), moment(20260226, 17, 0, 0)); /* within it */
	eq_int(three(moment(20251230, 9, 0, 0)), moment(20260106, 17, 0, 0));
	eq_int(three(moment(20260107, 16, 0, 0)), moment(20260112, 17, 0, 0));
	/* calendar days run through Tết but do not end in it */
	eq_int(due(moment(20260211, 9, 0, 0), 6, LIMIT_DAY), moment(20260223, 17, 0, 0));
	eq_int(due(moment(20260211, 9, 0, 0), 15, LIMIT_DAY), moment(20260226, 17, 0, 0));
	eq_int(due(moment(20260130, 9, 0, 0), 1, LIMIT_MONTH), moment(20260302, 17, 0, 0));
	eq_int(due(moment(20260331, 9, 0, 0), 3, LIMIT_MONTH), moment(20260630, 17, 0, 0));
	eq_int(due(moment(20251109, 9, 0, 0), 12, LIMIT_MONTH), moment(20261110, 17, 0, 0));
}

/* "After 15:00" begins a second later. */
static void the_cut(void)
{
	eq_int(three(moment(20261109, 14, 59, 59)), moment(20261112, 17, 0, 0));
	eq_int(three(moment(20261109, 15, 0, 0)), moment(20261112, 17, 0, 0));
	eq_int(three(moment(20261109, 15, 0, 1)), moment(20261113, 17, 0, 0));
	eq_int(three(moment(20261109, 23, 59, 59)), moment(20261113, 17, 0, 0));
	eq_int(three(moment(20261110, 0, 0, 0)), moment(20261113, 17, 0, 0));
	/* within the day, or within the next one */
	eq_int(due(moment(20261109, 15, 0, 0), 0, LIMIT_WORKING_DAY), moment(20261109, 17, 0, 0));
	eq_int(due(moment(20261109, 15, 0, 1), 0, LIMIT_WORKING_DAY), moment(20261110, 17, 0, 0));
	eq_int(due(moment(20261113, 15, 0, 1), 0, LIMIT_DAY), moment(20261116, 17, 0, 0));
}

static void hours(void)
{
	eq_int(due(moment(20261109, 9, 0, 7), 1, LIMIT_HOUR), moment(20261109, 10, 0, 7));
	eq_int(due(moment(20261109, 11, 30, 0), 1, LIMIT_HOUR), moment(20261109, 13, 30, 0));
	eq_int(due(moment(20261109, 11, 0, 0), 1, LIMIT_HOUR), moment(20261109, 12, 0, 0));
	eq_int(due(moment(20261113, 16, 30, 0), 1, LIMIT_HOUR), moment(20261116, 8, 30, 0));
	eq_int(due(moment(20261114, 3, 0, 0), 1, LIMIT_HOUR), moment(20261116, 9, 0, 0));
	eq_int(due(moment(20261109, 8, 0, 0), 8, LIMIT_HOUR), moment(20261109, 17, 0, 0));
}

static enum err paused(int64_t accepted_s, const struct deadline_pause *p, size_t n,
		       struct deadline *ret)
{
	struct deadline_case of = { accepted_s, 3, LIMIT_WORKING_DAY, p, n };

	return deadline_due(&ours, &of, ret);
}

static void pauses(void)
{
	struct deadline_pause open = { moment(20261106, 10, 0, 0), 0 };
	struct deadline_pause two[] = { { moment(20261106, 10, 0, 0), moment(20261110, 9, 0, 0) },
					{ moment(20261109, 8, 0, 0), moment(20261111, 9, 0, 0) } };
	struct deadline_pause same = { moment(20261106, 10, 0, 0), moment(20261106, 14, 0, 0) };
	struct deadline_pause too_late = { moment(20261111, 8, 0, 0), moment(20261118, 8, 0, 0) };
	struct deadline_pause back = { moment(20261106, 10, 0, 0), moment(20261105, 14, 0, 0) };
	struct deadline_pause swapped[] = { two[1], two[0] };
	struct deadline d = { 0 };
	int64_t at = moment(20261105, 9, 0, 0);

	eq_int(paused(at, &open, 1, &d), ERR_OK);
	ok(d.paused && d.due_s == 0);
	eq_int(paused(at, two, 2, &d), ERR_OK); /* they overlap: three days in all, not four */
	ok(!d.paused && d.due_s == moment(20261113, 17, 0, 0));
	eq_int(paused(at, &same, 1, &d), ERR_OK);
	eq_int(d.due_s, three(at));
	eq_int(paused(at, &too_late, 1, &d), ERR_OK); /* asked when it was over already */
	eq_int(d.due_s, three(at));
	eq_int(paused(at, &back, 1, &d), ERR_BAD_DATA);
	eq_int(paused(at, swapped, 2, &d), ERR_BAD_DATA);
	eq_int(d.due_s, three(at));
	/* an hour's term stands still to the second */
	struct deadline_pause mid = { moment(20261109, 9, 30, 0), moment(20261109, 14, 0, 1) };
	struct deadline_case hour = { moment(20261109, 9, 0, 0), 1, LIMIT_HOUR, &mid, 1 };
	eq_int(deadline_due(&ours, &hour, &d), ERR_OK);
	eq_int(d.due_s, moment(20261109, 14, 30, 1));
}

static void never_guessed(void)
{
	struct deadline_case of = { moment(20261105, 9, 0, 0), 3, LIMIT_WORKING_DAY, NULL, 0 };
	struct deadline d = { .due_s = 5 };

	eq_int(deadline_due(&ours, &of, &d), ERR_OK);
	ok(d.certain);
	of.accepted_s = moment(20261120, 9, 0, 0); /* over a day nobody has settled */
	eq_int(deadline_due(&ours, &of, &d), ERR_OK);
	ok(!d.certain);
	of.accepted_s = moment(20261229, 9, 0, 0); /* into a year that is not announced */
	eq_int(deadline_due(&ours, &of, &d), ERR_OK);
	ok(!d.certain);
	of.accepted_s = moment(20350706, 9, 0, 0); /* a year nobody knows of */
	eq_int(deadline_due(&ours, &of, &d), ERR_OK);
	ok(!d.certain);
	d.due_s = 5;
	of.unit = LIMIT_OTHER;
	eq_int(deadline_due(&ours, &of, &d), ERR_NOT_FOUND);
	of.unit = LIMIT_HOUR, of.limit = 0;
	eq_int(deadline_due(&ours, &of, &d), ERR_NOT_FOUND);
	of.unit = LIMIT_DAY, of.accepted_s = -1;
	eq_int(deadline_due(&ours, &of, &d), ERR_BAD_DATA);
	of.accepted_s = INT64_MAX;
	eq_int(deadline_due(&ours, &of, &d), ERR_BAD_DATA);
	of = (struct deadline_case){ moment(20261105, 9, 0, 0), 601, LIMIT_MONTH, NULL, 0 };
	eq_int(deadline_due(&ours, &of, &d), ERR_BAD_DATA);
	eq_int(d.due_s, 5);
	of = (struct deadline_case){ moment(20991230, 9, 0, 0), UINT16_MAX, LIMIT_WORKING_DAY, NULL,
				     0 };
	eq_int(deadline_due(&ours, &of, &d), ERR_OK);
	struct procedure silent = { .limit = 0, .unit = LIMIT_WORKING_DAY };
	eq_int(deadline_of(&ours, &silent, moment(20261105, 9, 0, 0), &d), ERR_NOT_FOUND);
}

/* Small, fast, the same everywhere. */
static uint32_t dice(uint32_t *state, uint32_t sides)
{
	*state = *state * 1664525u + 1013904223u;
	return (uint32_t)(((uint64_t)(*state >> 8) * sides) >> 24);
}

static const enum limit_unit UNITS[] = { LIMIT_WORKING_DAY, LIMIT_DAY, LIMIT_HOUR, LIMIT_MONTH };

/* Who comes later is not promised an earlier day; nor is who has the longer term. */
static void monotonic(void)
{
	uint32_t seed = 1;
	int wrong = 0;

	for (int i = 0; i < 20000; i++) {
		enum limit_unit unit = UNITS[dice(&seed, 4)];
		uint16_t limit = (uint16_t)(1 + dice(&seed, 40));
		int64_t at = moment(20241201, 0, 0, 0) + dice(&seed, 3 * 365 * 86400);
		int64_t later = at + dice(&seed, i % 2 ? 86400 : 40 * 86400);
		int64_t d = due(at, limit, unit);

		wrong += d < at || due(later, limit, unit) < d ||
			 due(at, (uint16_t)(limit + 1), unit) < d;
	}
	eq_int(wrong, 0);
}

/* One more holiday never brings a result nearer, one more working Saturday never delays it. */
static void more_holidays(void)
{
	struct calendar whole = ours;
	uint32_t seed = 2;
	int wrong = 0, moved = 0;

	for (int i = 0; i < 5000; i++) {
		enum limit_unit unit = UNITS[dice(&seed, 3)];
		uint16_t limit = (uint16_t)(1 + dice(&seed, 30));
		int64_t at = moment(20260101, 0, 0, 0) + dice(&seed, 300 * 86400);
		int64_t before = due(at, limit, unit);
		int32_t day = calendar_day(at) - calendar_day(moment(20260101, 0, 0, 0)) +
			      (int32_t)dice(&seed, 40);
		struct calendar_year *y = &ours.years[1];

		if (i % 2)
			y->off.bits[day / 64] |= UINT64_C(1) << day % 64;
		else
			y->works.bits[day / 64] |= UINT64_C(1) << day % 64;
		int64_t after = due(at, limit, unit);
		/* calendar days end earlier on a working Saturday, not later */
		wrong += i % 2 ? after < before : after > before;
		moved += after != before;
		ours = whole;
	}
	eq_int(wrong, 0);
	ok(moved > 100);
}

/* A pause of n working days moves the day by n working days, wherever it lies. */
static void pauses_move(void)
{
	uint32_t seed = 3;
	int wrong = 0, moved = 0;
	bool certain;

	for (int i = 0; i < 20000; i++) {
		uint16_t limit = (uint16_t)(1 + dice(&seed, 30));
		int64_t at = moment(20250101, 10, 0, 0) + (int64_t)dice(&seed, 700) * 86400;
		int64_t plain = due(at, limit, LIMIT_WORKING_DAY);
		int64_t first = calendar_moment(calendar_next(&ours, calendar_day(at)), 36000);
		/* asked and brought in the morning of working days */
		int64_t from = first + (int64_t)dice(&seed, 60) * 86400;
		int64_t until = from + (int64_t)dice(&seed, 30) * 86400;
		struct deadline d;

		from = calendar_moment(calendar_next(&ours, calendar_day(from)), 36000);
		until = calendar_moment(calendar_next(&ours, calendar_day(until)), 36000);
		struct deadline_pause p = { from, until < from ? from : until };
		struct deadline_case of = { at, limit, LIMIT_WORKING_DAY, &p, 1 };
		if (deadline_due(&ours, &of, &d) != ERR_OK)
			wrong++;
		int32_t n = from > plain ? 0 : deadline_days(&ours, p.from_s, p.until_s, &certain);
		wrong += deadline_days(&ours, plain, d.due_s, &certain) != n;
		moved += n > 0;
	}
	eq_int(wrong, 0);
	ok(moved > 5000);
}

/* There and back: the term is the number of working days between. */
static void reverse(void)
{
	uint32_t seed = 4;
	int wrong = 0;
	bool certain;

	for (int i = 0; i < 20000; i++) {
		uint16_t limit = (uint16_t)(1 + dice(&seed, 60));
		int64_t at = moment(20241201, 9, 0, 0) + (int64_t)dice(&seed, 900) * 86400;
		int64_t first = calendar_moment(calendar_next(&ours, calendar_day(at)), 0);
		int64_t d = due(at, limit, LIMIT_WORKING_DAY);

		wrong += deadline_days(&ours, first, d, &certain) != limit;
		wrong += deadline_days(&ours, d, first, &certain) != -(int32_t)limit;
	}
	eq_int(wrong, 0);
	int64_t promised = moment(20260213, 17, 0, 0);
	ok(!deadline_late(&ours, promised, promised).late);
	ok(deadline_late(&ours, promised, promised + 1).late);
	eq_int(deadline_late(&ours, promised, promised + 1).days, 0);
	eq_int(deadline_late(&ours, promised, moment(20260222, 20, 0, 0)).days, 0); /* all Tết */
	eq_int(deadline_late(&ours, promised, moment(20260223, 8, 0, 0)).days, 1);
	eq_int(deadline_late(&ours, promised, moment(20260227, 8, 0, 0)).days, 5);
	ok(deadline_late(&ours, promised, moment(20260227, 8, 0, 0)).certain);
	ok(!deadline_late(&ours, promised, moment(20270115, 8, 0, 0)).certain);
	ok(!deadline_late(&ours, promised, moment(20251231, 8, 0, 0)).late);
}

/* Two reckonings that share no line of code agree on every day, and at every edge of a day. */
static void as_the_province(void)
{
	static const int EDGES[] = { 0,     28799, 28800, 43199, 43200,
				     46800, 54000, 54001, 61200, 86399 };
	static const enum limit_unit MINE[] = { LIMIT_WORKING_DAY, LIMIT_DAY, LIMIT_HOUR };
	static const enum due_unit ITS[] = { DUE_WORKING_DAYS, DUE_DAYS, DUE_HOURS };
	uint32_t seed = 5;
	int wrong = 0;

	for (int32_t day = 0; day < 3 * 365; day++)
		for (size_t i = 0; i < sizeof EDGES / sizeof *EDGES; i++) {
			int64_t at = moment(20250101, 0, 0, 0) + (int64_t)day * 86400 + EDGES[i];
			uint32_t u = i == 0 && day % 8 == 0 ? 2 : dice(&seed, 2);
			uint16_t n = (uint16_t)(u == 2 ? 1 + dice(&seed, 9) : dice(&seed, 31));
			struct due_term term = { n, ITS[u] };
			int64_t mine = due(at, n, MINE[u]), its = due_at(at, term, NULL, 0);

			if (mine != its && wrong++ < 5)
				printf("# %u of unit %u from %" PRId64 ": %" PRId64 ", %" PRId64
				       "\n",
				       n, u, at, mine, its);
		}
	eq_int(wrong, 0);
}

static void pauses_as_the_province(void)
{
	uint32_t seed = 6;
	int wrong = 0, apart = 0;

	for (int i = 0; i < 10000; i++) {
		int64_t at = moment(20250101, 0, 0, 0) + dice(&seed, 2 * 365 * 86400);
		uint16_t n = (uint16_t)dice(&seed, 15);
		struct deadline_pause mine[2];
		struct due_wait its[2];
		struct deadline d;
		int64_t t = at;

		for (int k = 0; k < 2; k++) {
			mine[k].from_s = t + dice(&seed, 10 * 86400);
			mine[k].until_s = mine[k].from_s + dice(&seed, 10 * 86400);
			t = k == 0 && i % 4 == 0 ? mine[k].from_s : mine[k].until_s;
			its[k] = (struct due_wait){ mine[k].from_s, mine[k].until_s };
		}
		struct deadline_case of = { at, n, LIMIT_WORKING_DAY, mine, 2 };
		struct due_term term = { n, DUE_WORKING_DAYS };
		int64_t theirs = due_at(at, term, its, 2);
		if (deadline_due(&ours, &of, &d) != ERR_OK || d.due_s != theirs) {
			if (wrong++ < 5)
				printf("# %d: %u from %" PRId64 ": %" PRId64 ", %" PRId64 "\n", i,
				       n, at, d.due_s, theirs);
		}
		apart += theirs != due(at, n, LIMIT_WORKING_DAY);
	}
	eq_int(wrong, 0);
	ok(apart > 3000);
}

int main(void)
{
	calendar_ours(&ours);
	by_hand();
	the_cut();
	hours();
	pauses();
	never_guessed();
	monotonic();
	more_holidays();
	pauses_move();
	reverse();
	as_the_province();
	pauses_as_the_province();
	return tap_done();
}
