/* Whether this start is a good one. Only then the slot is marked good; an update that is not goes
 * back. */
#ifndef BOARD_PROVE_H
#define BOARD_PROVE_H

#include "firmware/base/err.h"
#include "firmware/board/board.h"
#include "firmware/board/kiosk.h"
#include <stdbool.h>

/* Is the slot that runs one that was never proven, while the other one was? */
bool prove_is_trial(const struct board *b);

/* How this start is, now. */
void prove_health(const struct board *b, struct health *ret);

/* Says to core whether this start is one of a trial; before core begins. ERR_IO, ERR_NO_SPACE. */
enum err prove_tell(const struct board *b);

/* The slot that runs is good: it comes first, the other one, if it was good, behind it. Safe to be
 * cut at any point. Core hears of it last: from then on there is no way back by itself. */
enum err prove_good(const struct board *b);

/* Waits for a good start, limit_s at most, and marks it. An update that has not become good is
 * left: why is written down, and the machine restarts. Only returns when there is nothing more to
 * do; ERR_TIMEOUT: not good, and there is nowhere to go. */
enum err prove(const struct board *b, uint32_t limit_s);

/* Restarts the machine, by systemd, or at once when that does not. */
enum err prove_restart(const struct board *b);

#endif
