#include "firmware/base/child.h"

#include "firmware/base/auto.h"
#include "firmware/base/log.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>

static int super_fd(void)
{
	const char *name = getenv("KIOSK_SUPER_FD");

	return name ? atoi(name) : -1;
}

bool child_is_supervised(void)
{
	return super_fd() >= 3;
}

void child_drop(struct child *c, enum role who)
{
	int *sock = &c->peers[who].sock;

	if (*sock < 0)
		return;
	loop_unwatch(c->loop, *sock);
	close(*sock);
	*sock = -1;
}

static void lost(struct child *c, enum role who)
{
	child_drop(c, who);
	if (who == ROLE_SUPER)
		loop_stop(c->loop);
	else if (c->handlers->peer)
		c->handlers->peer(c->data, who, false);
}

static void malformed(struct child *c, enum role who)
{
	log_line(LOG_ERROR, "message.malformed", "from=%s", role_name(who));
	child_drop(c, who);
	if (c->handlers->malformed && who != ROLE_SUPER) {
		c->handlers->malformed(c->data, who);
		return;
	}
	c->failed = true;
	loop_stop(c->loop);
}

static void on_readable(void *data, short events);

/* A new program is in the place of `who`; the old one's last words count. */
static void replace(struct child *c, enum role who, int sock)
{
	if (child_has(c, who))
		on_readable(&c->peers[who], POLLIN);
	if (child_has(c, who))
		lost(c, who);
	if (child_meet(c, who, sock) == ERR_OK && c->handlers->peer)
		c->handlers->peer(c->data, who, true);
}

static void from_super(struct child *c, struct msg *m)
{
	if (m->type == MSG_CLOCK_MOVED)
		return; /* waking up was the point */
	if (m->type != MSG_PEER || m->peer.role >= ROLE_COUNT || m->peer.role == ROLE_SUPER) {
		c->handlers->message(c->data, ROLE_SUPER, m);
		return;
	}
	replace(c, m->peer.role, take_fd(&m->peer.sock));
}

static void on_readable(void *data, short events)
{
	struct child_peer *p = data;
	struct child *c = p->child;
	enum role who = (enum role)(p - c->peers);
	int sock = p->sock;
	struct msg m;

	(void)events;
	/* the handler may drop or replace this peer: then the rest is not for us */
	while (p->sock == sock && sock >= 0) {
		enum err e = msg_recv(sock, c->me, who, &m);

		if (e == ERR_BUSY)
			return;
		if (e == ERR_BAD_MESSAGE) {
			malformed(c, who);
			return;
		}
		if (e != ERR_OK) {
			lost(c, who);
			return;
		}
		if (who == ROLE_SUPER)
			from_super(c, &m);
		else
			c->handlers->message(c->data, who, &m);
		msg_finish(&m);
	}
}

enum err child_meet(struct child *c, enum role who, int sock)
{
	child_drop(c, who);
	enum err e = loop_watch(c->loop, sock, POLLIN, on_readable, &c->peers[who]);
	if (e != ERR_OK)
		close(sock);
	else
		c->peers[who].sock = sock;
	return e;
}

static void on_signal(void *data, short signal)
{
	struct child *c = data;

	(void)signal;
	loop_stop(c->loop);
}

enum err child_init(struct child *c, enum role me, const struct child_handlers *h, void *data)
{
	static const int SIGNALS[] = { SIGTERM, SIGINT, 0 };
	int fd = super_fd();

	*c = (struct child){ .me = me, .handlers = h, .data = data };
	for (int r = 0; r < ROLE_COUNT; r++)
		c->peers[r] = (struct child_peer){ c, -1 };
	log_open(me);
	signal(SIGPIPE, SIG_IGN);
	if (fd < 3 || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 || fcntl(fd, F_SETFL, O_NONBLOCK) < 0)
		return ERR_BAD_CONFIG;
	enum err e = clock_init(&c->clock);
	if (e == ERR_OK)
		e = loop_create(&c->clock, &c->loop);
	if (e == ERR_OK)
		e = loop_signals(c->loop, SIGNALS, on_signal, c);
	if (e == ERR_OK)
		e = child_meet(c, ROLE_SUPER, fd);
	return e;
}

void child_finish(struct child *c)
{
	for (int r = 0; c->loop && r < ROLE_COUNT; r++)
		child_drop(c, r);
	loop_destroy(c->loop);
	c->loop = NULL;
}

int child_run(struct child *c)
{
	enum err e = loop_run(c->loop);

	if (e != ERR_OK)
		log_line(LOG_ERROR, "loop.failed", "err=%s", err_name(e));
	return e == ERR_OK && !c->failed ? 0 : 1;
}

bool child_has(const struct child *c, enum role who)
{
	return who < ROLE_COUNT && c->peers[who].sock >= 0;
}

enum err child_send(struct child *c, enum role to, const struct msg *m)
{
	if (!child_has(c, to))
		return ERR_GONE;
	enum err e = msg_send(c->peers[to].sock, c->me, to, m);
	if (e == ERR_BUSY) /* it has stopped reading: as good as nonsense, it must begin anew */
		malformed(c, to);
	else if (e == ERR_GONE)
		lost(c, to);
	return e;
}
