#include "tests/usim/usbip.h"

#include "firmware/base/auto.h"
#include "tests/usim/usbip_wire.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define MAX_CLIENTS   8
#define MAX_TRANSFER  (1 << 20)
#define URB_ZERO_FLAG 0x40 /* URB_ZERO_PACKET of linux/usb.h */
#define READ_BYTES    65536

struct usbip_transfer {
	struct usbip_transfer *next;
	struct usbip_client *client;
	struct urb urb;
	uint32_t seq;
	bool unlinked; /* answered by RET_UNLINK, not again by RET_SUBMIT */
	uint8_t bytes[];
};

struct bytes {
	uint8_t *at;
	size_t len, room;
};

struct usbip_client {
	struct usbip *server;
	int fd;                            /* -1: free */
	const struct usbip_export *device; /* NULL: not imported yet */
	struct bytes in, out;              /* out: behind the devices' lock */
	struct usbip_transfer *flying;
	bool ending; /* nothing more to read; closes when `out` is sent */
};

struct usbip {
	struct loop *loop;
	const struct usbip_exports *exports;
	int fd;
	struct usbip_client clients[MAX_CLIENTS];
};

static void append(struct bytes *b, const void *bytes, size_t len)
{
	if (b->room - b->len < len) {
		size_t room = 2 * (b->len + len);
		uint8_t *at = realloc(b->at, room);

		if (!at)
			abort(); /* a simulator without memory has nothing left to say */
		b->at = at;
		b->room = room;
	}
	if (len)
		memcpy(b->at + b->len, bytes, len);
	b->len += len;
}

static void consume(struct bytes *b, size_t len)
{
	b->len -= len;
	memmove(b->at, b->at + len, b->len);
}

static void forget_transfer(struct usbip_transfer *t)
{
	struct usbip_transfer **at = &t->client->flying;

	while (*at != t)
		at = &(*at)->next;
	*at = t->next;
	free(t);
}

/* With the devices' lock held, perhaps in another thread: only collects what to send. */
static void transfer_done(struct urb *u)
{
	struct usbip_transfer *t = u->owner;
	bool in = u->type == URB_CONTROL ? u->setup[0] & 0x80 : u->endpoint & 0x80;
	uint8_t head[USBIP_URB_BYTES];

	if (!t->unlinked) {
		usbip_put_answer(head, USBIP_RET_SUBMIT, t->seq, u->status, (uint32_t)u->actual);
		append(&t->client->out, head, sizeof head);
		append(&t->client->out, u->data, in ? u->actual : 0);
	}
	forget_transfer(t);
}

static void submit(struct usbip_client *c, const struct usbip_request *q, const uint8_t *payload)
{
	struct usbip_transfer *t = calloc(1, sizeof *t + q->len);

	if (!t)
		abort(); /* as above */
	t->client = c;
	t->seq = q->seq;
	t->urb = (struct urb){ .type = q->endpoint ? URB_BULK : URB_CONTROL,
			       .data = t->bytes,
			       .endpoint = (uint8_t)(q->endpoint & 15),
			       .len = q->len,
			       .zero_packet = q->flags & URB_ZERO_FLAG,
			       .owner = t,
			       .done = transfer_done };
	if (q->endpoint && q->direction)
		t->urb.endpoint |= 0x80;
	memcpy(t->urb.setup, q->setup, sizeof t->urb.setup);
	if (payload)
		memcpy(t->bytes, payload, q->len);
	t->next = c->flying;
	c->flying = t;
	usb_submit(c->device->dev, &t->urb);
}

static void unlink_transfer(struct usbip_client *c, const struct usbip_request *q)
{
	uint8_t head[USBIP_URB_BYTES];
	int status = 0; /* it was already done */

	for (struct usbip_transfer *t = c->flying; t; t = t->next) {
		if (t->seq != q->unlink_seq)
			continue;
		t->unlinked = true;
		status = usb_cancel(c->device->dev, &t->urb) ? -ECONNRESET : 0;
		break;
	}
	usbip_put_answer(head, USBIP_RET_UNLINK, q->seq, status, 0);
	append(&c->out, head, sizeof head);
}

