/* System calls a process may make, by seccomp. Part of the sandbox. */
#ifndef BASE_CALLS_H
#define BASE_CALLS_H

#include "firmware/base/err.h"
#include "firmware/base/role.h"
#include <stdbool.h>

/* Sockets only of the families that the row's `net` and `usb` allow: EAFNOSUPPORT for others,
 * as on a kernel without them. Sockets that are open already stay usable. *ret_done is false
 * when the kernel has no seccomp. ERR_NO_MEMORY, ERR_IO. */
enum err calls_limit_sockets(const struct role_row *row, bool *ret_done);

/* LOCK_DENY: EPERM for what no program of ours needs (exec, ptrace, mount, ...).
 * LOCK_STRICT: ends the process on all but a few calls; opening a file fails with EACCES
 * instead, since libraries look for files they can do without. Threads that run are included. */
enum err calls_lock(const struct role_row *row, bool *ret_done);

/* True in a build with AddressSanitizer, whose runtime needs more: no limit on address space,
 * open, readlink, clone and ptrace (for its report of leaks) under LOCK_STRICT, ptrace under
 * LOCK_DENY, and core dumps of the process (PR_SET_DUMPABLE) not forbidden. */
bool calls_are_relaxed(void);

#endif
