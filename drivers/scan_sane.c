/* The document scanner: keeps the worker (scan_worker.h) and passes its messages on.
 *
 *   FORKING -> IDLE <-> BUSY -> STOPPING -> IDLE      a worker that dies or is silent for too
 *      ^------- any -------'                          long is ended, and another is made
 *
 * A job is over for core as soon as SCAN_STOP came; the worker has STOP_MS to end it politely,
 * because a scanner that is left in the middle of a page keeps its rollers turning. A job that
 * comes meanwhile waits. */
#include "drivers/driver.h"
#include "drivers/scan_worker.h"
#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/base/page.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#define START_MS    30000 /* for SANE to begin and find its devices */
#define IDLE_MS     (SCAN_SIGN_MS + 30000)
#define JOB_MS      60000 /* without a sign: warming up takes 30 s, a slow page 20 s */
#define STOP_MS     10000
#define FORK_MS     500 /* before the first try anew; doubled each time */
#define MAX_FORK_MS 4000

enum scan_phase { FORKING, IDLE, BUSY, STOPPING };

struct scan {
	struct driver_host *host;
	enum scan_phase phase;
	pid_t worker; /* 0: none */
	int sock;
	struct timer silence, again;
	uint32_t again_ms;
	struct msg job; /* MSG_SCAN_START that runs, or waits for the worker; else MSG_NONE */
	bool waiting;
	bool live; /* core wants to see what the camera sees */
	uint16_t pages;
	struct msg left;   /* MSG_SCAN_LEFT as told last, for a core that comes; else MSG_NONE */
	struct msg camera; /* MSG_SCAN_CAMERA as well */
};

static void make_worker(void *data);

static void tell_done(struct scan *s, uint32_t job, uint16_t pages, enum err why)
{
	struct msg m = { .type = MSG_SCAN_DONE,
			 .scan_done = { .job = job, .pages = pages, .why = (uint8_t)why } };

	s->host->tell(s->host->data, ROLE_CORE, &m);
}

static void end_job(struct scan *s, enum err why)
{
	struct msg job = s->job;

	s->job.type = MSG_NONE;
	s->waiting = false;
	if (job.type == MSG_SCAN_START)
		tell_done(s, job.scan_start.job, s->pages, why);
}

static void end_worker(struct scan *s)
{
	timer_stop(s->host->loop, &s->silence);
	if (s->sock >= 0) {
		loop_unwatch(s->host->loop, s->sock);
		close(s->sock);
	}
	s->sock = -1;
	if (s->worker > 0) {
		(void)kill(s->worker, SIGKILL);
		(void)waitpid(s->worker, NULL, 0); /* a killed process is waited for shortly */
	}
	s->worker = 0;
	s->phase = FORKING;
}

static void tell_camera(struct scan *s, const struct msg *m, enum err state)
{
	s->camera = *m;
	s->camera.scan_camera.state = (uint8_t)(state < ERR_COUNT ? state : ERR_BROKEN);
	s->host->tell(s->host->data, ROLE_CORE, &s->camera);
}

static void lost(struct scan *s, const char *how, enum err why)
{
	log_line(LOG_WARN, "scan.worker_lost", "how=%s phase=%d", how, s->phase);
	end_worker(s);
	timer_set(s->host->loop, &s->again, s->again_ms, make_worker, s);
	s->again_ms = s->again_ms < MAX_FORK_MS ? s->again_ms * 2 : MAX_FORK_MS;
	/* the page first: who hears that the device is gone shows that, and no more */
	if (!s->waiting)
		end_job(s, why);
	driver_status(s->host, ERR_GONE, false, NULL);
	if (s->camera.type == MSG_SCAN_CAMERA)
		tell_camera(s, &s->camera, ERR_GONE);
}

static void on_silence(void *data)
{
	struct scan *s = data;

	lost(s, "silent", ERR_TIMEOUT);
}

static void expect_sign(struct scan *s, uint32_t ms)
{
	timer_set(s->host->loop, &s->silence, ms, on_silence, s);
}

