/* A kiosk that was set up before is not asked for everything again. */
#ifndef SETUP_FORMER_H
#define SETUP_FORMER_H

#include "firmware/setup/answers.h"

#include <stdbool.h>

/* Does it serve by what it was set up with? Then `a` is that, whatever an earlier set-up that was
 * not finished has left there, and it begins at its first step. So is `a` when a file is lost that
 * the settings name, unless it is past that step already. `dir_fd`: the set-up's. */
bool former_take(int dir_fd, struct answers *a);

/* For that: what kiosk.conf does not say. */
void former_keep(int dir_fd, const struct answers *a);

/* The same of network and time servers, from what the board's helper says of the machine. */
void former_take_facts(const char *facts, struct answers *a);

#endif
