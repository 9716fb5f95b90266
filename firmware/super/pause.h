/* How long a program that died stays down before it is started again. */
#ifndef SUPER_PAUSE_H
#define SUPER_PAUSE_H

#include <stdbool.h>
#include <stdint.h>

/* A program that lived this long was in good health; its earlier deaths are forgotten. */
#define GOOD_LIFE_MS 60000

/* Deaths in a row after which the kiosk does without the program, and says so. */
#define GIVE_UP_DEATHS 10

/* After that it is tried again in this interval: a device may have been mended. */
#define GAVE_UP_PAUSE_MS (5 * 60000)

/* The screen's program is not waited for longer than this. */
#define SCREEN_PAUSE_MS 5000

/* The pause after the n-th death in a row, n from 1: at once, 250 ms, 500 ms, ... 30 s. */
uint32_t pause_ms(unsigned deaths);

#endif
