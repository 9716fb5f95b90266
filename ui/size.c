#include "ui/size.h"

static int px(const struct sizer *s, double mm)
{
	return mm_px(s->metrics, mm);
}

bool card_is_wide(struct rect r)
{
	return r.w * 10 > r.h * 18;
}

enum type row_type(const struct node *n)
{
	return n->type >= TYPE_H2 ? TYPE_H2 : TYPE_LABEL;
}

double row_tile_mm(const struct node *n)
{
	return n->type >= TYPE_H2 ? TILE_ROW_LARGE_MM : TILE_ROW_MM;
}

struct rect banner_picture(const struct metrics *m, const struct node *n, struct rect *r)
{
	struct rect at;
	int high = mm_px(m, BANNER_PICTURE_MM);

	if (n->max == 0)
		return (struct rect){ r->x, r->y, 0, 0 };
	if (r->w < mm_px(m, BANNER_WIDE_MM)) {
		at = cut_top(r, high);
		cut_top(r, mm_px(m, PAD_SMALL_MM));
		at.w = 2 * high < at.w ? 2 * high : at.w;
		return at;
	}
	at = cut_left(r, 2 * high);
	cut_left(r, mm_px(m, PAD_MM));
	return centred(at, 2 * high, high);
}

int fact_label_px(int w)
{
	return w * 38 / 100;
}

void size_words(const struct sizer *s, enum type type, const char *words, int width, int *ret_w,
		int *ret_h)
{
	struct text_style style = style_of(s->metrics, s->look, type);

	style.width = width > 0 ? width : 0;
	text_size(s->text, &style, words, ret_w, ret_h);
}

static int words_height(const struct sizer *s, enum type type, const char *words, int width)
{
	int w, h;

	if (!words || !words[0])
		return 0;
	size_words(s, type, words, width > 1 ? width : 1, &w, &h);
	return h;
}

static int at_least(int h, int least)
{
	return h > least ? h : least;
}

/* Title over second line, with what stands left and right of them. */
static int stacked(const struct sizer *s, const struct node *n, int width, enum type title)
{
	return words_height(s, title, n->text, width) + words_height(s, TYPE_BODY, n->more, width);
}

static int card_height(const struct sizer *s, const struct node *n, int width)
{
	int pad = 2 * px(s, PAD_MM), side = px(s, TILE_MM) + px(s, PAD_MM) + px(s, 10);
	int wide = at_least(stacked(s, n, width - pad - side, TYPE_H2), px(s, TILE_MM)) + pad;

	if (card_is_wide((struct rect){ 0, 0, width, wide }))
		return wide;
	return px(s, TILE_MM) + px(s, 4.5) + stacked(s, n, width - pad, TYPE_H2) + pad + px(s, 1);
}

static int row_height(const struct sizer *s, const struct node *n, int width)
{
	int inner = width - 2 * px(s, PAD_MM) - (node_is_control(n) ? px(s, 10) : 0);
	int tile = n->icon ? px(s, row_tile_mm(n)) : 0;
	int h = stacked(s, n, inner - (tile ? tile + px(s, 4) : 0), row_type(n));

	h = at_least(h, tile) + 2 * px(s, PAD_SMALL_MM);
	return node_is_control(n) ? at_least(h, px(s, CONTROL_MM)) : h;
}

static int banner_height(const struct sizer *s, const struct node *n, int width)
{
	struct rect r = { 0, 0, width - 2 * px(s, PAD_MM), 1 << 20 };
	(void)banner_picture(s->metrics, n, &r);
	int words = stacked(s, n, r.w - (n->icon && !n->max ? px(s, 14) : 0), TYPE_LABEL);
	bool beside = r.y == 0;

	words = at_least(words, px(s, 10));
	if (n->max && beside)
		words = at_least(words, px(s, BANNER_PICTURE_MM));
	return words + r.y + 2 * px(s, PAD_SMALL_MM);
}

static int choice_height(const struct sizer *s, const struct node *n, int width)
{
	int inner = width - px(s, 8) - px(s, 11);

	return at_least(stacked(s, n, inner, TYPE_LABEL) + px(s, 5), px(s, CONTROL_MM));
}

static int button_height(const struct sizer *s, const struct node *n, int width)
{
	int icon = n->icon ? icon_px(s->metrics, s->look, n->type) + px(s, 2.5) : 0;
	int inner = width - 2 * px(s, PAD_SMALL_MM) - icon;

	return at_least(words_height(s, n->type, n->text, inner) + px(s, 6), px(s, CONTROL_MM));
}

static int fact_height(const struct sizer *s, const struct node *n, int width)
{
	int label = fact_label_px(width), value = width - label - px(s, PAD_SMALL_MM);
	int icon = n->icon ? icon_px(s->metrics, s->look, TYPE_BODY) + px(s, 2) : 0;

	if (n->type >= TYPE_H2)
		return words_height(s, TYPE_BODY, n->text, width) +
		       words_height(s, n->type, n->more, width);
	return at_least(words_height(s, TYPE_BODY, n->text, label - icon),
			words_height(s, TYPE_LABEL, n->more, value));
}

static int text_height(const struct sizer *s, const struct node *n, int width)
{
	int icon = n->icon ? icon_px(s->metrics, s->look, n->type) + px(s, 2) : 0;

	return words_height(s, n->type, n->text, width - icon);
}

int size_height(const struct sizer *s, const struct node *n, int width)
{
	switch (n->kind) {
	case NODE_CARD:
		return card_height(s, n, width);
	case NODE_ROW:
		return row_height(s, n, width);
	case NODE_BANNER:
		return banner_height(s, n, width);
	case NODE_CHOICE:
		return choice_height(s, n, width);
	case NODE_BUTTON:
	case NODE_KEY:
		return button_height(s, n, width);
	case NODE_FACT:
		return fact_height(s, n, width);
	case NODE_ICON_BUTTON:
		return words_height(s, n->type, n->text, width - 2 * px(s, 1)) +
		       px(s, ICON_BUTTON_MM);
	case NODE_CHIP:
		return words_height(s, n->type, n->text, width) + px(s, 3);
	case NODE_FIELD:
		return at_least(words_height(s, TYPE_BODY, "Ậ", width) + px(s, 5),
				px(s, CONTROL_MM));
	default:
		return text_height(s, n, width);
	}
}

int size_width(const struct sizer *s, const struct node *n)
{
	int icon = n->icon ? icon_px(s->metrics, s->look, n->type) + px(s, 2.5) : 0, w, h;

	size_words(s, n->type, n->text, 0, &w, &h);
	return w + icon + 2 * px(s, PAD_SMALL_MM) + px(s, n->kind == NODE_BUTTON ? 8 : 1);
}
