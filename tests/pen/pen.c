#include "tests/pen/pen.h"

#include <math.h>
#include <pango/pangocairo.h>
#include <string.h>

static PangoLayout *lay(struct sheet *s, const struct pen_words *w)
{
	PangoLayout *l = pango_cairo_create_layout(s->cairo);
	PangoFontDescription *font = pango_font_description_from_string(w->family);
	cairo_font_options_t *plain = cairo_font_options_create();
	PangoAttrList *marks = pango_attr_list_new();

	/* Without hints a letter is the same at every resolution. */
	cairo_font_options_set_hint_style(plain, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(plain, CAIRO_HINT_METRICS_OFF);
	cairo_font_options_set_antialias(plain, CAIRO_ANTIALIAS_GRAY);
	pango_cairo_context_set_font_options(pango_layout_get_context(l), plain);
	/* Whole units would be whole millimetres. */
	pango_context_set_round_glyph_positions(pango_layout_get_context(l), FALSE);
	pango_layout_context_changed(l);
	pango_font_description_set_absolute_size(font, w->size_mm * PANGO_SCALE);
	pango_font_description_set_weight(font, w->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_font_description_set_style(font, w->italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
	pango_layout_set_font_description(l, font);
	if (w->letter > 0)
		pango_attr_list_insert(
			marks, pango_attr_letter_spacing_new((int)(w->letter * PANGO_SCALE)));
	pango_layout_set_attributes(l, marks);
	pango_layout_set_text(l, w->text, -1);
	pango_layout_set_wrap(l, PANGO_WRAP_WORD);
	pango_layout_set_indent(l, (int)(w->indent * PANGO_SCALE));
	pango_layout_set_alignment(l, w->align == PEN_CENTER  ? PANGO_ALIGN_CENTER
				      : w->align == PEN_RIGHT ? PANGO_ALIGN_RIGHT
							      : PANGO_ALIGN_LEFT);
	pango_layout_set_justify(l, w->align == PEN_JUSTIFY);
	pango_layout_set_width(l, (int)(w->width * PANGO_SCALE));
	pango_layout_set_line_spacing(l, (float)w->leading);
	pango_attr_list_unref(marks);
	cairo_font_options_destroy(plain);
	pango_font_description_free(font);
	return l;
}

/* No point is left behind, from which a later arc would begin. */
static void show(struct sheet *s, PangoLayout *l)
{
	pango_cairo_show_layout(s->cairo, l);
	cairo_new_path(s->cairo);
}

static void say(struct sheet *s, PangoLayout *l, bool joined)
{
	const char *text = pango_layout_get_text(l);

	if (!s->said)
		return;
	for (int i = 0; i < pango_layout_get_line_count(l); i++) {
		PangoLayoutLine *line = pango_layout_get_line_readonly(l, i);
		g_autofree char *part = g_strndup(text + line->start_index, (gsize)line->length);

		if (*g_strstrip(part))
			s->said(s->said_data, part, joined && i == 0);
	}
}

static double height_of(PangoLayout *l, double *ret_width)
{
	PangoRectangle box;

	pango_layout_get_extents(l, NULL, &box);
	if (ret_width)
		*ret_width = (double)box.width / PANGO_SCALE;
	return (double)box.height / PANGO_SCALE;
}

double pen_put(struct sheet *s, const struct pen_words *w, double *ret_width)
{
	PangoLayout *l = lay(s, w);
	double height = height_of(l, ret_width);

	pen_ink(s, w->ink);
	cairo_move_to(s->cairo, w->x, s->y);
	show(s, l);
	say(s, l, w->joined);
	g_object_unref(l);
	return height;
}

double pen_measure(struct sheet *s, const struct pen_words *w, double *ret_width)
{
	PangoLayout *l = lay(s, w);
	double height = height_of(l, ret_width);

	g_object_unref(l);
	return height;
}

static double hand_word(struct sheet *s, const struct pen_words *w, struct rng *r)
{
	PangoLayout *l = lay(s, w);
	double width;

	height_of(l, &width);
	cairo_save(s->cairo);
	cairo_translate(s->cairo, w->x, s->y + rng_between(r, -0.25, 0.25));
	cairo_rotate(s->cairo, rng_between(r, -0.022, 0.022));
	cairo_transform(s->cairo, &(cairo_matrix_t){ 1, 0, -rng_between(r, 0, 0.12), 1, 0, 0 });
	cairo_move_to(s->cairo, 0, 0);
	show(s, l);
	cairo_restore(s->cairo);
	g_object_unref(l);
	return width;
}

void pen_hand(struct sheet *s, const struct pen_words *w, struct rng *r, double *ret_width)
{
	g_auto(GStrv) words = g_strsplit(w->text, " ", -1);
	struct pen_words one = *w;

	pen_ink(s, w->ink);
	one.width = 200;
	one.align = PEN_LEFT;
	for (char **word = words; *word; word++) {
		one.text = *word;
		one.size_mm = w->size_mm * rng_between(r, 0.96, 1.05);
		one.x += hand_word(s, &one, r) + w->size_mm * rng_between(r, 0.22, 0.38);
	}
	if (s->said)
		s->said(s->said_data, w->text, w->joined);
	if (ret_width)
		*ret_width = one.x - w->x;
}

void pen_leader(struct sheet *s, const struct pen_words *like, double from, double to)
{
	struct pen_words dots = *like;
	char text[512];
	double ten;

	dots.text = "..........";
	dots.width = 200;
	pen_measure(s, &dots, &ten);
	int count = ten > 0 ? (int)((to - from) / ten * 10) : 0;
	if (count < 1)
		return;
	count = count < (int)sizeof text ? count : (int)sizeof text - 1;
	memset(text, '.', (size_t)count);
	text[count] = '\0';
	dots.text = text;
	dots.x = from;
	dots.align = PEN_LEFT;
	dots.indent = 0;
	PangoLayout *l = lay(s, &dots);
	pen_ink(s, like->ink);
	cairo_move_to(s->cairo, from, s->y);
	show(s, l);
	g_object_unref(l);
}

void pen_ink(struct sheet *s, struct pen_rgb ink)
{
	cairo_set_source_rgb(s->cairo, ink.r, ink.g, ink.b);
}

void pen_line(struct sheet *s, double x1, double y1, double x2, double y2)
{
	cairo_move_to(s->cairo, x1, y1);
	cairo_line_to(s->cairo, x2, y2);
	cairo_stroke(s->cairo);
}

void pen_frame(struct sheet *s, double x, double y, double width, double height)
{
	cairo_rectangle(s->cairo, x, y, width, height);
	cairo_stroke(s->cairo);
}
