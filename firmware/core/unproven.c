#include "firmware/core/unproven.h"

#include "firmware/base/board.h"
#include "firmware/base/log.h"
#include "firmware/core/core.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOOK_MS 500u

/* What cannot be looked at is there. */
bool unproven_now(void)
{
	struct board_places places;
	char path[PATH_MAX + 16];

	board_places(getenv("KIOSK_SIM"), &places);
	snprintf(path, sizeof path, "%s/unproven", places.run);
	return access(path, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

static void look(void *data)
{
	struct core *c = data;

	if (unproven_now()) {
		timer_set(c->child.loop, &c->unproven.look, LOOK_MS, look, c);
		return;
	}
	if (store_proven(c->store) == ERR_OK) {
		log_line(LOG_INFO, "trial.proven", "citizens may come");
		c->unproven.on = false;
		c->unproven.proven(c);
		visit_show(&c->visit);
	}
	care_mind(c);
}

void unproven_begin(struct core *c, void (*proven)(struct core *c))
{
	if (!c->unproven.on) {
		proven(c);
		return;
	}
	log_line(LOG_INFO, "trial", "no visit begins, and nothing is sent, until it is proven");
	c->unproven.proven = proven;
	look(c);
}

bool unproven_allows(const struct core *c, const char *command)
{
	static const char *const READ[] = { "status", "queue", "board", "counts", "help" };

	for (size_t i = 0; c->unproven.on && i < sizeof READ / sizeof *READ; i++)
		if (strcmp(READ[i], command) == 0)
			return true;
	return !c->unproven.on;
}
