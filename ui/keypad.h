/* The keys of a kiosk's keypad. What is plugged in where it belongs may be a whole keyboard, or a
 * stranger's that says so: its other keys, and those held with Ctrl, Alt or Meta, do nothing. */
#ifndef UI_KEYPAD_H
#define UI_KEYPAD_H

#include "ui/display.h"

#include <SDL.h>

/* False when the key is none of a keypad's: digits, which come as text whether NumLock is on or
 * not, arrows, Tab, Enter, Escape, backspace, F1. */
bool keypad_event(const SDL_Event *e, struct display_event *ret);

#endif