static void begin_job(struct scan *s)
{
	s->waiting = false;
	s->pages = 0;
	if (msg_send(s->sock, ROLE_CORE, ROLE_SCAN, &s->job) != ERR_OK) {
		lost(s, "send", ERR_GONE);
		return;
	}
	s->phase = BUSY;
	expect_sign(s, JOB_MS);
}

static void tell_live(struct scan *s)
{
	const struct msg m = { .type = MSG_SCAN_LIVE, .scan_live.on = s->live };

	if (s->phase != FORKING && msg_send(s->sock, ROLE_CORE, ROLE_SCAN, &m) != ERR_OK)
		lost(s, "send", ERR_GONE);
}

static void become_idle(struct scan *s)
{
	bool fresh = s->phase == FORKING;

	s->phase = IDLE;
	expect_sign(s, IDLE_MS);
	if (fresh && s->live)
		tell_live(s);
	if (s->phase == IDLE && s->waiting)
		begin_job(s);
}

static bool is_current(const struct scan *s, uint32_t job)
{
	return s->phase == BUSY && s->job.type == MSG_SCAN_START && s->job.scan_start.job == job;
}

static void on_done(struct scan *s, const struct msg_scan_done *m)
{
	if (is_current(s, m->job))
		end_job(s, m->why < ERR_COUNT ? (enum err)m->why : ERR_IO);
	become_idle(s);
}

static void on_status(struct scan *s, const struct msg_status *m)
{
	driver_status(s->host, m->state, false, m->model);
	if (m->state == ERR_OK)
		s->again_ms = FORK_MS;
	if (s->phase == FORKING)
		become_idle(s);
}

static void from_worker(struct scan *s, const struct msg *m)
{
	if (s->phase == BUSY)
		expect_sign(s, JOB_MS);
	if (s->phase == IDLE)
		expect_sign(s, IDLE_MS);
	switch (m->type) {
	case MSG_STATUS:
		on_status(s, &m->status);
		return;
	case MSG_SCAN_PROGRESS:
		if (is_current(s, m->scan_progress.job))
			s->host->tell(s->host->data, ROLE_CORE, m);
		return;
	case MSG_SCAN_PAGE:
		if (!is_current(s, m->scan_page.job))
			return;
		s->pages++;
		s->host->tell(s->host->data, ROLE_CORE, m);
		return;
	case MSG_SCAN_DONE:
		on_done(s, &m->scan_done);
		return;
	case MSG_SCAN_CAMERA:
		tell_camera(s, m, m->scan_camera.state);
		return;
	case MSG_SCAN_FRAME:
		if (s->live)
			s->host->tell(s->host->data, ROLE_CORE, m);
		return;
	case MSG_SCAN_LEFT:
		s->left = *m;
		s->host->tell(s->host->data, ROLE_CORE, m);
		return;
	default:
		return;
	}
}

static void on_readable(void *data, short events)
{
	struct scan *s = data;
	struct msg m;
	int sock = s->sock;

	(void)events;
	while (s->sock == sock && sock >= 0) {
		enum err e = msg_recv(sock, ROLE_CORE, ROLE_SCAN, &m);

		if (e == ERR_BUSY)
			return;
		if (e != ERR_OK) {
			lost(s, err_name(e), ERR_GONE);
			return;
		}
		from_worker(s, &m);
		msg_finish(&m);
	}
}

/* The worker has its socket and the log, and nothing else of ours: a copy of core's socket in
 * it would outlive us. */
static _Noreturn void be_worker(int sock, const struct driver_host *h)
{
	const struct scan_settings settings = { h->scanner, h->camera, h->camera_dpi };
	sigset_t none;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	if (dup2(sock, 3) == 3 && close_range(4, ~0u, 0) == 0)
		_exit(scan_work(3, &settings));
	_exit(1);
}

