/* Codes that zbar alone does not read: poor frames, pages, live pictures. */
#include "firmware/parse/code.h"
#include "tests/tap.h"
#include "tests/unit/parse/pictures.h"

#include <math.h>

static struct code_finder *finder;
static struct codes found;

#define TEXT "079190000000||Trần Thị Ẩn|15011990|Nữ|Số 1, phường Bến Thành, TP Hồ Chí Minh|01082024"

static bool is_text(const struct code *c, const char *text)
{
	return c->len == strlen(text) && memcmp(c->bytes, text, c->len) == 0;
}

static unsigned noise(unsigned *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 24;
}

/* As a lens out of focus and a dim lamp make it: smoothed `times`, faint, with noise. */
static void spoil(struct image *i, int times, int percent, int grain)
{
	uint8_t *at = image_bytes(i);
	unsigned state = 7;

	for (int pass = 0; pass < times; pass++)
		for (uint32_t n = i->width; n + i->width + 1 < i->width * i->height; n++)
			at[n] = (uint8_t)((at[n - 1] + at[n + 1] + at[n - i->width] +
					   at[n + i->width] + 4 * at[n]) /
					  8);
	for (uint32_t n = 0; n < i->width * i->height; n++) {
		int v = 128 + (at[n] - 128) * percent / 100;
		int g = (int)(noise(&state) + noise(&state)) - 255;

		v += g * grain / 128;
		at[n] = (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
	}
}

static void poor_frames(void)
{
	static const int HOW[][3] = { { 7, 70, 2 }, { 2, 12, 3 }, { 1, 70, 40 }, { 4, 25, 8 } };

	for (size_t n = 0; n < sizeof HOW / sizeof *HOW; n++) {
		struct image i = blank_image(400, 320, 1, 230);

		draw_qr(&i, 120, 80, 4, TEXT, 20);
		spoil(&i, HOW[n][0], HOW[n][1], HOW[n][2]);
		struct gray g = { i.width, i.height, image_bytes(&i) };
		eq_int(code_find(finder, &g, true, &found), ERR_OK);
		eq_int(found.count, 1);
		ok(is_text(&found.at[0], TEXT));
		ok(abs((int)found.at[0].x - 120) <= 3 && abs((int)found.at[0].y - 80) <= 3);
		image_free(&i);
	}
}

/* A spot of light that hides a quarter of the side each way. */
static void glare(void)
{
	struct image i = blank_image(320, 320, 1, 230);

	draw_qr(&i, 60, 60, 4, TEXT, 20);
	for (uint32_t y = 130; y < 175; y++)
		memset(image_bytes(&i) + y * 320 + 120, 255, 45);
	struct gray g = { i.width, i.height, image_bytes(&i) };
	eq_int(code_find(finder, &g, true, &found), ERR_OK);
	ok(is_text(&found.at[0], TEXT));
	image_free(&i);
}

static void several_on_a_page(void)
{
	/* Code 128, set C, "010203" */
	static const char BARS[] = "211232222122222221121223123122"
				   "2331112";
	struct image gray = letter(0, 0);

	for (uint32_t y = 0; y < 300; y++)
		memset(image_bytes(&gray) + (1400 + y) * gray.width, 255, gray.width);
	draw_qr(&gray, 200, 1450, 4, "one", 0);
	draw_qr(&gray, 600, 1450, 3, TEXT, 0);
	draw_bars(&gray, 1000, 1450, 80, BARS);
	struct image page = in_colour(&gray);
	eq_int(code_find_on_page(finder, &page, &found), ERR_OK);
	eq_int(found.count, 3);
	ok(found.at[0].kind == CODE_QR && found.at[1].kind == CODE_QR);
	ok(is_text(&found.at[0], "one") != is_text(&found.at[1], "one"));
	ok(is_text(&found.at[0], TEXT) != is_text(&found.at[1], TEXT));
	ok(found.at[2].kind == CODE_128 && is_text(&found.at[2], "010203"));
	image_free(&page);
	page = letter(1, 1.5);
	eq_int(code_find_on_page(finder, &page, &found), ERR_NO_CODE);
	image_free(&page);
	image_free(&gray);
}

/* Corners go around a code from its own first, whoever read it. */
static void corners(void)
{
	struct image i = blank_image(300, 300, 1, 255);
	struct gray g = { i.width, i.height, image_bytes(&i) };

	draw_qr(&i, 60, 80, 4, "KIOSK", 0); /* 21 modules */
	for (int hard = 0; hard < 2; hard++) {
		if (hard)
			spoil(&i, 12, 25, 3);
		eq_int(code_find(finder, &g, true, &found), ERR_OK);
		const struct code_point *c = found.at[0].corner;
		static const int RIGHT[4][2] = {
			{ 60, 80 }, { 144, 80 }, { 144, 164 }, { 60, 164 }
		};
		for (int k = 0; k < 4; k++)
			ok(abs(c[k].x - RIGHT[k][0]) <= 4 && abs(c[k].y - RIGHT[k][1]) <= 4);
	}
	eq_int(found.at[0].way, CODE_GRID);
	image_free(&i);
}

static void a_hunt(void)
{
	struct image i = blank_image(640, 480, 1, 200), empty = blank_image(640, 480, 1, 200);
	struct gray g = { 640, 480, image_bytes(&i) }, none = { 640, 480, image_bytes(&empty) };
	struct code_hunt h = { 0 };

	draw_qr(&i, 400, 250, 3, TEXT, 90);
	spoil(&i, 3, 40, 6);
	for (int n = 0; n < 12; n++)
		eq_int(code_hunt_look(&h, finder, &none, &found), ERR_NO_CODE);
	eq_int(h.width, 0);
	enum err e = ERR_NO_CODE;
	for (int n = 0; n < 4 && e == ERR_NO_CODE; n++)
		e = code_hunt_look(&h, finder, &g, &found);
	eq_int(e, ERR_OK);
	ok(is_text(&found.at[0], TEXT));
	ok(h.x < 400 && h.x + h.width > 520 && h.y < 250 && h.y + h.height > 370);
	unsigned looks = h.looks;
	eq_int(code_hunt_look(&h, finder, &g, &found), ERR_OK);
	eq_int(h.looks, looks); /* only there */
	for (int n = 0; n < 4; n++)
		eq_int(code_hunt_look(&h, finder, &none, &found), ERR_NO_CODE);
	ok(h.looks > looks); /* given up there */
	image_free(&i);
	image_free(&empty);
}

/* Grain only. */
static void nothing_is_seen_in_noise(void)
{
	struct image i = blank_image(320, 240, 1, 128);
	struct gray g = { i.width, i.height, image_bytes(&i) };

	spoil(&i, 0, 100, 120);
	eq_int(code_find(finder, &g, true, &found), ERR_NO_CODE);
	eq_int(code_find_on_page(finder, &i, &found), ERR_NO_CODE);
	image_free(&i);
}

int main(void)
{
	eq_int(code_finder_create(&finder), ERR_OK);
	poor_frames();
	glare();
	several_on_a_page();
	corners();
	a_hunt();
	nothing_is_seen_in_noise();
	code_finder_destroy(finder);
	return tap_done();
}
