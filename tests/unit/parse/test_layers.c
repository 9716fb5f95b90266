/* A drawn page in layers: print, a red stamp over it, a photo; and faults planted in its layers,
 * each of which the page's self-check must see. */
#include "firmware/parse/page/check.h"
#include "firmware/parse/page/jbig2.h"
#include "firmware/parse/page/layer_render.h"
#include "firmware/parse/page/layer_work.h"
#include "firmware/parse/page/layers.h"
#include "firmware/parse/page/mask.h"
#include "tests/tap.h"

#include <leptonica/allheaders.h>
#include <math.h>
#include <stdlib.h>

enum { DPI = 300, WIDTH = 1240, HEIGHT = 1500, COLOUR_DPI = 200 };
enum { LINE = 60, LETTER = 22, LETTERS = 30, LINES = 12, FIRST = 150 };
enum { STAMP_X = 800, STAMP_Y = 1050, STAMP_R = 200 };
enum { PHOTO_X = 150, PHOTO_Y = 1000, PHOTO_W = 240, PHOTO_H = 320 };

/* As sharp as a scanner draws: what is drawn at DPI is smoothed a little. */
struct drawing {
	uint8_t rgb[HEIGHT][WIDTH][3];
};

static void fill(struct drawing *d, const int box[4], uint32_t rgb)
{
	for (int y = box[1]; y < box[1] + box[3]; y++)
		for (int x = box[0]; x < box[0] + box[2]; x++)
			for (int k = 0; k < 3; k++)
				d->rgb[y][x][k] = (uint8_t)(rgb >> (16 - 8 * k));
}

/* Something like a letter with an accent over it and a dot under it. */
static void letter(struct drawing *d, int x, int y, uint32_t rgb)
{
	fill(d, (int[]){ x, y, 4, 24 }, rgb);
	fill(d, (int[]){ x + 10, y + 4, 4, 20 }, rgb);
	fill(d, (int[]){ x, y + 10, 14, 4 }, rgb);
	fill(d, (int[]){ x + 5, y - 9, 5, 5 }, rgb);
	fill(d, (int[]){ x + 5, y + 29, 5, 5 }, rgb);
}

static int line_y(int line)
{
	return FIRST + LINE * line;
}

static void draw_print(struct drawing *d)
{
	for (int line = 0; line < LINES; line++)
		for (int i = 0; i < LETTERS; i++)
			if (i % 6 != 5)
				letter(d, 150 + LETTER * i, line_y(line),
				       line == 3 ? 0xb02020 : 0x202020);
	letter(d, STAMP_X - 40, STAMP_Y + 30, 0x202020);
	letter(d, STAMP_X - 10, STAMP_Y + 30, 0x202020);
}

/* Two rings and a bar; where there is print it stays dark. */
static void draw_stamp(struct drawing *d)
{
	for (int y = STAMP_Y - STAMP_R; y <= STAMP_Y + STAMP_R; y++)
		for (int x = STAMP_X - STAMP_R; x <= STAMP_X + STAMP_R; x++) {
			double r = hypot(x - STAMP_X, y - STAMP_Y);
			bool on = (r > 185 && r < 200) || (r > 120 && r < 126) ||
				  (r < 100 && abs(y - STAMP_Y) < 3);

			if (!on || d->rgb[y][x][1] < 128)
				continue;
			memcpy(d->rgb[y][x], (uint8_t[]){ 214, 60, 64 }, 3);
		}
}

static void draw_photo(struct drawing *d)
{
	for (int y = 0; y < PHOTO_H; y++)
		for (int x = 0; x < PHOTO_W; x++)
			memcpy(d->rgb[PHOTO_Y + y][PHOTO_X + x],
			       (uint8_t[]){ (uint8_t)(60 + x / 2), (uint8_t)(90 + y / 4),
					    (uint8_t)(150 - x / 4) },
			       3);
}

static PIX *pix_of(const struct drawing *d)
{
	PIX *pix = pixCreate(WIDTH, HEIGHT, 32);

	for (int y = 0; y < HEIGHT; y++)
		for (int x = 0; x < WIDTH; x++)
			pixSetRGBPixel(pix, x, y, d->rgb[y][x][0], d->rgb[y][x][1],
				       d->rgb[y][x][2]);
	PIX *smooth = pixBlockconv(pix, 1, 1);
	pixDestroy(&pix);
	return smooth;
}

