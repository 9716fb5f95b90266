#include "drivers/scan_stand.h"

#include "drivers/camera_sight.h"
#include "firmware/base/auto.h"
#include "firmware/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define CHECK_MS  2000
#define SILENT_MS 30000 /* a camera that fell silent is not offered, unless it is plugged anew */
#define LIVE_MS   250   /* from one shown frame to the next */

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void shut(struct stand *s)
{
	camera_close(s->camera);
	s->camera = NULL;
	s->seen = false;
}

void stand_finish(struct stand *s)
{
	shut(s);
	free(s->before);
	s->before = NULL;
}

static void become(struct stand *s, enum err state)
{
	struct msg m = { .type = MSG_SCAN_CAMERA, .scan_camera.state = (uint8_t)state };
	bool news = !s->told || state != s->state;

	snprintf(m.scan_camera.model, sizeof m.scan_camera.model, "%s", s->name);
	s->state = state;
	s->told = true;
	if (news)
		s->tell(s->tell_data, &m);
}

/* A camera wakes up when it is opened, so one that was found good is only looked for by name. */
static enum err look(struct stand *s)
{
	struct stat st;

	if (stat(s->path, &st) < 0) {
		s->device = 0;
		s->node = 0;
		return ERR_GONE;
	}
	bool same = st.st_dev == s->device && st.st_ino == s->node;
	s->device = st.st_dev;
	s->node = st.st_ino;
	if (same && (s->state == ERR_OK || now_ms() < s->silent_until_ms))
		return s->state;
	return camera_check(s->path, s->name);
}

/* What went wrong with the open camera, if it says something about the camera. */
static void fail(struct stand *s, enum err e)
{
	shut(s);
	if (e == ERR_CANCELLED || e == ERR_BAD_DATA || e == ERR_NO_MEMORY)
		return;
	s->silent_until_ms = e == ERR_TIMEOUT ? now_ms() + SILENT_MS : 0;
	become(s, e == ERR_TIMEOUT ? ERR_GONE : e);
}

static enum err open_camera(struct stand *s)
{
	enum err e = s->camera ? ERR_OK : camera_open(s->path, &s->camera);

	if (e != ERR_OK)
		fail(s, e);
	return e;
}

static bool make_room(struct stand *s, uint32_t dots)
{
	if (dots == s->before_dots)
		return true;
	free(s->before);
	s->before = malloc(dots);
	s->before_dots = s->before ? dots : 0;
	s->seen = false;
	return s->before;
}

static enum err make_small(struct stand *s, const struct frame *f, struct msg_scan_frame *ret)
{
	unsigned step = frame_step(f->width);
	struct sight sight = { .width = frame_small_side(f->width, step),
			       .height = frame_small_side(f->height, step) };
	uint32_t dots = sight.width * sight.height;
	AUTO_FD fd = -1;
	void *rgb;

	if (!make_room(s, dots))
		return ERR_NO_MEMORY;
	enum err e = mem_create((size_t)3 * dots, &fd, &rgb);
	if (e != ERR_OK)
		return e;
	e = frame_small(f, rgb);
	sight.rgb = rgb;
	sight.before = s->before;
	sight.seen = s->seen;
	if (e == ERR_OK)
		ret->doubt = (uint8_t)sight_doubt(&sight);
	enum err sealed = mem_seal(fd, rgb, (size_t)3 * dots);
	if (e == ERR_OK)
		e = sealed;
	if (e != ERR_OK)
		return e;
	s->seen = true;
	ret->width = (uint16_t)sight.width;
	ret->height = (uint16_t)sight.height;
	ret->pixels = take_fd(&fd);
	return ERR_OK;
}

static bool is_asked(void *data)
{
	(void)data;
	return true;
}

static void show(struct stand *s)
{
	const struct camera_stop stop = { s->sock, is_asked, NULL };
	struct msg m = { .type = MSG_SCAN_FRAME, .scan_frame.pixels = -1 };
	struct frame f;
	enum err e = open_camera(s);

	if (e != ERR_OK)
		return;
	e = camera_newest(s->camera, &stop, &f);
	if (e == ERR_CANCELLED)
		return;
	if (e == ERR_OK)
		e = make_small(s, &f, &m.scan_frame);
	if (e == ERR_OK) {
		become(s, ERR_OK);
		s->tell(s->tell_data, &m);
		msg_finish(&m);
	} else if (e != ERR_BAD_DATA) {
		fail(s, e);
	}
}

static int until(int64_t when_ms)
{
	int64_t left = when_ms - now_ms();

	return left < 0 ? 0 : left > CHECK_MS ? CHECK_MS : (int)left;
}

int stand_turn(struct stand *s)
{
	if (!s->path[0])
		return -1;
	if (!s->camera && until(s->check_ms) == 0) {
		become(s, look(s));
		s->check_ms = now_ms() + CHECK_MS;
	}
	if (!s->live || s->state != ERR_OK)
		return until(s->check_ms);
	if (until(s->frame_ms) == 0) {
		show(s);
		s->frame_ms = now_ms() + LIVE_MS;
	}
	return until(s->frame_ms);
}

void stand_live(struct stand *s, bool on)
{
	s->live = on;
	if (!on)
		shut(s);
}

enum err stand_take(struct stand *s, const struct camera_stop *stop, struct picture *ret)
{
	enum err e = s->path[0] ? open_camera(s) : ERR_GONE;

	if (e != ERR_OK)
		return e;
	e = camera_take(s->camera, stop, ret);
	if (e != ERR_OK)
		fail(s, e);
	else
		become(s, ERR_OK);
	if (!s->live)
		shut(s);
	return e == ERR_TIMEOUT ? ERR_GONE : e;
}
