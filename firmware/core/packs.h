/* Packs of pages on their way to MSG_JOB_BIND: one after the other in one sealed memory, each
 * behind its length in 4 bytes, the lowest first. */
#ifndef CORE_PACKS_H
#define CORE_PACKS_H

#include "firmware/base/err.h"
#include <stddef.h>

/* `fds` are sealed memory and stay the caller's, as *ret_fd is. ERR_BAD_DATA: a pack is not sealed.
 * ERR_NO_SPACE: too much for one file. ERR_NO_MEMORY, ERR_IO. */
enum err packs_join(const int *fds, size_t n, int *ret_fd);

#endif
