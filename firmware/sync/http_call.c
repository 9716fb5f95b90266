#include "firmware/sync/http_call.h"

#include "firmware/sync/tls.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define NOT_JUDGED   1L     /* libcurl's verify result until OpenSSL has one */
#define CONNECT_MS   60000L /* a line that is dead is noticed sooner, by what moves */
#define FIRST_WINDOW 8192
#define TICKS        4 /* a call is quiet when nothing moved for so many ticks in a row */

static void call_free(struct http_call *c)
{
	struct http_call **at = &c->http->calls;

	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	timer_stop(c->http->loop, &c->tick);
	curl_multi_remove_handle(c->http->multi, c->easy);
	curl_easy_cleanup(c->easy);
	curl_slist_free_all(c->headers);
	if (c->body)
		explicit_bzero(c->body, c->body_len); /* it may be about a person */
	free(c->body);
	free(c);
}

void http_cancel(struct http_call *c)
{
	if (c)
		call_free(c);
}

/* What TLS said, in OpenSSL's words. An alert is the other side's complaint. */
static enum err err_of_tls(const char *text)
{
	static const char *const CERTIFICATE[] = { "certificate", "unknown ca", "access denied",
						   "decrypt error", "handshake failure" };
	static const char *const NOT_OURS[] = { "wrong version number", "unsupported protocol",
						"protocol version", "packet length too long" };

	/* of a signature that does not hold libcurl tells only where OpenSSL noticed */
	static const char *const BROKEN[] = { "asn1 encoding routines", "rsa routines",
					      "elliptic curve routines" };

	for (size_t i = 0; i < sizeof BROKEN / sizeof *BROKEN; i++)
		if (strstr(text, BROKEN[i]))
			return ERR_FORGED;
	for (size_t i = 0; i < sizeof NOT_OURS / sizeof *NOT_OURS; i++)
		if (strstr(text, NOT_OURS[i]))
			return ERR_BAD_DATA;
	for (size_t i = 0; i < sizeof CERTIFICATE / sizeof *CERTIFICATE; i++)
		if (strstr(text, "alert") && strstr(text, CERTIFICATE[i]))
			return ERR_FORGED;
	return ERR_OFFLINE;
}

enum err http_call_err(CURLcode code, const char *text)
{
	switch (code) {
	case CURLE_OK:
		return ERR_OK;
	case CURLE_OPERATION_TIMEDOUT:
		return ERR_TIMEOUT;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
		return ERR_FORGED;
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_WRITE_ERROR:
	case CURLE_FILESIZE_EXCEEDED:
		return ERR_BAD_DATA;
	case CURLE_OUT_OF_MEMORY:
		return ERR_NO_MEMORY;
	case CURLE_READ_ERROR:
	case CURLE_ABORTED_BY_CALLBACK:
		return ERR_IO;
	default:
		return err_of_tls(text);
	}
}

void http_call_finish(struct http_call *c, enum err e, const char *why)
{
	struct http_answer a = {
		.e = e, .why = why, .headers = c->got, .body = c->body, .body_len = c->body_len
	};
	long status = 0;

	curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
	a.status = (unsigned)status;
	c->done(c->data, &a);
	call_free(c);
}

/* Bytes that have come, or that the other side has confirmed, those of the TLS handshake too. What
 * the kernel took from us has not left: its buffer swallows a megabyte at once, and on a slow line
 * nothing would seem to move for minutes then. */
static int64_t bytes_moved(const struct http_call *c)
{
	struct tcp_info i = { 0 };
	socklen_t len = sizeof i;

	if (c->socket < 0 || getsockopt(c->socket, IPPROTO_TCP, TCP_INFO, &i, &len) < 0)
		return 0;
	return (int64_t)(i.tcpi_bytes_acked + i.tcpi_bytes_received);
}

