#include "ui/bench.h"

#include "ui/focus.h"

#include <stdio.h>
#include <time.h>

#define RUNS 30

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

__attribute__((noinline)) static void bench_build(struct app *a)
{
	app_rebuild(a);
}

__attribute__((noinline)) static void bench_full(struct app *a)
{
	app_paint_all(a);
}

/* Press and release of the control whose id is touch.held. */
__attribute__((noinline)) static void bench_press(struct app *a)
{
	a->touch.inside = !a->touch.inside;
	app_rebuild(a);
	app_paint(a);
}

static void measure(struct app *a, const char *name, void (*fn)(struct app *a))
{
	double least = 1e9;

	for (int i = 0; i < RUNS; i++) {
		double from = now_ms();
		fn(a);
		double took = now_ms() - from;
		least = took < least ? took : least;
	}
	printf("%-12s %8.3f ms\n", name, least);
}

static uint32_t first_of(const struct page *p, enum node_kind kind)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->nodes[i].kind == kind && node_is_control(&p->nodes[i]))
			return p->nodes[i].id;
	return 0;
}

static void measure_press(struct app *a, const char *name, enum node_kind kind)
{
	a->touch.held = first_of(a->now, kind);
	if (a->touch.held)
		measure(a, name, bench_press);
	a->touch.held = 0;
}

void bench_run(struct app *a)
{
	measure(a, "build", bench_build);
	measure(a, "full", bench_full);
	measure_press(a, "card press", NODE_CARD);
	measure_press(a, "button press", NODE_BUTTON);
	measure_press(a, "key press", NODE_KEY);
}
