#include "ui/draw.h"

#include <qrencode.h>

/* What lies behind, and what is only looked at. */

void draw_PANEL(const struct canvas *c, const struct node *n)
{
	shape_fill(c->cr, n->rect, pen_rgb(c, tone_colours(n->tone).ground));
	int thick = pen_mm(c, BORDER_MM);
	struct rect left = n->rect, right = n->rect, top = n->rect;
	if (n->tone != TONE_PLAIN)
		return;
	if (top.w > top.h)
		shape_fill(c->cr, cut_top(&top, thick), pen_rgb(c, COLOUR_LINE));
	else {
		shape_fill(c->cr, cut_left(&left, thick), pen_rgb(c, COLOUR_LINE));
		shape_fill(c->cr, cut_right(&right, thick), pen_rgb(c, COLOUR_LINE));
	}
}

static void header_words(const struct canvas *c, const struct node *n, struct rect r)
{
	struct text_style title = style_of(c->metrics, c->look, TYPE_LABEL);
	struct text_style more = style_of(c->metrics, c->look, TYPE_CAPTION);
	int w, title_h, more_h = 0;

	title.width = more.width = r.w;
	title.lines = 2;
	more.lines = 1;
	text_size(c->text, &title, n->text, &w, &title_h);
	if (n->more[0])
		text_size(c->text, &more, n->more, &w, &more_h);
	cut_top(&r, (r.h - title_h - more_h) / 2);
	pen_words(c, &r, (struct ink){ TYPE_LABEL, COLOUR_ON_HEADER, ALIGN_START, 2 }, n->text);
	pen_words(c, &r, (struct ink){ TYPE_CAPTION, COLOUR_ON_HEADER, ALIGN_START, 1 }, n->more);
}

/* node.value: width to leave free on the right */
void draw_HEADER(const struct canvas *c, const struct node *n)
{
	unsigned rgb[2] = { pen_rgb(c, COLOUR_HEADER), pen_rgb(c, COLOUR_HEADER_END) };
	unsigned emblem[2] = { pen_rgb(c, COLOUR_EMBLEM), pen_rgb(c, COLOUR_STAR) };
	struct rect r = n->rect;

	shape_gradient(c->shapes, c->cr, r, rgb);
	if (pen_is_plain(c))
		shape_fill(c->cr,
			   (struct rect){ r.x, r.y + r.h - pen_mm(c, 0.7), r.w, pen_mm(c, 0.7) },
			   pen_rgb(c, COLOUR_LINE));
	cut_left(&r, pen_mm(c, 10));
	cut_right(&r, n->value);
	int size = pen_mm(c, 16);
	struct rect mark = centred(cut_left(&r, size), size, size);
	shape_emblem(c->shapes, c->cr, mark, emblem);
	cut_left(&r, pen_mm(c, 5));
	header_words(c, n, r);
}

void draw_SCRIM(const struct canvas *c, const struct node *n)
{
	shape_veil(c->cr, n->rect, pen_rgb(c, COLOUR_SCRIM), 60);
}

void draw_DIALOG(const struct canvas *c, const struct node *n)
{
	pen_box(c, n,
		(struct box){ COLOUR_SURFACE, pen_is_plain(c) ? COLOUR_LINE : COLOUR_SURFACE,
			      RADIUS_CARD_MM, BORDER_STRONG_MM, true });
}

void draw_LINE(const struct canvas *c, const struct node *n)
{
	int thick = pen_mm(c, 0.4);
	struct rect r = { n->rect.x, n->rect.y + n->rect.h / 2, n->rect.w, thick };

	shape_fill(c->cr, r, pen_rgb(c, COLOUR_LINE));
}

void draw_PICTOGRAM(const struct canvas *c, const struct node *n)
{
	int side = n->rect.w < n->rect.h ? n->rect.w : n->rect.h;

	pen_tile(c, centred(n->rect, side, side), n->icon, n->tone);
}

void draw_HEADING(const struct canvas *c, const struct node *n)
{
	struct rect r = n->rect;

	pen_words(c, &r, (struct ink){ n->type, tone_colours(n->tone).text, (int)n->align, 0 },
		  n->text);
}

