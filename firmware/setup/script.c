/* The whole set-up from a file of answers: `kioskctl setup FILE`, or mocua-setup.conf on a stick.
 * The same steps are gone through, with the same checks and sentences, until one of them needs a
 * person.
 *
 *   exit codes of kioskctl: 0 set up; 1 a step could not be done; 2 the answers are wrong, nothing
 *   was done; 3 it waits at the screen for a person */
#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/base/mem.h"
#include "firmware/setup/file.h"
#include "firmware/setup/pin.h"
#include "firmware/setup/setup.h"

#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

enum { CODE_DONE, CODE_FAILED, CODE_WRONG, CODE_PERSON };

static void hang_up(struct setup *s)
{
	if (s->script.ctl < 0)
		return;
	loop_unwatch(s->child.loop, s->script.ctl);
	close(s->script.ctl);
	s->script.ctl = -1;
	if (s->script.file >= 0)
		close(s->script.file);
	s->script.file = -1;
}

__attribute__((format(printf, 2, 3))) static void say(struct setup *s, const char *format, ...)
{
	struct msg m = { .type = MSG_SAY };
	va_list args;

	va_start(args, format);
	vsnprintf(m.say.text, sizeof m.say.text, format, args);
	va_end(args);
	log_line(LOG_INFO, "setup.script", "%s", m.say.text);
	if (s->script.ctl >= 0 && msg_send(s->script.ctl, ROLE_CORE, ROLE_CTL, &m) != ERR_OK)
		hang_up(s);
}

static void end(struct setup *s, uint8_t code)
{
	struct msg m = { .type = MSG_SAID, .said = { .code = code } };

	s->script.on = false;
	timer_stop(s->child.loop, &s->script.go);
	if (s->script.ctl >= 0)
		(void)msg_send(s->script.ctl, ROLE_CORE, ROLE_CTL, &m); /* it may have gone */
	hang_up(s);
}

void script_stop(struct setup *s)
{
	end(s, CODE_FAILED);
	if (s->listener >= 0) {
		loop_unwatch(s->child.loop, s->listener);
		close(s->listener);
	}
	s->listener = -1;
}

void script_done(struct setup *s)
{
	if (s->script.on)
		end(s, CODE_DONE);
}

static void say_note(struct setup *s, const struct said_row *n, const struct told *t)
{
	const char *vi = t->words[LANGUAGE_VI], *en = t->words[LANGUAGE_EN];

	say(s, "%s%s%s / %s%s%s%s%s", n->words[LANGUAGE_VI], vi ? " " : "", vi ? vi : "",
	    n->words[LANGUAGE_EN], en ? " " : "", en ? en : "", t->more[0] ? " " : "", t->more);
}

/* Why the step did not go on. */
static void say_why(struct setup *s)
{
	for (enum ask a = 0; a < ASK_COUNT; a++)
		if (s->faults[a] != FAULT_NONE)
			say(s, "%s: %s / %s", ask_row(a)->id, fault_row(s->faults[a])->words[0],
			    fault_row(s->faults[a])->words[1]);
	for (size_t i = 0; i < s->note_count; i++) {
		const struct said_row *n = note_row(s->notes[i].note);

		if (n->tone == NOTE_WARN || n->tone == NOTE_ERROR)
			say_note(s, n, &s->notes[i]);
	}
}

/* The recovery key is for somebody's book; and where the file has no fingerprint, somebody
 * compares, unless that set was compared before. */
static bool waits_for_person(const struct setup *s)
{
	if (s->at == SETUP_TRUST)
		return s->ready_to_go && !s->kept.of[ASK_fingerprint][0] &&
		       strcmp(s->kept.trusted, s->site.fingerprint) != 0;
	return s->at == SETUP_RECOVERY;
}

static void go_on(void *data)
{
	struct setup *s = data;

	if (!s->script.on || s->busy)
		return;
	if (s->script.tried != s->kind && waits_for_person(s)) {
		say(s, "%s / %s", step_row(s->at)->title[0], step_row(s->at)->title[1]);
		end(s, CODE_PERSON);
		return;
	}
	if (s->script.tried == s->kind || !s->ready_to_go) {
		say_why(s);
		end(s, CODE_FAILED);
		return;
	}
	s->script.tried = s->kind;
	say(s, "%d/%d %s / %s", s->at + 1, SETUP_STEPS, step_row(s->at)->title[0],
	    step_row(s->at)->title[1]);
	step_next(s);
}

void script_step(struct setup *s)
{
	if (s->script.on)
		timer_set(s->child.loop, &s->script.go, 0, go_on, s);
}

static void on_fault(void *data, unsigned line, const char *name, enum fault f)
{
	struct setup *s = data;

	say(s, "%u: %.60s%s%s / %s", line, name, name[0] ? ": " : "", fault_row(f)->words[0],
	    fault_row(f)->words[1]);
}

