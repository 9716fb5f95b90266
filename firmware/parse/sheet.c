#include "firmware/parse/sheet.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Positions in the scan in 1/65536 pixel. */
enum { ONE = 1 << 16 };

/* Where a row of the sheet begins in the scan, and how far apart its pixels lie there. */
struct walk {
	int64_t x, y, dx, dy;
};

uint32_t sheet_width(const struct sheet *s)
{
	return s->quarters % 2 ? s->from.height : s->from.width;
}

uint32_t sheet_height(const struct sheet *s)
{
	return s->quarters % 2 ? s->from.width : s->from.height;
}

/* From a place on the turned page to the place in the scan; `last` are width - 1, height - 1. */
static struct walk turned(const struct sheet *s, struct walk w)
{
	int64_t last_x = (int64_t)(s->from.width - 1) * ONE;
	int64_t last_y = (int64_t)(s->from.height - 1) * ONE;

	switch (s->quarters % 4) {
	case 1:
		return (struct walk){ w.y, last_y - w.x, w.dy, -w.dx };
	case 2:
		return (struct walk){ last_x - w.x, last_y - w.y, -w.dx, -w.dy };
	case 3:
		return (struct walk){ last_x - w.y, w.x, -w.dy, w.dx };
	default:
		return w;
	}
}

static struct walk walk_of(const struct sheet *s, uint32_t y)
{
	double turn = s->tilt_deg * M_PI / 180, c = cos(turn), n = sin(turn);
	double mid_x = (sheet_width(s) - 1) / 2.0, mid_y = (sheet_height(s) - 1) / 2.0;
	double down = y - mid_y;

	return turned(s, (struct walk){
				 .x = llround((mid_x - mid_x * c + down * n) * ONE),
				 .y = llround((mid_y + mid_x * n + down * c) * ONE),
				 .dx = llround(c * ONE),
				 .dy = llround(-n * ONE),
			 });
}

static const uint8_t *pixel_at(const struct image *i, int64_t x, int64_t y)
{
	static const uint8_t WHITE[3] = { 255, 255, 255 };

	if (x < 0 || y < 0 || x >= i->width || y >= i->height)
		return WHITE;
	return i->pixels + ((size_t)y * i->width + (size_t)x) * i->channels;
}

enum { REACH = 4, WHOLE_BITS = 12 };

/* Catmull-Rom: what four neighbours in a row count for a place t/256 behind the second, in
 * 1/4096. Unlike a straight line between two pixels it keeps thin strokes dark. */
static void weigh(int32_t t, int32_t weights[REACH])
{
	int32_t cube = t * t * t, square = t * t << 8, line = t << 16;

	weights[0] = (2 * square - cube - line) >> (25 - WHOLE_BITS);
	weights[2] = (4 * square - 3 * cube + line) >> (25 - WHOLE_BITS);
	weights[3] = (cube - square) >> (25 - WHOLE_BITS);
	weights[1] = (1 << WHOLE_BITS) - weights[0] - weights[2] - weights[3];
}

/* The sixteen pixels around a place, row by row; some may be the white outside. */
static void gather(const struct image *i, int64_t x, int64_t y,
		   const uint8_t *around[REACH * REACH])
{
	bool inside = x >= 1 && y >= 1 && x + 2 < i->width && y + 2 < i->height;

	for (int k = 0; k < REACH * REACH; k++)
		if (inside && k % REACH > 0)
			around[k] = around[k - 1] + i->channels;
		else
			around[k] = pixel_at(i, x - 1 + k % REACH, y - 1 + k / REACH);
}

