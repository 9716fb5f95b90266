/* Versions of releases: 1.COUNT+gHASH, ordered by both numbers. What stands behind them only says
 * which commit it was. */
#ifndef BOARD_RELEASE_H
#define BOARD_RELEASE_H

#include <stdbool.h>

/* Two numbers with a dot between, then nothing, or "+" and letters, digits, dots. */
bool release_ok(const char *version);

/* Is `a` older than `b`? What is none of ours is older than all that is. */
bool release_older(const char *a, const char *b);

#endif
