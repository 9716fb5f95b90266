#include "tests/usim/um.h"

#include "tests/usim/um_camera.h"
#include "tests/usim/um_node.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct um {
	UMockdevTestbed *bed;
	char *root;
	pthread_mutex_t *lock;
	unsigned last_number;
	struct um_node *nodes[UM_MAX_DEVICES]; /* plugged in */
	struct um_camera *camera;              /* NULL: never plugged in */
	GPtrArray *old;                        /* unplugged; programs may still have them open */
};

enum err um_create(pthread_mutex_t *lock, struct um **ret_um)
{
	struct um *um = calloc(1, sizeof *um);

	if (!um)
		return ERR_NO_MEMORY;
	um->lock = lock;
	um->bed = umockdev_testbed_new();
	um->root = umockdev_testbed_get_root_dir(um->bed);
	um->last_number = 1;
	um->old = g_ptr_array_new();
	*ret_um = um;
	return ERR_OK;
}

const char *um_root(const struct um *um)
{
	return um->root;
}

static bool attach(struct um *um, struct um_node *n, const char *port)
{
	g_autofree char *text = um_describe(n, port);
	g_autoptr(GError) error = NULL;

	/* The node and its socket first: a program opens it as soon as the event arrives. */
	if (um_node_open(n, um->root) &&
	    umockdev_testbed_attach_ioctl(um->bed, n->dev_path, n->handler, &error) &&
	    umockdev_testbed_add_from_string(um->bed, text, &error))
		return true;
	fprintf(stderr, "usim: cannot add %s: %s\n", n->dev_path,
		error ? error->message : g_strerror(errno));
	return false;
}

static bool is_open(struct um *um, const struct um_node *n)
{
	pthread_mutex_lock(um->lock);
	bool open = n->clients;
	pthread_mutex_unlock(um->lock);
	return open;
}

static void forget(struct um *um, struct um_node *n)
{
	if (!n)
		return;
	umockdev_testbed_detach_ioctl(um->bed, n->dev_path, NULL);
	if (is_open(um, n))
		um_node_hang_up(
			n); /* at our end only: libumockdev's thread still calls us with it */
	else
		um_node_free(n);
}

static void forget_closed(struct um *um)
{
	for (guint i = um->old->len; i-- > 0;) {
		struct um_node *n = g_ptr_array_index(um->old, i);

		if (is_open(um, n))
			continue;
		g_ptr_array_remove_index_fast(um->old, i);
		forget(um, n);
	}
}

static bool has_number(const struct um_node *n, unsigned number)
{
	return n && n->number == number;
}

static bool is_in_use(const struct um *um, unsigned number)
{
	bool used = false;

	for (int i = 0; i < UM_MAX_DEVICES; i++)
		used = used || has_number(um->nodes[i], number);
	for (guint i = 0; i < um->old->len; i++)
		used = used || has_number(g_ptr_array_index(um->old, i), number);
	return used;
}

/* Counts up to 127 and begins again, as the kernel does. */
static unsigned new_number(struct um *um)
{
	do
		um->last_number = um->last_number < 127 ? um->last_number + 1 : 2;
	while (is_in_use(um, um->last_number));
	return um->last_number;
}

enum err um_add(struct um *um, struct usb_dev *d, const char *port)
{
	int place = 0;

	forget_closed(um);
	while (place < UM_MAX_DEVICES && um->nodes[place])
		place++;
	struct um_node *n = place < UM_MAX_DEVICES ? calloc(1, sizeof *n) : NULL;
	if (!n)
		return ERR_NO_SPACE;
	*n = (struct um_node){ .dev = d,
			       .lock = um->lock,
			       .number = new_number(um),
			       .driver_bound = d->model->kernel_driver,
			       .master_fd = -1,
			       .slave_fd = -1 };
	snprintf(n->dev_path, sizeof n->dev_path, "/dev/bus/usb/001/%03u", n->number);
	snprintf(n->sys_path, sizeof n->sys_path, "/sys/devices/pci0000:00/usb1/%s", port);
	if (!attach(um, n, port)) {
		um_node_free(n);
		return ERR_IO;
	}
	um->nodes[place] = n;
	return ERR_OK;
}

static void remove_interfaces(struct um *um, const struct um_node *n)
{
	const struct usb_model *m = n->dev->model;
	const char *port = strrchr(n->sys_path, '/') + 1;

	for (size_t i = 0; i < m->config_len; i += m->config_desc[i]) {
		char path[160];

		if (m->config_desc[i + 1] != 4)
			continue;
		snprintf(path, sizeof path, "%s/%s:1.%u", n->sys_path, port, m->config_desc[i + 2]);
		umockdev_testbed_uevent(um->bed, path, "remove");
		umockdev_testbed_remove_device(um->bed, path);
	}
}

void um_remove(struct um *um, struct usb_dev *d)
{
	for (int i = 0; i < UM_MAX_DEVICES; i++) {
		struct um_node *n = um->nodes[i];

		if (!n || n->dev != d)
			continue;
		remove_interfaces(um, n);
		umockdev_testbed_uevent(um->bed, n->sys_path, "remove");
		umockdev_testbed_remove_device(um->bed, n->sys_path);
		pthread_mutex_lock(um->lock);
		n->gone = true;
		um_node_hang_up(n);
		pthread_mutex_unlock(um->lock);
		/* Its socket stays, so that programs can reap what ended by the unplug. */
		g_ptr_array_add(um->old, n);
		um->nodes[i] = NULL;
	}
}

enum err um_plug_camera(struct um *um, struct camera *c)
{
	if (!um)
		return ERR_IO;
	enum err e = um->camera ? ERR_OK : um_camera_create(um->bed, c, um->lock, &um->camera);

	return e == ERR_OK ? um_camera_plug(um->camera) : e;
}

void um_unplug_camera(struct um *um)
{
	if (um && um->camera)
		um_camera_unplug(um->camera);
}

void um_destroy(struct um *um)
{
	if (!um)
		return;
	um_camera_destroy(um->camera);
	for (int i = 0; i < UM_MAX_DEVICES; i++)
		forget(um, um->nodes[i]);
	for (guint i = 0; i < um->old->len; i++)
		forget(um, g_ptr_array_index(um->old, i));
	g_ptr_array_free(um->old, TRUE);
	g_object_unref(um->bed);
	g_free(um->root);
	free(um);
}
