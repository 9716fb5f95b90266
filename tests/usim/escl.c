#include "tests/usim/escl.h"

#include "firmware/base/auto.h"

#include <microhttpd.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#define MAX_BODY     16384
#define DOCUMENT     8192
#define JOB_PREFIX   "/eSCL/ScanJobs/"
#define ABANDONED_MS 2500 /* airscan lets 1 s pass between two pages */

struct escl {
	struct loop *loop;
	struct scanner *scanner;
	struct MHD_Daemon *daemon;
	int listen_fd;
	int epoll_fd;
	bool trace;
	struct timer again, abandoned;
	struct request *sleeping; /* a page that takes its time; one at most */
	char path[sizeof(struct sockaddr_un)];
	void (*changed)(void *data);
	void *changed_data;
};

/* One HTTP request. */
struct request {
	struct escl *escl;
	struct MHD_Connection *connection;
	char body[MAX_BODY];
	size_t len;
	bool rested; /* it has waited as long as a page takes */
	bool of_job; /* of who has the scanner: others who ask do not keep the job alive */
	struct timer wake;
};

static void pump(void *data);

static enum MHD_Result reply(struct request *r, unsigned status, const char *type, const char *text)
{
	struct MHD_Response *a =
		MHD_create_response_from_buffer(strlen(text), (void *)text, MHD_RESPMEM_MUST_COPY);
	if (!a)
		return MHD_NO;
	if (type)
		MHD_add_response_header(a, "Content-Type", type);
	enum MHD_Result sent = MHD_queue_response(r->connection, status, a);
	MHD_destroy_response(a);
	return sent;
}

static enum MHD_Result capabilities(struct request *r)
{
	char text[DOCUMENT];

	escl_capabilities(text, sizeof text);
	return reply(r, 200, "text/xml", text);
}

static enum MHD_Result status(struct request *r)
{
	char text[DOCUMENT];

	escl_status(r->escl->scanner, text, sizeof text);
	return reply(r, 200, "text/xml", text);
}

static void changed(struct escl *e)
{
	if (e->changed)
		e->changed(e->changed_data);
}

/* Whoever began the job has died: as scanners do, it is given up. */
static void on_abandoned(void *data)
{
	struct escl *e = data;

	scanner_end(e->scanner, e->scanner->job);
	changed(e);
}

static enum MHD_Result begin_job(struct request *r)
{
	struct scan_settings settings;
	char location[64];
	unsigned job;
	enum err e = escl_parse_settings(r->body, &settings);

	if (e == ERR_OK)
		e = scanner_begin(r->escl->scanner, &settings, &job);
	if (e == ERR_BAD_DATA)
		return reply(r, 400, NULL, "");
	if (e == ERR_BUSY)
		return reply(r, 503, NULL, "");
	if (e != ERR_OK)
		return reply(r, 409, NULL, ""); /* the client asks for the status to learn why */
	snprintf(location, sizeof location, JOB_PREFIX "%u", job);
	struct MHD_Response *a = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	if (!a)
		return MHD_NO;
	MHD_add_response_header(a, "Location", location);
	enum MHD_Result sent = MHD_queue_response(r->connection, 201, a);
	MHD_destroy_response(a);
	changed(r->escl);
	return sent;
}

static void wake(void *data)
{
	struct request *r = data;

	r->rested = true;
	r->escl->sleeping = NULL;
	MHD_resume_connection(r->connection);
	timer_set(r->escl->loop, &r->escl->again, 0, pump, r->escl); /* not from inside of it */
}

static enum MHD_Result rest(struct request *r)
{
	r->escl->sleeping = r;
	MHD_suspend_connection(r->connection);
	timer_set(r->escl->loop, &r->wake, r->escl->scanner->slow_ms, wake, r);
	return MHD_YES;
}

static enum MHD_Result send_page(struct request *r, uint8_t *bytes, size_t len)
{
	bool png = r->escl->scanner->settings.format == SCAN_PNG;
	struct MHD_Response *a = MHD_create_response_from_buffer(len, bytes, MHD_RESPMEM_MUST_FREE);

	if (!a)
		return MHD_NO;
	MHD_add_response_header(a, "Content-Type", png ? "image/png" : "image/jpeg");
	enum MHD_Result sent = MHD_queue_response(r->connection, 200, a);
	MHD_destroy_response(a);
	return sent;
}

static enum MHD_Result next_page(struct request *r, unsigned job)
{
	struct scanner *s = r->escl->scanner;
	bool has_page = s->settings.feeder ? s->sheet_count : !s->job_pages;
	uint8_t *bytes;
	size_t len;

	if (s->slow_ms && has_page && !r->rested && !r->escl->sleeping)
		return rest(r);
	enum err e = scanner_next(s, job, &bytes, &len);
	changed(r->escl);
	switch (e) {
	case ERR_OK:
		return send_page(r, bytes, len);
	case ERR_NOT_FOUND:
	case ERR_CANCELLED:
		return reply(r, 404, NULL, "");
	case ERR_JAM:
	case ERR_COVER:
		return reply(r, 503, NULL, "");
	default:
		fprintf(stderr, "usim: page not made: %s\n", err_text(e));
		return reply(r, 500, NULL, "");
	}
}

static enum MHD_Result end_job(struct request *r, unsigned job)
{
	scanner_end(r->escl->scanner, job);
	changed(r->escl);
	if (r->escl->sleeping) { /* its page is not wanted any more */
		timer_stop(r->escl->loop, &r->escl->sleeping->wake);
		wake(r->escl->sleeping);
	}
	return reply(r, 200, NULL, "");
}

