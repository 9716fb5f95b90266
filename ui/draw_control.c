#include "ui/draw.h"

#include <string.h>

/* What a person touches. */

static enum colour text_colour(const struct canvas *c, const struct node *n)
{
	(void)c;
	if (n->state & STATE_DISABLED)
		return COLOUR_MUTED;
	return tone_colours(n->tone).text;
}

/* Icon and words side by side in the middle of r. */
static void icon_and_words(const struct canvas *c, const struct node *n, struct rect r,
			   enum colour colour)
{
	int size = n->icon ? icon_px(c->metrics, c->look, n->type) : 0;
	int gap = size && n->text[0] ? pen_mm(c, 2.5) : 0, w, h;
	struct text_style s = style_of(c->metrics, c->look, n->type);

	s.width = r.w - size - gap;
	text_size(c->text, &s, n->text, &w, &h);
	if (!n->text[0])
		w = 0;
	struct rect all = centred(r, w + size + gap, r.h);
	if (size)
		pen_icon(c, n->icon, cut_left(&all, size), size, colour);
	cut_left(&all, gap);
	pen_words_middle(c, all, (struct ink){ n->type, colour, ALIGN_CENTRE, 0 }, n->text);
}

void draw_BUTTON(const struct canvas *c, const struct node *n)
{
	struct tone_colours colours = tone_colours(n->tone);
	bool off = n->state & STATE_DISABLED, header = n->tone == TONE_HEADER;
	double radius = header ? 11 : RADIUS_BUTTON_MM;
	struct box box = { off ? COLOUR_GROUND : colours.ground, colours.border, radius,
			   header ? BORDER_MM : BORDER_STRONG_MM, n->tone == TONE_PRIMARY && !off };

	pen_box(c, n, box);
	icon_and_words(c, n, inset(n->rect, pen_mm(c, PAD_SMALL_MM), pen_mm(c, 1)),
		       text_colour(c, n));
}

/* Selected: switched on, as accessibility buttons can be. With a tone of its own it has an edge. */
void draw_ICON_BUTTON(const struct canvas *c, const struct node *n)
{
	struct rect r = inset(n->rect, pen_mm(c, 1), 0);
	bool on = n->state & STATE_SELECTED;
	enum colour ground = on ? COLOUR_PRIMARY : COLOUR_SURFACE;
	bool edge = n->tone != TONE_PLAIN;
	struct tone_colours colours = tone_colours(n->tone);
	enum colour ink = on ? COLOUR_ON_PRIMARY : edge ? colours.text : COLOUR_PRIMARY;
	int size = pen_mm(c, ICON_BUTTON_MM), w, h;
	struct text_style s = style_of(c->metrics, c->look, n->type);

	pen_box(c, n,
		(struct box){ ground, edge ? colours.border : ground, RADIUS_BUTTON_MM, BORDER_MM,
			      false });
	s.width = r.w;
	text_size(c->text, &s, n->text, &w, &h);
	cut_top(&r, (r.h - size - h) / 2);
	if (n->state & STATE_PRESSED && on)
		ink = COLOUR_ON_PRIMARY;
	pen_icon(c, n->icon, cut_top(&r, size), size, ink);
	pen_words(c, &r, (struct ink){ n->type, on ? ink : COLOUR_TEXT, ALIGN_CENTRE, 0 }, n->text);
}

static void arrow(const struct canvas *c, const struct node *n, struct rect at)
{
	int size = pen_mm(c, 8);

	if (!node_is_control(n) && !(n->state & STATE_UNDER))
		return;
	if (n->deed.action != ACTION_NONE || n->deed.local != LOCAL_NONE)
		pen_icon(c, n->state & STATE_SELECTED ? ICON_CHECK_CIRCLE : ICON_NEXT, at, size,
			 COLOUR_PRIMARY);
}

/* Title and second line, together in the middle of the height of r. */
static void title_and_more(const struct canvas *c, const struct node *n, struct rect r,
			   enum type title)
{
	struct text_style s = style_of(c->metrics, c->look, title);
	struct text_style m = style_of(c->metrics, c->look, TYPE_BODY);
	int w, title_h, more_h = 0;

	s.width = m.width = r.w;
	text_size(c->text, &s, n->text, &w, &title_h);
	if (n->more[0])
		text_size(c->text, &m, n->more, &w, &more_h);
	if (title_h + more_h < r.h)
		cut_top(&r, (r.h - title_h - more_h) / 2);
	pen_words(c, &r, (struct ink){ title, COLOUR_TEXT, ALIGN_START, 0 }, n->text);
	pen_words(c, &r, (struct ink){ TYPE_BODY, COLOUR_MUTED, ALIGN_START, 0 }, n->more);
}

