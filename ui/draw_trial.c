#include "firmware/base/staff.h"
#include "ui/draw.h"

/* What fills the panel while it is tried. These colours are the panel's own, and no theme's. */
#define WHITE 0xFFFFFFu
#define BLACK 0x000000u

#define ARM_MM   12.0
#define THICK_MM 0.8
#define GRID_MM  10.0

static void cross(const struct canvas *c, int x, int y)
{
	int arm = pen_mm(c, ARM_MM), thick = pen_mm(c, THICK_MM);
	unsigned rgb = pen_rgb(c, COLOUR_TEXT);

	shape_fill(c->cr, (struct rect){ x - arm, y - thick / 2, 2 * arm, thick }, rgb);
	shape_fill(c->cr, (struct rect){ x - thick / 2, y - arm, thick, 2 * arm }, rgb);
}

void draw_TARGET(const struct canvas *c, const struct node *n)
{
	struct rect r = n->rect, words;
	bool middle = n->value > r.x + r.w / 3 && n->value < r.x + 2 * r.w / 3;

	shape_fill(c->cr, r, pen_rgb(c, COLOUR_GROUND));
	cross(c, n->value, n->max);
	words = inset(r, r.w / 6, r.h / 3);
	if (middle)
		words.y = r.y + r.h / 12;
	pen_words_middle(c, words, (struct ink){ TYPE_H2, COLOUR_TEXT, ALIGN_CENTRE, 0 }, n->text);
}

/* Columns of pure colours, and the same getting darker. */
static void columns(const struct canvas *c, struct rect r)
{
	static const unsigned COLUMNS[] = { 0xFF0000, 0x00FF00, 0x0000FF, 0xFFFFFF };
	const int count = sizeof COLUMNS / sizeof *COLUMNS, steps = 16;

	for (int i = 0; i < count; i++)
		for (int k = 0; k < steps; k++) {
			unsigned part = (unsigned)(255 * (steps - k) / steps);
			unsigned rgb = COLUMNS[i] & (part << 16 | part << 8 | part);
			int x = r.x + r.w * i / count, y = r.y + r.h * k / steps;

			shape_fill(c->cr,
				   (struct rect){ x, y, r.x + r.w * (i + 1) / count - x,
						  r.y + r.h * (k + 1) / steps - y },
				   rgb);
		}
}

/* Lines of one pixel, the outermost at the edges of the panel: they are all there, or it is cut. */
static void grid(const struct canvas *c, struct rect r)
{
	int step = pen_mm(c, GRID_MM);

	shape_fill(c->cr, r, BLACK);
	for (int x = 0; x < r.w; x += step)
		shape_fill(c->cr, (struct rect){ r.x + x, r.y, 1, r.h }, WHITE);
	for (int y = 0; y < r.h; y += step)
		shape_fill(c->cr, (struct rect){ r.x, r.y + y, r.w, 1 }, WHITE);
	shape_fill(c->cr, (struct rect){ r.x + r.w - 1, r.y, 1, r.h }, WHITE);
	shape_fill(c->cr, (struct rect){ r.x, r.y + r.h - 1, r.w, 1 }, WHITE);
}

void draw_COLOUR(const struct canvas *c, const struct node *n)
{
	_Static_assert(STAFF_COLOURS == 4, "one of these for each");

	if (n->value == 0)
		shape_fill(c->cr, n->rect, WHITE);
	else if (n->value == 1)
		shape_fill(c->cr, n->rect, BLACK);
	else if (n->value == 2)
		columns(c, n->rect);
	else
		grid(c, n->rect);
}
