/* The lines that wait for what comes out of a machine, and look at it. */
#include "firmware/base/auto.h"
#include "tests/image/ask.h"
#include "tests/image/script.h"
#include "tests/image/shell.h"
#include "tests/image/words.h"

#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>

#define QUIET_S     60  /* what a line may take on a quiet computer when it does not say */
#define LOOK_MS     700 /* between two looks at the panel */
#define HOLDS_STILL 3   /* that many looks in a row the same */
#define ALIKE       7   /* of 255: pictures of the same screen, with another time of day on it */
#define OUT_CAP     (1u << 20)

struct see {
	struct script *s;
	char text[MACHINE_WORDS];
	struct picture now, want;
	unsigned same, resets;
};

static bool is(const struct words *w, unsigned at, const char *word)
{
	return at < w->count && strcmp(w->word[at], word) == 0;
}

static bool on_serial(void *data)
{
	struct see *k = data;

	return stream_find(&k->s->machine.ports[PORT_SERIAL].said, k->text) != NULL;
}

static bool on_events(void *data)
{
	struct see *k = data;

	return stream_find(&k->s->machine.events, k->text) != NULL;
}

static bool is_off(void *data)
{
	const struct see *k = data;

	return !machine_is_on(&k->s->machine);
}

static bool was_reset(void *data)
{
	const struct see *k = data;

	return k->s->machine.resets != k->resets;
}

static bool never(void *data)
{
	(void)data;
	return false;
}

static bool why(struct see *k, enum err e, const char *what)
{
	struct machine *m = &k->s->machine;

	if (e == ERR_OK)
		return true;
	script_keep_panel(k->s);
	return script_fail(k->s, "%.300s: %s; the serial line said last: %.400s", what, err_text(e),
			   stream_tail(&m->ports[PORT_SERIAL].said, 400));
}

/* One look; the panel may have no picture yet. True: this is the one. */
static bool look(struct see *k, bool like)
{
	struct picture before = k->now;

	if (ask_look(&k->s->machine, &k->now) != ERR_OK)
		return false;
	if (like)
		return picture_distance(&k->now, &k->want) <= ALIKE;
	bool still = picture_is_lit(&k->now) && picture_distance(&before, &k->now) == 0;
	k->same = still ? k->same + 1 : 0;
	return k->same >= HOLDS_STILL;
}

static bool wait_picture(struct see *k, struct budget *b, bool like)
{
	struct machine *m = &k->s->machine;

	while (!look(k, like)) {
		if (!machine_is_on(m) || budget_left_ms(b, clock_mono_ms(&m->clock)) == 0)
			return why(k, machine_is_on(m) ? ERR_TIMEOUT : ERR_GONE, k->text);
		(void)machine_within(m, never, NULL, LOOK_MS);
	}
	return true;
}

static bool wait_like(struct see *k, struct budget *b, const char *name)
{
	char path[2 * MACHINE_PATH];

	snprintf(path, sizeof path, "%s/pictures/%s.pgm", k->s->places->here, name);
	if (picture_load(&k->want, path) != ERR_OK)
		return script_fail(k->s, "there is no picture %s", path);
	return wait_picture(k, b, true);
}

