#include "tests/usim/redir.h"

#include "firmware/base/auto.h"
#include "tests/usim/redir_tell.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#define MAX_TRANSFER (1 << 20)

/* What the machine has asked for and the device has not done yet. */
struct transfer {
	struct transfer *next;
	struct redir *redir;
	struct urb urb;
	uint64_t id;
	bool polls;  /* an interrupt endpoint that the machine listens to: asked again and again */
	bool silent; /* nobody waits for it any more */
	uint8_t bytes[];
};

struct redir {
	struct loop *loop;
	struct usb_dev *dev;
	pthread_mutex_t *lock;
	int listener, fd;            /* fd -1: no machine */
	struct usbredirparser *wire; /* behind the lock, as all that follows */
	struct transfer *flying;
	bool greeted, plugged, broken;
	uint8_t configuration;
};

static void log_wire(void *priv, int level, const char *text)
{
	(void)priv;
	if (level <= usbredirparser_warning)
		fprintf(stderr, "usim: redir: %s\n", text);
}

static int read_wire(void *priv, uint8_t *to, int count)
{
	struct redir *r = priv;
	ssize_t n = recv(r->fd, to, (size_t)count, MSG_DONTWAIT);

	if (n < 0 && errno == EAGAIN)
		return 0;
	r->broken |= n <= 0;
	return n > 0 ? (int)n : -1;
}

