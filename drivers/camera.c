#include "drivers/camera.h"

#include "drivers/camera_frame.h"
#include "firmware/base/auto.h"
#include "firmware/base/mem.h"

#include <fcntl.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define BUFFERS    3
#define FRAME_MS   3000 /* from one frame to the next */
#define SAME       2    /* of 255: as bright as the frame before */
#define SETTLED    4    /* so many in a row */
#define MAX_LIST   64   /* formats and sizes that are asked for */
#define MAX_SIDE   16384u
#define MAX_PIXELS (50u << 20)

struct stand {
	int fd;
	uint32_t code, width, height, line_bytes;
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

static enum err ask(const struct stand *s, unsigned long what, void *about)
{
	int n;

	do
		n = ioctl(s->fd, what, about);
	while (n < 0 && errno == EINTR);
	if (n == 0)
		return ERR_OK;
	return errno == ENODEV   ? ERR_GONE
	       : errno == EINVAL ? ERR_BROKEN
	       : errno == ENOTTY ? ERR_BROKEN
				 : err_of_errno();
}

static void prefer(struct stand *s, uint32_t code, uint32_t width, uint32_t height)
{
	uint64_t area = (uint64_t)width * height;

	if (width > MAX_SIDE || height > MAX_SIDE || area > MAX_PIXELS ||
	    area <= (uint64_t)s->width * s->height)
		return;
	s->code = code;
	s->width = width;
	s->height = height;
}

static void list_sizes(struct stand *s, uint32_t code)
{
	for (uint32_t i = 0; i < MAX_LIST; i++) {
		struct v4l2_frmsizeenum f = { .index = i, .pixel_format = code };

		if (ask(s, VIDIOC_ENUM_FRAMESIZES, &f) != ERR_OK)
			return;
		if (f.type == V4L2_FRMSIZE_TYPE_DISCRETE) {
			prefer(s, code, f.discrete.width, f.discrete.height);
			continue;
		}
		prefer(s, code, f.stepwise.max_width, f.stepwise.max_height);
		return;
	}
}

static enum err choose(struct stand *s)
{
	struct v4l2_capability cap = { 0 };
	enum err e = ask(s, VIDIOC_QUERYCAP, &cap);

	if (e != ERR_OK)
		return e;
	uint32_t can = cap.capabilities & V4L2_CAP_DEVICE_CAPS ? cap.device_caps : cap.capabilities;
	if (!(can & V4L2_CAP_VIDEO_CAPTURE) || !(can & V4L2_CAP_STREAMING))
		return ERR_BROKEN;
	for (uint32_t i = 0; i < MAX_LIST; i++) {
		struct v4l2_fmtdesc d = { .index = i, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE };

		if (ask(s, VIDIOC_ENUM_FMT, &d) != ERR_OK)
			break;
		if (d.pixelformat == V4L2_PIX_FMT_MJPEG || d.pixelformat == V4L2_PIX_FMT_YUYV)
			list_sizes(s, d.pixelformat);
	}
	return s->width > 0 ? ERR_OK : ERR_BROKEN;
}

/* The device may agree to another size than the one it offered. */
static enum err agree(struct stand *s)
{
	struct v4l2_format f = { .type = V4L2_BUF_TYPE_VIDEO_CAPTURE };

	f.fmt.pix.width = s->width;
	f.fmt.pix.height = s->height;
	f.fmt.pix.pixelformat = s->code;
	f.fmt.pix.field = V4L2_FIELD_NONE;
	enum err e = ask(s, VIDIOC_S_FMT, &f);
	if (e != ERR_OK)
		return e;
	s->width = f.fmt.pix.width;
	s->height = f.fmt.pix.height;
	s->line_bytes = f.fmt.pix.bytesperline;
	bool fits = s->width > 0 && s->height > 0 && s->width <= MAX_SIDE &&
		    s->height <= MAX_SIDE && (uint64_t)s->width * s->height <= MAX_PIXELS;
	return fits && f.fmt.pix.pixelformat == s->code ? ERR_OK : ERR_BROKEN;
}

static struct v4l2_buffer buffer_of(uint32_t i)
{
	return (struct v4l2_buffer){ .index = i,
				     .type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
				     .memory = V4L2_MEMORY_MMAP };
}

static enum err map_one(struct stand *s, uint32_t i)
{
	struct v4l2_buffer b = buffer_of(i);
	enum err e = ask(s, VIDIOC_QUERYBUF, &b);

