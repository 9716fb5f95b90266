#include "drivers/usb_own.h"

#include <stdlib.h>
#include <string.h>

#define CONTROL_HEAD 8 /* the setup packet stands before the data */

static enum err err_of(enum libusb_transfer_status s)
{
	switch (s) {
	case LIBUSB_TRANSFER_COMPLETED:
		return ERR_OK;
	case LIBUSB_TRANSFER_TIMED_OUT:
		return ERR_TIMEOUT;
	case LIBUSB_TRANSFER_CANCELLED:
		return ERR_CANCELLED;
	case LIBUSB_TRANSFER_STALL:
		return ERR_BROKEN;
	case LIBUSB_TRANSFER_NO_DEVICE:
		return ERR_GONE;
	case LIBUSB_TRANSFER_OVERFLOW:
		return ERR_BAD_DATA;
	default:
		return ERR_IO;
	}
}

static void unlink_xfer(struct usb_xfer *x)
{
	struct usb_xfer **at = &x->usb->flying;

	while (*at != x)
		at = &(*at)->next;
	*at = x->next;
}

static void drop(struct usb_xfer *x)
{
	libusb_free_transfer(x->transfer);
	explicit_bzero(x->bytes, x->cap);
	free(x);
}

static void LIBUSB_CALL on_done(struct libusb_transfer *t)
{
	struct usb_xfer *x = t->user_data;
	struct usb *u = x->usb;
	enum err e = err_of(t->status);
	bool control = t->type == LIBUSB_TRANSFER_TYPE_CONTROL;
	bool in = (control ? x->bytes[0] : t->endpoint) & LIBUSB_ENDPOINT_IN;

	unlink_xfer(x);
	if (e == ERR_GONE)
		usb_close_soon(u);
	/* a stalled control endpoint clears itself; the others must be told */
	if (e == ERR_BROKEN && !control && !u->closing)
		(void)libusb_clear_halt(u->handle, t->endpoint);
	if (!u->closing)
		x->call.fn(x->call.data, e, in ? x->bytes + (control ? CONTROL_HEAD : 0) : NULL,
			   (size_t)t->actual_length);
	drop(x);
}

static enum err make(struct usb *u, size_t cap, struct usb_call call, struct usb_xfer **ret)
{
	if (!u->handle || u->closing)
		return ERR_GONE;
	struct usb_xfer *x = calloc(1, sizeof *x + cap);
	if (x)
		x->transfer = libusb_alloc_transfer(0);
	if (!x || !x->transfer) {
		free(x);
		return ERR_NO_MEMORY;
	}
	x->usb = u;
	x->call = call;
	x->cap = cap;
	*ret = x;
	return ERR_OK;
}

static enum err fly(struct usb_xfer *x)
{
	struct usb *u = x->usb;
	int r = libusb_submit_transfer(x->transfer);

	if (r == 0) {
		x->next = u->flying;
		u->flying = x;
		return ERR_OK;
	}
	drop(x);
	if (r != LIBUSB_ERROR_NO_DEVICE)
		return ERR_IO;
	usb_close_soon(u);
	return ERR_GONE;
}

static const struct usb_iface *chosen(const struct usb *u)
{
	return &u->facts.ifaces[u->facts.chosen];
}

enum err usb_out(struct usb *u, const void *bytes, size_t len, bool close, struct usb_call call)
{
	struct usb_xfer *x;
	enum err e = make(u, len, call, &x);

	if (e != ERR_OK)
		return e;
	memcpy(x->bytes, bytes, len);
	libusb_fill_bulk_transfer(x->transfer, u->handle, chosen(u)->out.address, x->bytes,
				  (int)len, on_done, x, call.timeout_ms);
	if (close)
		x->transfer->flags |= LIBUSB_TRANSFER_ADD_ZERO_PACKET;
	return fly(x);
}

/* A buffer that is no multiple of the packet size ends in an overflow, not in a short read. */
static size_t whole_packets(size_t cap, const struct usb_end *end)
{
	size_t packet = end->packet_bytes ? end->packet_bytes : 64;

	return (cap + packet - 1) / packet * packet;
}

enum err usb_in(struct usb *u, size_t cap, struct usb_call call)
{
	struct usb_xfer *x;
	size_t whole = whole_packets(cap, &chosen(u)->in);
	enum err e = make(u, whole, call, &x);

	if (e != ERR_OK)
		return e;
	libusb_fill_bulk_transfer(x->transfer, u->handle, chosen(u)->in.address, x->bytes,
				  (int)whole, on_done, x, call.timeout_ms);
	return fly(x);
}

enum err usb_event(struct usb *u, size_t cap, struct usb_call call)
{
	struct usb_xfer *x;
	size_t whole = whole_packets(cap, &chosen(u)->event);
	enum err e = make(u, whole, call, &x);

	if (e != ERR_OK)
		return e;
	libusb_fill_interrupt_transfer(x->transfer, u->handle, chosen(u)->event.address, x->bytes,
				       (int)whole, on_done, x, call.timeout_ms);
	return fly(x);
}

static enum err control(struct usb *u, struct usb_request r, uint16_t index, struct usb_call call)
{
	struct usb_xfer *x;
	enum err e = make(u, CONTROL_HEAD + r.len, call, &x);

	if (e != ERR_OK)
		return e;
	libusb_fill_control_setup(x->bytes, r.type, r.request, r.value, index, r.len);
	libusb_fill_control_transfer(x->transfer, u->handle, x->bytes, on_done, x, call.timeout_ms);
	return fly(x);
}

enum err usb_control(struct usb *u, struct usb_request r, struct usb_call call)
{
	return control(u, r, chosen(u)->number, call);
}

enum err usb_ask_string(struct usb *u, uint8_t index, struct usb_call call)
{
	struct usb_request r = { LIBUSB_ENDPOINT_IN, LIBUSB_REQUEST_GET_DESCRIPTOR,
				 (uint16_t)(LIBUSB_DT_STRING << 8 | index), 255 };
	return control(u, r, 0x0409, call);
}

void usb_cancel_all(struct usb *u)
{
	for (struct usb_xfer *x = u->flying; x; x = x->next)
		(void)libusb_cancel_transfer(x->transfer);
}

static void cancel_end(struct usb *u, uint8_t address)
{
	for (struct usb_xfer *x = u->flying; x; x = x->next) {
		if (x->transfer->type == LIBUSB_TRANSFER_TYPE_BULK &&
		    x->transfer->endpoint == address)
			(void)libusb_cancel_transfer(x->transfer);
	}
}

void usb_cancel_in(struct usb *u)
{
	if (u->handle)
		cancel_end(u, chosen(u)->in.address);
}

void usb_cancel_out(struct usb *u)
{
	if (u->handle)
		cancel_end(u, chosen(u)->out.address);
}
