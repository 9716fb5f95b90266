/* What a USB device says it is, from the descriptors that the kernel has read of it before it
 * was let in. They are the device's own words: lengths and counts are looked at before they are
 * believed. Format: Universal Serial Bus Specification 2.0, 9.5 and 9.6. */
#ifndef GUARD_SHAPE_H
#define GUARD_SHAPE_H

#include "firmware/base/err.h"
#include <stddef.h>
#include <stdint.h>

#define SHAPE_KINDS 64 /* interfaces, over all configurations and settings */

/* What an interface, or a whole device, is: numbers of usb.org. */
struct usb_kind {
	uint8_t class, subclass, protocol;
};

struct usb_shape {
	uint16_t vendor, product;
	struct usb_kind device;
	struct usb_kind kinds[SHAPE_KINDS];
	unsigned kind_count;
};

#define USB_CLASS_HID 0x03
#define USB_CLASS_HUB 0x09

/* From the device descriptor and all its configurations, one after the other, as in the file
 * `descriptors` of sysfs. ERR_BAD_DATA: they contradict themselves, or there is no interface in
 * them, or there are too many. */
enum err usb_shape_parse(const uint8_t *bytes, size_t len, struct usb_shape *ret);

#endif
