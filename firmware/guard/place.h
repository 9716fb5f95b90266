/* Where a USB device is plugged in, from its path in sysfs:
 * .../0000:00:14.0/usb2/2-3/2-3.1 hangs at port 1 of the hub at port 3 of that controller. */
#ifndef GUARD_PLACE_H
#define GUARD_PLACE_H

#include "firmware/base/err.h"
#include <stdbool.h>

#define PLACE_CHAIN      24 /* at most 7 ports deep */
#define PLACE_CONTROLLER 32

struct usb_place {
	char controller[PLACE_CONTROLLER]; /* its name on the bus it is on */
	char chain[PLACE_CHAIN];           /* ports from there, "3.1"; "" for the root hub itself */
	bool pci;                          /* the controller is one of the machine's own */
	bool fast;                         /* of the controller's ports for USB 3 */
};

/* `path` is that of a USB device, or of anything below one; ret_dir gets the device's own part
 * of it. ERR_BAD_DATA: it is none. */
enum err usb_place_of(const char *path, struct usb_place *ret, char *ret_dir, unsigned size);

#endif
