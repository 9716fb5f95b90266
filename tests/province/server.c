#include "tests/province/server.h"

#include "firmware/base/auto.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>

#define TLS_PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"
#define PAUSE_MS       100
#define LINGER_MS      1000

struct server {
	struct world *w;
	const struct routes *routes;
	struct MHD_Daemon *daemon;
	struct request *requests;
	struct timer timer;
	int epoll_fd;
	uint16_t port;
	bool tls, hung, stopping;
	char *key, *cert, *trust; /* PEM; libmicrohttpd keeps pointers to them */
};

static void pump(struct server *s);

static void on_timer(void *data)
{
	pump(data);
}

static void on_ready(void *data, short events)
{
	(void)events;
	pump(data);
}

/* Lets libmicrohttpd do what can be done now, and asks when it wants to be called next. */
static void pump(struct server *s)
{
	MHD_UNSIGNED_LONG_LONG wait_ms;

	if (s->hung || s->stopping)
		return;
	MHD_run(s->daemon);
	timer_stop(s->w->loop, &s->timer);
	if (MHD_get_timeout(s->daemon, &wait_ms) == MHD_YES)
		timer_set(s->w->loop, &s->timer, wait_ms > 60000 ? 60000 : (uint32_t)wait_ms,
			  on_timer, s);
}

void server_hang(struct server *s, bool hung)
{
	s->hung = hung;
	if (hung) {
		loop_unwatch(s->w->loop, s->epoll_fd);
		timer_stop(s->w->loop, &s->timer);
	} else if (loop_watch(s->w->loop, s->epoll_fd, POLLIN, on_ready, s) == ERR_OK) {
		pump(s);
	}
}

const char *request_header(struct request *r, const char *name)
{
	return MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, name);
}

void request_client(struct request *r, char *ret, size_t cap)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(r->connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	unsigned count = 0;
	const gnutls_datum_t *raw =
		info && info->tls_session ? gnutls_certificate_get_peers(info->tls_session, &count)
					  : NULL;
	gnutls_x509_crt_t cert;

	ret[0] = '\0';
	if (!raw || count == 0 || gnutls_x509_crt_init(&cert) < 0)
		return;
	if (gnutls_x509_crt_import(cert, raw, GNUTLS_X509_FMT_DER) < 0 ||
	    gnutls_x509_crt_get_dn_by_oid(cert, GNUTLS_OID_X520_COMMON_NAME, 0, 0, ret, &cap) < 0)
		ret[0] = '\0';
	gnutls_x509_crt_deinit(cert);
}

static void queue(struct request *r, unsigned status, const char *type,
		  struct MHD_Response *response, const char *const *headers)
{
	if (!response)
		return;
	if (type)
		MHD_add_response_header(response, "Content-Type", type);
	for (; headers && headers[0]; headers += 2)
		MHD_add_response_header(response, headers[0], headers[1]);
	r->answered = MHD_queue_response(r->connection, status, response) == MHD_YES;
	MHD_destroy_response(response);
}

void request_answer(struct request *r, unsigned status, const char *type, const void *bytes,
		    size_t len, const char *const *headers)
{
	void *body = (void *)(uintptr_t)(bytes ? bytes : "");

	queue(r, status, type, MHD_create_response_from_buffer(len, body, MHD_RESPMEM_MUST_COPY),
	      headers);
}

static ssize_t on_more(void *data, uint64_t at, char *to, size_t max)
{
	(void)data, (void)at;
	memset(to, 'x', max);
	return (ssize_t)max;
}

void request_answer_endless(struct request *r, const char *type)
{
	queue(r, 200, type,
	      MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 4096, on_more, NULL, NULL), NULL);
}

struct part {
	int fd;
	int64_t from, stop;
};

static ssize_t on_part(void *data, uint64_t at, char *to, size_t max)
{
	const struct part *p = data;
	int64_t left = p->stop - (int64_t)at;

	if (left <= 0)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	ssize_t n =
		pread(p->fd, to, (int64_t)max < left ? max : (size_t)left, p->from + (int64_t)at);
	return n > 0 ? n : MHD_CONTENT_READER_END_WITH_ERROR;
}

static void part_free(void *data)
{
	struct part *p = data;

	close(p->fd);
	free(p);
}

