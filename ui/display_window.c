#include "firmware/base/log.h"
#include "ui/display.h"

#include <SDL.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

struct window {
	struct display display;
	SDL_Window *window;
	cairo_surface_t *pixels; /* over the window's surface */
	SDL_FingerID fingers[2];
	int fingers_down, fd;
};

/* The window's own memory, so that nothing is copied but to the screen. */
static cairo_surface_t *surface(struct display *d)
{
	struct window *w = (struct window *)d;

	if (w->pixels)
		return w->pixels;
	SDL_Surface *s = SDL_GetWindowSurface(w->window);
	if (!s || s->format->BytesPerPixel != 4) {
		log_line(LOG_ERROR, "display.surface", "sdl=%s", SDL_GetError());
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
	SDL_UpdateWindowSurfaceRects(w->window, rects, n < 32 ? (int)n : 32);
}

static enum display_key key_of(const SDL_Keysym *k)
{
	switch (k->sym) {
	case SDLK_UP:
		return KEY_UP;
	case SDLK_DOWN:
		return KEY_DOWN;
	case SDLK_LEFT:
		return KEY_LEFT;
	case SDLK_RIGHT:
		return KEY_RIGHT;
	case SDLK_TAB:
		return k->mod & KMOD_SHIFT ? KEY_BACK_TAB : KEY_TAB;
	case SDLK_RETURN:
	case SDLK_KP_ENTER:
		return KEY_ENTER;
	case SDLK_ESCAPE:
		return KEY_ESCAPE;
	case SDLK_BACKSPACE:
		return KEY_BACKSPACE;
	case SDLK_F1:
		return KEY_HELP;
	default:
		return KEY_NONE;
	}
}

static bool from_mouse(const SDL_Event *e, struct display_event *ret)
{
	if (e->type == SDL_MOUSEMOTION) {
		*ret = (struct display_event){ EVENT_MOVE, .x = e->motion.x, .y = e->motion.y };
		return e->motion.state & SDL_BUTTON_LMASK;
	}
	*ret = (struct display_event){ e->type == SDL_MOUSEBUTTONDOWN ? EVENT_DOWN : EVENT_UP,
				       .x = e->button.x, .y = e->button.y };
	return e->button.button == SDL_BUTTON_LEFT;
}

/* SDL numbers fingers as it likes; we count those that are down. */
static bool from_finger(struct window *w, const SDL_Event *e, struct display_event *ret)
{
	int width, height;

	SDL_GetWindowSize(w->window, &width, &height);
	*ret = (struct display_event){ .x = (int)(e->tfinger.x * (float)width),
				       .y = (int)(e->tfinger.y * (float)height) };
	if (e->type == SDL_FINGERDOWN) {
		ret->kind = EVENT_DOWN;
		ret->finger = w->fingers_down++;
		if (ret->finger == 0)
			w->fingers[0] = e->tfinger.fingerId;
		return true;
	}
	ret->kind = e->type == SDL_FINGERUP ? EVENT_UP : EVENT_MOVE;
	ret->finger = e->tfinger.fingerId == w->fingers[0] ? 0 : 1;
	if (e->type == SDL_FINGERUP && w->fingers_down > 0)
		w->fingers_down--;
	return true;
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
	switch (e->type) {
	case SDL_QUIT:
		*ret = (struct display_event){ .kind = EVENT_CLOSED };
		return true;
	case SDL_MOUSEBUTTONDOWN:
	case SDL_MOUSEBUTTONUP:
	case SDL_MOUSEMOTION:
		return from_mouse(e, ret);
	case SDL_FINGERDOWN:
	case SDL_FINGERUP:
	case SDL_FINGERMOTION:
		return from_finger(w, e, ret);
	case SDL_WINDOWEVENT:
		return from_window(w, e, ret);
	case SDL_KEYDOWN:
		*ret = (struct display_event){ EVENT_KEY, .key = key_of(&e->key.keysym) };
		return ret->key != KEY_NONE;
	case SDL_TEXTINPUT:
		*ret = (struct display_event){ .kind = EVENT_TEXT };
		memccpy(ret->text, e->text.text, '\0', sizeof ret->text - 1);
		return true;
	default:
		return false;
	}
}

static bool next(struct display *d, struct display_event *ret)
{
	SDL_Event e;

	while (SDL_PollEvent(&e))
		if (translate((struct window *)d, &e, ret))
			return true;
	return false;
}

static int fd(struct display *d)
{
	return ((struct window *)d)->fd;
}

static void destroy(struct display *d)
{
	struct window *w = (struct window *)d;

	forget_surface(w);
	if (w->window)
		SDL_DestroyWindow(w->window);
	SDL_Quit();
	free(w);
}

static const struct display_ops OPS = { surface, show, next, fd, destroy };

static bool is_dummy(void)
{
	const char *driver = SDL_GetCurrentVideoDriver();

	return driver && strcmp(driver, "dummy") == 0;
}

/* The socket to the X server among our descriptors: SDL does not tell it. To be called when
 * nothing else of ours is connected there. */
static int input_fd(void)
{
	struct sockaddr_un a;

	if (is_dummy())
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

static void set_hints(void)
{
	/* the "accelerated" path is a GL texture: 28 times slower without a GPU */
	SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
	SDL_SetHint(SDL_HINT_TOUCH_MOUSE_EVENTS, "0");
	SDL_SetHint(SDL_HINT_MOUSE_TOUCH_EVENTS, "0");
	SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "0");
	SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
	SDL_SetHint(SDL_HINT_APP_NAME, "kiosk");
	SDL_SetHint(SDL_HINT_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR, "0");
}

/* Hints count only before video is there. ERR_GONE. */
static enum err begin_video(void)
{
	if (SDL_WasInit(SDL_INIT_VIDEO))
		return ERR_OK;
	set_hints();
	if (SDL_Init(SDL_INIT_VIDEO) == 0)
		return ERR_OK;
	log_line(LOG_ERROR, "display.none", "sdl=%s", SDL_GetError());
	return ERR_GONE;
}

/* What frame and title of a window take, about. */
#define WINDOW_FRAME_PX 48

void display_fit(struct metrics *m)
{
	SDL_Rect room;

	if (begin_video() != ERR_OK || is_dummy() || SDL_GetDisplayUsableBounds(0, &room) != 0)
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
	enum err e = begin_video();
	if (e != ERR_OK)
		return e;
	struct window *w = calloc(1, sizeof *w);
	if (!w)
		return ERR_NO_MEMORY;
	w->display.ops = &OPS;
	w->window = SDL_CreateWindow(
		"Một Cửa", SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED, width, height,
		full ? SDL_WINDOW_FULLSCREEN_DESKTOP | SDL_WINDOW_BORDERLESS : 0);
	if (!w->window || !surface(&w->display)) {
		log_line(LOG_ERROR, "display.none", "sdl=%s", SDL_GetError());
		destroy(&w->display);
		return ERR_GONE;
	}
	w->fd = input_fd();
	if (full)
		SDL_ShowCursor(SDL_DISABLE);
	SDL_StartTextInput();
	log_line(LOG_INFO, "display.open", "driver=%s width=%d height=%d fd=%d",
		 SDL_GetCurrentVideoDriver(), width, height, w->fd);
	*ret = &w->display;
	return ERR_OK;
}
