/* The order that core has written down: to install a bundle from the update server
 * (/data/board/update/wanted, NAME=123.raucb). What comes of it stands in /data/board/taken:
 *
 *     NAME=123.raucb
 *     RESULT=writing|refused|failed|written
 *     TRIES=1          a cut in the middle is tried again, three times
 *     VERSION=1.900    that was written
 *     WORDS=...        the last sentence about it; WORDS_VI the same for staff */
#ifndef BOARD_TAKE_H
#define BOARD_TAKE_H

#include "firmware/base/err.h"
#include "firmware/board/board.h"
#include <stdint.h>

/* Carries it out, when this start has been proven or `wait_s` are over. ERR_OK: it is written, and
 * starts at the next restart. ERR_NOT_FOUND: there is no order. ERR_CANCELLED: it was called back.
 * ERR_REFUSED, ERR_IO, ERR_BUSY: as install(), and it stands in the file. */
enum err take(const struct board *b, uint32_t wait_s);

/* At a start: an order that a cut has interrupted is one again. */
enum err take_again(const struct board *b);

#endif
