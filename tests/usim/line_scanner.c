/* Control lines of the document scanner. It belongs to the main thread: no lock. */
#include "tests/usim/lines.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

/* Files are words; all of them or none. */
static enum err add_sheets(struct scanner *s, char *files, const char **ret_bad)
{
	char *save = NULL;
	enum err e = ERR_OK;

	for (char *f = strtok_r(files, " ", &save); f && e == ERR_OK;
	     f = strtok_r(NULL, " ", &save)) {
		e = scanner_add_sheet(s, f);
		*ret_bad = f;
	}
	return e;
}

static void two_sided(struct world *w, const char *args, struct answer *ret)
{
	char front[PATH_MAX], back[PATH_MAX], more[2];

	if (sscanf(args, "%4095s %4095s %1s", front, back, more) != 2)
		return answer_error(ret, "feeder sheet wants two files");
	enum err e = scanner_add_two_sided(&w->scanner, front, back);
	if (e != ERR_OK)
		return answer_error(ret, "%s or %s: %s", front, back, err_text(e));
	answer_ok(ret, "%zu", w->scanner.sheet_count);
	world_changed(w);
}

/* One, whose name may have blanks. */
static void add_one(struct world *w, const char *file, struct answer *ret)
{
	enum err e = scanner_add_sheet(&w->scanner, file);

	if (e != ERR_OK)
		return answer_error(ret, "%s: %s", file, err_text(e));
	answer_ok(ret, "%zu", w->scanner.sheet_count);
	world_changed(w);
}

void feeder_line(struct world *w, const char *args, struct answer *ret)
{
	char files[16384];
	const char *bad = NULL;

	if (strcmp(args, "empty") == 0) {
		scanner_empty_feeder(&w->scanner);
		return world_changed(w);
	}
	if (strncmp(args, "file ", 5) == 0)
		return add_one(w, args + 5, ret);
	if (strncmp(args, "sheet ", 6) == 0)
		return two_sided(w, args + 6, ret);
	if (strncmp(args, "add ", 4) != 0)
		return answer_error(ret,
				    "feeder add FILE... | file FILE | sheet FRONT BACK | empty");
	snprintf(files, sizeof files, "%s", args + 4);
	enum err e = add_sheets(&w->scanner, files, &bad);
	if (!bad)
		return answer_error(ret, "feeder add wants files");
	if (e != ERR_OK)
		return answer_error(ret, "%s: %s", bad, err_text(e));
	answer_ok(ret, "%zu", w->scanner.sheet_count);
	world_changed(w);
}

void glass_line(struct world *w, const char *args, struct answer *ret)
{
	enum err e = scanner_lay_on_glass(&w->scanner, args);

	if (e != ERR_OK)
		return answer_error(ret, "%s: %s", args, err_text(e));
	world_changed(w);
}

static bool set_scanner(struct scanner *s, const char *args)
{
	bool on = args[0] == '+';
	char word[16];
	long n = 0;
	int used = 0;

	if (strchr("+-", args[0]) && strcmp(args + 1, "jam") == 0)
		s->jam = on;
	else if (strchr("+-", args[0]) && strcmp(args + 1, "cover") == 0)
		s->cover = on;
	else if (sscanf(args, "%15s %n", word, &used) != 1 || !used)
		return false;
	else if (strcmp(word, "jam-at") == 0 && line_number(args + used, 1000, &n))
		s->jam_at = (unsigned)n;
	else if (strcmp(word, "give-up-at") == 0 && line_number(args + used, 1000, &n))
		s->give_up_at = (unsigned)n;
	else if (strcmp(word, "slow") == 0 && line_number(args + used, 60000, &n))
		s->slow_ms = (uint32_t)n;
	else
		return false;
	return true;
}

void scanner_line(struct world *w, const char *args, struct answer *ret)
{
	enum err e = ERR_OK;

	if (strcmp(args, "unplug") == 0)
		world_unplug_scanner(w);
	else if (strcmp(args, "plug") == 0)
		e = world_plug_scanner(w);
	else if (strncmp(args, "send ", 5) == 0)
		e = scanner_spoil(&w->scanner, args + 5);
	else if (!*args || !set_scanner(&w->scanner, args))
		return answer_error(
			ret, "scanner +jam | -jam | +cover | -cover | jam-at N | give-up-at N | "
			     "slow MS | send FILE | unplug | plug");
	if (e != ERR_OK)
		answer_error(ret, "%s", err_text(e));
	world_changed(w);
}
