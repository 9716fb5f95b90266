#include "firmware/base/log.h"
#include "ui/display.h"
#include "ui/sdl_event.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

struct window {
	struct display display;
	struct sdl sdl;
	SDL_Window *window;
	cairo_surface_t *pixels; /* over the window's surface */
	struct sdl_fingers fingers;
	int fd;
};

/* The window's own memory, so that nothing is copied but to the screen. */
static cairo_surface_t *surface(struct display *d)
{
	struct window *w = (struct window *)d;

	if (w->pixels)
		return w->pixels;
	SDL_Surface *s = w->sdl.GetWindowSurface(w->window);
	if (!s || s->format->BytesPerPixel != 4) {
		log_line(LOG_ERROR, "display.surface", "sdl=%s", w->sdl.GetError());
		return NULL;
	}
	w->pixels = cairo_image_surface_create_for_data(s->pixels, CAIRO_FORMAT_RGB24, s->w, s->h,
							s->pitch);
	return w->pixels;
}

static void forget_surface(struct window *w)
{
	if (w->pixels)
		cairo_surface_destroy(w->pixels);
	w->pixels = NULL;
}

static void show(struct display *d, const struct rect *damage, size_t n)
{
	struct window *w = (struct window *)d;
	SDL_Rect rects[32];

	if (!w->pixels || n == 0)
		return;
	cairo_surface_flush(w->pixels);
	for (size_t i = 0; i < n && i < 32; i++)
		rects[i] = (SDL_Rect){ damage[i].x, damage[i].y, damage[i].w, damage[i].h };
	w->sdl.UpdateWindowSurfaceRects(w->window, rects, n < 32 ? (int)n : 32);
}

static bool from_window(struct window *w, const SDL_Event *e, struct display_event *ret)
{
	if (e->window.event == SDL_WINDOWEVENT_SIZE_CHANGED)
		forget_surface(w);
	*ret = (struct display_event){ .kind = EVENT_EXPOSED };
	return e->window.event == SDL_WINDOWEVENT_SIZE_CHANGED ||
	       e->window.event == SDL_WINDOWEVENT_EXPOSED;
}

static bool translate(struct window *w, const SDL_Event *e, struct display_event *ret)
{
	int width, height;

	if (e->type == SDL_WINDOWEVENT)
		return from_window(w, e, ret);
	w->sdl.GetWindowSize(w->window, &width, &height);
	return sdl_event(&w->fingers, e, width, height, ret);
}

static bool next(struct display *d, struct display_event *ret)
{
	struct window *w = (struct window *)d;
	SDL_Event e;

	while (w->sdl.PollEvent(&e))
		if (translate(w, &e, ret))
			return true;
	return false;
}

static enum err hear(struct display *d, int *ret_fd)
{
	*ret_fd = ((struct window *)d)->fd;
	return ERR_OK;
}

static void destroy(struct display *d)
{
	struct window *w = (struct window *)d;

	forget_surface(w);
	if (w->window)
		w->sdl.DestroyWindow(w->window);
	w->sdl.Quit();
	free(w);
}

static const struct display_ops OPS = { surface, show, next, hear, destroy };

static bool is_dummy(const struct sdl *sdl)
{
	const char *driver = sdl->GetCurrentVideoDriver();

	return driver && strcmp(driver, "dummy") == 0;
}

/* The socket to the X server among our descriptors: SDL does not tell it. To be called when
 * nothing else of ours is connected there. */
static int input_fd(const struct sdl *sdl)
{
	struct sockaddr_un a;

	if (is_dummy(sdl))
		return DISPLAY_SILENT;
	for (int at = 3; at < 256; at++) {
		socklen_t len = sizeof a;
		memset(&a, 0, sizeof a);
		if (getpeername(at, (struct sockaddr *)(void *)&a, &len) || a.sun_family != AF_UNIX)
			continue;
		const char *path = a.sun_path[0] ? a.sun_path : a.sun_path + 1;
		if (strstr(path, "/.X11-unix/X"))
			return at;
	}
	return DISPLAY_ASK;
}

/* What frame and title of a window take, about. */
#define WINDOW_FRAME_PX 48

void display_fit(struct metrics *m)
{
	SDL_Rect room;
	struct sdl sdl;

	if (sdl_begin(NULL, &sdl) != ERR_OK || is_dummy(&sdl) ||
	    sdl.GetDisplayUsableBounds(0, &room) != 0)
		return;
	if (room.w >= m->width_px && room.h >= m->height_px)
		return;
	double by_width = (double)room.w / m->width_px;
	double by_height = (double)(room.h - WINDOW_FRAME_PX) / m->height_px;
	double fit = by_width < by_height ? by_width : by_height;
	if (fit < 0.2 || fit >= 1)
		return;
	m->width_px = (int)(m->width_px * fit);
	m->height_px = (int)(m->height_px * fit);
	m->um_per_px = (int)(m->um_per_px / fit);
}

enum err display_window(int width, int height, bool full, struct display **ret)
{
	struct sdl sdl;

	enum err e = sdl_begin(NULL, &sdl);
	if (e != ERR_OK)
		return e;
	struct window *w = calloc(1, sizeof *w);
	if (!w)
		return ERR_NO_MEMORY;
	w->sdl = sdl;
	w->display.ops = &OPS;
	w->window = w->sdl.CreateWindow(
		"Một Cửa", SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED, width, height,
		full ? SDL_WINDOW_FULLSCREEN_DESKTOP | SDL_WINDOW_BORDERLESS : 0);
	if (!w->window || !surface(&w->display)) {
		log_line(LOG_ERROR, "display.none", "sdl=%s", w->sdl.GetError());
		destroy(&w->display);
		return ERR_GONE;
	}
	w->fd = input_fd(&w->sdl);
	if (full)
		w->sdl.ShowCursor(SDL_DISABLE);
	w->sdl.StartTextInput();
	log_line(LOG_INFO, "display.open", "driver=%s width=%d height=%d fd=%d",
		 w->sdl.GetCurrentVideoDriver(), width, height, w->fd);
	*ret = &w->display;
	return ERR_OK;
}
