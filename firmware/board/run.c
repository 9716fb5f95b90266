#include "firmware/board/run.h"

#include "firmware/base/auto.h"
#include "firmware/base/clock.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#define LINE 500

struct lines {
	char line[LINE + 1];
	size_t len;
	run_fn *fn;
	void *data;
};

static void end_line(struct lines *l)
{
	l->line[l->len] = '\0';
	if (l->len > 0 && l->fn)
		l->fn(l->data, l->line);
	l->len = 0;
}

static void take(struct lines *l, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (bytes[i] == '\n')
			end_line(l);
		else if (l->len < LINE)
			l->line[l->len++] = bytes[i];
}

static enum err start(const struct board *b, const char *const argv[], int out, pid_t *ret_pid)
{
	char path[PATH_MAX + 64], *const env[] = { path, (char[]){ "LC_ALL=C" }, NULL };
	posix_spawn_file_actions_t acts;
	enum err e = ERR_OK;

	snprintf(path, sizeof path, "PATH=%s/usr/bin:/usr/sbin:/usr/bin:/sbin:/bin", b->root);
	if (posix_spawn_file_actions_init(&acts) != 0)
		return ERR_NO_MEMORY;
	if (posix_spawn_file_actions_addopen(&acts, 0, "/dev/null", O_RDONLY, 0) != 0 ||
	    posix_spawn_file_actions_adddup2(&acts, out, 1) != 0 ||
	    posix_spawn_file_actions_adddup2(&acts, out, 2) != 0)
		e = ERR_NO_MEMORY;
	/* posix_spawnp() searches our own PATH, not the child's: that is set in main() */
	if (e == ERR_OK &&
	    posix_spawnp(ret_pid, argv[0], &acts, NULL, (char *const *)argv, env) != 0)
		e = ERR_NOT_FOUND;
	posix_spawn_file_actions_destroy(&acts);
	return e;
}

static enum err hear(int fd, int64_t until_ms, struct lines *l)
{
	struct clock real = { 0 };
	char bytes[1024];

	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		int64_t left_ms = until_ms - clock_mono_ms(&real);

		if (left_ms <= 0 || poll(&p, 1, left_ms > 60000 ? 60000 : (int)left_ms) < 0)
			return ERR_TIMEOUT;
		if (p.revents == 0)
			continue;
		ssize_t n = read(fd, bytes, sizeof bytes);
		if (n <= 0)
			return ERR_OK;
		take(l, bytes, (size_t)n);
	}
}

enum err run(const struct board *b, const char *const argv[], uint32_t limit_s, run_fn *fn,
	     void *data, int *ret_code)
{
	struct lines l = { .fn = fn, .data = data };
	struct clock real = { 0 };
	int64_t until_ms = clock_mono_ms(&real) + limit_s * 1000ll;
	int ends[2], status = 0;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_of_errno();
	AUTO_FD in = ends[0];
	enum err e = start(b, argv, ends[1], &pid);
	close(ends[1]);
	if (e != ERR_OK)
		return e;
	e = hear(in, until_ms, &l);
	end_line(&l);
	if (e != ERR_OK)
		kill(pid, SIGKILL);
	if (waitpid(pid, &status, 0) != pid)
		return ERR_IO;
	if (e == ERR_OK)
		*ret_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return e;
}
