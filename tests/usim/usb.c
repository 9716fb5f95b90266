#include "tests/usim/usb.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct usb_message {
	struct usb_message *next;
	int64_t due_ms;
	uint8_t endpoint;
	size_t len, at;
	uint8_t bytes[];
};

static struct usb_endpoint *endpoint_of(struct usb_dev *d, uint8_t endpoint)
{
	return endpoint & 0x80 ? &d->in[endpoint & 15] : &d->out[endpoint & 15];
}

size_t usb_packet_size(const struct usb_model *m, uint8_t endpoint)
{
	const uint8_t *c = m->config_desc;

	for (size_t i = 0; i + 6 < m->config_len && c[i]; i += c[i])
		if (c[i + 1] == 5 && c[i + 2] == endpoint)
			return (size_t)c[i + 4] | (size_t)(c[i + 5] & 7) << 8;
	return 64;
}

void usb_init(struct usb_dev *d, const struct usb_model *model, void *self)
{
	*d = (struct usb_dev){ .model = model, .self = self, .attached = true };
}

static void trace(const struct usb_dev *d, const struct urb *u)
{
	bool in = u->type == URB_CONTROL ? u->setup[0] & 0x80 : u->endpoint & 0x80;
	size_t n = in ? u->actual : u->len;

	fprintf(stderr, "usim %s %02x len=%zu status=%d actual=%zu:", d->model->name, u->endpoint,
		u->len, u->status, u->actual);
	for (size_t i = 0; i < 8 && u->type == URB_CONTROL; i++)
		fprintf(stderr, "%s%02x", i ? "" : " setup ", u->setup[i]);
	for (size_t i = 0; i < n && i < 24; i++)
		fprintf(stderr, " %02x", u->data[i]);
	fprintf(stderr, "%s\n", n > 24 ? " ..." : "");
}

static void finish_urb(struct usb_dev *d, struct urb *u, int status)
{
	u->status = status;
	if (d->trace)
		trace(d, u);
	u->done(u);
	usb_tell_changed(d);
}

void usb_tell_changed(struct usb_dev *d)
{
	if (d->changed)
		d->changed(d->changed_data);
}

static void append(struct urb **list, struct urb *u)
{
	while (*list)
		list = &(*list)->next;
	u->next = NULL;
	*list = u;
}

/* One packet from the queue into the URB. True when that ends the URB. */
static bool move_packet(struct usb_endpoint *e, size_t packet_size, int *ret_status)
{
	struct urb *u = e->pending;
	struct usb_message *m = e->queue;
	size_t n = m->len - m->at < packet_size ? m->len - m->at : packet_size;
	bool ends = true;

	*ret_status = 0;
	if (n > u->len - u->actual) {
		*ret_status = -EOVERFLOW;
	} else {
		if (n)
			memcpy(u->data + u->actual, m->bytes + m->at, n);
		u->actual += n;
		ends = n < packet_size || u->actual == u->len;
	}
	m->at += n;
	if (m->at == m->len) {
		e->queue = m->next;
		free(m);
	}
	return ends;
}

static void serve_in(struct usb_dev *d, uint8_t endpoint)
{
	struct usb_endpoint *e = endpoint_of(d, endpoint);
	size_t packet_size = usb_packet_size(d->model, endpoint);
	int status;

	while (e->pending && e->queue) {
		struct urb *u = e->pending;

		if (!move_packet(e, packet_size, &status))
			continue;
		e->pending = u->next;
		finish_urb(d, u, status);
	}
}

static int send_packet(struct usb_dev *d, const struct urb *u, size_t len)
{
	static const uint8_t nothing[1]; /* an empty URB may come without a buffer */
	const uint8_t *at = u->data ? u->data + u->actual : nothing;

	return d->model->out ? d->model->out(d->self, u->endpoint, at, len) : -EPIPE;
}

/* Hands packets of one URB to the model. 0 all taken, -EAGAIN, -EPIPE. */
static int send_packets(struct usb_dev *d, struct urb *u)
{
	size_t packet_size = usb_packet_size(d->model, u->endpoint);
	bool empty_last = u->len == 0 || (u->zero_packet && u->len % packet_size == 0);

	while (u->actual < u->len || (empty_last && !u->zero_sent)) {
		size_t left = u->len - u->actual;
		size_t n = left < packet_size ? left : packet_size;
		int r = send_packet(d, u, n);

		if (r < 0)
			return r;
		u->actual += n;
		u->zero_sent = n == 0;
	}
	return 0;
}

static void serve_out(struct usb_dev *d, uint8_t endpoint)
{
	struct usb_endpoint *e = endpoint_of(d, endpoint);

	/* a packet may mend the device (DLE ENQ), which asks for what waits: that is this one */
	if (e->serving)
		return;
	e->serving = true;
	while (e->pending) {
		struct urb *u = e->pending;
		int r = send_packets(d, u);

		if (r == -EAGAIN)
			break;
		e->halted = r == -EPIPE;
		e->pending = u->next;
		finish_urb(d, u, r);
	}
	e->serving = false;
}

