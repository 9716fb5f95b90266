/* torture-wraps: ioctl clock_gettime */
/* A camera is played behind ioctl(); its buffers are a file's pages, so all else is as shipped. */
#include "drivers/camera.h"
#include "firmware/base/mem.h"
#include "tests/tap.h"

#include <errno.h>
#include <linux/videodev2.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <jpeglib.h>

#define WIDTH  64u
#define HEIGHT 32u
#define ROOM   65536u /* of a buffer */

static struct {
	int fd;
	uint32_t format, caps;
	unsigned cut;
	unsigned frames, bad; /* told so far; the first so many are broken */
	uint32_t index;
	uint32_t width; /* agreed to, when not 0 */
	unsigned sizes;
	bool paused; /* the next frame is not there yet */
	bool silent, gone;
	unsigned asked; /* for a frame */
	int ahead_s;    /* by so much the clock is moved when it is read */
} cam;

static uint8_t light_of(unsigned frame)
{
	return frame < 6 ? (uint8_t)(30 + 25 * frame) : 180;
}

static uint32_t jpeg_into(uint8_t *to, uint8_t light)
{
	struct jpeg_compress_struct c;
	struct jpeg_error_mgr errors;
	unsigned char *bytes = NULL;
	unsigned long len = 0;
	uint8_t line[WIDTH];
	JSAMPROW row = line;

	c.err = jpeg_std_error(&errors);
	jpeg_create_compress(&c);
	jpeg_mem_dest(&c, &bytes, &len);
	c.image_width = WIDTH;
	c.image_height = HEIGHT;
	c.input_components = 1;
	c.in_color_space = JCS_GRAYSCALE;
	jpeg_set_defaults(&c);
	jpeg_start_compress(&c, TRUE);
	memset(line, light, sizeof line);
	while (c.next_scanline < HEIGHT)
		jpeg_write_scanlines(&c, &row, 1);
	jpeg_finish_compress(&c);
	jpeg_destroy_compress(&c);
	memcpy(to, bytes, len);
	free(bytes);
	return (uint32_t)len;
}

static uint32_t lines_into(uint8_t *to, uint8_t light)
{
	uint32_t dots = WIDTH * HEIGHT;

	if (cam.format == V4L2_PIX_FMT_NV12) {
		memset(to, light, dots);
		memset(to + dots, 128, dots / 2);
		return dots * 3 / 2;
	}
	for (uint32_t i = 0; i < dots * 2; i += 2) {
		to[i] = light;
		to[i + 1] = 128;
	}
	return dots * 2;
}

/* A file is always ready to be read: so a camera that lies looks, and one without a frame. */
static int give_frame(struct v4l2_buffer *b)
{
	static uint8_t frame[ROOM];
	uint8_t light = light_of(cam.frames);

	cam.asked++;
	errno = cam.gone ? ENODEV : EAGAIN;
	cam.paused = !cam.paused;
	if (cam.gone || cam.silent || cam.paused)
		return -1;
	uint32_t len = lines_into(frame, light);
	if (cam.format == V4L2_PIX_FMT_MJPEG)
		len = jpeg_into(frame, light);
	b->index = cam.index ? cam.index : cam.frames % 3;
	b->bytesused = cam.frames < cam.cut ? len / 2 : len;
	b->flags = cam.frames < cam.bad ? V4L2_BUF_FLAG_ERROR : 0;
	cam.frames++;
	return pwrite(cam.fd, frame, len, (off_t)(b->index % 3) * ROOM) == (ssize_t)len ? 0 : -1;
}

static int give_size(struct v4l2_frmsizeenum *f)
{
	static const unsigned SIZES[][2] = { { 32, 16 }, { WIDTH, HEIGHT }, { 90000, 90000 } };

	if (f->index >= cam.sizes)
		return -1;
	f->type = V4L2_FRMSIZE_TYPE_DISCRETE;
	f->discrete.width = SIZES[f->index][0];
	f->discrete.height = SIZES[f->index][1];
	return 0;
}

static int give_format(struct v4l2_format *f)
{
	eq_int(f->fmt.pix.width, WIDTH); /* the largest that a page can be */
	if (cam.width)
		f->fmt.pix.width = cam.width;
	f->fmt.pix.bytesperline = f->fmt.pix.width * (cam.format == V4L2_PIX_FMT_NV12 ? 1 : 2);
	return 0;
}

int __real_ioctl(int fd, unsigned long what, void *about);
int __wrap_ioctl(int fd, unsigned long what, ...);

int __wrap_ioctl(int fd, unsigned long what, ...)
{
	va_list args;

	va_start(args, what);
	void *about = va_arg(args, void *);
	va_end(args);
	errno = EINVAL;
	switch (what) {
	case VIDIOC_QUERYCAP:
		((struct v4l2_capability *)about)->capabilities = cam.caps;
		memset(((struct v4l2_capability *)about)->card, 0xff, 32);
		return 0;
	case VIDIOC_ENUM_FMT:
		((struct v4l2_fmtdesc *)about)->pixelformat = cam.format;
		return ((struct v4l2_fmtdesc *)about)->index == 0 ? 0 : -1;
	case VIDIOC_ENUM_FRAMESIZES:
		return give_size(about);
	case VIDIOC_S_FMT:
		return give_format(about);
	case VIDIOC_QUERYBUF:
		((struct v4l2_buffer *)about)->length = ROOM;
		((struct v4l2_buffer *)about)->m.offset =
			((struct v4l2_buffer *)about)->index * ROOM;
		return 0;
	case VIDIOC_DQBUF:
		return give_frame(about);
	case VIDIOC_REQBUFS:
	case VIDIOC_QBUF:
	case VIDIOC_STREAMON:
	case VIDIOC_STREAMOFF:
		return 0;
	default:
		return __real_ioctl(fd, what, about);
	}
}

