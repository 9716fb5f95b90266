/* Whether the kiosk and the province have done all they were told: a program that got a message is
 * awake until it has dealt with it, so when all sleep, and still do a moment later, nothing is on
 * its way. */
#ifndef SCENE_REST_H
#define SCENE_REST_H

#include "firmware/base/err.h"
#include "tests/scene/world.h"

/* Waits until every program of the kiosk sleeps, and the province. ERR_TIMEOUT. */
enum err rest_wait(const struct world *w, int wait_ms);

#endif