static struct leaf leaf_of(const struct drawing *d)
{
	PIX *full = pix_of(d);
	struct leaf l = { .dpi = DPI, .colour_dpi = COLOUR_DPI, .paper = { 255, 255, 255 } };

	l.gray = pixConvertRGBToGray(full, 0.3f, 0.59f, 0.11f);
	l.colour = pixScaleAreaMap(full, (l_float32)COLOUR_DPI / DPI, (l_float32)COLOUR_DPI / DPI);
	pixDestroy(&full);
	return l;
}

static struct leaf drawn_page(bool with_pictures)
{
	struct drawing *d = malloc(sizeof *d);

	memset(d, 255, sizeof *d);
	draw_print(d);
	if (with_pictures) {
		draw_photo(d);
		draw_stamp(d);
	}
	struct leaf l = leaf_of(d);
	free(d);
	return l;
}

static void leaf_end(struct leaf *l)
{
	pixDestroy(&l->gray);
	pixDestroy(&l->colour);
}

static bool lies_in(const struct layer *y, int x, int v)
{
	return x >= y->x && v >= y->y && x < y->x + y->w && v < y->y + y->h;
}

static bool in_a_region(const struct layers *l, int x, int y)
{
	for (size_t i = 0; i < l->region_count; i++)
		if (lies_in(&l->regions[i], x, y))
			return true;
	return false;
}

static l_uint32 ink_at(PIX *bits, int x, int y)
{
	l_uint32 v = 0;

	pixGetPixel(bits, x, y, &v);
	return v;
}

static const uint8_t *pixel(const struct canvas *c, int x, int y)
{
	return c->at + ((size_t)y * c->width + (size_t)x) * 3;
}

/* Each thing is in the layer it belongs to. */
static void things_find_their_layer(const struct layers *l)
{
	PIX *bits = NULL;

	eq_int(l->check, CHECK_LAYERS);
	ok(l->ground.len == 0); /* the page is white */
	eq_int(l->region_count, 2);
	ok(in_a_region(l, STAMP_X + STAMP_R - 8, STAMP_Y));
	ok(in_a_region(l, PHOTO_X + PHOTO_W / 2, PHOTO_Y + PHOTO_H / 2));
	ok(!in_a_region(l, 152, line_y(0)));
	ok(!in_a_region(l, 152, line_y(3)));
	eq_int(jbig2_read(l->stencil.bytes, l->stencil.len, &bits), ERR_OK);
	ok(ink_at(bits, 152, line_y(0) + 4));  /* print */
	ok(ink_at(bits, 157, line_y(0) - 7));  /* its accent */
	ok(ink_at(bits, 157, line_y(0) + 31)); /* and the dot below */
	ok(ink_at(bits, 152, line_y(3) + 4));  /* red print */
	ok(!ink_at(bits, STAMP_X, STAMP_Y));   /* the stamp is not */
	ok(!ink_at(bits, STAMP_X - 192, STAMP_Y));
	ok(ink_at(bits, STAMP_X - 38, STAMP_Y + 35)); /* the print under it is */
	ok(!ink_at(bits, PHOTO_X + 60, PHOTO_Y + 60));
	pixDestroy(&bits);
}

static void it_looks_like_the_page(const struct layers *l)
{
	struct canvas c = { 0 };

	eq_int(layers_render(l, 1, &c), ERR_OK);
	ok(pixel(&c, 152, line_y(0) + 4)[0] < 40);
	ok(pixel(&c, 152, line_y(3) + 4)[0] > 120 && pixel(&c, 152, line_y(3) + 4)[1] < 90);
	ok(pixel(&c, STAMP_X - 192, STAMP_Y)[0] > 180 &&
	   pixel(&c, STAMP_X - 192, STAMP_Y)[1] < 120);
	ok(pixel(&c, PHOTO_X + 20, PHOTO_Y + 20)[2] > pixel(&c, PHOTO_X + 20, PHOTO_Y + 20)[0]);
	ok(pixel(&c, 20, 20)[1] > 250);
	canvas_finish(&c);
}

