#include "tests/papers/draw.h"

#include <math.h>
#include <pango/pangocairo.h>

#define LEFT     25.0 /* mm */
#define WIDTH    165.0
#define LINE     9.6
#define BODY_MM  4.4 /* height of the body font */
#define SERIF    "Liberation Serif, Noto Serif, serif"
#define INK      0.10, 0.10, 0.12
#define BLUE_INK 0.10, 0.16, 0.55

struct words {
	const char *text;
	const char *style; /* "Bold", "Italic" or "" */
	double size_mm;
	double x, width;
	PangoAlignment align;
};

/* The height it takes, in mm. Draws when `s` has somewhere to draw. */
static double put(struct sheet *s, const struct words *w, double *ret_width)
{
	PangoLayout *l = pango_cairo_create_layout(s->cairo);
	g_autofree char *name = g_strdup_printf("%s %s", SERIF, w->style);
	PangoFontDescription *font = pango_font_description_from_string(name);
	PangoRectangle box;

	pango_font_description_set_absolute_size(font, w->size_mm * PANGO_SCALE);
	pango_layout_set_font_description(l, font);
	pango_layout_set_text(l, w->text, -1);
	pango_layout_set_width(l, (int)(w->width * PANGO_SCALE));
	pango_layout_set_alignment(l, w->align);
	pango_layout_get_extents(l, NULL, &box);
	cairo_move_to(s->cairo, w->x, s->y);
	pango_cairo_show_layout(s->cairo, l);
	pango_font_description_free(font);
	g_object_unref(l);
	if (ret_width)
		*ret_width = (double)box.width / PANGO_SCALE;
	return (double)box.height / PANGO_SCALE;
}

static void centre(struct sheet *s, const char *text, const char *style, double size_mm)
{
	struct words w = { text, style, size_mm, LEFT, WIDTH, PANGO_ALIGN_CENTER };

	cairo_set_source_rgb(s->cairo, INK);
	s->y += put(s, &w, NULL);
}

