/* A bundle comes into the slot that does not run. */
#ifndef BOARD_INSTALL_H
#define BOARD_INSTALL_H

#include "firmware/base/err.h"
#include "firmware/board/board.h"
#include "firmware/board/bundle.h"

/* Called with sentences on the way, and the last one says how it ended. vi: the same for staff at
 * the screen; NULL where it is rauc that speaks (" 40% Copying image..."). */
typedef void install_fn(void *data, const char *words, const char *vi);

/* Judges and writes it; the new slot starts at the next restart. ERR_REFUSED: nothing was changed.
 * ERR_BUSY: another one is at work. ERR_IO: it failed on the way; the slot that runs is untouched,
 * the other one is of no use until the next update. */
enum err install(const struct board *b, const char *path, install_fn *say, void *data);

/* rauc's own question, when it has checked the signature and before it writes anything: the
 * bundle's manifest lies in `folder`. It is asked also when somebody calls rauc by hand. */
enum err install_may(const struct board *b, const char *folder);

#endif
