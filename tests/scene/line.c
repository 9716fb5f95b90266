#include "tests/scene/line.h"

#include "firmware/base/auto.h"

#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>

#define CALL_S 10

enum err line_connect(const char *path, int *ret_sock)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	AUTO_FD sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (sock < 0 || strlen(path) >= sizeof at.sun_path)
		return ERR_NO_SPACE;
	memcpy(at.sun_path, path, strlen(path));
	/* where nobody takes calls any more, not even calling waits for ever */
	(void)setsockopt(sock, SOL_SOCKET, SO_SNDTIMEO, &(struct timeval){ .tv_sec = CALL_S },
			 sizeof(struct timeval));
	if (connect(sock, (struct sockaddr *)&at, sizeof at) < 0)
		return ERR_GONE;
	*ret_sock = take_fd(&sock);
	return ERR_OK;
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

enum err line_send(int sock, const char *line)
{
	struct iovec parts[] = { { (void *)(uintptr_t)line, strlen(line) },
				 { (char[]){ '\n' }, 1 } };
	struct msghdr m = { .msg_iov = parts, .msg_iovlen = 2 };

	return sendmsg(sock, &m, MSG_NOSIGNAL) < 0 ? ERR_GONE : ERR_OK;
}

/* The last line of what came so far, if it is a whole one. */
static const char *last_line(char *answer, size_t len)
{
	if (len == 0 || answer[len - 1] != '\n')
		return NULL;
	answer[len - 1] = '\0';
	char *nl = strrchr(answer, '\n');
	const char *last = nl ? nl + 1 : answer;
	if (strncmp(last, "ok", 2) == 0 || strncmp(last, "error", 5) == 0)
		return last;
	answer[len - 1] = '\n';
	return NULL;
}

enum err line_answer(int sock, int wait_ms, char answer[LINE_CAP])
{
	int64_t until = now_ms() + wait_ms;
	struct pollfd p = { .fd = sock, .events = POLLIN };
	size_t len = 0;

	answer[0] = '\0';
	for (;;) {
		int64_t left = until - now_ms();

		if (left <= 0 || poll(&p, 1, (int)left) <= 0)
			return ERR_TIMEOUT;
		ssize_t n = read(sock, answer + len, LINE_CAP - 1 - len);
		if (n <= 0)
			return ERR_GONE;
		len += (size_t)n;
		answer[len] = '\0';
		const char *last = last_line(answer, len);
		if (last)
			return last[0] == 'o' ? ERR_OK : ERR_REFUSED;
		if (len == LINE_CAP - 1)
			return ERR_NO_SPACE;
	}
}

enum err line_ask(int sock, const char *line, int wait_ms, char answer[LINE_CAP])
{
	enum err e = line_send(sock, line);

	answer[0] = '\0';
	return e == ERR_OK ? line_answer(sock, wait_ms, answer) : e;
}

/* How many bytes the whole answer "ok N\n" and N bytes has; 0: not known yet. */
static size_t whole_body(const char *answer, size_t len, size_t *ret_head)
{
	const char *nl = memchr(answer, '\n', len);
	size_t want = 0;

	if (!nl || sscanf(answer, "ok %zu", &want) != 1)
		return 0;
	*ret_head = (size_t)(nl - answer) + 1;
	return *ret_head + want;
}

enum err line_ask_body(int sock, const char *line, int wait_ms, char answer[LINE_CAP])
{
	int64_t until = now_ms() + wait_ms;
	struct pollfd p = { .fd = sock, .events = POLLIN };
	size_t len = 0, whole = 0, head = 0;
	enum err e = line_send(sock, line);

	while (e == ERR_OK && (whole == 0 || len < whole)) {
		int64_t left = until - now_ms();

		if (left <= 0 || poll(&p, 1, (int)left) <= 0)
			return ERR_TIMEOUT;
		ssize_t n = read(sock, answer + len, LINE_CAP - 1 - len);
		if (n <= 0)
			return ERR_GONE;
		len += (size_t)n;
		whole = whole_body(answer, len, &head);
		if (strncmp(answer, "error", 5) == 0 || whole >= LINE_CAP || len == LINE_CAP - 1)
			return ERR_REFUSED;
	}
	if (e == ERR_OK) {
		memmove(answer, answer + head, whole - head);
		answer[whole - head] = '\0';
	}
	return e;
}
