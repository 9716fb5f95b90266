#include "tests/usim/vpcd.h"

#include "tests/usim/vpcd_wire.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct vicc {
	struct loop *loop;
	struct card *card;
	int listen_fd, fd; /* -1: none */
	struct wire_in in;
	uint8_t answer[CARD_MAX_ANSWER];
};

static void hang_up(struct vicc *v)
{
	if (v->fd < 0)
		return;
	loop_unwatch(v->loop, v->fd);
	close(v->fd);
	v->fd = -1;
	v->in.len = 0;
}

/* A mute card answers with nothing, which the protocol can say. */
static bool answer(struct vicc *v, const uint8_t *message, size_t len)
{
	struct card *c = v->card;

	if (len == 1 && message[0] == WIRE_ATR)
		return wire_send(v->fd, c->atr, c->atr_len);
	if (len == 1) {
		c->reset(c->self);
		return true;
	}
	size_t n = c->apdu(c->self, message, len, v->answer);
	if (n > WIRE_MAX) { /* longer than a message can be */
		v->answer[0] = 0x6F;
		v->answer[1] = 0;
		n = 2;
	}
	return wire_send(v->fd, v->answer, n);
}

static void on_message(void *data, short events)
{
	struct vicc *v = data;
	const uint8_t *message;
	long len;

	(void)events;
	if (!wire_read(v->fd, &v->in, 0))
		return hang_up(v);
	while (v->fd >= 0 && (len = wire_message(&v->in, &message)) >= 0) {
		bool heard = answer(v, message, (size_t)len);

		wire_drop(&v->in);
		if (!heard)
			hang_up(v);
	}
}

static enum err serve(struct vicc *v, int fd)
{
	v->fd = fd;
	v->in.len = 0;
	return loop_watch(v->loop, fd, POLLIN, on_message, v);
}

static void on_connect(void *data, short events)
{
	struct vicc *v = data;
	int fd = accept4(v->listen_fd, NULL, NULL, SOCK_CLOEXEC);

	(void)events;
	if (fd < 0)
		return;
	if (v->fd >= 0)
		close(fd);
	else if (serve(v, fd) != ERR_OK)
		hang_up(v);
}

enum err vicc_open(struct loop *l, struct card *card, int port, bool wait, struct vicc **ret)
{
	struct vicc *v = calloc(1, sizeof *v);
	enum err e;
	int fd = -1;

	if (!v)
		return ERR_NO_MEMORY;
	v->loop = l;
	v->card = card;
	v->fd = v->listen_fd = -1;
	e = wait ? wire_listen(port, &v->listen_fd) : wire_connect(port, &fd);
	if (e == ERR_OK)
		e = wait ? loop_watch(l, v->listen_fd, POLLIN, on_connect, v) : serve(v, fd);
	if (e != ERR_OK) {
		vicc_close(v);
		return e;
	}
	card->reset(card->self);
	*ret = v;
	return ERR_OK;
}

void vicc_close(struct vicc *v)
{
	if (!v)
		return;
	hang_up(v);
	if (v->listen_fd >= 0) {
		loop_unwatch(v->loop, v->listen_fd);
		close(v->listen_fd);
	}
	free(v);
}

bool vicc_is_connected(const struct vicc *v)
{
	return v && v->fd >= 0;
}