	if (e != ERR_OK)
		return e;
	void *at = mmap(NULL, b.length, PROT_READ, MAP_SHARED, s->fd, (off_t)b.m.offset);
	if (at == MAP_FAILED)
		return err_of_errno();
	s->buffers[i].bytes = at;
	s->buffers[i].len = b.length;
	return ask(s, VIDIOC_QBUF, &b);
}

static enum err begin(struct stand *s)
{
	struct v4l2_requestbuffers r = { .count = BUFFERS,
					 .type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
					 .memory = V4L2_MEMORY_MMAP };
	int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
	enum err e = ask(s, VIDIOC_REQBUFS, &r);

	if (e == ERR_OK && r.count == 0)
		e = ERR_NO_MEMORY;
	for (uint32_t i = 0; i < BUFFERS && i < r.count && e == ERR_OK; i++)
		e = map_one(s, i);
	return e == ERR_OK ? ask(s, VIDIOC_STREAMON, &type) : e;
}

static void finish(struct stand *s)
{
	int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;

	(void)ask(s, VIDIOC_STREAMOFF, &type); /* closing ends it as well */
	for (uint32_t i = 0; i < BUFFERS; i++)
		if (s->buffers[i].bytes)
			munmap(s->buffers[i].bytes, s->buffers[i].len);
	close(s->fd);
}

/* The next frame's buffer, which is ours until it is queued again. */
static enum err next(const struct stand *s, struct v4l2_buffer *ret)
{
	struct pollfd p = { .fd = s->fd, .events = POLLIN };

	if (poll(&p, 1, FRAME_MS) != 1)
		return ERR_GONE;
	*ret = buffer_of(0);
	enum err e = ask(s, VIDIOC_DQBUF, ret);
	return e == ERR_OK && (ret->index >= BUFFERS || !s->buffers[ret->index].bytes) ? ERR_BROKEN
										       : e;
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

static struct frame frame_of(const struct stand *s, const struct v4l2_buffer *b)
{
	size_t room = s->buffers[b->index].len;

	return (struct frame){ .bytes = s->buffers[b->index].bytes,
			       .len = b->bytesused < room ? b->bytesused : room,
			       .width = s->width,
			       .height = s->height,
			       .line_bytes = s->line_bytes,
			       .jpeg = s->code == V4L2_PIX_FMT_MJPEG };
}

/* A camera that was just woken is dark, then too bright. After CAMERA_MS what there is has to do:
 * whether it is too dark says the look at the page. */
static enum err take(struct stand *s, struct picture *ret)
{
	int64_t until = now_ms() + CAMERA_MS;
	unsigned same = 0;
	uint8_t was = 0;

	for (;;) {
		struct v4l2_buffer b;
		uint8_t light = 0;
		enum err e = next(s, &b);

		if (e != ERR_OK)
			return e;
		struct frame f = frame_of(s, &b);
		bool late = now_ms() > until;
		e = b.flags & V4L2_BUF_FLAG_ERROR ? ERR_BAD_DATA : frame_brightness(&f, &light);
		same = e == ERR_OK && light <= was + SAME && was <= light + SAME ? same + 1 : 0;
		was = light;
		if (same >= SETTLED || (late && e == ERR_OK))
			return keep(&f, ret);
		if (late)
			return e;
		e = ask(s, VIDIOC_QBUF, &b);
		if (e != ERR_OK)
			return e;
	}
}

enum err camera_take(const char *path, struct picture *ret)
{
	struct stand s = { .fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC) };

	if (s.fd < 0)
		return errno == ENOENT || errno == ENODEV || errno == ENXIO ? ERR_GONE
									    : err_of_errno();
	enum err e = choose(&s);
	if (e == ERR_OK)
		e = agree(&s);
	if (e == ERR_OK)
		e = begin(&s);
	if (e == ERR_OK)
		e = take(&s, ret);
	finish(&s);
	return e;
}
