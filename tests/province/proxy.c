#include "tests/province/proxy.h"

#include "firmware/base/auto.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TUNNELS 8

struct tunnel {
	struct proxy *proxy;
	int kiosk, province; /* -1: none */
	char head[2048];
	size_t head_len;
};

struct proxy {
	struct loop *loop;
	int listener;
	uint16_t port;
	enum proxy_how how;
	unsigned count;
	struct tunnel tunnels[TUNNELS];
};

static void end(struct tunnel *t)
{
	int *fds[] = { &t->kiosk, &t->province };

	for (int i = 0; i < 2; i++) {
		if (*fds[i] < 0)
			continue;
		loop_unwatch(t->proxy->loop, *fds[i]);
		close(*fds[i]);
		*fds[i] = -1;
	}
	t->head_len = 0;
}

/* Blocking on the way out: the other end always reads, or is gone. */
static bool carry(int from, int to)
{
	char part[16384];
	ssize_t n = recv(from, part, sizeof part, MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN;
	for (ssize_t at = 0, sent; at < n; at += sent) {
		sent = send(to, part + at, (size_t)(n - at), MSG_NOSIGNAL);
		if (sent <= 0)
			return false;
	}
	return n > 0;
}

static void on_province(void *data, short events)
{
	struct tunnel *t = data;

	(void)events;
	if (!carry(t->province, t->kiosk))
		end(t);
}

static int reach(unsigned port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	AUTO_FD fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || connect(fd, (struct sockaddr *)&at, sizeof at) < 0)
		return -1;
	return take_fd(&fd);
}

static void say(struct tunnel *t, const char *text)
{
	if (send(t->kiosk, text, strlen(text), MSG_NOSIGNAL) < 0)
		end(t);
}

static void open_tunnel(struct tunnel *t)
{
	struct proxy *p = t->proxy;
	unsigned port = 0;

	if (p->how == PROXY_HANG)
		return;
	bool good = sscanf(t->head, "CONNECT %*[^:]:%u HTTP/1.", &port) == 1 && port <= UINT16_MAX;
	if (p->how == PROXY_GOOD && good)
		t->province = reach(port);
	if (t->province < 0 || loop_watch(p->loop, t->province, POLLIN, on_province, t) != ERR_OK) {
		say(t,
		    p->how == PROXY_REFUSE
			    ? "HTTP/1.1 407 Proxy Authentication Required\r\n"
			      "Proxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n"
			    : "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
		end(t);
		return;
	}
	p->count++;
	say(t, "HTTP/1.1 200 Connection established\r\n\r\n");
}

static void on_kiosk(void *data, short events)
{
	struct tunnel *t = data;

	(void)events;
	if (t->province >= 0) {
		if (!carry(t->kiosk, t->province))
			end(t);
		return;
	}
	ssize_t n = recv(t->kiosk, t->head + t->head_len, sizeof t->head - 1 - t->head_len,
			 MSG_DONTWAIT);
	if (n <= 0) {
		end(t);
		return;
	}
	t->head_len += (size_t)n;
	t->head[t->head_len] = '\0';
	if (strstr(t->head, "\r\n\r\n"))
		open_tunnel(t);
}

static void on_connect(void *data, short events)
{
	struct proxy *p = data;
	AUTO_FD fd = accept4(p->listener, NULL, NULL, SOCK_CLOEXEC);

	(void)events;
	for (size_t i = 0; fd >= 0 && i < TUNNELS; i++) {
		struct tunnel *t = &p->tunnels[i];

		if (t->kiosk >= 0 || loop_watch(p->loop, fd, POLLIN, on_kiosk, t) != ERR_OK)
			continue;
		t->kiosk = take_fd(&fd);
		return;
	}
}

enum err proxy_start(struct loop *l, struct proxy **ret)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof at;
	struct proxy *p = calloc(1, sizeof *p);

	if (!p)
		return ERR_NO_MEMORY;
	p->loop = l;
	for (size_t i = 0; i < TUNNELS; i++)
		p->tunnels[i] = (struct tunnel){ .proxy = p, .kiosk = -1, .province = -1 };
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	p->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (p->listener < 0 || bind(p->listener, (struct sockaddr *)&at, sizeof at) < 0 ||
	    listen(p->listener, TUNNELS) < 0 ||
	    getsockname(p->listener, (struct sockaddr *)&at, &len) < 0 ||
	    loop_watch(l, p->listener, POLLIN, on_connect, p) != ERR_OK) {
		proxy_stop(p);
		return ERR_IO;
	}
	p->port = ntohs(at.sin_port);
	*ret = p;
	return ERR_OK;
}

void proxy_stop(struct proxy *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < TUNNELS; i++)
		end(&p->tunnels[i]);
	if (p->listener >= 0) {
		loop_unwatch(p->loop, p->listener);
		close(p->listener);
	}
	free(p);
}

void proxy_do(struct proxy *p, enum proxy_how how)
{
	p->how = how;
	for (size_t i = 0; i < TUNNELS; i++)
		end(&p->tunnels[i]); /* what was open was opened otherwise */
}

uint16_t proxy_port(const struct proxy *p)
{
	return p->port;
}

unsigned proxy_count(const struct proxy *p)
{
	return p->count;
}