int __real_clock_gettime(clockid_t which, struct timespec *ret);
int __wrap_clock_gettime(clockid_t which, struct timespec *ret);

/* Silence takes no time here. */
int __wrap_clock_gettime(clockid_t which, struct timespec *ret)
{
	int n = __real_clock_gettime(which, ret);

	cam.ahead_s += cam.silent;
	ret->tv_sec += cam.ahead_s;
	return n;
}

static void anew(uint32_t format)
{
	int fd = cam.fd;

	memset(&cam, 0, sizeof cam);
	cam.fd = fd;
	cam.format = format;
	cam.sizes = 3;
	cam.caps = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
}

static bool stopped(void *data)
{
	bool *said = data;

	return *said;
}

static enum err take_from(const char *path, struct picture *ret)
{
	const struct camera_stop nobody = { .fd = -1 };
	struct camera *c;
	enum err e = camera_open(path, &c);

	if (e != ERR_OK)
		return e;
	e = camera_take(c, &nobody, ret);
	camera_close(c);
	return e;
}

/* The mean of the picture's first and last dot; -1: there is none of that size. */
static int seen(const char *path)
{
	struct picture p = { .pixels = -1 };
	const void *bytes;
	size_t len;
	int light = -1;

	if (take_from(path, &p) != ERR_OK || mem_map(p.pixels, 1u << 20, &bytes, &len) != ERR_OK)
		return -1;
	if (p.width == WIDTH && p.height == HEIGHT && len == 3 * WIDTH * HEIGHT)
		light = (((const uint8_t *)bytes)[0] + ((const uint8_t *)bytes)[len - 1]) / 2;
	mem_unmap(bytes, len);
	close(p.pixels);
	return light;
}

static void settles(const char *path)
{
	char name[CAMERA_NAME_CAP];

	anew(V4L2_PIX_FMT_YUYV);
	eq_int(seen(path), (298 * (180 - 16) + 128) / 256);
	ok(cam.frames > 6 && cam.frames < 15);
	anew(V4L2_PIX_FMT_NV12);
	eq_int(seen(path), (298 * (180 - 16) + 128) / 256);
	anew(V4L2_PIX_FMT_MJPEG);
	eq_int(camera_check(path, name), ERR_OK);
	eq_str(name, "camera"); /* what it says is no text */
	eq_int(seen(path), 180);
	anew(V4L2_PIX_FMT_MJPEG);
	cam.bad = 20; /* frames that the device itself calls broken are passed over */
	eq_int(seen(path), 180);
	ok(cam.frames > 20);
	anew(V4L2_PIX_FMT_MJPEG);
	cam.cut = 8; /* frames that end before their end are, too */
	eq_int(seen(path), 180);
	ok(cam.frames > 8);
}

static void refuses(const char *path)
{
	char name[CAMERA_NAME_CAP];
	struct picture p;

	eq_int(take_from("/nowhere/video0", &p), ERR_GONE);
	eq_int(camera_check("/nowhere/video0", name), ERR_GONE);
	anew(V4L2_PIX_FMT_YUYV);
	cam.caps = V4L2_CAP_VIDEO_CAPTURE;
	eq_int(take_from(path, &p), ERR_BROKEN);
	anew(V4L2_PIX_FMT_H264);
	eq_int(take_from(path, &p), ERR_BROKEN);
	anew(V4L2_PIX_FMT_YUYV);
	cam.sizes = 0;
	eq_int(take_from(path, &p), ERR_BROKEN);
	anew(V4L2_PIX_FMT_YUYV);
	cam.width = 70000; /* not what it had offered */
	eq_int(take_from(path, &p), ERR_BROKEN);
	anew(V4L2_PIX_FMT_YUYV);
	cam.index = 7; /* a buffer that there is not */
	eq_int(take_from(path, &p), ERR_BROKEN);
}

/* The stop comes while frames do not. */
static void hears_a_stop(const char *path)
{
	int pipes[2];
	bool said = false;
	struct picture p;
	struct camera *c;

	anew(V4L2_PIX_FMT_YUYV);
	cam.silent = true;
	ok(pipe(pipes) == 0 && write(pipes[1], "", 1) == 1);
	const struct camera_stop stop = { pipes[0], stopped, &said };
	eq_int(camera_open(path, &c), ERR_OK);
	said = true;
	eq_int(camera_take(c, &stop, &p), ERR_CANCELLED);
	ok(cam.asked <= 1);
	camera_close(c);
	close(pipes[0]);
	close(pipes[1]);
}

static void falls_silent(const char *path)
{
	const struct camera_stop nobody = { .fd = -1 };
	struct frame f;
	struct camera *c;

	anew(V4L2_PIX_FMT_YUYV);
	eq_int(camera_open(path, &c), ERR_OK);
	eq_int(camera_newest(c, &nobody, &f), ERR_OK);
	eq_int(f.len, 2 * WIDTH * HEIGHT);
	cam.gone = true;
	eq_int(camera_newest(c, &nobody, &f), ERR_GONE);
	cam.gone = false;
	cam.silent = true;
	eq_int(camera_newest(c, &nobody, &f), ERR_TIMEOUT);
	ok(cam.asked < 10);
	camera_close(c);
}

int main(void)
{
	char path[] = "/tmp/camera-XXXXXX";

	cam.fd = mkstemp(path);
	ok(cam.fd >= 0 && ftruncate(cam.fd, 3 * ROOM) == 0);
	settles(path);
	refuses(path);
	hears_a_stop(path);
	falls_silent(path);
	unlink(path);
	close(cam.fd);
	return tap_done();
}
