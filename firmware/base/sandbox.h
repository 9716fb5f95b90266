/* Takes away from a program what its row of role.def does not grant. Two moments: the
 * supervisor calls sandbox_enter() between fork and exec; the program calls sandbox_lock()
 * when its libraries are loaded and its sockets stand. */
#ifndef BASE_SANDBOX_H
#define BASE_SANDBOX_H

#include "firmware/base/err.h"
#include "firmware/base/role.h"
#include <stdbool.h>

/* The names that may stand in the `files` column of role.def. */
enum sandbox_place {
	PLACE_DATA, /* database, pages, outbox */
	PLACE_ASSETS,
	PLACE_CONF,     /* kiosk.conf */
	PLACE_KEYS,     /* signing key, anchors */
	PLACE_KEYS_TLS, /* client key and CA */
	PLACE_SCREEN,   /* the display and input devices; in the simulation a socket */
	PLACE_DEVICES,  /* which devices there are, not the devices themselves */
	PLACE_SCANNER,  /* SANE configuration, and the socket of a scanner behind a daemon */
	PLACE_STICK,    /* where USB sticks appear */
	PLACE_TOKEN,    /* the daemon behind which a signing token lies */
	PLACE_SETUP,    /* what is kept until a kiosk is set up */
	PLACE_BOARD,    /* what the board says of itself; a technician's stick */
	PLACE_UPDATE,   /* where bundles from the update server lie */
	PLACE_TPM,      /* the device that holds keys of this board */
	PLACE_COUNT
};

#define SANDBOX_PATHS 8

struct sandbox_places {
	/* Files or folders; NULL ends a row. What does not exist is passed over. */
	const char *path[PLACE_COUNT][SANDBOX_PATHS];
	const char *program; /* the one file that may still be executed */
	const char *world;   /* simulation only: root of the simulated devices; else NULL */
	const char *group;   /* one more of the system's groups; NULL: none */
	bool unprivileged;   /* do not change user or network namespace: we are not root */
};

/* What could be applied; a kernel may lack a part, and the supervisor says so in the log. */
enum sandbox_part {
	SANDBOX_USER = 1,
	SANDBOX_NET = 2,
	SANDBOX_FILES = 4, /* landlock */
	SANDBOX_LIMITS = 8,
	SANDBOX_CALLS = 16,  /* seccomp */
	SANDBOX_MEMORY = 32, /* none of it is ever written to a swap device */
};

/* Whether this process may give programs users of their own, and end them again: it is root, or was
 * given these rights only. */
bool sandbox_may_enter(void);

/* Network, user, files, limits; no_new_privs is set. Sockets of a family that the row does not
 * allow fail with EAFNOSUPPORT, also without root. Any error: do not go on, _exit.
 * *ret_parts gets the parts that are in force. ERR_DENIED, ERR_IO, ERR_NOT_FOUND (no such user). */
enum err sandbox_enter(enum role r, const struct sandbox_places *places, unsigned *ret_parts);

/* System calls, in all threads; and nobody may look into this process. STRICT ends it on a
 * forbidden call, but opening a file only fails (EACCES); DENY makes the call fail with EPERM.
 * What the process has in memory, and gets from now on, stays out of swap where it may lock as much
 * as it likes: sandbox_enter() gives that to programs with a user of their own. Sealed memory that
 * nobody has mapped is not held by this: a kiosk has no swap device (mem_swap_kib()).
 * What a build with AddressSanitizer relaxes: calls_are_relaxed() in calls.h. */
enum err sandbox_lock(enum role r, unsigned *ret_parts);

/* No core dump of this process, by nobody, and nobody may look into it: also for programs without a
 * row of their own. sandbox_lock() does it, too. */
enum err sandbox_hide(void);

#endif
