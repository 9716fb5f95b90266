/* What SDL says a person did, in the words of display.h. */
#ifndef UI_SDL_EVENT_H
#define UI_SDL_EVENT_H

#include "ui/display.h"

#include <SDL.h>

/* SDL numbers fingers as it likes; here those are counted that are down. */
struct sdl_fingers {
	SDL_FingerID first;
	int down;
};

/* Video is begun, with the hints that count only before; `driver`: NULL is SDL's own choice.
 * ERR_GONE: there is no screen; the log says why. */
enum err sdl_begin(const char *driver);

/* False when it is nothing for us. Events of the window itself are not looked at. width and
 * height: of what fingers touch, in pixels. */
bool sdl_event(struct sdl_fingers *f, const SDL_Event *e, int width, int height,
	       struct display_event *ret);

#endif
