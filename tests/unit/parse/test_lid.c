/* Sheets before lids: as bright as paper, gray, none. */
#include "firmware/parse/page/lid.h"
#include "tests/tap.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WIDE = 1240, HIGH = 1754 };

struct colour {
	uint8_t r, g, b;
};

struct box {
	uint32_t x0, y0, x1, y1;
};

static struct view *paper_of(struct colour c)
{
	struct view *v = calloc(1, sizeof *v);

	*v = (struct view){ 1, WIDE, HIGH, 150, 3, malloc((size_t)WIDE * HIGH * 3), { 0 } };
	v->gray = (struct plane){ WIDE, HIGH, WIDE, malloc((size_t)WIDE * HIGH) };
	for (size_t i = 0; i < (size_t)WIDE * HIGH; i++)
		memcpy(v->pixels + i * 3, &c, 3);
	return v;
}

static void fill(struct view *v, struct box b, struct colour c)
{
	for (uint32_t y = b.y0; y < b.y1; y++)
		for (uint32_t x = b.x0; x < b.x1; x++)
			memcpy(v->pixels + (y * (size_t)WIDE + x) * 3, &c, 3);
}

/* Lines of strokes with gaps between. */
static void print(struct view *v, struct box b)
{
	for (uint32_t y = b.y0; y + 14 < b.y1; y += 30)
		for (uint32_t x = b.x0; x + 4 < b.x1; x += 9)
			fill(v, (struct box){ x, y, x + 3, y + 14 }, (struct colour){ 30, 30, 30 });
}

/* Grain of 3 steps each way, and brightness from the colours. */
static void expose(struct view *v)
{
	uint32_t state = 7;

	for (size_t i = 0; i < (size_t)WIDE * HIGH; i++) {
		uint8_t *p = v->pixels + i * 3;
		state = state * 1664525 + 1013904223;
		int grain = (int)(state >> 24) % 7 - 3;

		for (int k = 0; k < 3; k++)
			p[k] = (uint8_t)(p[k] + grain < 0     ? 0
					 : p[k] + grain > 255 ? 255
							      : p[k] + grain);
		v->gray.at[i] = p[1];
	}
}

static struct lid_found found_in(struct view *v)
{
	struct lid_found f = { 0 };

	expose(v);
	if (lid_find(v, &f) != ERR_OK)
		f.is_seen = false;
	free(v->pixels);
	free(v->gray.at);
	free(v);
	return f;
}

static bool is_about(const struct lid_found *f, struct box b)
{
	double area = (double)(b.x1 - b.x0) * (b.y1 - b.y0);

	return f->is_seen && fabs(outline_area(&f->sheet) / area - 1) < 0.04;
}

int main(void)
{
	const struct box card = { 150, 200, 660, 520 }, half = { 0, 300, WIDE, 1180 };
	const struct box words = { 200, 240, 600, 480 }, block = { 150, 200, 1090, 1000 };
	const struct colour white = { 240, 240, 240 }, cream = { 243, 240, 232 };

	/* a little darker than the lid, a little yellower */
	struct view *v = paper_of(white);
	fill(v, card, (struct colour){ 233, 234, 234 });
	print(v, words);
	struct lid_found f = found_in(v);
	ok(is_about(&f, card) && f.is_free);
	ok(hypot(f.corner[0].x - 150, f.corner[0].y - 200) < 6);

	/* half a sheet that reaches the glass' edges */
	v = paper_of(white);
	fill(v, half, cream);
	print(v, (struct box){ 200, 400, 900, 700 });
	f = found_in(v);
	ok(is_about(&f, half) && !f.is_free);

	/* print on white paper, and a filled box among it, are no sheet */
	v = paper_of(white);
	print(v, block);
	f = found_in(v);
	ok(!f.is_seen);
	v = paper_of(white);
	print(v, (struct box){ 150, 900, 1090, 1500 });
	fill(v, card, cream);
	f = found_in(v);
	ok(!f.is_seen);

	/* before gray, with a gutter that is darker than paper */
	v = paper_of((struct colour){ 115, 115, 115 });
	fill(v, (struct box){ 20, 0, WIDE - 20, HIGH }, white);
	fill(v, (struct box){ 20, 0, 24, HIGH }, (struct colour){ 165, 165, 165 });
	print(v, block);
	f = found_in(v);
	ok(is_about(&f, (struct box){ 20, 0, WIDE - 20, HIGH }));

	/* paper all over is no lid for what was folded over at a corner */
	v = paper_of((struct colour){ 228, 228, 228 });
	fill(v, (struct box){ 0, 0, 300, 500 }, (struct colour){ 246, 246, 246 });
	print(v, (struct box){ 350, 200, 1090, 1500 });
	f = found_in(v);
	ok(!f.is_seen);
	return tap_done();
}