static void same_page_gives_same_bytes(const struct leaf *leaf, const struct layers *l)
{
	struct layers again = { 0 };

	eq_int(layers_make(leaf, NULL, PROFILE_ARCHIVE, &again), ERR_OK);
	ok(again.stencil.len == l->stencil.len &&
	   memcmp(again.stencil.bytes, l->stencil.bytes, l->stencil.len) == 0);
	eq_int((intmax_t)again.region_count, (intmax_t)l->region_count);
	for (size_t i = 0; i < again.region_count && i < l->region_count; i++)
		ok(again.regions[i].len == l->regions[i].len &&
		   memcmp(again.regions[i].bytes, l->regions[i].bytes, l->regions[i].len) == 0);
	layers_finish(&again);
}

/* A page's layers with a fault in them. */
struct planted {
	struct leaf *leaf;
	struct work w;
	struct layers l;
};

static struct planted plant_begin(struct leaf *leaf)
{
	struct planted p = { .leaf = leaf };

	eq_int(layers_make(leaf, NULL, PROFILE_ARCHIVE, &p.l), ERR_OK);
	eq_int(work_look(leaf, PROFILE_ARCHIVE, &p.w), ERR_OK);
	return p;
}

static struct check_found plant_end(struct planted *p)
{
	struct check_found f = { 0 };

	eq_int(check_page(p->leaf, &p->w.clean, &p->l, NULL, &f), ERR_OK);
	layers_finish(&p->l);
	work_finish(&p->w);
	return f;
}

static void set_stencil(struct planted *p, PIX *bits)
{
	free(p->l.stencil.bytes);
	eq_int(jbig2_write(bits, &p->l.stencil.bytes, &p->l.stencil.len), ERR_OK);
}

static bool says_where(const struct check_found *f, int x, int y)
{
	for (size_t i = 0; i < f->part_count; i++)
		if (x >= f->parts[i].x && y >= f->parts[i].y && x < f->parts[i].x + f->parts[i].w &&
		    y < f->parts[i].y + f->parts[i].h)
			return true;
	return false;
}

static void nothing_planted_nothing_found(struct leaf *leaf)
{
	struct planted p = plant_begin(leaf);
	struct check_found f = plant_end(&p);

	ok(f.blocks > 100);
	eq_int(f.lost + f.invented + f.recoloured, 0);
	eq_int((intmax_t)f.part_count, 0);
}

static void a_blanked_word_is_seen(struct leaf *leaf)
{
	struct planted p = plant_begin(leaf);

	pixRasterop(p.w.bits, 150 + 6 * LETTER, line_y(5) - 12, 5 * LETTER, 50, PIX_CLR, NULL, 0,
		    0);
	set_stencil(&p, p.w.bits);
	struct check_found f = plant_end(&p);
	ok(f.lost > 0);
	eq_int(f.invented, 0);
	ok(says_where(&f, 150 + 8 * LETTER, line_y(5) + 10));
	ok(!f.everywhere);
}

static void a_dropped_accent_is_seen(struct leaf *leaf)
{
	struct planted p = plant_begin(leaf);

	pixRasterop(p.w.bits, 150 + 7 * LETTER + 3, line_y(7) - 11, 9, 9, PIX_CLR, NULL, 0, 0);
	set_stencil(&p, p.w.bits);
	struct check_found f = plant_end(&p);
	eq_int(f.lost, 1);
	ok(says_where(&f, 150 + 7 * LETTER + 7, line_y(7) - 7));
}

static void an_invented_stroke_is_seen(struct leaf *leaf)
{
	struct planted p = plant_begin(leaf);

	pixRasterop(p.w.bits, 1000, 300, 5, 20, PIX_SET, NULL, 0, 0);
	set_stencil(&p, p.w.bits);
	struct check_found f = plant_end(&p);
	ok(f.invented > 0);
	eq_int(f.lost, 0);
	ok(says_where(&f, 1002, 310));
}

static void a_shifted_stencil_is_seen(struct leaf *leaf)
{
	struct planted p = plant_begin(leaf);
	PIX *moved = pixTranslate(NULL, p.w.bits, 12, 9, L_BRING_IN_WHITE);

	set_stencil(&p, moved);
	pixDestroy(&moved);
	struct check_found f = plant_end(&p);
	ok(f.everywhere);
}

