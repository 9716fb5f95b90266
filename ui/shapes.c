#include "ui/shapes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MASKS          160
#define PICTURES       48
#define PICTURES_BYTES (16u << 20) /* of all that are kept scaled */

enum mask_kind { MASK_CORNER = 1, MASK_SHADOW, MASK_EMBLEM, MASK_GRADIENT };

struct mask {
	enum mask_kind kind; /* 0: free */
	unsigned a, b, c;    /* what it was made from */
	cairo_surface_t *surface;
};

struct picture {
	uint32_t hash; /* 0: free */
	int width, height;
	struct rect part; /* of it, when it is as large as that */
	cairo_surface_t *surface;
};

struct shapes {
	struct mask masks[MASKS];
	struct picture pictures[PICTURES];
	size_t next_mask, next_picture; /* to be replaced when all are taken */
};

enum err shapes_create(struct shapes **ret)
{
	struct shapes *s = calloc(1, sizeof *s);

	if (!s)
		return ERR_NO_MEMORY;
	*ret = s;
	return ERR_OK;
}

static void end_picture(struct picture *p)
{
	if (!p->surface)
		return;
	cairo_surface_flush(p->surface);
	explicit_bzero(cairo_image_surface_get_data(p->surface),
		       (size_t)cairo_image_surface_get_stride(p->surface) *
			       (size_t)cairo_image_surface_get_height(p->surface));
	cairo_surface_destroy(p->surface);
	*p = (struct picture){ 0 };
}

void shapes_wipe(struct shapes *s)
{
	for (size_t i = 0; i < PICTURES; i++)
		end_picture(&s->pictures[i]);
}

void shapes_destroy(struct shapes *s)
{
	if (!s)
		return;
	shapes_wipe(s);
	for (size_t i = 0; i < MASKS; i++)
		if (s->masks[i].surface)
			cairo_surface_destroy(s->masks[i].surface);
	free(s);
}

static void set_rgb(cairo_t *cr, unsigned rgb)
{
	cairo_set_source_rgb(cr, (rgb >> 16 & 0xff) / 255.0, (rgb >> 8 & 0xff) / 255.0,
			     (rgb & 0xff) / 255.0);
}

void shape_fill(cairo_t *cr, struct rect r, unsigned rgb)
{
	if (rect_empty(r))
		return;
	set_rgb(cr, rgb);
	cairo_rectangle(cr, r.x, r.y, r.w, r.h);
	cairo_fill(cr);
}

void shape_polygon(cairo_t *cr, const double (*points)[2], int n, unsigned rgb)
{
	set_rgb(cr, rgb);
	for (int i = 0; i < n; i++)
		cairo_line_to(cr, points[i][0], points[i][1]);
	cairo_fill(cr);
}

/* A free slot for a new mask; the caller fills it. */
static struct mask *new_mask(struct shapes *s)
{
	struct mask *m = &s->masks[s->next_mask++ % MASKS];

	if (m->surface)
		cairo_surface_destroy(m->surface);
	return m;
}

static cairo_surface_t *find_mask(struct shapes *s, enum mask_kind kind, unsigned a, unsigned b,
				  unsigned c)
{
	for (size_t i = 0; i < MASKS; i++) {
		const struct mask *m = &s->masks[i];
		if (m->kind == kind && m->a == a && m->b == b && m->c == c)
			return m->surface;
	}
	return NULL;
}

static cairo_surface_t *keep_mask(struct shapes *s, struct mask made)
{
	*new_mask(s) = made;
	return made.surface;
}

/* A quarter of a disc, for corner 0 to 3 in reading order. */
static cairo_surface_t *quarter(struct shapes *s, int radius, unsigned corner)
{
	cairo_surface_t *q = find_mask(s, MASK_CORNER, (unsigned)radius, corner, 0);

	if (q)
		return q;
	q = cairo_image_surface_create(CAIRO_FORMAT_A8, radius, radius);
	cairo_t *cr = cairo_create(q);
	cairo_arc(cr, corner % 2 ? 0 : radius, corner / 2 ? 0 : radius, radius, 0, 2 * M_PI);
	cairo_fill(cr);
	cairo_destroy(cr);
	return keep_mask(s, (struct mask){ MASK_CORNER, (unsigned)radius, corner, 0, q });
}

