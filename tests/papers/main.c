/* Draws the sample papers that tests and the demo put into the scanner: A4 at 200 dpi, as a
 * scanner would see them, a little askew on paper that is not quite white.
 *
 *     papers DIR     writes DIR/giay_chung_sinh.png and so on, and two that go wrong:
 *                    to_khai_nguoc.png (upside down), trang_trang.png (blank)
 *
 * Beside each lies a .truth, as the corpus has them: "field KEY VALUE" for what is filled in, and
 * "pixels HEX", by which the picture is known wherever it is kept as it came. */
#include "tests/papers/draw.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define DPI    200
#define WIDTH  1654 /* 210 mm */
#define HEIGHT 2339 /* 297 mm */
#define MM     (DPI / 25.4)

enum kind { PAPER, NATION, TITLE, SMALL, PART, FIELD, TEXT, SIGN, CARD, END };

struct item {
	enum kind kind;
	const char *words[4];
};

static const struct item ITEMS[] = {
#define PAPER(file)         { PAPER, { file } },
#define NATION()            { NATION, { 0 } },
#define TITLE(text)         { TITLE, { text } },
#define SMALL(text)         { SMALL, { text } },
#define PART(text)          { PART, { text } },
#define FIELD(label, value) { FIELD, { label, value } },
#define TEXT(text)          { TEXT, { text } },
#define SIGN(left, right)   { SIGN, { left, right } },
#define CARD(a, b, c, d)    { CARD, { a, b, c, d } },
#include "tests/papers/paper_text.def"
	{ END, { 0 } },
};

struct paper {
	const char *file; /* what it is written as */
	const char *text; /* its name in paper_text.def */
	double turn;      /* degrees, clockwise */
};

static const struct paper PAPERS[] = {
	{ "giay_chung_sinh", "giay_chung_sinh", 0.4 },
	{ "to_khai_khai_sinh", "to_khai_khai_sinh", -0.6 },
	{ "ban_sao_can_cuoc", "ban_sao_can_cuoc", 0.3 },
	{ "giay_ket_hon", "giay_ket_hon", 0.8 },
	{ "to_khai_nguoc", "to_khai_khai_sinh", 180.5 },
	{ "trang_trang", "trang_trang", 0 },
};

static void draw_item(struct sheet *s, const struct item *i)
{
	const char *const *w = i->words;

	switch (i->kind) {
	case NATION:
		return draw_nation(s);
	case TITLE:
		return draw_title(s, w[0]);
	case SMALL:
		return draw_small(s, w[0]);
	case PART:
		return draw_part(s, w[0]);
	case FIELD:
		return draw_field(s, w[0], w[1]);
	case TEXT:
		return draw_text(s, w[0]);
	case SIGN:
		return draw_sign(s, w[0], w[1]);
	case CARD:
		return draw_card(s, w);
	case PAPER:
	case END:
		return;
	}
}

/* A paper without a word stays without the mark too: it is blank. */
static void draw_paper(struct sheet *s, const char *name)
{
	const struct item *i = ITEMS;

	while (i->kind != PAPER || strcmp(i->words[0], name) != 0)
		i++;
	bool blank = i[1].kind == PAPER || i[1].kind == END;
	for (i++; i->kind != PAPER && i->kind != END; i++)
		draw_item(s, i);
	if (!blank)
		draw_sample_mark(s);
}

/* The same grain on every machine. */
static void add_grain(cairo_surface_t *surface)
{
	uint8_t *row = cairo_image_surface_get_data(surface);
	int stride = cairo_image_surface_get_stride(surface);
	uint32_t seed = 2026;

	cairo_surface_flush(surface);
	for (int y = 0; y < HEIGHT; y++, row += stride) {
		for (int x = 0; x < WIDTH * 4; x += 4) {
			seed = seed * 1664525u + 1013904223u;
			int grain = (int)(seed >> 30) - 3; /* -3..0 */

			for (int c = 0; c < 3; c++)
				row[x + c] =
					row[x + c] + grain < 0 ? 0 : (uint8_t)(row[x + c] + grain);
		}
	}
	cairo_surface_mark_dirty(surface);
}

static void tell_words(FILE *to, const char *name)
{
	const struct item *i = ITEMS;

	while (i->kind != PAPER || strcmp(i->words[0], name) != 0)
		i++;
	for (i++; i->kind != PAPER && i->kind != END; i++)
		for (int n = 0; n < 4 && i->kind == CARD; n++)
			fprintf(to, "field card %s\n", i->words[n]);
	for (i--; i->kind != PAPER; i--)
		if (i->kind == FIELD)
			fprintf(to, "field value %s\n", i->words[1]);
}

/* Out of the middle of the upper margin, where nothing is drawn: the grain of this place. */
static void tell_pixels(FILE *to, cairo_surface_t *surface)
{
	const uint8_t *bytes = cairo_image_surface_get_data(surface);
	const uint8_t *at = bytes + (size_t)cairo_image_surface_get_stride(surface) * 20 + 4 * 800;

	fputs("pixels ", to);
	for (int i = 0; i < 16; i++, at += 4)
		fprintf(to, "%02x%02x%02x", at[2], at[1], at[0]);
	fputc('\n', to);
}

static bool write_truth(const struct paper *p, cairo_surface_t *surface, const char *dir)
{
	char path[4096];

	snprintf(path, sizeof path, "%s/%s.truth", dir, p->file);
	FILE *f = fopen(path, "we");
	if (!f)
		return false;
	tell_words(f, p->text);
	tell_pixels(f, surface);
	return fclose(f) == 0;
}

static bool write_paper(const struct paper *p, const char *dir)
{
	char path[4096];
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, WIDTH, HEIGHT);
	struct sheet s = { .cairo = cairo_create(surface), .y = 22 };

	cairo_set_source_rgb(s.cairo, 0.985, 0.98, 0.965);
	cairo_paint(s.cairo);
	cairo_scale(s.cairo, MM, MM);
	cairo_translate(s.cairo, 105, 148.5);
	cairo_rotate(s.cairo, p->turn * 3.14159265 / 180);
	cairo_translate(s.cairo, -105, -148.5);
	draw_paper(&s, p->text);
	add_grain(surface);
	snprintf(path, sizeof path, "%s/%s.png", dir, p->file);
	bool good = cairo_surface_write_to_png(surface, path) == CAIRO_STATUS_SUCCESS &&
		    write_truth(p, surface, dir);
	cairo_destroy(s.cairo);
	cairo_surface_destroy(surface);
	return good;
}

int main(int argc, char **argv)
{
	if (argc != 2 || argv[1][0] == '-') {
		fputs("papers DIR\n", stderr);
		return 2;
	}
	(void)mkdir(argv[1], 0755); /* it may be there */
	for (size_t i = 0; i < sizeof PAPERS / sizeof PAPERS[0]; i++) {
		if (write_paper(&PAPERS[i], argv[1]))
			continue;
		fprintf(stderr, "papers: cannot write %s/%s.png\n", argv[1], PAPERS[i].file);
		return 1;
	}
	return 0;
}
