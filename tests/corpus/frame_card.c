#include "tests/corpus/frame_card.h"

#include <math.h>
#include <qrencode.h>
#include <stdlib.h>
#include <string.h>

enum { ACROSS = 190, DOWN = 120 }; /* modules: 85.6 by 54 mm, the code's being 0.45 mm */

uint64_t dice_next(struct dice *d)
{
	uint64_t z = d->state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

double dice_between(struct dice *d, double from, double to)
{
	return from + (to - from) * (double)(dice_next(d) >> 11) / 9007199254740992.0;
}

double dice_normal(struct dice *d)
{
	double u = dice_between(d, 1e-12, 1), v = dice_between(d, 0, 2 * M_PI);

	return sqrt(-2 * log(u)) * cos(v);
}

/* In modules of the card. */
struct box {
	double x, y, width, height;
};

static void fill(struct card *c, struct box b, float ink)
{
	uint32_t x0 = (uint32_t)(b.x * CARD_PX), x1 = (uint32_t)((b.x + b.width) * CARD_PX);
	uint32_t y0 = (uint32_t)(b.y * CARD_PX), y1 = (uint32_t)((b.y + b.height) * CARD_PX);

	for (uint32_t y = y0; y < y1 && y < c->height; y++)
		for (uint32_t x = x0; x < x1 && x < c->width; x++)
			c->at[y * c->width + x] = ink;
}

/* Fine waves under everything, as on papers of value. */
static void draw_ground(struct card *c, struct dice *d)
{
	double a = dice_between(d, .02, .05), b = dice_between(d, .02, .05);

	for (uint32_t y = 0; y < c->height; y++)
		for (uint32_t x = 0; x < c->width; x++) {
			double wave = sin(x * a + 9 * sin(y * b)) + sin(y * a - 7 * sin(x * b));

			c->at[y * c->width + x] = (float)(.93 + .02 * wave);
		}
}

/* Letters enough like letters: stems and bars in the size of print. */
static void draw_line(struct card *c, struct dice *d, double x, double y, double size)
{
	double end = x + dice_between(d, 25, 70);

	while (x < end) {
		double stem = size * .16, w = size * dice_between(d, .45, .7);

		if (dice_next(d) % 6 == 0) {
			x += size * .5;
			continue;
		}
		for (int stroke = 0; stroke < 3; stroke++) {
			double at = dice_between(d, 0, 1);

			if (dice_next(d) & 1)
				fill(c, (struct box){ x + at * (w - stem), y, stem, size }, .15F);
			else
				fill(c, (struct box){ x, y + at * (size - stem), w, stem }, .15F);
		}
		x += w + size * .2;
	}
}

/* A picture of somebody: soft blots. */
static void draw_photo(struct card *c, struct dice *d, struct box b)
{
	for (uint32_t y = 0; y < b.height * CARD_PX; y++)
		for (uint32_t x = 0; x < b.width * CARD_PX; x++) {
			double u = x / (b.width * CARD_PX) - .5, v = y / (b.height * CARD_PX) - .45;
			double head = exp(-(u * u + v * v) * 16);
			uint32_t px = (uint32_t)(b.x * CARD_PX) + x;
			uint32_t py = (uint32_t)(b.y * CARD_PX) + y;

			if (px < c->width && py < c->height)
				c->at[py * c->width + px] =
					(float)(.75 - .5 * head + .04 * sin(u * 60) * sin(v * 50));
		}
	double knot = b.width * .1;
	fill(c, (struct box){ b.x + b.width / 2 - knot, b.y + b.height * .8, 2 * knot, knot }, .1F);
	(void)dice_next(d);
}

/* Contacts of a chip: squares within squares, the shape most like a finder pattern. */
static void draw_chip(struct card *c, double x, double y)
{
	fill(c, (struct box){ x, y, 26, 22 }, .55F);
	fill(c, (struct box){ x + 9, y + 6, 8, 10 }, .7F);
	for (int row = 0; row < 4; row++)
		fill(c, (struct box){ x, y + row * 5.5, 26, .6 }, .25F);
	fill(c, (struct box){ x + 8.5, y, .6, 22 }, .25F);
	fill(c, (struct box){ x + 17, y, .6, 22 }, .25F);
}

static void draw_code(struct card *c, const QRcode *qr)
{
	double x = (double)c->x / CARD_PX, y = (double)c->y / CARD_PX;
	int n = qr->width;

	fill(c, (struct box){ x - 3, y - 3, n + 6, n + 6 }, .97F);
	for (int row = 0; row < n; row++)
		for (int column = 0; column < n; column++)
			if (qr->data[row * n + column] & 1)
				fill(c, (struct box){ x + column, y + row, 1, 1 }, .04F);
}

static void draw_print(struct card *c, struct dice *d)
{
	draw_ground(c, d);
	draw_line(c, d, 50, 8, 5);
	draw_line(c, d, 50, 17, 4);
	for (int row = 0; row < 11; row++)
		draw_line(c, d, 52, 28 + row * 8, dice_between(d, 3, 4.5));
	draw_photo(c, d, (struct box){ 8, 40, 38, 50 });
	draw_chip(c, 12, 12);
	for (int row = 0; row < 3; row++)
		draw_line(c, d, 122, 80 + row * 9, 3.5);
}

bool card_draw(const char *payload, struct dice *d, struct card *ret)
{
	QRcode *qr = QRcode_encodeData((int)strlen(payload), (const unsigned char *)payload, 0,
				       QR_ECLEVEL_M);
	struct card c = { .width = ACROSS * CARD_PX, .height = DOWN * CARD_PX };

	c.at = qr ? malloc(sizeof *c.at * c.width * c.height) : NULL;
	if (!c.at) {
		QRcode_free(qr);
		return false;
	}
	c.modules = (uint32_t)qr->width;
	c.x = (uint32_t)(ACROSS - 8 - qr->width) * CARD_PX;
	c.y = 10 * CARD_PX;
	draw_print(&c, d);
	draw_code(&c, qr);
	QRcode_free(qr);
	*ret = c;
	return true;
}

void card_finish(struct card *c)
{
	free(c->at);
	*c = (struct card){ 0 };
}
