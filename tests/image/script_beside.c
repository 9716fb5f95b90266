/* The line for programs of this computer that live as long as the proof. */
#include "tests/image/script.h"
#include "tests/image/words.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define QUIET_S 15
#define LOOK_MS 50

static _Noreturn void become(struct script *s, const char *command, pid_t parent)
{
	char log[MACHINE_PATH + 32];

	snprintf(log, sizeof log, "%s/beside.log", s->machine.dir);
	int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0644);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	script_environment(s);
	if (getppid() != parent || fd < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
		_exit(127);
	execl("/bin/sh", "sh", "-euc", command, (char *)NULL);
	_exit(127);
}

static bool never(void *data)
{
	(void)data;
	return false;
}

static bool is_there(struct script *s, const char *path)
{
	struct machine *m = &s->machine;
	struct budget b;
	struct stat st;

	budget_begin(&b, QUIET_S, clock_mono_ms(&m->clock));
	while (stat(path, &st) < 0) {
		if (budget_left_ms(&b, clock_mono_ms(&m->clock)) == 0)
			return script_fail(s, "%s does not come (beside.log)", path);
		(void)machine_within(m, never, NULL, LOOK_MS);
	}
	return true;
}

bool script_beside(struct script *s, struct words *w, const char *rest)
{
	char command[MACHINE_WORDS];
	pid_t me = getpid(), pid = -1;

	(void)rest;
	if (w->count < 3 || s->beside_count == SCRIPT_BESIDE)
		return script_fail(s, "beside: see tests/image/image.def");
	words_join(w, 2, command, sizeof command);
	pid = fork();
	if (pid == 0)
		become(s, command, me);
	if (pid < 0)
		return script_fail(s, "%s cannot be started", command);
	s->beside[s->beside_count++] = pid;
	return is_there(s, w->word[1]);
}

/* Who does not end when told to is ended: a proof that is over must not hold the next. */
static void end(struct script *s, pid_t pid)
{
	struct machine *m = &s->machine;
	struct budget b;
	int signal = SIGTERM;

	budget_begin(&b, QUIET_S, clock_mono_ms(&m->clock));
	kill(pid, signal);
	while (waitpid(pid, NULL, signal == SIGTERM ? WNOHANG : 0) == 0) {
		if (budget_left_ms(&b, clock_mono_ms(&m->clock)) > 0) {
			poll(NULL, 0, LOOK_MS);
			continue;
		}
		fprintf(stderr, "%s: process %d does not end, and is killed\n", s->machine.dir,
			(int)pid);
		signal = SIGKILL;
		kill(pid, signal);
	}
}

void script_alone(struct script *s)
{
	while (s->beside_count > 0)
		end(s, s->beside[--s->beside_count]);
}
