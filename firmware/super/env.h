/* The environment of a child: what it needs and nothing that happened to be there. */
#ifndef SUPER_ENV_H
#define SUPER_ENV_H

#include "firmware/base/err.h"
#include "firmware/base/role.h"
#include "firmware/super/host.h"
#include <stddef.h>

#define ENV_MAX 64

/* "NAME=value" texts, ended by NULL, ready for execve. They live in `room`. */
struct env {
	char *list[ENV_MAX + 1];
	size_t count;
	char room[16384];
	size_t used;
	bool full;
};

/* Which programs read the settings: they get them as KIOSK_CONF_FD. While a kiosk is set up all but
 * the one who does it, as there is no file with all of them. */
bool env_has_config(const struct host *h, enum role r);

/* Descriptors in the child are KIOSK_SUPER_FD = 3, KIOSK_CONF_FD = 4 and, with a shared clock,
 * KIOSK_CLOCK_FD = 5.
 * ERR_NO_SPACE when it does not fit. */
enum err env_fill(struct env *e, const struct host *h, enum role r);

#endif
