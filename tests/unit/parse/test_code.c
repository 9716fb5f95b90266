#include "firmware/parse/code.h"
#include "tests/tap.h"
#include "tests/unit/parse/pictures.h"

#define AN "001090000000||Nguyễn Thùy Ẩn|15011990|Nam|Số 1, phường Ba Đình, Hà Nội|01082024||||"

static struct code_finder *finder;
static struct codes found;

static enum err find_in(const struct image *i, bool hard)
{
	struct gray g = { 0 };
	enum err e = gray_of(i, 1, &g);

	if (e == ERR_OK)
		e = code_find(finder, &g, hard, &found);
	gray_finish(&g);
	return e;
}

static bool is_text(const struct code *c, const char *text)
{
	return c->len == strlen(text) && memcmp(c->bytes, text, c->len) == 0;
}

/* zbar's own guess at the character set would spoil about one of three of these. */
static void vietnamese_stays_as_it_is(void)
{
	static const char *const NAMES[] = { "Thùy",    "Nguyễn Thị Ẩn", "Trần Đức Vũ", "Lê Ắng",
					     "Ô Ơ Ư Đ", "Phường Ỷ La",   "Hoàng Thế Ỵ", "Quỳ Ẵm" };

	for (size_t n = 0; n < sizeof NAMES / sizeof *NAMES; n++) {
		struct image i = blank_image(260, 260, 1, 255);
		char text[200];

		snprintf(text, sizeof text, "00109000000%zu||%s|15011990|Nữ|Huế|01082024", n,
			 NAMES[n]);
		draw_qr(&i, 30, 30, 4, text, 0);
		eq_int(find_in(&i, false), ERR_OK);
		ok(is_text(&found.at[0], text));
		image_free(&i);
	}
}

static void any_bytes(void)
{
	static const char BYTES[] = "\x01\x02\xff\xfe\x80\x93\xfa_\x7f";
	struct image i = blank_image(200, 200, 1, 255);

	draw_qr(&i, 40, 40, 4, BYTES, 0);
	eq_int(find_in(&i, false), ERR_OK);
	ok(is_text(&found.at[0], BYTES));
	image_free(&i);
}

static void colour_and_place(void)
{
	struct image i = blank_image(400, 300, 3, 240);

	draw_qr(&i, 120, 60, 3, AN, 30);
	eq_int(find_in(&i, false), ERR_OK);
	eq_int(found.count, 1);
	eq_int(found.at[0].kind, CODE_QR);
	ok(found.at[0].x >= 110 && found.at[0].x <= 130);
	ok(found.at[0].y >= 50 && found.at[0].y <= 70);
	image_free(&i);
}

/* Each of these is missed at the first look. */
static void hard_ones(void)
{
	struct image inverted = blank_image(300, 300, 1, 20);

	draw_qr(&inverted, 60, 60, 4, AN, 235);
	eq_int(find_in(&inverted, false), ERR_NO_CODE);
	eq_int(find_in(&inverted, true), ERR_OK);
	ok(is_text(&found.at[0], AN));
	image_free(&inverted);

	struct image faint = blank_image(300, 300, 1, 128);
	draw_qr(&faint, 60, 60, 4, AN, 106);
	eq_int(find_in(&faint, true), ERR_OK);
	ok(is_text(&found.at[0], AN));
	image_free(&faint);
}

static void bar_codes(void)
{
	/* Code 39 "A1-01", three wide to one narrow, and Code 128 (set C) "010203" */
	static const char CODE39[] = "1311313111"
				     "3111131131"
				     "3113111131"
				     "1311113131"
				     "1113313111"
				     "3113111131"
				     "131131311";
	static const char CODE128[] = "211232"
				      "222122"
				      "222221"
				      "121223"
				      "123122"
				      "2331112";
	struct image i = blank_image(400, 300, 1, 255);

	draw_bars(&i, 40, 40, 60, CODE39);
	eq_int(find_in(&i, false), ERR_OK);
	eq_int(found.at[0].kind, CODE_39);
	ok(is_text(&found.at[0], "A1-01"));
	draw_bars(&i, 40, 160, 60, CODE128);
	eq_int(find_in(&i, false), ERR_OK);
	eq_int(found.count, 2);
	eq_int(found.at[0].kind, CODE_128);
	ok(is_text(&found.at[0], "010203"));
	draw_qr(&i, 280, 200, 2, "x", 0);
	eq_int(find_in(&i, false), ERR_OK);
	eq_int(found.at[0].kind, CODE_QR);
	image_free(&i);
}

static void nothing_there(void)
{
	struct image white = blank_image(64, 64, 1, 255), dot = blank_image(1, 1, 1, 0);

	eq_int(find_in(&white, true), ERR_NO_CODE);
	eq_int(find_in(&dot, true), ERR_NO_CODE);
	image_free(&white);
	image_free(&dot);
	struct image page = letter(0, 0);
	eq_int(find_in(&page, false), ERR_NO_CODE);
	image_free(&page);
}

/* Half of a code is no code, wherever it is cut. */
static void cut_codes(void)
{
	struct image whole = blank_image(220, 220, 1, 255);
	int wrong = 0;

	draw_qr(&whole, 20, 20, 4, AN, 0);
	for (uint32_t keep = 20; keep < 180; keep += 16) {
		struct image part = blank_image(220, 220, 1, 255);

		memcpy(image_bytes(&part), whole.pixels, (size_t)keep * 220);
		wrong += find_in(&part, false) == ERR_OK && !is_text(&found.at[0], AN);
		image_free(&part);
	}
	eq_int(wrong, 0);
	image_free(&whole);
}

int main(void)
{
	eq_int(code_finder_create(&finder), ERR_OK);
	vietnamese_stays_as_it_is();
	any_bytes();
	colour_and_place();
	hard_ones();
	bar_codes();
	nothing_there();
	cut_codes();
	code_finder_destroy(finder);
	return tap_done();
}
