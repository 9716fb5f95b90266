#include "ui/draw.h"
#include "ui/picture.h"

/* Pictures of boxes and icons only, so that a part drawn alone looks the same as the whole. */

#define LEAST_MM 36

void picture_add(struct page *p, const char *key, struct rect *area, enum picture picture,
		 const char *say)
{
	if (area->h < mm(p, LEAST_MM) || area->w < mm(p, LEAST_MM))
		return;
	struct node *n = page_add(p, key, NODE_PICTURE, *area);
	n->text = say;
	n->value = (int)picture;
	cut_top(area, area->h);
}

void draw_SHEET(const struct canvas *c, const struct node *n)
{
	unsigned rgb[2] = { pen_rgb(c, COLOUR_SURFACE), pen_rgb(c, COLOUR_LINE) };

	shape_outlined(c->shapes, c->cr, n->rect, pen_mm(c, RADIUS_CARD_MM), pen_mm(c, 0.4), rgb);
}

void draw_KEYS(const struct canvas *c, const struct node *n)
{
	struct rect edge = { n->rect.x, n->rect.y, n->rect.w, pen_mm(c, BORDER_MM) };

	shape_fill(c->cr, n->rect, pen_rgb(c, COLOUR_KEYBOARD));
	shape_fill(c->cr, edge, pen_rgb(c, COLOUR_BORDER));
}

/* What pictures are drawn with: everything in hundredths of the side of a square. */
struct scene {
	const struct canvas *c;
	struct rect square;
};

static struct rect part(const struct scene *s, int x, int y, int w, int h)
{
	int side = s->square.w;

	return (struct rect){ s->square.x + x * side / 100, s->square.y + y * side / 100,
			      w * side / 100, h * side / 100 };
}

static void box(const struct scene *s, struct rect r, int radius, enum colour ground,
		enum colour border)
{
	unsigned rgb[2] = { pen_rgb(s->c, ground), pen_rgb(s->c, border) };

	shape_outlined(s->c->shapes, s->c->cr, r, radius * s->square.w / 100,
		       pen_mm(s->c, BORDER_STRONG_MM), rgb);
}

static void fill(const struct scene *s, struct rect r, enum colour colour)
{
	shape_fill(s->c->cr, r, pen_rgb(s->c, colour));
}

/* Three finder squares and some dust: no real code, and none that could be read. */
static void qr_sign(const struct scene *s, struct rect r)
{
	static const char *const ROWS[] = { "1110111", "1010101", "1110111", "0001010",
					    "1110110", "1010011", "1110101" };
	int module = r.w / 9;
	struct rect at = centred(r, 7 * module, 7 * module);

	shape_fill(s->c->cr, r, 0xffffff);
	for (int y = 0; y < 7; y++)
		for (int x = 0; x < 7; x++)
			if (ROWS[y][x] == '1')
				shape_fill(s->c->cr,
					   (struct rect){ at.x + x * module, at.y + y * module,
							  module, module },
					   0x14213d);
}

/* Light that widens downwards. */
static void beam(const struct scene *s, struct rect top, int bottom_w, int h)
{
	for (int y = 0; y < h; y++) {
		int w = top.w + (bottom_w - top.w) * y / (h > 0 ? h : 1);
		fill(s, (struct rect){ top.x + (top.w - w) / 2, top.y + y, w, 1 },
		     COLOUR_SOFT_PRESSED);
	}
}

static void card(const struct scene *s)
{
	box(s, part(s, 14, 56, 72, 42), 4, COLOUR_SURFACE, COLOUR_PRIMARY);
	box(s, part(s, 19, 67, 17, 24), 2, COLOUR_SOFT, COLOUR_BORDER);
	pen_icon(s->c, ICON_PERSON, part(s, 19, 67, 17, 24), s->square.w * 14 / 100,
		 COLOUR_PRIMARY);
	fill(s, part(s, 19, 61, 26, 2), COLOUR_PRIMARY);
	for (int i = 0; i < 4; i++)
		fill(s, part(s, 40, 70 + i * 6, i == 3 ? 18 : 22 - 2 * (i % 2), 2), COLOUR_BORDER);
	struct rect qr = part(s, 65, 59, 18, 18);
	qr.h = qr.w;
	qr_sign(s, qr);
}

