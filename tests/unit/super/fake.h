/* Children for tests of the supervisor: the test program itself, under the names of ours. They
 * say on standard error what they see, and do what they are told over `ctl` (core) and
 * `ui.sock` (ui): "parser JOB", "parser JOB 1" (with the chip reader), "restart ROLE",
 * "malformed", "time", "deaf". */
#ifndef TESTS_SUPER_FAKE_H
#define TESTS_SUPER_FAKE_H

#include "firmware/base/auto.h"
#include "firmware/base/child.h"
#include "firmware/base/log.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static inline void fake_says(struct child *c, const char *what, const char *who, unsigned n)
{
	log_line(LOG_INFO, what, "me=%s who=%s n=%u.", role_name(c->me), who, n);
}

static inline void fake_peer(void *data, enum role who, bool here)
{
	struct msg shown = { .type = MSG_SHOWN };
	struct child *c = data;

	fake_says(c, here ? "came" : "went", role_name(who), 0);
	if (here && c->me == ROLE_UI && !getenv("KIOSK_TEST_BLIND"))
		(void)child_send(c, ROLE_SUPER, &shown);
}

static inline void fake_order(void *data, short events)
{
	struct child *c = data;
	struct msg m = { .type = MSG_NONE };
	AUTO_FD sock = accept4(c->peers[ROLE_CTL].sock, NULL, NULL, SOCK_CLOEXEC);
	char text[64] = "";

	(void)events;
	if (sock < 0 || recv(sock, text, sizeof text - 1, 0) <= 0)
		return;
	if (sscanf(text, "parser %u %hhu", &m.parser_wanted.job, &m.parser_wanted.reader) >= 1)
		m.type = MSG_PARSER_WANTED;
	else if (sscanf(text, "restart %hhu", &m.restart.role) == 1)
		m.type = MSG_RESTART;
	else if (strcmp(text, "malformed") == 0)
		(void)send(c->peers[ROLE_SUPER].sock, "xx", 2, 0);
	else if (strcmp(text, "time") == 0)
		fake_says(c, "time", "-", (unsigned)(clock_mono_ms(&c->clock) / 1000));
	else if (strcmp(text, "deaf") == 0)
		loop_stop(c->loop);
	if (m.type != MSG_NONE)
		(void)child_send(c, ROLE_SUPER, &m);
}

static inline void fake_message(void *data, enum role from, struct msg *m)
{
	struct child *c = data;

	switch (m->type) {
	case MSG_LISTEN:
	case MSG_REMOTE:
		fake_says(c, "listens", role_name(from), 0);
		c->peers[ROLE_CTL].sock = take_fd(&m->listen.sock); /* not for messages: a place */
		(void)loop_watch(c->loop, c->peers[ROLE_CTL].sock, POLLIN, fake_order, c);
		return;
	case MSG_GAVE_UP:
		fake_says(c, "gave_up", role_name(m->gave_up.role), m->gave_up.deaths);
		return;
	case MSG_PARSER:
		fake_says(c, "parser", "parse", m->parser.job);
		(void)child_meet(c, ROLE_PARSE, take_fd(&m->parser.sock));
		return;
	default:
		return;
	}
}

/* Takes the place of main() in a process that has KIOSK_SUPER_FD. */
static inline int fake_main(int argc, char **argv)
{
	const char *program = strrchr(argv[0], '/') + 1, *argument = argc > 1 ? argv[1] : "";
	static const struct child_handlers HANDLERS = { .message = fake_message,
							.peer = fake_peer };
	enum role r = ROLE_CORE;
	struct child c;

	while (strcmp(role_row(r)->program, program) != 0 ||
	       strcmp(role_row(r)->argument, argument))
		r++;
	if (child_init(&c, r, &HANDLERS, &c) != ERR_OK)
		return 9;
	fake_says(&c, "lives", "-", (unsigned)getpid());
	int rc = child_run(&c);
	if (c.peers[ROLE_SUPER].sock >= 0 && r == ROLE_UI && getenv("KIOSK_TEST_DEAF"))
		pause(); /* the signals that would wake it are blocked: it must be killed */
	child_finish(&c);
	return rc;
}

#endif
