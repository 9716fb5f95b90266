#include "tests/scene/script.h"

#include "firmware/base/auto.h"
#include "tests/scene/after.h"
#include "tests/scene/board.h"
#include "tests/scene/cards.h"
#include "tests/scene/cut.h"
#include "tests/scene/fact.h"
#include "tests/scene/gone.h"
#include "tests/scene/keep.h"
#include "tests/scene/keypad.h"
#include "tests/scene/line.h"
#include "tests/scene/rest.h"
#include "tests/scene/staff.h"

#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define FACT_MS    300000 /* the end of a scene that hangs, however busy the machine is */
#define RESTART_MS 60000
#define MAX_LINE   2048
#define MAX_DEPTH  4
#define MAX_PARTS  24

static const char CARD[] = "001090000000||Nguyễn Văn An|15011990|Nam|Số 1, phường Ba Đình, "
			   "Hà Nội|01082024";

__attribute__((format(printf, 2, 3))) static bool fail(struct script *s, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(s->why, sizeof s->why, format, args);
	va_end(args);
	return false;
}

static enum err reach(struct script *s, int *sock, const char *name)
{
	char path[WORLD_PATH];

	world_path(s->world, name, path);
	if (*sock >= 0)
		return ERR_OK;
	enum err e = fact_file(path, FACT_MS);
	return e == ERR_OK ? line_connect(path, sock) : e;
}

/* Asks once; a socket that hung up is reached again: its program was restarted, or another one of
 * that name takes its place. */
static bool ask_at(struct script *s, int *sock, const char *name, const char *line)
{
	AUTO_FREE char *answer = malloc(LINE_CAP);
	struct fact f;
	enum err e;

	if (!answer)
		return fail(s, "out of memory");
	fact_begin(&f, s->world, RESTART_MS);
	do {
		e = reach(s, sock, name);
		if (e == ERR_OK)
			e = line_ask(*sock, line, FACT_MS, answer);
		if (e != ERR_OK && e != ERR_REFUSED && *sock >= 0) {
			close(*sock);
			*sock = -1;
		}
	} while (e == ERR_GONE && fact_changed(&f));
	fact_end(&f);
	if (e == ERR_REFUSED)
		return fail(s, "%s: %.400s", line, answer);
	return e == ERR_OK || fail(s, "%s: %s", line, err_text(e));
}

static bool screen_line(struct script *s, const char *word, const char *rest)
{
	char line[2 * MAX_LINE];

	snprintf(line, sizeof line, "%s %s", word, rest);
	return ask_at(s, &s->screen, "run/ui.sock", line);
}

static bool to_screen(struct script *s, const char *word, const char *rest)
{
	return screen_line(s, strcmp(word, "touch") == 0 ? "tap-at" : word, rest);
}

/* As a person does: waits until the control is there. */
static bool tap(struct script *s, const char *word, const char *rest)
{
	struct fact f;
	bool done = false;

	fact_begin(&f, s->world, FACT_MS);
	do
		done = screen_line(s, word, rest);
	while (!done && strstr(s->why, "has no control") && fact_changed(&f));
	fact_end(&f);
	return done;
}

/* In large letters a screen comes in parts: down to the last one, then up again. */
static bool find(struct script *s, const char *word, const char *rest)
{
	const char *way = "part.later";

	(void)word;
	for (int i = 0; i < MAX_PARTS; i++) {
		if (screen_line(s, "tap", rest))
			return true;
		if (screen_line(s, "tap", way))
			continue;
		way = "part.earlier";
		if (!screen_line(s, "tap", way))
			return tap(s, "tap", rest);
	}
	return fail(s, "%s is in no part of the screen", rest);
}

static bool see(struct script *s, const char *word, const char *rest)
{
	(void)word;
	return screen_line(s, "wait-text", rest);
}

static bool walk(struct script *s, const char *word, const char *rest)
{
	enum err e = reach(s, &s->screen, "run/ui.sock");

	if (e == ERR_OK)
		e = strcmp(word, "spell") == 0 ? keypad_spell(s->screen, rest)
					       : keypad_walk(s->screen, rest);
	return e == ERR_OK || fail(s, "%s %s: %s", word, rest, err_text(e));
}

