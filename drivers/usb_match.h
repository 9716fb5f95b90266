/* Which device is ours, from its descriptors alone: devices.def as functions. No I/O. */
#ifndef DRIVERS_USB_MATCH_H
#define DRIVERS_USB_MATCH_H

#include "firmware/base/role.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define USB_EXTRA_CAP      64
#define USB_MAX_INTERFACES 16

#define USB_ANY 0x100 /* of numbers of a byte */

enum usb_quirk {
	QUIRK_NONE,
	QUIRK_KEYBOARD,
	QUIRK_EXTENDED,
	QUIRK_SHORT,
	QUIRK_UNCHAINED,
	QUIRK_RATE_9600,
	QUIRK_RATE_200K,
};
enum usb_claim { CLAIM_ONE, CLAIM_INPUT };

/* One endpoint; address 0: the interface has none of that kind. */
struct usb_end {
	uint8_t address;
	uint16_t packet_bytes;
};

/* One interface of a configuration, as far as we care. */
struct usb_iface {
	uint8_t number, class, subclass, protocol;
	uint8_t name_index;            /* of its string; 0: none */
	struct usb_end in, out, event; /* bulk in, bulk out, interrupt in */
	uint8_t extra[USB_EXTRA_CAP];  /* class descriptors that follow it, cut at the cap */
	uint8_t extra_len;
};

/* What is known of a device before it is opened. */
struct usb_facts {
	uint16_t vendor, product;
	uint8_t bus, address;
	uint8_t ports[7], port_count; /* the way through the hubs; names its folder in sysfs */
	uint8_t count, chosen;        /* ifaces[chosen] is the one that fits, once matched */
	struct usb_iface ifaces[USB_MAX_INTERFACES];
	enum usb_quirk quirk;
	uint16_t slot; /* of a chip reader, or USB_ANY */
	uint8_t times; /* as long as others it takes to answer; 1 or more */
	enum usb_claim claim;
	bool by_name;   /* several chip readers in one: their names say which, usb_reader_fit() */
	char model[64]; /* maker and product as the device says, UTF-8; from opening on */
};

/* True when a row of devices.def for `role` fits; then chosen, quirk, slot, times, claim and
 * by_name are set. */
bool usb_match(enum role role, struct usb_facts *f);

/* Whether an interface can be the chip reader of `f`. */
bool usb_is_reader(const struct usb_facts *f, uint8_t iface);

/* By the name of its interface: 2 for cards without contacts, 0 with contacts or a SAM, 1 it does
 * not say. */
int usb_reader_fit(const char *name);

/* Its name in devices.def: "EXTENDED"; static. */
const char *usb_quirk_name(enum usb_quirk q);

/* The descriptor of `type` (CCID and HID: 0x21) among the extra bytes, or NULL. */
const uint8_t *usb_extra(const struct usb_iface *i, uint8_t type, size_t *ret_len);

/* A string descriptor (UTF-16LE with its 2-byte head) as UTF-8 of at most cap - 1 bytes;
 * control characters and broken surrogates come out as '?'. Empty when it is malformed. */
void usb_text(const uint8_t *bytes, size_t len, char *ret, size_t cap);

#endif
