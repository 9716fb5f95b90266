/* What this machine is and has, told in rows (rows.h) to technicians at a command line, and kept in
 * a file for the kiosk's own screen. */
#ifndef BOARD_MACHINE_H
#define BOARD_MACHINE_H

#include "firmware/board/board.h"
#include "firmware/board/rows.h"

/* versions, hash and devices of this moment, as rows; kiosk-core shows them to staff. */
#define BOARD_MACHINE "/run/kiosk-board/machine"

/* `version NAME is WORDS`: image, board, what updates it takes, keys, kernel, system, the machine
 * and its firmware. */
void machine_versions(const struct board *b, struct rows *r);

/* `hash root is HEX`: of the root that this start trusts, from the signed command line; `hash text
 * is ...` the words of the code for a phone. "unknown" without it. */
void machine_hashes(const struct board *b, struct rows *r);

/* The tree of USB and each part of the kiosk: usb.h, panel, tpm, watchdog. */
void machine_devices(const struct board *b, struct rows *r);

/* Writes BOARD_MACHINE anew. ERR_IO, ERR_NO_SPACE, ERR_NO_MEMORY. */
enum err machine_keep(const struct board *b);

#endif
