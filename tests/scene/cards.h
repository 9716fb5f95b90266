/* Cards laid down, lifted, taken away; readers unplugged, cards and readers that fail in every way
 * they know, programs killed: at random, while somebody tries to be read. In the end nothing has
 * died by itself, and the next sound card is read. */
#ifndef SCENE_CARDS_H
#define SCENE_CARDS_H

#include "tests/scene/world.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Lets `events` events of cards.def happen in the running world `w`. What happens follows from
 * `seed`; the moments are the machine's. False: a program died of it, or the next card was not
 * read; the table and the reasons are on `out`. */
bool cards_play(struct world *w, uint64_t seed, unsigned events, FILE *out);

#endif
