/* A host for unit tests: one transfer at a time, no waiting. */
#ifndef TESTS_UNIT_USIM_HOST_H
#define TESTS_UNIT_USIM_HOST_H

#include "tests/usim/usb.h"
#include <errno.h>

#define HOST_PENDING 1 /* a status no URB ever has */

static inline void host_done(struct urb *u)
{
	u->owner = NULL;
}

/* The status, or HOST_PENDING; `u` then stays with the device. */
static inline int host_submit(struct usb_dev *d, struct urb *u, uint8_t endpoint, void *bytes,
			      size_t len)
{
	*u = (struct urb){ .type = URB_BULK,
			   .endpoint = endpoint,
			   .data = bytes,
			   .len = len,
			   .owner = u,
			   .done = host_done };
	usb_submit(d, u);
	return u->owner ? HOST_PENDING : u->status;
}

/* The number of bytes moved, or a status. Nothing stays pending. */
static inline int host_move(struct usb_dev *d, uint8_t endpoint, void *bytes, size_t len)
{
	struct urb u;
	int r = host_submit(d, &u, endpoint, bytes, len);

	if (r == HOST_PENDING) {
		usb_cancel(d, &u);
		return -ETIMEDOUT;
	}
	return r < 0 ? r : (int)u.actual;
}

static inline int host_control(struct usb_dev *d, const uint8_t setup[8], void *bytes, size_t len)
{
	struct urb u = { .type = URB_CONTROL, .data = bytes, .len = len, .done = host_done };

	for (int i = 0; i < 8; i++)
		u.setup[i] = setup[i];
	usb_submit(d, &u);
	return u.status < 0 ? u.status : (int)u.actual;
}

#endif
