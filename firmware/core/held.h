/* The data was written by a newer release, which this one cannot read and must not change. Nobody
 * is served: the screen and `kioskctl status` say what is wrong with the machine (M17 of board.def)
 * and what to do, and nothing else is done. Not on a trial: that ends with the release before. */
#ifndef CORE_HELD_H
#define CORE_HELD_H

#include "firmware/base/child.h"

struct core;

/* For a technician. */
#define HELD_WHY "the database is of a newer release, and stays as it is"

/* They take the place of a child's, before it runs. Their data is the core, without a store. */
extern const struct child_handlers HELD_HANDLERS;

#endif
