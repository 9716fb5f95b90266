/* The memory of one visit: everything a citizen tells us lives here and is wiped whole.
 * Its pages are kept out of core dumps and, where the limits allow, out of swap. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "firmware/base/err.h"
#include <stddef.h>
#include <stdint.h>

struct arena {
	uint8_t *bytes;
	size_t cap, used;
};

/* ERR_NO_MEMORY. */
enum err arena_init(struct arena *a, size_t cap);
void arena_finish(struct arena *a); /* wipes first; accepts a zeroed arena */

/* `len` zeroed bytes, aligned for anything; NULL when the arena is full. They live until the
 * next arena_wipe(). */
void *arena_take(struct arena *a, size_t len);
char *arena_text(struct arena *a, const char *text);

/* Overwrites all that was taken. Every pointer into the arena is dead. */
void arena_wipe(struct arena *a);

/* Overwrites what earlier, deeper calls have left on the stack. It reaches 128 KiB below the
 * caller: call it from near the loop, when nothing of a citizen is held any more. */
void stack_wipe(void);

#endif
