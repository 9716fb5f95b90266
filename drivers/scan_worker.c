#include "drivers/scan_worker.h"

#include "drivers/scan_device.h"
#include "drivers/scan_option.h"
#include "drivers/scan_page.h"
#include "drivers/scan_stand.h"
#include "drivers/scan_usb.h"
#include "firmware/base/auto.h"
#include "firmware/base/log.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define CHECK_MS     5000 /* is it still there? */
#define LOOK_MS      1500 /* while it is not */
#define USB_MS       1000 /* has anything been plugged in, or pulled? */
#define CHECK_SHARE  20   /* a check that takes long is made as much more seldom */
#define SCAN_SIGN_MS 60000
#define DATA_MS      30000 /* without a byte of a page */
#define PROGRESS_MS  400
#define CHUNK_BYTES  65536

enum { LEFT_UNKNOWN = 2 }; /* of MSG_SCAN_LEFT */

struct worker {
	int sock;
	struct scan_device device;
	const struct scan_settings *settings;
	struct msg job; /* MSG_SCAN_START of the job that runs */
	uint16_t pages;
	unsigned dpi;
	uint16_t asked_dpi; /* of the batch, */
	uint32_t batch_pages;
	uint8_t asked_sides, sides; /* and what it came to */
	enum page_source source;
	uint8_t left, loaded; /* as told last */
	bool started;         /* sane_start() has succeeded, and sane_cancel() is owed */
	bool held;            /* a job is over, its batch of sheets is not */
	bool stop, orphan;    /* SCAN_STOP came; the driver is gone */
	int64_t progress_ms;
	struct stand stand;
	bool want_live; /* SCAN_LIVE, as told last */
	uint64_t usb;   /* what was plugged in when SANE was begun, or was looked at last */
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void tell(struct worker *w, const struct msg *m)
{
	struct pollfd p = { .fd = w->sock, .events = POLLOUT };
	enum err e = msg_send(w->sock, ROLE_SCAN, ROLE_CORE, m);

	/* the driver reads at once; a full queue means that it is at work on our pages */
	if (e == ERR_BUSY && poll(&p, 1, DATA_MS) == 1)
		e = msg_send(w->sock, ROLE_SCAN, ROLE_CORE, m);
	if (e != ERR_OK)
		w->orphan = true;
}

static void tell_of_stand(void *data, const struct msg *m)
{
	tell(data, m);
}

static void tell_status(struct worker *w, enum err state)
{
	struct msg m = { .type = MSG_STATUS, .status.state = (uint8_t)state };

	memcpy(m.status.model, w->device.model, sizeof m.status.model);
	tell(w, &m);
}

/* Takes what the driver has to say while a job runs. */
static void listen(struct worker *w)
{
	struct msg m;
	enum err e;

	while ((e = msg_recv(w->sock, ROLE_SCAN, ROLE_CORE, &m)) == ERR_OK) {
		if (m.type == MSG_SCAN_STOP)
			w->stop = true;
		if (m.type == MSG_SCAN_LIVE)
			w->want_live = m.scan_live.on != 0;
		msg_finish(&m);
	}
	if (e != ERR_BUSY)
		w->orphan = true;
}

static bool is_stopped(void *data)
{
	struct worker *w = data;

	listen(w);
	return w->stop || w->orphan;
}

/* ---- the device ---- */

static void shut(struct worker *w)
{
	scan_device_close(&w->device);
	w->started = w->held = false;
}

/* Where the device can tell whether paper lies in its feeder. What was laid on the glass nobody can
 * tell, so after a scan from there it is not known. */
static void tell_left(struct worker *w)
{
	struct msg m = { .type = MSG_SCAN_LEFT };
	int loaded = w->device.handle ? scan_feeder_loaded(w->device.handle) : -1;

	m.scan_left.loaded = loaded < 0 ? LEFT_UNKNOWN : (uint8_t)loaded;
	m.scan_left.left =
		loaded == 0 && w->source == SOURCE_GLASS ? LEFT_UNKNOWN : m.scan_left.loaded;
	if (m.scan_left.left == w->left && m.scan_left.loaded == w->loaded)
		return;
	w->left = m.scan_left.left;
	w->loaded = m.scan_left.loaded;
	tell(w, &m);
}

/* Whether it is there is known by opening it anew; until when the answer is good. */
static int check(struct worker *w)
{
	int64_t began = now_ms();

	shut(w);
	enum err e = scan_device_open(&w->device);
	tell_status(w, e);
	tell_left(w);
	int64_t took = now_ms() - began, pause = took * CHECK_SHARE;
	if (e != ERR_OK)
		return LOOK_MS;
	return pause < CHECK_MS ? CHECK_MS : pause < SCAN_SIGN_MS ? (int)pause : SCAN_SIGN_MS;
}

/* ---- a page ---- */

static void progress(struct worker *w, const struct scan_page *p, SANE_Int lines)
{
	struct msg m = { .type = MSG_SCAN_PROGRESS, .scan_progress.job = w->job.scan_start.job };
	int64_t now = now_ms();

	if (now - w->progress_ms < PROGRESS_MS)
		return;
	w->progress_ms = now;
	if (lines > 0)
		m.scan_progress.percent =
			p->rows < (uint32_t)lines ? p->rows * 100 / (uint32_t)lines : 100;
	tell(w, &m);
}

/* The next bytes; 0 of them when none came in time, which is no end yet. With a descriptor to
 * wait on, a stop is heard at once; else between two reads. */
static SANE_Status read_some(struct worker *w, int fd, uint8_t *bytes, SANE_Int *ret_len)
{
	struct pollfd p[2] = { { .fd = w->sock, .events = POLLIN },
			       { .fd = fd, .events = POLLIN } };

	*ret_len = 0;
	if (fd >= 0 && poll(p, 2, PROGRESS_MS) >= 0 && !p[1].revents)
		return SANE_STATUS_GOOD;
	return sane_read(w->device.handle, bytes, CHUNK_BYTES, ret_len);
}

static int select_fd(struct worker *w)
{
	SANE_Int fd = -1;

	if (sane_set_io_mode(w->device.handle, SANE_TRUE) != SANE_STATUS_GOOD)
		return -1;
	if (sane_get_select_fd(w->device.handle, &fd) == SANE_STATUS_GOOD && fd >= 0)
		return fd;
	(void)sane_set_io_mode(w->device.handle, SANE_FALSE);
	return -1;
}

static enum err read_page(struct worker *w, struct scan_page *p, SANE_Int lines)
{
	uint8_t bytes[CHUNK_BYTES];
	int fd = select_fd(w);
	int64_t last = now_ms();

