#include "ui/scene.h"

/* The card: what stands where on its sides, of both designs that people carry. */

#define DIGITS 12

static void dot(const struct scene *s, int x, int y, int size, enum colour colour)
{
	struct rect r = scene_part(s, x, y, size, size);

	shape_box(s->c->shapes, s->c->cr, r, r.w / 2, pen_rgb(s->c, colour));
}

/* The frame behind what is meant. */
static void mark(const struct scene *s, int x, int y, int w, int h)
{
	scene_box(s, scene_part(s, x, y, w, h), 2, COLOUR_FOCUS_OUT, COLOUR_FOCUS_IN);
}

/* Twelve digits as dots, from x on; the last six or all of them marked. */
static void number(const struct scene *s, int x, int y, enum card_mark marked)
{
	int first = marked == MARK_NUMBER ? 0 : marked == MARK_CAN ? DIGITS / 2 : DIGITS;

	if (first < DIGITS)
		mark(s, x + first * 5 - 1, y - 3, (DIGITS - first) * 5 + 2, 9);
	for (int i = 0; i < DIGITS; i++)
		dot(s, x + i * 5 + (i < first ? -1 : 1), y, 3,
		    i < first ? COLOUR_BORDER : COLOUR_FOCUS_IN);
}

/* A day, as two, two and four dots. */
static void day(const struct scene *s, int x, int y, bool marked)
{
	if (marked)
		mark(s, x - 2, y - 2, 31, 6);
	for (int i = 0; i < 8; i++)
		dot(s, x + i * 3 + (i > 1 ? 2 : 0) + (i > 3 ? 2 : 0), y, 2,
		    marked ? COLOUR_FOCUS_IN : COLOUR_BORDER);
}

static void line(const struct scene *s, int x, int y, int w)
{
	scene_fill(s, scene_part(s, x, y, w, 2), COLOUR_BORDER);
}

static void photo(const struct scene *s, int y)
{
	struct rect r = scene_part(s, 5, y, 22, 28);

	scene_box(s, r, 2, COLOUR_SOFT, COLOUR_BORDER);
	pen_icon(s->c, ICON_PERSON, r, s->at.w * 17 / 100, COLOUR_PRIMARY);
}

/* Emblem, title, photo, number, name, birth: on both designs. */
static void front(const struct scene *s, enum card_mark marked, int title)
{
	dot(s, 6, 5, 11, COLOUR_BORDER);
	scene_fill(s, scene_part(s, 34, 7, title, 4), COLOUR_PRIMARY);
	photo(s, 20);
	number(s, 34, 23, marked);
	line(s, 32, 32, 46);
	line(s, 32, 38, 16);
	day(s, 52, 38, marked == MARK_BIRTH);
	line(s, 32, 44, 30);
}

static void old_front(const struct scene *s, enum card_mark marked)
{
	front(s, marked, 36);
	struct rect qr = scene_part(s, 82, 4, 14, 14);
	qr.h = qr.w;
	scene_qr(s, qr);
	line(s, 40, 50, 52);
	line(s, 40, 56, 44);
	day(s, 5, 54, marked == MARK_EXPIRY);
}

static void new_back(const struct scene *s, enum card_mark marked)
{
	struct rect qr = scene_part(s, 80, 5, 15, 15);

	qr.h = qr.w;
	scene_qr(s, qr);
	scene_box(s, scene_part(s, 6, 6, 15, 12), 2, COLOUR_FOCUS_OUT, COLOUR_BORDER);
	line(s, 28, 8, 44);
	line(s, 28, 14, 36);
	line(s, 28, 24, 18);
	day(s, 50, 24, false);
	line(s, 28, 33, 18);
	day(s, 50, 33, marked == MARK_EXPIRY);
	for (int row = 0; row < 3; row++)
		for (int i = 0; i < 30; i++)
			scene_fill(s, scene_part(s, 5 + i * 3, 44 + row * 6, 2, 3), COLOUR_BORDER);
}

void scene_card(const struct scene *s, enum card_side side, enum card_mark marked)
{
	scene_box(s, scene_part(s, 0, 0, 100, CARD_HEIGHT), 4, COLOUR_SURFACE, COLOUR_PRIMARY);
	if (side == CARD_NEW_BACK)
		new_back(s, marked);
	else if (side == CARD_OLD_FRONT)
		old_front(s, marked);
	else
		front(s, marked, 26);
}
