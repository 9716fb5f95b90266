/* The state of everything, for the panel, scenes and people. */
#ifndef TESTS_USIM_STATUS_H
#define TESTS_USIM_STATUS_H

#include "tests/usim/world.h"

/* One line of JSON, cut at `size` bytes with a NUL. Takes the world's lock. */
void status_json(struct world *w, char *ret, size_t size);

#endif