	for (;;) {
		SANE_Int len;
		SANE_Status s = read_some(w, fd, bytes, &len);

		listen(w);
		if (w->stop || w->orphan)
			return ERR_CANCELLED;
		if (s != SANE_STATUS_GOOD)
			return scan_err_of(s);
		enum err e = scan_page_add(p, bytes, (size_t)(len > 0 ? len : 0));
		if (e != ERR_OK)
			return e;
		if (len > 0)
			last = now_ms();
		else if (now_ms() - last > DATA_MS)
			return ERR_TIMEOUT;
		if (len > 0)
			progress(w, p, lines);
	}
}

static bool form_of(const SANE_Parameters *s, struct scan_form *ret)
{
	if ((s->format != SANE_FRAME_GRAY && s->format != SANE_FRAME_RGB) ||
	    s->pixels_per_line <= 0 || s->bytes_per_line <= 0)
		return false;
	*ret = (struct scan_form){ (uint32_t)s->pixels_per_line, (uint32_t)s->bytes_per_line,
				   s->format == SANE_FRAME_RGB ? 3 : 1, (uint8_t)s->depth };
	return true;
}

static enum err hand_over(struct worker *w, struct scan_page *p)
{
	struct msg m = { .type = MSG_SCAN_PAGE };
	struct msg_scan_page *page = &m.scan_page;