/* What a tap takes away is gone a moment later. */
static bool not_seen(struct script *s, const char *word, const char *rest)
{
	AUTO_FREE char *answer = malloc(LINE_CAP);
	bool read = answer && reach(s, &s->screen, "run/ui.sock") == ERR_OK, there = true;
	struct fact f;

	(void)word;
	fact_begin(&f, s->world, FACT_MS);
	do {
		read = read && line_ask_body(s->screen, "dump", FACT_MS, answer) == ERR_OK;
		there = read && strstr(answer, rest);
	} while (there && fact_changed(&f));
	fact_end(&f);
	if (!read)
		return fail(s, "the screen cannot be read");
	return !there || fail(s, "\"%s\" is on the screen", rest);
}

/* The screen's program may write in its own folder only; from there the picture is moved. */
static bool shot(struct script *s, const char *word, const char *rest)
{
	char from[WORLD_PATH + 16], to[2 * WORLD_PATH];

	if (!s->shots)
		return true;
	keep_answered(s->screen, s->world);
	snprintf(from, sizeof from, "%s/screen/shot.png", s->world->dir);
	snprintf(to, sizeof to, "%.200s/%.100s.png", s->shots, rest);
	if (!screen_line(s, word, from))
		return false;
	if (keep_file(from, to) != ERR_OK)
		return fail(s, "%s cannot be written", to);
	snprintf(to, sizeof to, "%.200s/%.100s.json", s->shots, rest);
	return keep_names(s->screen, FACT_MS, to) == ERR_OK || fail(s, "%s cannot be kept", to);
}

static bool to_devices(struct script *s, const char *word, const char *rest)
{
	(void)word;
	return ask_at(s, &s->devices, "usim/usim.sock", rest);
}

/* LINE, or LINE => TEXT that the answer must have. */
static bool to_province(struct script *s, const char *word, const char *rest)
{
	char line[MAX_LINE];
	AUTO_FREE char *answer = malloc(LINE_CAP);
	const char *want = strstr(rest, " => ");

	(void)word;
	if (!want)
		return ask_at(s, &s->province, "run/province.sock", rest);
	snprintf(line, sizeof line, "%.*s", (int)(want - rest), rest);
	if (!answer || reach(s, &s->province, "run/province.sock") != ERR_OK ||
	    line_ask(s->province, line, FACT_MS, answer) != ERR_OK)
		return fail(s, "the province does not answer");
	return strstr(answer, want + 4) || fail(s, "%s: %.300s", rest, answer);
}

static bool card(struct script *s, const char *word, const char *rest)
{
	char line[512];

	(void)word, (void)rest;
	snprintf(line, sizeof line, "scan %s", CARD);
	heard_line(&s->heard, s->world, "sim", line);
	return ask_at(s, &s->devices, "usim/usim.sock", line);
}

static bool papers(struct script *s, const char *word, const char *rest)
{
	static const char *const NAMES[] = { "giay_chung_sinh", "giay_ket_hon",
					     "ban_sao_can_cuoc" };
	char line[MAX_LINE] = "feeder add";
	size_t len = strlen(line);

	(void)word;
	for (int i = 0; i < atoi(rest) && len + WORLD_PATH + 64 < sizeof line; i++)
		len += (size_t)snprintf(line + len, sizeof line - len, " %s/../papers/%s.png",
					s->world->bin, NAMES[i % 3]);
	heard_line(&s->heard, s->world, "sim", line);
	return ask_at(s, &s->devices, "usim/usim.sock", line);
}

static bool advance(struct script *s, const char *word, const char *rest)
{
	/* what was touched before must not reach core after the time has moved */
	if (rest_wait(s->world, FACT_MS) != ERR_OK)
		return fail(s, "the kiosk does not come to rest");
	if (strcmp(word, "clock") == 0)
		return world_set_clock(s->world, rest) || fail(s, "clock HOW?");
	world_advance(s->world, (int64_t)(strtod(rest, NULL) * 1000));
	return true;
}

