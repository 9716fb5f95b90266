/* What a technician takes along on a stick: LOGS/MMDDHHMM with the journal of this machine, what it
 * is and has, its slots, what the kiosk says of its state, how it was installed and set up, and the
 * audit log for whoever inspects it. None of it tells of a citizen: the programs log nobody
 * (base/log.h), and dossiers, the queue among them, are not written. SUMS.TXT is for
 * `sha256sum -c`.
 *
 * All of it is read back from the stick itself. How it ended stays in BOARD_LOGS, as NAME=value
 * lines: STATE (busy, done, failed), WORDS, FOLDER, BYTES. */
#ifndef BOARD_LOGS_H
#define BOARD_LOGS_H

#include "firmware/board/board.h"

#define BOARD_LOGS "/run/kiosk-board/logs"

/* ERR_NOT_FOUND: no stick of a technician is there. ERR_NO_SPACE, ERR_DENIED, ERR_GONE, ERR_IO of
 * the stick; ERR_DAMAGED: it gave back other bytes than it was given. The stick can be read only,
 * again, when this returns; it may be pulled out. */
enum err logs_write(const struct board *b);

#endif
