#include "firmware/parse/page/warp.h"

#include <leptonica/allheaders.h>
#include <math.h>
#include <string.h>

/* Positions in 1/65536 pixel; along a row they are exact every KNOT pixels and straight between. */
enum { ONE_BITS = 16, ONE = 1 << ONE_BITS, KNOT = 16, PHASES = 256 };

typedef uint8_t u8x4 __attribute__((vector_size(4)));
typedef int32_t i32x4 __attribute__((vector_size(16)));
typedef float f32x4 __attribute__((vector_size(16)));

struct walk {
	int64_t x, y, dx, dy;
};

/* From output pixel x, y and the KNOT behind it. Pixels' middles are at 0.5. */
static struct walk walk_from(const struct map *m, uint32_t x, uint32_t y)
{
	struct point a = map_point(m, (struct point){ x + 0.5, y + 0.5 });
	struct point b = map_point(m, (struct point){ x + KNOT + 0.5, y + 0.5 });

	/* far outside is far enough outside; no shift of such a number overflows */
	a.x = fmax(-1e6, fmin(1e6, a.x)), a.y = fmax(-1e6, fmin(1e6, a.y));
	b.x = fmax(-1e6, fmin(1e6, b.x)), b.y = fmax(-1e6, fmin(1e6, b.y));
	return (struct walk){ llround((a.x - 0.5) * ONE), llround((a.y - 0.5) * ONE),
			      llround((b.x - a.x) * ONE / KNOT),
			      llround((b.y - a.y) * ONE / KNOT) };
}

/* Catmull-Rom: what four neighbours count for a place between the second and the third. */
static void make_weights(f32x4 weights[PHASES])
{
	for (int i = 0; i < PHASES; i++) {
		float t = (float)i / PHASES, t2 = t * t, t3 = t2 * t;

		weights[i] = (f32x4){ (-t3 + 2 * t2 - t) / 2, (3 * t3 - 5 * t2 + 2) / 2,
				      (-3 * t3 + 4 * t2 + t) / 2, (t3 - t2) / 2 };
	}
}

static f32x4 four(const uint8_t *at)
{
	u8x4 v;

	memcpy(&v, at, 4);
	return __builtin_convertvector(__builtin_convertvector(v, i32x4), f32x4);
}

static uint8_t rounded(float v)
{
	return (uint8_t)(v <= 0 ? 0 : v >= 255 ? 255 : v + 0.5f);
}

static uint8_t cubic(const uint8_t *corner, size_t stride, f32x4 across, f32x4 down)
{
	f32x4 sum = four(corner) * down[0] + four(corner + stride) * down[1] +
		    four(corner + 2 * stride) * down[2] + four(corner + 3 * stride) * down[3];

	sum *= across;
	return rounded(sum[0] + sum[1] + sum[2] + sum[3]);
}

/* Beside the edge the edge's pixels are repeated. */
static uint8_t cubic_at_edge(const struct plane *p, int64_t x, int64_t y, f32x4 across, f32x4 down)
{
	uint8_t around[16];

	for (int k = 0; k < 16; k++) {
		int64_t px = x - 1 + k % 4, py = y - 1 + k / 4;

		px = px < 0 ? 0 : px >= p->width ? p->width - 1 : px;
		py = py < 0 ? 0 : py >= p->height ? p->height - 1 : py;
		around[k] = p->at[(size_t)py * p->stride + (size_t)px];
	}
	return cubic(around, 4, across, down);
}

static uint8_t sample(const struct plane *p, const f32x4 weights[PHASES], const struct walk *w,
		      uint8_t outside)
{
	int64_t x = w->x >> ONE_BITS, y = w->y >> ONE_BITS;
	f32x4 across = weights[w->x >> 8 & 255], down = weights[w->y >> 8 & 255];

	if (x >= 1 && y >= 1 && x + 2 < p->width && y + 2 < p->height)
		return cubic(p->at + (size_t)(y - 1) * p->stride + (size_t)(x - 1), p->stride,
			     across, down);
	/* half a pixel of room: the outermost middles belong to the picture */
	if (w->x < -ONE / 2 || w->y < -ONE / 2 || x >= p->width || y >= p->height)
		return outside;
	return cubic_at_edge(p, x, y, across, down);
}

