/* The lines for hands that know what they see: a screen is known by the picture of it that another
 * play of the same visit has kept in $DIR/seen, a control by its words there. */
#include "firmware/base/auto.h"
#include "tests/image/ask.h"
#include "tests/image/script.h"
#include "tests/image/words.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define QUIET_S  15
#define LOOK_MS  250  /* a look holds the machine up */
#define REACT_MS 3000 /* a touch without an effect after this had none */
#define TRIES    4
#define HOLD_MS  120 /* how long a finger rests */

static bool never(void *data)
{
	(void)data;
	return false;
}

/* `but`: so many fields may look otherwise, where the time of day stands. */
static bool on_panel(struct script *s, const struct picture *want, unsigned but, struct budget *b)
{
	struct machine *m = &s->machine;
	struct picture now;

	while (ask_look(m, &now) != ERR_OK || picture_fields_apart(&now, want) > but) {
		if (!machine_is_on(m) || budget_left_ms(b, clock_mono_ms(&m->clock)) == 0)
			return false;
		(void)machine_within(m, never, NULL, LOOK_MS);
	}
	return true;
}

void script_keep_panel(struct script *s)
{
	char path[2 * MACHINE_PATH];

	snprintf(path, sizeof path, "%s/instead.png", s->machine.dir);
	if (machine_is_on(&s->machine))
		(void)ask_shot(&s->machine, path); /* it is only for who looks for the cause */
}

bool script_on(struct script *s, struct words *w, const char *rest)
{
	char path[2 * MACHINE_PATH];
	struct picture want;
	struct budget b;

	(void)rest;
	budget_begin(&b, words_seconds(w, QUIET_S), clock_mono_ms(&s->machine.clock));
	bool but = w->count == 4 && strcmp(w->word[2], "but") == 0;
	if (w->count != 2 && !but)
		return script_fail(s, "on: see tests/image/image.def");
	names_free(s->names);
	s->names = NULL;
	snprintf(path, sizeof path, "%s/seen/%s.json", s->machine.dir, w->word[1]);
	enum err e = names_load(path, &s->names);
	snprintf(path, sizeof path, "%s/seen/%s.png", s->machine.dir, w->word[1]);
	if (e == ERR_OK)
		e = picture_load(&want, path);
	if (e != ERR_OK)
		return script_fail(s, "%s: %s", path, err_text(e));
	if (on_panel(s, &want, but ? (unsigned)atoi(w->word[3]) : 0, &b))
		return true;
	script_keep_panel(s);
	return script_fail(s, "the panel does not show %s, but what is in instead.png", w->word[1]);
}

/* Whether the panel comes to look different, and not only while the finger is there. */
static bool reacts(struct machine *m, const struct picture *before)
{
	int64_t until = clock_mono_ms(&m->clock) + REACT_MS;
	struct picture now;
	unsigned other = 0;

	while (other < 2 && machine_is_on(m) && clock_mono_ms(&m->clock) < until) {
		(void)machine_within(m, never, NULL, LOOK_MS);
		if (ask_look(m, &now) == ERR_OK)
			other = picture_fields_apart(&now, before) > 0 ? other + 1 : 0;
	}
	return other == 2;
}

static bool finger(struct script *s, const char *what)
{
	char command[256];

	snprintf(command, sizeof command,
		 "\"$O/bin/usim\" --say \"$DIR/usim/usim.sock\" \"finger %.60s\"", what);
	return script_on_host(s, command);
}

static bool place(struct script *s, const char *what, double *ret_x, double *ret_y)
{
	if (s->names && names_find(s->names, what, ret_x, ret_y) == ERR_OK)
		return true;
	return script_fail(s, "there is no \"%s\" on the screen", what);
}

static bool tap(struct script *s, double x, double y)
{
	struct machine *m = &s->machine;
	char down[64];

	if (!m->fingers) {
		enum err e = ask_tap(m, x, y);

		return e == ERR_OK || script_fail(s, "tap: %s", err_text(e));
	}
	snprintf(down, sizeof down, "0 %f %f", x, y);
	if (!finger(s, down))
		return false;
	(void)machine_within(m, never, NULL, HOLD_MS);
	return finger(s, "0 up");
}

bool script_tap(struct script *s, struct words *w, const char *rest)
{
	(void)rest;
	if (w->count != 3)
		return script_fail(s, "tap: see tests/image/image.def");
	return tap(s, strtod(w->word[1], NULL), strtod(w->word[2], NULL));
}

bool script_hands(struct script *s, struct words *w, const char *rest)
{
	(void)rest;
	s->machine.fingers = w->count == 2 && strcmp(w->word[1], "fingers") == 0;
	return s->machine.fingers || (w->count == 2 && strcmp(w->word[1], "tablet") == 0) ||
	       script_fail(s, "hands: see tests/image/image.def");
}

bool script_finger(struct script *s, struct words *w, const char *rest)
{
	char what[MACHINE_WORDS], line[96];
	double x, y, nothing;

	words_join(w, 2, what, sizeof what);
	if (w->count < 3)
		return script_fail(s, "finger: see tests/image/image.def");
	if (strcmp(what, "up") == 0 || sscanf(what, "%lf %lf", &nothing, &nothing) == 2)
		return finger(s, rest);
	if (!place(s, what, &x, &y))
		return false;
	snprintf(line, sizeof line, "%.4s %f %f", w->word[1], x, y);
	return finger(s, line);
}

/* A finger; again, as people do, when nothing has come of it: a page that has just come does not
 * take touches that were meant for the one before. */
static bool press(struct script *s, const char *what)
{
	struct machine *m = &s->machine;
	struct picture before;
	double x, y;

	if (!place(s, what, &x, &y))
		return false;
	enum err e = ask_look(m, &before);
	if (e != ERR_OK)
		return script_fail(s, "%s: %s", what, err_text(e));
	for (int tries = 0; tries < TRIES; tries++) {
		if (!tap(s, x, y))
			return false;
		if (reacts(m, &before))
			return true;
	}
	return script_fail(s, "%s: nothing comes of it", what);
}

bool script_touch(struct script *s, struct words *w, const char *rest)
{
	char what[MACHINE_WORDS];

	(void)rest;
	words_join(w, 1, what, sizeof what);
	return press(s, what);
}

bool script_spell(struct script *s, struct words *w, const char *rest)
{
	char text[MACHINE_WORDS];
	bool good = true;

	(void)rest;
	words_join(w, 1, text, sizeof text);
	for (const char *at = text; *at && good; at++) {
		char key[] = { (char)toupper((unsigned char)*at), '\0' };

		good = press(s, *at == ' ' ? "Dấu cách" : key);
	}
	return good;
}
