/* A bar code scanner as a HID POS device (usage page 8C, usage 02), such as those of
 * Honeywell and Zebra in their HID POS mode: 64-byte input reports, id 2, 56 bytes of data
 * each, byte 63 bit 0 "the same code goes on in the next report". */
#ifndef TESTS_USIM_CODE_H
#define TESTS_USIM_CODE_H

#include "tests/usim/usb.h"

struct code {
	struct usb_dev usb;
	unsigned scans; /* shown since the start */
};

void code_init(struct code *c);

/* Shows a QR code with these bytes. An empty one gives a report without data, as a real
 * scanner does for an empty code. */
void code_scan(struct code *c, const uint8_t *bytes, size_t len);

#endif
