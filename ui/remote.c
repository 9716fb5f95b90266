#include "ui/remote.h"

#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "ui/command.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

static void drop(struct remote *r, struct remote_client *c)
{
	if (c->sock < 0)
		return;
	loop_unwatch(r->loop, c->sock);
	close(c->sock);
	explicit_bzero(c->line, sizeof c->line);
	c->sock = -1;
	c->len = 0;
}

void remote_init(struct remote *r, struct app *a, struct loop *l)
{
	*r = (struct remote){ .app = a, .loop = l, .listener = -1 };
	for (size_t i = 0; i < REMOTE_CLIENTS; i++)
		r->clients[i] = (struct remote_client){ .remote = r, .sock = -1 };
}

void remote_finish(struct remote *r)
{
	if (!r->loop)
		return;
	for (size_t i = 0; i < REMOTE_CLIENTS; i++)
		drop(r, &r->clients[i]);
	if (r->listener >= 0) {
		loop_unwatch(r->loop, r->listener);
		close(r->listener);
	}
	*r = (struct remote){ 0 };
}

/* All of it; a client that does not read its answer is dropped. */
static bool answer(struct remote_client *c, const void *bytes, size_t len)
{
	const char *at = bytes;

	while (len > 0) {
		ssize_t n = send(c->sock, at, len, MSG_NOSIGNAL);
		struct pollfd p = { .fd = c->sock, .events = POLLOUT };
		if (n < 0 && (errno != EAGAIN || poll(&p, 1, 1000) != 1))
			return false;
		at += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	return true;
}

/* Takes the first line off the buffer. */
static void shift(struct remote_client *c, size_t used)
{
	memmove(c->line, c->line + used, c->len - used);
	c->len -= used;
	explicit_bzero(c->line + c->len,
		       used); /* who asks for a name must not be where it is found */
}

/* Carries out the lines of one client until one has to wait. True when the screen may have
 * changed. */
static bool serve(struct remote *r, struct remote_client *c)
{
	char *end = memchr(c->line, '\n', c->len);

	if (!end)
		return false;
	size_t used = (size_t)(end - c->line) + 1;
	*end = '\0';
	if (end > c->line && end[-1] == '\r')
		end[-1] = '\0';
	struct command_answer a = { 0 };
	enum err e = command_run(r->app, c->line, loop_now_ms(r->loop), &a);
	if (e == ERR_BUSY) {
		*end = '\n';
		return false;
	}
	bool good = e == ERR_OK && answer(c, a.text, strlen(a.text)) &&
		    (a.len == 0 || answer(c, a.bytes, a.len));
	command_answer_finish(&a);
	if (good)
		shift(c, used);
	else
		drop(r, c);
	return true;
}

void remote_settle(struct remote *r)
{
	if (r->busy)
		return;
	r->busy = true;
	for (size_t i = 0; r->loop && i < REMOTE_CLIENTS; i++)
		while (r->clients[i].sock >= 0 && serve(r, &r->clients[i]))
			app_paint(r->app);
	r->busy = false;
}

static void on_client(void *data, short events)
{
	struct remote_client *c = data;
	ssize_t n = recv(c->sock, c->line + c->len, sizeof c->line - c->len, 0);

	(void)events;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		drop(c->remote, c);
		return;
	}
	c->len += (size_t)n;
	remote_settle(c->remote);
	if (c->len == sizeof c->line)
		drop(c->remote, c);
}

static void on_listener(void *data, short events)
{
	struct remote *r = data;
	int sock = accept4(r->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)events;
	if (sock < 0)
		return;
	for (size_t i = 0; i < REMOTE_CLIENTS; i++) {
		struct remote_client *c = &r->clients[i];
		if (c->sock >= 0)
			continue;
		c->sock = sock;
		if (loop_watch(r->loop, sock, POLLIN, on_client, c) != ERR_OK)
			drop(r, c);
		return;
	}
	close(sock);
}

void remote_listen(struct remote *r, int sock)
{
	if (sock < 0 || r->listener >= 0) {
		if (sock >= 0)
			close(sock);
		return;
	}
	fcntl(sock, F_SETFL, O_NONBLOCK);
	r->listener = sock;
	enum err e = loop_watch(r->loop, sock, POLLIN, on_listener, r);
	log_line(LOG_INFO, "remote.listen", "err=%s", err_name(e));
}