static int write_wire(void *priv, uint8_t *from, int count)
{
	struct redir *r = priv;
	ssize_t n = send(r->fd, from, (size_t)count, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (n < 0 && errno == EAGAIN)
		return 0;
	r->broken |= n < 0;
	return (int)n;
}

static void forget(struct transfer *t)
{
	struct transfer **at = &t->redir->flying;

	while (*at != t)
		at = &(*at)->next;
	*at = t->next;
	free(t);
}

static void answer_control(struct transfer *t)
{
	struct urb *u = &t->urb;
	bool in = u->setup[0] & 0x80;
	struct usb_redir_control_packet_header h = {
		.endpoint = in ? 0x80 : 0,
		.requesttype = u->setup[0],
		.request = u->setup[1],
		.status = redir_status(u->status),
		.value = (uint16_t)(u->setup[2] | u->setup[3] << 8),
		.index = (uint16_t)(u->setup[4] | u->setup[5] << 8),
		.length = (uint16_t)u->actual,
	};

	usbredirparser_send_control_packet(t->redir->wire, t->id, &h, in ? u->data : NULL,
					   in ? (int)u->actual : 0);
}

static void answer_bulk(struct transfer *t)
{
	struct urb *u = &t->urb;
	bool in = u->endpoint & 0x80;
	struct usb_redir_bulk_packet_header h = { .endpoint = u->endpoint,
						  .status = redir_status(u->status),
						  .length = (uint16_t)u->actual,
						  .length_high = (uint16_t)(u->actual >> 16) };

	usbredirparser_send_bulk_packet(t->redir->wire, t->id, &h, in ? u->data : NULL,
					in ? (int)u->actual : 0);
}

static void answer_interrupt(struct transfer *t)
{
	struct urb *u = &t->urb;
	bool in = u->endpoint & 0x80;
	struct usb_redir_interrupt_packet_header h = { .endpoint = u->endpoint,
						       .status = redir_status(u->status),
						       .length = (uint16_t)u->actual };

	usbredirparser_send_interrupt_packet(t->redir->wire, t->id, &h, in ? u->data : NULL,
					     in ? (int)u->actual : 0);
}

/* With the lock held, perhaps in another thread: only collects what to send. */
static void transfer_done(struct urb *u)
{
	struct transfer *t = u->owner;

	if (!t->silent && u->type == URB_CONTROL)
		answer_control(t);
	else if (!t->silent && u->type == URB_BULK)
		answer_bulk(t);
	else if (!t->silent)
		answer_interrupt(t);
	if (t->polls && !t->silent && u->status == 0) {
		t->id++;
		u->actual = 0;
		usb_submit(t->redir->dev, u);
	} else {
		forget(t);
	}
}

static struct transfer *new_transfer(struct redir *r, enum urb_type type, uint8_t endpoint,
				     const uint8_t *bytes, size_t len)
{
	struct transfer *t = calloc(1, sizeof *t + len);

	if (!t)
		abort(); /* a simulator without memory has nothing left to say */
	t->redir = r;
	t->urb = (struct urb){ .type = type,
			       .endpoint = endpoint,
			       .data = t->bytes,
			       .len = len,
			       .owner = t,
			       .done = transfer_done };
	if (bytes)
		memcpy(t->bytes, bytes, len);
	t->next = r->flying;
	r->flying = t;
	return t;
}

static void on_control(void *priv, uint64_t id, struct usb_redir_control_packet_header *h,
		       uint8_t *data, int len)
{
	struct redir *r = priv;
	bool in = h->requesttype & 0x80;
	struct transfer *t =
		new_transfer(r, URB_CONTROL, 0, in ? NULL : data, in ? h->length : (size_t)len);
	const uint8_t setup[8] = { h->requesttype,     h->request,
				   (uint8_t)h->value,  (uint8_t)(h->value >> 8),
				   (uint8_t)h->index,  (uint8_t)(h->index >> 8),
				   (uint8_t)h->length, (uint8_t)(h->length >> 8) };

	t->id = id;
	memcpy(t->urb.setup, setup, sizeof setup);
	usbredirparser_free_packet_data(r->wire, data);
	usb_submit(r->dev, &t->urb);
}

static void on_bulk(void *priv, uint64_t id, struct usb_redir_bulk_packet_header *h, uint8_t *data,
		    int len)
{
	struct redir *r = priv;
	bool in = h->endpoint & 0x80;
	size_t want = in ? (size_t)h->length_high << 16 | h->length : (size_t)len;

	if (want > MAX_TRANSFER) {
		r->broken = true;
	} else {
		struct transfer *t = new_transfer(r, URB_BULK, h->endpoint, in ? NULL : data, want);

		t->id = id;
		usb_submit(r->dev, &t->urb);
	}
	usbredirparser_free_packet_data(r->wire, data);
}

static void on_interrupt(void *priv, uint64_t id, struct usb_redir_interrupt_packet_header *h,
			 uint8_t *data, int len)
{
	struct redir *r = priv;
	struct transfer *t = new_transfer(r, URB_INTERRUPT, h->endpoint, data, (size_t)len);

	t->id = id;
	usbredirparser_free_packet_data(r->wire, data);
	usb_submit(r->dev, &t->urb);
}

static void silence(struct redir *r, struct transfer *t)
{
	t->silent = true;
	if (!usb_cancel(r->dev, &t->urb)) /* which ends it, and forgets it */
		abort(); /* a flying transfer that is not pending is our own mistake */
}

static void on_start(void *priv, uint64_t id, struct usb_redir_start_interrupt_receiving_header *h)
{
	struct redir *r = priv;
	bool known = redir_type(r->dev->model, h->endpoint) == usb_redir_type_interrupt;
	struct usb_redir_interrupt_receiving_status_header answer = {
		.endpoint = h->endpoint, .status = known ? usb_redir_success : usb_redir_inval
	};

	usbredirparser_send_interrupt_receiving_status(r->wire, id, &answer);
	if (!known)
		return;
	struct transfer *t = new_transfer(r, URB_INTERRUPT, h->endpoint, NULL,
					  usb_packet_size(r->dev->model, h->endpoint));
	t->polls = true;
	usb_submit(r->dev, &t->urb);
}

static void on_stop(void *priv, uint64_t id, struct usb_redir_stop_interrupt_receiving_header *h)
{
	struct redir *r = priv;
	struct usb_redir_interrupt_receiving_status_header answer = { .endpoint = h->endpoint };
	struct transfer *next;

	for (struct transfer *t = r->flying; t; t = next) {
		next = t->next;
		if (t->polls && t->urb.endpoint == h->endpoint)
			silence(r, t);
	}
	usbredirparser_send_interrupt_receiving_status(r->wire, id, &answer);
}

static void on_cancel(void *priv, uint64_t id)
{
	struct redir *r = priv;

	for (struct transfer *t = r->flying; t; t = t->next)
		if (!t->polls && t->id == id) {
			(void)usb_cancel(r->dev, &t->urb); /* it is answered as cancelled */
			return;
		}
}

static void on_reset(void *priv)
{
	struct redir *r = priv;

	usb_reset(r->dev);
}

static void send_configuration(struct redir *r, uint64_t id, int status)
{
	struct usb_redir_configuration_status_header h = { .status = redir_status(status),
							   .configuration = r->configuration };

	usbredirparser_send_configuration_status(r->wire, id, &h);
}

static void on_set_configuration(void *priv, uint64_t id,
				 struct usb_redir_set_configuration_header *h)
{
	struct redir *r = priv;
	const uint8_t setup[8] = { 0, 9, h->configuration };
	int status = usb_standard(r->dev, setup, NULL, 0);

	if (status >= 0)
		r->configuration = h->configuration;
	send_configuration(r, id, status < 0 ? status : 0);
}

static void on_get_configuration(void *priv, uint64_t id)
{
	send_configuration(priv, id, 0);
}

/* None of the devices has a second setting. */
static void send_setting(struct redir *r, uint64_t id, uint8_t interface, uint8_t asked)
{
	struct usb_redir_alt_setting_status_header h = { .status = asked ? usb_redir_stall
									 : usb_redir_success,
							 .interface = interface };

	usbredirparser_send_alt_setting_status(r->wire, id, &h);
}

static void on_set_setting(void *priv, uint64_t id, struct usb_redir_set_alt_setting_header *h)
{
	send_setting(priv, id, h->interface, h->alt);
}

static void on_get_setting(void *priv, uint64_t id, struct usb_redir_get_alt_setting_header *h)
{
	send_setting(priv, id, h->interface, 0);
}

static void on_hello(void *priv, struct usb_redir_hello_header *h)
{
	struct redir *r = priv;

	(void)h;
	r->greeted = true;
}

static enum err new_wire(struct redir *r)
{
	uint32_t caps[USB_REDIR_CAPS_SIZE] = { 0 };
	struct usbredirparser *p = usbredirparser_create();

	if (!p)
		return ERR_NO_MEMORY;
	p->priv = r;
	p->log_func = log_wire;
	p->read_func = read_wire;
	p->write_func = write_wire;
	p->hello_func = on_hello;
	p->reset_func = on_reset;
	p->set_configuration_func = on_set_configuration;
	p->get_configuration_func = on_get_configuration;
	p->set_alt_setting_func = on_set_setting;
	p->get_alt_setting_func = on_get_setting;
	p->start_interrupt_receiving_func = on_start;
	p->stop_interrupt_receiving_func = on_stop;
	p->cancel_data_packet_func = on_cancel;
	p->control_packet_func = on_control;
	p->bulk_packet_func = on_bulk;
	p->interrupt_packet_func = on_interrupt;
	usbredirparser_caps_set_cap(caps, usb_redir_cap_connect_device_version);
	usbredirparser_caps_set_cap(caps, usb_redir_cap_ep_info_max_packet_size);
	usbredirparser_caps_set_cap(caps, usb_redir_cap_64bits_ids);
	usbredirparser_caps_set_cap(caps, usb_redir_cap_32bits_bulk_length);
	usbredirparser_init(p, "usim", caps, USB_REDIR_CAPS_SIZE, usbredirparser_fl_usb_host);
	r->wire = p;
	return ERR_OK;
}

static void drop(struct redir *r)
{
	loop_unwatch(r->loop, r->fd);
	pthread_mutex_lock(r->lock);
	while (r->flying)
		silence(r, r->flying);
	usbredirparser_destroy(r->wire);
	close(take_fd(&r->fd));
	r->wire = NULL;
	r->greeted = r->plugged = r->broken = false;
	pthread_mutex_unlock(r->lock);
}

/* The machine is told what is plugged in as soon as it has said what it understands. */
static void tell_plugged(struct redir *r)
{
	if (!r->greeted || r->plugged == r->dev->attached)
		return;
	r->plugged = r->dev->attached;
	r->configuration = 0;
	if (r->plugged)
		redir_tell(r->wire, r->dev->model);
	else
		usbredirparser_send_device_disconnect(r->wire);
}

static void on_machine(void *data, short events);

static void flush(struct redir *r)
{
	pthread_mutex_lock(r->lock);
	tell_plugged(r);
	bool sent = usbredirparser_do_write(r->wire) == 0 && !r->broken;
	bool more = sent && usbredirparser_has_data_to_write(r->wire) > 0;
	pthread_mutex_unlock(r->lock);
	if (!sent ||
	    loop_watch(r->loop, r->fd, more ? POLLIN | POLLOUT : POLLIN, on_machine, r) != ERR_OK)
		drop(r);
}

static void on_machine(void *data, short events)
{
	struct redir *r = data;

	if (events & ~POLLOUT) {
		pthread_mutex_lock(r->lock);
		bool bad = usbredirparser_do_read(r->wire) != 0 || r->broken;
		pthread_mutex_unlock(r->lock);
		if (bad)
			return drop(r);
	}
	flush(r);
}

static void on_connect(void *data, short events)
{
	struct redir *r = data;
	AUTO_FD fd = accept4(r->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)events;
	if (fd < 0 || r->fd >= 0) /* it has one port, and that is taken */
		return;
	if (new_wire(r) != ERR_OK)
		return;
	r->fd = take_fd(&fd);
	flush(r);
}

void redir_changed(struct redir *r)
{
	if (r && r->fd >= 0)
		flush(r);
}

static enum err listen_at(struct redir *r, const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	if (snprintf(a.sun_path, sizeof a.sun_path, "%s", path) >= (int)sizeof a.sun_path)
		return ERR_IO;
	(void)unlink(path);
	r->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (r->listener < 0 || bind(r->listener, (struct sockaddr *)&a, sizeof a) < 0 ||
	    listen(r->listener, 1) < 0)
		return err_of_errno();
	return loop_watch(r->loop, r->listener, POLLIN, on_connect, r);
}

enum err redir_open(struct loop *loop, const char *path, struct usb_dev *dev, pthread_mutex_t *lock,
		    struct redir **ret_redir)
{
	struct redir *r = calloc(1, sizeof *r);

	if (!r)
		return ERR_NO_MEMORY;
	*r = (struct redir){ .loop = loop, .dev = dev, .lock = lock, .listener = -1, .fd = -1 };
	enum err e = listen_at(r, path);
	if (e == ERR_OK)
		*ret_redir = r;
	else
		redir_close(r);
	return e;
}

void redir_close(struct redir *r)
{
	if (!r)
		return;
	if (r->fd >= 0)
		drop(r);
	if (r->listener >= 0) {
		loop_unwatch(r->loop, r->listener);
		close(r->listener);
	}
	free(r);
}
