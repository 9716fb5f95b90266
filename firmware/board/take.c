#include "firmware/board/take.h"

#include "firmware/base/log.h"
#include "firmware/board/install.h"
#include "firmware/board/notes.h"
#include "firmware/board/pending.h"
#include "firmware/board/plain.h"
#include "firmware/board/tries.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WANTED BOARD_UPDATE "/wanted"
#define TAKEN  "/data/board/taken"
#define MOST   3
#define LOOK_S 3

struct taken {
	char name[48], version[48], words[256], words_vi[256];
	const char *result;
	long tries;
};

static bool name_ok(const char *name)
{
	size_t digits = strspn(name, "0123456789");

	return digits > 0 && strcmp(name + digits, ".raucb") == 0;
}

static enum err put(const struct board *b, const struct taken *t)
{
	char lines[900];

	snprintf(lines, sizeof lines,
		 "NAME=%s\nRESULT=%s\nTRIES=%ld\nVERSION=%s\nWORDS=%s\nWORDS_VI=%s\n", t->name,
		 t->result, t->tries, t->version, t->words, t->words_vi);
	return notes_put(b, TAKEN, lines);
}

static void on_words(void *data, const char *words, const char *vi)
{
	struct taken *t = data;

	snprintf(t->words, sizeof t->words, "%s", words);
	snprintf(t->words_vi, sizeof t->words_vi, "%s", vi ? vi : words);
	plain_words(t->words);
	plain_words(t->words_vi);
}

/* How often this one was begun, and cut. */
static long tries_of_name(const struct board *b, const char *name)
{
	char last[48], result[16], tries[8];

	notes_get(b, TAKEN, "NAME", last, sizeof last);
	notes_get(b, TAKEN, "RESULT", result, sizeof result);
	notes_get(b, TAKEN, "TRIES", tries, sizeof tries);
	return strcmp(last, name) == 0 && strcmp(result, "writing") == 0 ? strtol(tries, NULL, 10)
									 : 0;
}

/* Until then install() would refuse it, for good. Without UEFI there is nothing to wait for. */
static void wait_until_good(const struct board *b, uint32_t wait_s)
{
	struct tries t;

	for (uint32_t s = 0; s < wait_s; s += LOOK_S) {
		if (tries_load(b, &t) != ERR_OK || t.state[b->slot] == SLOT_GOOD)
			return;
		(void)poll(NULL, 0, LOOK_S * 1000);
	}
}

/* Whoever wrote it may have taken it back meanwhile. */
static enum err pick(const struct board *b)
{
	char path[PATH_MAX];
	enum err e = board_path(b, WANTED, path);

	if (e != ERR_OK)
		return e;
	if (unlink(path) == 0)
		return ERR_OK;
	return errno == ENOENT ? ERR_CANCELLED : err_of_errno();
}

static void write_slot(const struct board *b, struct taken *t, enum err *ret)
{
	char path[PATH_MAX];
	struct pending p;
	int n = snprintf(path, sizeof path, "%s" BOARD_UPDATE "/%s", b->root, t->name);

	*ret = n > 0 && (size_t)n < sizeof path ? install(b, path, on_words, t) : ERR_NO_SPACE;
	t->result = *ret == ERR_OK ? "written" : *ret == ERR_REFUSED ? "refused" : "failed";
	if (*ret == ERR_OK && pending_get(b, &p))
		memcpy(t->version, p.version, sizeof t->version);
}

enum err take(const struct board *b, uint32_t wait_s)
{
	struct taken t = { .result = "writing" };
	enum err e, done = ERR_IO;

	notes_get(b, WANTED, "NAME", t.name, sizeof t.name);
	if (!name_ok(t.name))
		return ERR_NOT_FOUND;
	wait_until_good(b, wait_s);
	t.tries = tries_of_name(b, t.name) + 1;
	e = put(b, &t);
	if (e == ERR_OK)
		e = pick(b);
	if (e == ERR_CANCELLED)
		(void)notes_drop(b, TAKEN); /* nobody asks for it */
	if (e != ERR_OK)
		return e;
	if (t.tries > MOST) {
		t.result = "failed";
		on_words(&t, "the power was cut each time it was written",
			 "lần nào ghi cũng bị mất điện");
	} else {
		write_slot(b, &t, &done);
	}
	e = put(b, &t);
	return done == ERR_OK ? e : done;
}

/* It was whole, and only the note of that was cut off. */
static enum err note_written(const struct board *b, const char *name, const struct pending *p)
{
	struct taken t = { .result = "written", .tries = tries_of_name(b, name) };

	snprintf(t.name, sizeof t.name, "%s", name);
	memcpy(t.version, p->version, sizeof t.version);
	return put(b, &t);
}

enum err take_again(const struct board *b)
{
	char name[48], result[16], line[64];
	struct pending p;

	notes_get(b, TAKEN, "NAME", name, sizeof name);
	notes_get(b, TAKEN, "RESULT", result, sizeof result);
	if (!name_ok(name) || strcmp(result, "writing") != 0)
		return ERR_OK;
	if (pending_get(b, &p) && (p.written || p.to == b->slot))
		return note_written(b, name, &p);
	log_line(LOG_WARN, "update.again", "%s was cut off", name);
	snprintf(line, sizeof line, "NAME=%s\n", name);
	return notes_put(b, WANTED, line);
}