void request_answer_part(struct request *r, int fd, int64_t from, int64_t len, int64_t stop)
{
	struct part *p = malloc(sizeof *p);

	if (!p) {
		close(fd);
		return;
	}
	*p = (struct part){ fd, from, stop };
	queue(r, from > 0 ? 206 : 200, "application/octet-stream",
	      MHD_create_response_from_callback((uint64_t)len, 65536, on_part, p, part_free), NULL);
}

void request_answer_file(struct request *r, const char *type, int fd, size_t len)
{
	static const char *const HEADERS[] = { "X-Content-Type-Options", "nosniff", NULL };

	queue(r, 200, type, MHD_create_response_from_fd(len, fd), HEADERS);
}

static void on_pause_over(void *data)
{
	struct request *r = data;

	r->paused = false;
	MHD_resume_connection(r->connection);
	pump(r->server);
}

/* As much of `n` bytes as may be taken at once when the province plays slow. */
static size_t slowly(struct request *r, size_t n)
{
	uint64_t rate = r->server->w->fault.slow_bytes_s, share = rate * PAUSE_MS / 1000 + 1;

	if (rate == 0)
		return n;
	if (n > share)
		n = (size_t)share;
	uint32_t pause_ms = (uint32_t)(n * 1000 / rate);
	r->paused = true;
	MHD_suspend_connection(r->connection);
	timer_set(r->server->w->loop, &r->pause, pause_ms ? pause_ms : 1, on_pause_over, r);
	return n;
}

static bool write_all(struct request *r, const char *data, size_t n)
{
	sum_add(&r->sum, data, n);
	r->sink_at += (int64_t)n;
	while (n > 0) {
		ssize_t m = write(r->sink_fd, data, n);

		if (m <= 0)
			return false;
		data += m;
		n -= (size_t)m;
	}
	return true;
}

static bool sink(struct request *r, const char *data, size_t n)
{
	bool cut, good = true;
	int64_t take = fault_cut(&r->server->w->fault, r->sink_at, (int64_t)n, &cut);

	if (r->sink_at + take > r->sink_max)
		return false;
	if (r->flip && take > 0) {
		r->flip = false;
		good = write_all(r, &(const char){ (char)(data[0] ^ 1) }, 1);
		data++;
		take--;
	}
	return write_all(r, data, (size_t)take) && good && !cut;
}

/* What a strict server does with a piece that was cut: it cannot know whether it is sound. */
static void throw_away(struct request *r)
{
	if (r->sink_fd >= 0 && r->whole_only && !r->answered)
		(void)!ftruncate(r->sink_fd, r->sum.from);
	r->whole_only = false;
}

static bool collect(struct request *r, const char *data, size_t n)
{
	if (r->body_len + n > BODY_MAX_BYTES)
		return false;
	char *more = realloc(r->body, r->body_len + n + 1);
	if (!more)
		return false;
	memcpy(more + r->body_len, data, n);
	r->body = more;
	r->body_len += n;
	r->body[r->body_len] = '\0';
	return true;
}

static struct request *request_create(struct server *s, struct MHD_Connection *c)
{
	struct request *r = calloc(1, sizeof *r);

	if (!r)
		return NULL;
	*r = (struct request){ .server = s, .connection = c, .next = s->requests, .sink_fd = -1 };
	s->requests = r;
	return r;
}

static enum MHD_Result on_access(void *data, struct MHD_Connection *c, const char *path,
				 const char *method, const char *version, const char *bytes,
				 size_t *len, void **req)
{
	struct server *s = data;
	struct request *r = *req;

	(void)version;
	if (!r) {
		r = request_create(s, c);
		*req = r;
		if (!r)
			return MHD_NO;
		r->path = path;
		r->method = method;
		s->routes->begin(s->w, r);
	} else if (s->stopping || r->cut) {
		return MHD_NO;
	} else if (*len > 0) {
		size_t n = slowly(r, *len);

		if (!(r->sink_fd >= 0 ? sink(r, bytes, n) : collect(r, bytes, n)))
			return MHD_NO;
		*len -= n;
	} else if (!r->answered && !r->cut) {
		s->routes->finish(s->w, r);
		return r->answered && !r->cut ? MHD_YES : MHD_NO;
	}
	return r->cut ? MHD_NO : MHD_YES;
}

