/* Starting one program: descriptors, environment and rights are set between fork and exec. */
#ifndef SUPER_SPAWN_H
#define SUPER_SPAWN_H

#include "firmware/base/err.h"
#include "firmware/base/role.h"
#include "firmware/super/host.h"
#include <stdbool.h>
#include <sys/types.h>

/* The program of `r`, as leader of its own process group, dead with us. *ret_sock is our end
 * of its KIOSK_SUPER_FD, the caller's to close. `tell` logs the parts of the sandbox that this
 * kernel lacks. What fails after the fork is logged by the child, which exits with
 * SPAWN_FAILED. ERR_NO_MEMORY, ERR_BUSY (too many processes), ERR_IO. */
enum err spawn(const struct host *h, enum role r, bool tell, pid_t *ret_pid, int *ret_sock);

enum { SPAWN_FAILED = 127 };

#endif