	enum err e = scan_page_seal(p, &page->height, &page->pixels);
	if (e != ERR_OK)
		return e;
	page->job = w->job.scan_start.job;
	page->page = ++w->pages;
	page->source = (uint8_t)w->source;
	page->side = w->sides == 2 ? (uint8_t)(w->batch_pages % 2) : 0;
	w->batch_pages++;
	page->width = p->form.width;
	page->dpi = (uint16_t)w->dpi;
	page->channels = p->form.channels;
	tell(w, &m);
	close(page->pixels);
	return ERR_OK;
}

static enum err scan_one(struct worker *w)
{
	SANE_Parameters params;
	struct scan_form form;
	struct scan_page page = { .fd = -1 };

	enum err e = scan_err_of(sane_start(w->device.handle));
	w->started = w->started || e == ERR_OK;
	if (e == ERR_OK)
		e = scan_err_of(sane_get_parameters(w->device.handle, &params));
	if (e != ERR_OK)
		return e;
	if (!form_of(&params, &form))
		return ERR_BROKEN; /* a scanner of three passes, or none at all */
	e = scan_page_init(&page, &form);
	w->progress_ms = now_ms();
	if (e == ERR_OK)
		e = read_page(w, &page, params.lines);
	if (e == ERR_OK)
		e = hand_over(w, &page);
	scan_page_finish(&page);
	return e;
}

/* ---- a job ---- */

static void let_go(struct worker *w)
{
	if (w->started)
		sane_cancel(w->device.handle);
	w->started = w->held = false;
}

/* A scanner draws in the next sheet as soon as it has one, asked or not: what went through the
 * feeder would be lost if the batch were cancelled between two jobs. So it is held. */
static enum err scan_pages(struct worker *w, enum page_source source)
{
	uint16_t wanted = w->job.scan_start.max_pages;
	uint16_t most = source != SOURCE_FEEDER ? 1 : wanted == 0 ? UINT16_MAX : wanted;
	enum err e = ERR_OK;

	while (e == ERR_OK && w->pages < most) {
		e = scan_one(w);
		listen(w);
		if (w->stop || w->orphan)
			e = ERR_CANCELLED;
	}
	e = scan_fault_of(w->device.handle, e);
	w->held = e == ERR_OK && source == SOURCE_FEEDER;
	if (!w->held)
		let_go(w);
	return e;
}

static enum err scan_batch(struct worker *w, enum page_source source)
{
	const struct msg_scan_start *job = &w->job.scan_start;
	const struct scan_wish wish = { source, job->sides, job->dpi };

	scan_set(w->device.handle, &wish, &w->dpi, &w->sides);
	scan_device_set_wanted(&w->device);
	w->source = source;
	w->batch_pages = 0;
	w->asked_dpi = job->dpi;
	w->asked_sides = job->sides;
	return scan_pages(w, source);
}

static enum err begin_anew(struct worker *w)
{
	if (scan_feeder_loaded(w->device.handle) == 0)
		return ERR_FEEDER_EMPTY;
	shut(w); /* airscan lets 2.5 s pass otherwise */
	enum err e = scan_device_open(&w->device);
	return e == ERR_OK ? scan_batch(w, SOURCE_FEEDER) : e;
}

/* "No more sheets" after some came is believed when a batch that is begun anew says so, too: a
 * scanner that gave up the job, because we were slow to ask for the next sheet, says the same, and
 * airscan cannot tell the two apart. Sheets that still lie there are scanned now. ERR_JAM: there
 * are some, and they are not drawn in; ERR_IO: the back of a sheet never came. */
static enum err scan_to_the_end(struct worker *w, enum err e)
{
	bool half = false;
	uint16_t had = 0;

