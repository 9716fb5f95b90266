#include "ui/pen.h"

#include <math.h>

int pen_mm(const struct canvas *c, double mm)
{
	return mm_px(c->metrics, mm);
}

unsigned pen_rgb(const struct canvas *c, enum colour colour)
{
	return colour_rgb(colour, c->look);
}

bool pen_is_plain(const struct canvas *c)
{
	return c->look & LOOK_HIGH_CONTRAST;
}

int icon_px(const struct metrics *m, unsigned look, enum type t)
{
	return mm_px(m, type_cap_mm(t, look) * ICON_OF_CAP);
}

struct text_style style_of(const struct metrics *m, unsigned look, enum type t)
{
	return (struct text_style){ .font_px = type_font_px(t, look, m), .weight = type_weight(t) };
}

static void set_colour(const struct canvas *c, enum colour colour)
{
	unsigned rgb = pen_rgb(c, colour);

	cairo_set_source_rgb(c->cr, (rgb >> 16 & 0xff) / 255.0, (rgb >> 8 & 0xff) / 255.0,
			     (rgb & 0xff) / 255.0);
}

static struct text_style fitted(const struct canvas *c, struct rect r, struct ink ink)
{
	struct text_style s = style_of(c->metrics, c->look, ink.type);
	int line = (int)lround(s.font_px * 1.3), room = line > 0 ? r.h / line : 1;

	s.width = r.w;
	s.align = ink.align;
	s.lines = ink.lines > 0 && ink.lines < room ? ink.lines : room > 0 ? room : 1;
	return s;
}

void pen_words(const struct canvas *c, struct rect *r, struct ink ink, const char *words)
{
	int w, h;

	if (!words[0] || r->w <= 0)
		return;
	struct text_style s = fitted(c, *r, ink);
	text_size(c->text, &s, words, &w, &h);
	set_colour(c, ink.colour);
	text_draw(c->text, c->cr, &s, words, r->x, r->y);
	cut_top(r, h);
}

void pen_words_middle(const struct canvas *c, struct rect r, struct ink ink, const char *words)
{
	int w, h;

	if (!words[0] || r.w <= 0)
		return;
	struct text_style s = fitted(c, r, ink);
	text_size(c->text, &s, words, &w, &h);
	set_colour(c, ink.colour);
	text_draw(c->text, c->cr, &s, words, r.x, r.y + (r.h - h) / 2);
}

void pen_icon(const struct canvas *c, enum icon icon, struct rect in, int size, enum colour colour)
{
	set_colour(c, colour);
	text_icon(c->text, c->cr, icon, size, in.x + (in.w - size) / 2, in.y + (in.h - size) / 2);
}

void pen_tile(const struct canvas *c, struct rect tile, enum icon icon, enum tone tone)
{
	struct tone_colours colours = tone_colours(tone);
	int side = tile.w < tile.h ? tile.w : tile.h;

	shape_box(c->shapes, c->cr, tile, side / 5, pen_rgb(c, colours.ground));
	pen_icon(c, icon, tile, side * 6 / 10, colours.text);
}

static void ring(const struct canvas *c, struct rect r, int radius)
{
	int wide = pen_mm(c, RING_MM), half = wide / 2;

	shape_box(c->shapes, c->cr, inset(r, -wide, -wide), radius + wide,
		  pen_rgb(c, COLOUR_FOCUS_OUT));
	shape_box(c->shapes, c->cr, inset(r, -half, -half), radius + half,
		  pen_rgb(c, COLOUR_FOCUS_IN));
}

static enum colour pressed(enum colour ground)
{
	return ground == COLOUR_PRIMARY ? COLOUR_PRESSED : COLOUR_SOFT_PRESSED;
}

void pen_box(const struct canvas *c, const struct node *n, struct box box)
{
	int radius = pen_mm(c, box.radius_mm), border = pen_mm(c, box.border_mm);
	bool down = n->state & STATE_PRESSED;
	unsigned rgb[2] = { pen_rgb(c, down ? pressed(box.ground) : box.ground),
			    pen_rgb(c, box.border) };

	if (n->state & STATE_FOCUSED)
		ring(c, n->rect, radius);
	else if (box.shadow && !pen_is_plain(c) && !down)
		shape_shadow(c->shapes, c->cr, n->rect, radius, pen_mm(c, SHADOW_MM));
	if (box.border == box.ground && !pen_is_plain(c))
		shape_box(c->shapes, c->cr, n->rect, radius, rgb[0]);
	else
		shape_outlined(c->shapes, c->cr, n->rect, radius, border, rgb);
}
