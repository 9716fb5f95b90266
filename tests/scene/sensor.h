/* A document scanner that can tell whether paper lies in its feeder. The simulated one speaks eSCL,
 * whose SANE backend has no such sensor. */
#ifndef SCENE_SENSOR_H
#define SCENE_SENSOR_H

#include <stdbool.h>

/* Stands in for `kiosk-drv scan`, as the supervisor starts it. The file `left` in SANE_CONFIG_DIR
 * begins with what is told: 1 originals lie there, 0 they are gone, 2 nobody can tell; each time it
 * is written, anew. It scans nothing. Lives until the supervisor goes. */
int sensor_main(void);

/* For this role, and there is such a file. */
bool sensor_wanted(const char *role);

#endif