/* Of a stick, whose file is shown to the person who brought it. */
static void on_stick_fault(void *data, unsigned line, const char *name, enum fault f)
{
	struct setup *s = data;
	char more[160];

	on_fault(data, line, name, f);
	snprintf(more, sizeof more, "%s:%u%s%.60s", SCRIPT_FILE, line, name[0] ? ": " : "", name);
	if (s->note_count == SETUP_NOTES)
		return;
	step_note(s, NOTE_FILE_BAD, more);
	s->notes[s->note_count - 1].fault = f;
}

/* At once: the machine may be off before the step of the PIN, and nothing keeps the PIN itself. */
static void take_pin(struct answers *a)
{
	pin_forget_former(a);
	if (!a->of[ASK_pin][0] || pin_line(a->of[ASK_pin], a->staff_pin) != ERR_OK)
		return; /* without memory that step tries again, and says so */
	explicit_bzero(a->of[ASK_pin], ANSWER_CAP);
	explicit_bzero(a->of[ASK_pin_again], ANSWER_CAP);
}

/* All or nothing: with a fault in it the file changes no answer. What it does not name is empty;
 * only what no file names stays. */
static unsigned take(struct setup *s, const char *text, size_t len, answers_fault_fn *fn)
{
	struct answers now = { 0 };

	memcpy(now.staff_pin, s->kept.staff_pin, sizeof now.staff_pin);
	memcpy(now.trusted, s->kept.trusted, sizeof now.trusted);
	memcpy(now.followed, s->kept.followed, sizeof now.followed);
	unsigned faults = answers_parse(text, len, &now, fn, s);

	if (faults == 0) {
		take_pin(&now);
		s->kept = now;
	}
	explicit_bzero(&now, sizeof now);
	return faults;
}

static void begin(struct setup *s)
{
	s->script.on = true;
	s->script.tried = UINT32_MAX;
	explicit_bzero(s->typed, sizeof s->typed); /* nor does that stay */
	s->kept.at = SETUP_START;
	step_enter(s, SETUP_START);
}

static bool is_noted(const struct setup *s, enum note n)
{
	for (size_t i = 0; i < s->note_count; i++)
		if (s->notes[i].note == n)
			return true;
	return false;
}

static bool is_stick_noted(const struct setup *s)
{
	static const enum note ALL[] = { NOTE_NO_FILE, NOTE_WRONG_STICK, NOTE_FILE_BAD,
					 NOTE_FILE_WAITS, NOTE_FILE_USED };

	for (size_t i = 0; i < sizeof ALL / sizeof *ALL; i++)
		if (is_noted(s, ALL[i]))
			return true;
	return false;
}

/* What there is to say of a stick that does not begin by itself; once, until it is another. False:
 * it has been said. */
static bool is_news(struct setup *s, enum note n)
{
	if (n == NOTE_COUNT ? !is_stick_noted(s) : is_noted(s, n))
		return false;
	step_say_start(s);
	return true;
}

static void note_stick(struct setup *s, enum note n, const char *name)
{
	if (!is_news(s, n))
		return;
	if (n != NOTE_COUNT)
		step_note(s, n, name);
	face_show(s);
}

static void note_bad_file(struct setup *s, enum err why)
{
	if (!is_news(s, NOTE_FILE_BAD))
		return;
	step_note_error(s, NOTE_FILE_BAD, why);
	face_show(s);
}

static void note_other_stick(struct setup *s)
{
	struct trouble_told all[TROUBLES_MAX];
	size_t n = board_troubles(&s->places, all);

	for (size_t i = 0; i < n; i++)
		if (all[i].trouble == TROUBLE_WRONG_STICK) {
			note_stick(s, NOTE_WRONG_STICK, all[i].why);
			return;
		}
	note_stick(s, NOTE_COUNT, NULL);
}

/* The screen has room for some faults; that there are more is said in the place of the last. */
static void note_rest(struct setup *s, unsigned faults)
{
	char rest[16];

	if (faults <= SETUP_NOTES)
		return;
	snprintf(rest, sizeof rest, "%u", faults - (SETUP_NOTES - 1));
	s->note_count = SETUP_NOTES - 1;
	step_note(s, NOTE_FILE_WORSE, rest);
}

/* Not twice: who steps back to the beginning would find no way round it. And a kiosk that serves is
 * not changed by a stick that happens to be in. */
static void take_file(struct setup *s, const char *text, size_t len, const char *id, bool wanted)
{
	if (is_noted(s, NOTE_FILE_BAD)) /* and it was told, until the stick goes */
		return;
	if (id[0] && strcmp(id, s->kept.followed) == 0) {
		note_stick(s, NOTE_FILE_USED, NULL);
		return;
	}
	if (s->set_up && !wanted) {
		s->kind += !is_noted(s, NOTE_FILE_WAITS); /* who taps has seen it */
		note_stick(s, NOTE_FILE_WAITS, NULL);
		return;
	}
	step_forget_notes(s);
	unsigned faults = take(s, text, len, on_stick_fault);
	if (faults == 0) {
		snprintf(s->kept.followed, FILE_ID_CAP, "%s", id);
		begin(s);
		return;
	}
	note_rest(s, faults);
	face_show(s);
}

