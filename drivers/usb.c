#include "drivers/usb.h"

#include "drivers/usb_own.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#define NEWS_PAUSE_MS 30 /* udev says "add" a moment before the node may be opened */
#define STRING_MS     500
#define DRAIN_MS      20
#define DESTROY_TURNS 50
#define HID_CLASS     0x03

static void look(void *data);

static void on_poll(void *data, short events)
{
	struct usb *u = data;
	struct timeval none = { 0 };

	(void)events;
	(void)libusb_handle_events_timeout_completed(u->context, &none, NULL);
}

static void LIBUSB_CALL fd_added(int fd, short events, void *data)
{
	struct usb *u = data;

	/* past 64 descriptors a device would stay mute: its transfers time out and it is closed */
	(void)loop_watch(u->loop, fd, events, on_poll, u);
}

static void LIBUSB_CALL fd_removed(int fd, void *data)
{
	struct usb *u = data;

	loop_unwatch(u->loop, fd);
}

static void look_in(struct usb *u, uint32_t delay_ms)
{
	timer_set(u->loop, &u->look, delay_ms, look, u);
}

static void forgive(struct usb *u, uint8_t bus, uint8_t address)
{
	for (size_t i = 0; i < USB_MAX_REFUSED; i++) {
		if (u->refused[i].bus == bus && u->refused[i].address == address)
			u->refused[i] = (struct usb_place){ 0 };
	}
}

static bool is_refused(const struct usb *u, uint8_t bus, uint8_t address)
{
	for (size_t i = 0; i < USB_MAX_REFUSED; i++) {
		if (u->refused[i].bus == bus && u->refused[i].address == address && address)
			return true;
	}
	return false;
}

static void refuse(struct usb *u)
{
	u->refused[u->refused_next++ % USB_MAX_REFUSED] =
		(struct usb_place){ u->facts.bus, u->facts.address };
}

static int LIBUSB_CALL on_news(libusb_context *context, libusb_device *dev,
			       libusb_hotplug_event event, void *data)
{
	struct usb *u = data;
	uint8_t bus = libusb_get_bus_number(dev), address = libusb_get_device_address(dev);

	(void)context;
	forgive(u, bus, address);
	if (event == LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED && !u->handle)
		look_in(u, NEWS_PAUSE_MS);
	if (event == LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT && u->handle && u->facts.bus == bus &&
	    u->facts.address == address)
		usb_close_soon(u);
	return 0;
}

/* A new context sees the devices of this moment, whether or not udev told the old one. The old
 * one must live until then: the first context of a process opens the socket to udev, which the
 * sandbox does not allow again. */
static enum err renew(struct usb *u)
{
	libusb_context *old = u->context, *fresh;
	int both = LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED | LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT;

	if (libusb_init(&fresh) != 0)
		return ERR_IO;
	libusb_set_pollfd_notifiers(fresh, fd_added, fd_removed, u);
	const struct libusb_pollfd **fds = libusb_get_pollfds(fresh);
	for (size_t i = 0; fds && fds[i]; i++)
		fd_added(fds[i]->fd, fds[i]->events, u);
	libusb_free_pollfds(fds);
	if (libusb_has_capability(LIBUSB_CAP_HAS_HOTPLUG))
		(void)libusb_hotplug_register_callback(
			fresh, both, 0, LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY,
			LIBUSB_HOTPLUG_MATCH_ANY, on_news, u, &u->news);
	u->context = fresh;
	if (old)
		libusb_exit(old);
	return ERR_OK;
}

static void take_extra(struct usb_iface *i, const unsigned char *bytes, int len)
{
	if (i->extra_len > 0 || len <= 0)
		return;
	i->extra_len = len < USB_EXTRA_CAP ? (uint8_t)len : USB_EXTRA_CAP;
	memcpy(i->extra, bytes, i->extra_len);
}

static void take_end(struct usb_iface *i, const struct libusb_endpoint_descriptor *d)
{
	/* some readers (O2 Micro OZ776) put the class descriptor after an endpoint */
	take_extra(i, d->extra, d->extra_length);

	struct usb_end end = { d->bEndpointAddress, d->wMaxPacketSize & 0x7ff };
	int type = d->bmAttributes & LIBUSB_TRANSFER_TYPE_MASK;
	bool in = end.address & LIBUSB_ENDPOINT_IN;
	struct usb_end *to = type == LIBUSB_TRANSFER_TYPE_BULK        ? in ? &i->in : &i->out
			     : type == LIBUSB_TRANSFER_TYPE_INTERRUPT ? in ? &i->event : NULL
								      : NULL;

	if (to && to->address == 0)
		*to = end;
}

