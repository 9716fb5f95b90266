#include "tests/usim/um_camera.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define BUFFERS 3

struct um_camera {
	UMockdevTestbed *bed;
	UMockdevIoctlBase *handler;
	struct camera *camera;
	pthread_mutex_t *lock;
	int fd;            /* the node; -1: unplugged */
	const void *owner; /* who asked for buffers since it was plugged in; NULL: nobody */
	bool queued[BUFFERS];
	char path[512]; /* where the node really is */
};

/* 0 or an errno, like all below. */
static int query_cap(struct v4l2_capability *cap)
{
	memset(cap, 0, sizeof *cap);
	g_strlcpy((char *)cap->driver, "uvcvideo", sizeof cap->driver);
	g_strlcpy((char *)cap->card, "Kiosk camera", sizeof cap->card);
	cap->device_caps = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
	cap->capabilities = cap->device_caps | V4L2_CAP_DEVICE_CAPS;
	return 0;
}

static int enum_format(struct v4l2_fmtdesc *f)
{
	if (f->index > 0 || f->type != V4L2_BUF_TYPE_VIDEO_CAPTURE)
		return EINVAL;
	f->flags = V4L2_FMT_FLAG_COMPRESSED;
	f->pixelformat = V4L2_PIX_FMT_MJPEG;
	return 0;
}

static int enum_size(struct v4l2_frmsizeenum *f)
{
	if (f->index > 0 || f->pixel_format != V4L2_PIX_FMT_MJPEG)
		return EINVAL;
	f->type = V4L2_FRMSIZE_TYPE_DISCRETE;
	f->discrete.width = CAMERA_WIDTH;
	f->discrete.height = CAMERA_HEIGHT;
	return 0;
}

/* Whatever is asked for, it knows one. */
static int set_format(struct v4l2_format *f)
{
	if (f->type != V4L2_BUF_TYPE_VIDEO_CAPTURE)
		return EINVAL;
	f->fmt.pix.width = CAMERA_WIDTH;
	f->fmt.pix.height = CAMERA_HEIGHT;
	f->fmt.pix.pixelformat = V4L2_PIX_FMT_MJPEG;
	f->fmt.pix.field = V4L2_FIELD_NONE;
	f->fmt.pix.bytesperline = 0;
	f->fmt.pix.sizeimage = CAMERA_ROOM;
	return 0;
}

static int request(struct um_camera *u, const void *who, struct v4l2_requestbuffers *r)
{
	if (r->memory != V4L2_MEMORY_MMAP)
		return EINVAL;
	u->owner = who;
	memset(u->queued, 0, sizeof u->queued);
	r->count = r->count < BUFFERS ? r->count : BUFFERS;
	return 0;
}

static int query_buffer(struct v4l2_buffer *b)
{
	if (b->index >= BUFFERS)
		return EINVAL;
	b->length = CAMERA_ROOM;
	b->m.offset = b->index * CAMERA_ROOM;
	return 0;
}

static int queue(struct um_camera *u, const struct v4l2_buffer *b)
{
	if (b->index >= BUFFERS || u->queued[b->index])
		return EINVAL;
	u->queued[b->index] = true;
	return 0;
}

/* Fills a buffer in the moment it is asked for. */
static int dequeue(struct um_camera *u, struct v4l2_buffer *b)
{
	uint32_t i = 0;

	while (i < BUFFERS && !u->queued[i])
		i++;
	const struct camera_frame *f = i < BUFFERS ? camera_next(u->camera) : NULL;
	if (!f)
		return EAGAIN;
	if (pwrite(u->fd, f->bytes, f->len, (off_t)i * CAMERA_ROOM) != (ssize_t)f->len)
		return EIO;
	u->queued[i] = false;
	b->index = i;
	b->bytesused = (uint32_t)f->len;
	b->length = CAMERA_ROOM;
	b->flags = 0;
	b->field = V4L2_FIELD_NONE;
	return 0;
}

static int run(struct um_camera *u, bool on)
{
	if (!on)
		memset(u->queued, 0, sizeof u->queued);
	u->camera->since = 0;
	u->camera->running = on;
	return 0;
}