bool script_wait_for(struct script *s, struct words *w, const char *rest)
{
	AUTO_FREE struct see *k = calloc(1, sizeof *k);
	struct machine *m = &s->machine;
	struct budget b;

	if (!k)
		return script_fail(s, "out of memory");
	budget_begin(&b, words_seconds(w, QUIET_S), clock_mono_ms(&m->clock));
	*k = (struct see){ .s = s, .resets = m->resets };
	words_join(w, 2, k->text, sizeof k->text);
	if (is(w, 1, "serial"))
		return why(k, machine_until(m, on_serial, k, &b), rest);
	if (is(w, 1, "event"))
		return why(k, machine_until(m, on_events, k, &b), rest);
	if (is(w, 1, "off"))
		return why(k, machine_until(m, is_off, k, &b), rest);
	if (is(w, 1, "cut")) {
		if (machine_until(m, is_off, k, &b) != ERR_OK && machine_is_on(m))
			machine_off(m, true);
		return true;
	}
	if (is(w, 1, "reset"))
		return why(k, machine_until(m, was_reset, k, &b), rest);
	if (is(w, 1, "shell"))
		return why(k, shell_meet(m, s->port, &b), rest);
	if (is(w, 1, "picture") && is(w, 2, "like") && w->count == 4)
		return wait_like(k, &b, w->word[3]);
	if (is(w, 1, "picture"))
		return wait_picture(k, &b, false);
	return script_fail(s, "wait: see tests/image/image.def");
}

/* What is not there is seen by asking for it for a while. */
bool script_mute(struct script *s, struct words *w, const char *rest)
{
	struct machine *m = &s->machine;
	int64_t until = clock_mono_ms(&m->clock) + words_seconds(w, QUIET_S) * 1000;

	(void)rest;
	m->shell_ready = false;
	while (machine_is_on(m) && clock_mono_ms(&m->clock) < until) {
		struct budget b = { .begun_ms = clock_mono_ms(&m->clock), .quiet_ms = 1 };

		if (shell_meet(m, PORT_SERIAL, &b) == ERR_OK)
			return script_fail(s, "a shell answers on the serial line");
	}
	return machine_is_on(m) || script_fail(s, "the machine is off");
}

static void keep_out(struct script *s, char *said)
{
	free(s->out);
	s->out = said;
}

static bool ended(struct script *s, const char *command, int status, bool shall_fail)
{
	if ((status != 0) == shall_fail)
		return true;
	return script_fail(s, "%.300s: ended with %d: %.500s", command, status,
			   s->out ? s->out : "");
}

/* "N s" at the end is ours, the rest is the shell's. */
static uint32_t take_seconds(char *command)
{
	char *at = command + strlen(command);
	unsigned n = 0;
	int used = 0;

	while (at > command && at[-1] != ' ')
		at--;
	if (strcmp(at, "s") != 0 || at - command < 3)
		return QUIET_S;
	for (at--; at > command && at[-1] != ' ';)
		at--;
	if (sscanf(at, "%u s%n", &n, &used) != 1 || at[used] || n == 0)
		return QUIET_S;
	*at = '\0';
	return n;
}

bool script_sh(struct script *s, struct words *w, const char *rest)
{
	AUTO_FREE char *command = strdup(rest);
	struct see k = { .s = s };
	struct budget b;
	char *said = NULL;
	int status = 1;

	if (!command)
		return script_fail(s, "out of memory");
	budget_begin(&b, take_seconds(command), clock_mono_ms(&s->machine.clock));
	enum err e = shell_do(&s->machine, s->port, command, &b, &said, &status);
	if (e != ERR_OK)
		return why(&k, e, rest);
	keep_out(s, said);
	return ended(s, rest, status, is(w, 0, "fails"));
}

void script_environment(struct script *s)
{
	static const char *const NAMES[] = { "O", "IMAGE", "KEYS", "HERE", "DIR", "N", "OUT" };

	for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
		setenv(NAMES[i], script_name(s, NAMES[i]), 1);
}

static _Noreturn void be_host(struct script *s, const char *command, int out)
{
	script_environment(s);
	if (dup2(out, 1) < 0 || dup2(out, 2) < 0)
		_exit(127);
	execl("/bin/sh", "sh", "-eu", "-c", command, (char *)NULL);
	_exit(127);
}

static char *read_all(int fd)
{
	char *text = calloc(1, OUT_CAP);
	size_t len = 0;

	for (ssize_t n = 1; text && n > 0 && len + 1 < OUT_CAP; len += n > 0 ? (size_t)n : 0)
		n = read(fd, text + len, OUT_CAP - 1 - len);
	return text;
}

