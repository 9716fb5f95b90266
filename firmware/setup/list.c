/* The list of procedures: one that a stick has brought is taken by kiosk-core's own checks, or is
 * refused, and the kiosk goes on with the one it has. */
#include "firmware/setup/setup.h"

#include <stdio.h>
#include <string.h>

static enum note note_of(const char *refused, const char *from)
{
	if (strcmp(refused, "REFUSED") == 0)
		return NOTE_LIST_OLD;
	if (strcmp(refused, "FORGED") == 0)
		return NOTE_LIST_FORGED;
	if (refused[0])
		return NOTE_LIST_BAD;
	return strcmp(from, "province") == 0 ? NOTE_LIST_TAKEN : NOTE_COUNT;
}

static void on_list(void *data, const char *why, const char *text)
{
	struct setup *s = data;
	char version[48], number[16], from[16], refused[24];

	helper_value(text, "VERSION", version, sizeof version);
	helper_value(text, "NUMBER", number, sizeof number);
	helper_value(text, "FROM", from, sizeof from);
	helper_value(text, "REFUSED", refused, sizeof refused);
	s->list.note = why[0] ? NOTE_COUNT : note_of(refused, from);
	s->list.words[0] = '\0';
	if (!why[0] && version[0])
		snprintf(s->list.words, sizeof s->list.words, "%.40s, %.10s", version, number);
	s->listed(s);
}

void list_ask(struct setup *s, void (*then)(struct setup *s))
{
	s->listed = then;
	helper_ask(&s->helper, on_list, s, "catalogue");
}

void list_note(struct setup *s)
{
	if (s->list.note != NOTE_COUNT)
		step_note(s, s->list.note, s->list.words);
}