static void card_wide(const struct canvas *c, const struct node *n, struct rect r)
{
	int tile = pen_mm(c, TILE_MM);

	if (n->icon) {
		pen_tile(c, centred(cut_left(&r, tile), tile, tile), n->icon, n->tone);
		cut_left(&r, pen_mm(c, PAD_MM));
	}
	arrow(c, n, cut_right(&r, pen_mm(c, 8)));
	cut_right(&r, pen_mm(c, 2));
	title_and_more(c, n, r, TYPE_H2);
}

static void card_tall(const struct canvas *c, const struct node *n, struct rect r)
{
	int tile = pen_mm(c, TILE_MM);
	struct rect top = cut_top(&r, tile);

	pen_tile(c, cut_left(&top, tile), n->icon, n->tone);
	arrow(c, n, cut_right(&top, pen_mm(c, 8)));
	cut_top(&r, pen_mm(c, 4));
	pen_words(c, &r, (struct ink){ TYPE_H2, COLOUR_TEXT, ALIGN_START, 0 }, n->text);
	cut_top(&r, pen_mm(c, 0.5));
	pen_words(c, &r, (struct ink){ TYPE_BODY, COLOUR_MUTED, ALIGN_START, 0 }, n->more);
}

void draw_CARD(const struct canvas *c, const struct node *n)
{
	bool on = n->state & STATE_SELECTED;
	enum colour border = pen_is_plain(c) ? COLOUR_LINE : on ? COLOUR_PRIMARY : COLOUR_SURFACE;
	struct rect r = inset(n->rect, pen_mm(c, PAD_MM), pen_mm(c, PAD_MM));

	pen_box(c, n,
		(struct box){ COLOUR_SURFACE, border, RADIUS_CARD_MM,
			      on ? BORDER_STRONG_MM : BORDER_MM, true });
	if (card_is_wide(n->rect))
		card_wide(c, n, r);
	else
		card_tall(c, n, r);
}

void draw_ROW(const struct canvas *c, const struct node *n)
{
	struct rect r = inset(n->rect, pen_mm(c, PAD_MM), pen_mm(c, PAD_SMALL_MM));
	int tile = pen_mm(c, row_tile_mm(n));
	bool on = n->state & STATE_SELECTED;

	pen_box(c, n,
		(struct box){ on ? COLOUR_SOFT : COLOUR_SURFACE,
			      on                   ? COLOUR_PRIMARY
			      : node_is_control(n) ? COLOUR_BORDER
						   : COLOUR_LINE,
			      RADIUS_BUTTON_MM, on ? BORDER_STRONG_MM : BORDER_MM, false });
	if (n->icon) {
		pen_tile(c, centred(cut_left(&r, tile), tile, tile), n->icon, n->tone);
		cut_left(&r, pen_mm(c, 4));
	}
	if (node_is_control(n)) {
		arrow(c, n, cut_right(&r, pen_mm(c, 8)));
		cut_right(&r, pen_mm(c, 2));
	}
	title_and_more(c, n, r, row_type(n));
}

void draw_CHOICE(const struct canvas *c, const struct node *n)
{
	struct rect r = inset(n->rect, pen_mm(c, 4), pen_mm(c, 2));
	bool on = n->state & STATE_SELECTED;
	int size = pen_mm(c, 8);

	pen_box(c, n,
		(struct box){ on ? COLOUR_SOFT : COLOUR_SURFACE,
			      on ? COLOUR_PRIMARY : COLOUR_BORDER, RADIUS_BUTTON_MM,
			      on ? BORDER_STRONG_MM : BORDER_MM, false });
	pen_icon(c,
		 n->icon ? n->icon
		 : on    ? ICON_RADIO_ON
			 : ICON_RADIO,
		 cut_left(&r, size), size, on ? COLOUR_PRIMARY : COLOUR_MUTED);
	cut_left(&r, pen_mm(c, 3));
	title_and_more(c, n, r, on ? TYPE_LABEL : TYPE_BODY);
}

/* The value on one line; while it is typed, moved so that the caret stays inside. */
static void field_value(const struct canvas *c, const struct node *n, struct rect r)
{
	struct text_style s = style_of(c->metrics, c->look, TYPE_BODY);
	bool typing = n->state & STATE_EDITING;
	struct rect at = r;

	if (!typing) {
		pen_words_middle(c, r, (struct ink){ TYPE_BODY, COLOUR_TEXT, ALIGN_START, 1 },
				 n->more);
		return;
	}
	int caret = text_caret_x(c->text, &s, n->more, n->value), thick = pen_mm(c, 0.6), w, h;
	text_size(c->text, &s, n->more, &w, &h);
	if (caret > r.w - thick)
		at.x -= caret - (r.w - thick);
	unsigned rgb = pen_rgb(c, COLOUR_TEXT);
	cairo_save(c->cr);
	cairo_rectangle(c->cr, r.x, r.y, r.w, r.h);
	cairo_clip(c->cr);
	cairo_set_source_rgb(c->cr, (rgb >> 16) / 255.0, (rgb >> 8 & 0xff) / 255.0,
			     (rgb & 0xff) / 255.0);
	text_draw(c->text, c->cr, &s, n->more, at.x, at.y + (at.h - h) / 2);
	shape_fill(c->cr, (struct rect){ at.x + caret, at.y + (at.h - h) / 2, thick, h },
		   pen_rgb(c, COLOUR_PRIMARY));
	cairo_restore(c->cr);
}

