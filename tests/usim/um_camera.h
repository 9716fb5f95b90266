/* Front end: the camera as a V4L2 device (linux/videodev2.h) through libumockdev, at /dev/video0 of
 * its world. The node is a file that holds the three buffers, so a program maps them as it always
 * does; poll() on it is always ready, and VIDIOC_DQBUF says EAGAIN when there is no frame. One
 * program at a time, as with most cameras. */
#ifndef TESTS_USIM_UM_CAMERA_H
#define TESTS_USIM_UM_CAMERA_H

#include "firmware/base/err.h"
#include "tests/usim/camera.h"
#include <pthread.h>
#include <umockdev.h>

#define UM_CAMERA "/dev/video0"

struct um_camera;

/* Not plugged in yet. `lock` is held by whoever touches `c`; never while calling here. ERR_IO, with
 * the reason on standard error; ERR_NO_MEMORY. */
enum err um_camera_create(UMockdevTestbed *bed, struct camera *c, pthread_mutex_t *lock,
			  struct um_camera **ret);
void um_camera_destroy(struct um_camera *u); /* NULL is allowed */

/* The node appears. Doing it twice is no error. ERR_IO. */
enum err um_camera_plug(struct um_camera *u);

/* The node goes; a program that has it open hears ENODEV from now on. */
void um_camera_unplug(struct um_camera *u);

#endif
