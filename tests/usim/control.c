#include "tests/usim/control.h"

#include "firmware/base/auto.h"
#include "tests/usim/lines.h"

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#define MAX_CLIENTS 16
#define MAX_LINE    16384

struct client {
	struct control *control;
	int fd; /* -1: free */
	char in[MAX_LINE];
	size_t len;
	struct answer answer; /* of the line that waits */
	struct timer deadline;
};

struct control {
	struct world *world;
	int fd;
	char path[sizeof(struct sockaddr_un)];
	struct client clients[MAX_CLIENTS];
};

__attribute__((format(printf, 3, 0))) static void fill(struct answer *a, bool error,
						       const char *format, va_list list)
{
	a->error = error;
	vsnprintf(a->text, sizeof a->text, format, list);
}

void answer_ok(struct answer *a, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	fill(a, false, format, list);
	va_end(list);
}

void answer_error(struct answer *a, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	fill(a, true, format, list);
	va_end(list);
}

/* `scan-file` and `scan_file` are the same word. */
static bool same_word(const char *line, size_t len, const char *word)
{
	if (strlen(word) != len)
		return false;
	for (size_t i = 0; i < len; i++)
		if ((line[i] == '-' ? '_' : line[i]) != word[i])
			return false;
	return true;
}

void control_line(struct world *w, const char *line, struct answer *ret)
{
	static const struct {
		const char *word;
		line_fn *fn;
	} lines[] = {
#define LINE(word, args, fn, what) { #word, fn },
#include "tests/usim/lines.def"
#undef LINE
	};
	size_t len = strcspn(line, " ");
	const char *args = line[len] ? line + len + 1 : "";

	ret->error = false;
	ret->text[0] = '\0';
	ret->wait = NULL;
	ret->argument = 0;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
		if (same_word(line, len, lines[i].word))
			return lines[i].fn(w, args, ret);
	answer_error(ret, "unknown word \"%.40s\"; try help", line);
}

static void drop(struct client *c)
{
	timer_stop(c->control->world->loop, &c->deadline);
	loop_unwatch(c->control->world->loop, c->fd);
	close(c->fd);
	c->fd = -1;
}

/* False when the client is gone. */
static bool send_answer(struct client *c)
{
	char head[8] = "ok ";
	struct iovec v[3] = { { head, 3 },
			      { c->answer.text, strlen(c->answer.text) },
			      { (char[]){ "\n" }, 1 } };
	struct msghdr m = { .msg_iov = v, .msg_iovlen = 3 };

	if (c->answer.error) {
		memcpy(head, "error ", 7);
		v[0].iov_len = 6;
	} else if (!v[1].iov_len) {
		v[0].iov_len = 2;
	}
	c->answer.wait = NULL;
	timer_stop(c->control->world->loop, &c->deadline);
	if (sendmsg(c->fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0)
		return true;
	drop(c);
	return false;
}

static bool fact_is_there(struct client *c)
{
	struct world *w = c->control->world;

	world_lock(w);
	bool there = c->answer.wait(w, c->answer.argument);
	world_unlock(w);
	return there;
}

static void read_lines(struct client *c);

static void waited_too_long(void *data)
{
	struct client *c = data;

	answer_error(&c->answer, "it did not become so in time");
	if (send_answer(c))
		read_lines(c);
}

/* True when the next line may be done. */
static bool do_line(struct client *c, const char *line)
{
	struct world *w = c->control->world;

	control_line(w, line, &c->answer);
	if (!c->answer.wait || fact_is_there(c))
		return send_answer(c);
	timer_set(w->loop, &c->deadline, c->answer.wait_ms, waited_too_long, c);
	return false;
}

/* The whole lines received so far, up to one that has to wait. */
static void read_lines(struct client *c)
{
	char line[MAX_LINE], *end;

	while (c->fd >= 0 && !c->answer.wait && (end = memchr(c->in, '\n', c->len))) {
		size_t n = (size_t)(end - c->in);

		memcpy(line, c->in, n);
		line[n && line[n - 1] == '\r' ? n - 1 : n] = '\0';
		c->len -= n + 1;
		memmove(c->in, end + 1, c->len);
		if (!do_line(c, line))
			return;
	}
}

static void on_client(void *data, short events)
{
	struct client *c = data;

	(void)events;
	if (c->len == sizeof c->in) {
		answer_error(&c->answer, "the line is too long");
		if (send_answer(c))
			drop(c);
		return;
	}
	ssize_t n = recv(c->fd, c->in + c->len, sizeof c->in - c->len, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0)
		return drop(c);
	c->len += (size_t)n;
	read_lines(c);
}

static void on_connect(void *data, short events)
{
	struct control *ctl = data;
	int fd = accept4(ctl->fd, NULL, NULL, SOCK_CLOEXEC), i = 0;

	(void)events;
	if (fd < 0)
		return;
	while (i < MAX_CLIENTS && ctl->clients[i].fd >= 0)
		i++;
	if (i == MAX_CLIENTS) {
		close(fd);
		return;
	}
	struct client *c = &ctl->clients[i];
	c->fd = fd;
	c->len = 0;
	c->answer.wait = NULL;
	if (loop_watch(ctl->world->loop, fd, POLLIN, on_client, c) != ERR_OK)
		drop(c);
}

static void on_change(void *data)
{
	struct control *ctl = data;

	for (int i = 0; i < MAX_CLIENTS; i++) {
		struct client *c = &ctl->clients[i];

		if (c->fd >= 0 && c->answer.wait && fact_is_there(c) && send_answer(c))
			read_lines(c);
	}
}

static enum err listen_at(struct control *ctl, const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	if ((size_t)snprintf(a.sun_path, sizeof a.sun_path, "%s", path) >= sizeof a.sun_path)
		return ERR_NO_SPACE;
	snprintf(ctl->path, sizeof ctl->path, "%s", path);
	(void)unlink(path); /* usually nothing is there */
	ctl->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (ctl->fd < 0 || bind(ctl->fd, (struct sockaddr *)&a, sizeof a) < 0 ||
	    listen(ctl->fd, MAX_CLIENTS) < 0)
		return err_of_errno();
	return loop_watch(ctl->world->loop, ctl->fd, POLLIN, on_connect, ctl);
}

enum err control_open(struct world *w, const char *path, struct control **ret_control)
{
	struct control *ctl = calloc(1, sizeof *ctl);

	if (!ctl)
		return ERR_NO_MEMORY;
	ctl->world = w;
	ctl->fd = -1;
	for (int i = 0; i < MAX_CLIENTS; i++)
		ctl->clients[i] = (struct client){ .control = ctl, .fd = -1 };
	enum err e = listen_at(ctl, path);
	if (e != ERR_OK) {
		control_close(ctl);
		return e;
	}
	w->on_change = on_change;
	w->on_change_data = ctl;
	*ret_control = ctl;
	return ERR_OK;
}

void control_close(struct control *ctl)
{
	if (!ctl)
		return;
	ctl->world->on_change = NULL;
	for (int i = 0; i < MAX_CLIENTS; i++)
		if (ctl->clients[i].fd >= 0)
			drop(&ctl->clients[i]);
	if (ctl->fd >= 0) {
		loop_unwatch(ctl->world->loop, ctl->fd);
		close(ctl->fd);
		(void)unlink(ctl->path);
	}
	free(ctl);
}
