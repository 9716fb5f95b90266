#include "firmware/base/role.h"

#include <string.h>

enum { NO = false, YES = true };

static const struct role_row ROWS[] = {
#define ROLE(id, program, argument, user, net, usb, lock, mem_mb, cpu_s, life_s, files) \
	[ROLE_##id] = { #id,         program, argument, user,   NET_##net, usb,         \
			LOCK_##lock, mem_mb,  cpu_s,    life_s, files },
#include "firmware/base/role.def"
#undef ROLE
};

static const char *const NAMES[] = {
	[ROLE_SUPER] = "super", [ROLE_CORE] = "core",   [ROLE_UI] = "ui",
	[ROLE_CARD] = "card",   [ROLE_CODE] = "code",   [ROLE_SCAN] = "scan",
	[ROLE_PRINT] = "print", [ROLE_TOKEN] = "token", [ROLE_PARSE] = "parse",
	[ROLE_PAGES] = "pages", [ROLE_SYNC] = "sync",   [ROLE_CTL] = "ctl",
	[ROLE_SETUP] = "setup",
};
_Static_assert(sizeof NAMES / sizeof *NAMES == ROLE_COUNT, "a role without a name");

const struct role_row *role_row(enum role r)
{
	return &ROWS[r < ROLE_COUNT ? r : ROLE_CTL];
}

const char *role_name(enum role r)
{
	return r < ROLE_COUNT ? NAMES[r] : "nobody";
}

enum role role_by_name(const char *name)
{
	enum role r = 0;

	while (r < ROLE_COUNT && strcmp(NAMES[r], name) != 0)
		r++;
	return r;
}
