#include "firmware/base/log.h"
#include "ui/display.h"
#include "ui/hands.h"
#include "ui/kms.h"

#include <stdlib.h>

struct panel {
	struct display display;
	struct kms *kms;
	struct hands *hands; /* NULL until hear() */
	enum turn turn;
	struct touch_matrix matrix;
	cairo_surface_t *picture; /* drawn in memory: reading the panel's own is slow */
};

static cairo_surface_t *surface(struct display *d)
{
	return ((struct panel *)d)->picture;
}

static struct raster raster_of(cairo_surface_t *s)
{
	cairo_surface_flush(s);
	return (struct raster){ (uint32_t *)(void *)cairo_image_surface_get_data(s),
				cairo_image_surface_get_width(s), cairo_image_surface_get_height(s),
				cairo_image_surface_get_stride(s) / 4 };
}

static void show(struct display *d, const struct rect *damage, size_t n)
{
	struct panel *p = (struct panel *)d;
	struct raster picture = raster_of(p->picture);

	kms_show(p->kms, &picture, p->turn, damage, n);
}

/* What the panel's cable says to the one who draws; false: nothing. */
static bool from_cable(struct panel *p, struct display_event *ret)
{
	switch (kms_look(p->kms)) {
	case KMS_BACK:
		*ret = (struct display_event){ .kind = EVENT_EXPOSED };
		return true;
	case KMS_CHANGED: /* kiosk-ui begins anew, at the size of the new panel */
		*ret = (struct display_event){ .kind = EVENT_CLOSED };
		return true;
	case KMS_GONE:
	case KMS_SAME:
	default:
		return false;
	}
}

static bool next(struct display *d, struct display_event *ret)
{
	struct panel *p = (struct panel *)d;

	if (!p->hands)
		return false;
	if (!hands_next(p->hands, ret)) {
		if (!hands_ticked(p->hands))
			return false;
		struct raster picture = raster_of(p->picture);
		kms_level(p->kms, &picture, p->turn);
		return from_cable(p, ret);
	}
	if (ret->kind == EVENT_DOWN || ret->kind == EVENT_MOVE || ret->kind == EVENT_UP) {
		struct point at = turn_back(p->turn, cairo_image_surface_get_width(p->picture),
					    cairo_image_surface_get_height(p->picture),
					    (struct point){ ret->x, ret->y });
		ret->x = at.x;
		ret->y = at.y;
	}
	return true;
}

static enum err hear(struct display *d, int *ret_fd)
{
	struct panel *p = (struct panel *)d;

	enum err e = hands_create(kms_width(p->kms), kms_height(p->kms), &p->matrix, &p->hands);
	if (e == ERR_OK)
		*ret_fd = hands_fd(p->hands);
	return e;
}

static void destroy(struct display *d)
{
	struct panel *p = (struct panel *)d;

	hands_destroy(p->hands);
	kms_close(p->kms);
	if (p->picture)
		cairo_surface_destroy(p->picture);
	free(p);
}

static const struct display_ops OPS = { surface, show, next, hear, destroy };

static enum err begin(struct panel *p, const char *folder)
{
	enum err e = kms_open(folder, &p->kms);

	if (e != ERR_OK)
		return e;
	int width = kms_width(p->kms), height = kms_height(p->kms);
	bool sideways = turn_is_sideways(p->turn);
	p->picture = cairo_image_surface_create(CAIRO_FORMAT_RGB24, sideways ? height : width,
						sideways ? width : height);
	return cairo_surface_status(p->picture) == CAIRO_STATUS_SUCCESS ? ERR_OK : ERR_NO_MEMORY;
}

static enum err settings_of(long turn, const char *matrix, enum turn *ret_turn,
			    struct touch_matrix *ret_matrix)
{
	enum err e = turn_of(turn, ret_turn);

	if (e != ERR_OK) {
		log_line(LOG_ERROR, "display.config", "screen_turn=%ld known=0,90,180,270", turn);
		return e;
	}
	e = touch_matrix_of(matrix, ret_matrix);
	if (e != ERR_OK)
		log_line(LOG_ERROR, "display.config", "touch_matrix=\"%.60s\" wanted=six_numbers",
			 matrix);
	return e;
}

enum err display_kms(const char *folder, long turn, const char *matrix, struct display **ret)
{
	struct panel *p = calloc(1, sizeof *p);

	if (!p)
		return ERR_NO_MEMORY;
	p->display.ops = &OPS;
	enum err e = settings_of(turn, matrix, &p->turn, &p->matrix);
	if (e == ERR_OK)
		e = begin(p, folder);
	if (e != ERR_OK) {
		destroy(&p->display);
		return e;
	}
	*ret = &p->display;
	return ERR_OK;
}
