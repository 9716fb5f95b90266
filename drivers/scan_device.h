/* The scanner as SANE has it: found, opened, closed. Calls block for as long as a backend likes. */
#ifndef DRIVERS_SCAN_DEVICE_H
#define DRIVERS_SCAN_DEVICE_H

#include "drivers/scan_watch.h"
#include "firmware/base/err.h"
#include <sane/sane.h>

struct scan_device {
	const char *want;   /* the setting, with its options */
	char name[256];     /* "" when it is still to be found */
	char model[64];     /* UTF-8; "" when nobody has said it */
	SANE_Handle handle; /* NULL: not open */
	struct scan_watch *watch;
};

/* Finds it first where that is still to be done; one that is open is OK. ERR_GONE; ERR_DENIED,
 * ERR_BUSY, ERR_NO_MEMORY. */
enum err scan_device_open(struct scan_device *d);
void scan_device_close(struct scan_device *d); /* one that is not open is allowed */

/* Sets the options that the setting names; one that it refuses is a line of the log. */
void scan_device_set_wanted(const struct scan_device *d);

#endif
