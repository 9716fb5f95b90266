#include "drivers/camera.h"

#include "firmware/base/auto.h"
#include "firmware/base/mem.h"
#include "firmware/base/msg.h"

#include <fcntl.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define BUFFERS    3
#define NONE       UINT32_MAX
#define PAUSE_MS   10 /* for a device that says it has a frame when it has none */
#define SAME       2  /* of 255: as bright as the frame before */
#define SETTLED    4  /* so many in a row */
#define MAX_LIST   64 /* formats and sizes that are asked for */
#define MAX_PIXELS (50u << 20)

struct camera {
	int fd;
	char name[CAMERA_NAME_CAP];
	uint32_t code, width, height, line_bytes;
	uint32_t count;    /* of buffers */
	uint32_t held;     /* the one that is ours until the next is asked for; NONE */
	uint32_t held_len; /* bytes of it */
	bool held_bad;     /* the device calls it broken */
	struct {
		uint8_t *bytes;
		size_t len;
	} buffers[BUFFERS];
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static enum err ask(const struct camera *c, unsigned long what, void *about)
{
	int n;

	do
		n = ioctl(c->fd, what, about);
	while (n < 0 && errno == EINTR);
	if (n == 0)
		return ERR_OK;
	return errno == ENODEV                      ? ERR_GONE
	       : errno == EAGAIN                    ? ERR_BUSY
	       : errno == EINVAL || errno == ENOTTY ? ERR_BROKEN
						    : err_of_errno();
}

static bool form_of(uint32_t code, enum frame_form *ret)
{
	switch (code) {
	case V4L2_PIX_FMT_MJPEG:
	case V4L2_PIX_FMT_JPEG:
		*ret = FRAME_JPEG;
		return true;
	case V4L2_PIX_FMT_YUYV:
		*ret = FRAME_YUYV;
		return true;
	case V4L2_PIX_FMT_NV12:
		*ret = FRAME_NV12;
		return true;
	default:
		return false;
	}
}

static void prefer(struct camera *c, uint32_t code, uint32_t width, uint32_t height)
{
	uint64_t area = (uint64_t)width * height;

	if (width > FRAME_MAX_SIDE || height > FRAME_MAX_SIDE || area > MAX_PIXELS ||
	    area <= (uint64_t)c->width * c->height)
		return;
	c->code = code;
	c->width = width;
	c->height = height;
}

static void list_sizes(struct camera *c, uint32_t code)
{
	for (uint32_t i = 0; i < MAX_LIST; i++) {
		struct v4l2_frmsizeenum f = { .index = i, .pixel_format = code };

		if (ask(c, VIDIOC_ENUM_FRAMESIZES, &f) != ERR_OK)
			return;
		if (f.type == V4L2_FRMSIZE_TYPE_DISCRETE) {
			prefer(c, code, f.discrete.width, f.discrete.height);
			continue;
		}
		prefer(c, code, f.stepwise.max_width, f.stepwise.max_height);
		return;
	}
}

static void take_name(const struct v4l2_capability *cap, char ret[CAMERA_NAME_CAP])
{
	snprintf(ret, CAMERA_NAME_CAP, "%.*s", (int)sizeof cap->card, (const char *)cap->card);
	if (!utf8_ok(ret, strlen(ret)) || !ret[0])
		snprintf(ret, CAMERA_NAME_CAP, "camera");
}

static enum err choose(struct camera *c)
{
	struct v4l2_capability cap = { 0 };
	enum err e = ask(c, VIDIOC_QUERYCAP, &cap);

	if (e != ERR_OK)
		return e;
	enum frame_form form;
	take_name(&cap, c->name);
	uint32_t can = cap.capabilities & V4L2_CAP_DEVICE_CAPS ? cap.device_caps : cap.capabilities;
	if (!(can & V4L2_CAP_VIDEO_CAPTURE) || !(can & V4L2_CAP_STREAMING))
		return ERR_BROKEN;
	for (uint32_t i = 0; i < MAX_LIST; i++) {
		struct v4l2_fmtdesc d = { .index = i, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE };

		if (ask(c, VIDIOC_ENUM_FMT, &d) != ERR_OK)
			break;
		if (form_of(d.pixelformat, &form))
			list_sizes(c, d.pixelformat);
	}
	return c->width > 0 ? ERR_OK : ERR_BROKEN;
}

/* The device may agree to another size than the one it offered. */
static enum err agree(struct camera *c)
{
	struct v4l2_format f = { .type = V4L2_BUF_TYPE_VIDEO_CAPTURE };

