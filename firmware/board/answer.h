/* The board's door: one line of text comes, lines go, the last one begins with "ok" or "error".
 *
 *     slots            what is in each slot, which runs, the last way back
 *     list             bundles on the stick and among those that came by the network, and whether
 *                      they may be installed
 *     install PATH     writes it into the other slot, beside whoever is at the screen
 *     restart          restarts the machine as soon as nobody is at the screen
 *     health           how this start is
 *     mark-good        health, and when it is well the slot is marked good
 *     versions, hashes, devices, self-test [--json]
 *                      what this machine is and has (machine.h), what of it can be tried
 *                      (trial.h)
 *     logs             onto the technician's stick (logs.h) */
#ifndef BOARD_ANSWER_H
#define BOARD_ANSWER_H

#include "firmware/board/board.h"
#include <stdio.h>

/* Reads one line of at most 1000 bytes from `in`, and does what it says. The exit code. */
int answer(const struct board *b, FILE *in, FILE *out);

/* The same for a line that is there. */
int answer_line(const struct board *b, const char *line, FILE *out);

#endif
