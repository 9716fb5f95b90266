#include "firmware/base/auto.h"
#include "firmware/sync/http_call.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_PEM_BYTES 65536

/* Hands out what has ended. A callback may cancel other calls, so each is looked up anew. */
static void drain(struct http *h)
{
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(h->multi, &left))) {
		struct http_call *c = NULL;

		if (m->msg != CURLMSG_DONE)
			continue;
		CURLcode code = m->data.result;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &c);
		const char *text = c->error[0] ? c->error : curl_easy_strerror(code);
		enum err e = http_call_err(code, text);
		http_call_finish(c, e, e == ERR_OK ? "" : text);
	}
}

static void act(struct http *h, curl_socket_t fd, int how)
{
	int running;

	curl_multi_socket_action(h->multi, fd, how, &running);
	drain(h);
}

static void on_timer(void *data)
{
	act(data, CURL_SOCKET_TIMEOUT, 0);
}

static void on_socket(void *data, short events)
{
	struct http_socket *s = data;
	int how = (events & POLLIN ? CURL_CSELECT_IN : 0) |
		  (events & POLLOUT ? CURL_CSELECT_OUT : 0) |
		  (events & (POLLERR | POLLHUP) ? CURL_CSELECT_ERR : 0);

	act(s->http, s->fd, how);
}

static struct http_socket *socket_of(struct http *h, int fd)
{
	for (size_t i = 0; i < MAX_SOCKETS; i++)
		if (h->sockets[i].fd == fd)
			return &h->sockets[i];
	return NULL;
}

static int curl_wants_socket(CURL *easy, curl_socket_t fd, int what, void *data, void *unused)
{
	struct http *h = data;
	struct http_socket *s = socket_of(h, fd);
	short events =
		(short)((what & CURL_POLL_IN ? POLLIN : 0) | (what & CURL_POLL_OUT ? POLLOUT : 0));

	(void)easy, (void)unused;
	if (what == CURL_POLL_REMOVE) {
		loop_unwatch(h->loop, fd);
		if (s)
			s->fd = -1;
		return 0;
	}
	if (!s)
		s = socket_of(h, -1);
	if (!s || loop_watch(h->loop, fd, events, on_socket, s) != ERR_OK)
		return -1;
	s->fd = fd;
	return 0;
}

static int curl_wants_timer(CURLM *multi, long wait_ms, void *data)
{
	struct http *h = data;

	(void)multi;
	if (wait_ms < 0)
		timer_stop(h->loop, &h->timer);
	else
		timer_set(h->loop, &h->timer, (uint32_t)wait_ms, on_timer, h);
	return 0;
}

static enum err read_pem(const char *row, const char *path, struct curl_blob *ret, char why[256])
{
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0) {
		snprintf(why, 256, "%s: %.180s: %s", row, path, strerror(errno));
		return ERR_BAD_CONFIG;
	}
	if (st.st_size <= 0 || st.st_size > MAX_PEM_BYTES) {
		snprintf(why, 256, "%s: %.180s is empty or over 64 KiB", row, path);
		return ERR_BAD_CONFIG;
	}
	void *bytes = malloc((size_t)st.st_size);
	if (!bytes)
		return ERR_NO_MEMORY;
	*ret = (struct curl_blob){ bytes, (size_t)st.st_size, CURL_BLOB_NOCOPY };
	return read(fd, bytes, ret->len) == (ssize_t)ret->len ? ERR_OK : ERR_IO;
}

static bool set_multi(struct http *h)
{
	h->multi = curl_multi_init();
	return h->multi &&
	       curl_multi_setopt(h->multi, CURLMOPT_SOCKETFUNCTION, curl_wants_socket) ==
		       CURLM_OK &&
	       curl_multi_setopt(h->multi, CURLMOPT_SOCKETDATA, h) == CURLM_OK &&
	       curl_multi_setopt(h->multi, CURLMOPT_TIMERFUNCTION, curl_wants_timer) == CURLM_OK &&
	       curl_multi_setopt(h->multi, CURLMOPT_TIMERDATA, h) == CURLM_OK;
}

enum err http_create(struct loop *l, const struct config *c, struct http **ret, char why[256])
{
	struct http *h = calloc(1, sizeof *h);

	why[0] = '\0';
	if (!h)
		return ERR_NO_MEMORY;
	h->loop = l;
	for (size_t i = 0; i < MAX_SOCKETS; i++)
		h->sockets[i] = (struct http_socket){ h, -1 };
	snprintf(h->base, sizeof h->base, "%s", c->province_url);
	enum err e = ERR_OK;
	if (!address_base_ok(h->base)) {
		snprintf(why, 256, "province_url: not of the form https://host[:port]");
		e = ERR_BAD_CONFIG;
	}
	if (e == ERR_OK)
		e = read_pem("tls_ca", c->tls_ca, &h->ca, why);
	if (e == ERR_OK)
		e = read_pem("tls_cert", c->tls_cert, &h->cert, why);
	if (e == ERR_OK)
		e = read_pem("tls_key", c->tls_key, &h->key, why);
	if (e == ERR_OK && (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || !set_multi(h)))
		e = ERR_NO_MEMORY;
	if (e == ERR_OK)
		*ret = h;
	else
		http_destroy(h);
	return e;
}

void http_destroy(struct http *h)
{
	if (!h)
		return;
	while (h->calls)
		http_cancel(h->calls);
	if (h->multi)
		curl_multi_cleanup(h->multi);
	timer_stop(h->loop, &h->timer);
	if (h->key.data)
		explicit_bzero(h->key.data, h->key.len);
	free(h->ca.data);
	free(h->cert.data);
	free(h->key.data);
	free(h);
}

void http_observe(struct http *h, struct tls_facts *facts)
{
	h->facts = facts;
}

const char *http_base(const struct http *h)
{
	return h->base;
}

struct loop *http_loop(const struct http *h)
{
	return h->loop;
}
