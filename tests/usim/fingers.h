/* A touch screen for several fingers, as a HID digitizer that Linux's hid-multitouch drives.
 * Formats: HID Usage Tables 1.3, 16 (digitizers); Microsoft's "Windows precision touchscreen" for
 * the number of contacts in front of what counts. */
#ifndef TESTS_USIM_FINGERS_H
#define TESTS_USIM_FINGERS_H

#include "tests/usim/usb.h"

#define FINGERS_MAX 5

struct fingers {
	struct usb_dev usb;
	struct finger {
		bool down;
		uint16_t x, y; /* 0..32767 */
	} at[FINGERS_MAX];
};

void fingers_init(struct fingers *f);

/* n below FINGERS_MAX; x and y in parts of the width and the height, 0 to 1. */
void fingers_put(struct fingers *f, unsigned n, double x, double y);
void fingers_lift(struct fingers *f, unsigned n); /* one that is not down is allowed */

#endif
