/* Keeps what a screen shows, beyond the world of its scene. */
#ifndef SCENE_KEEP_H
#define SCENE_KEEP_H

#include "firmware/base/err.h"

struct world;

/* A copy. ERR_IO. */
enum err keep_file(const char *from, const char *to);

/* The names and places of what is on the screen (ui/dump.h), asked at its socket, into a file.
 * ERR_IO, ERR_TIMEOUT, ERR_GONE, ERR_NO_MEMORY. */
enum err keep_names(int screen, int wait_ms, const char *to);

/* Until no control looks pressed: one that was tapped does until the kiosk has answered. At most
 * ten seconds; one that gets no answer is kept as it looks. */
void keep_answered(int screen, const struct world *w);

#endif
