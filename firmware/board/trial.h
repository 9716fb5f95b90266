/* What of a machine can be tried without a person: `test NAME STATE WORDS` (rows.h), STATE ok, bad,
 * absent, or unknown. */
#ifndef BOARD_TRIAL_H
#define BOARD_TRIAL_H

#include "firmware/board/board.h"
#include "firmware/board/rows.h"

/* root: the one that runs is a verified one; tpm: it draws random bytes; disk: /data takes a file
 * and gives it back, and the kernel has met no error of a file system; clock: the network has set
 * it; network: this machine has an address with a way out. The parts of machine.h follow, and then
 * what the kiosk says: its programs and the province; reader, by asking it who it is; scanner, by a
 * page that goes nowhere. Reader and scanner are left to a citizen who is there. */
void trial(const struct board *b, struct rows *r);

/* The last part; tests play core. */
void trial_kiosk(const struct board *b, struct rows *r);

#endif
