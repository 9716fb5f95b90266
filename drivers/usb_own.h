/* The inside of struct usb, shared by usb.c (finding, opening, closing) and usb_io.c
 * (transfers). Drivers include usb.h. */
#ifndef DRIVERS_USB_OWN_H
#define DRIVERS_USB_OWN_H

#include "drivers/usb.h"

#include <libusb.h>

#define USB_MAX_REFUSED 16

struct usb_xfer {
	struct usb_xfer *next; /* usb::flying */
	struct usb *usb;
	struct libusb_transfer *transfer;
	struct usb_call call;
	size_t cap;
	uint8_t bytes[]; /* wiped at the end: cards and codes pass through */
};

struct usb {
	struct loop *loop;
	enum role role;
	const struct usb_handlers *handlers;
	void *data;
	libusb_context *context;
	libusb_hotplug_callback_handle news;
	struct timer look, settle;

	libusb_device_handle *handle; /* NULL: no device */
	uint8_t claimed[USB_MAX_INTERFACES], claimed_count;
	struct usb_facts facts;
	uint8_t maker_index, product_index; /* of their strings; 0: none */
	uint8_t naming;                     /* the interface whose name is asked */
	int fit;   /* of facts.chosen, by its name; -1: none was asked yet */
	bool here; /* here() was called, gone() is owed */
	bool closing;
	struct usb_xfer *flying;

	struct usb_place { /* left alone until they leave */
		uint8_t bus, address;
	} refused[USB_MAX_REFUSED];
	uint8_t refused_next;
};

/* Asks for string descriptor `index`. As usb_control(). */
enum err usb_ask_string(struct usb *u, uint8_t index, struct usb_call call);

/* Ends every flying transfer; they complete in the next turns of the loop. */
void usb_cancel_all(struct usb *u);

/* The device is lost or unwanted: no call is heard of from now on, and it closes soon. */
void usb_close_soon(struct usb *u);

#endif
