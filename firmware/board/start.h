/* What is decided at every start, when /data is open and before the kiosk begins. */
#ifndef BOARD_START_H
#define BOARD_START_H

#include "firmware/base/err.h"
#include "firmware/board/board.h"
#include <stdbool.h>

/* Looks after the boot entries, finds out whether this start is a way back from the other slot,
 * and tries an update again that the power was cut of. *ret_again: the firmware was told to start
 * the other slot: reset the machine. ERR_NOT_FOUND: there is no UEFI, and nothing to decide. */
enum err start_decide(const struct board *b, bool *ret_again);

#endif
