/* For tests of the sandbox: what a role may not do is tried and refused; what it must do still
 * works. Each attempt is made in a forked child of its own; its errno is the child's exit code. */
#ifndef TESTS_ATTEMPT_H
#define TESTS_ATTEMPT_H

#include "firmware/base/calls.h"
#include "firmware/base/mem.h"
#include "firmware/base/msg.h"
#include "firmware/base/sandbox.h"
#include "tests/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ENTERED, LOCKED };

/* Results of an attempt: 0 it worked, an errno, or one of these. */
enum { KILLED = 1000, NO_SANDBOX = 200, WRONG };

static char dir[] = "/tmp/test_sandbox.XXXXXX";
static char data[64], conf[64], keys[64], world[64], outside[64];
static struct sandbox_places places;
static unsigned parts_here; /* what this kernel offers */

typedef int attempt(void);

static inline int result(int rc)
{
	return rc < 0 ? errno : 0;
}

static inline int status_of(pid_t pid)
{
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return WRONG;
	return WIFSIGNALED(status) ? KILLED + WTERMSIG(status) : WEXITSTATUS(status);
}

static inline int as(enum role r, int how_far, attempt *try)
{
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		unsigned parts;

		if (sandbox_enter(r, &places, &parts) != ERR_OK)
			_exit(NO_SANDBOX);
		if (how_far == LOCKED && sandbox_lock(r, &parts) != ERR_OK)
			_exit(NO_SANDBOX);
		_exit(try());
	}
	return status_of(pid);
}

static inline int read_path(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	return result(fd);
}

static inline int write_path(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	return result(fd);
}

static inline int read_passwd(void)
{
	return read_path("/etc/passwd");
}

static inline int read_a_library(void)
{
	return read_path("/usr/share") || read_path("/usr/lib") || write_path("/dev/null");
}

static inline int run(const char *path)
{
	char *argv[] = { (char *)(uintptr_t)path, NULL };
	char *env[] = { NULL };

	execve(path, argv, env);
	return errno;
}

static inline int run_true(void)
{
	return run("/usr/bin/true");
}

static inline int inet(void)
{
	return result(socket(AF_INET, SOCK_STREAM, 0));
}

static inline int local(void)
{
	return result(socket(AF_UNIX, SOCK_STREAM, 0));
}

static inline int some_memory(void)
{
	size_t len = (size_t)100 << 20;
	void *p = malloc(len);

	if (!p)
		return ENOMEM;
	memset(p, 1, len);
	free(p);
	return 0;
}

static inline int mount_something(void)
{
	return result(mount("none", dir, "tmpfs", 0, NULL));
}

static inline int probe(void)
{
	unsigned entered, locked;
	fflush(stdout);
	pid_t pid = fork();

	if (pid == 0) {
		if (sandbox_enter(ROLE_CORE, &places, &entered) != ERR_OK ||
		    sandbox_lock(ROLE_CORE, &locked) != ERR_OK)
			_exit(NO_SANDBOX);
		_exit((int)(entered | locked));
	}
	return status_of(pid);
}

static inline bool make_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	bool good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	close(fd);
	return good;
}

static inline bool prepare(void)
{
	char path[80];
	int socks[2];

	if (!mkdtemp(dir) || chmod(dir, 0755) < 0)
		return false;
	snprintf(data, sizeof data, "%s/data", dir);
	snprintf(conf, sizeof conf, "%s/kiosk.conf", dir);
	snprintf(keys, sizeof keys, "%s/kiosk.key", dir);
	snprintf(world, sizeof world, "%s/world", dir);
	snprintf(outside, sizeof outside, "%s/outside", dir);
	snprintf(path, sizeof path, "%s/passwd", dir);
	if (mkdir(data, 0700) < 0 || mkdir(world, 0700) < 0 || !make_file(conf, "a = b\n") ||
	    !make_file(keys, "key") ||
	    !make_file(path, "kiosk-parse:x:54321:54322::/:/bin/false\n"))
		return false;
	snprintf(path, sizeof path, "%s/there", data);
	places = (struct sandbox_places){
		.path = { [PLACE_DATA] = { data },
			  [PLACE_CONF] = { conf },
			  [PLACE_KEYS] = { keys } },
		.program = "/usr/bin/true",
		.world = world,
		.unprivileged = true,
	};
	return make_file(path, "there") && msg_pair(socks) == ERR_OK && dup2(socks[0], 50) == 50 &&
	       dup2(socks[1], 51) == 51;
}

static inline void clean_up(void)
{
	static const char *const NAMES[] = { "data/there", "data/a", "data/b",     "data",
					     "world/node", "world",  "kiosk.conf", "kiosk.key",
					     "passwd",     "outside" };
	char path[80];

	for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, NAMES[i]);
		(void)remove(path);
	}
	(void)rmdir(dir);
}

#endif
