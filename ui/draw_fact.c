#include "ui/draw.h"
#include "ui/scene.h"
#include "ui/size.h"

#include <stdio.h>

/* What tells how things stand. */

void draw_CHIP(const struct canvas *c, const struct node *n)
{
	struct tone_colours colours = tone_colours(n->tone);
	struct rect r = inset(n->rect, pen_mm(c, 3), pen_mm(c, 1));
	int size = icon_px(c->metrics, c->look, n->type);
	unsigned rgb[2] = { pen_rgb(c, colours.ground), pen_rgb(c, colours.border) };

	shape_outlined(c->shapes, c->cr, n->rect, n->rect.h / 2, pen_mm(c, 0.4), rgb);
	if (n->icon) {
		pen_icon(c, n->icon, cut_left(&r, size), size, colours.text);
		cut_left(&r, pen_mm(c, 2));
	}
	pen_words_middle(c, r, (struct ink){ n->type, colours.text, ALIGN_START, 0 }, n->text);
}

void draw_BANNER(const struct canvas *c, const struct node *n)
{
	struct tone_colours colours = tone_colours(n->tone);
	struct rect r = inset(n->rect, pen_mm(c, PAD_MM), pen_mm(c, PAD_SMALL_MM));
	unsigned rgb[2] = { pen_rgb(c, colours.ground), pen_rgb(c, colours.border) };
	int size = pen_mm(c, 10);
	struct text_style s = style_of(c->metrics, c->look, TYPE_BODY);
	int w, h = 0;
	struct rect picture = banner_picture(c->metrics, n, &r);

	shape_outlined(c->shapes, c->cr, n->rect, pen_mm(c, RADIUS_BUTTON_MM), pen_mm(c, BORDER_MM),
		       rgb);
	if (n->max)
		scene_fault(c, picture, (enum picture)(n->max - 1));
	if (n->icon && !n->max) {
		pen_icon(c, n->icon, cut_left(&r, size), size, colours.text);
		cut_left(&r, pen_mm(c, 4));
	}
	if (!n->more[0]) {
		pen_words_middle(c, r, (struct ink){ TYPE_LABEL, colours.text, ALIGN_START, 0 },
				 n->text);
		return;
	}
	s.width = r.w;
	text_size(c->text, &s, n->more, &w, &h);
	pen_words(c, &r, (struct ink){ TYPE_LABEL, colours.text, ALIGN_START, 0 }, n->text);
	pen_words(c, &r, (struct ink){ TYPE_BODY, COLOUR_TEXT, ALIGN_START, 0 }, n->more);
}

/* Label above value, for the few facts that a screen is about. */
static void fact_tall(const struct canvas *c, const struct node *n)
{
	struct rect r = n->rect;

	pen_words(c, &r, (struct ink){ TYPE_BODY, COLOUR_MUTED, ALIGN_START, 0 }, n->text);
	pen_words(c, &r, (struct ink){ n->type, tone_colours(n->tone).text, ALIGN_START, 0 },
		  n->more);
}

void draw_FACT(const struct canvas *c, const struct node *n)
{
	struct rect r = n->rect;

	if (n->type >= TYPE_H2) {
		fact_tall(c, n);
		return;
	}
	struct rect label = cut_left(&r, fact_label_px(n->rect.w));

	cut_left(&r, pen_mm(c, PAD_SMALL_MM));
	if (n->icon) {
		int size = icon_px(c->metrics, c->look, TYPE_BODY);
		struct rect at = cut_left(&label, size + pen_mm(c, 2));
		at.w = size;
		at.h = (int)(style_of(c->metrics, c->look, TYPE_BODY).font_px * 1.3);
		pen_icon(c, n->icon, at, size, tone_colours(n->tone).text);
	}
	pen_words(c, &label, (struct ink){ TYPE_BODY, COLOUR_MUTED, ALIGN_START, 0 }, n->text);
	pen_words(c, &r, (struct ink){ TYPE_LABEL, tone_colours(n->tone).text, ALIGN_START, 0 },
		  n->more);
}

/* Halves of the lines to the steps before and after, so that each stays in its own place. */
static void step_lines(const struct canvas *c, const struct node *n, struct rect circle)
{
	int thick = pen_mm(c, 0.7), gap = pen_mm(c, 1), end = n->rect.x + n->rect.w;
	struct rect line = { n->rect.x, circle.y + (circle.h - thick) / 2, 0, thick };
	bool done = n->state & STATE_DONE, reached = done || n->state & STATE_SELECTED;

	line.w = circle.x - gap - line.x;
	if (n->value > 1)
		shape_fill(c->cr, line, pen_rgb(c, reached ? COLOUR_PRIMARY : COLOUR_BORDER));
	line.x = circle.x + circle.w + gap;
	line.w = end - line.x;
	if (n->value < n->max)
		shape_fill(c->cr, line, pen_rgb(c, done ? COLOUR_PRIMARY : COLOUR_BORDER));
}

/* Circle with number or check, word below. */
void draw_STEP(const struct canvas *c, const struct node *n)
{
	struct rect r = n->rect;
	bool now = n->state & STATE_SELECTED, done = n->state & STATE_DONE;
	int size = pen_mm(c, 9.5);
	char number[4];
	struct rect circle = centred(cut_top(&r, size), size, size);
	unsigned rgb[2] = { pen_rgb(c, now || done ? COLOUR_PRIMARY : COLOUR_SURFACE),
			    pen_rgb(c, now || done ? COLOUR_PRIMARY : COLOUR_BORDER) };
	enum colour ink = now || done ? COLOUR_ON_PRIMARY : COLOUR_MUTED;

	step_lines(c, n, circle);
	shape_outlined(c->shapes, c->cr, circle, size / 2, pen_mm(c, BORDER_MM), rgb);
	snprintf(number, sizeof number, "%d", n->value % 100);
	if (done)
		pen_icon(c, ICON_CHECK, circle, size * 6 / 10, ink);
	else
		pen_words_middle(c, circle, (struct ink){ TYPE_CAPTION, ink, ALIGN_CENTRE, 1 },
				 number);
	cut_top(&r, pen_mm(c, 0.8));
	pen_words(c, &r, (struct ink){ n->type, now ? COLOUR_TEXT : COLOUR_MUTED, ALIGN_CENTRE, 1 },
		  n->text);
}

/* At work without a measure: a third of the bar goes to and fro, in the place `max` counts. */
void draw_PROGRESS(const struct canvas *c, const struct node *n)
{
	struct rect r = n->rect;
	unsigned rgb[2] = { pen_rgb(c, COLOUR_SURFACE), pen_rgb(c, COLOUR_BORDER) };
	int border = pen_mm(c, 0.4);

	shape_outlined(c->shapes, c->cr, r, r.h / 2, border, rgb);
	r = inset(r, border, border);
	struct rect bar = r;
	if (n->value >= 0) {
		bar.w = r.w * (n->value > 100 ? 100 : n->value) / 100;
	} else {
		int place = n->max % 8;
		bar.w = r.w / 3;
		bar.x = r.x + (r.w - bar.w) * (place > 4 ? 8 - place : place) / 4;
	}
	if (bar.w > 0)
		shape_box(c->shapes, c->cr, bar, bar.h / 2, pen_rgb(c, COLOUR_PRIMARY));
}