/* Waits until the program is there: a parser lives for one job only. */
static bool kill_program(struct script *s, const char *word, const char *rest)
{
	enum role r = role_by_name(rest);
	struct fact f;
	pid_t pid = 0;

	(void)word;
	if (r >= ROLE_COUNT)
		return fail(s, "there is no program %s", rest);
	fact_begin(&f, s->world, FACT_MS);
	do
		pid = world_find(s->world, r);
	while (pid == 0 && fact_changed(&f));
	fact_end(&f);
	if (pid == 0)
		return fail(s, "no program %s is running", rest);
	kill(pid, SIGKILL);
	return true;
}

static void leave_screen(struct script *s)
{
	if (s->screen >= 0)
		close(s->screen);
	s->screen = -1;
}

static bool power(struct script *s, const char *word, const char *rest)
{
	(void)word, (void)rest;
	enum err e = world_power_cut(s->world);
	leave_screen(s);
	return e == ERR_OK || fail(s, "the kiosk did not start again");
}

/* For what no program of ours offers: damaging files, looking into memory. */
static bool run(struct script *s, const char *word, const char *rest)
{
	const struct world *w = s->world;
	int status = 1;
	char text[12], run_dir[WORLD_PATH + 8], token[WORLD_PATH + 32];
	const struct {
		const char *name;
		pid_t pid;
	} pids[] = { { "KIOSK_PID", w->kiosk },
		     { "UI_PID", world_find(w, ROLE_UI) },
		     { "CORE_PID", world_find(w, ROLE_CORE) } };
	pid_t pid = fork();

	(void)word;
	if (pid == 0) {
		for (size_t i = 0; i < sizeof pids / sizeof *pids; i++) {
			snprintf(text, sizeof text, "%d", pids[i].pid);
			setenv(pids[i].name, text, 1);
		}
		setenv("WORLD", w->dir, 1);
		setenv("BIN", w->bin, 1);
		setenv("PROVINCE", w->province_url, 1);
		setenv("CODE", s->code, 1);
		snprintf(run_dir, sizeof run_dir, "%s/run", w->dir);
		setenv("KIOSK_RUN", run_dir, 1); /* for kioskctl */
		snprintf(token, sizeof token, "%s/token/softhsm2.conf", w->dir);
		setenv("SOFTHSM2_CONF", token, 1); /* to fill an officer's token */
		/* on standard output stands what was proven, and nothing else */
		if (dup2(STDERR_FILENO, STDOUT_FILENO) == STDOUT_FILENO)
			execl("/bin/sh", "sh", "-c", rest, (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
		return fail(s, "%.400s failed", rest);
	return true;
}

/* What a person would read off a slip. */
static bool code(struct script *s, const char *word, const char *rest)
{
	char command[2 * MAX_LINE], path[WORLD_PATH];
	AUTO_FD fd = -1;
	ssize_t n = -1;

	world_path(s->world, "code", path);
	snprintf(command, sizeof command, "{ %s; } > %s", rest, path);
	if (!run(s, word, command))
		return false;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		n = read(fd, s->code, sizeof s->code - 1);
	s->code[n > 0 ? n : 0] = '\0';
	s->code[strcspn(s->code, "\n")] = '\0';
	return s->code[0] || fail(s, "%s said nothing", rest);
}

static bool kiosk(struct script *s, const char *word, const char *rest)
{
	enum err e = ERR_BAD_DATA;

	(void)word;
	leave_screen(s);
	if (strcmp(rest, "stop") == 0)
		return world_stop_kiosk(s->world, SIGTERM), true;
	if (strcmp(rest, "start") == 0)
		e = world_start_kiosk(s->world);
	else if (strcmp(rest, "refuses") == 0)
		e = world_refuses(s->world);
	else if (strcmp(rest, "blank") == 0)
		e = board_blank(s->world);
	return e == ERR_OK || fail(s, "kiosk %s: %s", rest, err_text(e));
}

static bool programs(struct script *s, const char *word, const char *rest)
{
	(void)word;
	world_path(s->world, rest, s->world->kiosk_bin);
	return true;
}

static bool disk(struct script *s, const char *word, const char *rest)
{
	(void)word;
	s->world->disk_mib = (unsigned)atoi(rest);
	s->skip = !world_has_disks(s->world);
	return !s->skip || fail(s, "a small disk needs user namespaces, which are forbidden here");
}

/* Until a line of the file, from *at on, has the text. */
static bool wait_line(struct script *s, const char *name, const char *text, long *at)
{
	char path[WORLD_PATH];
	struct fact f;
	bool found = false;

	world_path(s->world, name, path);
	fact_begin(&f, s->world, FACT_MS);
	do
		found = fact_line(path, text, at);
	while (!found && fact_changed(&f));
	fact_end(&f);
	return found || fail(s, "%s never said \"%s\"", name, text);
}

static bool wait_log(struct script *s, const char *word, const char *rest)
{
	(void)word;
	return wait_line(s, "kiosk.log", rest, &s->log_at);
}

static bool said(struct script *s, const char *word, const char *rest)
{
	const char *want = strstr(rest, " => ");
	char name[64];
	long at = 0;

	(void)word;
	if (!want || want - rest >= (ptrdiff_t)sizeof name)
		return fail(s, "said FILE => TEXT");
	snprintf(name, sizeof name, "%.*s", (int)(want - rest), rest);
	return wait_line(s, name, want + 4, &at);
}

static bool receipts(struct script *s, const char *word, const char *rest)
{
	char line[64];

	(void)word;
	snprintf(line, sizeof line, "wait receipts %d %d", atoi(rest), FACT_MS / 1000);
	return ask_at(s, &s->devices, "usim/usim.sock", line);
}

static bool dossiers(struct script *s, const char *word, const char *rest)
{
	char line[64];

	(void)word;
	snprintf(line, sizeof line, "wait count %d", atoi(rest));
	return ask_at(s, &s->province, "run/province.sock", line);
}

/* COMMAND => TEXT; asked again until the answer has the text. */
static bool ctl(struct script *s, const char *word, const char *rest)
{
	const char *want = strstr(rest, " => ");
	AUTO_FREE char *answer = malloc(LINE_CAP);
	char command[MAX_LINE];
	struct fact f;
	bool said = false;

	(void)word;
	snprintf(command, sizeof command, "%.*s", want ? (int)(want - rest) : (int)strlen(rest),
		 rest);
	fact_begin(&f, s->world, FACT_MS);
	do
		said = answer && staff_ask(s->world, command, answer) == ERR_OK &&
		       (!want || strstr(answer, want + 4));
	while (!said && fact_changed(&f));
	fact_end(&f);
	return said || fail(s, "%s", rest);
}

static bool gone(struct script *s, const char *word, const char *rest)
{
	(void)word;
	return after_gone(s, rest);
}

static bool present(struct script *s, const char *word, const char *rest)
{
	struct fact f;
	bool there = !gone_sees_memory();

	(void)word;
	fact_begin(&f, s->world, FACT_MS);
	while (!there && !(there = !gone_looked_for(s->world, rest, s->why, sizeof s->why)) &&
	       fact_changed(&f))
		;
	fact_end(&f);
	return there || fail(s, "\"%s\" is nowhere", rest);
}

/* SEED N of whatever happens by lot; its table goes into the test's comments. */
static bool lots(struct script *s, const char *rest,
		 bool (*happens)(struct world *w, uint64_t seed, unsigned n, FILE *out))
{
	AUTO_FREE char *told = NULL;
	size_t len = 0;
	uint64_t seed = 0;
	unsigned n = 0;
	FILE *out = open_memstream(&told, &len);

	if (!out || sscanf(rest, "%" SCNu64 " %u", &seed, &n) != 2)
		return fail(s, "SEED N");
	bool good = happens(s->world, seed, n, out);
	(void)fclose(out);
	for (char *at = told, *line; (line = strsep(&at, "\n")) && (at || *line);)
		printf("# %s\n", line);
	return good;
}

static bool cut(struct script *s, const char *word, const char *rest)
{
	(void)word;
	return lots(s, rest, cut_play) || fail(s, "the history is not whole, see the table");
}

static bool cards(struct script *s, const char *word, const char *rest)
{
	(void)word;
	return lots(s, rest, cards_play) || fail(s, "the reader did not live, see the table");
}

static bool play(struct script *s, const char *word, const char *rest)
{
	char path[MAX_LINE + 32];

	(void)word;
	if (s->depth == MAX_DEPTH)
		return fail(s, "scenes within scenes within scenes");
	snprintf(path, sizeof path, "tests/scenes/%s.txt", rest);
	return script_play(s, path);
}

static const struct {
	const char *word;
	bool (*run)(struct script *s, const char *word, const char *rest);
} LINES[] = {
#define LINE(word, rest, run) { #word, run },
#include "tests/scene/scene.def"
#undef LINE
};

/* $WORLD is the world's folder, $CODE what `code` found. */
static bool expand(const struct script *s, const char *rest, char *out, size_t cap)
{
	size_t len = 0;

	while (*rest && len < cap) {
		bool world = strncmp(rest, "$WORLD", 6) == 0, code = strncmp(rest, "$CODE", 5) == 0;
		size_t plain = world || code ? 0 : 1 + strcspn(rest + 1, "$");

		len += (size_t)snprintf(out + len, cap - len, "%.*s%s", (int)plain, rest,
					world  ? s->world->dir
					: code ? s->code
					       : "");
		rest += world ? 6 : code ? 5 : plain;
	}
	return len < cap;
}

static bool play_line(struct script *s, char *line)
{
	char whole[MAX_LINE + 4 * WORLD_PATH] = "";

	char *word = line + strspn(line, " \t");

	word[strcspn(word, "\n")] = '\0';
	if (*word == '\0' || *word == '#')
		return true;
	char *rest = word + strcspn(word, " \t");
	if (*rest)
		*rest++ = '\0';
	rest += strspn(rest, " \t");
	for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++)
		if (strcmp(LINES[i].word, word) == 0 && LINES[i].run == run)
			return run(s, word, rest); /* the shell does it */
		else if (strcmp(LINES[i].word, word) == 0)
			return expand(s, rest, whole, sizeof whole)
				       ? LINES[i].run(s, word, whole) && after_line(s, word, whole)
				       : fail(s, "the line is too long");
	return fail(s, "no such line: %s", word);
}

bool script_play(struct script *s, const char *path)
{
	char line[MAX_LINE];
	FILE *f = fopen(path, "re");
	bool good = true;
	unsigned at = 0;

	if (!f)
		return fail(s, "%s cannot be read", path);
	s->depth++;
	while (good && fgets(line, sizeof line, f)) {
		at++;
		good = play_line(s, line);
	}
	s->depth--;
	if (!good && s->depth == 0)
		s->line = at;
	(void)fclose(f);
	return good;
}

void script_init(struct script *s, struct world *w, const char *shots)
{
	*s = (struct script){
		.world = w, .shots = shots, .screen = -1, .devices = -1, .province = -1
	};
}

void script_finish(struct script *s)
{
	if (s->screen >= 0)
		close(s->screen);
	if (s->devices >= 0)
		close(s->devices);
	if (s->province >= 0)
		close(s->province);
}

void script_title(const char *path, char *out, size_t cap)
{
	FILE *f = fopen(path, "re");
	char line[256] = "";

	snprintf(out, cap, "%s", path);
	if (f && fgets(line, sizeof line, f) && line[0] == '#') {
		line[strcspn(line, "\n")] = '\0';
		snprintf(out, cap, "%s", line + 1 + strspn(line + 1, " "));
	}
	if (f)
		(void)fclose(f);
}
