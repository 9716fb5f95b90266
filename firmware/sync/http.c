#include "firmware/base/auto.h"
#include "firmware/base/version.h"
#include "firmware/sync/http_call.h"
#include "firmware/sync/tls.h"
#include "firmware/tpm/tpm.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_PEM_BYTES 65536
#define PIN_CHARS     44 /* of 32 bytes in base64 */

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
		if (e != ERR_OK)
			e = http_call_judged(c, e);
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
	struct http_call *c = NULL;
	short events =
		(short)((what & CURL_POLL_IN ? POLLIN : 0) | (what & CURL_POLL_OUT ? POLLOUT : 0));

	(void)unused;
	curl_easy_getinfo(easy, CURLINFO_PRIVATE, &c);
	if (c && what != CURL_POLL_REMOVE)
		c->socket = fd;
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

/* "PIN PIN" of the settings into "sha256//PIN;sha256//PIN". */
static enum err read_pins(const char *row, char *ret, size_t cap, char why[256])
{
	static const char BASE64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t at = 0;

	ret[0] = '\0';
	for (const char *p = row; *p; p += *p == ' ') {
		size_t n = strcspn(p, " ");

		if (n == 0)
			continue;
		if (n != PIN_CHARS || strspn(p, BASE64) != n - 1 || p[n - 1] != '=') {
			snprintf(why, 256, "province_pins: not sha256 in base64: %.64s", p);
			return ERR_BAD_CONFIG;
		}
		int more = snprintf(ret + at, cap - at, "%ssha256//%.*s", at ? ";" : "", (int)n, p);
		if (more < 0 || (size_t)more >= cap - at)
			return ERR_NO_SPACE;
		at += (size_t)more;
		p += n;
	}
	return ERR_OK;
}

/* http://host:port, and no password: that is nothing for a settings file. */
static enum err read_proxy(const char *row, char *ret, size_t cap, char why[256])
{
	char https[CONFIG_TEXT_CAP + 8];

	snprintf(https, sizeof https, "https://%s",
		 strncmp(row, "http://", 7) == 0 ? row + 7 : "@");
	if (row[0] && !address_base_ok(https)) {
		snprintf(why, 256, "https_proxy: not of the form http://host:port");
		return ERR_BAD_CONFIG;
	}
	snprintf(ret, cap, "%s", row);
	return ERR_OK;
}

static void identity_free(struct http_identity *i)
{
	if (!i)
		return;
	if (i->key.data)
		explicit_bzero(i->key.data, i->key.len);
	free(i->cert.data);
	free(i->key.data);
	EVP_PKEY_free(i->in_tpm);
	free(i);
}

/* libcurl is for keys of files. */
static enum err find_in_tpm(struct http *h, struct http_identity *i)
{
	enum err e = ERR_OK;

	if (!tpm_has_key(i->key.data, i->key.len))
		return ERR_OK;
	if (!h->tpm)
		e = tpm_open(&h->tpm);
	if (e == ERR_OK)
		e = tpm_load(h->tpm, i->key.data, i->key.len, &i->in_tpm);
	return e;
}

static enum err read_settings(struct http *h, const struct config *c, char why[256])
{
	enum err e = ERR_OK;

	if (!address_base_ok(h->base)) {
		snprintf(why, 256, "province_url: not of the form https://host[:port]");
		return ERR_BAD_CONFIG;
	}
	e = read_pins(c->province_pins, h->pins, sizeof h->pins, why);
	if (e == ERR_OK)
		e = read_proxy(c->https_proxy, h->proxy, sizeof h->proxy, why);
	if (e == ERR_OK)
		e = read_pem("tls_ca", c->tls_ca, &h->ca, why);
	if (e == ERR_OK)
		e = read_pem("tls_cert", c->tls_cert, &h->own->cert, why);
	if (e == ERR_OK)
		e = read_pem("tls_key", c->tls_key, &h->own->key, why);
	if (e == ERR_OK && find_in_tpm(h, h->own) != ERR_OK) {
		snprintf(why, 256, "tls_key: the TPM of this board cannot use it");
		e = ERR_BAD_CONFIG;
	}
	return e;
}

/* "mocua-kiosk/1.815+g9081d97 (x86-kiosk)" */
static void name_agent(struct http *h, const char *assets_dir)
{
	struct version v;

	version_read(assets_dir, &v);
	snprintf(h->agent, sizeof h->agent, "mocua-kiosk/%s%s%s%s", v.number,
		 v.board[0] ? " (" : "", v.board, v.board[0] ? ")" : "");
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
	name_agent(h, c->assets_dir);
	h->own = calloc(1, sizeof *h->own);
	enum err e = h->own ? read_settings(h, c, why) : ERR_NO_MEMORY;
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
	identity_free(h->trial);
	while (h->own) {
		struct http_identity *i = h->own;

		h->own = i->former;
		identity_free(i);
	}
	free(h->ca.data);
	tpm_close(h->tpm);
	free(h);
}

enum err http_offer(struct http *h, const void *pem, size_t len)
{
	struct http_identity *i = calloc(1, sizeof *i);
	void *cert = malloc(len), *key = malloc(len);

	if (!i || !cert || !key || h->trial) {
		free(i);
		free(cert);
		free(key);
		return h->trial ? ERR_BUSY : ERR_NO_MEMORY;
	}
	memcpy(cert, pem, len);
	memcpy(key, pem, len);
	i->cert = (struct curl_blob){ cert, len, CURL_BLOB_NOCOPY };
	i->key = (struct curl_blob){ key, len, CURL_BLOB_NOCOPY };
	enum err e = find_in_tpm(h, i);
	if (e == ERR_OK && !tls_pair_ok(pem, len, i->in_tpm))
		e = ERR_BAD_DATA;
	if (e == ERR_OK)
		h->trial = i;
	else
		identity_free(i);
	return e;
}

void http_decide(struct http *h, bool adopt)
{
	if (adopt && h->trial) {
		h->trial->former = h->own;
		h->own = h->trial;
	} else {
		identity_free(h->trial);
	}
	h->trial = NULL;
}

bool http_span(const struct http *h, bool trial, int64_t *ret_begins_s, int64_t *ret_ends_s)
{
	const struct http_identity *i = trial ? h->trial : h->own;

	return i && tls_span(i->cert.data, i->cert.len, ret_begins_s, ret_ends_s);
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