static void round_corners(struct shapes *s, cairo_t *cr, struct rect r, int radius)
{
	for (unsigned corner = 0; corner < 4; corner++)
		cairo_mask_surface(cr, quarter(s, radius, corner),
				   corner % 2 ? r.x + r.w - radius : r.x,
				   corner / 2 ? r.y + r.h - radius : r.y);
}

/* Draws part `from` of a mask with its top left corner at x, y, in the colour that is set. */
static void mask_part(cairo_t *cr, cairo_surface_t *mask, struct rect from, int x, int y)
{
	cairo_save(cr);
	cairo_rectangle(cr, x, y, from.w, from.h);
	cairo_clip(cr);
	cairo_mask_surface(cr, mask, x - from.x, y - from.y);
	cairo_restore(cr);
}

static void corners(cairo_t *cr, cairo_surface_t *mask, struct rect r, int side)
{
	int full = cairo_image_surface_get_width(mask), far = full - side;

	mask_part(cr, mask, (struct rect){ 0, 0, side, side }, r.x, r.y);
	mask_part(cr, mask, (struct rect){ far, 0, side, side }, r.x + r.w - side, r.y);
	mask_part(cr, mask, (struct rect){ 0, far, side, side }, r.x, r.y + r.h - side);
	mask_part(cr, mask, (struct rect){ far, far, side, side }, r.x + r.w - side,
		  r.y + r.h - side);
}

void shape_box(struct shapes *s, cairo_t *cr, struct rect r, int radius, unsigned rgb)
{
	if (rect_empty(r))
		return;
	if (radius > r.w / 2)
		radius = r.w / 2;
	if (radius > r.h / 2)
		radius = r.h / 2;
	if (radius > 0) {
		set_rgb(cr, rgb);
		round_corners(s, cr, r, radius);
	}
	shape_fill(cr, (struct rect){ r.x + radius, r.y, r.w - 2 * radius, radius }, rgb);
	shape_fill(cr, (struct rect){ r.x, r.y + radius, r.w, r.h - 2 * radius }, rgb);
	shape_fill(cr, (struct rect){ r.x + radius, r.y + r.h - radius, r.w - 2 * radius, radius },
		   rgb);
}

void shape_outlined(struct shapes *s, cairo_t *cr, struct rect r, int radius, int border,
		    const unsigned rgb[2])
{
	shape_box(s, cr, r, radius, rgb[1]);
	shape_box(s, cr, inset(r, border, border), radius > border ? radius - border : 0, rgb[0]);
}

/* Distance of a point to the edge of a round box from 0,0 to w,h: below 0 inside. */
static double box_distance(double x, double y, double w, double h, double radius)
{
	double dx = fabs(x - w / 2) - (w / 2 - radius), dy = fabs(y - h / 2) - (h / 2 - radius);
	double out_x = dx > 0 ? dx : 0, out_y = dy > 0 ? dy : 0;
	double in = dx > dy ? dx : dy;

	return sqrt(out_x * out_x + out_y * out_y) + (in < 0 ? in : 0) - radius;
}

static uint8_t shadow_at(double distance, int blur)
{
	double t = 0.5 - distance / (2.0 * blur); /* 1 well inside, 0 outside */

	t = t < 0 ? 0 : t > 1 ? 1 : t;
	return (uint8_t)lround(t * t * (3 - 2 * t) * 0.20 * 255);
}