/* A map by whole pixels and quarters. */
static bool is_exact(const struct map *m)
{
	for (int i = 0; i < 8; i++)
		if (m->m[i] != floor(m->m[i]) || (i % 3 != 2 && fabs(m->m[i]) > 1))
			return false;
	return m->m[6] == 0 && m->m[7] == 0 && fabs(m->m[0]) + fabs(m->m[1]) == 1 &&
	       fabs(m->m[3]) + fabs(m->m[4]) == 1;
}

static void copy_row(const struct plane *p, struct walk w, uint8_t outside, struct plane *to,
		     uint32_t row)
{
	int64_t x = w.x >> ONE_BITS, y = w.y >> ONE_BITS;
	int64_t dx = w.dx >> ONE_BITS, dy = w.dy >> ONE_BITS;
	uint8_t *out = to->at + row * to->stride;

	for (uint32_t n = 0; n < to->width; n++, x += dx, y += dy)
		out[n] = x < 0 || y < 0 || x >= p->width || y >= p->height
				 ? outside
				 : p->at[(size_t)y * p->stride + (size_t)x];
}

void warp_gray(const struct plane *from, const struct map *map, uint8_t outside, struct plane *to)
{
	f32x4 weights[PHASES];
	bool exact = is_exact(map);

	make_weights(weights);
	for (uint32_t y = 0; y < to->height; y++) {
		uint8_t *out = to->at + y * to->stride;

		if (exact) {
			copy_row(from, walk_from(map, 0, y), outside, to, y);
			continue;
		}
		for (uint32_t x = 0; x < to->width; x += KNOT) {
			struct walk w = walk_from(map, x, y);
			uint32_t end = x + KNOT < to->width ? x + KNOT : to->width;

			for (uint32_t n = x; n < end; n++, w.x += w.dx, w.y += w.dy)
				out[n] = sample(from, weights, &w, outside);
		}
	}
}

static uint32_t mix(uint32_t a, uint32_t b, uint32_t part)
{
	return a * (256 - part) + b * part;
}

static l_uint32 colour_at(const struct image *v, const struct walk *w)
{
	int64_t x = w->x >> ONE_BITS, y = w->y >> ONE_BITS;

	if (w->x < -ONE / 2 || w->y < -ONE / 2 || x >= v->width || y >= v->height)
		return 0xffffff00;
	uint32_t px = (uint32_t)(w->x >> 8) & 255, py = (uint32_t)(w->y >> 8) & 255;
	size_t x0 = (size_t)(x < 0 ? 0 : x), y0 = (size_t)(y < 0 ? 0 : y), c = v->channels;
	size_t right = x >= 0 && x + 1 < v->width ? c : 0;
	size_t below = y >= 0 && y + 1 < v->height ? v->width * c : 0;
	const uint8_t *at = v->pixels + (y0 * v->width + x0) * c;
	l_uint32 rgb = 0;

	for (size_t k = 0; k < 3; k++) {
		const uint8_t *p = at + (c == 3 ? k : 0);
		uint32_t up = mix(p[0], p[right], px), low = mix(p[below], p[below + right], px);

		rgb |= (mix(up, low, py) + (1 << 15)) >> 16 << (24 - 8 * k);
	}
	return rgb;
}

void warp_colour(const struct image *from, const struct map *map, struct Pix *to)
{
	uint32_t width = (uint32_t)pixGetWidth(to), height = (uint32_t)pixGetHeight(to);

	for (uint32_t y = 0; y < height; y++) {
		l_uint32 *line = pixGetData(to) + (size_t)y * (size_t)pixGetWpl(to);

		for (uint32_t x = 0; x < width; x += KNOT) {
			struct walk w = walk_from(map, x, y);
			uint32_t end = x + KNOT < width ? x + KNOT : width;

			for (uint32_t n = x; n < end; n++, w.x += w.dx, w.y += w.dy)
				line[n] = colour_at(from, &w);
		}
	}
}
