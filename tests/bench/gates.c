/* The first look at pages that have one planted fault each, and at good ones: what it misses and
 * what it blames for nothing, and its processor time. The pages of the corpus must all pass but for
 * the blank one; a page scanned twice must be known again.
 *
 *     build/bench/gates BUILD [SEED] */
#include "firmware/base/auto.h"
#include "firmware/parse/load.h"
#include "firmware/parse/page/leaf.h"
#include "firmware/parse/page/look.h"
#include "firmware/parse/page/twin.h"
#include "tests/bench/bench.h"
#include "tests/bench/pages.h"

#include <glob.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

/* Which faults of ours answer a planted one. */
static const struct answer {
	const char *fault;
	enum err first, second;
} ANSWERS[] = {
	{ "blur", ERR_BLURRED_PAGE, ERR_BLURRED_PAGE },
	{ "glare", ERR_GLARE, ERR_GLARE },
	{ "corner", ERR_CUT_PAGE, ERR_CUT_PAGE },
	{ "finger", ERR_COVERED_PAGE, ERR_COVERED_PAGE },
	{ "dark", ERR_DARK_PAGE, ERR_DARK_PAGE },
	{ "blank", ERR_BLANK_PAGE, ERR_BLANK_PAGE },
	{ "back", ERR_WRONG_SIDE, ERR_WRONG_SIDE },
	{ "skew", ERR_CROOKED_PAGE, ERR_CUT_PAGE },
};

struct seen {
	struct look look;
	char fault[16], verdict[8], kind[16];
	bool camera;
	double cpu_ms;
};

struct tally {
	int planted, missed, good, blamed, pages;
	int lids, left_in;
	double cpu_ms, longest_ms;
};

struct desk {
	const char *build, *seed;
	struct code_finder *codes;
};

static void value_of(const char *text, const char *key, char *ret, size_t cap)
{
	char line[32];

	snprintf(line, sizeof line, "%s ", key);
	const char *at = strstr(text, line);
	const char *from = at ? at + strlen(line) : "";
	snprintf(ret, cap, "%.*s", (int)strcspn(from, "\n"), from);
}

static enum err look(const struct desk *d, const char *jpg, struct seen *s)
{
	const struct look_wish wish = { .source = s->camera ? SOURCE_CAMERA : SOURCE_GLASS,
					.turn_deg = LEAF_TURN_BY_TEXT };
	AUTO_FREE uint8_t *bytes = NULL;
	struct image image = { 0 };
	size_t len;
	enum err e = load_file(jpg, LOAD_PICTURE_BYTES, &bytes, &len);

	if (e == ERR_OK)
		e = load_image(bytes, len, &image);
	if (e != ERR_OK)
		return e;
	double began = bench_cpu_ms();
	e = look_at_page(&image, &wish, d->codes, &s->look);
	s->cpu_ms = bench_cpu_ms() - began;
	free((void *)(uintptr_t)image.pixels);
	return e;
}

/* `base` without an ending; s->camera for pages whose truth does not say it. */
static bool see(const struct desk *d, const char *base, struct seen *s)
{
	char path[PATH_CAP], source[16];

	snprintf(path, sizeof path, "%s.truth", base);
	AUTO_FREE char *truth = pages_text(path);
	if (!truth)
		return false;
	value_of(truth, "\nkind", s->kind, sizeof s->kind);
	if (strncmp(truth, "kind ", 5) == 0)
		value_of(truth, "kind", s->kind, sizeof s->kind);
	value_of(truth, "fault", s->fault, sizeof s->fault);
	value_of(truth, "verdict", s->verdict, sizeof s->verdict);
	value_of(truth, "source", source, sizeof source);
	s->camera |= strcmp(source, "camera") == 0;
	snprintf(path, sizeof path, "%s.jpg", base);
	return look(d, path, s) == ERR_OK;
}

static bool has(const struct look *l, enum err e)
{
	for (size_t i = 0; i < l->fault_count; i++)
		if (l->faults[i] == (uint8_t)e)
			return true;
	return false;
}

/* Whether the fault was named. One that a picture alone does not show counts as named. */
static bool named(const struct seen *s)
{
	if (strcmp(s->verdict, "warn") == 0 && strcmp(s->fault, "blur") == 0)
		return has(&s->look, ERR_SOFT_PAGE) || has(&s->look, ERR_BLURRED_PAGE);
	/* White on both sides. */
	if (strcmp(s->fault, "blank") == 0 && has(&s->look, ERR_WRONG_SIDE))
		return false;
	for (size_t i = 0; i < sizeof ANSWERS / sizeof *ANSWERS; i++)
		if (strcmp(ANSWERS[i].fault, s->fault) == 0)
			return has(&s->look, ANSWERS[i].first) || has(&s->look, ANSWERS[i].second);
	return true;
}