	f.fmt.pix.width = c->width;
	f.fmt.pix.height = c->height;
	f.fmt.pix.pixelformat = c->code;
	f.fmt.pix.field = V4L2_FIELD_NONE;
	enum err e = ask(c, VIDIOC_S_FMT, &f);
	if (e != ERR_OK)
		return e;
	c->width = f.fmt.pix.width;
	c->height = f.fmt.pix.height;
	c->line_bytes = f.fmt.pix.bytesperline;
	bool fits = c->width > 0 && c->height > 0 && c->width <= FRAME_MAX_SIDE &&
		    c->height <= FRAME_MAX_SIDE && (uint64_t)c->width * c->height <= MAX_PIXELS;
	return fits && f.fmt.pix.pixelformat == c->code ? ERR_OK : ERR_BROKEN;
}

static struct v4l2_buffer buffer_of(uint32_t i)
{
	return (struct v4l2_buffer){ .index = i,
				     .type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
				     .memory = V4L2_MEMORY_MMAP };
}

static enum err map_one(struct camera *c, uint32_t i)
{
	struct v4l2_buffer b = buffer_of(i);
	enum err e = ask(c, VIDIOC_QUERYBUF, &b);

	if (e != ERR_OK)
		return e;
	void *at = mmap(NULL, b.length, PROT_READ, MAP_SHARED, c->fd, (off_t)b.m.offset);
	if (at == MAP_FAILED)
		return err_of_errno();
	c->buffers[i].bytes = at;
	c->buffers[i].len = b.length;
	return ask(c, VIDIOC_QBUF, &b);
}

static enum err begin(struct camera *c)
{
	struct v4l2_requestbuffers r = { .count = BUFFERS,
					 .type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
					 .memory = V4L2_MEMORY_MMAP };
	int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
	enum err e = ask(c, VIDIOC_REQBUFS, &r);

	if (e == ERR_OK && r.count == 0)
		e = ERR_NO_MEMORY;
	for (; c->count < BUFFERS && c->count < r.count && e == ERR_OK; c->count++)
		e = map_one(c, c->count);
	return e == ERR_OK ? ask(c, VIDIOC_STREAMON, &type) : e;
}

static enum err open_node(const char *path, int *ret)
{
	int fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return errno == ENOENT || errno == ENODEV || errno == ENXIO ? ERR_GONE
									    : err_of_errno();
	*ret = fd;
	return ERR_OK;
}

enum err camera_check(const char *path, char ret_name[CAMERA_NAME_CAP])
{
	struct camera c = { .fd = -1 };
	enum err e = open_node(path, &c.fd);

	if (e != ERR_OK)
		return e;
	e = choose(&c);
	if (e == ERR_OK)
		memcpy(ret_name, c.name, sizeof c.name);
	close(c.fd);
	return e;
}

enum err camera_open(const char *path, struct camera **ret)
{
	struct camera *c = calloc(1, sizeof *c);

	if (!c)
		return ERR_NO_MEMORY;
	*c = (struct camera){ .fd = -1, .held = NONE };
	enum err e = open_node(path, &c->fd);
	if (e == ERR_OK)
		e = choose(c);
	if (e == ERR_OK)
		e = agree(c);
	if (e == ERR_OK)
		e = begin(c);
	if (e == ERR_OK)
		*ret = c;
	else
		camera_close(c);
	return e;
}

void camera_close(struct camera *c)
{
	int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;

	if (!c)
		return;
	if (c->fd >= 0)
		(void)ask(c, VIDIOC_STREAMOFF, &type); /* closing ends it as well */
	for (uint32_t i = 0; i < BUFFERS; i++)
		if (c->buffers[i].bytes)
			munmap(c->buffers[i].bytes, c->buffers[i].len);
	if (c->fd >= 0)
		close(c->fd);
	free(c);
}

static enum err give_back(struct camera *c)
{
	struct v4l2_buffer b = buffer_of(c->held);

