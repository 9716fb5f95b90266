#include "firmware/board/answer.h"

#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/board/bundle.h"
#include "firmware/board/entries.h"
#include "firmware/board/install.h"
#include "firmware/board/logs.h"
#include "firmware/board/machine.h"
#include "firmware/board/notes.h"
#include "firmware/board/pending.h"
#include "firmware/board/prove.h"
#include "firmware/board/rows.h"
#include "firmware/board/run.h"
#include "firmware/board/trial.h"
#include "firmware/board/tries.h"

#include <dirent.h>
#include <string.h>

#define LINE       1000
#define WAIT_S     14400 /* for the one who is at the screen: longer than any visit */
#define MOST_FILES 256
#define LOGS_S     900 /* a slow stick, and each byte twice */

static int done(FILE *out)
{
	fputs("ok\n", out);
	return 0;
}

static int failed(FILE *out, const char *words)
{
	fprintf(out, "error %s\n", words);
	return 1;
}

static const char *state_of(const struct tries *t, bool known, enum slot s)
{
	static const char *const STATES[] = { "empty or not good", "on trial", "good" };

	return known ? STATES[t->state[s]] : "not known";
}

/* What is to become of it. */
static const char *waits_for(const struct board *b, enum slot s)
{
	struct pending p;

	if (!pending_get(b, &p) || p.to != s)
		return "";
	return p.written ? ", waits to be started" : ", being written";
}

static void say_slot(const struct board *b, enum slot s, struct rows *r)
{
	struct tries t = { 0 };
	struct slots slots;
	bool known = tries_load(b, &t) == ERR_OK, runs = s == b->slot;

	slots_get(b, &slots);
	const char *version = runs                  ? b->version.number
			      : slots.version[s][0] ? slots.version[s]
						    : "-";
	const char *state = state_of(&t, known, s), *waits = waits_for(b, s);
	if (r->json)
		rows_say(r, "slot", slot_name(s), runs ? "runs" : "rests", "%s %s tries=%u%s",
			 version, state, t.tries[s], waits);
	else
		fprintf(r->out, "slot %s%s %s %s tries=%u%s\n", slot_name(s), runs ? " runs" : "",
			version, state, t.tries[s], waits);
}

static int do_slots(const struct board *b, const char *arg, FILE *out)
{
	char from[4], version[48], why[128], time[24];
	struct rows r = rows_of(out, strcmp(arg, "--json") == 0);

	for (enum slot s = 0; s < SLOTS; s++)
		say_slot(b, s, &r);
	notes_get(b, BOARD_ROLLBACK, "FROM", from, sizeof from);
	notes_get(b, BOARD_ROLLBACK, "VERSION", version, sizeof version);
	notes_get(b, BOARD_ROLLBACK, "REASON", why, sizeof why);
	notes_get(b, BOARD_ROLLBACK, "TIME", time, sizeof time);
	if (from[0])
		rows_say(&r, "rollback", "from", from, "%s at %s: %s", version, time, why);
	rows_end(&r);
	return done(out);
}

static void close_folder(DIR **d)
{
	if (*d)
		closedir(*d);
}

static void list_folder(const struct board *b, const char *folder, FILE *out)
{
	char at[PATH_MAX], path[PATH_MAX];
	__attribute__((cleanup(close_folder))) DIR *dir =
		board_path(b, folder, at) == ERR_OK ? opendir(at) : NULL;
	const struct dirent *d;

	for (int n = 0; dir && n < MOST_FILES && (d = readdir(dir)); n++) {
		struct bundle bundle;
		int len = snprintf(path, sizeof path, "%s/%s", at, d->d_name);

		if (len < 0 || (size_t)len >= sizeof path || !bundle_place_ok(b, path))
			continue;
		enum err e = bundle_judge(b, path, &bundle);
		fprintf(out, "bundle %s %s %s%s\n", bundle.version[0] ? bundle.version : "-", path,
			e == ERR_OK ? "may be installed" : "refused: ",
			e == ERR_OK ? "" : bundle.why);
	}
}

static int do_list(const struct board *b, const char *arg, FILE *out)
{
	(void)arg;
	list_folder(b, BOARD_STICK, out);
	list_folder(b, BOARD_UPDATE, out);
	return done(out);
}

static void say(void *data, const char *words, const char *vi)
{
	FILE *out = data;

	(void)vi;
	fprintf(out, "%s\n", words);
	(void)fflush(out); /* who asked may have gone; the work goes on */
}

static int do_install(const struct board *b, const char *arg, FILE *out)
{
	enum err e = install(b, arg, say, out);

	return e == ERR_OK ? done(out) : failed(out, err_name(e));
}