/* Whole requests only: the body has come. */
static enum MHD_Result route(struct request *r, const char *path, const char *method)
{
	bool get = strcmp(method, "GET") == 0;
	unsigned job;
	int used = 0;

	if (r->escl->trace)
		fprintf(stderr, "usim scanner %s %s %s\n", method, path, r->body);
	if (get && strcmp(path, "/eSCL/ScannerCapabilities") == 0)
		return capabilities(r);
	if (get && strcmp(path, "/eSCL/ScannerStatus") == 0)
		return status(r);
	if (strcmp(method, "POST") == 0 && strcmp(path, "/eSCL/ScanJobs") == 0) {
		r->of_job = !r->escl->scanner->job;
		return begin_job(r);
	}
	if (sscanf(path, JOB_PREFIX "%u%n", &job, &used) != 1)
		return reply(r, 404, NULL, "");
	r->of_job = true;
	/* on a busy machine a page is not made before this would ring, for one who waits for it */
	timer_stop(r->escl->loop, &r->escl->abandoned);
	if (get && strcmp(path + used, "/NextDocument") == 0)
		return next_page(r, job);
	if (strcmp(method, "DELETE") == 0 && !path[used])
		return end_job(r, job);
	return reply(r, 404, NULL, "");
}

static enum MHD_Result on_request(void *data, struct MHD_Connection *connection, const char *path,
				  const char *method, const char *version, const char *bytes,
				  size_t *len, void **state)
{
	struct request *r = *state;

	(void)version;
	if (!r) {
		*state = r = calloc(1, sizeof *r);
		if (!r)
			return MHD_NO;
		r->escl = data;
		r->connection = connection;
		return MHD_YES;
	}
	if (!*len)
		return route(r, path, method);
	if (*len >= sizeof r->body - r->len)
		return MHD_NO;
	memcpy(r->body + r->len, bytes, *len);
	r->len += *len;
	*len = 0;
	return MHD_YES;
}

static void on_request_over(void *data, struct MHD_Connection *connection, void **state,
			    enum MHD_RequestTerminationCode code)
{
	struct escl *e = data;
	struct request *r = *state;

	(void)connection, (void)code;
	if (!r)
		return;
	timer_stop(e->loop, &r->wake);
	if (e->sleeping == r)
		e->sleeping = NULL;
	if (e->scanner->job && r->of_job)
		timer_set(e->loop, &e->abandoned, ABANDONED_MS, on_abandoned, e);
	free(r);
	*state = NULL;
}

/* Lets the server work until it has nothing to do but wait for its descriptors. */
static void pump(void *data)
{
	struct escl *e = data;
	MHD_UNSIGNED_LONG_LONG wait_ms;

	if (MHD_run(e->daemon) == MHD_YES && MHD_get_timeout(e->daemon, &wait_ms) == MHD_YES)
		timer_set(e->loop, &e->again, (uint32_t)(wait_ms < 60000 ? wait_ms : 60000), pump,
			  e);
}

static void on_epoll(void *data, short events)
{
	(void)events;
	pump(data);
}

static int listen_at(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	AUTO_FD fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || strlen(path) >= sizeof a.sun_path)
		return -1;
	memcpy(a.sun_path, path, strlen(path));
	(void)unlink(path); /* usually nothing is there */
	if (bind(fd, (struct sockaddr *)&a, sizeof a) < 0 || listen(fd, 8) < 0)
		return -1;
	return take_fd(&fd);
}

static enum err start(struct escl *e)
{
	e->listen_fd = listen_at(e->path);
	if (e->listen_fd < 0)
		return ERR_IO;
	e->daemon =
		MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC, 0, NULL,
				 NULL, on_request, e, MHD_OPTION_LISTEN_SOCKET, e->listen_fd,
				 MHD_OPTION_NOTIFY_COMPLETED, on_request_over, e, MHD_OPTION_END);
	if (!e->daemon)
		return ERR_IO;
	e->epoll_fd = MHD_get_daemon_info(e->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
	return loop_watch(e->loop, e->epoll_fd, POLLIN, on_epoll, e);
}

enum err escl_open(struct loop *loop, struct scanner *s, const char *socket_path,
		   struct escl **ret_escl)
{
	struct escl *e = calloc(1, sizeof *e);

	if (!e)
		return ERR_NO_MEMORY;
	e->loop = loop;
	e->scanner = s;
	e->epoll_fd = -1;
	snprintf(e->path, sizeof e->path, "%s", socket_path);
	enum err r = start(e);
	if (r == ERR_OK)
		*ret_escl = e;
	else
		escl_close(e);
	return r;
}

void escl_trace(struct escl *e, bool on)
{
	e->trace = on;
}

void escl_on_change(struct escl *e, void (*on_change)(void *data), void *data)
{
	e->changed = on_change;
	e->changed_data = data;
}

void escl_close(struct escl *e)
{
	if (!e)
		return;
	if (e->epoll_fd >= 0)
		loop_unwatch(e->loop, e->epoll_fd);
	if (e->sleeping) {
		timer_stop(e->loop, &e->sleeping->wake);
		MHD_resume_connection(e->sleeping->connection);
	}
	if (e->daemon)
		MHD_stop_daemon(e->daemon); /* closes the listening socket too */
	timer_stop(e->loop, &e->again);
	timer_stop(e->loop, &e->abandoned);
	(void)unlink(e->path);
	e->scanner->job = 0;
	free(e);
}
