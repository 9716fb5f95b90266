/* What the benches share: a clock, percentiles, and the lines that run.sh makes a table of.
 * All other output is detail, and stays in the log of the bench. */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline double bench_clock_ms(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static inline double bench_now_ms(void)
{
	return bench_clock_ms(CLOCK_MONOTONIC);
}

/* What this process has used of the processors. */
static inline double bench_cpu_ms(void)
{
	return bench_clock_ms(CLOCK_PROCESS_CPUTIME_ID);
}

static inline int bench_by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Sorts `ms`; 100 is the largest. */
static inline double bench_percentile(double *ms, size_t count, unsigned percent)
{
	size_t at = count * percent / 100;

	qsort(ms, count, sizeof *ms, bench_by_size);
	return ms[at < count ? at : count - 1];
}

/* A line of the table; the figure shall be at most `aim`. An aim of 0: it is only told. */
static inline void bench_row(const char *name, double figure, const char *unit, double aim)
{
	char text[32] = "";

	if (aim > 0)
		snprintf(text, sizeof text, "<= %g", aim);
	printf("ROW\t%s\t%.3f\t%s\t%s\t%s\n", name, figure, unit, text,
	       aim <= 0        ? ""
	       : figure <= aim ? "ok"
			       : "OVER");
	fflush(stdout);
}

/* A line of the table: so many of `of` are wrong, and none shall be. */
static inline void bench_wrong(const char *name, int wrong, int of)
{
	printf("ROW\t%s\t%d\tof %d\t0\t%s\n", name, wrong, of, wrong == 0 ? "ok" : "OVER");
	fflush(stdout);
}

#endif