static void card_under_scanner(const struct scene *s)
{
	struct rect window = part(s, 42, 20, 16, 3);

	beam(s, (struct rect){ window.x, window.y + window.h, window.w, 0 }, s->square.w * 56 / 100,
	     s->square.w * 36 / 100);
	box(s, part(s, 28, 2, 44, 20), 5, COLOUR_HEADER, COLOUR_BORDER);
	pen_icon(s->c, ICON_QR_SCAN, part(s, 28, 3, 44, 16), s->square.w * 13 / 100,
		 COLOUR_ON_HEADER);
	fill(s, window, COLOUR_FOCUS_OUT);
	card(s);
}

static void sheet(const struct scene *s)
{
	box(s, part(s, 28, 2, 44, 62), 2, COLOUR_SURFACE, COLOUR_PRIMARY);
	fill(s, part(s, 38, 9, 24, 3), COLOUR_PRIMARY);
	for (int i = 0; i < 5; i++)
		fill(s, part(s, 34, 17 + i * 6, i == 4 ? 20 : 32, 2), COLOUR_BORDER);
}

static void sheet_into_scanner(const struct scene *s)
{
	sheet(s);
	box(s, part(s, 8, 52, 84, 44), 6, COLOUR_HEADER, COLOUR_BORDER);
	fill(s, part(s, 22, 57, 56, 3), COLOUR_FOCUS_OUT);
	pen_icon(s->c, ICON_DOWN, part(s, 38, 62, 24, 14), s->square.w * 20 / 100,
		 COLOUR_ON_HEADER);
	pen_icon(s->c, ICON_SCAN, part(s, 38, 76, 24, 18), s->square.w * 14 / 100,
		 COLOUR_ON_HEADER);
}

/* From the card to the slip, in four tiles with arrows between. */
static void journey(const struct canvas *c, struct rect in)
{
	static const enum icon ICONS[] = { ICON_CARD, ICON_SCAN, ICON_FORM, ICON_RECEIPT };
	static const enum tone TONES[] = { TONE_BLUE, TONE_GREEN, TONE_AMBER, TONE_PURPLE };
	int gap = pen_mm(c, 14);
	struct rect line = centred(in, in.w - pen_mm(c, 10), in.h);

	for (int i = 0; i < 4; i++) {
		struct rect cell = column(line, 4, gap, i);
		int side = cell.w < cell.h ? cell.w : cell.h;
		pen_tile(c, centred(cell, side, side), ICONS[i], TONES[i]);
		if (i < 3)
			pen_icon(c, ICON_NEXT,
				 (struct rect){ cell.x + cell.w, cell.y, gap, cell.h },
				 pen_mm(c, 12), COLOUR_PRIMARY);
	}
}

void draw_PICTURE(const struct canvas *c, const struct node *n)
{
	unsigned rgb[2] = { pen_rgb(c, n->value == PICTURE_JOURNEY ? COLOUR_SURFACE : COLOUR_SOFT),
			    pen_rgb(c, COLOUR_LINE) };
	struct rect in = inset(n->rect, pen_mm(c, PAD_MM), pen_mm(c, PAD_MM));
	int side = in.w < in.h ? in.w : in.h;
	struct scene s = { c, centred(in, side, side) };

	shape_outlined(c->shapes, c->cr, n->rect, pen_mm(c, RADIUS_CARD_MM), pen_mm(c, 0.4), rgb);
	if (n->value == PICTURE_CARD_UNDER_SCANNER)
		card_under_scanner(&s);
	else if (n->value == PICTURE_SHEET_INTO_SCANNER)
		sheet_into_scanner(&s);
	else if (n->value == PICTURE_JOURNEY)
		journey(c, in);
}
