/* zone: ui */
/* Lines of remote control on a form. */
#include "ui/app.h"
#include "ui/command.h"
#include "ui/sample.h"

#include <stdlib.h>
#include <string.h>

static const char FORM[] = "group = 0\ngroups = 2\n[fields]\nkey = ten\nlabel = Họ tên\n"
			   "type = name\nvalue = An\nmax = 20\n[fields]\nkey = so\n"
			   "label = Số điện thoại\ntype = phone\n";

static void run(struct app *a, const char *line)
{
	struct command_answer answer = { 0 };

	if (strncmp(line, "shot ", 5) == 0)
		return; /* writes where it is told */
	enum err e = command_run(a, line, 10000, &answer);
	if (e == ERR_OK && !strchr(answer.text, '\n'))
		abort();
	command_answer_finish(&answer);
	app_paint(a);
}

/* Made once: finding the fonts takes longer than all the rest. */
static struct app *only_app(void)
{
	static const struct metrics PANEL = { 1080, 1920, 248, 800 };
	static struct app a;
	struct display *d;

	if (!a.display && (display_memory(PANEL.width_px, PANEL.height_px, &d) != ERR_OK ||
			   app_init(&a, d, &PANEL) != ERR_OK))
		abort();
	return &a;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct shown attract = { .screen = SCREEN_ATTRACT };
	struct shown form = { .turn = 1, .screen = SCREEN_FORM };
	struct app *a = only_app();
	struct view v, nothing = { 0 };
	unsigned line;
	char *text = strndup((const char *)bytes, len), *next;

	if (!text || sample_parse(FORM, sizeof FORM - 1, &v, &line) != ERR_OK)
		abort();
	app_show(a, &attract, &nothing, 0);
	app_show(a, &form, &v, 0);
	app_paint(a);
	for (char *at = text; at; at = next) {
		next = strchr(at, '\n');
		if (next)
			*next++ = '\0';
		run(a, at);
	}
	free(text);
	return 0;
}
