/* `kiosk-drv NAME COMMAND` by hand: a small core at the command line, which sends the driver
 * the messages that kiosk-core would, and prints what comes back. */
#ifndef DRIVERS_HAND_H
#define DRIVERS_HAND_H

#include "drivers/driver.h"
#include "firmware/base/clock.h"
#include <stdio.h>

struct hand {
	const struct driver *driver;
	void *self;
	const struct hand_command *command;
	char **args;
	int count; /* of args, the command's own name not included */
	bool json;
	struct clock clock;
	struct driver_host host;
	struct timer limit;
	int at; /* how far a command with several steps is */
	int exit;
};

struct hand_command {
	enum role role;
	const char *name; /* "": a file name stands in its place */
	const char *arguments, *what;
	int min_args;
	uint32_t limit_ms; /* 0: until it is interrupted */

	/* Optional. Before the device is looked for. ERR_CANCELLED: all is done already; another
	 * error: it has said what is wrong. */
	enum err (*prepare)(struct hand *h);

	/* Required, unless prepare() does it all. Every message of the driver. */
	void (*message)(struct hand *h, const struct msg *m);

	/* Optional. The limit has passed; NULL: says that the device did not come. */
	void (*late)(struct hand *h);
};

/* The commands of a role end with an empty row. */
extern const struct hand_command HAND_PRINT[], HAND_CARD[], HAND_CODE[], HAND_SCAN[], HAND_TOKEN[];

/* Exit status: 0 done, 1 it failed and was said why, 2 wrong usage; hand_usage: 0 to stdout. */
int hand_run(const struct driver *d, int argc, char **argv);
int hand_usage(FILE *to);

/* Ends the command. The second says why in words, and ends it with 1. */
void hand_end(struct hand *h, int exit);
void hand_fail(struct hand *h, enum err why);

/* Counts the limit anew: the device is there, and its work takes this long at most. */
void hand_limit(struct hand *h, uint32_t ms);

/* Hands a message to the driver, as if `from` had sent it; closes its descriptors. */
void hand_send(struct hand *h, enum role from, struct msg *m);

/* For several roles: how the device is, once; and all that happens. */
void hand_status(struct hand *h, const struct msg *m);
void hand_status_late(struct hand *h);
void hand_watch(struct hand *h, const struct msg *m);

/* `text` as a JSON string; what is not UTF-8 comes out as '?'. */
void hand_json(const char *text);
void hand_hex(const uint8_t *bytes, size_t len);

#endif
