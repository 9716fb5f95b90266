/* A USB device made of software, at the level of transfers, however it is attached.
 *
 * A front end (umockdev, USB/IP) submits URBs and is called back when each is done. A model
 * (reader, printer, code scanner) sees setup packets and OUT packets, and queues IN messages.
 * Everything is packet-exact: an IN URB ends on a short packet, a zero-length packet or when
 * it is full; a packet that does not fit is babble; an OUT packet the model refuses stays with
 * the URB (NAK), whose `actual` counts what was taken.
 *
 * Statuses are those of the kernel's usbfs: 0, -EPIPE stall, -EOVERFLOW babble, -ENOENT
 * cancelled, -ESHUTDOWN unplugged. Callers serialise calls to one device themselves. */
#ifndef TESTS_USIM_USB_H
#define TESTS_USIM_USB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum urb_type { URB_INTERRUPT = 1, URB_CONTROL, URB_BULK }; /* as USBDEVFS_URB_TYPE_* */

/* The front end's memory; it stays where it is until done() was called. */
struct urb {
	struct urb *next;
	enum urb_type type;
	uint8_t endpoint; /* with 0x80 for IN; 0 for control */
	uint8_t setup[8]; /* control only */
	bool zero_packet; /* OUT: end a multiple of the packet size with an empty packet */
	bool zero_sent;
	uint8_t *data;
	size_t len;
	size_t actual;
	int status;
	void *owner;
	void (*done)(struct urb *u); /* called once; may submit again */
};

/* What kind of device it is. Constant. */
struct usb_model {
	const char *name;           /* as in the control lines: "ccid" */
	const char *kernel_driver;  /* the driver Linux binds at plug, or NULL */
	const uint8_t *device_desc; /* 18 bytes */
	const uint8_t *config_desc; /* all of it: interfaces, endpoints, class descriptors */
	size_t config_len;
	const char *strings[5]; /* 1 manufacturer, 2 product, 3 serial number, others; or NULL */

	/* Class and vendor requests, and standard ones to the interface. The length of the
	 * answer in data[0..len), or -EPIPE. */
	int (*control)(void *self, const uint8_t setup[8], uint8_t *data, size_t len);

	/* One packet. 0 taken, -EAGAIN not now (usb_out_again() when it may be tried again),
	 * -EPIPE stall. NULL: no OUT endpoint. */
	int (*out)(void *self, uint8_t endpoint, const uint8_t *packet, size_t len);

	/* Optional. Port reset, or power after a plug. */
	void (*reset)(void *self);
};

struct usb_message;

struct usb_endpoint {
	struct urb *pending;
	struct usb_message *queue;
	bool halted;
	bool serving; /* packets of it are being handed over */
};

struct usb_dev {
	const struct usb_model *model;
	void *self;
	bool attached;
	bool trace;
	int64_t (*now_ms)(void *data); /* NULL: usb_in_later() does not wait */
	void *now_data;
	void (*changed)(void *data); /* optional; after anything that may end somebody's wait */
	void *changed_data;
	struct usb_message *later; /* soonest first */
	struct usb_endpoint in[16], out[16];
};

/* Attached. */
void usb_init(struct usb_dev *d, const struct usb_model *model, void *self);
void usb_finish(struct usb_dev *d); /* as unplugged; frees what is queued */

void usb_submit(struct usb_dev *d, struct urb *u);
bool usb_cancel(struct usb_dev *d, struct urb *u); /* false: not pending */
void usb_clear_halt(struct usb_dev *d, uint8_t endpoint);
void usb_reset(struct usb_dev *d);
void usb_unplug(struct usb_dev *d); /* every URB ends with -ESHUTDOWN, nothing stays queued */
void usb_plug(struct usb_dev *d);

/* For models. Copies the message; it goes out as URBs ask for it. A message that is a multiple
 * of the packet size gets its zero-length packet by a second, empty message. */
void usb_in(struct usb_dev *d, uint8_t endpoint, const void *bytes, size_t len);

/* The same, in place of what was not fetched yet: for an endpoint that tells a state. */
void usb_in_latest(struct usb_dev *d, uint8_t endpoint, const void *bytes, size_t len);

/* As usb_in(), delay_ms from now, by usb_tick(). */
void usb_in_later(struct usb_dev *d, uint8_t endpoint, const void *bytes, size_t len,
		  uint32_t delay_ms);

/* Hands out what is due. The time until the next one, or -1. */
int64_t usb_tick(struct usb_dev *d);
void usb_out_again(struct usb_dev *d, uint8_t endpoint);
void usb_tell_changed(struct usb_dev *d);

/* Packet size of an endpoint, from the descriptors; 64 when there is no such endpoint. */
size_t usb_packet_size(const struct usb_model *m, uint8_t endpoint);

/* Standard requests to the device and its endpoints. As usb_model.control, or
 * USB_NOT_STANDARD when the model has to answer. */
#define USB_NOT_STANDARD (-1000)
int usb_standard(struct usb_dev *d, const uint8_t setup[8], uint8_t *data, size_t len);

#endif
