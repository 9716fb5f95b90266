/* Every sample screen in both languages, all text sizes, lying and standing, for the left-handed
 * and the seated, keeps the rules of ui/lint.h. */
#include "tests/unit/ui/samples.h"
#include "ui/lint.h"

struct where {
	const char *name;
	struct shown shown;
	int width;
};

static void show(void *data, const char *fault)
{
	const struct where *w = data;

	printf("# %s lang=%d look=0x%02x width=%d: %s\n", w->name, w->shown.language, w->shown.look,
	       w->width, fault);
}

static const struct node *first_picture(struct stage *s)
{
	for (size_t i = 0; i < s->app.now->count; i++)
		if (s->app.now->nodes[i].kind == NODE_IMAGE &&
		    node_is_control(&s->app.now->nodes[i]))
			return &s->app.now->nodes[i];
	return NULL;
}

/* The picture as large as fits, and larger. */
static size_t faults_when_large(struct stage *s, struct where *w)
{
	const struct node *at = first_picture(s);
	size_t n = 0;

	for (int i = 0; i < 3 && at; i++) {
		app_activate(&s->app, at);
		n += lint_page(s->app.now, show, w);
		at = page_find(s->app.now, node_id("large.more"));
	}
	return n;
}

/* As it is shown, with a picture looked at, and with the keyboard open on its first field. */
static size_t faults(struct stage *s, struct where *w)
{
	size_t n = lint_page(s->app.now, show, w) + faults_when_large(s, w);

	for (size_t i = 0; i < s->app.now->count; i++)
		if (s->app.now->nodes[i].kind == NODE_FIELD &&
		    node_is_control(&s->app.now->nodes[i])) {
			app_activate(&s->app, &s->app.now->nodes[i]);
			return n + lint_page(s->app.now, show, w);
		}
	return n;
}

static size_t all_looks(struct stage *s, const struct sample_name *sample)
{
	struct where w = { .name = sample->name, .width = s->app.metrics.width_px };
	size_t n = 0;

	for (unsigned language = 0; language < LANGUAGE_COUNT; language++)
		for (unsigned size = 0; size < 4; size++)
			for (unsigned special = 0; special < 2; special++) {
				w.shown = (struct shown){ .turn = 1,
							  .language = (enum language)language,
							  .look = size };
				if (special)
					w.shown.look |= LOOK_LOW_REACH | LOOK_LEFT_HANDED |
							LOOK_HIGH_CONTRAST;
				if (!sample_show(s, sample, w.shown))
					return n + 1;
				n += faults(s, &w);
			}
	return n;
}

static void test_panel(const struct sample_name *samples, size_t n, int width, int height)
{
	static struct stage s;

	stage_open(&s, width, height);
	for (size_t i = 0; i < n; i++) {
		size_t bad = all_looks(&s, &samples[i]);
		tap_line(bad == 0, __FILE__, __LINE__, samples[i].name);
	}
	stage_close(&s);
}

/* A panel of 15.6 inches, with letters of usual size: the screens of paper and of officers. */
static void test_small_panel(const struct sample_name *samples, size_t n, int width, int height)
{
	static struct stage s;

	stage_open(&s, width, height);
	s.app.metrics.um_per_px = 179;
	for (size_t i = 0; i < n; i++) {
		enum screen at = samples[i].screen;
		size_t bad = 0;
		if (!(at >= SCREEN_SCAN && at <= SCREEN_PAGES) && at < SCREEN_STAFF_PIN)
			continue;
		for (unsigned l = 0; l < LANGUAGE_COUNT; l++) {
			struct where w = { samples[i].name, { .turn = 1, .language = l }, width };
			bad += sample_show(&s, &samples[i], w.shown) ? faults(&s, &w) : 1;
		}
		tap_line(bad == 0, __FILE__, __LINE__, samples[i].name);
	}
	stage_close(&s);
}

int main(void)
{
	static struct sample_name samples[SAMPLES_MAX];
	size_t n = samples_list(samples);

	if (n == 0) {
		puts("1..0 # SKIP there are no sample views");
		return 0;
	}
	test_panel(samples, n, 1080, 1920);
	test_panel(samples, n, 1920, 1080);
	test_small_panel(samples, n, 1080, 1920);
	test_small_panel(samples, n, 1920, 1080);
	return tap_done();
}