static void say(const char *base, const struct seen *s, const char *judged)
{
	const struct look *l = &s->look;

	printf("%-28s %-8s %-5s edge %.3f mm glare %.4f ink %.4f paper %3u tilt %6.2f %4.0f ms:",
	       strrchr(base, '/') + 1, s->fault, s->verdict, l->edge_mm, l->glare, l->ink, l->paper,
	       l->tilt_deg, s->cpu_ms);
	for (size_t i = 0; i < l->fault_count; i++)
		printf(" %s", err_name((enum err)l->faults[i]));
	printf("%s\n", judged);
}

static void judge(struct tally *t, const char *base, const struct seen *s)
{
	bool good = s->verdict[0] == '\0' || strcmp(s->verdict, "good") == 0;
	bool wrong = !good                           ? !named(s)
		     : strcmp(s->kind, "blank") == 0 ? !has(&s->look, ERR_BLANK_PAGE)
						     : s->look.fault_count > 0;

	t->pages++;
	t->cpu_ms += s->cpu_ms;
	t->longest_ms = s->cpu_ms > t->longest_ms ? s->cpu_ms : t->longest_ms;
	*(good ? &t->good : &t->planted) += 1;
	*(good ? &t->blamed : &t->missed) += wrong;
	say(base, s, wrong ? good ? "   BLAMED" : "   MISSED" : "");
}

/* A sheet before a lid that is as bright: its proportion tells whether the lid was taken away. */
static bool cropped(const char *base, const struct look *l)
{
	char path[PATH_CAP], size[32];
	double w = 0, h = 0;

	snprintf(path, sizeof path, "%s.truth", base);
	AUTO_FREE char *truth = pages_text(path);
	value_of(truth ? truth : "", "sheet_mm", size, sizeof size);
	return sscanf(size, "%lf %lf", &w, &h) == 2 &&
	       fabs(l->width / (double)l->height / (w / h) - 1) < 0.04;
}

/* All pictures of a folder. */
static bool folder(const struct desk *d, const char *dir, bool camera, struct tally *t)
{
	char pattern[PATH_CAP];
	glob_t found;

	snprintf(pattern, sizeof pattern, "%s/*.truth", dir);
	if (glob(pattern, 0, NULL, &found) != 0)
		return false;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct seen s = { .camera = camera };

		*strrchr(found.gl_pathv[i], '.') = '\0';
		if (see(d, found.gl_pathv[i], &s)) {
			judge(t, found.gl_pathv[i], &s);
			if (strstr(found.gl_pathv[i], "/lid_")) {
				t->lids++;
				t->left_in += !cropped(found.gl_pathv[i], &s.look);
			}
		} else
			printf("%s: not looked at\n", found.gl_pathv[i]);
		look_finish(&s.look);
	}
	globfree(&found);
	return true;
}

/* 1 when the two are one page, 0 when not, -1: that could not be told. As core does it. */
static int told_same(const struct look *x, const struct look *y)
{
	const struct image a = { x->width, x->height, 0, 3, x->preview };
	const struct image b = { y->width, y->height, 0, 3, y->preview };
	struct twin twin = { 0 };

	if (!page_alike(x->print, y->print))
		return 0;
	return twin_compare(&a, &b, &twin) == ERR_OK ? twin.same : -1;
}

static int same(const struct desk *d, const char *dir, const char *one, const char *two)
{
	char a[PATH_CAP], b[PATH_CAP];
	bool camera = strstr(dir, "camera") != NULL;
	struct seen x = { .camera = camera }, y = { .camera = camera };
	int result = -1;

	snprintf(a, sizeof a, "%s/%s", dir, one);
	snprintf(b, sizeof b, "%s/%s", dir, two);
	if (see(d, a, &x) && see(d, b, &y))
		result = told_same(&x.look, &y.look);
	printf("%s and %s: %s\n", one, two, result == 1 ? "same" : "not the same");
	look_finish(&x.look);
	look_finish(&y.look);
	return result;
}

