/* Front end: usbfs, sysfs and hot-plug events through libumockdev. Any unmodified, dynamically
 * linked program sees the devices when it is started with
 *     LD_PRELOAD=libumockdev-preload.so.0 UMOCKDEV_DIR=<um_root()>
 * Several programs may do so at once, one or more a device; one that dies loses its claims and
 * transfers. The process that calls this must itself run under the preload.
 *
 * The device node is a terminal's slave side, because poll() is not emulated: with output
 * stopped or going, the kernel says "a transfer can be reaped" only when it is true; and when
 * the master closes it says POLLERR, as usbfs does at unplug. (A program that is a session
 * leader without a terminal and opens the node gets a controlling terminal, and SIGHUP at
 * unplug.)
 *
 * libumockdev calls from a thread of its own: everything of the devices is behind `lock`. */
#ifndef TESTS_USIM_UM_H
#define TESTS_USIM_UM_H

#include "firmware/base/err.h"
#include "tests/usim/camera.h"
#include "tests/usim/usb.h"
#include <pthread.h>

struct um;

/* `lock` is held by whoever touches a struct usb_dev; never while calling here. ERR_IO, with
 * the reason on standard error. */
enum err um_create(pthread_mutex_t *lock, struct um **ret_um);
void um_destroy(struct um *um); /* removes the root folder */

/* The testbed's root folder; lives as long as `um`. */
const char *um_root(const struct um *um);

/* The device appears at the port ("1-1"), with a number nobody had before, and an event says
 * so; usb_plug() is the caller's. ERR_IO. At most UM_MAX_DEVICES. */
#define UM_MAX_DEVICES 4
enum err um_add(struct um *um, struct usb_dev *d, const char *port);

/* The V4L2 device of um_camera.h, while it is plugged in. ERR_IO, also without a world. */
enum err um_plug_camera(struct um *um, struct camera *c);
void um_unplug_camera(struct um *um);

/* After usb_unplug(): the events, then the node is gone. */
void um_remove(struct um *um, struct usb_dev *d);

#endif