void draw_nation(struct sheet *s)
{
	centre(s, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Bold", 4.6);
	centre(s, "Độc lập - Tự do - Hạnh phúc", "Bold", 4.8);
	cairo_set_line_width(s->cairo, 0.3);
	cairo_move_to(s->cairo, LEFT + WIDTH / 2 - 27, s->y + 1);
	cairo_line_to(s->cairo, LEFT + WIDTH / 2 + 27, s->y + 1);
	cairo_stroke(s->cairo);
	s->y += 9;
}

void draw_title(struct sheet *s, const char *text)
{
	centre(s, text, "Bold", 7.0);
	s->y += 1;
}

void draw_small(struct sheet *s, const char *text)
{
	centre(s, text, "Italic", BODY_MM);
	s->y += 4;
}

void draw_part(struct sheet *s, const char *text)
{
	struct words w = { text, "Bold", BODY_MM, LEFT, WIDTH, PANGO_ALIGN_LEFT };

	cairo_set_source_rgb(s->cairo, INK);
	put(s, &w, NULL);
	s->y += LINE;
}

static void dotted_line(struct sheet *s, double from, double to)
{
	cairo_save(s->cairo);
	cairo_set_line_width(s->cairo, 0.25);
	cairo_set_dash(s->cairo, (double[]){ 0.3, 0.9 }, 2, 0);
	cairo_move_to(s->cairo, from, s->y + BODY_MM * 1.18);
	cairo_line_to(s->cairo, to, s->y + BODY_MM * 1.18);
	cairo_stroke(s->cairo);
	cairo_restore(s->cairo);
}

void draw_field(struct sheet *s, const char *label, const char *value)
{
	g_autofree char *text = g_strconcat(label, ":", NULL);
	struct words w = { text, "", BODY_MM, LEFT, WIDTH, PANGO_ALIGN_LEFT };
	double used;

	cairo_set_source_rgb(s->cairo, INK);
	put(s, &w, &used);
	dotted_line(s, LEFT + used + 1, LEFT + WIDTH);
	cairo_set_source_rgb(s->cairo, BLUE_INK);
	w = (struct words){ value,           "Italic",         BODY_MM + 0.4,
			    LEFT + used + 4, WIDTH - used - 4, PANGO_ALIGN_LEFT };
	s->y -= 0.5;
	put(s, &w, NULL);
	s->y += 0.5 + LINE;
}

void draw_text(struct sheet *s, const char *text)
{
	struct words w = { text, "", BODY_MM, LEFT, WIDTH, PANGO_ALIGN_LEFT };

	cairo_set_source_rgb(s->cairo, INK);
	s->y += put(s, &w, NULL) + LINE - BODY_MM;
}

/* What a signature looks like from afar. */
static void scrawl(struct sheet *s, double x)
{
	cairo_set_source_rgb(s->cairo, BLUE_INK);
	cairo_set_line_width(s->cairo, 0.5);
	cairo_move_to(s->cairo, x, s->y + 16);
	for (int i = 1; i <= 40; i++)
		cairo_line_to(s->cairo, x + i * 0.8,
			      s->y + 16 + 4 * sin(i * 0.9) * cos(i * 0.17) - i * 0.08);
	cairo_stroke(s->cairo);
}

void draw_sign(struct sheet *s, const char *left, const char *right)
{
	struct words l = { left, "Bold", BODY_MM, LEFT, WIDTH / 2, PANGO_ALIGN_CENTER };
	struct words r = {
		right, "Bold", BODY_MM, LEFT + WIDTH / 2, WIDTH / 2, PANGO_ALIGN_CENTER
	};

	s->y += 3;
	cairo_set_source_rgb(s->cairo, INK);
	put(s, &l, NULL);
	put(s, &r, NULL);
	if (*left)
		scrawl(s, LEFT + 24);
	scrawl(s, LEFT + WIDTH / 2 + 25);
	s->y += 30;
}

void draw_card(struct sheet *s, const char *const lines[4])
{
	const double x = 58, width = 94, height = 59.2; /* an ID-1 card, enlarged by a tenth */

	cairo_set_source_rgb(s->cairo, 0.86, 0.92, 0.90);
	cairo_rectangle(s->cairo, x, s->y, width, height);
	cairo_fill_preserve(s->cairo);
	cairo_set_source_rgb(s->cairo, 0.35, 0.45, 0.45);
	cairo_set_line_width(s->cairo, 0.3);
	cairo_stroke(s->cairo);
	cairo_set_source_rgb(s->cairo, 0.72, 0.78, 0.78);
	cairo_rectangle(s->cairo, x + 5, s->y + 18, 21, 28);
	cairo_fill(s->cairo);
	double top = s->y;
	struct words head = { "CĂN CƯỚC (MẪU)", "Bold", 4.6, x, width, PANGO_ALIGN_CENTER };
	s->y = top + 5;
	cairo_set_source_rgb(s->cairo, 0.70, 0.12, 0.12);
	put(s, &head, NULL);
	for (int i = 0; i < 4; i++) {
		struct words w = { lines[i], i < 2 ? "Bold" : "", 3.6,
				   x + 30,   width - 32,          PANGO_ALIGN_LEFT };

		s->y = top + 16 + i * 9;
		cairo_set_source_rgb(s->cairo, INK);
		put(s, &w, NULL);
	}
	s->y = top + height + 16;
}

void draw_sample_mark(struct sheet *s)
{
	struct words w = { "MẪU", "Bold", 62, -105, 210, PANGO_ALIGN_CENTER };
	double y = s->y;

	cairo_save(s->cairo);
	cairo_translate(s->cairo, 105, 148);
	cairo_rotate(s->cairo, -0.85);
	cairo_set_source_rgba(s->cairo, 0.85, 0.20, 0.20, 0.16);
	s->y = -40;
	put(s, &w, NULL);
	cairo_restore(s->cairo);
	s->y = y;
}
