#include "tests/panel/paint_card.h"

#include "tests/panel/draw.h"
#include "tests/panel/fact.h"

#include <math.h>
#include <qrencode.h>
#include <stdio.h>
#include <string.h>

#define MRZ_LINE 30

static void print(cairo_t *c, struct rect r, const char *text, double size, bool bold)
{
	draw_text(c, &r, &(struct words){ text, size, bold, INK, PANGO_ALIGN_LEFT });
}

/* A small word for what is printed, and it. */
static void field(cairo_t *c, const struct model *m, struct rect r, const char *label,
		  const char *fact)
{
	char text[1024];

	fact_text(m->card, fact, text, sizeof text);
	draw_text(c, &r, &(struct words){ label, 6.5, false, GREY, PANGO_ALIGN_LEFT });
	r.y += 8;
	print(c, r, *text ? text : "—", 9, true);
}

static void draw_face(cairo_t *c, const struct rect *r)
{
	double x = r->x + r->width / 2, y = r->y + r->height * 0.42, radius = r->width * 0.32;

	draw_rounded(c, r, 3);
	draw_colour(c, SHADE);
	cairo_fill_preserve(c);
	cairo_save(c);
	cairo_clip(c);
	draw_colour(c, BLUE);
	cairo_arc(c, x, r->y + r->height * 1.12, r->width * 0.48, 0, 2 * M_PI);
	cairo_fill(c);
	cairo_set_source_rgb(c, 0.93, 0.78, 0.64);
	cairo_arc(c, x, y, radius, 0, 2 * M_PI);
	cairo_fill(c);
	draw_colour(c, INK);
	cairo_arc(c, x - radius * 0.4, y - radius * 0.15, radius * 0.1, 0, 2 * M_PI);
	cairo_fill(c);
	cairo_arc(c, x + radius * 0.4, y - radius * 0.15, radius * 0.1, 0, 2 * M_PI);
	cairo_fill(c);
	cairo_set_line_width(c, 1.5);
	cairo_arc(c, x, y, radius * 0.55, 0.2 * M_PI, 0.8 * M_PI);
	cairo_stroke(c);
	cairo_restore(c);
}

static void draw_qr(cairo_t *c, const struct model *m, const struct rect *r)
{
	char text[2048];

	fact_text(m->card, "card.qr", text, sizeof text);
	QRcode *q = *text ? QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M) : NULL;
	if (!q)
		return;
	double step = r->width / q->width;
	draw_colour(c, WHITE);
	cairo_rectangle(c, r->x - 2, r->y - 2, r->width + 4, r->width + 4);
	cairo_fill(c);
	draw_colour(c, INK);
	for (int i = 0; i < q->width * q->width; i++)
		if (q->data[i] & 1)
			cairo_rectangle(c, r->x + i % q->width * step, r->y + i / q->width * step,
					step, step);
	cairo_fill(c);
	QRcode_free(q);
}

/* What is printed and read by a machine; a 2024 card has its QR code on the back. */
static bool is_new(const struct model *m)
{
	char profile[8];

	fact_text(m->card, "card.profile", profile, sizeof profile);
	return strcmp(profile, "2024") == 0;
}

static void draw_front(cairo_t *c, const struct model *m, const struct rect *r)
{
	struct rect face = { r->x + 10, r->y + 36, 54, 72 };
	struct rect qr = { r->x + r->width - 58, r->y + 34, 48, 48 };
	struct rect text = { r->x + 74, r->y + 34, r->width - (is_new(m) ? 84 : 138), 16 };
	char can[16], line[64];

	print(c, (struct rect){ r->x + 10, r->y + 8, r->width - 20, 14 },
	      is_new(m) ? "CĂN CƯỚC" : "CĂN CƯỚC CÔNG DÂN", 12, true);
	draw_face(c, &face);
	field(c, m, text, "Số · No.", "card.number");
	text.y += 22;
	field(c, m, text, "Họ và tên · Full name", "card.name");
	text.y += 22;
	text.width = r->width - 84;
	field(c, m, text, "Ngày sinh · Date of birth", "card.birth");
	text.x += 92;
	field(c, m, text, "Giới tính · Sex", "card.sex");
	text.x -= 92;
	text.y += 22;
	field(c, m, text, "Nơi cư trú · Residence", "card.address");
	fact_text(m->card, "card.can", can, sizeof can);
	snprintf(line, sizeof line, "6 số mở chip · CAN  %s", can);
	print(c, (struct rect){ r->x + 10, r->y + r->height - 26, r->width - 20, 16 }, line, 11,
	      true);
	if (!is_new(m))
		draw_qr(c, m, &qr);
}

