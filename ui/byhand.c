#include "ui/byhand.h"

#include "firmware/base/log.h"
#include "ui/app.h"
#include "ui/bench.h"
#include "ui/dump.h"
#include "ui/lint.h"
#include "ui/receipt.h"
#include "ui/sample.h"

#include <getopt.h>
#include <poll.h>
#include <string.h>
#include <time.h>

static const char USAGE[] =
	"usage: kiosk-ui --screen NAME [options]    one screen, without the kiosk\n"
	"\n"
	"  --view FILE        what it shows: a sample view (see ui/sample.h)\n"
	"  --shot OUT.png     write its picture\n"
	"  --dump             write what is on it as JSON, in reading order\n"
	"  --lint             faults against the rules of usable screens\n"
	"  --window           show it in a window; actions are printed\n"
	"  --bench            cost of drawing it\n"
	"  --lang vi|en       language (vi)\n"
	"  --look LOOK        large, larger, largest, contrast, left, low; joined by commas\n"
	"  --size WxH         pixels of the panel (1080x1920)\n"
	"  --um-per-px N      size of a pixel in micrometres (248)\n"
	"  --bottom-mm N      height of the panel's lower edge above the floor (800)\n"
	"  --under FILE       view of the screen that lies under a dialog\n"
	"  --edit KEY,KEY     after these were touched: a field opens its keyboard\n"
	"\n"
	"usage: kiosk-ui --receipt OUT.png --view FILE [--lang vi|en]    what the printer would "
	"print\n"
	"\n"
	"Started by the supervisor it takes no arguments.\n";

struct options {
	enum screen screen;
	const char *view, *under, *shot, *edit, *receipt;
	bool dump, window, bench, lint;
	enum language language;
	unsigned look;
	struct metrics metrics;
};

static bool screen_by_name(const char *name, enum screen *ret)
{
	for (int s = 0; s < SCREEN_COUNT; s++)
		if (strcmp(screen_name((enum screen)s), name) == 0) {
			*ret = (enum screen)s;
			return true;
		}
	fprintf(stderr, "kiosk-ui: there is no screen %s\n", name);
	return false;
}

static bool look_of(const char *names, unsigned *ret)
{
	static const struct {
		const char *name;
		unsigned bits;
	} LOOKS[] = {
		{ "large", 1 },
		{ "larger", 2 },
		{ "largest", 3 },
		{ "contrast", LOOK_HIGH_CONTRAST },
		{ "left", LOOK_LEFT_HANDED },
		{ "low", LOOK_LOW_REACH },
	};
	unsigned look = 0;

	while (*names) {
		size_t len = strcspn(names, ","), i = 0;
		for (; i < sizeof LOOKS / sizeof LOOKS[0]; i++)
			if (strlen(LOOKS[i].name) == len && strncmp(LOOKS[i].name, names, len) == 0)
				break;
		if (i == sizeof LOOKS / sizeof LOOKS[0])
			return false;
		look |= LOOKS[i].bits;
		names += len + (names[len] == ',');
	}
	*ret = look;
	return true;
}

static bool size_of(const char *text, struct metrics *m)
{
	return sscanf(text, "%dx%d", &m->width_px, &m->height_px) == 2 && m->width_px >= 480 &&
	       m->height_px >= 480 && m->width_px <= 8192 && m->height_px <= 8192;
}

static bool number_of(const char *text, int least, int *ret)
{
	int n = atoi(text);

	if (n < least)
		return false;
	*ret = n;
	return true;
}

static bool take_option(struct options *o, int option, const char *arg)
{
	switch (option) {
	case 's':
		return screen_by_name(arg, &o->screen);
	case 'v':
		o->view = arg;
		return true;
	case 'o':
		o->shot = arg;
		return true;
	case 'u':
		o->under = arg;
		return true;
	case 'e':
		o->edit = arg;
		return true;
	case 'r':
		o->receipt = arg;
		return true;
	case 'd':
		return o->dump = true;
	case 'w':
		return o->window = true;
	case 'i':
		return o->lint = true;
	case 'b':
		return o->bench = true;
	case 'l':
		o->language = strcmp(arg, "en") == 0 ? LANGUAGE_EN : LANGUAGE_VI;
		return strcmp(arg, "en") == 0 || strcmp(arg, "vi") == 0;
	case 'k':
		return look_of(arg, &o->look);
	case 'z':
		return size_of(arg, &o->metrics);
	case 'm':
		return number_of(arg, 50, &o->metrics.um_per_px);
	case 'f':
		return number_of(arg, 0, &o->metrics.bottom_mm);
	default:
		return false;
	}
}

