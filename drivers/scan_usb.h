/* What is plugged in by USB, as SANE's backends do not tell it: most look once, when they are
 * loaded, and a scanner that is switched on later is never there for them. */
#ifndef DRIVERS_SCAN_USB_H
#define DRIVERS_SCAN_USB_H

#include <stdbool.h>
#include <stdint.h>

#define SCAN_USB_NODES \
	"/dev/bus/usb" /* BUS/DEVICE, three digits each, as the kernel numbers them */

/* A number that is another one when a device has come or gone below `nodes`, or has been given to
 * another group; 0: there is none. */
uint64_t scan_usb_seen(const char *nodes);

/* True when a device of SANE with its place in its name (epsonds:libusb:001:004) is not there any
 * more; of others that cannot be told, and is false. */
bool scan_usb_gone(const char *nodes, const char *device);

#endif
