/* One USB device by libusb, in the program's loop: found, claimed, lost and found again, and
 * transfers that end by themselves.
 *
 * Nothing here waits. A device is looked for when the system says that one has come, and every
 * USB_LOOK_MS besides: where udev does not run, or not for us, no news arrives. */
#ifndef DRIVERS_USB_H
#define DRIVERS_USB_H

#include "drivers/usb_match.h"
#include "firmware/base/err.h"
#include "firmware/base/loop.h"

#define USB_LOOK_MS  1500 /* while there is none */
#define USB_RETRY_MS 200  /* after one that could not be opened: permissions come late */

struct usb;

struct usb_handlers {
	/* Optional. A last look before it is opened; false: not ours, until it is replugged. */
	bool (*wanted)(void *data, const struct usb_facts *f);

	/* Optional. There is one, but it cannot be had for now: DENIED (permissions), BUSY (another
	 * program holds it), IO. Called at every try. */
	void (*cannot)(void *data, enum err why);

	/* Required. Ours from now on; `f` lives until gone(). */
	void (*here)(void *data, const struct usb_facts *f);

	/* Required. Unplugged, or given up; none of its transfers is heard of again. */
	void (*gone)(void *data);
};

/* How a transfer ended, with what was moved; `bytes` (IN only) live during the call.
 * ERR_OK; ERR_TIMEOUT (len may be a part); ERR_CANCELLED; ERR_GONE; ERR_BROKEN: the device
 * refused (stall); ERR_BAD_DATA: it sent more than was asked for; ERR_IO. */
typedef void usb_done_fn(void *data, enum err e, const uint8_t *bytes, size_t len);

struct usb_call {
	usb_done_fn *fn;
	void *data;
	uint32_t timeout_ms; /* never 0: every transfer has an end */
};

/* Begins to look for a device of `role`. ERR_NO_MEMORY; ERR_IO when libusb cannot start. */
enum err usb_create(struct loop *l, enum role role, const struct usb_handlers *h, void *data,
		    struct usb **ret);
void usb_destroy(struct usb *u); /* NULL is allowed; gone() is not called */

/* Begin a transfer; the call is heard of exactly once, later, unless the device goes first.
 * `bytes` are copied. An OUT transfer whose length is a multiple of the packet size is ended
 * with an empty packet when `close` is set (CCID wants it, printers do not). ERR_GONE: no device;
 * ERR_NO_MEMORY; ERR_IO. */
enum err usb_out(struct usb *u, const void *bytes, size_t len, bool close, struct usb_call call);
enum err usb_in(struct usb *u, size_t cap, struct usb_call call);    /* bulk */
enum err usb_event(struct usb *u, size_t cap, struct usb_call call); /* interrupt */

/* A class or standard request to the chosen interface: bmRequestType says which way. */
struct usb_request {
	uint8_t type, request;
	uint16_t value, len;
};
enum err usb_control(struct usb *u, struct usb_request r, struct usb_call call);

/* Ends the transfers of one direction early: bulk IN, bulk OUT. They report ERR_CANCELLED. */
void usb_cancel_in(struct usb *u);
void usb_cancel_out(struct usb *u);

/* Closes the device, because it makes no sense any more, and looks again: gone() comes soon. */
void usb_give_up(struct usb *u);

/* The same, but leaves this device alone until it is plugged in anew: it is not ours. */
void usb_refuse(struct usb *u);

#endif
