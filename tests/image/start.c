#include "tests/image/start.h"

#include "firmware/base/auto.h"

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

void start_word(struct start *s, const char *format, ...)
{
	va_list args;
	unsigned room = START_BYTES - s->used;

	va_start(args, format);
	int n = vsnprintf(s->text + s->used, room, format, args);
	va_end(args);
	s->full |= n < 0 || (unsigned)n >= room || s->count == START_WORDS;
	if (s->full)
		return;
	s->word[s->count++] = s->text + s->used;
	s->used += (unsigned)n + 1;
}

void start_words(struct start *s, const char *words)
{
	while (*(words += strspn(words, " "))) {
		size_t len = strcspn(words, " ");

		start_word(s, "%.*s", (int)len, words);
		words += len;
	}
}

static _Noreturn void become(const struct start *s, int log, const int *fds, unsigned count)
{
	AUTO_FD nothing = open("/dev/null", O_RDONLY);
	int high[START_FDS];

	/* out of the way first: one of them may have the number that another shall get */
	for (unsigned i = 0; i < count; i++)
		high[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, START_FD + START_FDS);
	for (unsigned i = 0; i < count; i++)
		if (dup2(high[i], START_FD + (int)i) < 0)
			_exit(127);
	if (dup2(nothing, 0) < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0)
		_exit(127);
	execvp(s->word[0], s->word);
	dprintf(2, "cannot start %s\n", s->word[0]);
	_exit(127);
}

enum err start_run(struct start *s, const char *log, const int *fds, unsigned count, pid_t *ret_pid)
{
	pid_t me = getpid();
	AUTO_FD out = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);

	if (s->full || count > START_FDS || out < 0)
		return s->full || count > START_FDS ? ERR_NO_SPACE : err_of_errno();
	s->word[s->count] = NULL;
	pid_t pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != me)
			_exit(127);
		become(s, out, fds, count);
	}
	if (pid < 0)
		return ERR_IO;
	*ret_pid = pid;
	return ERR_OK;
}