static void swapped_colours_are_seen(struct leaf *leaf)
{
	struct planted p = plant_begin(leaf);
	const struct layer_look look = { 60, CHROMA_FULL };
	struct part all = { 0, 0, WIDTH, HEIGHT };

	for (size_t i = 0; i < (size_t)p.w.ink.colours.width * p.w.ink.colours.height; i++) {
		uint8_t *rgb = p.w.ink.colours.at + 3 * i, red = rgb[0];

		rgb[0] = rgb[2];
		rgb[2] = red;
	}
	free(p.l.ink.bytes);
	eq_int(layer_of(&p.w.ink.colours, &look, &all, &p.l.ink), ERR_OK);
	struct check_found f = plant_end(&p);
	ok(f.recoloured > 0);
	ok(says_where(&f, 150 + 8 * LETTER, line_y(3) + 10));
	ok(!says_where(&f, 150 + 8 * LETTER, line_y(8) + 10));
}

static void exchanged_regions_are_seen(struct leaf *leaf)
{
	struct planted p = plant_begin(leaf);
	struct layer a = p.l.regions[0], b = p.l.regions[1];

	p.l.regions[0].bytes = b.bytes;
	p.l.regions[0].len = b.len;
	p.l.regions[0].width = b.width;
	p.l.regions[0].height = b.height;
	p.l.regions[1].bytes = a.bytes;
	p.l.regions[1].len = a.len;
	p.l.regions[1].width = a.width;
	p.l.regions[1].height = a.height;
	struct check_found f = plant_end(&p);
	ok(f.recoloured > 0);
	ok(f.everywhere || says_where(&f, PHOTO_X + PHOTO_W / 2, PHOTO_Y + PHOTO_H / 2));
}

static void a_lost_region_is_seen(struct leaf *leaf)
{
	struct planted p = plant_begin(leaf);

	for (size_t i = 0; i < p.l.region_count; i++)
		free(p.l.regions[i].bytes);
	p.l.region_count = 0;
	struct check_found f = plant_end(&p);
	ok(f.lost > 0);
	ok(f.everywhere || says_where(&f, STAMP_X, STAMP_Y + STAMP_R - 8));
}

static void a_damaged_layer_is_an_error(struct leaf *leaf)
{
	struct planted p = plant_begin(leaf);
	struct check_found f = { 0 };

	p.l.stencil.bytes[30] ^= 1;
	eq_int(check_page(leaf, &p.w.clean, &p.l, NULL, &f), ERR_BAD_DATA);
	p.l.stencil.bytes[30] ^= 1;
	p.l.regions[0].bytes[0] = 0;
	eq_int(check_page(leaf, &p.w.clean, &p.l, NULL, &f), ERR_BAD_DATA);
	layers_finish(&p.l);
	work_finish(&p.w);
}

static void plain_is_one_picture(const struct leaf *leaf)
{
	struct layers l = { 0 };

	eq_int(layers_make(leaf, NULL, PROFILE_PLAIN, &l), ERR_OK);
	eq_int(l.check, CHECK_PICTURE);
	ok(l.ground.len > 0 && l.stencil.len == 0 && l.region_count == 0);
	layers_finish(&l);
}

static void black_print_needs_no_ink_layer(void)
{
	struct drawing *d = malloc(sizeof *d);

	memset(d, 255, sizeof *d);
	for (int i = 0; i < LETTERS; i++)
		letter(d, 150 + LETTER * i, line_y(0), 0x303030);
	struct leaf leaf = leaf_of(d);
	struct layers l = { 0 };
	free(d);
	eq_int(layers_make(&leaf, NULL, PROFILE_ARCHIVE, &l), ERR_OK);
	ok(l.stencil.len > 0 && l.ink.len == 0 && l.ground.len == 0);
	eq_int(l.ink_rgb[0], 0);
	layers_finish(&l);
	leaf_end(&leaf);
}

/* A hairline between bold strokes: paler than they are, and ink all the same. */
static void a_hairline_beside_bold_print_is_ink(void)
{
	struct drawing *d = malloc(sizeof *d);
	PIX *bits = NULL;

	memset(d, 255, sizeof *d);
	for (int i = 0; i < LETTERS; i += 2) {
		fill(d, (int[]){ 150 + LETTER * i, line_y(0), 8, 40 }, 0x000000);
		fill(d, (int[]){ 150 + LETTER * i + 24, line_y(0), 2, 40 }, 0x909090);
	}
	struct leaf leaf = leaf_of(d);
	free(d);
	eq_int(mask_of_gray(leaf.gray, DPI, &bits), ERR_OK);
	for (int i = 0; bits && i < LETTERS; i += 2) {
		int x = 150 + LETTER * i;

		ok(ink_at(bits, x + 4, line_y(0) + 20) == 1);
		ok(ink_at(bits, x + 24, line_y(0) + 20) | ink_at(bits, x + 25, line_y(0) + 20));
		ok(ink_at(bits, x + 16, line_y(0) + 20) == 0);
	}
	pixDestroy(&bits);
	leaf_end(&leaf);
}

