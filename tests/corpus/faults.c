/* Pages with one planted fault each. */
#include "tests/corpus/harm.h"
#include "tests/corpus/make.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* What the gate should say: good, to be warned of, to be refused. */
enum verdict { GOOD, WARN, BAD };
static const char *const VERDICTS[] = { "good", "warn", "bad" };

struct fault {
	const char *name, *fault; /* the picture's name; which fault it has */
	enum verdict verdict;
	enum kind kind;
	enum set set;
	void (*wear)(struct wear *w, double x);
	void (*harm)(struct shot *s, const struct page *p, double x);
	double x;          /* how much of it */
	int seed;          /* further on, so that pages differ */
	const char *asked; /* the kind that was asked for; NULL: this one */
};

static void blurred(struct wear *w, double x)
{
	w->blur_px = x;
	w->noise = 3;
}

static void tilted(struct wear *w, double x)
{
	w->tilt = x;
}

static void turned(struct wear *w, double x)
{
	w->turned = (int)x;
}

static void darkened(struct wear *w, double x)
{
	w->bright = x;
}

static void bled(struct wear *w, double x)
{
	w->bleed = x;
}

/* A lid that bright, 0..1; for a harm, whose amount is more, a usual one. */
static void before_white(struct wear *w, double x)
{
	double bright = x > 1 ? 0.95 : x;

	w->lid = (struct pen_rgb){ bright, bright, bright };
	w->tilt = 1.3;
}

static void shifted(struct wear *w, double x)
{
	w->shift_x = x;
	w->shift_y = x * 0.8;
}

/* Another scan of the same sheet: it lies elsewhere, lit otherwise. */
static void again(struct wear *w, double x)
{
	w->tilt += x;
	w->shift_x -= x;
	w->noise += 1;
	w->blur_px += 0.15;
	w->bright *= 0.97;
	w->rng.state += 99;
}

/* Each picture shows what stands on its line and nothing else that a gate should mind. */
static const struct fault FAULTS[] = {
#define FAULT(...) { __VA_ARGS__ },
#include "tests/corpus/faults.def"
#undef FAULT
};

static struct wear calm(const struct fault *f, const struct which *which)
{
	struct wear w = wear_of(which, f->set);

	w.turned = 0;
	w.tilt = 0.4;
	w.gutter = 0;
	w.bleed = 0;
	w.blur_px = 0.6;
	w.bright = 1;
	w.noise = 3;
	w.lid = (struct pen_rgb){ 0.1, 0.1, 0.1 };
	return w;
}

static bool make_fault(const char *dir, const struct fault *f, uint64_t seed)
{
	const struct which which = { f->kind, seed + (uint64_t)f->seed, 0, 0 };
	struct wear w = calm(f, &which);
	struct page page;
	struct shot shot;

	if (f->wear)
		f->wear(&w, f->x);
	if (f->set == SET_CAMERA)
		take_camera(&shot, &page, &which, &w);
	else
		take_flat(&shot, &page, &which, f->set == SET_FLAT200 ? 200 : 300, &w);
	if (f->harm)
		f->harm(&shot, &page, f->x);
	g_autofree char *more = g_strdup_printf(
		"fault %s\nverdict %s\namount %g\nasked %s\nsource %s\nkind %s\nturned_deg %d\n"
		"tilt_deg %.3f\n",
		f->fault, VERDICTS[f->verdict], f->x, f->asked ? f->asked : kind_name(f->kind),
		f->set == SET_CAMERA ? "camera" : "flat", kind_name(f->kind), w.turned, w.tilt);
	bool good = make_write(dir, f->name, &shot, &page, more);
	picture_finish(&shot.picture);
	page_finish(&page);
	return good;
}

int faults_run(const char *dir, uint64_t seed)
{
	(void)mkdir(dir, 0755); /* it may be there */
	for (size_t i = 0; i < sizeof FAULTS / sizeof *FAULTS; i++)
		if (!make_fault(dir, &FAULTS[i], seed))
			return 1;
	return 0;
}
