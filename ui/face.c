#include "ui/face.h"

#include "firmware/base/auto.h"
#include "firmware/base/child.h"
#include "firmware/base/config.h"
#include "firmware/base/log.h"
#include "firmware/base/mem.h"
#include "firmware/base/sandbox.h"
#include "ui/app.h"
#include "ui/receipt.h"
#include "ui/remote.h"
#include "ui/sound.h"

#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define POLL_MS  10
#define TICK_MS  400
#define ALONE_MS 5000

struct face {
	struct child child;
	struct config config;
	struct app app;
	struct display *display;
	struct sound_player *sound; /* NULL: not yet begun */
	struct remote remote;
	struct timer quiet;
	struct timer tick;  /* only while something moves by itself */
	struct timer alone; /* without kiosk-core */
	struct timer poll;  /* only when the display has no descriptor to wait on */
	bool hears;         /* hands; not before there is something to touch */
	bool failed;
	bool shown, told; /* core has a screen; it was said when the first one was on the panel */
};

static void drain(struct face *f)
{
	struct display_event e;

	while (f->display->ops->next(f->display, &e)) {
		if (e.kind == EVENT_CLOSED) {
			loop_stop(f->child.loop);
			return;
		}
		app_event(&f->app, &e, loop_now_ms(f->child.loop));
	}
}

/* Showing a whole frame takes 2 ms; SDL's "accelerated" path without a GPU takes 50. */
#define SLOW_SHOW_MS 10

static void self_test(const struct face *f)
{
	struct rect all = { 0, 0, f->app.metrics.width_px, f->app.metrics.height_px };
	int64_t least_us = INT64_MAX;

	for (int i = 0; i < 3; i++) {
		struct timespec from, to;
		clock_gettime(CLOCK_MONOTONIC, &from);
		f->display->ops->show(f->display, &all, 1);
		clock_gettime(CLOCK_MONOTONIC, &to);
		int64_t us =
			(to.tv_sec - from.tv_sec) * 1000000 + (to.tv_nsec - from.tv_nsec) / 1000;
		least_us = us < least_us ? us : least_us;
	}
	log_line(least_us > SLOW_SHOW_MS * 1000 ? LOG_WARN : LOG_INFO, "display.show", "us=%d",
		 (int)least_us);
}

static void on_tick(void *data);

