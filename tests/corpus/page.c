#include "tests/corpus/mark.h"
#include "tests/corpus/worn.h"

#include <stdarg.h>
#include <string.h>

static const char *const NAMES[KIND_COUNT] = { "birth",      "form",      "letter",   "table",
					       "land",       "residence", "decision", "ledger",
					       "receipt",    "card",      "blank",    "diploma",
					       "card_front", "card_back" };

const char *kind_name(enum kind k)
{
	return NAMES[k];
}

void kind_size(const struct which *which, double *ret_width, double *ret_height)
{
	enum kind k = which->kind;
	struct rng r = rng_of(which->seed, 900 + k);
	bool half = k == KIND_RECEIPT;
	bool wide =
		k == KIND_LEDGER || (k == KIND_DIPLOMA && (which->seed == 1 || rng_below(&r, 2)));

	if (k >= CORPUS_PAGES) {
		*ret_width = 86;
		*ret_height = 54;
		return;
	}
	*ret_width = half ? 210 : wide ? 297 : 210;
	*ret_height = half ? 148.5 : wide ? 210 : 297;
}

static void hear(void *data, const char *line, bool joined)
{
	struct truth *t = data;

	if (joined && t->lines->len > 0) {
		char **last = (char **)&t->lines->pdata[t->lines->len - 1];
		char *both = g_strconcat(*last, " ", line, NULL);

		g_free(*last);
		*last = both;
		return;
	}
	g_ptr_array_add(t->lines, g_strdup(line));
}

void page_init(struct page *p, cairo_t *cairo, const struct which *which)
{
	/* Both sides are of one card, and the copy of it too. */
	unsigned stream = which->kind >= CORPUS_PAGES ? KIND_CARD : which->kind;
	static const char *const FAMILIES[] = { "Liberation Serif", "Liberation Serif",
						"Noto Serif",       "Liberation Sans",
						"Noto Sans",        "DejaVu Serif",
						"DejaVu Sans" };
	*p = (struct page){ .sheet = { cairo, 0, hear, &p->truth },
			    .rng = rng_of(which->seed, 100 + stream) };
	p->truth.lines = g_ptr_array_new_with_free_func(g_free);
	p->truth.facts = g_string_new(NULL);
	say_init(&p->say, rng_of(which->seed, 300 + stream));
	p->other_person = which->person > 0;
	say_init(&p->person, rng_of(which->seed, 5000 + which->person));
	kind_size(which, &p->width, &p->height);
	p->left = rng_between(&p->rng, 20, 28);
	p->wide = p->width - p->left - rng_between(&p->rng, 15, 20);
	p->family = FAMILIES[rng_below(&p->rng, G_N_ELEMENTS(FAMILIES))];
	p->body_mm = rng_between(&p->rng, 12.5, 14.2) * 25.4 / 72;
	/* These are wider than Liberation Serif at the same size. */
	if (!strstr(p->family, "Liberation Serif"))
		p->body_mm *= 0.86;
	p->leading = rng_between(&p->rng, 1.05, 1.3);
	if (strstr(p->family, "Noto"))
		p->leading *= 0.88;
	p->sheet.y = rng_between(&p->rng, 16, 22);
	p->dots_under = rng_below(&p->rng, 4) == 0;
	if (which->worn & 1u << WORN_TYPED) {
		p->family = "Liberation Mono";
		p->body_mm *= 0.82;
	}
}

void page_draw(struct page *p, const struct which *which)
{
	static void (*const DRAW[KIND_COUNT])(struct page *) = {
		draw_birth,     draw_form,     draw_letter,     draw_table,    draw_land,
		draw_residence, draw_decision, draw_ledger,     draw_receipt,  draw_card,
		NULL,           draw_diploma,  draw_card_front, draw_card_back
	};
	if (DRAW[which->kind])
		DRAW[which->kind](p);
	worn_draw(p, which);
}

void page_finish(struct page *p)
{
	g_ptr_array_unref(p->truth.lines);
	g_string_free(p->truth.facts, TRUE);
	say_finish(&p->say);
	say_finish(&p->person);
	*p = (struct page){ 0 };
}

