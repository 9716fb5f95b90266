#include "ui/draw.h"
#include "ui/picture.h"
#include "ui/scene.h"

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

struct rect scene_part(const struct scene *s, int x, int y, int w, int h)
{
	int side = s->at.w;

	return (struct rect){ s->at.x + x * side / 100, s->at.y + y * side / 100, w * side / 100,
			      h * side / 100 };
}

void scene_box(const struct scene *s, struct rect r, int radius, enum colour ground,
	       enum colour border)
{
	unsigned rgb[2] = { pen_rgb(s->c, ground), pen_rgb(s->c, border) };

	shape_outlined(s->c->shapes, s->c->cr, r, radius * s->at.w / 100,
		       pen_mm(s->c, BORDER_STRONG_MM), rgb);
}

void scene_fill(const struct scene *s, struct rect r, enum colour colour)
{
	shape_fill(s->c->cr, r, pen_rgb(s->c, colour));
}

void scene_qr(const struct scene *s, struct rect r)
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
		scene_fill(s, (struct rect){ top.x + (top.w - w) / 2, top.y + y, w, 1 },
			   COLOUR_SOFT_PRESSED);
	}
}

static void card_under_scanner(const struct scene *s)
{
	struct rect window = scene_part(s, 42, 20, 16, 3);

	beam(s, (struct rect){ window.x, window.y + window.h, window.w, 0 }, s->at.w * 56 / 100,
	     s->at.w * 36 / 100);
	scene_box(s, scene_part(s, 28, 2, 44, 20), 5, COLOUR_HEADER, COLOUR_BORDER);
	pen_icon(s->c, ICON_QR_SCAN, scene_part(s, 28, 3, 44, 16), s->at.w * 13 / 100,
		 COLOUR_ON_HEADER);
	scene_fill(s, window, COLOUR_FOCUS_OUT);
	scene_card(&(struct scene){ s->c, scene_part(s, 14, 54, 72, 46) }, CARD_OLD_FRONT,
		   MARK_NONE);
}

static void sheet(const struct scene *s)
{
	scene_box(s, scene_part(s, 28, 2, 44, 62), 2, COLOUR_SURFACE, COLOUR_PRIMARY);
	scene_fill(s, scene_part(s, 38, 9, 24, 3), COLOUR_PRIMARY);
	for (int i = 0; i < 5; i++)
		scene_fill(s, scene_part(s, 34, 17 + i * 6, i == 4 ? 20 : 32, 2), COLOUR_BORDER);
}

static void sheet_into_scanner(const struct scene *s)
{
	sheet(s);
	scene_box(s, scene_part(s, 8, 52, 84, 44), 6, COLOUR_HEADER, COLOUR_BORDER);
	scene_fill(s, scene_part(s, 22, 57, 56, 3), COLOUR_FOCUS_OUT);
	pen_icon(s->c, ICON_DOWN, scene_part(s, 38, 62, 24, 14), s->at.w * 20 / 100,
		 COLOUR_ON_HEADER);
	pen_icon(s->c, ICON_SCAN, scene_part(s, 38, 76, 24, 18), s->at.w * 14 / 100,
		 COLOUR_ON_HEADER);
}

/* The scanner from above with its lid up; the printed side goes down. */
static void glass(const struct scene *s)
{
	scene_box(s, scene_part(s, 8, 2, 84, 20), 5, COLOUR_HEADER, COLOUR_BORDER);
	scene_box(s, scene_part(s, 8, 24, 84, 74), 6, COLOUR_HEADER, COLOUR_BORDER);
	scene_box(s, scene_part(s, 15, 31, 70, 60), 2, COLOUR_SOFT_PRESSED, COLOUR_BORDER);
}

static void sheet_on_glass(const struct scene *s)
{
	glass(s);
	scene_box(s, scene_part(s, 15, 31, 40, 54), 2, COLOUR_SURFACE, COLOUR_PRIMARY);
	for (int i = 0; i < 5; i++)
		scene_fill(s, scene_part(s, 20, 39 + i * 8, i == 4 ? 16 : 28, 2), COLOUR_LINE);
	pen_icon(s->c, ICON_ROTATE, scene_part(s, 57, 44, 26, 30), s->at.w * 22 / 100,
		 COLOUR_PRIMARY);
}

static void card_on_glass(const struct scene *s)
{
	glass(s);
	scene_card(&(struct scene){ s->c, scene_part(s, 19, 35, 40, 26) }, CARD_NEW_FRONT,
		   MARK_NONE);
	scene_card(&(struct scene){ s->c, scene_part(s, 41, 63, 40, 26) }, CARD_NEW_BACK,
		   MARK_NONE);
}

