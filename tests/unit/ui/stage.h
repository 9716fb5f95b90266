/* An app on a display in memory, with views written in the test. */
#ifndef TESTS_UNIT_UI_STAGE_H
#define TESTS_UNIT_UI_STAGE_H

#include "tests/tap.h"
#include "ui/app.h"
#include "ui/sample.h"

#include <stdlib.h>

struct stage {
	struct display *display;
	struct app app;
	struct msg_act acts[64]; /* what went to kiosk-core */
	size_t act_count;
};

static inline void stage_act(void *data, const struct msg_act *m)
{
	struct stage *s = data;

	s->acts[s->act_count++ % 64] = *m;
}

static inline void stage_open(struct stage *s, int width, int height)
{
	struct metrics m = { width, height, 248, 800 };

	memset(s, 0, sizeof *s);
	if (display_memory(width, height, &s->display) != ERR_OK ||
	    app_init(&s->app, s->display, &m) != ERR_OK) {
		puts("Bail out! no display or fonts");
		exit(1);
	}
	s->app.act = stage_act;
	s->app.data = s;
}

static inline void stage_close(struct stage *s)
{
	app_finish(&s->app);
	display_destroy(s->display);
}

/* `view` in the format of ui/sample.h. */
static inline void stage_show(struct stage *s, struct shown shown, const char *view)
{
	struct view v = { 0 };
	unsigned line = 0;

	if (sample_parse(view, strlen(view), &v, &line) != ERR_OK) {
		printf("Bail out! bad sample, line %u\n", line);
		exit(1);
	}
	app_show(&s->app, &shown, &v, 0);
	app_paint(&s->app);
}

static inline const struct node *stage_find(struct stage *s, const char *key)
{
	return page_find(s->app.now, node_id(key));
}

/* A finger on the middle of a control, long after whatever was before. */
static inline void stage_tap(struct stage *s, const char *key)
{
	const struct node *n = stage_find(s, key);
	struct display_event e = { .kind = EVENT_DOWN };
	int64_t late_ms =
		1000 + (s->app.touch.last_ms > s->app.touch.changed_ms ? s->app.touch.last_ms
								       : s->app.touch.changed_ms);

	if (!n) {
		tap_line(0, __FILE__, __LINE__, key);
		return;
	}
	e.x = n->rect.x + n->rect.w / 2;
	e.y = n->rect.y + n->rect.h / 2;
	app_event(&s->app, &e, late_ms);
	e.kind = EVENT_UP;
	app_event(&s->app, &e, late_ms);
	app_paint(&s->app);
}

static inline void stage_type(struct stage *s, const char *text)
{
	for (; *text; text++) {
		struct display_event e = { .kind = EVENT_TEXT, .text = { *text } };
		app_event(&s->app, &e, 0);
	}
}

#endif
