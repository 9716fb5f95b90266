/* Which USB devices get a driver. The kernel lets none in by itself (usbcore.authorized_default=0);
 * udev asks here for each, and for each input device that then appears. */
#ifndef GUARD_USB_H
#define GUARD_USB_H

#include <stdio.h>

/* Where things are, other in tests. */
struct guard_paths {
	const char *ports; /* /usr/share/kiosk/ports */
	const char *run;   /* /run/kiosk-board */
};

/* Lets the device at `path` of sysfs in, or shuts it out and tells. Prints KIOSK_PORT=NAME for
 * udev when it is in. 0, or 1 when it could not be decided: then it stays out. */
int guard_usb(const char *path, const struct guard_paths *at, FILE *out);

/* Prints KIOSK_PORT=NAME of the board's port at which the USB device hangs whose part `path` is. 0,
 * or 1 when there is none. */
int guard_port(const char *path, const struct guard_paths *at, FILE *out);

/* Looks at what an input device below a USB device can do. Prints KIOSK_INPUT=touch, or =keypad,
 * when it is such a one, in a port for that; a screen that has a keyboard in it is told. 0 or 1. */
int guard_input(const char *path, const struct guard_paths *at, FILE *out);

#endif
