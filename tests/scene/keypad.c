#include "tests/scene/keypad.h"

#include "firmware/base/auto.h"
#include "tests/scene/line.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_PRESSES 200 /* no screen has so many controls */
#define WAIT_MS      300000
#define KEY_DONE     "key.110019"

/* In a line of the dump (ui/dump.h). */
static bool is_named(const char *node, const char *name)
{
	char key[256], words[256], text[256];

	snprintf(key, sizeof key, "\"key\":\"%.200s\"", name);
	snprintf(words, sizeof words, "\"name\":\"%.200s\"", name);
	snprintf(text, sizeof text, "\"text\":\"%.200s\"", name);
	return strstr(node, key) || strstr(node, words) || strstr(node, text);
}

static bool has_focus(char *dump, const char *name)
{
	for (char *line; (line = strsep(&dump, "\n"));)
		if (is_named(line, name) && strstr(line, "\"focused\""))
			return true;
	return false;
}

static bool is_there(const char *dump, const char *key)
{
	char text[64];

	snprintf(text, sizeof text, "\"key\":\"%s\"", key);
	return strstr(dump, text) != NULL;
}

enum err keypad_walk(int screen, const char *name)
{
	AUTO_FREE char *answer = malloc(LINE_CAP);
	enum err e = answer ? ERR_OK : ERR_NO_MEMORY;

	for (int i = 0; e == ERR_OK && i < MOST_PRESSES; i++) {
		e = line_ask_body(screen, "dump", WAIT_MS, answer);
		if (e == ERR_OK && has_focus(answer, name))
			return line_ask(screen, "key enter", WAIT_MS, answer);
		if (e == ERR_OK)
			e = line_ask(screen, "key down", WAIT_MS, answer);
	}
	return e == ERR_OK ? ERR_NOT_FOUND : e;
}

/* The key of a letter is named after its code, in the case that the keyboard shows now. */
static enum err press(int screen, char letter)
{
	AUTO_FREE char *answer = malloc(LINE_CAP);
	char small[16], large[16];
	enum err e = answer ? line_ask_body(screen, "dump", WAIT_MS, answer) : ERR_NO_MEMORY;

	snprintf(small, sizeof small, "key.%x", (unsigned)tolower(letter));
	snprintf(large, sizeof large, "key.%x", (unsigned)toupper(letter));
	if (e != ERR_OK)
		return e;
	return keypad_walk(screen, is_there(answer, small) ? small : large);
}

/* Keys that are part of their screen stay. */
static enum err put_away(int screen)
{
	AUTO_FREE char *answer = malloc(LINE_CAP);
	enum err e = answer ? line_ask_body(screen, "dump", WAIT_MS, answer) : ERR_NO_MEMORY;

	return e == ERR_OK && is_there(answer, KEY_DONE) ? keypad_walk(screen, KEY_DONE) : e;
}

enum err keypad_spell(int screen, const char *text)
{
	enum err e = ERR_OK;

	for (; *text && e == ERR_OK; text++)
		e = press(screen, *text);
	return e == ERR_OK ? put_away(screen) : e;
}
