#include "ui/hands.h"

#include "firmware/base/log.h"
#include "ui/keypad.h"
#include "ui/sdl_event.h"

#include <linux/input.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define INPUT_MAJOR 13 /* Documentation/admin-guide/devices.txt of Linux */
#define FD_MAX      256

struct hands {
	struct sdl sdl;
	SDL_Window *window; /* SDL gives events only to one who has a window; nobody sees it */
	struct sdl_fingers fingers;
	struct touch_matrix matrix;
	int width, height;
	int ready; /* epoll over the devices that SDL holds open, and the second */
	int second;
	bool ticked;
	int devices;
	int mouse, mouse_x, mouse_y; /* the absolute mouse that spoke last, and where it was */
};

static enum err watch(const struct hands *h, int fd)
{
	struct epoll_event e = { .events = EPOLLIN, .data.fd = fd };

	return epoll_ctl(h->ready, EPOLL_CTL_ADD, fd, &e) ? ERR_IO : ERR_OK;
}

/* SDL does not tell which devices it has opened, so they are found among our descriptors. One that
 * is closed leaves the set by itself; one that is in it already is refused, and that is all. */
static void watch_devices(struct hands *h)
{
	int count = 0;

	for (int fd = 3; fd < FD_MAX; fd++) {
		struct stat st;

		if (fstat(fd, &st) < 0 || !S_ISCHR(st.st_mode) || major(st.st_rdev) != INPUT_MAJOR)
			continue;
		count++;
		(void)watch(h, fd);
	}
	/* a key may have been held when its keyboard went: who tells that it is up? */
	if (count < h->devices)
		h->sdl.ResetKeyboard();
	h->devices = count;
}

static enum err begin_second(struct hands *h)
{
	struct itimerspec s = { .it_interval = { .tv_sec = 1 }, .it_value = { .tv_sec = 1 } };

	h->ready = epoll_create1(EPOLL_CLOEXEC);
	h->second = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (h->ready < 0 || h->second < 0 || timerfd_settime(h->second, 0, &s, NULL))
		return ERR_IO;
	return watch(h, h->second);
}

static enum err begin(struct hands *h)
{
	enum err e = sdl_begin("evdev", &h->sdl);

	if (e != ERR_OK)
		return e;
	h->window = h->sdl.CreateWindow("Một Cửa", 0, 0, h->width, h->height, 0);
	if (!h->window) {
		log_line(LOG_ERROR, "hands.none", "sdl=%s", h->sdl.GetError());
		return ERR_GONE;
	}
	e = begin_second(h);
	h->sdl.StopTextInput(); /* no text but a keypad's */
	h->sdl.PumpEvents();
	watch_devices(h);
	return e;
}

enum err hands_create(int width, int height, const struct touch_matrix *m, struct hands **ret)
{
	struct hands *h = calloc(1, sizeof *h);

	if (!h)
		return ERR_NO_MEMORY;
	h->ready = h->second = h->mouse = -1;
	h->width = width;
	h->height = height;
	h->matrix = *m;
	enum err e = begin(h);
	if (e != ERR_OK) {
		hands_destroy(h);
		return e;
	}
	*ret = h;
	return ERR_OK;
}

void hands_destroy(struct hands *h)
{
	if (!h)
		return;
	if (h->window)
		h->sdl.DestroyWindow(h->window);
	if (h->sdl.Quit)
		h->sdl.Quit();
	if (h->second >= 0)
		close(h->second);
	if (h->ready >= 0)
		close(h->ready);
	free(h);
}

int hands_fd(const struct hands *h)
{
	return h->ready;
}

bool hands_ticked(struct hands *h)
{
	bool was = h->ticked;

	h->ticked = false;
	return was;
}

/* SDL 2.26 gives 0 for an axis of an absolute mouse that has not moved since its last report: it is
 * where it was, unless the device itself is at its edge. */
static void keep_still(struct hands *h, int fd, const struct input_absinfo of[2], int *x, int *y)
{
	bool known = h->mouse == fd;

	if (*x == 0 && of[0].value != 0)
		*x = known ? h->mouse_x : of[0].value;
	if (*y == 0 && of[1].value != 0)
		*y = known ? h->mouse_y : of[1].value;
	h->mouse = fd;
	h->mouse_x = *x;
	h->mouse_y = *y;
}

/* SDL 2.26 gives what an absolute mouse says as it is, in units of the device, and its descriptor
 * as the mouse's number (libsdl-org/SDL issue 5024). False: a mouse that moves by steps. */
static bool scale(int fd, struct hands *h, int *x, int *y)
{
	struct input_absinfo of_x, of_y;

	if (ioctl(fd, EVIOCGABS(ABS_X), &of_x) || ioctl(fd, EVIOCGABS(ABS_Y), &of_y) ||
	    of_x.maximum <= of_x.minimum || of_y.maximum <= of_y.minimum)
		return false;
	keep_still(h, fd, (const struct input_absinfo[]){ of_x, of_y }, x, y);
	struct point p = touch_point(
		&h->matrix, ((double)*x - of_x.minimum) / ((double)of_x.maximum - of_x.minimum),
		((double)*y - of_y.minimum) / ((double)of_y.maximum - of_y.minimum), h->width,
		h->height);
	*x = p.x;
	*y = p.y;
	return true;
}

/* From what the device says to pixels of the panel. */
static void place(struct hands *h, SDL_Event *e)
{
	if (e->type == SDL_MOUSEMOTION)
		(void)scale((int)e->motion.which, h, &e->motion.x, &e->motion.y);
	if (e->type == SDL_MOUSEBUTTONDOWN || e->type == SDL_MOUSEBUTTONUP)
		(void)scale((int)e->button.which, h, &e->button.x, &e->button.y);
	if (e->type != SDL_FINGERDOWN && e->type != SDL_FINGERMOTION && e->type != SDL_FINGERUP)
		return;
	struct point p = touch_point(&h->matrix, (double)e->tfinger.x, (double)e->tfinger.y,
				     h->width, h->height);
	e->tfinger.x = ((float)p.x + 0.5f) / (float)h->width;
	e->tfinger.y = ((float)p.y + 0.5f) / (float)h->height;
}

static void look_at_second(struct hands *h)
{
	uint64_t n;

	if (read(h->second, &n, sizeof n) != sizeof n)
		return;
	h->ticked = true;
	watch_devices(h);
}

static bool is_finger(const SDL_Event *e)
{
	return (e->type >= SDL_MOUSEMOTION && e->type <= SDL_MOUSEBUTTONUP) ||
	       (e->type >= SDL_FINGERDOWN && e->type <= SDL_FINGERMOTION);
}

/* What else SDL tells is about its window, which nobody sees. */
static bool take(struct hands *h, SDL_Event *e, struct display_event *ret)
{
	if (!is_finger(e))
		return keypad_event(e, ret);
	place(h, e);
	return sdl_event(&h->fingers, e, h->width, h->height, ret);
}

bool hands_next(struct hands *h, struct display_event *ret)
{
	SDL_Event e;

	while (h->sdl.PollEvent(&e))
		if (take(h, &e, ret))
			return true;
	if (sdl_lost(&h->sdl, &h->fingers, ret))
		return true;
	look_at_second(h);
	return false;
}
