/* What SDL says a person did, in the words of display.h. */
#ifndef UI_SDL_EVENT_H
#define UI_SDL_EVENT_H

#include "ui/display.h"
#include "ui/sdl.h"

#define SDL_FINGERS 10

/* SDL numbers fingers as it likes; here each that is down has a place, which is its number. */
struct sdl_fingers {
	struct sdl_finger {
		bool down;
		SDL_TouchID panel;
		SDL_FingerID id;
	} at[SDL_FINGERS];
};

/* SDL is opened and its video begun, with the hints that count only before; `driver`: NULL is SDL's
 * own choice. ERR_GONE: there is no SDL, or no screen; the log says why. */
enum err sdl_begin(const char *driver, struct sdl *ret);

/* False when it is nothing for us. Events of the window itself are not looked at. width and
 * height: of what fingers touch, in pixels. */
bool sdl_event(struct sdl_fingers *f, const SDL_Event *e, int width, int height,
	       struct display_event *ret);

/* EVENT_LOST, once for each finger whose touch screen SDL has no more. */
bool sdl_lost(const struct sdl *sdl, struct sdl_fingers *f, struct display_event *ret);

/* A key that moves or acts, or KEY_NONE. */
enum display_key sdl_key(const SDL_Keysym *k);

#endif
