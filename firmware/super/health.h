/* Whether the programs still do their work, and what systemd hears of it. */
#ifndef SUPER_HEALTH_H
#define SUPER_HEALTH_H

#include "firmware/super/super.h"

/* From now on every program but the parser is asked to read a message now and then, and is killed
 * when it does not for a minute. systemd hears READY=1, and WATCHDOG=1 as often as it wants while
 * core is there. */
void health_begin(struct super *s);

/* The kiosk stops: no more of that. systemd hears STOPPING=1. */
void health_end(struct super *s, bool for_good);

#endif