/* Counts ticks, not time: a clock that jumps is not a line that is dead. */
static void on_tick(void *data)
{
	struct http_call *c = data;
	int64_t moved = bytes_moved(c);

	bool idle = moved == c->moved || c->moved < 0; /* a kept connection has moved before */

	c->idle_ticks = idle && !c->held ? c->idle_ticks + 1 : 0;
	c->moved = moved;
	if (c->idle_ticks == 0 && c->moves)
		c->moves(c->data);
	if (c->idle_ticks >= TICKS)
		http_call_finish(c, ERR_TIMEOUT, "no byte came or went for too long");
	else
		timer_set(c->http->loop, &c->tick, c->tick_ms, on_tick, c);
}

static size_t on_header(char *bytes, size_t size, size_t n, void *data)
{
	struct http_call *c = data;
	struct tls_facts *f = c->http->facts;

	if (f && !f->known)
		f->known = tls_of_transfer(c->easy, f->version, f->peer, &f->peer_days) &&
			   tls_of_pem(c->identity->cert.data, c->identity->cert.len, f->own,
				      &f->own_days);
	headers_take(&c->got, bytes, size * n, clock_wall_s(loop_clock(c->http->loop)));
	return size * n;
}

/* Is this a part of the file that is wanted, or a page about something else? */
static bool sinks(const struct http_call *c)
{
	long status = 0;

	curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
	return c->sink && (status == 200 || status == 206);
}

/* How much was taken: libcurl ends the call when it is not all. */
static size_t sink(struct http_call *c, const char *bytes, size_t len)
{
	curl_off_t told = -1;
	long status = 0;

	curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(c->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &told);
	int64_t from = status == 206 ? c->sink->from : 0;
	if (told != c->sink->size - from || (int64_t)len > told - c->sunk)
		return 0;
	ssize_t done = pwrite(c->sink->fd, bytes, len, from + c->sunk);
	c->sunk += done > 0 ? done : 0;
	return done == (ssize_t)len ? len : 0;
}

static size_t on_body(char *bytes, size_t size, size_t n, void *data)
{
	struct http_call *c = data;
	size_t len = size * n;

	if (sinks(c))
		return c->held ? CURL_WRITEFUNC_PAUSE : sink(c, bytes, len);
	if (len > c->max_bytes - c->body_len)
		return 0;
	uint8_t *more = realloc(c->body, c->body_len + len);
	if (!more)
		return 0;
	memcpy(more + c->body_len, bytes, len);
	c->body = more;
	c->body_len += len;
	return len;
}

