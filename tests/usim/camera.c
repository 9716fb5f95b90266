#include "tests/usim/camera.h"

#include "firmware/base/auto.h"
#include "tests/usim/image.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DARK_SHARE 20 /* in 256 of the light are left */

static const uint8_t TABLE[3] = { 96, 84, 72 };
static const unsigned SHARES[CAMERA_WAKING + 1] = { 90, 150, 210, 256 };

static void drop(struct camera_frame *f)
{
	free(f->bytes);
	*f = (struct camera_frame){ 0 };
}

void camera_finish(struct camera *c)
{
	for (size_t i = 0; i <= CAMERA_WAKING; i++)
		drop(&c->frames[i]);
	drop(&c->spoilt);
	free(c->shows);
	c->shows = NULL;
}

/* The middle of the picture comes to the middle of the frame. */
static void lay(const struct image *paper, struct image *frame)
{
	int left = ((int)frame->width - (int)paper->width) / 2;
	int top = ((int)frame->height - (int)paper->height) / 2;

	for (int y = 0; y < (int)frame->height; y++)
		for (int x = 0; x < (int)frame->width; x++) {
			int px = x - left, py = y - top;
			bool on = px >= 0 && py >= 0 && px < (int)paper->width &&
				  py < (int)paper->height;
			const uint8_t *from = TABLE;

			if (on)
				from = paper->pixels + ((size_t)py * paper->width + (size_t)px) * 3;
			memcpy(frame->pixels + ((size_t)y * frame->width + (size_t)x) * 3, from, 3);
		}
}

static enum err lit(const struct image *full, unsigned share, struct camera_frame *ret)
{
	struct image i;
	enum err e = image_create(full->width, full->height, 3, &i);

	if (e != ERR_OK)
		return e;
	for (size_t at = 0; at < (size_t)i.width * i.height * 3; at++)
		i.pixels[at] = (uint8_t)(full->pixels[at] * share / 256);
	i.dpi = 0;
	e = image_to_jpeg(&i, &ret->bytes, &ret->len);
	image_finish(&i);
	if (e == ERR_OK && ret->len > CAMERA_ROOM) {
		drop(ret);
		e = ERR_NO_SPACE;
	}
	return e;
}

static enum err expose(struct camera *c, const struct image *full)
{
	struct camera_frame made[CAMERA_WAKING + 1] = { 0 };
	enum err e = ERR_OK;

	for (size_t i = 0; i <= CAMERA_WAKING && e == ERR_OK; i++)
		e = lit(full, c->dark ? SHARES[i] * DARK_SHARE / 256 : SHARES[i], &made[i]);
	for (size_t i = 0; i <= CAMERA_WAKING; i++) {
		struct camera_frame *old = e == ERR_OK ? &c->frames[i] : &made[i];

		drop(old);
		if (e == ERR_OK)
			*old = made[i];
	}
	return e;
}

static enum err look_at(struct camera *c, const char *path)
{
	struct image frame = { 0 }, paper = { 0 };
	enum err e = image_create(CAMERA_WIDTH, CAMERA_HEIGHT, 3, &frame);

	if (e == ERR_OK && path)
		e = image_load(path, &paper);
	if (e == ERR_OK) {
		lay(&paper, &frame);
		e = expose(c, &frame);
	}
	image_finish(&frame);
	image_finish(&paper);
	return e;
}

enum err camera_shows(struct camera *c, const char *path)
{
	AUTO_FREE char *name = *path ? strdup(path) : NULL;
	enum err e = *path && !name ? ERR_NO_MEMORY : look_at(c, name);

	if (e != ERR_OK)
		return e;
	free(c->shows);
	c->shows = name;
	name = NULL;
	return ERR_OK;
}

enum err camera_set_dark(struct camera *c, bool dark)
{
	c->dark = dark;
	return look_at(c, c->shows);
}

enum err camera_spoil(struct camera *c, const char *path)
{
	AUTO_FD fd = *path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	AUTO_FREE uint8_t *bytes = malloc(CAMERA_ROOM);

	drop(&c->spoilt);
	if (!*path)
		return ERR_OK;
	if (fd < 0)
		return ERR_NOT_FOUND;
	ssize_t n = bytes ? read(fd, bytes, CAMERA_ROOM) : -1;
	if (n < 0)
		return ERR_NO_MEMORY;
	c->spoilt = (struct camera_frame){ bytes, (size_t)n };
	bytes = NULL;
	return ERR_OK;
}

const struct camera_frame *camera_next(struct camera *c)
{
	if (c->mute || !c->running)
		return NULL;
	c->pictures++;
	if (c->spoilt.bytes)
		return &c->spoilt;
	if (!c->frames[0].bytes && look_at(c, NULL) != ERR_OK)
		return NULL;
	return &c->frames[c->since < CAMERA_WAKING ? c->since++ : CAMERA_WAKING];
}
