/* Who does not touch the screen but presses four keys beside it. */
#ifndef SCENE_KEYPAD_H
#define SCENE_KEYPAD_H

#include "firmware/base/err.h"

/* Presses `down` until the control with that id or name has the focus, then `enter`. `screen` is
 * the screen's remote control. ERR_NOT_FOUND: the focus went round without reaching it; ERR_GONE,
 * ERR_TIMEOUT. */
enum err keypad_walk(int screen, const char *name);

/* Types into the field that is open, key by key of the keyboard on the screen, and closes it. The
 * case of a letter is the keyboard's. */
enum err keypad_spell(int screen, const char *text);

#endif