const char *page_person(struct page *p, const char *pattern)
{
	const char *own = say(&p->say, pattern);

	return p->other_person ? say(&p->person, pattern) : own;
}

void page_fact(struct page *p, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_string_append_vprintf(p->truth.facts, format, args);
	g_string_append_c(p->truth.facts, '\n');
	va_end(args);
}

void page_mark(struct page *p, const char *what, double x, double y, double width, double height)
{
	if (p->truth.mark_count < MARKS_MAX)
		p->truth.marks[p->truth.mark_count++] = (struct mark){ what, x, y, width, height };
}

struct pen_words page_words(const struct page *p, const char *text)
{
	return (struct pen_words){ text,    p->family, p->body_mm, p->left,
				   p->wide, PEN_BLACK, PEN_LEFT,   .leading = p->leading };
}

void page_step(struct page *p, double lines)
{
	p->sheet.y += lines * p->body_mm * 1.2 * p->leading;
}

void page_para(struct page *p, const char *text)
{
	struct pen_words w = page_words(p, text);

	w.align = PEN_JUSTIFY;
	w.indent = 10;
	p->sheet.y += pen_put(&p->sheet, &w, NULL) + 0.25 * p->body_mm;
}

void page_centre(struct page *p, const char *text, double times, bool bold)
{
	struct pen_words w = page_words(p, text);

	w.align = PEN_CENTER;
	w.size_mm *= times;
	w.bold = bold;
	p->sheet.y += pen_put(&p->sheet, &w, NULL);
}

void page_title(struct page *p, const char *text, struct pen_rgb ink)
{
	struct pen_words w = page_words(p, text);

	w.align = PEN_CENTER;
	w.size_mm *= rng_between(&p->rng, 1.35, 1.6);
	w.bold = true;
	w.ink = ink;
	p->sheet.y += pen_put(&p->sheet, &w, NULL);
	page_fact(p, "title %s", text);
}

void page_field_at(struct page *p, const struct field *f)
{
	struct pen_words w = page_words(p, f->label);
	const char *label = say_text(&p->say, "%s:", f->label);
	double used, y = p->sheet.y;

	w.text = label;
	w.x = f->x;
	w.width = f->width;
	w.joined = f->joined;
	pen_put(&p->sheet, &w, &used);
	double to = f->x + f->width;
	struct pen_words dots = w;
	if (f->pen || p->dots_under || !*f->value)
		pen_leader(&p->sheet, &dots, f->x + used + 0.5, to);
	w.joined = true;
	w.text = f->value;
	w.x += used + 2;
	w.width -= used + 2;
	if (!*f->value)
		return;
	p->sheet.y -= f->pen ? 0.9 : 0.3;
	if (f->pen) {
		w.family = "Liberation Serif";
		w.italic = true;
		w.size_mm = 5.0;
		w.ink = PEN_BLUE;
		pen_hand(&p->sheet, &w, &p->rng, NULL);
	} else {
		pen_put(&p->sheet, &w, &used);
	}
	p->sheet.y = y;
	if (!f->pen && !p->dots_under)
		pen_leader(&p->sheet, &dots, w.x + used + 0.5, to);
}

void page_field(struct page *p, const char *label, const char *value, bool pen)
{
	page_field_at(p, &(struct field){ label, value, p->left, p->wide, pen, false });
	page_step(p, pen ? 1.3 : 1.15);
}

