#include "tests/panel/link.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

static int connect_to(const char *path)
{
	static const struct timeval patience = { .tv_sec = 1 };
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	if ((size_t)snprintf(a.sun_path, sizeof a.sun_path, "%s", path) >= sizeof a.sun_path)
		return -1;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	if (connect(fd, (struct sockaddr *)&a, sizeof a) == 0)
		return fd;
	close(fd);
	return -1;
}

static bool send_line(int fd, const char *line)
{
	char text[4096];
	int n = snprintf(text, sizeof text, "%s\n", line);

	return n > 0 && (size_t)n < sizeof text && send(fd, text, (size_t)n, MSG_NOSIGNAL) == n;
}

/* One line; what comes after it is thrown away: nobody sends unasked. */
static bool receive_line(int fd, char *ret, size_t size)
{
	size_t n = 0;

	while (n < size - 1) {
		ssize_t got = recv(fd, ret + n, size - 1 - n, 0);

		if (got <= 0)
			return false;
		n += (size_t)got;
		char *end = memchr(ret, '\n', n);
		if (!end)
			continue;
		*end = '\0';
		return true;
	}
	return false;
}

bool link_ask(struct link *l, const char *line, char *ret, size_t size)
{
	if (l->path && l->fd < 0)
		l->fd = connect_to(l->path);
	if (l->fd >= 0 && send_line(l->fd, line) && receive_line(l->fd, ret, size))
		return true;
	snprintf(ret, size, "%s", l->path ? "no answer" : "not connected");
	link_close(l);
	return false;
}

void link_close(struct link *l)
{
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
}
