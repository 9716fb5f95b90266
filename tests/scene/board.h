/* A machine that nobody has set up yet: what its board would have around the kiosk, and the helper
 * that systemd would start for each line of kiosk-setup (board/root/usr/lib/kiosk-board/setup). */
#ifndef SCENE_BOARD_H
#define SCENE_BOARD_H

#include "tests/scene/world.h"

/* Stops the kiosk, lays the folders of the board out, takes the settings away, starts the helper
 * and then the kiosk. ERR_IO, or as errno says; and as world_start_kiosk(). */
enum err board_blank(struct world *w);

#endif
