#include "firmware/parse/sheet.h"
#include "tests/tap.h"
#include "tests/unit/parse/pictures.h"

/* 3 by 2, gray, rows as text. */
static const char *turned(unsigned quarters, char out[16])
{
	static const uint8_t PIXELS[] = "abcdef";
	struct sheet s = { { 3, 2, 200, 1, PIXELS }, quarters, 0 };
	char *at = out;

	for (uint32_t y = 0; y < sheet_height(&s); y++) {
		sheet_row(&s, y, (uint8_t *)at);
		at += sheet_width(&s);
		*at++ = '/';
	}
	*at = '\0';
	return out;
}

static void quarters(void)
{
	char text[16];

	eq_str(turned(0, text), "abc/def/");
	eq_str(turned(1, text), "da/eb/fc/");
	eq_str(turned(2, text), "fed/cba/");
	eq_str(turned(3, text), "cf/be/ad/");
}

/* A dark square right of the middle, turned clockwise, comes to lie lower. */
static void tilt(void)
{
	struct image i = blank_image(201, 201, 3, 255);
	uint8_t row[201 * 3];

	for (int y = 98; y <= 102; y++)
		memset(image_bytes(&i) + (y * 201 + 178) * 3, 0, 15);
	struct sheet s = { i, 0, 5 }; /* 80 pixels from the middle: 7 lower */
	sheet_row(&s, 107, row);
	ok(row[180 * 3] < 60 && row[180 * 3 + 2] < 60);
	sheet_row(&s, 100, row);
	ok(row[180 * 3] > 200);
	s.tilt_deg = -5;
	sheet_row(&s, 93, row);
	ok(row[180 * 3] < 60);
	sheet_row(&s, 0, row);
	eq_int(row[0], 255);
	image_free(&i);
}

static struct preview preview_of(const struct image *i, unsigned quarters, uint32_t side)
{
	struct sheet s = { *i, quarters, 0 };
	struct preview p;
	uint8_t row[3 * 512];

	if (preview_begin(&s, side, &p) != ERR_OK)
		exit(1);
	for (uint32_t y = 0; y < sheet_height(&s); y++) {
		sheet_row(&s, y, row);
		preview_row(&p, row);
	}
	return p;
}

static void previews(void)
{
	struct image i = blank_image(300, 200, 3, 200);

	for (int x = 0; x < 100; x++) /* the left third is red */
		for (int y = 0; y < 200; y++)
			memcpy(image_bytes(&i) + (y * 300 + x) * 3, "\xff\x00\x00", 3);
	struct preview p = preview_of(&i, 0, 90);
	eq_int(p.width, 90);
	eq_int(p.height, 60);
	ok(memcmp(p.pixels + (59 * 90 + 29) * 3, "\xff\x00\x00", 3) == 0);
	ok(memcmp(p.pixels + (59 * 90 + 30) * 3, "\xc8\xc8\xc8", 3) == 0);
	preview_finish(&p);

	p = preview_of(&i, 1, 77); /* does not divide: a mixed row at the seam, no gap elsewhere */
	eq_int(p.width, 51);
	eq_int(p.height, 77);
	ok(memcmp(p.pixels, "\xff\x00\x00", 3) == 0);
	ok(memcmp(p.pixels + (76 * 51 + 50) * 3, "\xc8\xc8\xc8", 3) == 0);
	preview_finish(&p);

	p = preview_of(&i, 0, 900); /* never enlarged */
	eq_int(p.width, 300);
	ok(memcmp(p.pixels, i.pixels, 300 * 200 * 3) == 0);
	preview_finish(&p);
	image_free(&i);

	struct image thin = blank_image(400, 1, 1, 9);
	p = preview_of(&thin, 0, 100);
	eq_int(p.height, 1);
	eq_int(p.pixels[0], 9);
	preview_finish(&p);
	image_free(&thin);
}

static void sizes_are_checked(void)
{
	struct image claim = { 10, 10, 200, 3, NULL }, got = { 0 };

	eq_int(image_of(&claim, 300, &got), ERR_OK);
	eq_int(image_of(&claim, 299, &got), ERR_BAD_DATA);
	eq_int(image_of(&claim, 301, &got), ERR_BAD_DATA);
	claim.channels = 2;
	eq_int(image_of(&claim, 200, &got), ERR_BAD_DATA);
	claim = (struct image){ 1u << 31, 2, 200, 1, NULL };
	eq_int(image_of(&claim, 0, &got), ERR_BAD_DATA);
	claim = (struct image){ 10000, 10000, 200, 1, NULL };
	eq_int(image_of(&claim, 100000000, &got), ERR_BAD_DATA);
}

int main(void)
{
	quarters();
	tilt();
	previews();
	sizes_are_checked();
	return tap_done();
}
