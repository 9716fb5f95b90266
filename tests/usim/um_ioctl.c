/* The requests of usbfs, as libusb makes them (linux/usbdevice_fs.h; the kernel's
 * drivers/usb/core/devio.c for what each answers). */
#include "tests/usim/um_node.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#define MAX_BUFFER_BYTES (16 << 20) /* usbfs_memory_mb of the kernel's default */

/* Of one ioctl. */
struct request {
	struct um_client *client;
	UMockdevIoctlClient *id;
	UMockdevIoctlData *arg;
};

static void *resolved(const struct request *r, gsize len)
{
	UMockdevIoctlData *d = umockdev_ioctl_data_resolve(r->arg, 0, len, NULL);

	return d ? d->data : NULL;
}

static void free_transfer(struct um_transfer *t)
{
	g_clear_object(&t->kernel_urb);
	g_clear_object(&t->buffer);
	free(t);
}

static void drop_transfers(struct um_client *c)
{
	while (c->flying)
		if (!usb_cancel(c->node->dev, &c->flying->urb))
			abort(); /* a flying transfer that is not pending is our own mistake */
	while (c->done) {
		struct um_transfer *t = c->done;

		c->done = t->next;
		free_transfer(t);
	}
}

/* The program is gone: its claim and transfers go too. False when it was not known. */
static bool forget_client(struct um_node *n, const void *id)
{
	struct um_client **at = &n->clients;

	pthread_mutex_lock(n->lock);
	while (*at && (*at)->id != id)
		at = &(*at)->next;
	struct um_client *c = *at;
	if (c) {
		drop_transfers(c);
		*at = c->next;
		if (n->owner == c)
			n->owner = NULL;
		free(c);
		um_node_update_ready(n);
	}
	pthread_mutex_unlock(n->lock);
	return c;
}

static void on_object_gone(gpointer node, GObject *where_it_was)
{
	forget_client(node, where_it_was);
}

static void on_connected(UMockdevIoctlClient *id, GParamSpec *what, gpointer node)
{
	(void)what;
	if (!umockdev_ioctl_client_get_connected(id) && forget_client(node, id))
		g_object_weak_unref(G_OBJECT(id), on_object_gone, node);
}

static struct um_client *client_of(struct um_node *n, UMockdevIoctlClient *id)
{
	for (struct um_client *c = n->clients; c; c = c->next)
		if (c->id == id)
			return c;
	struct um_client *c = calloc(1, sizeof *c);
	if (!c)
		abort(); /* a simulator without memory has nothing left to say */
	*c = (struct um_client){ n->clients, n, id, NULL, NULL };
	/* umockdev 0.17 never emits client-vanished. A program that ends in the middle of an ioctl
	 * is not even noticed as disconnected: then only its object goes. */
	g_signal_connect(id, "notify::connected", G_CALLBACK(on_connected), n);
	g_object_weak_ref(G_OBJECT(id), on_object_gone, n);
	return n->clients = c;
}

static void move_to_done(struct um_transfer *t)
{
	struct um_transfer **at = &t->client->flying;

	while (*at != t)
		at = &(*at)->next;
	*at = t->next;
	at = &t->client->done;
	while (*at)
		at = &(*at)->next;
	t->next = NULL;
	*at = t;
}

/* The data went straight into the buffer, which goes to the program when it reaps. */
static void transfer_done(struct urb *u)
{
	struct um_transfer *t = u->owner;
	struct usbdevfs_urb *k = (struct usbdevfs_urb *)t->kernel_urb->data;

	k->status = u->status;
	k->actual_length = (int)u->actual;
	move_to_done(t);
	um_node_update_ready(t->client->node);
}

/* 0, or the errno: the buffer of a transfer becomes the URB's. */
static int fill_urb(struct um_transfer *t)
{
	const struct usbdevfs_urb *k = (const struct usbdevfs_urb *)t->kernel_urb->data;
	int len = k->buffer_length;
	struct urb *u = &t->urb;

	if (len < 0 || len > MAX_BUFFER_BYTES)
		return EINVAL;
	t->buffer = umockdev_ioctl_data_resolve(
		t->kernel_urb, G_STRUCT_OFFSET(struct usbdevfs_urb, buffer), (gsize)len, NULL);
	if (len && !t->buffer)
		return EFAULT;
	if (t->buffer)
		g_object_ref(t->buffer);
	*u = (struct urb){ .type = (enum urb_type)k->type,
			   .endpoint = k->endpoint,
			   .zero_packet = k->flags & USBDEVFS_URB_ZERO_PACKET,
			   .data = len ? t->buffer->data : NULL,
			   .len = (size_t)len,
			   .owner = t,
			   .done = transfer_done };
	if (k->type != USBDEVFS_URB_TYPE_CONTROL)
		return k->type == USBDEVFS_URB_TYPE_ISO ? EINVAL : 0;
	if (len < 8)
		return EINVAL;
	memcpy(u->setup, u->data, 8);
	u->data += 8;
	u->len -= 8;
	return 0;
}

static int submit(const struct request *r)
{
	UMockdevIoctlData *k =
		umockdev_ioctl_data_resolve(r->arg, 0, sizeof(struct usbdevfs_urb), NULL);
	struct um_transfer *t = k ? calloc(1, sizeof *t) : NULL;

	if (!t)
		return EFAULT;
	t->client = r->client;
	t->kernel_urb = g_object_ref(k);
	int error = fill_urb(t);
	if (error) {
		free_transfer(t);
		return error;
	}
	t->next = r->client->flying;
	r->client->flying = t;
	usb_submit(r->client->node->dev, &t->urb);
	return 0;
}