static bool make(const struct desk *d, const char *dir, const char *set)
{
	char corpus[PATH_CAP];
	const char *folders[] = { "mkdir", "-p", dir, NULL };
	const char *sets[] = { corpus, "make", dir, set, "--seed", d->seed, NULL };
	const char *faults[] = { corpus, "faults", dir, "--seed", d->seed, NULL };

	snprintf(corpus, sizeof corpus, "%s/bin/corpus", d->build);
	return pages_run(folders, NULL).status == 0 &&
	       pages_run(set ? sets : faults, NULL).status == 0;
}

static bool good_pages(const struct desk *d, struct tally *t)
{
	static const char *const SETS[] = { "flat300", "flat200", "camera" };

	for (size_t i = 0; i < sizeof SETS / sizeof *SETS; i++) {
		char dir[PATH_CAP];

		snprintf(dir, sizeof dir, "%s/bench/looked-at/%s", d->build, SETS[i]);
		if (!make(d, dir, SETS[i]) || !folder(d, dir, i == 2, t))
			return false;
	}
	return true;
}

/* A form by one person, the same sheet once more, and the form with the name, birthday and number
 * of somebody else. */
static bool make_form(const struct desk *d, const char *dir, const char *set, int which)
{
	static const char *const PERSONS[] = { "0", "0", "1" };
	char corpus[PATH_CAP];
	const char *folders[] = { "mkdir", "-p", dir, NULL };
	const char *argv[] = { corpus,
			       "make",
			       dir,
			       set,
			       "--seed",
			       d->seed,
			       "--pages",
			       "2",
			       "--person",
			       PERSONS[which],
			       which == 1 ? "--again" : NULL,
			       NULL };

	snprintf(corpus, sizeof corpus, "%s/bin/corpus", d->build);
	return pages_run(folders, NULL).status == 0 && pages_run(argv, NULL).status == 0;
}

struct pairs {
	int sets, not_known, taken_for_one;
};

static bool forms_of_two(const struct desk *d, struct pairs *p)
{
	static const char *const SETS[] = { "flat300", "flat200", "camera" };
	static const char *const NAMES[] = { "form", "again", "other" };

	for (size_t i = 0; i < sizeof SETS / sizeof *SETS; i++) {
		char base[PATH_CAP], dir[PATH_CAP];

		snprintf(base, sizeof base, "%s/bench/looked-at/pairs-%s", d->build, SETS[i]);
		for (int k = 0; k < 3; k++) {
			snprintf(dir, sizeof dir, "%.900s/%s", base, NAMES[k]);
			if (!make_form(d, dir, SETS[i], k))
				return false;
		}
		p->sets++;
		p->not_known += same(d, base, "form/p02", "again/p02") != 1;
		p->taken_for_one += same(d, base, "form/p02", "other/p02") != 0;
	}
	return true;
}

int main(int argc, char **argv)
{
	struct desk d = { .build = argv[1], .seed = argc > 2 ? argv[2] : "1" };
	struct tally faults = { 0 }, good = { 0 };
	struct pairs pairs = { 0 };
	char dir[PATH_CAP];

	if (argc < 2 || argc > 3) {
		fputs("gates BUILD [SEED]\n", stderr);
		return 2;
	}
	snprintf(dir, sizeof dir, "%s/bench/looked-at/faults", d.build);
	if (code_finder_create(&d.codes) != ERR_OK || !make(&d, dir, NULL) ||
	    !folder(&d, dir, false, &faults) || !good_pages(&d, &good) || !forms_of_two(&d, &pairs))
		return 1;
	int twice = (same(&d, dir, "twice_a", "twice_b") != 1) +
		    (same(&d, dir, "twice_a", "twice_not") != 0) +
		    (same(&d, dir, "twice_form_a", "twice_form_not") != 0);
	bench_wrong("gates: planted faults missed", faults.missed, faults.planted);
	bench_wrong("gates: good pages blamed", faults.blamed + good.blamed,
		    faults.good + good.good);
	bench_wrong("gates: pages scanned twice mistaken", twice, 3);
	bench_wrong("gates: small sheets left before white lids", faults.left_in, faults.lids);
	bench_wrong("gates: forms scanned twice, not known", pairs.not_known, pairs.sets);
	bench_wrong("gates: forms of two people taken for one", pairs.taken_for_one, pairs.sets);
	bench_row("gates: first look, mean",
		  (faults.cpu_ms + good.cpu_ms) / (faults.pages + good.pages), "ms", 300);
	bench_row("gates: first look, longest",
		  faults.longest_ms > good.longest_ms ? faults.longest_ms : good.longest_ms, "ms",
		  300);
	code_finder_destroy(d.codes);
	return 0;
}