static void make_worker(void *data)
{
	struct scan *s = data;
	int socks[2];

	if (msg_pair(socks) != ERR_OK) {
		timer_set(s->host->loop, &s->again, MAX_FORK_MS, make_worker, s);
		return;
	}
	s->worker = fork();
	if (s->worker == 0)
		be_worker(socks[1], s->host);
	close(socks[1]);
	s->sock = socks[0];
	s->phase = FORKING;
	if (s->worker < 0 || loop_watch(s->host->loop, s->sock, POLLIN, on_readable, s) != ERR_OK)
		lost(s, "fork", ERR_NO_MEMORY);
	else
		expect_sign(s, START_MS);
}

static enum err start(struct driver_host *h, void **ret_self)
{
	struct scan *s = calloc(1, sizeof *s);

	if (!s)
		return ERR_NO_MEMORY;
	*s = (struct scan){ .host = h, .sock = -1, .again_ms = FORK_MS };
	driver_status(h, ERR_GONE, false, "");
	/* in the loop's first turn: then the sandbox holds for the worker too */
	timer_set(h->loop, &s->again, 0, make_worker, s);
	*ret_self = s;
	return ERR_OK;
}

static void on_start(struct scan *s, const struct msg *m)
{
	if (s->job.type == MSG_SCAN_START) {
		tell_done(s, m->scan_start.job, 0, ERR_BUSY);
		return;
	}
	s->pages = 0;
	bool scanner = m->scan_start.source != SOURCE_CAMERA;
	if (scanner && s->host->state != ERR_OK && s->phase != STOPPING) {
		tell_done(s, m->scan_start.job, 0, s->host->state);
		return;
	}
	s->job = *m;
	s->waiting = true;
	if (s->phase == IDLE)
		begin_job(s);
}

static void stop_job(struct scan *s)
{
	struct msg m = { .type = MSG_SCAN_STOP, .scan_stop.job = s->job.scan_start.job };

	if (s->phase == BUSY && msg_send(s->sock, ROLE_CORE, ROLE_SCAN, &m) == ERR_OK) {
		s->phase = STOPPING;
		expect_sign(s, STOP_MS);
	}
	end_job(s, ERR_CANCELLED);
}

/* Between two jobs: sheets that the scanner has drawn in are nobody's any more. */
static void end_batch(struct scan *s)
{
	const struct msg m = { .type = MSG_SCAN_STOP };

	if (s->phase == IDLE && msg_send(s->sock, ROLE_CORE, ROLE_SCAN, &m) != ERR_OK)
		lost(s, "send", ERR_GONE);
}

static void message(void *self, enum role from, struct msg *m)
{
	struct scan *s = self;

	if (from != ROLE_CORE)
		return;
	if (m->type == MSG_SCAN_START)
		on_start(s, m);
	if (m->type == MSG_SCAN_LIVE) {
		s->live = m->scan_live.on != 0;
		tell_live(s);
	}
	if (m->type != MSG_SCAN_STOP)
		return;
	if (s->job.type == MSG_SCAN_START && s->job.scan_start.job == m->scan_stop.job)
		stop_job(s);
	else
		end_batch(s);
}

/* A core that came does not know the jobs of the one before. */
static void peer(void *self, enum role who, bool here)
{
	struct scan *s = self;

	if (who != ROLE_CORE)
		return;
	if (here && s->left.type == MSG_SCAN_LEFT)
		s->host->tell(s->host->data, ROLE_CORE, &s->left);
	if (here && s->camera.type == MSG_SCAN_CAMERA)
		s->host->tell(s->host->data, ROLE_CORE, &s->camera);
	s->live = false;
	tell_live(s);
	if (s->job.type == MSG_SCAN_START)
		stop_job(s);
	else
		end_batch(s);
}

static void stop(void *self)
{
	struct scan *s = self;

	if (!s)
		return;
	timer_stop(s->host->loop, &s->again);
	end_worker(s);
	free(s);
}

const struct driver SCAN_SANE = {
	.name = "scan_sane",
	.role = ROLE_SCAN,
	.start = start,
	.message = message,
	.peer = peer,
	.stop = stop,
};