const char *page_head(struct page *p, const char *number)
{
	const char *xa = say(&p->say, "{^xa}");
	const char *office = say_text(&p->say, "ỦY BAN NHÂN DÂN %s", xa);
	struct pen_words w = page_words(p, "ỦY BAN NHÂN DÂN");
	double y = p->sheet.y, part = p->wide * 0.41, ruled;

	w.size_mm *= 0.92;
	w.align = PEN_CENTER;
	w.width = part;
	w.leading = 0;
	p->sheet.y += pen_put(&p->sheet, &w, NULL);
	w.text = xa;
	w.bold = true;
	p->sheet.y += pen_put(&p->sheet, &w, &ruled) + 0.8;
	cairo_set_line_width(p->sheet.cairo, 0.3);
	pen_line(&p->sheet, w.x + part / 2 - ruled / 4, p->sheet.y, w.x + part / 2 + ruled / 4,
		 p->sheet.y);
	p->sheet.y += 1.5;
	if (number) {
		w.bold = false;
		w.text = say_text(&p->say, "Số: %s", number);
		pen_put(&p->sheet, &w, NULL);
		page_fact(p, "field number %s", number);
	}
	p->sheet.y = y;
	w.x += part;
	w.width = p->wide - part;
	w.bold = false;
	form_nation(&p->sheet, &w);
	p->sheet.y += 2;
	return office;
}

void page_date(struct page *p, const char *date)
{
	struct pen_words w = page_words(p, date);

	w.x += p->wide * 0.41;
	w.width = p->wide * 0.59;
	w.align = PEN_CENTER;
	w.italic = true;
	p->sheet.y += pen_put(&p->sheet, &w, NULL);
	page_fact(p, "field date %s", strstr(date, "ngày") ? strstr(date, "ngày") : date);
}

void page_signed(struct page *p, const char *office)
{
	double x = p->left + p->wide * 0.48, width = p->wide * 0.52, y = p->sheet.y;
	const char *name = say(&p->say, "{name}");
	struct pen_words w = page_words(p, "");
	bool acting = rng_below(&p->rng, 2);

	w.x = x;
	w.width = width;
	w.align = PEN_CENTER;
	w.bold = true;
	w.leading = 0;
	if (acting) {
		w.text = "TM. ỦY BAN NHÂN DÂN";
		p->sheet.y += pen_put(&p->sheet, &w, NULL);
	}
	w.text = say(&p->say, "{chief}");
	p->sheet.y += pen_put(&p->sheet, &w, NULL);
	mark_signature(p, x + width * 0.28, p->sheet.y + 3, width * 0.42);
	mark_stamp(p, x + width * rng_between(&p->rng, 0.18, 0.26),
		   p->sheet.y + rng_between(&p->rng, 12, 17), office,
		   say(&p->say, "TỈNH {^province}"));
	p->sheet.y = y + (acting ? 38 : 33);
	w.text = name;
	p->sheet.y += pen_put(&p->sheet, &w, NULL);
	page_fact(p, "field signer %s", name);
}

void page_row(struct page *p, const struct grid *g, const char *const *cells, bool head)
{
	struct pen_words w = page_words(p, "");
	double x = g->x, most = g->row_mm, y = p->sheet.y;
	bool joined = false;

	w.leading = 0;
	w.size_mm *= 0.92;
	w.bold = head;
	w.family = g->family ? g->family : p->family;
	for (int i = 0; i < g->columns; x += g->widths[i++]) {
		if (!*cells[i])
			continue;
		w.text = cells[i];
		w.x = x + 1.2;
		w.width = g->widths[i] - 2.4;
		w.align = head ? PEN_CENTER : g->widths[i] < 15 ? PEN_CENTER : PEN_LEFT;
		double high = pen_measure(&p->sheet, &w, NULL) + 2;
		most = high > most ? high : most;
		w.joined = joined;
		p->sheet.y = y + 1;
		if (g->pen && !head) {
			w.ink = PEN_BLUE;
			w.italic = true;
			w.size_mm = 4.8;
			pen_hand(&p->sheet, &w, &p->rng, NULL);
			w.size_mm = p->body_mm * 0.92;
		} else {
			pen_put(&p->sheet, &w, NULL);
		}
		/* A row's number goes with what it numbers. */
		joined = !head && g_utf8_strlen(cells[i], -1) < 4;
	}
	pen_ink(&p->sheet, PEN_BLACK);
	cairo_set_line_width(p->sheet.cairo, 0.25);
	x = g->x;
	for (int i = 0; i < g->columns; x += g->widths[i++])
		pen_frame(&p->sheet, x, y, g->widths[i], most);
	p->sheet.y = y + most;
}
