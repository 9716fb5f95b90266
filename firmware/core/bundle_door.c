/* A stick that the board keeps read-only, so that it may be pulled out any time (base/stick.h):
 * it is opened before a work that writes, and shut before the work is said to have ended. */
#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/core/bundle_step.h"

#include <string.h>

#define LOOK_MS   100
#define LOOKS     150 /* the board mounts it anew; it was busy with something else */
#define ASK_EVERY 10  /* a wish may come while the board still fulfils the last one */

/* Asks the board, and is called again. False: it was asked often enough, or leaves sticks alone. */
static bool ask(struct core *c, bool write)
{
	struct bundle_door *d = &c->bundle.door;

	if (d->looks == LOOKS)
		return false;
	if (d->looks++ % ASK_EVERY == 0 && stick_wish(c->config.stick_dir, write) != ERR_OK)
		return false;
	bundle_later(c, LOOK_MS);
	return true;
}

enum err bundle_door_open(struct core *c)
{
	struct bundle *b = &c->bundle;
	char name[STICK_NAME_CAP];
	AUTO_FD fd = -1;
	enum err e = stick_pick(c->config.stick_dir, b->name, &fd, name);

	if (e != ERR_OK)
		return e;
	if (stick_is_locked(fd) && ask(c, true)) {
		b->door.open = true;
		return ERR_BUSY;
	}
	b->step = b->door.behind; /* one that stays locked cannot be written: that is said there */
	return ERR_OK;
}

/* One that is gone needs nothing. */
static enum err shut(struct core *c)
{
	char name[STICK_NAME_CAP];
	AUTO_FD fd = -1;
	enum err e = stick_pick(c->config.stick_dir, c->bundle.told.name, &fd, name);

	if (e == ERR_OK && !stick_is_locked(fd)) {
		close(take_fd(&fd)); /* or it stays writable */
		if (ask(c, false))
			return ERR_BUSY;
		log_line(LOG_WARN, "bundle.stays_open", "work=%d", c->bundle.work);
	}
	bundle_over(c);
	return ERR_BUSY;
}

void bundle_door_forget(const struct core *c)
{
	(void)stick_wish(c->config.stick_dir, false); /* without a board there is no door */
}

bool bundle_door_shut(struct core *c)
{
	struct bundle *b = &c->bundle;

	if (!b->door.open)
		return false;
	b->door.open = false;
	b->door.closing = true;
	b->door.looks = 1;
	bundle_door_forget(c);
	b->step = shut;
	bundle_on(c);
	return true;
}
