/* The part of show.c for a technician at the screen: what kiosk-board tells of the machine
 * (firmware/board/machine.h and logs.h), as it lies in the board's folder. */
#include "firmware/base/auto.h"
#include "firmware/base/board.h"
#include "firmware/base/facts.h"
#include "firmware/base/staff.h"
#include "firmware/core/machine.h"
#include "firmware/core/show_part.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_BYTES 16384
#define MAX_PARTS 16

struct row {
	char what[12], name[16], state[12], words[256];
};

/* `WHAT NAME STATE WORDS`; false: it is none. */
static bool row_of(const char *line, size_t len, struct row *ret)
{
	char text[320];
	int used = 0;

	snprintf(text, sizeof text, "%.*s", (int)len, line);
	if (sscanf(text, "%11s %15s %11s%n", ret->what, ret->name, ret->state, &used) != 3)
		return false;
	snprintf(ret->words, sizeof ret->words, "%s", text + used + (text[used] == ' '));
	return true;
}

static enum staff_part state_of(const char *word)
{
	static const char *const WORDS[] = { [PART_OK] = "ok",
					     [PART_ABSENT] = "absent",
					     [PART_REFUSED] = "refused",
					     [PART_BAD] = "bad" };

	for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
		if (WORDS[i] && strcmp(WORDS[i], word) == 0)
			return (enum staff_part)i;
	return PART_UNKNOWN;
}

static void put_one(struct view_writer *w, const struct row *r)
{
	static const struct {
		const char *what, *name, *key;
	} FACTS[] = {
		{ "version", "image", "image" },   { "version", "board", "board" },
		{ "version", "slot", "slot" },     { "version", "machine", "model" },
		{ "version", "kernel", "system" }, { "hash", "root", "hash" },
		{ "hash", "text", "qr" },
	};

	for (size_t i = 0; i < sizeof FACTS / sizeof *FACTS; i++)
		if (strcmp(r->what, FACTS[i].what) == 0 && strcmp(r->name, FACTS[i].name) == 0)
			view_text(w, FACTS[i].key, strcmp(r->state, "is") == 0 ? r->words : "");
}

static void put_part(struct view_writer *w, const struct row *r)
{
	view_row(w, "parts");
	view_text(w, "name", r->name);
	view_num(w, "state", state_of(r->state));
	view_text(w, "more", r->words);
}

/* Facts first: a view has its rows at the end. */
static void put_all(struct view_writer *w, const char *text, size_t len, bool parts)
{
	size_t count = 0;

	for (size_t at = 0; at < len;) {
		const char *end = memchr(text + at, '\n', len - at);
		size_t n = end ? (size_t)(end - text - at) : len - at;
		struct row r;
		bool good = row_of(text + at, n, &r);

		at += n + 1;
		if (!good || (strcmp(r.what, "part") == 0) != parts || count == MAX_PARTS)
			continue;
		if (parts)
			put_part(w, &r);
		else
			put_one(w, &r);
		count += parts;
	}
}

static void put_logs(struct view_writer *w, const struct core *c, const struct board_places *b)
{
	char path[PATH_MAX + 16], state[16] = "", words[160] = "", folder[24] = "";

	snprintf(path, sizeof path, "%s/logs", b->run);
	if (!c->desk_of_staff.logs.asked) {
		view_num(w, "logs", LOGS_NONE);
		return;
	}
	bool told = machine_told_at(b, "logs") != c->desk_of_staff.logs.before &&
		    facts_get(path, "STATE", state, sizeof state) == ERR_OK;
	if (!told || strcmp(state, "busy") == 0) {
		view_num(w, "logs", LOGS_BUSY);
		return;
	}
	/* "" says less, and no wrong */
	(void)facts_get(path, c->visit.language == LANGUAGE_VI ? "WORDS_VI" : "WORDS", words,
			sizeof words);
	(void)facts_get(path, "FOLDER", folder, sizeof folder);
	view_num(w, "logs", strcmp(state, "done") == 0 ? LOGS_DONE : LOGS_FAILED);
	view_text(w, "why", words);
	view_text(w, "folder", folder);
}

void show_staff_machine(struct view_writer *w, const struct core *c)
{
	char path[PATH_MAX + 16], text[MAX_BYTES];
	struct board_places b;
	size_t len = 0;
	ssize_t n = 1;

	board_places(getenv("KIOSK_SIM"), &b);
	snprintf(path, sizeof path, "%s/machine", b.run);
	AUTO_FD fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	while (fd >= 0 && n > 0 && len < sizeof text) {
		n = read(fd, text + len, sizeof text - len);
		len += n > 0 ? (size_t)n : 0;
	}
	view_num(w, "known", len > 0);
	put_all(w, text, len, false);
	put_logs(w, c, &b);
	put_all(w, text, len, true);
	machine_show(w, c, true);
}
