/* A device that is not what it was bought as: a stick that comes again as a keyboard, or that has
 * one in it from the start. What it types comes as fast as it is asked for.
 * Formats: USB Mass Storage Bulk-Only 1.0; HID 1.11, appendix B (boot keyboard). */
#ifndef TESTS_USIM_STRANGER_H
#define TESTS_USIM_STRANGER_H

#include "tests/usim/usb.h"

enum stranger_as { STRANGER_STICK, STRANGER_KEYBOARD, STRANGER_BOTH };

struct stranger {
	struct usb_dev usb;
};

void stranger_init(struct stranger *s); /* a stick, and not plugged in */

/* While it is unplugged. */
void stranger_be(struct stranger *s, enum stranger_as as);

/* Its keys go down and up; letters, digits and blanks, others are left out. */
void stranger_type(struct stranger *s, const char *text);

#endif
