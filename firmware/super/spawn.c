#include "firmware/super/spawn.h"

#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/base/msg.h"
#include "firmware/base/sandbox.h"
#include "firmware/super/env.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

enum { FD_SUPER = 3, FD_CONF = 4, FD_CLOCK = 5, FD_REST = 6 };

/* High numbers first, so that no dup2 steps on a descriptor that is still needed; -1 stays none. */
static int lift(int fd)
{
	return fd >= 0 ? fcntl(fd, F_DUPFD_CLOEXEC, FD_REST) : -1;
}

/* A program without it gets nothing in its place: what is not named must not be there. */
static bool put(int fd, int at)
{
	return fd >= 0 ? dup2(fd, at) >= 0 : close_range((unsigned)at, (unsigned)at, 0) == 0;
}

static bool arrange_fds(int sock, int config_fd, int clock_fd)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int high_sock = lift(sock), high_config = lift(config_fd), high_clock = lift(clock_fd);

	if (null < 0 || high_sock < 0 || (config_fd >= 0) != (high_config >= 0) ||
	    (clock_fd >= 0) != (high_clock >= 0))
		return false;
	return dup2(null, STDIN_FILENO) >= 0 && put(high_sock, FD_SUPER) &&
	       put(high_config, FD_CONF) && put(high_clock, FD_CLOCK) &&
	       close_range(FD_REST, ~0u, 0) == 0;
}

/* umockdev names the socket on which a program hears of devices after the descriptor's number;
 * of two with the same number in one world, only the last hears anything. So let them differ. */
static bool spread_fds(enum role r)
{
	for (unsigned i = 0; i < 4 * (unsigned)r; i++)
		if (dup(STDIN_FILENO) < 0)
			return false;
	return true;
}

/* Signals as a program expects them: ours are blocked for the loop. */
static void reset_signals(void)
{
	sigset_t none;

	sigemptyset(&none);
	signal(SIGPIPE, SIG_DFL);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static void tell_missing(const struct host *h, enum role r, unsigned parts)
{
	unsigned want = SANDBOX_NET | SANDBOX_FILES | SANDBOX_LIMITS;

	if (!h->sim)
		want |= SANDBOX_USER | SANDBOX_MEMORY;
	if ((parts & want) == want)
		return;
	log_line(LOG_WARN, "sandbox.incomplete",
		 "program=%s missing=\"%s%s%s%s%s\" (this kernel does not offer it)", role_name(r),
		 want & ~parts & SANDBOX_USER ? "user " : "",
		 want & ~parts & SANDBOX_NET ? "network " : "",
		 want & ~parts & SANDBOX_FILES ? "files " : "",
		 want & ~parts & SANDBOX_LIMITS ? "limits " : "",
		 want & ~parts & SANDBOX_MEMORY ? "memory " : "");
}

/* In the child, from here on. */
static void become(const struct host *h, enum role r, bool tell, pid_t parent)
{
	const struct role_row *row = role_row(r);
	char path[PATH_MAX + 32];
	struct sandbox_places places;
	struct env env;
	unsigned parts = 0;

	snprintf(path, sizeof path, "%s/%s", h->bin_dir, row->program);
	char *argv[] = { path, (char *)(uintptr_t)row->argument, NULL };
	if (!row->argument[0])
		argv[1] = NULL;
	host_places(h, path, &places);
	if (r == ROLE_SCAN && h->config.camera[0])
		places.group = "video";
	enum err e = env_fill(&env, h, r);
	if (e == ERR_OK)
		e = sandbox_enter(r, &places, &parts);
	if (e != ERR_OK) {
		log_line(LOG_ERROR, "sandbox.failed", "program=%s err=%s text=\"%s\"", role_name(r),
			 err_name(e), err_text(e));
		return;
	}
	if (tell)
		tell_missing(h, r, parts);
	/* after the change of user, which clears it; and our parent may be dead already */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
		return;
	execve(path, argv, env.list);
	log_line(LOG_ERROR, "program.not_started", "program=%s path=%s why=\"%s\"", role_name(r),
		 path, strerror(errno));
}

enum err spawn(const struct host *h, enum role r, bool tell, pid_t *ret_pid, int *ret_sock)
{
	int socks[2];
	enum err e = msg_pair(socks);

	if (e != ERR_OK)
		return e;
	AUTO_FD ours = socks[0];
	AUTO_FD theirs = socks[1];
	pid_t parent = getpid(), pid = fork();
	if (pid < 0)
		return err_of_errno();
	if (pid == 0) {
		(void)setpgid(0, 0);
		if (arrange_fds(theirs, env_has_config(h, r) ? h->config_fd : -1, h->clock_fd) &&
		    (!h->world || !role_row(r)->usb || spread_fds(r))) {
			reset_signals();
			become(h, r, tell, parent);
		}
		_exit(SPAWN_FAILED);
	}
	(void)setpgid(pid, pid); /* whoever comes first: kill(-pid) must work from now on */
	*ret_pid = pid;
	*ret_sock = take_fd(&ours);
	return ERR_OK;
}