/* Corners of side `radius + 2 * blur`, with one row and column between them to repeat. */
static cairo_surface_t *shadow_mask(struct shapes *s, int radius, int blur)
{
	cairo_surface_t *m = find_mask(s, MASK_SHADOW, (unsigned)radius, (unsigned)blur, 0);

	if (m)
		return m;
	int side = radius + 2 * blur, full = 2 * side + 1, box = full - 2 * blur;
	m = cairo_image_surface_create(CAIRO_FORMAT_A8, full, full);
	uint8_t *bytes = cairo_image_surface_get_data(m);
	int stride = cairo_image_surface_get_stride(m);
	for (int y = 0; y < full; y++)
		for (int x = 0; x < full; x++)
			bytes[y * stride + x] = shadow_at(
				box_distance(x + 0.5 - blur, y + 0.5 - blur, box, box, radius),
				blur);
	cairo_surface_mark_dirty(m);
	return keep_mask(s, (struct mask){ MASK_SHADOW, (unsigned)radius, (unsigned)blur, 0, m });
}

/* The line of the mask beside a corner, repeated along an edge of the shadow. */
static void shadow_edge(cairo_t *cr, cairo_surface_t *mask, struct rect edge, int from_x,
			int from_y)
{
	cairo_surface_t *line = cairo_surface_create_for_rectangle(
		mask, from_x, from_y, from_x ? 1 : edge.w, from_y ? 1 : edge.h);
	cairo_pattern_t *p = cairo_pattern_create_for_surface(line);
	cairo_matrix_t m;

	cairo_matrix_init_translate(&m, -edge.x, -edge.y);
	cairo_pattern_set_matrix(p, &m);
	cairo_pattern_set_extend(p, CAIRO_EXTEND_REPEAT);
	cairo_pattern_set_filter(p, CAIRO_FILTER_NEAREST);
	cairo_save(cr);
	cairo_rectangle(cr, edge.x, edge.y, edge.w, edge.h);
	cairo_clip(cr);
	cairo_mask(cr, p);
	cairo_restore(cr);
	cairo_pattern_destroy(p);
	cairo_surface_destroy(line);
}

void shape_shadow(struct shapes *s, cairo_t *cr, struct rect r, int radius, int blur)
{
	int side = radius + 2 * blur, full = 2 * side + 1, far = full - side;
	struct rect out = { r.x - blur, r.y - blur + blur / 2, r.w + 2 * blur, r.h + 2 * blur };

	if (out.w < full || out.h < full)
		return;
	cairo_surface_t *m = shadow_mask(s, radius, blur);
	cairo_set_source_rgb(cr, 0.06, 0.13, 0.27);
	corners(cr, m, out, side);
	struct rect top = { out.x + side, out.y, out.w - 2 * side, side };
	struct rect left = { out.x, out.y + side, side, out.h - 2 * side };
	struct rect bottom = { top.x, out.y + out.h - side, top.w, side };
	struct rect right = { out.x + out.w - side, left.y, side, left.h };
	cairo_surface_t *below = cairo_surface_create_for_rectangle(m, 0, far, full, side);
	cairo_surface_t *beside = cairo_surface_create_for_rectangle(m, far, 0, side, full);
	shadow_edge(cr, m, top, side, 0);
	shadow_edge(cr, below, bottom, side, 0);
	shadow_edge(cr, m, left, 0, side);
	shadow_edge(cr, beside, right, 0, side);
	cairo_surface_destroy(below);
	cairo_surface_destroy(beside);
}

void shape_veil(cairo_t *cr, struct rect r, unsigned rgb, int percent)
{
	cairo_set_source_rgba(cr, (rgb >> 16 & 0xff) / 255.0, (rgb >> 8 & 0xff) / 255.0,
			      (rgb & 0xff) / 255.0, percent / 100.0);
	cairo_rectangle(cr, r.x, r.y, r.w, r.h);
	cairo_fill(cr);
}

