#include "tests/guest/stage.h"

#include "firmware/base/auto.h"
#include "tests/guest/play.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#define SUPER_FD    3
#define MAX_TOUCHES 200 /* whoever needs more goes round in circles */

static void exec_core(int sock, const char *program, const char *conf, int log)
{
	char setting[300];
	const char *const words[] = { program, NULL };
	char *const environment[] = { (char *)(uintptr_t) "KIOSK_SUPER_FD=3",
				      (char *)(uintptr_t) "PATH=/usr/bin:/bin", setting, NULL };

	snprintf(setting, sizeof setting, "KIOSK_CONF=%s", conf);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (dup2(log, 2) >= 0 && dup2(sock, SUPER_FD) >= 0 && fcntl(SUPER_FD, F_SETFD, 0) == 0)
		execve(program, (char *const *)(uintptr_t)words, environment);
	_exit(127);
}

static void hang_up(struct stage *s, enum role r)
{
	if (s->socks[r] >= 0)
		close(s->socks[r]);
	s->socks[r] = -1;
}

/* "From now on you talk to `r` on this socket." */
static enum err introduce(struct stage *s, enum role r)
{
	int pair[2];
	enum err e = msg_pair(pair);

	if (e != ERR_OK)
		return e;
	struct msg m = { .type = MSG_PEER, .peer = { .role = (uint8_t)r, .sock = pair[1] } };
	s->socks[r] = pair[0];
	e = msg_send(s->socks[ROLE_SUPER], ROLE_SUPER, ROLE_CORE, &m);
	close(pair[1]);
	return e;
}

enum err stage_start(struct stage *s, const char *program, const char *conf, int log)
{
	static const enum role HERE[] = { ROLE_UI, ROLE_CODE, ROLE_SCAN, ROLE_SYNC };
	int pair[2];
	enum err e = msg_pair(pair);

	for (enum role r = 0; r < ROLE_COUNT; r++)
		s->socks[r] = -1;
	s->shown.view = -1;
	if (e != ERR_OK)
		return e;
	s->core = fork();
	if (s->core == 0)
		exec_core(pair[1], program, conf, log);
	close(pair[1]);
	s->socks[ROLE_SUPER] = pair[0];
	for (size_t i = 0; i < sizeof HERE / sizeof *HERE && e == ERR_OK; i++)
		e = introduce(s, HERE[i]);
	if (e == ERR_OK)
		e = play_greet(s);
	return s->core > 0 ? e : ERR_GONE;
}

/* Everything that `r` was told. ERR_GONE: it is core itself that has ended. */
static enum err hear(struct stage *s, enum role r)
{
	while (s->socks[r] >= 0) {
		struct msg m;
		enum err e = msg_recv(s->socks[r], r, ROLE_CORE, &m);

		if (e == ERR_BUSY)
			return ERR_OK;
		if (e != ERR_OK) {
			hang_up(s, r);
			return r == ROLE_PARSE || r == ROLE_PAGES ? ERR_OK : ERR_GONE;
		}
		e = play_message(s, r, &m);
		msg_finish(&m);
		if (e == ERR_GONE)
			hang_up(s, r);
	}
	return ERR_OK;
}

/* ERR_BUSY: nothing has happened for wait_ms. */
static enum err turn(struct stage *s, int wait_ms)
{
	struct pollfd p[ROLE_COUNT];

	for (enum role r = 0; r < ROLE_COUNT; r++)
		p[r] = (struct pollfd){ .fd = s->socks[r], .events = POLLIN };
	int n = poll(p, ROLE_COUNT, wait_ms);
	if (n == 0)
		return ERR_BUSY;
	for (enum role r = 0; r < ROLE_COUNT; r++)
		if (n > 0 && p[r].revents && hear(s, r) != ERR_OK)
			return ERR_GONE;
	return ERR_OK;
}

enum err stage_visit(struct stage *s, unsigned n, bool scans, int wait_ms)
{
	enum err e = ERR_OK;

	visitor_init(&s->visitor, n);
	s->visitor.scans = scans;
	s->visiting = true;
	s->told = false;
	s->touches = 0;
	play_look(s);
	while (s->visiting && e == ERR_OK)
		e = s->touches < MAX_TOUCHES ? turn(s, wait_ms) : ERR_BUSY;
	return e == ERR_BUSY ? ERR_TIMEOUT : e;
}

enum err stage_rest(struct stage *s, int quiet_ms)
{
	enum err e = ERR_OK;

	s->visiting = false;
	while (e == ERR_OK)
		e = turn(s, quiet_ms);
	return e == ERR_BUSY ? ERR_OK : e;
}

int stage_stop(struct stage *s, int signal)
{
	int status = 0;

	if (s->core <= 0)
		return 0;
	if (signal)
		kill(s->core, signal);
	while (waitpid(s->core, &status, 0) < 0 && errno == EINTR)
		;
	for (enum role r = 0; r < ROLE_COUNT; r++)
		hang_up(s, r);
	if (s->shown.view >= 0)
		close(take_fd(&s->shown.view));
	s->core = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}
