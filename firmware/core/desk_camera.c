/* The part of desk.c about a camera above the desk: whether papers are taken with it, and what it
 * sees while a person lays one under it. */
#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/base/page.h"
#include "firmware/core/core.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool fit(enum err state)
{
	return state == ERR_OK || state == ERR_BUSY;
}

bool desk_has_camera(const struct core *c)
{
	return c->desk.camera_told && c->desk.camera == ERR_OK;
}

enum err desk_able(const struct core *c, enum role device)
{
	enum err e = desk_state(c, device);

	return device == ROLE_SCAN && !fit(e) && desk_has_camera(c) ? ERR_OK : e;
}

enum page_source desk_source(const struct core *c)
{
	enum page_source wish = (enum page_source)c->visit.scan_source;

	if (!desk_has_camera(c))
		return wish == SOURCE_CAMERA ? SOURCE_ANY : wish;
	return fit(desk_state(c, ROLE_SCAN)) ? wish : SOURCE_CAMERA;
}

bool desk_has_choice(const struct core *c)
{
	return desk_has_camera(c) && fit(desk_state(c, ROLE_SCAN));
}

static void drop_frame(struct desk *d)
{
	if (d->frame.pixels >= 0)
		close(d->frame.pixels);
	d->frame = (struct msg_scan_frame){ .pixels = -1 };
}

void desk_camera_init(struct desk *d)
{
	d->frame.pixels = -1;
}

void desk_camera_gone(struct core *c)
{
	c->desk.camera_told = c->desk.live = false;
	drop_frame(&c->desk);
}

/* While the paper is laid down, and nobody else's matter. */
void desk_watch(struct core *c)
{
	struct desk *d = &c->desk;
	bool want = c->visit.at == SCREEN_SCAN && c->visit.state == 0 &&
		    desk_source(c) == SOURCE_CAMERA;
	struct msg m = { .type = MSG_SCAN_LIVE, .scan_live.on = want };

	if (want == d->live)
		return;
	drop_frame(d);
	d->live = want && child_send(&c->child, ROLE_SCAN, &m) == ERR_OK;
	if (!want)
		(void)child_send(&c->child, ROLE_SCAN, &m); /* one that is gone shows nothing */
}

void desk_frame(struct core *c, struct msg_scan_frame *m)
{
	struct desk *d = &c->desk;

	if (!d->live)
		return;
	drop_frame(d);
	d->frame = *m;
	d->frame.pixels = take_fd(&m->pixels);
	d->frame.doubt = m->doubt < ERR_COUNT ? m->doubt : ERR_OK;
	show_screen(c); /* not a step of the visit: nobody has touched anything */
}

bool desk_camera(struct core *c, const struct msg_scan_camera *m)
{
	struct desk *d = &c->desk;
	enum err state = m->state < ERR_COUNT ? m->state : ERR_BROKEN;
	bool news = !d->camera_told || state != d->camera;

	d->camera_told = true;
	d->camera = state;
	snprintf(d->camera_model, sizeof d->camera_model, "%s", m->model);
	if (state != ERR_OK)
		d->live = false; /* the frames have ended; they begin anew when it is back */
	if (!d->live)
		drop_frame(d);
	if (news)
		log_line(LOG_INFO, "device.state", "device=camera state=%s", err_name(state));
	return news;
}