	if (c->held == NONE)
		return ERR_OK;
	c->held = NONE;
	return ask(c, VIDIOC_QBUF, &b);
}

/* The next buffer that is filled, in place of the one that was held. ERR_BUSY: none is yet. */
static enum err take_buffer(struct camera *c)
{
	struct v4l2_buffer b = buffer_of(0);
	enum err e = ask(c, VIDIOC_DQBUF, &b);

	if (e != ERR_OK)
		return e;
	if (b.index >= c->count || b.index == c->held)
		return ERR_BROKEN;
	e = give_back(c);
	size_t room = c->buffers[b.index].len;
	c->held = b.index;
	c->held_len = b.bytesused < room ? b.bytesused : (uint32_t)room;
	c->held_bad = b.flags & V4L2_BUF_FLAG_ERROR;
	return e;
}

/* Until the device may have a frame, or somebody wants no more. */
static enum err wait_for(const struct camera *c, const struct camera_stop *stop, int64_t until)
{
	struct pollfd p[2] = { { .fd = c->fd, .events = POLLIN },
			       { .fd = stop->fd, .events = POLLIN } };
	int64_t left = until - now_ms();

	if (left <= 0 || poll(p, 2, (int)left) == 0)
		return ERR_TIMEOUT;
	return p[1].revents && stop->stopped(stop->data) ? ERR_CANCELLED : ERR_OK;
}

/* Not even a device that is always ready may keep us from hearing a stop. */
static enum err pause_for(const struct camera_stop *stop)
{
	struct pollfd p = { .fd = stop->fd, .events = POLLIN };

	return poll(&p, 1, PAUSE_MS) > 0 && stop->stopped(stop->data) ? ERR_CANCELLED : ERR_OK;
}

/* One frame at least; those that have waited since are older than the last. */
static enum err newest(struct camera *c, const struct camera_stop *stop)
{
	int64_t until = now_ms() + CAMERA_FRAME_MS;
	enum err e = ERR_BUSY;

	while (e == ERR_BUSY) {
		e = wait_for(c, stop, until);
		if (e == ERR_OK)
			e = take_buffer(c);
		if (e == ERR_BUSY && pause_for(stop) == ERR_CANCELLED)
			e = ERR_CANCELLED;
	}
	for (uint32_t i = 1; i < c->count && e == ERR_OK; i++)
		e = take_buffer(c);
	return e == ERR_BUSY ? ERR_OK : e;
}

enum err camera_newest(struct camera *c, const struct camera_stop *stop, struct frame *ret)
{
	struct frame f = { .width = c->width, .height = c->height, .line_bytes = c->line_bytes };
	enum err e = newest(c, stop);

	if (e != ERR_OK)
		return e;
	if (c->held_bad || !form_of(c->code, &f.form))
		return ERR_BAD_DATA;
	f.bytes = c->buffers[c->held].bytes;
	f.len = c->held_len;
	*ret = f;
	return ERR_OK;
}

static enum err keep(const struct frame *f, struct picture *ret)
{
	AUTO_FD fd = -1;
	size_t len = (size_t)f->width * f->height * 3;
	void *bytes;
	enum err e = mem_create(len, &fd, &bytes);

	if (e != ERR_OK)
		return e;
	e = frame_rgb(f, bytes);
	enum err sealed = mem_seal(fd, bytes, len);
	if (e == ERR_OK)
		e = sealed;
	if (e == ERR_OK)
		*ret = (struct picture){ f->width, f->height, take_fd(&fd) };
	return e;
}

/* A camera that was just woken is dark, then too bright. After CAMERA_MS what there is has to do:
 * whether it is too dark says the look at the page. */
enum err camera_take(struct camera *c, const struct camera_stop *stop, struct picture *ret)
{
	int64_t until = now_ms() + CAMERA_MS;
	unsigned same = 0;
	uint8_t was = 0;

	for (;;) {
		struct frame f;
		uint8_t light = 0;
		enum err e = camera_newest(c, stop, &f);

		if (e != ERR_OK && e != ERR_BAD_DATA)
			return e;
		bool late = now_ms() > until;
		if (e == ERR_OK)
			e = frame_brightness(&f, &light);
		same = e == ERR_OK && light <= was + SAME && was <= light + SAME ? same + 1 : 0;
		was = light;
		if (same >= SETTLED || (late && e == ERR_OK))
			return keep(&f, ret);
		if (late)
			return e;
	}
}
