#include "ui/turn.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A tile of 32 x 32 pixels of the picture stays in the nearest cache while it is read downwards. */
#define TILE_PX 32

enum err turn_of(long degrees, enum turn *ret)
{
	if (degrees < 0 || degrees > 270 || degrees % 90 != 0)
		return ERR_BAD_CONFIG;
	*ret = (enum turn)(degrees / 90);
	return ERR_OK;
}

bool turn_is_sideways(enum turn t)
{
	return t == TURN_90 || t == TURN_270;
}

struct rect turn_rect(enum turn t, int width, int height, struct rect r)
{
	switch (t) {
	case TURN_90:
		return (struct rect){ height - r.y - r.h, r.x, r.h, r.w };
	case TURN_180:
		return (struct rect){ width - r.x - r.w, height - r.y - r.h, r.w, r.h };
	case TURN_270:
		return (struct rect){ r.y, width - r.x - r.w, r.h, r.w };
	case TURN_0:
	default:
		return r;
	}
}

struct point turn_back(enum turn t, int width, int height, struct point p)
{
	switch (t) {
	case TURN_90:
		return (struct point){ p.y, height - 1 - p.x };
	case TURN_180:
		return (struct point){ width - 1 - p.x, height - 1 - p.y };
	case TURN_270:
		return (struct point){ width - 1 - p.y, p.x };
	case TURN_0:
	default:
		return p;
	}
}

/* How far the next pixel to the right on the panel lies in the picture. */
static ptrdiff_t step_of(enum turn t, int stride)
{
	switch (t) {
	case TURN_90:
		return -(ptrdiff_t)stride;
	case TURN_180:
		return -1;
	case TURN_270:
		return stride;
	case TURN_0:
	default:
		return 1;
	}
}

/* `r` of the panel. Rows of the panel are written whole: its memory is slow where writes jump. */
static void copy_tile(enum turn t, const struct raster *from, struct rect r, struct raster *to)
{
	ptrdiff_t step = step_of(t, from->stride);

	for (int y = r.y; y < r.y + r.h; y++) {
		struct point p = turn_back(t, from->width, from->height, (struct point){ r.x, y });
		const uint32_t *s = from->at + (ptrdiff_t)p.y * from->stride + p.x;
		uint32_t *d = to->at + (ptrdiff_t)y * to->stride + r.x;

		for (int x = 0; x < r.w; x++)
			d[x] = s[x * step];
	}
}

static void copy_straight(const struct raster *from, struct rect r, struct raster *to)
{
	for (int y = r.y; y < r.y + r.h; y++)
		memcpy(to->at + (ptrdiff_t)y * to->stride + r.x,
		       from->at + (ptrdiff_t)y * from->stride + r.x, (size_t)r.w * sizeof *to->at);
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

void turn_copy(enum turn t, const struct raster *picture, struct rect r, struct raster *panel)
{
	if (t == TURN_0) {
		copy_straight(picture, r, panel);
		return;
	}
	r = turn_rect(t, picture->width, picture->height, r);
	for (int y = 0; y < r.h; y += TILE_PX)
		for (int x = 0; x < r.w; x += TILE_PX)
			copy_tile(t, picture,
				  (struct rect){ r.x + x, r.y + y, least(TILE_PX, r.w - x),
						 least(TILE_PX, r.h - y) },
				  panel);
}

enum err touch_matrix_of(const char *text, struct touch_matrix *ret)
{
	double v[6] = { 1, 0, 0, 0, 1, 0 };
	const char *at = text;

	for (int i = 0; i < 6 && *text; i++) {
		char *end;

		v[i] = strtod(at, &end);
		if (end == at || !isfinite(v[i]))
			return ERR_BAD_CONFIG;
		at = end;
	}
	while (isspace((unsigned char)*at))
		at++;
	if (*at || fabs(v[0] * v[4] - v[1] * v[3]) < 1e-6)
		return ERR_BAD_CONFIG;
	*ret = (struct touch_matrix){ v[0], v[1], v[2], v[3], v[4], v[5] };
	return ERR_OK;
}

static int pixel(double part, int of)
{
	double at = part * of;

	if (!(at > 0))
		return 0;
	return at < of ? (int)at : of - 1;
}

struct point touch_point(const struct touch_matrix *m, double x, double y, int width, int height)
{
	return (struct point){ pixel(m->a * x + m->b * y + m->c, width),
			       pixel(m->d * x + m->e * y + m->f, height) };
}