static cairo_surface_t *gradient(struct shapes *s, int width, const unsigned rgb[2])
{
	cairo_surface_t *g = find_mask(s, MASK_GRADIENT, (unsigned)width, rgb[0], rgb[1]);

	if (g)
		return g;
	g = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, 1);
	uint32_t *pixels = (uint32_t *)(void *)cairo_image_surface_get_data(g);
	for (int x = 0; x < width; x++) {
		pixels[x] = 0;
		for (int shift = 0; shift < 24; shift += 8) {
			int from = (int)(rgb[0] >> shift & 0xff),
			    to = (int)(rgb[1] >> shift & 0xff);
			pixels[x] |= (uint32_t)(from + (to - from) * x / width) << shift;
		}
	}
	cairo_surface_mark_dirty(g);
	return keep_mask(s, (struct mask){ MASK_GRADIENT, (unsigned)width, rgb[0], rgb[1], g });
}

void shape_gradient(struct shapes *s, cairo_t *cr, struct rect r, const unsigned rgb[2])
{
	cairo_pattern_t *p = cairo_pattern_create_for_surface(gradient(s, r.w, rgb));
	cairo_matrix_t m;

	cairo_matrix_init_translate(&m, -r.x, -r.y);
	cairo_pattern_set_matrix(p, &m);
	cairo_pattern_set_extend(p, CAIRO_EXTEND_REPEAT);
	cairo_pattern_set_filter(p, CAIRO_FILTER_NEAREST);
	cairo_set_source(cr, p);
	cairo_rectangle(cr, r.x, r.y, r.w, r.h);
	cairo_fill(cr);
	cairo_pattern_destroy(p);
}

static cairo_surface_t *star(struct shapes *s, int size)
{
	cairo_surface_t *m = find_mask(s, MASK_EMBLEM, (unsigned)size, 0, 0);

	if (m)
		return m;
	m = cairo_image_surface_create(CAIRO_FORMAT_A8, size, size);
	cairo_t *cr = cairo_create(m);
	for (int i = 0; i < 10; i++) {
		double r = size / 2.0 * (i % 2 ? 0.382 : 1.0), a = M_PI * i / 5 - M_PI / 2;
		cairo_line_to(cr, size / 2.0 + r * cos(a), size / 2.0 + r * sin(a));
	}
	cairo_fill(cr);
	cairo_destroy(cr);
	return keep_mask(s, (struct mask){ MASK_EMBLEM, (unsigned)size, 0, 0, m });
}

void shape_emblem(struct shapes *s, cairo_t *cr, struct rect r, const unsigned rgb[2])
{
	int size = r.w < r.h ? r.w : r.h, edge = size / 24 + 1;
	struct rect box = { r.x, r.y, size, size };
	int points = size * 5 / 8, gap = (size - points) / 2, lift = size / 40;

	shape_box(s, cr, box, size / 2, rgb[1]);
	shape_box(s, cr, inset(box, edge, edge), size / 2 - edge, rgb[0]);
	set_rgb(cr, rgb[1]);
	cairo_mask_surface(cr, star(s, points), r.x + gap, r.y + gap - lift);
}

/* A copy of the pixels in cairo's form; the caller wipes it. */
static cairo_surface_t *surface_of(const struct pixels *pixels)
{
	cairo_surface_t *s =
		cairo_image_surface_create(CAIRO_FORMAT_RGB24, pixels->width, pixels->height);
	if (cairo_surface_status(s) != CAIRO_STATUS_SUCCESS)
		return s;
	uint8_t *bytes = cairo_image_surface_get_data(s);
	int stride = cairo_image_surface_get_stride(s);
	const uint8_t *from = pixels->rgb;

	for (int y = 0; y < pixels->height; y++) {
		uint32_t *to = (uint32_t *)(void *)(bytes + y * stride);
		for (int x = 0; x < pixels->width; x++, from += 3)
			to[x] = (uint32_t)from[0] << 16 | (uint32_t)from[1] << 8 | from[2];
	}
	cairo_surface_mark_dirty(s);
	return s;
}