/* A box for each digit; the one that comes next has a strong edge. */
static void digit_boxes(const struct canvas *c, const struct node *n)
{
	size_t have = strlen(n->more);
	bool wrong = n->state & STATE_ERROR;
	char digit[2] = "";

	if (n->state & STATE_FOCUSED)
		pen_box(c, n,
			(struct box){ COLOUR_GROUND, COLOUR_GROUND, RADIUS_BUTTON_MM, BORDER_MM,
				      false });
	for (int i = 0; i < n->max; i++) {
		struct node box = *n;
		bool next = n->state & STATE_EDITING && (size_t)i == have;
		enum colour border = wrong ? COLOUR_ERROR : next ? COLOUR_PRIMARY : COLOUR_BORDER;
		box.rect = column(n->rect, n->max, pen_mm(c, GAP_MM), i);
		box.state &= ~(unsigned)STATE_FOCUSED;
		pen_box(c, &box,
			(struct box){ next ? COLOUR_SOFT : COLOUR_SURFACE, border, RADIUS_BUTTON_MM,
				      BORDER_STRONG_MM, false });
		digit[0] = (size_t)i < have ? n->more[i] : '\0';
		pen_words_middle(c, box.rect, (struct ink){ n->type, COLOUR_TEXT, ALIGN_CENTRE, 1 },
				 digit);
	}
}

void draw_FIELD(const struct canvas *c, const struct node *n)
{
	struct rect r = inset(n->rect, pen_mm(c, 4), pen_mm(c, 1));
	struct node shown = *n;
	char masked[MASKED_BYTES];
	bool typing = n->state & STATE_EDITING, filled = n->state & STATE_FILLED;
	enum colour border = n->state & STATE_ERROR ? COLOUR_ERROR
			     : typing               ? COLOUR_PRIMARY
						    : COLOUR_BORDER;
	int size = pen_mm(c, 7);

	if (n->type >= TYPE_BIG) {
		digit_boxes(c, n);
		return;
	}
	shown.more = node_value(n, masked);
	if (n->state & STATE_SECRET)
		shown.value = (int)strlen(shown.more);
	pen_box(c, n,
		(struct box){ filled && !typing ? COLOUR_FILLED : COLOUR_SURFACE, border,
			      RADIUS_BUTTON_MM,
			      border == COLOUR_BORDER ? BORDER_MM : BORDER_STRONG_MM, false });
	if (n->icon) {
		pen_icon(c, n->icon, cut_left(&r, size), size, COLOUR_MUTED);
		cut_left(&r, pen_mm(c, 3));
	}
	if (filled)
		pen_icon(c, n->tone == TONE_AMBER ? ICON_PAGE : ICON_CARD, cut_right(&r, size),
			 size, COLOUR_PRIMARY);
	else if (n->state & STATE_ERROR)
		pen_icon(c, ICON_ERROR, cut_right(&r, size), size, COLOUR_ERROR);
	field_value(c, &shown, r);
	explicit_bzero(masked, sizeof masked);
}

void draw_KEY(const struct canvas *c, const struct node *n)
{
	bool on = n->state & STATE_SELECTED, special = n->tone == TONE_QUIET;
	enum colour ground = n->tone == TONE_DANGER          ? COLOUR_ERROR
			     : n->tone == TONE_PRIMARY || on ? COLOUR_PRIMARY
			     : special                       ? COLOUR_KEY_SPECIAL
							     : COLOUR_KEY;
	enum colour ink = ground == COLOUR_ERROR     ? COLOUR_SURFACE
			  : ground == COLOUR_PRIMARY ? COLOUR_ON_PRIMARY
						     : COLOUR_TEXT;

	pen_box(c, n,
		(struct box){ ground, ground == COLOUR_PRIMARY ? COLOUR_PRIMARY : COLOUR_BORDER,
			      RADIUS_KEY_MM, 0.3, false });
	icon_and_words(c, n, inset(n->rect, pen_mm(c, 1), 0), ink);
}