	while (e == ERR_FEEDER_EMPTY && w->pages > had) {
		half = half || (w->sides == 2 && w->batch_pages % 2 != 0);
		if (had > 0)
			log_line(LOG_WARN, "scan.batch_broken_off", "after=%u", had);
		had = w->pages;
		e = begin_anew(w);
	}
	if ((e != ERR_FEEDER_EMPTY && e != ERR_OK) || w->pages == 0)
		return e;
	if (e == ERR_FEEDER_EMPTY && scan_feeder_loaded(w->device.handle) == 1)
		return ERR_JAM;
	return half ? ERR_IO : ERR_OK;
}

static enum err scan_from(struct worker *w, enum page_source source)
{
	return scan_to_the_end(w, scan_batch(w, source));
}

/* Goes on with the batch of the job before. ERR_FEEDER_EMPTY: there is none, or it is over. */
static enum err go_on(struct worker *w)
{
	const struct msg_scan_start *job = &w->job.scan_start;
	enum err e = ERR_FEEDER_EMPTY;

	if (!w->held)
		return e;
	if (job->source != SOURCE_GLASS && job->dpi == w->asked_dpi && job->sides == w->asked_sides)
		e = scan_to_the_end(w, scan_pages(w, SOURCE_FEEDER));
	if (e != ERR_FEEDER_EMPTY)
		return e;
	/* anew: what is left of it must not be taken for the next */
	shut(w);
	enum err opened = scan_device_open(&w->device);
	return opened == ERR_OK ? e : opened;
}

static enum err scan_job(struct worker *w)
{
	unsigned have = scan_sources(w->device.handle);
	bool feeder = have & 1u << SOURCE_FEEDER, glass = have & 1u << SOURCE_GLASS;
	uint8_t want = w->job.scan_start.source;
	enum err e = go_on(w);

	if (e != ERR_FEEDER_EMPTY)
		return e;
	if (want != SOURCE_GLASS && feeder && scan_feeder_loaded(w->device.handle) != 0)
		e = scan_from(w, SOURCE_FEEDER);
	if (e != ERR_FEEDER_EMPTY || want == SOURCE_FEEDER)
		return e;
	if (!glass)
		return e;
	/* airscan lets 2.5 s pass between a start that failed and the next, unless opened anew */
	shut(w);
	e = scan_device_open(&w->device);
	return e == ERR_OK ? scan_from(w, SOURCE_GLASS) : e;
}

/* A backend says "I/O error" for most things; whether the scanner is gone shows when it is
 * opened anew. */
static enum err look_again(struct worker *w, enum err e)
{
	if (e != ERR_IO && e != ERR_TIMEOUT)
		return e;
	shut(w);
	return scan_device_open(&w->device) == ERR_OK ? e : ERR_GONE;
}

static enum err photograph(struct worker *w)
{
	const struct camera_stop stop = { w->sock, is_stopped, w };
	struct picture p = { .pixels = -1 };
	enum err e = stand_take(&w->stand, &stop, &p);

	if (e != ERR_OK)
		return e;
	if (is_stopped(w)) {
		close(p.pixels);
		return ERR_CANCELLED;
	}
	struct msg m = { .type = MSG_SCAN_PAGE,
			 .scan_page = { .job = w->job.scan_start.job,
					.page = ++w->pages,
					.source = SOURCE_CAMERA,
					.width = p.width,
					.height = p.height,
					.dpi = w->settings->camera_dpi,
					.channels = 3,
					.pixels = p.pixels } };
	tell(w, &m);
	msg_finish(&m);
	return ERR_OK;
}

static enum err scan_with_scanner(struct worker *w)
{
	enum err e = scan_device_open(&w->device);

