/* An update is on trial: whether this release stays is decided by kiosk-board, which looks at it
 * from outside, and says so by taking a file away (RUN/unproven of base/board.h, made before core
 * starts). Until then everything may go back to what it was (wayback.h), so core shows that it runs
 * and does nothing that would have to be kept: no visit begins, no dossier is sent, nothing is
 * asked of the province, nothing old is deleted, and staff only read. A power cut leaves it as it
 * was: /run is made anew, by whoever decides about the next start. */
#ifndef CORE_UNPROVEN_H
#define CORE_UNPROVEN_H

#include "firmware/base/loop.h"
#include <stdbool.h>

struct core;

struct unproven {
	bool on;
	struct timer look;
	void (*proven)(struct core *c);
};

/* Is this start one of a trial? */
bool unproven_now(void);

/* Calls `proven` once the trial has ended well, and there is no way back any more; at once when
 * this start is none (unproven.on). */
void unproven_begin(struct core *c, void (*proven)(struct core *c));

/* May staff's command be carried out meanwhile? */
bool unproven_allows(const struct core *c, const char *command);

#endif
