#include "tests/corpus/frame_lens.h"

#include <math.h>
#include <stdio.h>

#include <jpeglib.h>
#include <stdlib.h>
#include <string.h>

enum { SUB = 3 }; /* samples a pixel, each way */

#define FOCUS 1.1 /* focal length in widths of the picture */

/* Where the card lies: a point of its plane (pixels of the card from the code's middle) is
 * across * u + down * v + at, seen from the lens, in pixels of the frame at distance 1. */
struct place {
	double across[3], down[3], at[3];
	double focus, x, y; /* the lens's middle */
	double u, v;        /* the code's middle on the card */
};

static struct place place_card(const struct lens *l, const struct card *c, struct dice *d,
			       const struct frame *f)
{
	double turn = l->turn_deg < 0 ? dice_between(d, 0, 360) : l->turn_deg;
	double axis = dice_between(d, 0, 2 * M_PI), tilt = l->tilt_deg * M_PI / 180;
	double half = c->modules * CARD_PX / 2.0, px = l->module_px / CARD_PX;
	struct place p = { .focus = FOCUS * f->width, .x = f->width / 2.0, .y = f->height / 2.0 };

	turn = (turn + dice_between(d, -3, 3)) * M_PI / 180;
	p.u = c->x + half;
	p.v = c->y + half;
	for (int i = 0; i < 2; i++) {
		double *way = i == 0 ? p.across : p.down;
		double x = i == 0 ? cos(turn) : -sin(turn), y = i == 0 ? sin(turn) : cos(turn);
		double along = x * cos(axis) + y * sin(axis), side = -x * sin(axis) + y * cos(axis);

		way[0] = px * (along * cos(tilt) * cos(axis) - side * sin(axis));
		way[1] = px * (along * cos(tilt) * sin(axis) + side * cos(axis));
		way[2] = px * along * sin(tilt) / p.focus;
	}
	double room_x = f->width / 2.0 - half * px * 1.5,
	       room_y = f->height / 2.0 - half * px * 1.5;
	p.at[0] = room_x > 0 ? dice_between(d, -room_x, room_x) : 0;
	p.at[1] = room_y > 0 ? dice_between(d, -room_y, room_y) : 0;
	p.at[2] = 1;
	return p;
}

/* From a pixel of the frame to one of the card: the inverse by Cramer's rule. */
static void card_point(const struct place *p, double x, double y, double ret[2])
{
	double rx = x - p->x, ry = y - p->y;
	double a = p->across[0] - rx * p->across[2], b = p->down[0] - rx * p->down[2];
	double c = p->across[1] - ry * p->across[2], d = p->down[1] - ry * p->down[2];
	double e = rx * p->at[2] - p->at[0], f = ry * p->at[2] - p->at[1];
	double det = a * d - b * c;

	ret[0] = p->u + (e * d - b * f) / det;
	ret[1] = p->v + (a * f - e * c) / det;
}

static void frame_point(const struct place *p, double u, double v, double ret[2])
{
	double w = p->at[2] + p->across[2] * u + p->down[2] * v;

	ret[0] = p->x + (p->at[0] + p->across[0] * u + p->down[0] * v) / w;
	ret[1] = p->y + (p->at[1] + p->across[1] * u + p->down[1] * v) / w;
}

static void expose(const struct place *p, const struct card *c, const struct frame *f, float *out)
{
	for (uint32_t y = 0; y < f->height; y++)
		for (uint32_t x = 0; x < f->width; x++) {
			float sum = 0;

			for (int s = 0; s < SUB * SUB; s++) {
				double at[2];

				card_point(p, x + (s % SUB + .5) / SUB, y + (s / SUB + .5) / SUB,
					   at);
				sum += card_at(c, at[0], at[1]);
			}
			out[y * f->width + x] = sum / (SUB * SUB);
		}
}

/* One direction: `step` is 1 for rows, the width for columns. */
static void blur_line(const float *in, float *out, uint32_t count, uint32_t step, double sigma)
{
	int reach = (int)(3 * sigma + 1);

	for (int i = 0; i < (int)count; i++) {
		double sum = 0, weight = 0;

		for (int k = -reach; k <= reach; k++) {
			int at = i + k < 0 ? 0 : i + k >= (int)count ? (int)count - 1 : i + k;
			double w = exp(-k * k / (2 * sigma * sigma));

			sum += w * (double)in[(uint32_t)at * step];
			weight += w;
		}
		out[(uint32_t)i * step] = (float)(sum / weight);
	}
}

static void blur(float *at, float *spare, const struct frame *f, double sigma)
{
	if (sigma < .05)
		return;
	for (uint32_t y = 0; y < f->height; y++)
		blur_line(at + y * f->width, spare + y * f->width, f->width, 1, sigma);
	for (uint32_t x = 0; x < f->width; x++)
		blur_line(spare + x, at + x, f->height, f->width, sigma);
}

