#include "firmware/board/asked.h"

#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/base/msg.h"
#include "firmware/board/bundle.h"
#include "firmware/board/install.h"
#include "firmware/board/notes.h"
#include "firmware/board/plain.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME_CAP   64
#define WORDS_CAP  200 /* of one sentence that is told */
#define MOST_FILES 256

struct told {
	const struct board *b;
	const char *deed, *state;
	char version[48], why[WORDS_CAP], why_vi[WORDS_CAP];
	int percent; /* -1: nobody has said */
};

static void tell(struct told *t, const char *state)
{
	char lines[700], percent[12] = "";

	t->state = state;
	if (t->percent >= 0)
		snprintf(percent, sizeof percent, "%d", t->percent);
	snprintf(lines, sizeof lines,
		 "DEED=%s\nSTATE=%s\nVERSION=%s\nPERCENT=%s\nWHY=%s\nWHY_VI=%s\n", t->deed, state,
		 t->version, percent, t->why, t->why_vi);
	if (notes_put(t->b, BOARD_TOLD, lines) != ERR_OK)
		log_line(LOG_ERROR, "asked.untold", "deed=%s state=%s", t->deed, state);
}

/* A line, and no more of it than is shown; letters stay whole. */
static void keep(char ret[WORDS_CAP], const char *words)
{
	size_t n = strnlen(words, WORDS_CAP - 1);

	while (n > 0 && words[n] && ((unsigned char)words[n] & 0xc0) == 0x80)
		n--;
	memcpy(ret, words, n);
	ret[n] = '\0';
	plain_words(ret);
}

/* The screen never goes back, and is not told the same again. */
static void on_words(void *data, const char *words, const char *vi)
{
	struct told *t = data;
	int percent = plain_percent(words);

	if (vi) {
		keep(t->why, words);
		keep(t->why_vi, vi);
	} else if (percent > t->percent) {
		t->percent = percent;
		tell(t, "busy");
	}
}

static bool is_plain_name(const char *name)
{
	size_t len = strlen(name);

	for (const char *p = name; *p; p++)
		if ((unsigned char)*p <= ' ' || *p == '/' || *p == 0x7f)
			return false;
	return len > 6 && len < NAME_CAP && utf8_ok(name, len) && name[0] != '.' &&
	       strcmp(name + len - 6, ".raucb") == 0;
}

static enum err on_stick(const struct board *b, const char *name, char ret_path[PATH_MAX])
{
	int n = snprintf(ret_path, PATH_MAX, "%s" BOARD_STICK "/%s", b->root, name);

	return n > 0 && n < PATH_MAX ? ERR_OK : ERR_NO_SPACE;
}

static void close_folder(DIR **d)
{
	if (*d)
		closedir(*d);
}

static bool offer(const struct board *b, const char *name, unsigned i, FILE *f)
{
	char path[PATH_MAX], why[WORDS_CAP], why_vi[WORDS_CAP];
	AUTO_FREE struct bundle *at = malloc(sizeof *at);

	if (!at || !is_plain_name(name) || on_stick(b, name, path) != ERR_OK ||
	    !bundle_place_ok(b, path))
		return false;
	enum err e = bundle_judge(b, path, at);
	keep(why, e == ERR_OK ? "" : e == ERR_REFUSED ? at->why : err_text(e));
	keep(why_vi, e == ERR_OK ? "" : e == ERR_REFUSED ? at->why_vi : err_text_vi(e));
	fprintf(f, "FILE_%u=%s\nVERSION_%u=%s\nGOOD_%u=%d\nWHY_%u=%s\nWHY_VI_%u=%s\n", i, name, i,
		at->version, i, e == ERR_OK, i, why, i, why_vi);
	return true;
}

static enum err look(const struct board *b)
{
	char at[PATH_MAX];
	AUTO_FREE char *text = NULL;
	size_t len = 0;
	__attribute__((cleanup(close_folder))) DIR *dir =
		board_path(b, BOARD_STICK, at) == ERR_OK ? opendir(at) : NULL;
	const struct dirent *d;
	unsigned count = 0;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return ERR_NO_MEMORY;
	for (int n = 0; dir && n < MOST_FILES && count < ASKED_MOST && (d = readdir(dir)); n++)
		count += offer(b, d->d_name, count, f);
	fprintf(f, "COUNT=%u\n", count);
	return fclose(f) == 0 ? notes_put(b, BOARD_OFFERED, text) : ERR_NO_MEMORY;
}

static enum err install_file(struct told *t, const char *name)
{
	char path[PATH_MAX];
	AUTO_FREE struct bundle *at = malloc(sizeof *at);

	if (!at || !is_plain_name(name))
		return ERR_BAD_DATA;
	enum err e = on_stick(t->b, name, path);
	if (e != ERR_OK)
		return e;
	if (bundle_judge(t->b, path, at) == ERR_OK)
		snprintf(t->version, sizeof t->version, "%s", at->version);
	tell(t, "busy");
	return install(t->b, path, on_words, t);
}

/* Whatever becomes of it, it is not done twice. */
static enum err pick(const struct board *b, char ret_deed[16], char ret_file[NAME_CAP])
{
	char path[PATH_MAX];
	enum err e = board_path(b, BOARD_ASKED, path);

	notes_get(b, BOARD_ASKED, "DEED", ret_deed, 16);
	notes_get(b, BOARD_ASKED, "FILE", ret_file, NAME_CAP);
	if (e != ERR_OK)
		return e;
	if (unlink(path) < 0)
		return errno == ENOENT ? ERR_NOT_FOUND : err_of_errno();
	return ERR_OK;
}

enum err asked(const struct board *b, bool *ret_restart)
{
	char deed[16], file[NAME_CAP];
	enum err e = pick(b, deed, file);
	struct told t = { .b = b, .deed = deed, .percent = -1 };

	if (e != ERR_OK)
		return e;
	bool restart = strcmp(deed, "restart") == 0;
	tell(&t, "busy");
	if (strcmp(deed, "look") == 0)
		e = look(b);
	else if (strcmp(deed, "install") == 0)
		e = install_file(&t, file);
	else if (!restart)
		e = ERR_BAD_DATA;
	if (e != ERR_OK && !t.why[0]) {
		keep(t.why, err_text(e));
		keep(t.why_vi, err_text_vi(e));
	}
	t.percent = -1;
	if (!restart) /* that one ends with the machine */
		tell(&t, e == ERR_OK                         ? "done"
			 : e == ERR_REFUSED || e == ERR_BUSY ? "refused"
							     : "failed");
	*ret_restart = restart;
	return ERR_OK;
}
