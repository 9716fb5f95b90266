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

/* A finger comes down at x, y, or slides off and leaves. */
struct press {
	struct app *app;
	int x, y;
	int64_t now_ms;
};

__attribute__((noinline)) static void bench_press(struct press *p)
{
	struct display_event e = { .kind = EVENT_DOWN, .x = p->x, .y = p->y };

	p->now_ms += 1000;
	if (p->app->touch.held) {
		e = (struct display_event){ .kind = EVENT_UP, .x = -1000, .y = -1000 };
		app_event(p->app, &e, p->now_ms);
	} else {
		app_event(p->app, &e, p->now_ms);
	}
	app_paint(p->app);
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

static const struct node *first_of(const struct page *p, enum node_kind kind)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->nodes[i].kind == kind && node_is_control(&p->nodes[i]))
			return &p->nodes[i];
	return NULL;
}

static void measure_press(struct app *a, const char *name, enum node_kind kind)
{
	const struct node *n = first_of(a->now, kind);
	double least = 1e9;

	if (!n)
		return;
	struct press p = { a, n->rect.x + n->rect.w / 2, n->rect.y + n->rect.h / 2, 1000 };
	for (int i = 0; i < RUNS; i++) {
		double from = now_ms();
		bench_press(&p);
		double took = now_ms() - from;
		least = took < least ? took : least;
	}
	printf("%-12s %8.3f ms\n", name, least);
}

void bench_run(struct app *a)
{
	measure(a, "build", bench_build);
	measure(a, "full", bench_full);
	/* a screen with the keyboard has keys, any other one cards or buttons */
	if (first_of(a->now, NODE_KEY)) {
		measure_press(a, "key press", NODE_KEY);
		return;
	}
	measure_press(a, "card press", NODE_CARD);
	measure_press(a, "button press", NODE_BUTTON);
}
