#include "tests/scene/after.h"

#include "firmware/base/auto.h"
#include "tests/scene/gone.h"
#include "tests/scene/line.h"
#include "tests/scene/rest.h"

#include <stdlib.h>
#include <string.h>

#define REST_MS 60000
#define QUIET_S 240 /* longer than any screen waits for a person who does nothing */
#define QUIETS  12  /* a visit that rests for so long has not ended at all */

bool after_gone(struct script *s, const char *text)
{
	AUTO_FREE struct heard *h = calloc(1, sizeof *h);

	if (!h)
		return false;
	snprintf(h->texts[0], HEARD_CAP, "%s", text);
	h->count = h->judged = 1;
	return gone_soon(s->world, h, s->why, sizeof s->why);
}

static bool look_for_all(struct script *s)
{
	if (!s->heard.news)
		return true;
	heard_judge(&s->heard, s->world);
	s->heard.news = false;
	return gone_soon(s->world, &s->heard, s->why, sizeof s->why);
}

bool after_line(struct script *s, const char *word, const char *rest)
{
	if (strcmp(word, "wait") == 0 && strcmp(rest, "ATTRACT") == 0)
		return look_for_all(s);
	heard_line(&s->heard, s->world, word, rest);
	return true;
}

static bool screen_is(struct script *s, const char *name)
{
	AUTO_FREE char *answer = malloc(LINE_CAP);
	char start[64];

	snprintf(start, sizeof start, "{\"screen\":\"%s\"", name);
	return answer && line_ask_body(s->screen, "dump", REST_MS, answer) == ERR_OK &&
	       strncmp(answer, start, strlen(start)) == 0;
}

bool after_scene(struct script *s)
{
	bool over = !s->heard.news || s->screen < 0 || screen_is(s, "ATTRACT");

	for (int i = 0; i < QUIETS && !over; i++) {
		(void)rest_wait(s->world, REST_MS);
		world_advance(s->world, QUIET_S * 1000);
		(void)rest_wait(s->world, REST_MS);
		over = screen_is(s, "ATTRACT");
	}
	/* another screen than ATTRACT calls staff; the citizen has left there, too */
	return look_for_all(s);
}