	return e == ERR_OK ? look_again(w, scan_job(w)) : e;
}

static void run(struct worker *w, const struct msg *m)
{
	struct msg done = { .type = MSG_SCAN_DONE };

	w->job = *m;
	w->pages = 0;
	w->stop = false;
	enum err e = m->scan_start.source == SOURCE_CAMERA ? photograph(w) : scan_with_scanner(w);
	done.scan_done.job = m->scan_start.job;
	done.scan_done.pages = w->pages;
	done.scan_done.why = (uint8_t)e;
	tell(w, &done);
	w->stop = false;
}

static bool take(struct worker *w)
{
	struct msg m;
	enum err e = msg_recv(w->sock, ROLE_SCAN, ROLE_CORE, &m);

	if (e == ERR_BUSY)
		return false;
	if (e != ERR_OK) {
		w->orphan = true;
		return false;
	}
	bool job = m.type == MSG_SCAN_START && m.scan_start.source != SOURCE_CAMERA;
	if (m.type == MSG_SCAN_LIVE)
		w->want_live = m.scan_live.on != 0;
	if (m.type == MSG_SCAN_START)
		run(w, &m);
	stand_live(&w->stand, w->want_live);
	/* closed, not only cancelled: airscan keeps the sheets of a batch that is cancelled, and
	 * would hand them to the next person */
	bool end = m.type == MSG_SCAN_STOP && w->held;
	if (end)
		shut(w);
	msg_finish(&m);
	return job || end;
}

/* Opening a scanner anew would end the batch that is held. */
static int look(struct worker *w)
{
	bool none = strcmp(w->device.want, SCAN_NONE) == 0;

	if (!none && !w->held)
		return check(w);
	tell_status(w, none ? ERR_GONE : ERR_OK);
	return CHECK_MS;
}

/* True when something was plugged in, or given to us: a SANE that was begun before does not see it.
 * While somebody looks at what the camera sees, it has to wait. */
static bool begins_anew(struct worker *w)
{
	uint64_t now = scan_usb_seen(SCAN_USB_NODES);

	if (now == w->usb || w->want_live)
		return false;
	w->usb = now;
	return !w->device.handle && strcmp(w->device.want, SCAN_NONE) != 0;
}

/* Whatever comes first: the scanner's next look, that at the cables, the camera's next turn. */
static int patience(struct worker *w, int64_t look_ms)
{
	int stand = stand_turn(&w->stand);
	int64_t left = look_ms - now_ms();

	left = left < 0 ? 0 : left < USB_MS ? left : USB_MS;
	return stand >= 0 && stand < left ? stand : (int)left;
}

int scan_work(int sock, const struct scan_settings *s)
{
	struct worker w = { .sock = sock,
			    .device = { .want = s->scanner },
			    .settings = s,
			    .left = LEFT_UNKNOWN,
			    .loaded = LEFT_UNKNOWN };
	struct pollfd p = { .fd = sock, .events = POLLIN };
	int64_t look_ms = 0;
	SANE_Int version;

	w.stand = (struct stand){ .path = s->camera ? s->camera : "",
				  .sock = sock,
				  .tell = tell_of_stand,
				  .tell_data = &w };
	w.usb = scan_usb_seen(SCAN_USB_NODES);
	if (scan_watch_start(&w.device.watch) != ERR_OK ||
	    sane_init(&version, NULL) != SANE_STATUS_GOOD)
		return 1;
	while (!w.orphan) {
		if (begins_anew(&w)) {
			log_line(LOG_INFO, "scan.anew", "why=plugged");
			break;
		}
		if (now_ms() >= look_ms)
			look_ms = now_ms() + look(&w);
		int n = poll(&p, 1, patience(&w, look_ms));

		if (n < 0 && errno != EINTR)
			break;
		/* after a job too: what it met may have been the end of the device */
		if (n > 0 && take(&w))
			look_ms = 0;
	}
	stand_finish(&w.stand);
	shut(&w);
	sane_exit();
	return 0;
}
