/* Landlock: a list of files a process may open; all others are refused, to root as well. Raw
 * system calls, as the C library has none (Documentation/userspace-api/landlock.rst). */
#ifndef BASE_LANDLOCK_H
#define BASE_LANDLOCK_H

#include "firmware/base/err.h"
#include <stdbool.h>
#include <stdint.h>

struct landlock {
	int fd;           /* the rules being made; -1: this kernel has no Landlock */
	uint64_t handled; /* what this kernel can refuse */
};

enum landlock_right {
	MAY_READ,
	MAY_READ_EXECUTE,
	MAY_CHANGE, /* read, write, make, rename, remove, and ioctl on devices */
};

/* no_tcp: also refuses TCP. alone: also refuses signals to programs outside, and abstract unix
 * sockets made there. Both only where the kernel can. ERR_OK with fd -1 without Landlock. */
enum err landlock_begin(struct landlock *l, bool no_tcp, bool alone);

/* A file, or a folder with all that is or will be in it. What does not exist is passed over.
 * After an error landlock_end() gives the same one. */
enum err landlock_allow(struct landlock *l, const char *path, enum landlock_right right);

/* From now on, for good. Closes l->fd. `no_new_privs` must be set. ERR_DENIED, ERR_IO. */
enum err landlock_end(struct landlock *l);

#endif
