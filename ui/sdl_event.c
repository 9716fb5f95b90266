#include "ui/sdl_event.h"

#include "firmware/base/log.h"

#include <string.h>

static void set_hints(const struct sdl *sdl, const char *driver)
{
	if (driver)
		sdl->SetHint(SDL_HINT_VIDEODRIVER, driver);
	/* the "accelerated" path is a GL texture: 28 times slower without a GPU */
	sdl->SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
	sdl->SetHint(SDL_HINT_TOUCH_MOUSE_EVENTS, "0");
	sdl->SetHint(SDL_HINT_MOUSE_TOUCH_EVENTS, "0");
	sdl->SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "0");
	sdl->SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
	sdl->SetHint(SDL_HINT_APP_NAME, "kiosk");
	sdl->SetHint(SDL_HINT_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR, "0");
}

enum err sdl_begin(const char *driver, struct sdl *ret)
{
	enum err e = sdl_open(ret);

	if (e != ERR_OK)
		return e;
	if (ret->WasInit(SDL_INIT_VIDEO))
		return ERR_OK;
	set_hints(ret, driver);
	if (ret->Init(SDL_INIT_VIDEO) == 0)
		return ERR_OK;
	log_line(LOG_ERROR, "display.none", "sdl=%s", ret->GetError());
	return ERR_GONE;
}

enum display_key sdl_key(const SDL_Keysym *k)
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

/* The place of a finger, or, for one that comes, a free one; NULL: there is none. */
static struct sdl_finger *finger_at(struct sdl_fingers *f, const SDL_TouchFingerEvent *e)
{
	struct sdl_finger *free_one = NULL;

	for (int i = SDL_FINGERS - 1; i >= 0; i--) {
		struct sdl_finger *g = &f->at[i];

		if (g->down && g->panel == e->touchId && g->id == e->fingerId)
			return g;
		if (!g->down)
			free_one = g;
	}
	return e->type == SDL_FINGERDOWN ? free_one : NULL;
}

static bool from_finger(struct sdl_fingers *f, const SDL_TouchFingerEvent *e, int width, int height,
			struct display_event *ret)
{
	struct sdl_finger *g = finger_at(f, e);

	if (!g)
		return false;
	*ret = (struct display_event){ e->type == SDL_FINGERDOWN ? EVENT_DOWN
				       : e->type == SDL_FINGERUP ? EVENT_UP
								 : EVENT_MOVE,
				       .x = (int)(e->x * (float)width),
				       .y = (int)(e->y * (float)height),
				       .finger = (int)(g - f->at) };
	*g = (struct sdl_finger){ e->type != SDL_FINGERUP, e->touchId, e->fingerId };
	return true;
}

static bool is_there(const struct sdl *sdl, SDL_TouchID panel)
{
	for (int i = 0; i < sdl->GetNumTouchDevices(); i++)
		if (sdl->GetTouchDevice(i) == panel)
			return true;
	return false;
}

bool sdl_lost(const struct sdl *sdl, struct sdl_fingers *f, struct display_event *ret)
{
	for (int i = 0; i < SDL_FINGERS; i++) {
		if (!f->at[i].down || is_there(sdl, f->at[i].panel))
			continue;
		f->at[i].down = false;
		*ret = (struct display_event){ EVENT_LOST, .finger = i };
		return true;
	}
	return false;
}

bool sdl_event(struct sdl_fingers *f, const SDL_Event *e, int width, int height,
	       struct display_event *ret)
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
		return from_finger(f, &e->tfinger, width, height, ret);
	case SDL_KEYDOWN:
		*ret = (struct display_event){ EVENT_KEY, .key = sdl_key(&e->key.keysym) };
		return ret->key != KEY_NONE;
	case SDL_TEXTINPUT:
		*ret = (struct display_event){ .kind = EVENT_TEXT };
		memccpy(ret->text, e->text.text, '\0', sizeof ret->text - 1);
		return true;
	default:
		return false;
	}
}