/* For anybody who has it open. */
static int serve_all(struct um_camera *u, const void *who, unsigned long code, void *about)
{
	switch (code) {
	case VIDIOC_QUERYCAP:
		return query_cap(about);
	case VIDIOC_ENUM_FMT:
		return enum_format(about);
	case VIDIOC_ENUM_FRAMESIZES:
		return enum_size(about);
	case VIDIOC_S_FMT:
		return set_format(about);
	case VIDIOC_REQBUFS:
		return request(u, who, about);
	case VIDIOC_QUERYBUF:
		return query_buffer(about);
	default:
		return ENOTTY;
	}
}

static int serve(struct um_camera *u, const void *who, unsigned long code, void *about)
{
	if (u->fd < 0)
		return ENODEV;
	if (code != VIDIOC_QBUF && code != VIDIOC_DQBUF && code != VIDIOC_STREAMON &&
	    code != VIDIOC_STREAMOFF)
		return serve_all(u, who, code, about);
	if (who != u->owner)
		return ENODEV; /* it was opened before it was unplugged */
	if (code == VIDIOC_QBUF)
		return queue(u, about);
	if (code == VIDIOC_DQBUF)
		return dequeue(u, about);
	return run(u, code == VIDIOC_STREAMON);
}

static gboolean on_ioctl(UMockdevIoctlBase *handler, UMockdevIoctlClient *client, gpointer data)
{
	struct um_camera *u = data;
	unsigned long code = umockdev_ioctl_client_get_request(client);
	UMockdevIoctlData *arg = umockdev_ioctl_data_resolve(umockdev_ioctl_client_get_arg(client),
							     0, _IOC_SIZE(code), NULL);

	(void)handler;
	pthread_mutex_lock(u->lock);
	int error = arg ? serve(u, client, code, arg->data) : EFAULT;
	pthread_mutex_unlock(u->lock);
	umockdev_ioctl_client_complete(client, error ? -1 : 0, error);
	return TRUE;
}

enum err um_camera_create(UMockdevTestbed *bed, struct camera *c, pthread_mutex_t *lock,
			  struct um_camera **ret)
{
	struct um_camera *u = calloc(1, sizeof *u);
	g_autofree char *root = umockdev_testbed_get_root_dir(bed);
	g_autoptr(GError) error = NULL;

	if (!u)
		return ERR_NO_MEMORY;
	*u = (struct um_camera){ .bed = bed, .camera = c, .lock = lock, .fd = -1 };
	snprintf(u->path, sizeof u->path, "%s%s", root, UM_CAMERA);
	u->handler = umockdev_ioctl_base_new();
	g_signal_connect_after(u->handler, "handle-ioctl", G_CALLBACK(on_ioctl), u);
	if (umockdev_testbed_attach_ioctl(bed, UM_CAMERA, u->handler, &error)) {
		*ret = u;
		return ERR_OK;
	}
	fprintf(stderr, "usim: cannot add %s: %s\n", UM_CAMERA, error ? error->message : "?");
	g_object_unref(u->handler);
	free(u);
	return ERR_IO;
}

enum err um_camera_plug(struct um_camera *u)
{
	g_autofree char *folder = g_path_get_dirname(u->path);

	if (u->fd >= 0)
		return ERR_OK;
	int fd = g_mkdir_with_parents(folder, 0755) < 0
			 ? -1
			 : open(u->path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	bool good = fd >= 0 && ftruncate(fd, (off_t)BUFFERS * CAMERA_ROOM) == 0;
	if (!good) {
		fprintf(stderr, "usim: %s: %s\n", u->path, g_strerror(errno));
		if (fd >= 0)
			close(fd);
		return ERR_IO;
	}
	pthread_mutex_lock(u->lock);
	u->fd = fd;
	pthread_mutex_unlock(u->lock);
	return ERR_OK;
}

void um_camera_unplug(struct um_camera *u)
{
	if (u->fd < 0)
		return;
	(void)unlink(u->path);
	pthread_mutex_lock(u->lock);
	close(u->fd);
	u->fd = -1;
	u->owner = NULL;
	u->camera->running = false;
	pthread_mutex_unlock(u->lock);
}

void um_camera_destroy(struct um_camera *u)
{
	if (!u)
		return;
	um_camera_unplug(u);
	umockdev_testbed_detach_ioctl(u->bed, UM_CAMERA, NULL);
	g_object_unref(u->handler);
	free(u);
}
