/* A program of the kiosk that has gone mad: what it says to core is malformed. */
#ifndef SCENE_RUBBISH_H
#define SCENE_RUBBISH_H

/* Stands in for a driver under its name, as the supervisor starts it; `role` is its argument. It
 * talks nonsense as soon as it meets core, and then waits to be killed. */
int rubbish_main(const char *role);

#endif