/* `part` of the picture when that is width x height. */
static cairo_surface_t *scaled(const struct pixels *pixels, int width, int height, struct rect part)
{
	struct picture whole = { .width = pixels->width,
				 .height = pixels->height,
				 .surface = surface_of(pixels) };
	cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, part.w, part.h);
	cairo_t *cr = cairo_create(s);

	cairo_translate(cr, -part.x, -part.y);
	cairo_scale(cr, (double)width / pixels->width, (double)height / pixels->height);
	cairo_set_source_surface(cr, whole.surface, 0, 0);
	cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_GOOD);
	cairo_pattern_set_extend(cairo_get_source(cr), CAIRO_EXTEND_PAD);
	cairo_paint(cr);
	cairo_destroy(cr);
	if (cairo_surface_status(whole.surface) == CAIRO_STATUS_SUCCESS)
		end_picture(&whole);
	else
		cairo_surface_destroy(whole.surface);
	return s;
}

static size_t picture_bytes(const struct picture *k)
{
	return k->surface ? 4 * (size_t)k->part.w * (size_t)k->part.h : 0;
}

/* Room for one more: the oldest go. */
static struct picture *new_picture(struct shapes *s, size_t bytes)
{
	size_t kept = 0;

	for (size_t i = 0; i < PICTURES; i++)
		kept += picture_bytes(&s->pictures[i]);
	end_picture(&s->pictures[s->next_picture % PICTURES]);
	for (size_t i = 1; i < PICTURES && kept + bytes > PICTURES_BYTES; i++) {
		struct picture *old = &s->pictures[(s->next_picture + i) % PICTURES];
		kept -= picture_bytes(old);
		end_picture(old);
	}
	return &s->pictures[s->next_picture++ % PICTURES];
}

static cairo_surface_t *find_picture(struct shapes *s, const struct pixels *p, int width,
				     int height, struct rect part)
{
	for (size_t i = 0; i < PICTURES; i++) {
		const struct picture *k = &s->pictures[i];
		if (k->surface && k->hash == p->hash && k->width == width && k->height == height &&
		    memcmp(&k->part, &part, sizeof part) == 0)
			return k->surface;
	}
	struct picture *k = new_picture(s, 4 * (size_t)part.w * (size_t)part.h);
	*k = (struct picture){ p->hash, width, height, part, scaled(p, width, height, part) };
	return k->surface;
}

static double fit_of(struct rect r, const struct pixels *pixels)
{
	double fit_w = (double)r.w / pixels->width, fit_h = (double)r.h / pixels->height;

	return fit_w < fit_h ? fit_w : fit_h;
}

static void put_picture(cairo_t *cr, cairo_surface_t *s, struct rect at)
{
	cairo_set_source_surface(cr, s, at.x, at.y);
	cairo_rectangle(cr, at.x, at.y, at.w, at.h);
	cairo_fill(cr);
}

struct rect shape_picture(struct shapes *s, cairo_t *cr, struct rect r, const struct pixels *pixels)
{
	double fit = fit_of(r, pixels);
	int w = (int)(pixels->width * fit), h = (int)(pixels->height * fit);
	struct rect at = centred(r, w > 0 ? w : 1, h > 0 ? h : 1);

	if (!rect_empty(at))
		put_picture(cr,
			    find_picture(s, pixels, at.w, at.h, (struct rect){ 0, 0, at.w, at.h }),
			    at);
	return at;
}

void shape_picture_part(struct shapes *s, cairo_t *cr, struct rect r, const struct pixels *pixels,
			int times, const int part[2])
{
	double fit = fit_of(r, pixels) * times;
	int w = (int)(pixels->width * fit), h = (int)(pixels->height * fit);
	struct rect at = centred(r, w > 0 ? w : 1, h > 0 ? h : 1);
	struct rect from = { (w - at.w) * part[0] / 1000, (h - at.h) * part[1] / 1000, at.w, at.h };

	if (!rect_empty(at))
		put_picture(cr, find_picture(s, pixels, w, h, from), at);
}
