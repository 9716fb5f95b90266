/* Screens and actions by number, from screens.def; what core and ui agree on. */
#ifndef BASE_SCREENS_H
#define BASE_SCREENS_H

#include <stdint.h>

#define SCREEN(name, step) SCREEN_##name,
#define ACTION(name)
enum screen {
#include "firmware/base/screens.def"
	SCREEN_COUNT
};
#undef SCREEN
#undef ACTION

#define SCREEN(name, step)
#define ACTION(name) ACTION_##name,
enum action {
#include "firmware/base/screens.def"
	ACTION_COUNT
};
#undef SCREEN
#undef ACTION

enum language { LANGUAGE_VI, LANGUAGE_EN, LANGUAGE_COUNT };

/* How a person wants to see and hear; index of ACTION_LOOK and `look` of MSG_SHOW. */
enum look {
	LOOK_SIZE = 0x03, /* two bits: 0..3, four text sizes */
	LOOK_HIGH_CONTRAST = 0x04,
	LOOK_SPEECH = 0x08,
	LOOK_LOW_REACH = 0x10, /* controls within reach of a seated person */
	LOOK_LEFT_HANDED = 0x20,
	LOOK_ALL = 0x3f,
};

/* Static; "?" outside the table. */
const char *screen_name(enum screen s);
const char *action_name(enum action a);
uint8_t screen_step(enum screen s);

#endif