static void take_iface(struct usb_facts *f, const struct libusb_interface_descriptor *d)
{
	if (f->count == USB_MAX_INTERFACES)
		return;
	struct usb_iface *i = &f->ifaces[f->count++];
	*i = (struct usb_iface){ .number = d->bInterfaceNumber,
				 .class = d->bInterfaceClass,
				 .subclass = d->bInterfaceSubClass,
				 .protocol = d->bInterfaceProtocol,
				 .name_index = d->iInterface };
	take_extra(i, d->extra, d->extra_length);
	for (int n = 0; n < d->bNumEndpoints; n++)
		take_end(i, &d->endpoint[n]);
}

static bool take_facts(struct usb *u, libusb_device *dev)
{
	struct libusb_device_descriptor d;
	struct libusb_config_descriptor *c;
	struct usb_facts *f = &u->facts;

	if (libusb_get_device_descriptor(dev, &d) != 0 ||
	    (libusb_get_active_config_descriptor(dev, &c) != 0 &&
	     libusb_get_config_descriptor(dev, 0, &c) != 0))
		return false;
	*f = (struct usb_facts){ .vendor = d.idVendor,
				 .product = d.idProduct,
				 .bus = libusb_get_bus_number(dev),
				 .address = libusb_get_device_address(dev) };
	int ports = libusb_get_port_numbers(dev, f->ports, sizeof f->ports);
	f->port_count = ports > 0 ? (uint8_t)ports : 0;
	u->maker_index = d.iManufacturer;
	u->product_index = d.iProduct;
	snprintf(f->model, sizeof f->model, "%04x:%04x", f->vendor, f->product);
	for (int i = 0; i < c->bNumInterfaces; i++) {
		if (c->interface[i].num_altsetting > 0)
			take_iface(f, &c->interface[i].altsetting[0]);
	}
	libusb_free_config_descriptor(c);
	return true;
}

static int claim(struct usb *u, uint8_t number)
{
	int r = libusb_claim_interface(u->handle, number);

	if (r == 0)
		u->claimed[u->claimed_count++] = number;
	return r;
}

static int claim_all(struct usb *u)
{
	const struct usb_facts *f = &u->facts;
	int config;

	(void)libusb_set_auto_detach_kernel_driver(u->handle, 1);
	/* a second "set configuration" resets some devices, and fails when a driver is bound */
	if (libusb_get_configuration(u->handle, &config) == 0 && config == 0)
		(void)libusb_set_configuration(u->handle, 1);
	int r = claim(u, f->ifaces[f->chosen].number);
	for (uint8_t i = 0; r == 0 && f->claim == CLAIM_INPUT && i < f->count; i++) {
		if (i != f->chosen && f->ifaces[i].class == HID_CLASS)
			r = claim(u, f->ifaces[i].number);
	}
	return r;
}

static void shut(struct usb *u)
{
	while (u->claimed_count > 0)
		(void)libusb_release_interface(u->handle, u->claimed[--u->claimed_count]);
	if (u->handle)
		libusb_close(u->handle);
	u->handle = NULL;
}

static void opened(struct usb *u)
{
	u->here = true;
	u->handlers->here(u->data, &u->facts);
}

static void on_maker(void *data, enum err e, const uint8_t *bytes, size_t len)
{
	struct usb *u = data;
	char maker[64] = "", product[64];
	struct usb_facts *f = &u->facts;

	if (e == ERR_OK)
		usb_text(bytes, len, maker, sizeof maker);
	memcpy(product, f->model, sizeof product);
	if (maker[0] && strlen(maker) + 1 + strlen(product) < sizeof f->model) {
		size_t n = strlen(maker);

		memcpy(f->model, maker, n);
		f->model[n] = ' ';
		memcpy(f->model + n + 1, product, strlen(product) + 1);
	}
	opened(u);
}

static void on_product(void *data, enum err e, const uint8_t *bytes, size_t len)
{
	struct usb *u = data;
	char product[64] = "";
	struct usb_call call = { on_maker, u, STRING_MS };

	if (e == ERR_OK)
		usb_text(bytes, len, product, sizeof product);
	if (product[0])
		memcpy(u->facts.model, product, sizeof product);
	if (!u->maker_index || usb_ask_string(u, u->maker_index, call) != ERR_OK)
		opened(u);
}

static void tell_cannot(struct usb *u, int r)
{
	if (u->handlers->cannot && r != LIBUSB_ERROR_NO_DEVICE)
		u->handlers->cannot(u->data, r == LIBUSB_ERROR_ACCESS ? ERR_DENIED
					     : r == LIBUSB_ERROR_BUSY ? ERR_BUSY
								      : ERR_IO);
}

static void ask_product(struct usb *u)
{
	struct usb_call call = { on_product, u, STRING_MS };

	if (!u->product_index || usb_ask_string(u, u->product_index, call) != ERR_OK)
		opened(u);
}