/* One command from the front of what came. False: not whole yet, or the client is done for. */
static bool take_command(struct usbip_client *c)
{
	struct reader r = reader_of(c->in.at, c->in.len);
	struct usbip_request q;

	if (!usbip_get_request(&r, &q))
		return false;
	bool sends = q.command == USBIP_SUBMIT && !q.direction && q.len;
	if ((q.command != USBIP_SUBMIT && q.command != USBIP_UNLINK) ||
	    (q.command == USBIP_SUBMIT && (q.len > MAX_TRANSFER || q.endpoint > 15))) {
		c->ending = true;
		return false;
	}
	const uint8_t *payload = sends ? get_bytes(&r, q.len) : NULL;
	if (r.bad)
		return false;
	if (q.command == USBIP_SUBMIT)
		submit(c, &q, payload);
	else
		unlink_transfer(c, &q);
	consume(&c->in, USBIP_URB_BYTES + (sends ? q.len : 0));
	return true;
}

static void answer_list(struct usbip_client *c)
{
	const struct usbip_exports *x = c->server->exports;
	uint8_t head[USBIP_OP_BYTES + 4] = { 0 }, device[USBIP_DEVICE_BYTES], interface[4];

	usbip_put_op(head, USBIP_LIST, 0);
	for (size_t i = 0; i < x->count; i++)
		head[USBIP_OP_BYTES + 3] += x->list[i].dev->attached;
	append(&c->out, head, sizeof head);
	for (size_t i = 0; i < x->count; i++) {
		if (!x->list[i].dev->attached)
			continue;
		usbip_put_device(device, &x->list[i]);
		usbip_put_interface(interface, x->list[i].dev->model);
		append(&c->out, device, sizeof device);
		append(&c->out, interface, sizeof interface);
	}
	c->ending = true;
}

static bool is_taken(const struct usbip *u, const struct usbip_export *e)
{
	for (int i = 0; i < MAX_CLIENTS; i++)
		if (u->clients[i].fd >= 0 && u->clients[i].device == e)
			return true;
	return false;
}

static void answer_import(struct usbip_client *c, const uint8_t *bus_id)
{
	const struct usbip_exports *x = c->server->exports;
	uint8_t head[USBIP_OP_BYTES], device[USBIP_DEVICE_BYTES];

	for (size_t i = 0; i < x->count && !c->device; i++) {
		const struct usbip_export *e = &x->list[i];

		if (e->dev->attached && !is_taken(c->server, e) &&
		    strncmp(e->bus_id, (const char *)bus_id, USBIP_BUS_ID_BYTES) == 0)
			c->device = e;
	}
	usbip_put_op(head, USBIP_IMPORT, c->device ? 0 : 1);
	append(&c->out, head, sizeof head);
	c->ending = !c->device;
	if (!c->device)
		return;
	usbip_put_device(device, c->device);
	append(&c->out, device, sizeof device);
}

/* As take_command(), before a device was imported. */
static bool take_op(struct usbip_client *c)
{
	struct reader r = reader_of(c->in.at, c->in.len);
	uint32_t op = get_u32be(&r) & 0xffff;

	get_u32be(&r); /* status: unused in requests */
	const uint8_t *bus_id = op == USBIP_IMPORT ? get_bytes(&r, USBIP_BUS_ID_BYTES) : NULL;
	if (r.bad || c->ending)
		return false;
	if (op == USBIP_IMPORT)
		answer_import(c, bus_id);
	else if (op == USBIP_LIST)
		answer_list(c);
	else
		c->ending = true;
	consume(&c->in, c->in.len - r.left);
	return true;
}

static void drop(struct usbip_client *c)
{
	loop_unwatch(c->server->loop, c->fd);
	close(c->fd);
	c->fd = -1;
	pthread_mutex_lock(c->server->exports->lock);
	while (c->flying) {
		c->flying->unlinked = true;
		if (!usb_cancel(c->device->dev, &c->flying->urb))
			abort(); /* a flying transfer that is not pending is our own mistake */
	}
	pthread_mutex_unlock(c->server->exports->lock);
	free(c->in.at);
	free(c->out.at);
	c->in = c->out = (struct bytes){ 0 };
	c->device = NULL;
}