void usb_out_again(struct usb_dev *d, uint8_t endpoint)
{
	serve_out(d, endpoint);
}

static void control(struct usb_dev *d, struct urb *u)
{
	int r = usb_standard(d, u->setup, u->data, u->len);

	if (r == USB_NOT_STANDARD)
		r = d->model->control(d->self, u->setup, u->data, u->len);
	u->actual = r < 0 ? 0 : (size_t)r;
	finish_urb(d, u, r < 0 ? r : 0);
}

void usb_submit(struct usb_dev *d, struct urb *u)
{
	struct usb_endpoint *e = endpoint_of(d, u->endpoint);

	u->next = NULL;
	u->actual = 0;
	u->status = 0;
	u->zero_sent = false;
	if (!d->attached)
		return finish_urb(d, u, -ESHUTDOWN);
	if (u->type == URB_CONTROL)
		return control(d, u);
	if (e->halted)
		return finish_urb(d, u, -EPIPE);
	bool first = !e->pending;
	append(&e->pending, u);
	if (u->endpoint & 0x80)
		serve_in(d, u->endpoint);
	else if (first)
		serve_out(d, u->endpoint);
}

bool usb_cancel(struct usb_dev *d, struct urb *u)
{
	struct urb **at = &endpoint_of(d, u->endpoint)->pending;

	while (*at && *at != u)
		at = &(*at)->next;
	if (!*at)
		return false;
	*at = u->next;
	finish_urb(d, u, -ENOENT);
	return true;
}

void usb_clear_halt(struct usb_dev *d, uint8_t endpoint)
{
	endpoint_of(d, endpoint)->halted = false;
}

static void drop_messages(struct usb_message **list)
{
	while (*list) {
		struct usb_message *m = *list;

		*list = m->next;
		free(m);
	}
}

static void drop_endpoint(struct usb_dev *d, struct usb_endpoint *e, int status)
{
	drop_messages(&e->queue);
	e->halted = false;
	while (e->pending) {
		struct urb *u = e->pending;

		e->pending = u->next;
		finish_urb(d, u, status);
	}
}

static void drop_all(struct usb_dev *d, int status)
{
	drop_messages(&d->later);
	for (int i = 0; i < 16; i++) {
		drop_endpoint(d, &d->in[i], status);
		drop_endpoint(d, &d->out[i], status);
	}
}

void usb_reset(struct usb_dev *d)
{
	drop_all(d, -EPROTO);
	if (d->model->reset)
		d->model->reset(d->self);
}

void usb_unplug(struct usb_dev *d)
{
	d->attached = false;
	drop_all(d, -ESHUTDOWN);
	usb_tell_changed(d);
}

void usb_plug(struct usb_dev *d)
{
	d->attached = true;
	if (d->model->reset)
		d->model->reset(d->self);
	usb_tell_changed(d);
}

void usb_finish(struct usb_dev *d)
{
	d->changed = NULL;
	usb_unplug(d);
}

static struct usb_message *message(uint8_t endpoint, const void *bytes, size_t len)
{
	struct usb_message *m = calloc(1, sizeof *m + len);

	if (!m)
		abort(); /* a simulator without memory has nothing left to say */
	m->endpoint = endpoint;
	m->len = len;
	if (len)
		memcpy(m->bytes, bytes, len);
	return m;
}

static void queue_message(struct usb_dev *d, struct usb_message *m)
{
	uint8_t endpoint = m->endpoint;
	struct usb_message **at = &endpoint_of(d, endpoint)->queue;

	while (*at)
		at = &(*at)->next;
	m->next = NULL;
	*at = m;
	serve_in(d, endpoint);
}

void usb_in(struct usb_dev *d, uint8_t endpoint, const void *bytes, size_t len)
{
	if (d->attached)
		queue_message(d, message(endpoint, bytes, len));
}

void usb_in_latest(struct usb_dev *d, uint8_t endpoint, const void *bytes, size_t len)
{
	drop_messages(&endpoint_of(d, endpoint)->queue);
	usb_in(d, endpoint, bytes, len);
}

void usb_in_later(struct usb_dev *d, uint8_t endpoint, const void *bytes, size_t len,
		  uint32_t delay_ms)
{
	struct usb_message **at = &d->later;

	if (!d->attached)
		return;
	struct usb_message *m = message(endpoint, bytes, len);
	m->due_ms = (d->now_ms ? d->now_ms(d->now_data) : 0) + delay_ms;
	while (*at && (*at)->due_ms <= m->due_ms)
		at = &(*at)->next;
	m->next = *at;
	*at = m;
	usb_tell_changed(d);
}

int64_t usb_tick(struct usb_dev *d)
{
	int64_t now = d->now_ms ? d->now_ms(d->now_data) : INT64_MAX;

	while (d->later && d->later->due_ms <= now) {
		struct usb_message *m = d->later;

		d->later = m->next;
		queue_message(d, m);
	}
	return d->later ? d->later->due_ms - now : -1;
}