static void blend(const struct image *i, int64_t x, int64_t y, uint8_t *out)
{
	const uint8_t *around[REACH * REACH];
	int32_t across[REACH], down[REACH];

	weigh((int32_t)(x >> 8 & 255), across);
	weigh((int32_t)(y >> 8 & 255), down);
	gather(i, x >> 16, y >> 16, around);
	for (unsigned k = 0; k < i->channels; k++) {
		int32_t sum = 1 << (2 * WHOLE_BITS - 7); /* a half; sums are kept 6 bits shorter */

		for (int r = 0; r < REACH; r++) {
			const uint8_t **row = &around[r * REACH];

			sum += down[r] * ((across[0] * row[0][k] + across[1] * row[1][k] +
					   across[2] * row[2][k] + across[3] * row[3][k]) >>
					  6);
		}
		sum >>= 2 * WHOLE_BITS - 6;
		out[k] = (uint8_t)(sum < 0 ? 0 : sum > 255 ? 255 : sum);
	}
}

void sheet_row(const struct sheet *s, uint32_t y, uint8_t *out)
{
	const struct image *i = &s->from;
	struct walk w = walk_of(s, y);
	uint32_t width = sheet_width(s);

	for (uint32_t x = 0; x < width; x++) {
		if (s->tilt_deg == 0)
			memcpy(out, pixel_at(i, w.x >> 16, w.y >> 16), i->channels);
		else
			blend(i, w.x, w.y, out);
		out += i->channels;
		w.x += w.dx;
		w.y += w.dy;
	}
}

enum err preview_begin(const struct sheet *s, uint32_t max_side, struct preview *p)
{
	uint32_t w = sheet_width(s), h = sheet_height(s), longer = w > h ? w : h;
	uint64_t side = longer < max_side ? longer : max_side;

	*p = (struct preview){ .from_width = w, .from_height = h, .channels = s->from.channels };
	p->width = (uint32_t)(w * side / longer);
	p->height = (uint32_t)(h * side / longer);
	p->width += p->width == 0;
	p->height += p->height == 0;
	p->sums = calloc((size_t)p->width * p->channels, sizeof *p->sums);
	p->pixels = malloc((size_t)p->width * p->height * 3);
	if (p->sums && p->pixels)
		return ERR_OK;
	preview_finish(p);
	return ERR_NO_MEMORY;
}

/* Adds a row with weight `weight`. Lengths are counted in pieces such that a pixel of the row
 * has `width` pieces and a pixel of the copy `from_width`: no rounding, every pixel counts. */
static void add_row(struct preview *p, const uint8_t *row, uint64_t weight)
{
	uint32_t to = 0, room = p->from_width;

	for (uint32_t x = 0; x < p->from_width; x++, row += p->channels) {
		uint32_t left = p->width;

		while (left > 0) {
			uint32_t piece = left < room ? left : room;

			for (unsigned k = 0; k < p->channels; k++)
				p->sums[(size_t)to * p->channels + k] += row[k] * weight * piece;
			left -= piece;
			room -= piece;
			if (room == 0) {
				to++;
				room = p->from_width;
			}
		}
	}
}

static void flush_row(struct preview *p, uint32_t y)
{
	uint8_t *out = p->pixels + (size_t)y * p->width * 3;
	uint64_t whole = (uint64_t)p->from_width * p->from_height;

	if (whole == 0)
		return;
	for (uint32_t x = 0; x < p->width; x++)
		for (unsigned k = 0; k < 3; k++) {
			uint64_t sum = p->sums[(size_t)x * p->channels + k % p->channels];

			*out++ = (uint8_t)((sum + whole / 2) / whole);
		}
	memset(p->sums, 0, (size_t)p->width * p->channels * sizeof *p->sums);
}

void preview_row(struct preview *p, const uint8_t *row)
{
	uint64_t from = (uint64_t)p->next_row * p->height, end = from + p->height;

	if (p->next_row++ >= p->from_height)
		return;
	while (from < end) {
		uint32_t to = (uint32_t)(from / p->from_height);
		uint64_t edge = (uint64_t)(to + 1) * p->from_height;
		uint64_t stop = edge < end ? edge : end;

		add_row(p, row, stop - from);
		if (stop == edge)
			flush_row(p, to);
		from = stop;
	}
}

void preview_finish(struct preview *p)
{
	free(p->sums);
	free(p->pixels);
	*p = (struct preview){ 0 };
}