void draw_TEXT(const struct canvas *c, const struct node *n)
{
	struct rect r = n->rect;

	if (n->icon) {
		int size = icon_px(c->metrics, c->look, n->type);
		struct text_style s = style_of(c->metrics, c->look, n->type);
		struct rect at = cut_left(&r, size + pen_mm(c, 2));
		at.w = size;
		at.h = (int)(s.font_px * 1.3);
		pen_icon(c, n->icon, at, size, tone_colours(n->tone).text);
	}
	pen_words(c, &r, (struct ink){ n->type, tone_colours(n->tone).text, (int)n->align, 0 },
		  n->text);
}

void draw_LABEL(const struct canvas *c, const struct node *n)
{
	draw_HEADING(c, n);
}

/* As wide and high as the picture needs, with an edge all round. */
static struct rect mat_of(const struct node *n, int edge)
{
	struct rect r = inset(n->rect, edge, edge);

	if (!n->image.rgb)
		return n->rect;
	double fit_w = (double)r.w / n->image.width, fit_h = (double)r.h / n->image.height;
	double fit = fit_w < fit_h ? fit_w : fit_h;
	return inset(centred(r, (int)(n->image.width * fit), (int)(n->image.height * fit)), -edge,
		     -edge);
}

/* A sign that it can be looked at more closely. */
static void lens(const struct canvas *c, struct rect mat)
{
	int side = pen_mm(c, 12), edge = pen_mm(c, 2);
	struct rect r = { mat.x + mat.w - side - edge, mat.y + mat.h - side - edge, side, side };

	shape_box(c->shapes, c->cr, r, side / 2, pen_rgb(c, COLOUR_PRIMARY));
	pen_icon(c, ICON_ZOOM, r, pen_mm(c, 8), COLOUR_ON_PRIMARY);
}

void draw_IMAGE(const struct canvas *c, const struct node *n)
{
	int pad = pen_mm(c, n->rect.w < pen_mm(c, 130) ? 1 : 2);
	bool part = n->value > 1 && n->image.rgb;
	struct rect mat = part ? n->rect : mat_of(n, pad);

	if (n->state & STATE_FOCUSED)
		pen_box(c, n,
			(struct box){ COLOUR_GROUND, COLOUR_GROUND, RADIUS_BUTTON_MM, BORDER_MM,
				      false });
	shape_box(c->shapes, c->cr, mat, pad,
		  pen_rgb(c, n->state & STATE_PRESSED ? COLOUR_PRIMARY : COLOUR_MAT));
	if (pen_is_plain(c)) {
		unsigned rgb[2] = { pen_rgb(c, COLOUR_MAT), pen_rgb(c, COLOUR_LINE) };
		shape_outlined(c->shapes, c->cr, mat, pad, pen_mm(c, 0.5), rgb);
	}
	if (part)
		shape_picture_part(c->shapes, c->cr, inset(n->rect, pad, pad), &n->image, n->value,
				   (int[2]){ n->max / 1001, n->max % 1001 });
	else if (n->image.rgb)
		shape_picture(c->shapes, c->cr, inset(n->rect, pad, pad), &n->image);
	else
		pen_icon(c, n->icon, n->rect, pen_mm(c, 20), COLOUR_ON_MAT);
	if (n->image.rgb && n->deed.local == LOCAL_LARGE)
		lens(c, mat);
}

/* White ground with the quiet zone of four modules that readers need, in any theme. */
void draw_QR(const struct canvas *c, const struct node *n)
{
	QRcode *q = QRcode_encodeString8bit(n->more, 0, QR_ECLEVEL_M);

	shape_fill(c->cr, n->rect, 0xffffff);
	if (!q)
		return;
	int side = n->rect.w < n->rect.h ? n->rect.w : n->rect.h, module = side / (q->width + 8);
	struct rect at = centred(n->rect, module * q->width, module * q->width);
	cairo_set_source_rgb(c->cr, 0, 0, 0);
	for (int y = 0; y < q->width; y++)
		for (int x = 0; x < q->width; x++)
			if (q->data[y * q->width + x] & 1)
				cairo_rectangle(c->cr, at.x + x * module, at.y + y * module, module,
						module);
	cairo_fill(c->cr);
	QRcode_free(q);
}