/* Its folder stays when it goes; a played stick is a folder. */
static bool is_stick(int fd)
{
	struct stat at, above;

	return fd >= 0 &&
	       (getenv("KIOSK_SIM") || (fstat(fd, &at) == 0 && fstatat(fd, "..", &above, 0) == 0 &&
					at.st_dev != above.st_dev));
}

int script_stick(const struct setup *s)
{
	AUTO_FD stick = open(s->places.stick, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return is_stick(stick) ? take_fd(&stick) : -1;
}

/* A file that was written anew is another. */
static void identify(int stick, char ret[FILE_ID_CAP])
{
	struct stat st;

	ret[0] = '\0';
	if (fstatat(stick, SCRIPT_FILE, &st, AT_SYMLINK_NOFOLLOW) == 0)
		snprintf(ret, FILE_ID_CAP, "%lld.%09ld-%lld", (long long)st.st_mtim.tv_sec,
			 st.st_mtim.tv_nsec, (long long)st.st_size);
}

static void look_at_stick(struct setup *s, bool wanted)
{
	AUTO_FD stick = script_stick(s);
	AUTO_FREE char *text = NULL;
	size_t len = 0;
	char id[FILE_ID_CAP];

	enum err e = stick < 0 ? ERR_GONE : file_get(stick, SCRIPT_FILE, ANSWERS_MAX, &text, &len);
	if (e == ERR_GONE) {
		s->kept.followed[0] = '\0';
		note_other_stick(s);
	} else if (e == ERR_NOT_FOUND) {
		note_stick(s, NOTE_NO_FILE, NULL);
	} else if (e != ERR_OK) {
		note_bad_file(s, e);
	} else {
		identify(stick, id);
		take_file(s, text, len, id, wanted);
	}
	if (text)
		explicit_bzero(text, len);
}

void script_look(struct setup *s)
{
	if (!s->script.on)
		look_at_stick(s, false);
}

bool script_wanted(struct setup *s)
{
	if (s->script.on || !is_noted(s, NOTE_FILE_WAITS))
		return false;
	look_at_stick(s, true);
	return s->script.on || is_noted(s, NOTE_FILE_BAD);
}

static void do_setup(struct setup *s)
{
	const void *bytes;
	size_t len = 0;

	if (s->script.file < 0 || s->board || s->script.on) {
		say(s, "%s",
		    s->board ? trouble_row(s->troubles[0].trouble)->what[1]
			     : "setup FILE: a file of answers; one at a time");
		end(s, CODE_WRONG);
		return;
	}
	enum err e = mem_map(s->script.file, ANSWERS_MAX, &bytes, &len);
	bool good = e == ERR_OK && take(s, bytes, len, on_fault) == 0;
	if (e == ERR_OK)
		mem_unmap(bytes, len);
	if (good)
		begin(s);
	else
		end(s, CODE_WRONG);
}

static void on_ask(struct setup *s, const char *line)
{
	if (strncmp(line, "setup", 5) == 0) {
		do_setup(s);
		return;
	}
	if (s->board)
		say(s, "board %s %s", trouble_row(s->troubles[0].trouble)->word,
		    s->troubles[0].why);
	else
		say(s, "setup %s", step_row(s->at)->id);
	end(s, strcmp(line, "status") == 0 ? CODE_DONE : CODE_WRONG);
}

static void on_line(void *data, short events)
{
	struct setup *s = data;
	struct msg m;
	enum err e = msg_recv(s->script.ctl, ROLE_CORE, ROLE_CTL, &m);

	(void)events;
	if (e == ERR_BUSY)
		return;
	if (e != ERR_OK) {
		hang_up(s);
		return;
	}
	if (m.type == MSG_ASK_FILE && s->script.file < 0)
		s->script.file = take_fd(&m.ask_file.bytes);
	else if (m.type == MSG_ASK)
		on_ask(s, m.ask.line);
	msg_finish(&m);
}

/* One at a time; who comes meanwhile hears that nobody answers. */
static void on_connect(void *data, short events)
{
	struct setup *s = data;
	int sock = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)events;
	if (sock < 0)
		return;
	if (s->script.ctl >= 0) {
		close(sock);
		return;
	}
	s->script.ctl = sock;
	if (loop_watch(s->child.loop, sock, POLLIN, on_line, s) != ERR_OK)
		hang_up(s);
}

void script_listen(struct setup *s, int listener)
{
	if (s->listener >= 0) {
		loop_unwatch(s->child.loop, s->listener);
		close(s->listener);
	}
	s->listener = listener;
	if (loop_watch(s->child.loop, listener, POLLIN, on_connect, s) != ERR_OK)
		log_line(LOG_ERROR, "ctl", "cannot listen");
}