static void draw_back(cairo_t *c, const struct model *m, const struct rect *r)
{
	struct rect text = { r->x + 10, r->y + 12, r->width - 100, 16 };
	struct rect qr = { r->x + r->width - 82, r->y + 10, 72, 72 };
	char mrz[128], line[MRZ_LINE + 1];

	field(c, m, text, "Ngày cấp · Date of issue", "card.issued");
	text.y += 26;
	field(c, m, text, "Có giá trị đến · Valid until", "card.expires");
	if (is_new(m))
		draw_qr(c, m, &qr);
	fact_text(m->card, "card.mrz", mrz, sizeof mrz);
	cairo_select_font_face(c, "monospace", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_BOLD);
	cairo_set_font_size(c, (r->width - 20) / MRZ_LINE / 0.602);
	draw_colour(c, INK);
	for (int i = 0; i < 3 && strlen(mrz) == 3 * MRZ_LINE; i++) {
		snprintf(line, sizeof line, "%.*s", MRZ_LINE, mrz + MRZ_LINE * i);
		cairo_move_to(c, r->x + 10, r->y + r->height - 40 + 15 * i);
		cairo_show_text(c, line);
	}
}

static void draw_arrow(cairo_t *c, enum board_part part, const char *name)
{
	struct rect r = board_card(part), text = { r.x, r.y + 8, r.width, 20 };

	draw_rounded(c, &r, RADIUS);
	draw_colour(c, CARD_GROUND);
	cairo_fill_preserve(c);
	draw_colour(c, LINE);
	cairo_set_line_width(c, 1);
	cairo_stroke(c);
	draw_text(c, &text, &(struct words){ name, 18, true, BLUE, PANGO_ALIGN_CENTER });
}

static void draw_beside(cairo_t *c, const struct model *m, const struct rect *place)
{
	struct rect card = board_card(BOARD_TURN);
	struct rect r = { card.x + card.width + 12, card.y + 4, 0, 16 };
	char name[64], count[64];

	r.width = place->x + place->width - r.x;
	model_card_name(m, name, sizeof name);
	snprintf(count, sizeof count, "%u / %u", m->chosen + 1, model_card_count(m));
	print(c, r, name, 13, true);
	r.y += 20;
	draw_text(c, &r, &(struct words){ count, 11, false, GREY, PANGO_ALIGN_LEFT });
	r.y += 24;
	draw_text(c, &r,
		  &(struct words){ "Bấm thẻ để lật mặt", 11, false, BLUE, PANGO_ALIGN_LEFT });
	r.y += 15;
	draw_text(c, &r,
		  &(struct words){ "Press to turn over", 10, false, GREY, PANGO_ALIGN_LEFT });
	draw_arrow(c, BOARD_BEFORE, "‹");
	draw_arrow(c, BOARD_NEXT, "›");
}

void paint_card(cairo_t *c, const struct model *m, const struct rect *place)
{
	struct rect r = board_card(BOARD_TURN);

	draw_rounded(c, &r, 10);
	cairo_set_source_rgb(c, is_new(m) ? 0.86 : 0.90, 0.93, is_new(m) ? 0.97 : 0.88);
	cairo_fill_preserve(c);
	draw_colour(c, LINE);
	cairo_set_line_width(c, 1.5);
	cairo_stroke(c);
	if (!*m->card)
		print(c, (struct rect){ r.x + 12, r.y + 12, r.width - 24, 16 },
		      "Chưa có thẻ nào · No card", 11, false);
	else if (m->turned)
		draw_back(c, m, &r);
	else
		draw_front(c, m, &r);
	draw_beside(c, m, place);
}
