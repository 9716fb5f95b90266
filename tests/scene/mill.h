/* The first promise, tried by numbers: thousands of people file, each in a moment, while programs
 * are killed and answers are lost. Everything but the screen is the real thing; who wants to see
 * that too, and slowly, plays cut.h. */
#ifndef SCENE_MILL_H
#define SCENE_MILL_H

#include "tests/scene/world.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Like cut_play(), for a world whose kiosk_bin is mill_programs(). */
bool mill_play(struct world *w, uint64_t seed, unsigned visits, FILE *out);

/* The folder of programs for that, in the world: the real ones and swift.h. To be called before
 * world_start(). */
bool mill_programs(struct world *w);

#endif