static void on_name(void *data, enum err e, const uint8_t *bytes, size_t len);

/* Of several chip readers in one device the first whose name fits best. In a callback of libusb:
 * what fails here is closed later. */
static void ask_names(struct usb *u)
{
	struct usb_facts *f = &u->facts;
	struct usb_call call = { on_name, u, STRING_MS };

	for (; u->naming < f->count; u->naming++) {
		uint8_t index = f->ifaces[u->naming].name_index;

		if (usb_is_reader(f, u->naming) && index &&
		    usb_ask_string(u, index, call) == ERR_OK)
			return;
	}
	int r = claim_all(u);
	if (r == 0) {
		ask_product(u);
		return;
	}
	tell_cannot(u, r);
	usb_close_soon(u);
}

static void on_name(void *data, enum err e, const uint8_t *bytes, size_t len)
{
	struct usb *u = data;
	char name[64] = "";

	if (e == ERR_OK)
		usb_text(bytes, len, name, sizeof name);
	int fit = usb_reader_fit(name);
	if (fit > u->fit) {
		u->fit = fit;
		u->facts.chosen = u->naming;
	}
	u->naming++;
	ask_names(u);
}

static bool is_wanted(struct usb *u, libusb_device *dev)
{
	if (is_refused(u, libusb_get_bus_number(dev), libusb_get_device_address(dev)) ||
	    !take_facts(u, dev) || !usb_match(u->role, &u->facts))
		return false;
	if (!u->handlers->wanted || u->handlers->wanted(u->data, &u->facts))
		return true;
	refuse(u);
	return false;
}

/* True when there is nothing left to look for. */
static bool try_open(struct usb *u, libusb_device *dev)
{
	if (!is_wanted(u, dev))
		return false;
	int r = libusb_open(dev, &u->handle);
	if (r == 0 && u->facts.by_name) {
		u->naming = 0;
		u->fit = -1;
		ask_names(u);
		return true;
	}
	if (r == 0)
		r = claim_all(u);
	if (r != 0) {
		shut(u);
		look_in(u, USB_RETRY_MS);
		tell_cannot(u, r);
		return false;
	}
	ask_product(u);
	return true;
}

static void look_now(struct usb *u)
{
	libusb_device **list;
	ssize_t n = libusb_get_device_list(u->context, &list);

	look_in(u, USB_LOOK_MS);
	for (ssize_t i = 0; i < n; i++) {
		if (try_open(u, list[i])) {
			timer_stop(u->loop, &u->look);
			break;
		}
	}
	if (n >= 0)
		libusb_free_device_list(list, 1);
}

static void look(void *data)
{
	struct usb *u = data;

	if (u->handle)
		return;
	(void)renew(u); /* without a new one, the old one must do */
	look_now(u);
}

/* Outside of libusb's callbacks: a handle cannot be closed from within one. */
static void settle(void *data)
{
	struct usb *u = data;

	usb_cancel_all(u);
	if (u->here) {
		u->here = false;
		u->handlers->gone(u->data);
	}
	if (u->flying) {
		timer_set(u->loop, &u->settle, DRAIN_MS, settle, u);
		return;
	}
	shut(u);
	u->closing = false;
	look_in(u, USB_RETRY_MS);
}

void usb_close_soon(struct usb *u)
{
	if (!u->handle || u->closing)
		return;
	u->closing = true;
	timer_set(u->loop, &u->settle, 0, settle, u);
}

void usb_give_up(struct usb *u)
{
	usb_close_soon(u);
}

void usb_refuse(struct usb *u)
{
	if (u->handle)
		refuse(u);
	usb_close_soon(u);
}

enum err usb_create(struct loop *l, enum role role, const struct usb_handlers *h, void *data,
		    struct usb **ret)
{
	struct usb *u = calloc(1, sizeof *u);

	if (!u)
		return ERR_NO_MEMORY;
	*u = (struct usb){ .loop = l, .role = role, .handlers = h, .data = data };
	enum err e = renew(u);
	if (e != ERR_OK) {
		free(u);
		return e;
	}
	look_in(u, 0);
	*ret = u;
	return ERR_OK;
}

void usb_destroy(struct usb *u)
{
	struct timeval wait = { .tv_usec = DRAIN_MS * 1000 };

	if (!u)
		return;
	u->closing = true;
	usb_cancel_all(u);
	for (int i = 0; i < DESTROY_TURNS && u->flying; i++)
		(void)libusb_handle_events_timeout_completed(u->context, &wait, NULL);
	shut(u);
	timer_stop(u->loop, &u->look);
	timer_stop(u->loop, &u->settle);
	libusb_exit(u->context);
	free(u);
}
