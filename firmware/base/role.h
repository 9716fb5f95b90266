/* The programs of the kiosk, from role.def. A role is also the address of a message. */
#ifndef BASE_ROLE_H
#define BASE_ROLE_H

#include <stdbool.h>
#include <stdint.h>

#define ROLE(name, ...) ROLE_##name,
enum role {
#include "firmware/base/role.def"
	ROLE_COUNT
};
#undef ROLE

enum role_net { NET_NONE, NET_LOCAL, NET_INET };
enum role_lock { LOCK_NONE, LOCK_DENY, LOCK_STRICT };

struct role_row {
	const char *id;       /* as in role.def: "CORE"; role_name() is the log's word */
	const char *program;  /* file name under bin/ */
	const char *argument; /* its first argument, or "" */
	const char *user;     /* unix user, on the board */
	enum role_net net;
	bool usb;
	enum role_lock lock;
	uint32_t mem_mb, cpu_s, life_s;
	const char *files;
};

/* Static. Values outside the table give the row of CTL, which may do least. */
const struct role_row *role_row(enum role r);
const char *role_name(enum role r);

/* ROLE_COUNT when there is none of that name. */
enum role role_by_name(const char *name);

#endif