static void sheet_under_camera(const struct scene *s)
{
	struct rect lens = scene_part(s, 42, 16, 16, 4);

	beam(s, (struct rect){ lens.x, lens.y + lens.h, lens.w, 0 }, s->at.w * 62 / 100,
	     s->at.w * 40 / 100);
	scene_box(s, scene_part(s, 84, 6, 5, 86), 1, COLOUR_HEADER, COLOUR_BORDER);
	scene_box(s, scene_part(s, 50, 6, 39, 5), 1, COLOUR_HEADER, COLOUR_BORDER);
	scene_box(s, scene_part(s, 38, 4, 24, 14), 4, COLOUR_HEADER, COLOUR_BORDER);
	pen_icon(s->c, ICON_CAMERA, scene_part(s, 38, 4, 24, 13), s->at.w * 10 / 100,
		 COLOUR_ON_HEADER);
	scene_box(s, scene_part(s, 6, 90, 88, 5), 1, COLOUR_HEADER, COLOUR_BORDER);
	scene_box(s, scene_part(s, 22, 58, 54, 30), 2, COLOUR_SURFACE, COLOUR_PRIMARY);
	for (int i = 0; i < 3; i++)
		scene_fill(s, scene_part(s, 30, 65 + i * 7, i == 2 ? 22 : 38, 2), COLOUR_BORDER);
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

/* The reader seen from above, with the sign that readers bear. */
static void reader(const struct scene *s, struct rect r)
{
	scene_box(s, r, 6, COLOUR_HEADER, COLOUR_BORDER);
}

static void card_to_reader(const struct scene *s)
{
	reader(s, scene_part(s, 6, 55, 88, 43));
	pen_icon(s->c, ICON_CHIP, scene_part(s, 6, 61, 88, 36), s->at.w * 30 / 100,
		 COLOUR_ON_HEADER);
	scene_card(&(struct scene){ s->c, scene_part(s, 20, 1, 60, 38) }, CARD_OLD_FRONT,
		   MARK_NONE);
	pen_icon(s->c, ICON_DOWN, scene_part(s, 38, 38, 24, 20), s->at.w * 22 / 100,
		 COLOUR_PRIMARY);
}

static void card_on_reader(const struct scene *s)
{
	reader(s, scene_part(s, 6, 12, 88, 80));
	scene_card(&(struct scene){ s->c, scene_part(s, 17, 21, 66, 42) }, CARD_OLD_FRONT,
		   MARK_NONE);
	pen_icon(s->c, ICON_CHIP, scene_part(s, 38, 66, 24, 24), s->at.w * 22 / 100,
		 COLOUR_ON_HEADER);
}

/* A card as large as fits; old design first, then the new one, one mark after the other. */
static void card_marked(const struct canvas *c, struct rect in, int which)
{
	enum card_mark marked = (enum card_mark)(MARK_CAN + which % 4);
	enum card_side side = which < 4               ? CARD_OLD_FRONT
			      : marked == MARK_EXPIRY ? CARD_NEW_BACK
						      : CARD_NEW_FRONT;
	int w = in.h * 100 / CARD_HEIGHT < in.w ? in.h * 100 / CARD_HEIGHT : in.w;

	scene_card(&(struct scene){ c, centred(in, w, w * CARD_HEIGHT / 100) }, side, marked);
}

void draw_PICTURE(const struct canvas *c, const struct node *n)
{
	enum picture picture = (enum picture)n->value;
	unsigned rgb[2] = { pen_rgb(c, picture == PICTURE_JOURNEY ? COLOUR_SURFACE : COLOUR_SOFT),
			    pen_rgb(c, COLOUR_LINE) };
	struct rect in = inset(n->rect, pen_mm(c, PAD_MM), pen_mm(c, PAD_MM));
	int side = in.w < in.h ? in.w : in.h;
	struct scene s = { c, centred(in, side, side) };

	shape_outlined(c->shapes, c->cr, n->rect, pen_mm(c, RADIUS_CARD_MM), pen_mm(c, 0.4), rgb);
	if (picture == PICTURE_CARD_UNDER_SCANNER)
		card_under_scanner(&s);
	else if (picture == PICTURE_SHEET_INTO_SCANNER)
		sheet_into_scanner(&s);
	else if (picture == PICTURE_JOURNEY)
		journey(c, in);
	else if (picture == PICTURE_CARD_TO_READER)
		card_to_reader(&s);
	else if (picture == PICTURE_CARD_ON_READER)
		card_on_reader(&s);
	else if (picture == PICTURE_SHEET_ON_GLASS)
		sheet_on_glass(&s);
	else if (picture == PICTURE_SHEET_UNDER_CAMERA)
		sheet_under_camera(&s);
	else if (picture == PICTURE_CARD_ON_GLASS)
		card_on_glass(&s);
	else if (picture >= PICTURE_OLD_CAN && picture <= PICTURE_NEW_EXPIRY)
		card_marked(c, in, (int)(picture - PICTURE_OLD_CAN));
	else
		scene_fault(c, in, picture);
}
