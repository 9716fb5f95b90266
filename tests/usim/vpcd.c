#include "tests/usim/vpcd.h"

#include "tests/usim/vpcd_wire.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_MS 10000 /* an emulator in a slow language computes long */
#define ATR_MS    2000
#define MAX_ATR   33

struct vpcd {
	struct loop *loop;
	struct vpcd_events events;
	int listen_fd, fd; /* -1: none */
	struct card card;
	uint8_t atr[MAX_ATR];
	struct wire_in in;
};

/* The next message, in `in` until it is dropped. */
static long hear(struct vpcd *v, int wait_ms, const uint8_t **ret)
{
	long len;

	while ((len = wire_message(&v->in, ret)) < 0)
		if (!wire_read(v->fd, &v->in, wait_ms))
			return -1;
	return len;
}

static void control(struct vpcd *v, enum wire_control what)
{
	const uint8_t byte = (uint8_t)what;

	(void)wire_send(v->fd, &byte, 1); /* on_event() hears that it is gone */
}

static void reset(void *self)
{
	control(self, WIRE_RESET);
}

static size_t apdu(void *self, const uint8_t *command, size_t len, uint8_t *ret)
{
	struct vpcd *v = self;
	const uint8_t *message;

	v->in.len = 0;
	if (v->fd < 0 || !wire_send(v->fd, command, len))
		return 0;
	long n = hear(v, ANSWER_MS, &message);
	if (n < 2)
		return 0;
	memcpy(ret, message, (size_t)n);
	wire_drop(&v->in);
	return (size_t)n;
}

static void hang_up(struct vpcd *v)
{
	v->events.lock(v->events.data);
	v->events.card(v->events.data, NULL);
	loop_unwatch(v->loop, v->fd);
	close(v->fd);
	v->fd = -1;
	v->events.unlock(v->events.data);
}

/* Nothing is to come here but the end: answers are read where they are waited for. */
static void on_event(void *data, short events)
{
	struct vpcd *v = data;
	uint8_t byte;

	(void)events;
	v->events.lock(v->events.data);
	ssize_t n = recv(v->fd, &byte, 1, MSG_DONTWAIT);
	v->events.unlock(v->events.data);
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		hang_up(v);
}

static bool get_atr(struct vpcd *v)
{
	const uint8_t *message;

	v->in.len = 0;
	control(v, WIRE_ON);
	control(v, WIRE_ATR);
	long n = hear(v, ATR_MS, &message);
	if (n < 2 || n > MAX_ATR)
		return false;
	memcpy(v->atr, message, (size_t)n);
	v->card = (struct card){ .atr = v->atr, .reset = reset, .apdu = apdu, .self = v };
	v->card.atr_len = (size_t)n;
	return true;
}

static void on_connect(void *data, short events)
{
	struct vpcd *v = data;
	int fd = accept4(v->listen_fd, NULL, NULL, SOCK_CLOEXEC);

	(void)events;
	if (fd < 0)
		return;
	if (v->fd >= 0) {
		close(fd);
		return;
	}
	v->fd = fd;
	if (!get_atr(v) || loop_watch(v->loop, fd, POLLIN, on_event, v) != ERR_OK) {
		close(fd);
		v->fd = -1;
		return;
	}
	v->events.lock(v->events.data);
	v->events.card(v->events.data, &v->card);
	v->events.unlock(v->events.data);
}

enum err vpcd_open(struct loop *l, int port, const struct vpcd_events *events, struct vpcd **ret)
{
	struct vpcd *v = calloc(1, sizeof *v);

	if (!v)
		return ERR_NO_MEMORY;
	v->loop = l;
	v->events = *events;
	v->fd = v->listen_fd = -1;
	enum err e = wire_listen(port, &v->listen_fd);
	if (e == ERR_OK)
		e = loop_watch(l, v->listen_fd, POLLIN, on_connect, v);
	if (e != ERR_OK) {
		vpcd_close(v);
		return e;
	}
	*ret = v;
	return ERR_OK;
}

void vpcd_close(struct vpcd *v)
{
	if (!v)
		return;
	if (v->fd >= 0)
		hang_up(v);
	if (v->listen_fd >= 0) {
		loop_unwatch(v->loop, v->listen_fd);
		close(v->listen_fd);
	}
	free(v);
}
