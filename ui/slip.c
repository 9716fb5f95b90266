#include "ui/slip.h"

#include "ui/text.h"

#include <qrencode.h>
#include <string.h>

#define MARGIN       16
#define NARROW       500 /* below this, one column */
#define MODULE_LEAST 5   /* 0.6 mm: what a telephone reads off thermal paper */
#define MODULE_MOST  8

/* Forms of Inter that cannot be mistaken: an l with a tail; in codes also a 0 with a stroke and an
 * I with serifs. */
#define FEATURES      "cv05=1"
#define CODE_FEATURES "cv05=1,cv08=1,zero=1"

#define QUIET 4 /* modules, ISO/IEC 18004 */

/* Hinted outlines: stems fall on whole dots, so that the threshold keeps them even. */
PangoContext *slip_context(struct text *t)
{
	PangoContext *c = text_context(t);
	cairo_font_options_t *o = cairo_font_options_create();

	cairo_font_options_set_antialias(o, CAIRO_ANTIALIAS_GRAY);
	cairo_font_options_set_hint_style(o, CAIRO_HINT_STYLE_FULL);
	cairo_font_options_set_hint_metrics(o, CAIRO_HINT_METRICS_ON);
	pango_cairo_context_set_font_options(c, o);
	pango_context_set_round_glyph_positions(c, TRUE);
	cairo_font_options_destroy(o);
	return c;
}

static double font_px(const struct slip *s, enum slip_size size)
{
	static const double WIDE[] = { 21, 24, 30, 38 }, NARROW_PX[] = { 20, 22, 26, 32 };

	return s->dots < NARROW ? NARROW_PX[size] : WIDE[size];
}

static PangoLayout *layout_of(const struct slip *s, struct slip_words how, double px, int width,
			      const char *words)
{
	PangoLayout *l = pango_layout_new(s->context);
	PangoFontDescription *font = pango_font_description_from_string("Inter");

	pango_font_description_set_absolute_size(font, px * PANGO_SCALE);
	pango_font_description_set_weight(font,
					  how.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_SEMIBOLD);
	pango_layout_set_font_description(l, font);
	pango_font_description_free(font);
	PangoAttrList *features = pango_attr_list_new();
	pango_attr_list_insert(features,
			       pango_attr_font_features_new(how.whole ? CODE_FEATURES : FEATURES));
	pango_layout_set_attributes(l, features);
	pango_attr_list_unref(features);
	pango_layout_set_width(l, width * PANGO_SCALE);
	pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_alignment(l, how.centred ? PANGO_ALIGN_CENTER : PANGO_ALIGN_LEFT);
	pango_layout_set_line_spacing(l, 1.15F);
	pango_layout_set_text(l, words, -1);
	return l;
}

/* Draws at x, y when there is something to draw on; returns the height. */
static int show(const struct slip *s, PangoLayout *l, int x, int y)
{
	int w, h;

	pango_layout_get_pixel_size(l, &w, &h);
	if (s->cr) {
		cairo_move_to(s->cr, x, y);
		pango_cairo_show_layout(s->cr, l);
	}
	text_end_layout(l);
	return h;
}

static int words_at(const struct slip *s, struct slip_words how, struct slip at, const char *words)
{
	return show(s, layout_of(s, how, font_px(s, how.size), at.width, words), at.left, at.y);
}

static int line_count(const struct slip *s, struct slip_words how, double px, const char *words)
{
	PangoLayout *l = layout_of(s, how, px, s->width, words);
	int lines = pango_layout_get_line_count(l);

	text_end_layout(l);
	return lines;
}

/* The font size at which `words` are one line of the slip. */
static double one_line_px(const struct slip *s, struct slip_words how, const char *words)
{
	double px = font_px(s, how.size);

	while (px > 14 && line_count(s, how, px, words) != 1)
		px--;
	return px;
}

void slip_text(struct slip *s, struct slip_words how, const char *words)
{
	double px = how.whole ? one_line_px(s, how, words) : font_px(s, how.size);

	if (words[0])
		s->y += show(s, layout_of(s, how, px, s->width, words), s->left, s->y);
}