/* Only what is under way delays others on a slow line. */
static void narrow(struct http_call *c)
{
	int bytes = (int)c->window_bytes;

	if (bytes == 0 || c->socket < 0)
		return;
	(void)setsockopt(c->socket, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
	c->window_bytes = 0;
}

/* A new connection begins narrow: its first request has nothing to set it by yet. */
static int on_socket(void *data, curl_socket_t fd, curlsocktype purpose)
{
	struct http_call *c = data;
	int bytes = FIRST_WINDOW;

	(void)purpose;
	c->socket = fd;
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
	return CURL_SOCKOPT_OK;
}

static size_t on_read(char *to, size_t size, size_t n, void *data)
{
	struct http_call *c = data;

	if (c->held)
		return CURL_READFUNC_PAUSE;
	narrow(c);
	int64_t left = c->len - c->sent;
	size_t want = size * n < (uint64_t)left ? size * n : (size_t)left;
	ssize_t got = want > 0 ? pread(c->fd, to, want, c->from + c->sent) : 0;

	if (got < 0 || (got == 0 && want > 0))
		return CURL_READFUNC_ABORT;
	c->sent += got;
	return (size_t)got;
}

/* libcurl sends the body once more when a kept connection turns out to be dead. */
static int on_seek(void *data, curl_off_t offset, int origin)
{
	struct http_call *c = data;

	if (origin != SEEK_SET || offset < 0 || offset > c->len)
		return CURL_SEEKFUNC_FAIL;
	c->sent = offset;
	return CURL_SEEKFUNC_OK;
}

void http_hold(struct http_call *c, bool hold)
{
	if (!c || c->held == hold)
		return;
	c->held = hold;
	if (c->sink) {
		if (!hold)
			(void)curl_easy_pause(c->easy, CURLPAUSE_CONT);
		return; /* on_body() pauses, when there is something to pause */
	}
	/* before the first byte there is nothing to pause yet: on_read() sees to it */
	if (!hold || c->sent > 0)
		(void)curl_easy_pause(c->easy, hold ? CURLPAUSE_SEND : CURLPAUSE_CONT);
}

enum err http_call_judged(const struct http_call *c, enum err e)
{
	const struct curl_blob *own = &c->identity->cert;
	int64_t now_s = clock_wall_s(loop_clock(c->http->loop));
	long result = 0;

	curl_easy_getinfo(c->easy, CURLINFO_SSL_VERIFYRESULT, &result);
	if (result == 0 || result == NOT_JUDGED)
		return e;
	return tls_clock_wrong(result, own->data, own->len, now_s) ? ERR_WRONG_CLOCK : ERR_FORGED;
}

/* Certificates are judged by the same clock as everything else here. A key in a TPM is handed to
 * OpenSSL behind libcurl's back. */
static CURLcode on_ssl_ctx(CURL *easy, void *ctx, void *data)
{
	const struct http_call *c = data;

	const struct http_identity *own = c->identity;

	(void)easy;
	tls_set_time(ctx, clock_wall_s(loop_clock(c->http->loop)));
	return !own->in_tpm || tls_set_own(ctx, own->cert.data, own->cert.len, own->in_tpm)
		       ? CURLE_OK
		       : CURLE_SSL_CERTPROBLEM;
}

static bool set_safety(struct http_call *c)
{
	struct http *h = c->http;
	CURL *e = c->easy;
	CURLcode bad = CURLE_OK;

#define SET(option, value) bad = bad ? bad : curl_easy_setopt(e, CURLOPT_##option, value)
	SET(PROTOCOLS_STR, "https");
	SET(FOLLOWLOCATION, 0L);
	SET(PROXY, h->proxy); /* "" is none, whatever the environment says */
	SET(NOPROXY, h->proxy[0] ? "" : "*");
	SET(SUPPRESS_CONNECT_HEADERS, 1L);
	SET(SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(SSL_VERIFYPEER, 1L);
	SET(SSL_VERIFYHOST, 2L);
	SET(CAPATH, NULL);
	SET(CAINFO, NULL);
	SET(CAINFO_BLOB, &h->ca);
	if (!c->identity->in_tpm) {
		SET(SSLCERT_BLOB, &c->identity->cert);
		SET(SSLKEY_BLOB, &c->identity->key);
	}
	SET(SSL_CTX_FUNCTION, on_ssl_ctx);
	SET(SSL_CTX_DATA, c);
	if (h->pins[0])
		SET(PINNEDPUBLICKEY, h->pins);
	if (c->identity == h->trial) {
		SET(FRESH_CONNECT, 1L);
		SET(FORBID_REUSE, 1L);
		SET(SSL_SESSIONID_CACHE, 0L);
	}
	SET(NOSIGNAL, 1L);
	SET(QUICK_EXIT, 1L); /* a name being looked up must not hold us when we are told to end */
	SET(CONNECTTIMEOUT_MS, CONNECT_MS);
	SET(MAXFILESIZE_LARGE, (curl_off_t)(c->sink ? c->sink->size : (int64_t)c->max_bytes));
	if (c->sink && c->sink->bytes_s)
		SET(MAX_RECV_SPEED_LARGE, (curl_off_t)c->sink->bytes_s);
	SET(TCP_KEEPALIVE, 1L);
	SET(HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(HTTP09_ALLOWED, 0L);
	SET(USERAGENT, h->agent);
#undef SET
	return bad == CURLE_OK;
}

static bool set_callbacks(struct http_call *c)
{
	CURL *e = c->easy;
	CURLcode bad = CURLE_OK;

#define SET(option, value) bad = bad ? bad : curl_easy_setopt(e, CURLOPT_##option, value)
	SET(PRIVATE, c);
	SET(ERRORBUFFER, c->error);
	SET(HEADERFUNCTION, on_header);
	SET(HEADERDATA, c);
	SET(WRITEFUNCTION, on_body);
	SET(WRITEDATA, c);
	SET(SOCKOPTFUNCTION, on_socket);
	SET(SOCKOPTDATA, c);
#undef SET
	return bad == CURLE_OK;
}

static bool set_method(struct http_call *c, const struct http_request *r)
{
	CURL *e = c->easy;
	CURLcode bad = CURLE_OK;

#define SET(option, value) bad = bad ? bad : curl_easy_setopt(e, CURLOPT_##option, value)
	if (strcmp(r->method, "HEAD") == 0) {
		SET(NOBODY, 1L);
	} else if (strcmp(r->method, "POST") == 0) {
		SET(POST, 1L);
		SET(POSTFIELDSIZE, r->text ? (long)strlen(r->text) : 0L);
		SET(COPYPOSTFIELDS, r->text ? r->text : "");
	} else {
		if (r->text) {
			SET(POSTFIELDSIZE, (long)strlen(r->text));
			SET(COPYPOSTFIELDS, r->text);
		}
		SET(CUSTOMREQUEST, r->method);
	}
	if (r->fd >= 0) {
		SET(UPLOAD, 1L);
		SET(INFILESIZE_LARGE, (curl_off_t)r->len);
		SET(READFUNCTION, on_read);
		SET(READDATA, c);
		SET(SEEKFUNCTION, on_seek);
		SET(SEEKDATA, c);
	}
	if (r->window_bytes)
		SET(UPLOAD_BUFFERSIZE, (long)r->window_bytes); /* at least 16 KiB */
#undef SET
	return bad == CURLE_OK;
}

static bool set_headers(struct http_call *c, const struct http_request *r)
{
	const char *const none = "Expect:"; /* no waiting for 100-continue */
	size_t count = sizeof r->headers / sizeof *r->headers;

	c->headers = curl_slist_append(NULL, none);
	for (size_t i = 0; c->headers && i < count && r->headers[i]; i++) {
		struct curl_slist *more = curl_slist_append(c->headers, r->headers[i]);

		if (!more)
			return false;
		c->headers = more;
	}
	return c->headers && curl_easy_setopt(c->easy, CURLOPT_HTTPHEADER, c->headers) == CURLE_OK;
}

enum err http_start(struct http *h, const struct http_request *r, http_done_fn *done, void *data,
		    struct http_call **ret)
{
	char url[2 * ADDRESS_MAX_BYTES];
	enum err e = address_join(h->base, r->path, url);
	struct http_call *c = e == ERR_OK ? calloc(1, sizeof *c) : NULL;

	if (c && r->trial && !h->trial) {
		free(c);
		return ERR_NOT_FOUND;
	}
	if (!c)
		return e == ERR_OK ? ERR_NO_MEMORY : ERR_BAD_DATA;
	*c = (struct http_call){ .http = h,
				 .next = h->calls,
				 .identity = r->trial ? h->trial : h->own,
				 .fd = r->fd,
				 .from = r->from,
				 .len = r->len,
				 .window_bytes = r->window_bytes,
				 .socket = -1,
				 .moved = -1,
				 .sink = r->sink,
				 .max_bytes = r->max_bytes ? r->max_bytes : ANSWER_MAX_BYTES,
				 .done = done,
				 .moves = r->moves,
				 .data = data,
				 .tick_ms = r->quiet_ms / TICKS };
	h->calls = c;
	headers_init(&c->got);
	c->easy = curl_easy_init();
	if (!c->easy || !set_safety(c) || !set_callbacks(c) || !set_method(c, r) ||
	    !set_headers(c, r) || curl_easy_setopt(c->easy, CURLOPT_URL, url) != CURLE_OK ||
	    curl_multi_add_handle(h->multi, c->easy) != CURLM_OK) {
		call_free(c);
		return ERR_NO_MEMORY;
	}
	timer_set(h->loop, &c->tick, c->tick_ms, on_tick, c);
	*ret = c;
	return ERR_OK;
}