void server_only_writer(struct request *r)
{
	for (struct request *other = r->server->requests; other; other = other->next)
		if (other != r && other->sink_fd >= 0 && strcmp(other->path, r->path) == 0) {
			other->cut = true;
			throw_away(other);
		}
}

static void on_completed(void *data, struct MHD_Connection *c, void **req,
			 enum MHD_RequestTerminationCode how)
{
	struct server *s = data;
	struct request *r = *req, **at = &s->requests;

	(void)c, (void)how;
	if (!r)
		return;
	while (*at != r)
		at = &(*at)->next;
	*at = r->next;
	timer_stop(s->w->loop, &r->pause);
	throw_away(r);
	sum_end(&r->sum);
	if (r->sink_fd >= 0)
		close(r->sink_fd);
	free(r->body);
	free(r);
	*req = NULL;
}

static gnutls_certificate_credentials_t of_session(gnutls_session_t session)
{
	gnutls_certificate_credentials_t of = NULL;

	(void)gnutls_credentials_get(session, GNUTLS_CRD_CERTIFICATE, (void **)&of);
	return of;
}

/* By the clock that kiosk and province share, which may run ahead of the real one. The callback
 * that asks has no data of ours. */
static int64_t now_s(void)
{
	struct clock c = { 0 };
	int64_t now = clock_init(&c) == ERR_OK ? clock_wall_s(&c) : 0;

	if (c.shift)
		munmap((void *)(uintptr_t)c.shift, sizeof *c.shift);
	return now;
}

static bool is_timely(gnutls_session_t session)
{
	unsigned count = 0;
	const gnutls_datum_t *raw = gnutls_certificate_get_peers(session, &count);
	gnutls_x509_crt_t cert;

	if (!raw || count == 0 || gnutls_x509_crt_init(&cert) < 0)
		return false;
	int rc = gnutls_x509_crt_import(cert, raw, GNUTLS_X509_FMT_DER);
	int64_t now = now_s();
	bool good = rc == 0 && gnutls_x509_crt_get_activation_time(cert) <= now &&
		    gnutls_x509_crt_get_expiration_time(cert) >= now;
	gnutls_x509_crt_deinit(cert);
	return good;
}

/* Says why, and reads on until the kiosk hangs up: a socket that is closed before it has read its
 * all is reset, and a reset may overtake the alert (TLS 1.3: the request follows at once). */
static int refuse(gnutls_session_t session, gnutls_alert_description_t why, int ret)
{
	struct pollfd p = { .fd = gnutls_transport_get_int(session), .events = POLLIN };
	char rest[4096];

	gnutls_alert_send(session, GNUTLS_AL_FATAL, why);
	shutdown(p.fd, SHUT_WR);
	while (poll(&p, 1, LINGER_MS) == 1 && recv(p.fd, rest, sizeof rest, MSG_DONTWAIT) > 0)
		;
	return ret;
}

/* libmicrohttpd asks for a client certificate but does not insist; we do. It also hangs up
 * without an alert when a handshake fails, so that the kiosk could not tell why. */
static int check_client(gnutls_session_t session)
{
	gnutls_typed_vdata_st purpose = { .type = GNUTLS_DT_KEY_PURPOSE_OID,
					  .data = (void *)(uintptr_t)GNUTLS_KP_TLS_WWW_CLIENT };
	unsigned status = 0, count = 0;

	if (!gnutls_certificate_get_peers(session, &count) || count == 0)
		return refuse(session, GNUTLS_A_CERTIFICATE_REQUIRED,
			      GNUTLS_E_NO_CERTIFICATE_FOUND);
	gnutls_certificate_set_verify_flags(of_session(session), GNUTLS_VERIFY_DISABLE_TIME_CHECKS);
	int rc = gnutls_certificate_verify_peers(session, &purpose, 1, &status);
	if (rc == 0 && status == 0 && is_timely(session))
		return 0;
	return refuse(session, GNUTLS_A_BAD_CERTIFICATE, GNUTLS_E_CERTIFICATE_ERROR);
}

/* While kiosks are taken in, one without a certificate may ask for it, and for nothing else
 * (api.c). */
static int check_newcomer(gnutls_session_t session)
{
	unsigned count = 0;

	return !gnutls_certificate_get_peers(session, &count) || count == 0 ? 0
									    : check_client(session);
}

