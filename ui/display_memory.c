#include "ui/display.h"

#include <stdlib.h>
#include <string.h>

struct memory {
	struct display display;
	cairo_surface_t *pixels;
};

static cairo_surface_t *surface(struct display *d)
{
	return ((struct memory *)d)->pixels;
}

static void show(struct display *d, const struct rect *damage, size_t n)
{
	(void)d, (void)damage, (void)n;
}

static bool next(struct display *d, struct display_event *ret)
{
	(void)d, (void)ret;
	return false;
}

static enum err hear(struct display *d, int *ret_fd)
{
	(void)d;
	*ret_fd = DISPLAY_SILENT;
	return ERR_OK;
}

static void destroy(struct display *d)
{
	struct memory *m = (struct memory *)d;

	cairo_surface_destroy(m->pixels);
	free(m);
}

static const struct display_ops OPS = { surface, show, next, hear, destroy };

enum err display_memory(int width, int height, struct display **ret)
{
	struct memory *m = calloc(1, sizeof *m);

	if (!m)
		return ERR_NO_MEMORY;
	m->display.ops = &OPS;
	m->pixels = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
	if (cairo_surface_status(m->pixels) != CAIRO_STATUS_SUCCESS) {
		destroy(&m->display);
		return ERR_NO_MEMORY;
	}
	*ret = &m->display;
	return ERR_OK;
}

void display_destroy(struct display *d)
{
	if (d)
		d->ops->destroy(d);
}
