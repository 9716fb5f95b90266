/* Programs of others that we start: rauc, efibootmgr, systemctl. No shell, no environment but
 * PATH. */
#ifndef BOARD_RUN_H
#define BOARD_RUN_H

#include "firmware/base/err.h"
#include "firmware/board/board.h"
#include <stdint.h>

/* Called with each line that the program says, on either output, without its end; at most 500
 * bytes. */
typedef void run_fn(void *data, const char *line);

/* argv ends with NULL. ERR_OK: it ended, and *ret_code is its exit code, or 128 + a signal.
 * ERR_TIMEOUT: it was killed after limit_s. ERR_NOT_FOUND, ERR_NO_MEMORY, ERR_IO. `fn` may be
 * NULL. */
enum err run(const struct board *b, const char *const argv[], uint32_t limit_s, run_fn *fn,
	     void *data, int *ret_code);

#endif