/* The machine stands still meanwhile, if its disks are wanted. */
bool script_on_host(struct script *s, const char *rest)
{
	int pipes[2], status = 1;

	if (pipe2(pipes, O_CLOEXEC) < 0)
		return script_fail(s, "no pipe");
	pid_t pid = fork();
	if (pid == 0)
		be_host(s, rest, pipes[1]);
	close(pipes[1]);
	keep_out(s, read_all(pipes[0]));
	close(pipes[0]);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return script_fail(s, "%.400s: cannot be started", rest);
	return ended(s, rest, WIFEXITED(status) ? WEXITSTATUS(status) : 128, false);
}

bool script_host(struct script *s, struct words *w, const char *rest)
{
	(void)w;
	return script_on_host(s, rest);
}

bool script_expect(struct script *s, struct words *w, const char *rest)
{
	char want[MACHINE_WORDS];
	bool shall_be = is(w, 0, "expect");

	(void)rest;
	words_join(w, 1, want, sizeof want);
	bool there = s->out && strstr(s->out, want);
	return there == shall_be || script_fail(s, "\"%.200s\" was %ssaid: %.500s", want,
						there ? "" : "not ", s->out ? s->out : "");
}

bool script_said(struct script *s, struct words *w, const char *rest)
{
	char want[MACHINE_WORDS];
	const struct stream *serial = &s->machine.ports[PORT_SERIAL].said;

	(void)rest;
	words_join(w, 1, want, sizeof want);
	bool there = serial->text && strstr(serial->text, want);
	return there == is(w, 0, "said") ||
	       script_fail(s, "the serial line said %s\"%.300s\"", there ? "" : "never ", want);
}

bool script_shot(struct script *s, struct words *w, const char *rest)
{
	char path[MACHINE_PATH + 64];
	struct picture p;
	const char *name = w->count == 2 ? w->word[1] : "shot";

	(void)rest;
	snprintf(path, sizeof path, "%s/%.40s.png", s->machine.dir, name);
	enum err e = ask_shot(&s->machine, path);
	if (e == ERR_OK)
		e = ask_look(&s->machine, &p);
	snprintf(path, sizeof path, "%s/%.40s.pgm", s->machine.dir, name);
	if (e == ERR_OK)
		e = picture_save(&p, path);
	return e == ERR_OK || script_fail(s, "%s: %s", name, err_text(e));
}

/* For lines that reckon with what was measured: a title and a figure each. */
static bool keep_row(struct script *s, const char *title, double figure)
{
	char path[MACHINE_PATH + 16];

	snprintf(path, sizeof path, "%s/rows", s->machine.dir);
	AUTO_FD fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	return (fd >= 0 && dprintf(fd, "%s\t%.3f\n", title, figure) > 0) ||
	       script_fail(s, "%s cannot be written", path);
}

/* As tests/bench/bench.h prints them. */
bool script_row(struct script *s, struct words *w, const char *rest)
{
	bool since = is(w, 4, "since") && is(w, 5, "on");
	const char *at = s->out ? s->out + strcspn(s->out, "0123456789") : "";

	(void)rest;
	if (!since && !is(w, 4, "said"))
		return script_fail(s, "row: see tests/image/image.def");
	double aim = strtod(w->word[3], NULL), figure = strtod(at, NULL);
	if (since)
		figure = (double)(clock_mono_ms(&s->machine.clock) - s->machine.on_ms) / 1000;
	char limit[32] = "";
	if (aim > 0)
		snprintf(limit, sizeof limit, "<= %g", aim);
	printf("ROW\t%s\t%.3f\t%s\t%s\t%s\n", w->word[1], figure, w->word[2], limit,
	       aim <= 0        ? ""
	       : figure <= aim ? "ok"
			       : "OVER");
	fflush(stdout);
	return keep_row(s, w->word[1], figure);
}
