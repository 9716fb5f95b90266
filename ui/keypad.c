#include "ui/keypad.h"

#include "ui/sdl_event.h"

#define HELD (KMOD_CTRL | KMOD_ALT | KMOD_GUI | KMOD_MODE)

static char digit_of(const SDL_Keysym *k)
{
	if (k->sym >= SDLK_0 && k->sym <= SDLK_9 && !(k->mod & KMOD_SHIFT))
		return (char)('0' + (k->sym - SDLK_0));
	if (k->sym >= SDLK_KP_1 && k->sym <= SDLK_KP_9)
		return (char)('1' + (k->sym - SDLK_KP_1));
	return k->sym == SDLK_KP_0 ? '0' : '\0';
}

bool keypad_event(const SDL_Event *e, struct display_event *ret)
{
	if (e->type != SDL_KEYDOWN || e->key.keysym.mod & HELD)
		return false;
	char digit = digit_of(&e->key.keysym);
	enum display_key key = sdl_key(&e->key.keysym);
	if (digit)
		*ret = (struct display_event){ EVENT_TEXT, .text = { digit } };
	else if (key != KEY_NONE)
		*ret = (struct display_event){ EVENT_KEY, .key = key };
	return digit || key != KEY_NONE;
}