static int discard(const struct request *r)
{
	gulong address = *(const gulong *)r->arg->data;

	for (struct um_transfer *t = r->client->flying; t; t = t->next)
		if (t->kernel_urb->client_addr == address)
			return usb_cancel(r->client->node->dev, &t->urb) ? 0 : EINVAL;
	return EINVAL;
}

static int claim(const struct request *r, bool take_from_kernel)
{
	struct um_node *n = r->client->node;

	if ((n->owner && n->owner != r->client) || (n->driver_bound && !take_from_kernel))
		return EBUSY;
	n->driver_bound = false;
	n->owner = r->client;
	return 0;
}

static int release(const struct request *r)
{
	if (r->client->node->owner != r->client)
		return EINVAL;
	r->client->node->owner = NULL;
	return 0;
}

static int get_driver(const struct request *r)
{
	struct usbdevfs_getdriver *d = resolved(r, sizeof *d);
	const struct um_node *n = r->client->node;

	if (!d)
		return EFAULT;
	if (!n->driver_bound && !n->owner)
		return ENODATA;
	g_strlcpy(d->driver, n->owner ? "usbfs" : n->dev->model->kernel_driver, sizeof d->driver);
	return 0;
}

static int driver_request(const struct request *r)
{
	const struct usbdevfs_ioctl *c = resolved(r, sizeof *c);
	struct um_node *n = r->client->node;

	if (!c)
		return EFAULT;
	if (c->ioctl_code == (int)USBDEVFS_DISCONNECT) {
		bool was = n->driver_bound;

		n->driver_bound = false;
		return was ? 0 : ENODATA;
	}
	if (c->ioctl_code != (int)USBDEVFS_CONNECT)
		return ENOTTY;
	if (n->owner)
		return EBUSY;
	n->driver_bound = n->dev->model->kernel_driver;
	return 0;
}

static int capabilities(const struct request *r)
{
	guint32 *bits = resolved(r, sizeof *bits);

	if (!bits)
		return EFAULT;
	*bits = USBDEVFS_CAP_ZERO_PACKET | USBDEVFS_CAP_NO_PACKET_SIZE_LIM |
		USBDEVFS_CAP_REAP_AFTER_DISCONNECT;
	return 0;
}

static int clear_halt(const struct request *r)
{
	const guint32 *endpoint = resolved(r, sizeof *endpoint);

	if (!endpoint)
		return EFAULT;
	usb_clear_halt(r->client->node->dev, (uint8_t)*endpoint);
	return 0;
}

/* A program may keep an old node open while the device is back under a new one. */
static bool is_here(const struct um_node *n)
{
	return n->dev->attached && !n->gone;
}

/* 0 or an errno. Everything but reaping, which works also without a device. */
static int serve(const struct request *r, unsigned code)
{
	if (!is_here(r->client->node) && code != USBDEVFS_RELEASEINTERFACE)
		return ENODEV;
	switch (code) {
	case USBDEVFS_GET_CAPABILITIES:
		return capabilities(r);
	case USBDEVFS_CLAIMINTERFACE:
		return claim(r, false);
	case (unsigned)USBDEVFS_DISCONNECT_CLAIM:
		return claim(r, true);
	case USBDEVFS_RELEASEINTERFACE:
		return release(r);
	case USBDEVFS_SETINTERFACE:
		return 0;
	case USBDEVFS_SETCONFIGURATION:
		return r->client->node->owner || r->client->node->driver_bound ? EBUSY : 0;
	case USBDEVFS_RESET:
		usb_reset(r->client->node->dev);
		return 0;
	case USBDEVFS_CLEAR_HALT:
	case USBDEVFS_RESETEP:
		return clear_halt(r);
	case USBDEVFS_GETDRIVER:
		return get_driver(r);
	case (unsigned)USBDEVFS_IOCTL:
		return driver_request(r);
	case USBDEVFS_SUBMITURB:
		return submit(r);
	case USBDEVFS_DISCARDURB:
		return discard(r);
	default:
		return ENOTTY;
	}
}

/* At once in either form: an answer that waits would hold up the program's other threads. */
static int reap(const struct request *r)
{
	struct um_transfer *t = r->client->done;
	UMockdevIoctlData *ret;

	if (!t)
		return is_here(r->client->node) ? EAGAIN : ENODEV;
	ret = umockdev_ioctl_data_resolve(r->arg, 0, sizeof(gpointer), NULL);
	if (!ret)
		return EFAULT;
	r->client->done = t->next;
	umockdev_ioctl_data_set_ptr(ret, 0, t->kernel_urb);
	free_transfer(t);
	um_node_update_ready(r->client->node);
	return 0;
}

gboolean um_on_ioctl(UMockdevIoctlBase *handler, UMockdevIoctlClient *id, gpointer node)
{
	struct um_node *n = node;
	unsigned code = (unsigned)umockdev_ioctl_client_get_request(id);

	(void)handler;
	pthread_mutex_lock(n->lock);
	struct request r = { client_of(n, id), id, umockdev_ioctl_client_get_arg(id) };
	bool reaps = code == USBDEVFS_REAPURB || code == USBDEVFS_REAPURBNDELAY;
	int error = reaps ? reap(&r) : serve(&r, code);
	pthread_mutex_unlock(n->lock);
	umockdev_ioctl_client_complete(id, error ? -1 : 0, error);
	return TRUE;
}