void slip_fact(struct slip *s, const char *label, const char *value)
{
	struct slip_words plain = { .size = SLIP_BODY }, bold = { .size = SLIP_BODY, .bold = true };
	struct slip left = *s, right = *s;

	if (!value[0])
		return;
	if (s->dots < NARROW) {
		slip_text(s, (struct slip_words){ .size = SLIP_SMALL }, label);
		slip_text(s, bold, value);
		slip_gap(s, 4);
		return;
	}
	left.width = s->width * 34 / 100;
	right.left += left.width + 10;
	right.width -= left.width + 10;
	int a = words_at(s, plain, left, label), b = words_at(s, bold, right, value);
	s->y += (a > b ? a : b) + 4;
}

void slip_gap(struct slip *s, int dots)
{
	s->y += dots;
}

static void fill(const struct slip *s, int x, int y, int w, int h)
{
	if (!s->cr)
		return;
	cairo_rectangle(s->cr, x, y, w, h);
	cairo_fill(s->cr);
}

void slip_rule(struct slip *s)
{
	slip_gap(s, 9);
	fill(s, s->left, s->y, s->width, 2);
	slip_gap(s, 11);
}

void slip_framed(struct slip *s, const char *words)
{
	struct slip inner = *s;
	int top = s->y;

	inner.left += 12;
	inner.width -= 24;
	inner.y += 10;
	struct slip_words how = { .size = SLIP_TITLE, .bold = true, .centred = true };
	s->y = inner.y + words_at(s, how, inner, words) + 12;
	fill(s, s->left, top, s->width, 4);
	fill(s, s->left, s->y - 4, s->width, 4);
	fill(s, s->left, top, 4, s->y - top);
	fill(s, s->left + s->width - 4, top, 4, s->y - top);
}

static void modules(const struct slip *s, const QRcode *q, int x, int y, int module)
{
	for (int row = 0; row < q->width; row++)
		for (int col = 0; col < q->width; col++)
			if (q->data[row * q->width + col] & 1)
				fill(s, x + col * module, y + row * module, module, module);
}

void slip_qr(struct slip *s, const char *content, const char *words)
{
	QRcode *q = content[0] ? QRcode_encodeString8bit(content, 0, QR_ECLEVEL_M) : NULL;

	if (!q)
		return;
	int all = q->width + 2 * QUIET;
	int module = s->width * (s->dots < NARROW ? 70 : 46) / 100 / all;
	module = module < MODULE_LEAST ? MODULE_LEAST : module > MODULE_MOST ? MODULE_MOST : module;
	int side = q->width * module, quiet = QUIET * module;
	bool beside = s->width - side - 2 * quiet > 180;
	struct slip at = *s;
	slip_gap(s, quiet);
	modules(s, q, beside ? s->left + quiet : s->left + (s->width - side) / 2, s->y, module);
	if (beside) {
		at.left += side + 2 * quiet;
		at.width -= side + 2 * quiet;
		at.y = s->y;
		int h = words_at(s, (struct slip_words){ .size = SLIP_BODY }, at, words);
		s->y += h > side ? h : side;
	} else {
		s->y += side;
	}
	slip_gap(s, quiet);
	if (!beside)
		slip_text(s, (struct slip_words){ .size = SLIP_SMALL, .centred = true }, words);
	QRcode_free(q);
}

void slip_sign(struct slip *s, const char *const titles[2], const char *hint, const char *name)
{
	struct slip_words bold = { .size = SLIP_SMALL, .bold = true, .centred = true };
	struct slip_words plain = { .size = SLIP_SMALL, .centred = true };
	struct slip at = *s;
	int lowest = s->y;

	for (int i = 0; i < 2; i++) {
		at.y = s->y;
		at.width = s->width / 2 - 6;
		at.left = s->left + i * (s->width / 2 + 6);
		at.y += words_at(s, bold, at, titles[i]);
		at.y += words_at(s, plain, at, hint) + 70;
		if (i == 0)
			at.y += words_at(s, bold, at, name);
		lowest = at.y > lowest ? at.y : lowest;
	}
	s->y = lowest;
}
