/* What is plugged in: the tree of USB, and what of it stands where the board wants it
 * (board/BOARD/ports, whose form firmware/guard/ports.h tells). */
#ifndef BOARD_USB_H
#define BOARD_USB_H

#include "firmware/board/board.h"
#include "firmware/board/rows.h"

#define BOARD_PORTS "/usr/share/kiosk/ports"

/* `usb 1-3 ok printer 0416:5011 usblp NAME` for each device, hubs too: its place, "ok" or
 * "refused", what the port is for or "-", its numbers, its drivers or "-", its own name. Then
 * `part printer ok 1-3 0416:5011` for each port of the board: ok, absent, refused, or unknown when
 * the kernel does not say. */
void usb_rows(const struct board *b, struct rows *r);

#endif
