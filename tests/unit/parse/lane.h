/* A whole kiosk-parse but for main(): forked, wired and asked as the supervisor and core do it,
 * with the sandbox locked. */
#ifndef TESTS_PARSE_LANE_H
#define TESTS_PARSE_LANE_H

#include "firmware/base/mem.h"
#include "firmware/base/msg.h"
#include "firmware/base/sandbox.h"
#include "firmware/parse/job.h"
#include "tests/tap.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>

/* What the supervisor puts into the environment of ROLE_PAGES is read before main(): anew, once. */
static inline void with_one_thread(char **argv)
{
	if (!getenv("OMP_THREAD_LIMIT") && setenv("OMP_THREAD_LIMIT", "1", 0) == 0)
		execv("/proc/self/exe", argv);
}

enum { PATIENCE_MS = 300000 };

struct parser {
	enum role lane;
	pid_t pid;
	int core; /* core's end */
	int super;
	int status;
};

/* What the supervisor does between fork and exec: files, network, limits. */
static inline void enter(enum role lane)
{
	struct sandbox_places nowhere = { .unprivileged = true };
	unsigned parts = 0;

	if (sandbox_enter(lane, &nowhere, &parts) != ERR_OK)
		_exit(99);
}

static inline struct parser start(enum role lane, rlim_t mem_bytes)
{
	int super[2], core[2];
	struct msg hello = { .type = MSG_PEER, .peer.role = ROLE_CORE };

	if (msg_pair(super) != ERR_OK || msg_pair(core) != ERR_OK)
		exit(1);
	fflush(stdout);
	struct parser p = { .lane = lane, .pid = fork(), .core = core[0], .super = super[0] };
	if (p.pid == 0) {
		char fd[12];

		snprintf(fd, sizeof fd, "%d", super[1]);
		setenv("KIOSK_SUPER_FD", fd, 1);
		close(super[0]);
		close(core[0]);
		close(core[1]);
		dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
		enter(lane);
		if (mem_bytes > 0)
			setrlimit(RLIMIT_AS, &(struct rlimit){ mem_bytes, mem_bytes });
		_exit(job_serve(lane));
	}
	close(super[1]);
	hello.peer.sock = core[1];
	eq_int(msg_send(p.super, ROLE_SUPER, lane, &hello), ERR_OK);
	close(core[1]);
	return p;
}

/* What core sees: an answer, or ERR_GONE when the parser died of the job. */
static inline enum err hear(const struct parser *p, struct msg *ret)
{
	struct pollfd fd = { .fd = p->core, .events = POLLIN };

	if (poll(&fd, 1, PATIENCE_MS) != 1)
		return ERR_TIMEOUT;
	return msg_recv(p->core, ROLE_CORE, p->lane, ret);
}

static inline void end(struct parser *p)
{
	close(p->core);
	waitpid(p->pid, &p->status, 0);
	close(p->super);
}

static inline enum err ask(enum role lane, const struct msg *job, struct msg *ret)
{
	struct parser p = start(lane, 0);

	eq_int(msg_send(p.core, ROLE_CORE, lane, job), ERR_OK);
	enum err e = hear(&p, ret);
	end(&p);
	ok(WIFEXITED(p.status) && WEXITSTATUS(p.status) == 0);
	return e;
}

#endif
