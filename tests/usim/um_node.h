/* One plug of one device: its node, the programs that opened it, their transfers. Internal to
 * the umockdev front end. */
#ifndef TESTS_USIM_UM_NODE_H
#define TESTS_USIM_UM_NODE_H

#include "tests/usim/usb.h"
#include <linux/usbdevice_fs.h>
#include <pthread.h>
#include <umockdev.h>

struct um_transfer {
	struct um_transfer *next;
	struct um_client *client;
	struct urb urb;
	UMockdevIoctlData *kernel_urb; /* the program's struct usbdevfs_urb */
	UMockdevIoctlData *buffer;     /* what it points to, or NULL */
};

struct um_client {
	struct um_client *next;
	struct um_node *node;
	UMockdevIoctlClient *id; /* not a reference */
	struct um_transfer *flying, *done;
};

struct um_node {
	struct usb_dev *dev;
	pthread_mutex_t *lock;
	struct um_client *clients;
	const struct um_client *owner; /* of the interface; NULL: nobody */
	bool driver_bound;             /* the kernel's own driver */
	bool ready;
	bool gone; /* unplugged */
	int master_fd, slave_fd;
	UMockdevIoctlBase *handler;
	unsigned number;     /* as in /dev/bus/usb/001/NUMBER */
	char dev_path[40];   /* "/dev/bus/usb/001/002" */
	char sys_path[64];   /* "/sys/devices/pci0000:00/usb1/1-1" */
	char file_path[512]; /* where the node really is */
};

/* Makes the node file; the handler is connected but not attached. False with errno. */
bool um_node_open(struct um_node *n, const char *root);

/* The master closes: POLLERR for whoever has it open. */
void um_node_hang_up(struct um_node *n);

/* Says whether a poll() for a finished transfer succeeds. */
void um_node_update_ready(struct um_node *n);

void um_node_free(struct um_node *n);

/* The signal handler, in libumockdev's thread. */
gboolean um_on_ioctl(UMockdevIoctlBase *handler, UMockdevIoctlClient *id, gpointer node);

/* The device as umockdev's text format has it; g_free() it. */
char *um_describe(const struct um_node *n, const char *port);

#endif
