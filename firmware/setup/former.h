/* A kiosk that was set up before is not asked for everything again. */
#ifndef SETUP_FORMER_H
#define SETUP_FORMER_H

#include "firmware/setup/answers.h"

#include <stdbool.h>

/* Was it, with settings that are good? Then what was answered stands in `a`, unless the set-up has
 * begun again and something is answered there already. */
bool former_take(struct answers *a);

/* The same of network and time servers, from what the board's helper says of the machine. */
void former_take_facts(const char *facts, struct answers *a);

#endif