static float between(const float *at, const struct frame *f, double x, double y)
{
	x = fmin(fmax(x, 0), f->width - 1.001), y = fmin(fmax(y, 0), f->height - 1.001);
	uint32_t xi = (uint32_t)x, yi = (uint32_t)y;
	float fx = (float)(x - xi), fy = (float)(y - yi);
	const float *p = at + yi * f->width + xi;

	return (1 - fy) * ((1 - fx) * p[0] + fx * p[1]) +
	       fy * ((1 - fx) * p[f->width] + fx * p[f->width + 1]);
}

/* The card moved while the picture was taken. */
static void move(float *at, float *spare, const struct frame *f, double length, double angle)
{
	enum { STEPS = 12 };

	memcpy(spare, at, sizeof *at * f->width * f->height);
	for (uint32_t y = 0; y < f->height; y++)
		for (uint32_t x = 0; x < f->width; x++) {
			float sum = 0;

			for (int s = 0; s < STEPS; s++) {
				double way = length * ((s + .5) / STEPS - .5);

				sum += between(spare, f, x + way * cos(angle),
					       y + way * sin(angle));
			}
			at[y * f->width + x] = sum / STEPS;
		}
}

/* The spot hides a part of the code, never two finder patterns. */
struct spot {
	double x, y, radius;
};

static struct spot place_spot(const struct lens *l, const struct frame *f, struct dice *d)
{
	double side = hypot(f->corner[1][0] - f->corner[0][0], f->corner[1][1] - f->corner[0][1]);
	double down = dice_between(d, .45, .8), across = dice_between(d, .4, .85);
	struct spot s = { 0, 0, l->glare * side / 2 };

	s.x = f->corner[0][0] + across * (f->corner[1][0] - f->corner[0][0]) +
	      down * (f->corner[3][0] - f->corner[0][0]);
	s.y = f->corner[0][1] + across * (f->corner[1][1] - f->corner[0][1]) +
	      down * (f->corner[3][1] - f->corner[0][1]);
	return s;
}

static void develop(const struct lens *l, const float *in, struct dice *d, struct frame *f)
{
	double angle = dice_between(d, 0, 2 * M_PI), size = hypot(f->width, f->height) / 2;
	double middle = dice_between(d, .45, .6);
	struct spot spot = place_spot(l, f, d);

	for (uint32_t y = 0; y < f->height; y++)
		for (uint32_t x = 0; x < f->width; x++) {
			double dx = x - f->width / 2.0, dy = y - f->height / 2.0;
			double side = (dx * cos(angle) + dy * sin(angle)) / size;
			double lit = 1 - l->light * (side + 1) / 2;
			double v = (double)in[y * f->width + x];

			v = 255 * (middle + l->contrast * (v - .5)) * lit;
			if (l->glare > 0) {
				double r = hypot(x - spot.x, y - spot.y) / spot.radius;

				v += 400 * exp(-r * r * r * r);
			}
			v = fmin(v, 255) + l->noise * dice_normal(d);
			f->at[y * f->width + x] = (uint8_t)fmin(fmax(v + .5, 0), 255);
		}
}

static void squeeze(struct frame *f, int quality)
{
	struct jpeg_compress_struct out = { 0 };
	struct jpeg_decompress_struct in = { 0 };
	struct jpeg_error_mgr errors;
	unsigned char *bytes = NULL;
	unsigned long len = 0;

	out.err = in.err = jpeg_std_error(&errors);
	jpeg_create_compress(&out);
	jpeg_mem_dest(&out, &bytes, &len);
	out.image_width = f->width, out.image_height = f->height;
	out.input_components = 1, out.in_color_space = JCS_GRAYSCALE;
	jpeg_set_defaults(&out);
	jpeg_set_quality(&out, quality, TRUE);
	jpeg_start_compress(&out, TRUE);
	for (JSAMPROW row = f->at; out.next_scanline < f->height; row += f->width)
		jpeg_write_scanlines(&out, &row, 1);
	jpeg_finish_compress(&out);
	jpeg_destroy_compress(&out);
	jpeg_create_decompress(&in);
	jpeg_mem_src(&in, bytes, len);
	jpeg_read_header(&in, TRUE);
	jpeg_start_decompress(&in);
	for (JSAMPROW row = f->at; in.output_scanline < f->height; row += f->width)
		jpeg_read_scanlines(&in, &row, 1);
	jpeg_finish_decompress(&in);
	jpeg_destroy_decompress(&in);
	free(bytes);
}

bool lens_take(const struct lens *l, const struct card *c, struct dice *d, struct frame *f)
{
	size_t count = (size_t)f->width * f->height;
	float *light = malloc(2 * count * sizeof *light);
	double half = c->modules * CARD_PX / 2.0;

	f->at = malloc(count);
	if (!light || !f->at) {
		free(light);
		return false;
	}
	struct place p = place_card(l, c, d, f);
	for (int i = 0; i < 4; i++)
		frame_point(&p, i == 1 || i == 2 ? half : -half, i >= 2 ? half : -half,
			    f->corner[i]);
	expose(&p, c, f, light);
	blur(light, light + count, f, l->blur * l->module_px);
	if (l->motion > 0)
		move(light, light + count, f, l->motion * l->module_px, dice_between(d, 0, M_PI));
	develop(l, light, d, f);
	if (l->jpeg > 0)
		squeeze(f, l->jpeg);
	free(light);
	return true;
}
