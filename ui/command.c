#include "ui/command.h"

#include "ui/dump.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

typedef enum err command_fn(struct app *a, const char *rest, int64_t now_ms,
			    struct command_answer *ret);

__attribute__((format(printf, 2, 3))) static enum err say(struct command_answer *ret,
							  const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(ret->text, sizeof ret->text - 1, format, args);
	va_end(args);
	size_t len = strlen(ret->text);
	ret->text[len] = '\n';
	ret->text[len + 1] = '\0';
	return ERR_OK;
}

static enum screen top_screen(const struct app *a)
{
	return a->over.present ? a->over.screen : a->base.screen;
}

static enum err do_screen(struct app *a, const char *rest, int64_t now_ms,
			  struct command_answer *ret)
{
	(void)rest, (void)now_ms;
	return say(ret, "ok %s %u", screen_name(top_screen(a)), a->turn);
}

static enum err do_wait(struct app *a, const char *rest, int64_t now_ms, struct command_answer *ret)
{
	bool known = false;

	(void)now_ms;
	for (int s = 0; s < SCREEN_COUNT; s++)
		known |= strcmp(screen_name((enum screen)s), rest) == 0;
	if (!known)
		return say(ret, "error there is no screen %s", rest);
	if (strcmp(screen_name(top_screen(a)), rest) != 0)
		return ERR_BUSY;
	return say(ret, "ok %s %u", rest, a->turn);
}

static bool says(const struct node *n, const char *text)
{
	char masked[MASKED_BYTES];

	return !(n->state & STATE_UNDER) &&
	       (strstr(n->text, text) || strstr(node_value(n, masked), text) ||
		strstr(n->say, text));
}

static enum err do_wait_text(struct app *a, const char *rest, int64_t now_ms,
			     struct command_answer *ret)
{
	(void)now_ms;
	for (size_t i = 0; i < a->now->count; i++)
		if (says(&a->now->nodes[i], rest))
			return say(ret, "ok %s", a->now->nodes[i].key);
	return ERR_BUSY;
}

/* By key, by name, or by the beginning of exactly one name. */
static const struct node *control(const struct page *p, const char *name)
{
	const struct node *by_name = NULL, *by_start = NULL;
	int starts = 0;

	for (size_t i = 0; i < p->count; i++) {
		const struct node *n = &p->nodes[i];
		if (!node_is_control(n))
			continue;
		if (strcmp(n->key, name) == 0)
			return n;
		if (!by_name && (strcmp(node_name(n), name) == 0 || strcmp(n->text, name) == 0))
			by_name = n;
		if (strncmp(node_name(n), name, strlen(name)) == 0) {
			by_start = n;
			starts++;
		}
	}
	return by_name ? by_name : starts == 1 ? by_start : NULL;
}

/* Down and up at one point; a script does not tremble, so debouncing does not apply. */
static void tap(struct app *a, int x, int y, int64_t now_ms)
{
	struct display_event e = { .kind = EVENT_DOWN, .x = x, .y = y };

	a->touch = (struct touch){ .changed_ms = now_ms - TOUCH_SETTLE_MS,
				   .last_ms = now_ms - TOUCH_AGAIN_MS };
	app_event(a, &e, now_ms);
	app_paint(a);
	e.kind = EVENT_UP;
	app_event(a, &e, now_ms);
}

static enum err do_tap(struct app *a, const char *rest, int64_t now_ms, struct command_answer *ret)
{
	const struct node *n = control(a->now, rest);

	if (!n)
		return say(ret, "error %s has no control %s", screen_name(top_screen(a)), rest);
	int x = n->rect.x + n->rect.w / 2, y = n->rect.y + n->rect.h / 2;
	const struct node *hit = touch_hit(a->now, x, y);
	if (hit != n)
		return say(ret, "error %s is covered by %s", n->key, hit ? hit->key : "nothing");
	enum err e = say(ret, "ok %s", n->key);
	tap(a, x, y, now_ms);
	return e;
}

static enum err do_tap_at(struct app *a, const char *rest, int64_t now_ms,
			  struct command_answer *ret)
{
	int x, y;

	if (sscanf(rest, "%d %d", &x, &y) != 2)
		return say(ret, "error tap-at X Y");
	const struct node *hit = touch_hit(a->now, x, y);
	enum err e = say(ret, "ok %s", hit ? hit->key : "-");
	tap(a, x, y, now_ms);
	return e;
}

