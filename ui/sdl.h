/* SDL, opened when it is asked for. With it come the libraries of every window system and sound
 * server, half of all that this program would be linked with; a panel shows its first picture
 * without them, and nobody waits meanwhile. */
#ifndef UI_SDL_H
#define UI_SDL_H

#include "firmware/base/err.h"

#include <SDL.h>

struct sdl {
#define SDL_CALL(name) typeof(&SDL_##name) name;
#include "ui/sdl.def"
#undef SDL_CALL
};

/* ERR_GONE: it is not there, or another; the log says what is missing. Once opened it stays, and
 * who asks again has the same one. */
enum err sdl_open(struct sdl *ret);

#endif
