/* What staff ask for at the screen. kiosk-core, which may do nothing of it, writes it down in
 * /data/board/update/asked:
 *
 *     DEED=look|install|restart
 *     FILE=NAME.raucb     on the technician's stick; to install
 *
 * How far that is stands in /run/kiosk-board/asked:
 *
 *     DEED=...  VERSION=...
 *     STATE=busy|done|refused|failed
 *     PERCENT=40          of the writing
 *     WHY=...  WHY_VI=... the last sentence about it
 *
 * What there is on the stick stands in /run/kiosk-board/updates, since it was last looked at:
 *
 *     COUNT=2
 *     FILE_0=...  VERSION_0=...  GOOD_0=0|1  WHY_0=...  WHY_VI_0=...
 *     FILE_1=... */
#ifndef BOARD_ASKED_H
#define BOARD_ASKED_H

#include "firmware/base/err.h"
#include "firmware/board/board.h"
#include <stdbool.h>

#define BOARD_ASKED   BOARD_UPDATE "/asked"
#define BOARD_TOLD    "/run/kiosk-board/asked"
#define BOARD_OFFERED "/run/kiosk-board/updates"

#define ASKED_MOST 6 /* bundles of a stick that are told; a technician needs one */

/* Does it. ERR_OK, and *ret_restart: the machine is to be restarted as soon as nobody is at the
 * screen. ERR_NOT_FOUND: nothing is asked for. What else goes wrong stands in the file. */
enum err asked(const struct board *b, bool *ret_restart);

#endif