static void on_client(void *data, short events);

/* Sends what there is; the rest when the socket takes it. */
static void flush(struct usbip_client *c)
{
	struct usbip *u = c->server;

	pthread_mutex_lock(u->exports->lock);
	ssize_t n =
		c->out.len ? send(c->fd, c->out.at, c->out.len, MSG_NOSIGNAL | MSG_DONTWAIT) : 0;
	bool broken = n < 0 && errno != EAGAIN;
	if (n > 0)
		consume(&c->out, (size_t)n);
	bool more = c->out.len;
	bool over = c->ending || (c->device && !c->device->dev->attached);
	pthread_mutex_unlock(u->exports->lock);
	if (broken || (over && !more))
		return drop(c);
	short events = more ? POLLIN | POLLOUT : POLLIN;
	if (loop_watch(u->loop, c->fd, events, on_client, c) != ERR_OK)
		drop(c);
}

static void on_client(void *data, short events)
{
	struct usbip_client *c = data;
	uint8_t buffer[READ_BYTES];

	if (events & ~POLLOUT) {
		ssize_t n = recv(c->fd, buffer, sizeof buffer, MSG_DONTWAIT);

		if (n == 0 || (n < 0 && errno != EAGAIN))
			return drop(c);
		append(&c->in, buffer, n > 0 ? (size_t)n : 0);
	}
	pthread_mutex_lock(c->server->exports->lock);
	bool more = true;
	while (more && c->in.len)
		more = c->device ? take_command(c) : take_op(c);
	pthread_mutex_unlock(c->server->exports->lock);
	flush(c);
}

static void on_connect(void *data, short events)
{
	struct usbip *u = data;
	int fd = accept4(u->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK), one = 1, i = 0;

	(void)events;
	if (fd < 0)
		return;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	while (i < MAX_CLIENTS && u->clients[i].fd >= 0)
		i++;
	if (i == MAX_CLIENTS) {
		close(fd);
		return;
	}
	u->clients[i] = (struct usbip_client){ .server = u, .fd = fd };
	flush(&u->clients[i]);
}

void usbip_changed(struct usbip *u)
{
	for (int i = 0; u && i < MAX_CLIENTS; i++)
		if (u->clients[i].fd >= 0)
			flush(&u->clients[i]);
}

static enum err listen_at(struct usbip *u, int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_port = htons((uint16_t)port),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int one = 1;

	u->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (u->fd < 0 || setsockopt(u->fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) < 0)
		return err_of_errno();
	if (bind(u->fd, (struct sockaddr *)&a, sizeof a) < 0)
		return errno == EADDRINUSE ? ERR_BUSY : err_of_errno();
	if (listen(u->fd, MAX_CLIENTS) < 0)
		return err_of_errno();
	return loop_watch(u->loop, u->fd, POLLIN, on_connect, u);
}

enum err usbip_open(struct loop *loop, int port, const struct usbip_exports *exports,
		    struct usbip **ret_usbip)
{
	struct usbip *u = calloc(1, sizeof *u);

	if (!u)
		return ERR_NO_MEMORY;
	u->loop = loop;
	u->exports = exports;
	for (int i = 0; i < MAX_CLIENTS; i++)
		u->clients[i].fd = -1;
	enum err e = listen_at(u, port);
	if (e == ERR_OK)
		*ret_usbip = u;
	else
		usbip_close(u);
	return e;
}

int usbip_port(const struct usbip *u)
{
	struct sockaddr_in a = { 0 };
	socklen_t len = sizeof a;

	if (getsockname(u->fd, (struct sockaddr *)&a, &len) < 0)
		return 0;
	return ntohs(a.sin_port);
}

void usbip_close(struct usbip *u)
{
	if (!u)
		return;
	for (int i = 0; i < MAX_CLIENTS; i++)
		if (u->clients[i].fd >= 0)
			drop(&u->clients[i]);
	if (u->fd >= 0) {
		loop_unwatch(u->loop, u->fd);
		close(u->fd);
	}
	free(u);
}
