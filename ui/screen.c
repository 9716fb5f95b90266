#include "ui/screen.h"

#define SCREEN(name, step) [SCREEN_##name] = screen_##name,
#define ACTION(name)
static screen_fn *const SCREENS[SCREEN_COUNT] = {
#include "firmware/base/screens.def"
};
#undef SCREEN
#undef ACTION

bool screen_is_overlay(enum screen s)
{
	return s == SCREEN_TIMEOUT || s == SCREEN_LEAVE || s == SCREEN_FAULT || s == SCREEN_STAFF ||
	       s == SCREEN_PAUSED;
}

void screen_build(enum screen s, struct page *p, const struct view *v)
{
	if (s < SCREEN_COUNT && SCREENS[s])
		SCREENS[s](p, v);
}
