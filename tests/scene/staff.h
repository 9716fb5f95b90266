/* A member of staff at kioskctl. */
#ifndef SCENE_STAFF_H
#define SCENE_STAFF_H

#include "firmware/base/err.h"
#include "tests/scene/line.h"
#include "tests/scene/world.h"

/* One command; `answer` gets its lines. ERR_GONE: core is not there just now; ERR_REFUSED: the
 * command failed, its lines are there all the same; ERR_TIMEOUT. */
enum err staff_ask(const struct world *w, const char *command, char answer[LINE_CAP]);

#endif
