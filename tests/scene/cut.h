/* The first promise, tried: people file one dossier after the other while programs are killed,
 * the plug is pulled, the network goes and answers are lost; then the whole history is checked. */
#ifndef SCENE_CUT_H
#define SCENE_CUT_H

#include "tests/scene/world.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Plays `visits` visits in the running world `w` and stops its kiosk to look at what is left.
 * What happens follows from `seed`; the moments are the machine's. False: the promise is broken,
 * or a visit came to no end; the table and the reasons are on `out`. */
bool cut_play(struct world *w, uint64_t seed, unsigned visits, FILE *out);

#endif