/* When a kiosk is there for people, in the machine's time since it was switched on. */
static void tell_first(struct face *f)
{
	struct timespec t;
	enum err e;

	clock_gettime(CLOCK_BOOTTIME, &t);
	log_line(LOG_INFO, "show.first", "boot_ms=%" PRId64,
		 (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000);
	f->told = true;
	e = child_send(&f->child, ROLE_SUPER, &(struct msg){ .type = MSG_SHOWN });
	if (e != ERR_OK)
		log_line(LOG_WARN, "show.untold", "err=%s", err_name(e));
	self_test(f); /* the first frame has waited for nothing */
}

static void on_panel(void *data, short events);
static void on_poll(void *data);

/* Hands and sound: a person can look at the first picture meanwhile. */
static enum err hear(struct face *f)
{
	int fd;

	f->hears = true;
	enum err e = f->display->ops->hear(f->display, &fd);
	if (e == ERR_OK)
		e = sound_create(&f->sound);
	if (e == ERR_OK && fd == DISPLAY_ASK)
		timer_set(f->child.loop, &f->poll, POLL_MS, on_poll, f);
	else if (e == ERR_OK && fd >= 0)
		e = loop_watch(f->child.loop, fd, POLLIN, on_panel, f);
	return e;
}

static void hear_once(struct face *f)
{
	if (f->hears)
		return;
	enum err e = hear(f);
	if (e == ERR_OK)
		return;
	log_line(LOG_ERROR, "hands.start", "err=%s", err_name(e));
	f->failed = true;
	loop_stop(f->child.loop);
}

/* Drawing may read what the panel has sent meanwhile into SDL's queue, where poll() does not see
 * it; so it is drained until nothing is left to draw. */
static void settle(struct face *f)
{
	bool painted = false;

	for (drain(f); app_paint(&f->app); drain(f))
		painted = true;
	remote_settle(&f->remote);
	if (f->shown && !f->told)
		tell_first(f);
	if (painted)
		hear_once(f);
	if (app_moves(&f->app) && !f->tick.armed)
		timer_set(f->child.loop, &f->tick, TICK_MS, on_tick, f);
}

static void on_tick(void *data)
{
	struct face *f = data;

	app_tick(&f->app);
	settle(f);
}

static void on_panel(void *data, short events)
{
	(void)events;
	settle(data);
}

static void on_poll(void *data)
{
	struct face *f = data;

	settle(f);
	timer_set(f->child.loop, &f->poll, POLL_MS, on_poll, f);
}

static void send_act(void *data, const struct msg_act *m)
{
	struct face *f = data;
	struct msg out = { .type = MSG_ACT, .act = *m };

	enum err e = child_send(&f->child, ROLE_CORE, &out);
	if (e != ERR_OK)
		log_line(LOG_WARN, "act.lost", "action=%s err=%s",
			 action_name((enum action)m->action), err_name(e));
	explicit_bzero(&out, sizeof out);
}

static void on_quiet(void *data)
{
	sound_rest(((struct face *)data)->sound);
}

static void beep(void *data, int what)
{
	struct face *f = data;

	if (!f->sound)
		return;
	sound_play(f->sound, (enum sound)what);
	timer_set(f->child.loop, &f->quiet, 2 * SOUND_MAX_MS, on_quiet, f);
}

static void on_show(struct face *f, const struct msg_show *m)
{
	struct view v = { 0 };
	enum err e = view_open(m->view, &v);

	if (e != ERR_OK || m->screen >= SCREEN_COUNT) {
		log_line(LOG_ERROR, "show.bad", "screen=%u err=%s", m->screen, err_name(e));
		view_close(&v);
		return;
	}
	timer_stop(f->child.loop, &f->alone);
	log_line(LOG_DEBUG, "show", "screen=%s turn=%u", screen_name((enum screen)m->screen),
		 m->turn);
	struct shown s = { m->turn, (enum screen)m->screen, (enum language)m->language, m->look };
	app_show(&f->app, &s, &v, loop_now_ms(f->child.loop));
	f->shown = true;
}

/* The answer carries the dots, or an empty file and why there are none. */
static void on_draw_receipt(struct face *f, const struct msg_draw_receipt *m)
{
	struct msg out = { .type = MSG_RECEIPT, .receipt = { .job = m->job, .bits = -1 } };
	struct view v = { 0 };
	struct receipt r = { 0 };
	enum err e = view_open(m->view, &v);

	if (e == ERR_OK)
		e = receipt_draw(f->app.text, &v, (enum language)m->language, &r);
	view_close(&v);
	out.receipt.why = (uint8_t)e;
	out.receipt.width = r.width;
	out.receipt.height = r.height;
	AUTO_FD bits = -1;
	enum err sealed = mem_of(r.bits, receipt_bytes(&r), &bits);
	receipt_free(&r);
	out.receipt.bits = bits;
	if (e != ERR_OK || sealed != ERR_OK)
		log_line(LOG_ERROR, "receipt.undrawn", "job=%u err=%s", m->job,
			 err_name(e != ERR_OK ? e : sealed));
	if (sealed == ERR_OK)
		e = child_send(&f->child, ROLE_CORE, &out);
	if (sealed == ERR_OK && e != ERR_OK)
		log_line(LOG_WARN, "receipt.lost", "job=%u err=%s", m->job, err_name(e));
}

static void on_message(void *data, enum role from, struct msg *m)
{
	struct face *f = data;

	if (from == ROLE_CORE && m->type == MSG_SHOW)
		on_show(f, &m->show);
	else if (from == ROLE_CORE && m->type == MSG_DRAW_RECEIPT)
		on_draw_receipt(f, &m->draw_receipt);
	else if (from == ROLE_SUPER && m->type == MSG_REMOTE)
		remote_listen(&f->remote, take_fd(&m->remote.sock));
	settle(f);
}

/* A frozen screen that takes no touch would be the worst: nobody would know that it is dead. */
static void on_alone(void *data)
{
	struct face *f = data;
	enum err e = app_pause(&f->app, f->config.hotline, loop_now_ms(f->child.loop));

	log_line(LOG_WARN, "core.missing", "for_ms=%d err=%s", ALONE_MS, err_name(e));
	settle(f);
}

static void on_peer(void *data, enum role who, bool here)
{
	struct face *f = data;

	/* a core that comes and dies at once has not come: only what it shows counts */
	if (who == ROLE_CORE && !here && !f->alone.armed)
		timer_set(f->child.loop, &f->alone, ALONE_MS, on_alone, f);
}

static const struct child_handlers HANDLERS = { .message = on_message, .peer = on_peer };

/* A panel that fills the screen is as large as the screen, whatever the configuration says. */
static void as_it_is(struct display *d, struct metrics *m)
{
	cairo_surface_t *s = d->ops->surface(d);
	int width = cairo_image_surface_get_width(s), height = cairo_image_surface_get_height(s);

	if (width == m->width_px && height == m->height_px)
		return;
	log_line(LOG_WARN, "display.size", "configured=%dx%d is=%dx%d", m->width_px, m->height_px,
		 width, height);
	m->width_px = width;
	m->height_px = height;
}

static enum err open_display(const struct config *c, struct metrics *m, struct display **ret)
{
	if (strcmp(c->screen_driver, "kms") == 0)
		return display_kms("/dev/dri", c->screen_turn, c->touch_matrix, ret);
	if (strcmp(c->screen_driver, "window") != 0) {
		log_line(LOG_ERROR, "display.config", "screen_driver=%.40s known=window,kms",
			 c->screen_driver);
		return ERR_BAD_CONFIG;
	}
	if (!c->screen_full)
		display_fit(m);
	return display_window(m->width_px, m->height_px, c->screen_full, ret);
}

static enum err open_panel(struct face *f)
{
	const struct config *c = &f->config;
	struct metrics m = { (int)c->screen_width_px, (int)c->screen_height_px,
			     (int)c->screen_um_per_px, (int)c->screen_bottom_mm };

	enum err e = open_display(c, &m, &f->display);
	if (e == ERR_OK)
		as_it_is(f->display, &m);
	if (e == ERR_OK)
		e = app_init(&f->app, f->display, &m);
	f->app.act = send_act;
	f->app.beep = beep;
	f->app.data = f;
	return e;
}

/* Core takes as long to begin as letters take to be drawn for the first time; with one processor
 * it would take longer for it. */
static void warm(struct face *f)
{
	if (sysconf(_SC_NPROCESSORS_ONLN) > 1)
		app_warm(&f->app);
}

static enum err begin(struct face *f)
{
	unsigned parts;
	enum err e = child_init(&f->child, ROLE_UI, &HANDLERS, f);

	if (e == ERR_OK)
		e = config_load_logged(&f->config);
	if (e == ERR_OK)
		e = open_panel(f);
	if (e == ERR_OK)
		e = sandbox_lock(ROLE_UI, &parts);
	if (e != ERR_OK)
		return e;
	remote_init(&f->remote, &f->app, f->child.loop);
	on_peer(f, ROLE_CORE, false); /* until it is */
	warm(f);
	return ERR_OK;
}

int face_main(void)
{
	AUTO_FREE struct face *f = calloc(1, sizeof *f);
	int status = 1;

	if (!f)
		return 1;
	enum err e = begin(f);
	if (e != ERR_OK)
		log_line(LOG_ERROR, "ui.start", "err=%s", err_name(e));
	else
		status = child_run(&f->child) != 0 || f->failed;
	remote_finish(&f->remote);
	app_finish(&f->app);
	sound_destroy(f->sound);
	display_destroy(f->display);
	child_finish(&f->child);
	return status;
}
