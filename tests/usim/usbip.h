/* Front end: a USB/IP server on 127.0.0.1, for a Linux with vhci_hcd (a desktop, or a guest):
 *     usbip list -r 127.0.0.1;  usbip --tcp-port PORT attach -r 127.0.0.1 -b 1-1
 * Protocol: the kernel's Documentation/usb/usbip_protocol.rst, version 1.1.1. A device serves one
 * client at a time; unplugging it closes that client's connection. */
#ifndef TESTS_USIM_USBIP_H
#define TESTS_USIM_USBIP_H

#include "firmware/base/loop.h"
#include "tests/usim/usb.h"
#include <pthread.h>

struct usbip;

/* A device and its bus id. */
struct usbip_export {
	struct usb_dev *dev;
	const char *bus_id; /* "1-1" */
	unsigned number;
};

struct usbip_exports {
	const struct usbip_export *list;
	size_t count;
	pthread_mutex_t *lock; /* of the devices */
};

/* Listens on that port, or on any free one for 0. `exports` must outlive it. ERR_IO, ERR_BUSY
 * (the port is taken). */
enum err usbip_open(struct loop *loop, int port, const struct usbip_exports *exports,
		    struct usbip **ret_usbip);
int usbip_port(const struct usbip *u);
void usbip_close(struct usbip *u); /* NULL is allowed */

/* In the main thread, after a device changed: sends what is done, drops who lost its device. */
void usbip_changed(struct usbip *u);

#endif