static int do_health(const struct board *b, const char *arg, FILE *out)
{
	struct health h;

	(void)arg;
	prove_health(b, &h);
	fprintf(out, "%s\n", h.words);
	return h.why == WHY_NONE ? done(out) : failed(out, why_en(h.why));
}

static int do_mark_good(const struct board *b, const char *arg, FILE *out)
{
	struct health h;

	(void)arg;
	prove_health(b, &h);
	fprintf(out, "%s\n", h.words);
	if (h.why != WHY_NONE)
		return failed(out, why_en(h.why));
	return prove_good(b) == ERR_OK ? done(out) : failed(out, "it could not be written down");
}

static int do_restart(const struct board *b, const char *arg, FILE *out)
{
	AUTO_FD hold = -1;
	int kept = -1;

	(void)arg;
	say(out, "waiting until nobody is at the screen", NULL);
	enum err e = kiosk_hold(b, WAIT_S, &kept);
	hold = kept;
	/* where a kiosk is being set up, core is not there, and another answers */
	bool set_up = notes_there(b, BOARD_CONFIG);
	if (e == ERR_TIMEOUT || (e == ERR_DENIED && set_up))
		return failed(out, err_text(e));
	return prove_restart(b) == ERR_OK ? done(out) : failed(out, "systemd does not restart");
}

/* For programs the rows stand alone: their end is that of the array. */
static int tell(const struct board *b, const char *arg, FILE *out,
		void (*fn)(const struct board *b, struct rows *r))
{
	bool json = strcmp(arg, "--json") == 0;
	struct rows r = rows_of(out, json);

	if (arg[0] && !json)
		return failed(out, "only --json may follow");
	fn(b, &r);
	rows_end(&r);
	return r.bad == 0 ? done(out) : failed(out, "something of it is not well");
}

static int do_versions(const struct board *b, const char *arg, FILE *out)
{
	return tell(b, arg, out, machine_versions);
}

static int do_hashes(const struct board *b, const char *arg, FILE *out)
{
	return tell(b, arg, out, machine_hashes);
}

static int do_devices(const struct board *b, const char *arg, FILE *out)
{
	return tell(b, arg, out, machine_devices);
}

static int do_test(const struct board *b, const char *arg, FILE *out)
{
	return tell(b, arg, out, trial);
}

/* By a unit of its own, which alone may write on a stick. */
static int do_logs(const struct board *b, const char *arg, FILE *out)
{
	static const char *const ARGV[] = { "systemctl", "start", "kiosk-logs.service", NULL };
	char state[16], words[170], folder[24];
	int code = 0;
	struct rows r = rows_of(out, strcmp(arg, "--json") == 0);

	(void)notes_drop(b, BOARD_LOGS); /* what was told before is not of this one */
	enum err e = run(b, ARGV, LOGS_S, NULL, NULL, &code);
	notes_get(b, BOARD_LOGS, "STATE", state, sizeof state);
	notes_get(b, BOARD_LOGS, "WORDS", words, sizeof words);
	notes_get(b, BOARD_LOGS, "FOLDER", folder, sizeof folder);
	bool good = e == ERR_OK && strcmp(state, "done") == 0;
	rows_say(&r, "logs", good ? folder : "-", good ? "ok" : "bad", "%s",
		 words[0] ? words : "nobody wrote them");
	rows_end(&r);
	return good ? done(out) : failed(out, "the logs are not on the stick");
}

static const struct {
	const char *name;
	int (*run)(const struct board *b, const char *arg, FILE *out);
} VERBS[] = {
	{ "slots", do_slots },       { "list", do_list },     { "install", do_install },
	{ "restart", do_restart },   { "health", do_health }, { "mark-good", do_mark_good },
	{ "versions", do_versions }, { "hashes", do_hashes }, { "devices", do_devices },
	{ "self-test", do_test },    { "logs", do_logs },
};

int answer_line(const struct board *b, const char *line, FILE *out)
{
	size_t len = strcspn(line, " ");

	for (size_t i = 0; i < sizeof VERBS / sizeof *VERBS; i++)
		if (strlen(VERBS[i].name) == len && strncmp(VERBS[i].name, line, len) == 0)
			return VERBS[i].run(b, line + len + (line[len] == ' '), out);
	return failed(out,
		      "one of: slots, list, install PATH, restart, health, mark-good, versions, "
		      "hashes, devices, self-test, logs");
}

int answer(const struct board *b, FILE *in, FILE *out)
{
	char line[LINE + 2];

	if (!fgets(line, sizeof line, in) || !strchr(line, '\n'))
		return failed(out, "a line of at most 1000 bytes");
	line[strcspn(line, "\r\n")] = '\0';
	return answer_line(b, line, out);
}