/* Print that is nearly black here and gray there is one print when it is drawn; pale print stays
 * pale. */
static void uneven_print_is_drawn_evenly(void)
{
	struct drawing *d = malloc(sizeof *d);
	struct canvas c = { 0 };
	struct layers l = { 0 };

	memset(d, 255, sizeof *d);
	for (int line = 0; line < LINES; line++)
		for (int i = 0; i < LETTERS; i++)
			letter(d, 150 + LETTER * i, line_y(line),
			       line > 8    ? 0xcdcdcd
			       : i % 6 < 3 ? 0x8c8c8c
					   : 0xa0a0a0);
	struct leaf leaf = leaf_of(d);
	free(d);
	eq_int(layers_make(&leaf, NULL, PROFILE_ARCHIVE, &l), ERR_OK);
	eq_int(layers_render(&l, 1, &c), ERR_OK);
	const uint8_t *dark = pixel(&c, 152, line_y(4) + 12);
	const uint8_t *paler = pixel(&c, 152 + 4 * LETTER, line_y(4) + 12);
	ok(abs(dark[1] - paler[1]) < 60);
	ok(pixel(&c, 152, line_y(10) + 12)[1] > 150);
	canvas_finish(&c);
	layers_finish(&l);
	leaf_end(&leaf);
}

static void a_blank_page_is_nothing(void)
{
	struct drawing *d = malloc(sizeof *d);

	memset(d, 255, sizeof *d);
	struct leaf leaf = leaf_of(d);
	struct layers l = { 0 };
	free(d);
	eq_int(layers_make(&leaf, NULL, PROFILE_ARCHIVE, &l), ERR_OK);
	eq_int(l.check, CHECK_LAYERS);
	ok(l.stencil.len == 0 && l.ground.len == 0 && l.region_count == 0);
	layers_finish(&l);
	leaf_end(&leaf);
}

/* Pages of one pixel and of one row; nothing may be read outside. */
static void tiny_pages_are_pages(void)
{
	static const int SIZES[][2] = { { 1, 1 }, { 1, 700 }, { 700, 1 }, { 33, 65 } };

	for (size_t i = 0; i < sizeof SIZES / sizeof *SIZES; i++) {
		struct leaf leaf = { .dpi = DPI, .colour_dpi = DPI, .paper = { 255, 255, 255 } };
		struct layers l = { 0 };

		leaf.gray = pixCreate(SIZES[i][0], SIZES[i][1], 8);
		leaf.colour = pixCreate(SIZES[i][0], SIZES[i][1], 32);
		eq_int(layers_make(&leaf, NULL, PROFILE_ARCHIVE, &l), ERR_OK);
		layers_finish(&l);
		leaf_end(&leaf);
	}
}

int main(void)
{
	struct leaf leaf = drawn_page(true), print = drawn_page(false);
	struct layers l = { 0 };

	setMsgSeverity(L_SEVERITY_NONE);
	eq_int(layers_make(&leaf, NULL, PROFILE_ARCHIVE, &l), ERR_OK);
	things_find_their_layer(&l);
	it_looks_like_the_page(&l);
	same_page_gives_same_bytes(&leaf, &l);
	layers_finish(&l);

	nothing_planted_nothing_found(&leaf);
	a_blanked_word_is_seen(&leaf);
	a_dropped_accent_is_seen(&leaf);
	an_invented_stroke_is_seen(&print);
	a_shifted_stencil_is_seen(&print);
	swapped_colours_are_seen(&leaf);
	exchanged_regions_are_seen(&leaf);
	a_lost_region_is_seen(&leaf);
	a_damaged_layer_is_an_error(&leaf);

	plain_is_one_picture(&leaf);
	black_print_needs_no_ink_layer();
	a_hairline_beside_bold_print_is_ink();
	uneven_print_is_drawn_evenly();
	a_blank_page_is_nothing();
	tiny_pages_are_pages();
	leaf_end(&leaf);
	leaf_end(&print);
	return tap_done();
}