static bool parse(int argc, char **argv, struct options *o)
{
	static const struct option LONG[] = {
		{ "screen", 1, NULL, 's' },    { "view", 1, NULL, 'v' },
		{ "shot", 1, NULL, 'o' },      { "dump", 0, NULL, 'd' },
		{ "lint", 0, NULL, 'i' },      { "window", 0, NULL, 'w' },
		{ "bench", 0, NULL, 'b' },     { "lang", 1, NULL, 'l' },
		{ "look", 1, NULL, 'k' },      { "size", 1, NULL, 'z' },
		{ "um-per-px", 1, NULL, 'm' }, { "bottom-mm", 1, NULL, 'f' },
		{ "under", 1, NULL, 'u' },     { "edit", 1, NULL, 'e' },
		{ "receipt", 1, NULL, 'r' },   { NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", LONG, NULL)) != -1)
		if (!take_option(o, option, optarg))
			return false;
	return (o->receipt ? o->view != NULL : o->screen < SCREEN_COUNT) && optind == argc;
}

static enum err load(const char *path, struct view *ret)
{
	return path ? sample_load(path, ret) : sample_parse("", 0, ret, &(unsigned){ 0 });
}

/* One after the other, as a person would. */
static enum err touch_keys(struct app *a, const char *keys)
{
	char key[80];

	while (*keys) {
		size_t len = strcspn(keys, ",");
		snprintf(key, sizeof key, "%.*s", (int)len, keys);
		const struct node *n = page_find(a->now, node_id(key));
		if (!n)
			return ERR_NOT_FOUND;
		app_activate(a, n);
		keys += len + (keys[len] == ',');
	}
	return ERR_OK;
}

/* The screen as kiosk-core would have it shown; a dialog over the screen it names. */
static enum err show(struct app *a, const struct options *o)
{
	struct shown s = { 1, o->screen, o->language, o->look };
	struct view v = { 0 }, below = { 0 };
	enum err e = load(o->view, &v);

	if (e == ERR_OK && screen_is_overlay(o->screen) && o->under)
		e = load(o->under, &below);
	if (e == ERR_OK && below.entries) {
		struct shown base = s;
		base.screen = (enum screen)view_get_num(&v, "under");
		app_show(a, &base, &below, 0);
	}
	if (e == ERR_OK)
		app_show(a, &s, &v, 0);
	view_close(&v);
	view_close(&below);
	return e == ERR_OK && o->edit ? touch_keys(a, o->edit) : e;
}

static void print_act(void *data, const struct msg_act *m)
{
	(void)data;
	printf("%s %u %s\n", action_name((enum action)m->action), m->index, m->text);
	fflush(stdout);
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int run_window(struct app *a)
{
	struct pollfd input = { .events = POLLIN };
	struct display_event ev;

	if (a->display->ops->hear(a->display, &input.fd) != ERR_OK)
		return 1;
	a->act = print_act;
	for (;;) {
		while (a->display->ops->next(a->display, &ev)) {
			if (ev.kind == EVENT_CLOSED)
				return 0;
			app_event(a, &ev, now_ms());
		}
		/* drawing may have read input already: then it is looked at before waiting */
		if (!app_paint(a) && poll(&input, 1, input.fd >= 0 ? -1 : 10) < 0)
			return 1;
	}
}

static void print_fault(void *data, const char *fault)
{
	(void)data;
	puts(fault);
}

static int act(struct app *a, const struct options *o)
{
	enum err e = show(a, o);

	if (e != ERR_OK) {
		fprintf(stderr, "kiosk-ui: %s\n", err_text(e));
		return 1;
	}
	app_paint_all(a);
	if (o->dump)
		dump_page(stdout, a->now);
	if (o->shot && cairo_surface_write_to_png(a->display->ops->surface(a->display), o->shot) !=
			       CAIRO_STATUS_SUCCESS) {
		fprintf(stderr, "kiosk-ui: cannot write %s\n", o->shot);
		return 1;
	}
	if (o->lint && lint_page(a->now, print_fault, NULL) > 0)
		return 1;
	if (o->bench)
		bench_run(a);
	return o->window ? run_window(a) : 0;
}

static enum err draw_receipt(const struct options *o)
{
	struct text *t = NULL;
	struct view v = { 0 };
	struct receipt r = { 0 };
	enum err e = sample_load(o->view, &v);

	if (e == ERR_OK)
		e = text_create(&t);
	if (e == ERR_OK)
		e = receipt_draw(t, &v, o->language, &r);
	if (e == ERR_OK)
		e = receipt_png(&r, o->receipt);
	if (e != ERR_OK)
		fprintf(stderr, "kiosk-ui: %s\n", err_text(e));
	receipt_free(&r);
	text_destroy(t);
	view_close(&v);
	return e;
}

int byhand_main(int argc, char **argv)
{
	struct options o = { .screen = SCREEN_COUNT, .metrics = { 1080, 1920, 248, 800 } };
	struct display *d = NULL;
	struct app a = { 0 };

	log_open(ROLE_UI);
	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		fputs(USAGE, stdout);
		return 0;
	}
	if (!parse(argc, argv, &o)) {
		fputs(USAGE, stderr);
		return 2;
	}
	if (o.receipt)
		return draw_receipt(&o) == ERR_OK ? 0 : 1;
	enum err e = o.window ? display_window(o.metrics.width_px, o.metrics.height_px, false, &d)
			      : display_memory(o.metrics.width_px, o.metrics.height_px, &d);
	if (e == ERR_OK)
		e = app_init(&a, d, &o.metrics);
	if (e != ERR_OK)
		fprintf(stderr, "kiosk-ui: %s\n", err_text(e));
	int status = e == ERR_OK ? act(&a, &o) : 1;
	app_finish(&a);
	display_destroy(d);
	return status;
}
