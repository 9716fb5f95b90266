/* Nothing readable of a citizen stays: looks for texts and colours where they could have stayed. */
#ifndef SCENE_GONE_H
#define SCENE_GONE_H

#include "tests/scene/heard.h"
#include "tests/scene/world.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* True when `text` (as seek_add() takes it) is in the memory of no program of the kiosk, in no file
 * of its data and not in its log. Else `why` says where it is. A program whose memory may not be
 * read by us (it is undumpable; root may) is left out, and standard output says so. */
bool gone_looked_for(const struct world *w, const char *text, char *why, size_t cap);

/* The same for all that was heard and judged, at once. */
bool gone_all(const struct world *w, const struct heard *h, char *why, size_t cap);

/* All is searched for what was heard, again for a short while: programs wipe in the turn of their
 * loops in which they are told to. */
bool gone_soon(const struct world *w, const struct heard *h, char *why, size_t cap);

/* The same for the visitors 1 to `count`; the last fifty of them stand for all. */
bool gone_visitors(const struct world *w, unsigned count, FILE *out);

/* False in a build whose programs keep freed memory (sanitizers): there it is not looked at. */
bool gone_sees_memory(void);

#endif