/* Letter by letter, as a person would. */
static enum err do_type(struct app *a, const char *rest, int64_t now_ms, struct command_answer *ret)
{
	const struct layer *l = a->over.present ? &a->over : &a->base;

	if (!l->local.field)
		return say(ret, "error no field is open");
	for (const char *at = rest; *at;) {
		struct display_event e = { .kind = EVENT_TEXT };
		size_t n = 1;
		while (((unsigned char)at[n] & 0xc0) == 0x80)
			n++;
		memcpy(e.text, at, n < sizeof e.text ? n : 0);
		app_event(a, &e, now_ms);
		at += n;
	}
	return say(ret, "ok");
}

static enum err do_key(struct app *a, const char *rest, int64_t now_ms, struct command_answer *ret)
{
	static const char *const NAMES[] = { "none",   "up",        "down",     "left",
					     "right",  "tab",       "back-tab", "enter",
					     "escape", "backspace", "help" };

	if (strcmp(rest, "back") == 0)
		rest = "escape";
	for (size_t i = 1; i < sizeof NAMES / sizeof NAMES[0]; i++)
		if (strcmp(NAMES[i], rest) == 0) {
			struct display_event e = { .kind = EVENT_KEY, .key = (enum display_key)i };
			app_event(a, &e, now_ms);
			return say(ret, "ok %s", rest);
		}
	return say(ret, "error there is no key %s", rest);
}

static enum err do_dump(struct app *a, const char *rest, int64_t now_ms, struct command_answer *ret)
{
	char *bytes = NULL;
	FILE *to = open_memstream(&bytes, &ret->len);

	(void)rest, (void)now_ms;
	if (!to)
		return ERR_NO_MEMORY;
	dump_page(to, a->now);
	fclose(to);
	ret->bytes = bytes;
	return say(ret, "ok %zu", ret->len);
}

static cairo_status_t write_png(void *to, const unsigned char *bytes, unsigned len)
{
	return fwrite(bytes, 1, len, to) == len ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static enum err do_shot(struct app *a, const char *rest, int64_t now_ms, struct command_answer *ret)
{
	cairo_surface_t *s = a->display->ops->surface(a->display);

	(void)now_ms;
	if (!s)
		return say(ret, "error nothing to see");
	if (rest[0]) {
		cairo_status_t status = cairo_surface_write_to_png(s, rest);
		return status == CAIRO_STATUS_SUCCESS
			       ? say(ret, "ok %s", rest)
			       : say(ret, "error %s: %s", rest, cairo_status_to_string(status));
	}
	char *bytes = NULL;
	FILE *to = open_memstream(&bytes, &ret->len);
	if (!to)
		return ERR_NO_MEMORY;
	cairo_surface_write_to_png_stream(s, write_png, to);
	fclose(to);
	ret->bytes = bytes;
	return say(ret, "ok %zu", ret->len);
}

static const struct {
	const char *name;
	command_fn *fn;
} COMMANDS[] = {
	{ "screen", do_screen }, { "wait", do_wait },     { "wait-text", do_wait_text },
	{ "tap", do_tap },       { "tap-at", do_tap_at }, { "type", do_type },
	{ "key", do_key },       { "dump", do_dump },     { "shot", do_shot },
};

enum err command_run(struct app *a, const char *line, int64_t now_ms, struct command_answer *ret)
{
	size_t len = strcspn(line, " ");
	const char *rest = line[len] ? line + len + 1 : line + len;

	if (!a->base.present && !a->over.present)
		return ERR_BUSY;
	if (a->damage.count)
		return ERR_BUSY;
	for (size_t i = 0; i < sizeof COMMANDS / sizeof COMMANDS[0]; i++)
		if (strlen(COMMANDS[i].name) == len && strncmp(COMMANDS[i].name, line, len) == 0)
			return COMMANDS[i].fn(a, rest, now_ms, ret);
	return say(ret, "error there is no command %.*s", (int)len, line);
}

void command_answer_finish(struct command_answer *a)
{
	if (a->bytes)
		explicit_bzero(a->bytes, a->len);
	free(a->bytes);
	*a = (struct command_answer){ 0 };
}
