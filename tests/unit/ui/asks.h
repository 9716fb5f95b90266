/* What tests ask a stage: show this, does it say that, what went to kiosk-core last. */
#ifndef TESTS_UNIT_UI_ASKS_H
#define TESTS_UNIT_UI_ASKS_H

#include "tests/unit/ui/stage.h"
#include "ui/words.h"

static inline void show(struct stage *s, enum screen screen, const char *view)
{
	stage_show(s, (struct shown){ .turn = 1, .screen = screen, .language = LANGUAGE_VI }, view);
}

static inline bool says(struct stage *s, enum word w)
{
	const char *text = words(LANGUAGE_VI, w);

	for (size_t i = 0; i < s->app.now->count; i++)
		if (strstr(s->app.now->nodes[i].text, text) ||
		    strstr(s->app.now->nodes[i].more, text))
			return true;
	return false;
}

static inline bool offers(struct stage *s, enum action a)
{
	for (size_t i = 0; i < s->app.now->count; i++)
		if (node_is_control(&s->app.now->nodes[i]) && s->app.now->nodes[i].deed.action == a)
			return true;
	return false;
}

static inline bool drawn_as(const struct node *n, const char *want)
{
	char masked[MASKED_BYTES];

	return strcmp(node_value(n, masked), want) == 0;
}

static inline const struct msg_act *last(const struct stage *s)
{
	return &s->acts[(s->act_count - 1) % 64];
}

#endif
