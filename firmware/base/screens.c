#include "firmware/base/screens.h"

#define ACTION(name)
#define SCREEN(name, step) [SCREEN_##name] = { #name, step },
static const struct {
	const char *name;
	uint8_t step;
} SCREENS[] = {
#include "firmware/base/screens.def"
};
#undef SCREEN
#undef ACTION

#define SCREEN(name, step)
#define ACTION(name) [ACTION_##name] = #name,
static const char *const ACTIONS[] = {
#include "firmware/base/screens.def"
};

const char *screen_name(enum screen s)
{
	return s < SCREEN_COUNT ? SCREENS[s].name : "?";
}

const char *action_name(enum action a)
{
	return a < ACTION_COUNT ? ACTIONS[a] : "?";
}

uint8_t screen_step(enum screen s)
{
	return s < SCREEN_COUNT ? SCREENS[s].step : 0;
}
