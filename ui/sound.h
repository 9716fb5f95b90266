/* Short tones, made here; silent where there is no loudspeaker. Each has a twin on the screen. */
#ifndef UI_SOUND_H
#define UI_SOUND_H

#include "firmware/base/err.h"

#define SOUND_MAX_MS 400

enum sound { SOUND_TICK, SOUND_OK, SOUND_ERROR, SOUND_WARN, SOUND_COUNT };

struct sound_player; /* sound_create() makes one */

/* Never fails for want of a device: then it is silent. ERR_NO_MEMORY. */
enum err sound_create(struct sound_player **ret);
void sound_destroy(struct sound_player *p); /* NULL is allowed */

/* Begins at once and returns; a tone that still sounds is cut off. */
void sound_play(struct sound_player *p, enum sound s);

/* To be called SOUND_MAX_MS after the last tone: the device rests and costs nothing. */
void sound_rest(struct sound_player *p);

#endif