static void on_connection(void *data, struct MHD_Connection *c, void **of_socket,
			  enum MHD_ConnectionNotificationCode how)
{
	struct server *s = data;

	(void)of_socket;
	if (how != MHD_CONNECTION_NOTIFY_STARTED || !s->tls)
		return;
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	if (!info || !info->tls_session)
		return;
	gnutls_session_set_verify_function(info->tls_session,
					   s->w->fault.enrols ? check_newcomer : check_client);
}

static void say_nothing(void *data, const char *format, va_list args)
{
	(void)data, (void)format, (void)args;
}

static char *read_pem(const struct world *w, enum pki_id id, const char *suffix)
{
	char path[PATH_MAX];
	struct stat st;
	AUTO_FD fd = pki_path(w->dir, id, suffix, path, sizeof path)
			     ? open(path, O_RDONLY | O_CLOEXEC)
			     : -1;

	if (fd < 0 || fstat(fd, &st) < 0 || st.st_size > 65536)
		return NULL;
	char *text = calloc(1, (size_t)st.st_size + 1);
	if (text && read(fd, text, (size_t)st.st_size) != st.st_size) {
		free(text);
		return NULL;
	}
	return text;
}

static bool load_tls(struct server *s)
{
	s->key = read_pem(s->w, s->w->server_cert, "key");
	s->cert = read_pem(s->w, s->w->server_cert, "pem");
	s->trust = read_pem(s->w, PKI_TLS_CA, "pem");
	return s->key && s->cert && s->trust;
}

static bool listen_on(struct server *s, uint16_t port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port) };
	const struct MHD_OptionItem tls[] = {
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, s->key },
		{ MHD_OPTION_HTTPS_MEM_CERT, 0, s->cert },
		{ MHD_OPTION_HTTPS_MEM_TRUST, 0, s->trust },
		{ MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)TLS_PRIORITIES },
		{ MHD_OPTION_END, 0, NULL },
	};
	unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | (s->tls ? MHD_USE_TLS : 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	s->daemon = MHD_start_daemon(
		flags | MHD_USE_ERROR_LOG, port, NULL, NULL, on_access, s,
		MHD_OPTION_EXTERNAL_LOGGER, say_nothing, NULL, MHD_OPTION_SOCK_ADDR,
		(struct sockaddr *)&at, MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)(256 << 10),
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, s, MHD_OPTION_NOTIFY_CONNECTION,
		on_connection, s, MHD_OPTION_ARRAY, s->tls ? tls : tls + 4, MHD_OPTION_END);
	return s->daemon != NULL;
}

enum err server_start(struct world *w, const struct routes *routes, bool tls, uint16_t port,
		      struct server **ret)
{
	struct server *s = calloc(1, sizeof *s);

	if (!s)
		return ERR_NO_MEMORY;
	*s = (struct server){ .w = w, .routes = routes, .tls = tls, .epoll_fd = -1 };
	if ((tls && !load_tls(s)) || !listen_on(s, port)) {
		server_stop(s);
		return ERR_IO;
	}
	s->epoll_fd = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
	s->port = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
	enum err e = loop_watch(w->loop, s->epoll_fd, POLLIN, on_ready, s);
	if (e != ERR_OK) {
		server_stop(s);
		return e;
	}
	pump(s);
	*ret = s;
	return ERR_OK;
}

void server_stop(struct server *s)
{
	if (!s)
		return;
	if (s->epoll_fd >= 0)
		loop_unwatch(s->w->loop, s->epoll_fd);
	s->stopping = true;
	for (struct request *r = s->requests; r; r = r->next)
		if (r->paused)
			on_pause_over(r);
	if (s->daemon) {
		MHD_run(s->daemon); /* it must not be stopped while a connection is suspended */
		MHD_stop_daemon(s->daemon);
	}
	timer_stop(s->w->loop, &s->timer);
	free(s->key);
	free(s->cert);
	free(s->trust);
	free(s);
}

int server_hold(uint16_t port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port) };
	AUTO_FD sock = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const int on = 1;

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (sock < 0 || setsockopt(sock, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0 ||
	    setsockopt(sock, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) < 0 ||
	    bind(sock, (struct sockaddr *)&at, sizeof at) < 0)
		return -1;
	return take_fd(&sock);
}

uint16_t server_port(const struct server *s)
{
	return s->port;
}
