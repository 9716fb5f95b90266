#include "firmware/parse/page.h"
#include "firmware/parse/sharp.h"
#include "firmware/parse/straighten.h"
#include "tests/tap.h"
#include "tests/unit/parse/pictures.h"

#include <math.h>

static struct posture posture_of(int quarters, double tilt_deg)
{
	struct image i = letter(quarters, tilt_deg);
	struct posture p = { 0 };

	eq_int(straighten(&i, &p), ERR_OK);
	image_free(&i);
	return p;
}

static void any_side_up(void)
{
	static const double TILTS[] = { 0, 0.3, -1.7, 4.8, -6 };

	for (size_t n = 0; n < 8; n++) {
		int quarters = (int)n % 4;
		struct posture p = posture_of(quarters, TILTS[n % 5]);

		eq_int(p.quarters, (4 - quarters) % 4);
		ok(fabs(p.tilt_deg + TILTS[n % 5]) <= 0.1);
		ok(p.paper > 250 && p.ink > 0.01);
	}
}

/* Nothing to go by: leave it as it is. */
static void unsure_is_left_alone(void)
{
	struct image i = blank_image(1654, 2339, 1, 250);
	struct posture p = { 0 };

	eq_int(straighten(&i, &p), ERR_OK);
	ok(p.quarters == 0 && p.tilt_deg == 0 && p.ink == 0);
	for (uint32_t k = 0; k < 40; k++) /* a photograph, or a stamp */
		memset(image_bytes(&i) + (800 + k * 10) * 1654 + 500, (int)(k * 6), 600);
	eq_int(straighten(&i, &p), ERR_OK);
	ok(p.quarters == 0);
	image_free(&i);
}

static struct image blurred(const struct image *i, int times)
{
	PIX *pix = pixCreate((l_int32)i->width, (l_int32)i->height, 8);
	struct image b = blank_image(i->width, i->height, 1, 0);

	for (uint32_t y = 0; y < i->height; y++)
		for (uint32_t x = 0; x < i->width; x++)
			pixSetPixel(pix, (l_int32)x, (l_int32)y, i->pixels[y * i->width + x]);
	for (; times > 0; times--) {
		PIX *next = pixBlockconv(pix, 2, 2);

		pixDestroy(&pix);
		pix = next;
	}
	for (uint32_t y = 0; y < b.height; y++)
		for (uint32_t x = 0; x < b.width; x++) {
			l_uint32 v = 0;

			pixGetPixel(pix, (l_int32)x, (l_int32)y, &v);
			image_bytes(&b)[y * b.width + x] = (uint8_t)v;
		}
	pixDestroy(&pix);
	return b;
}

static void sharpness(void)
{
	struct image sharp = letter(0, 0);
	double before = 0, mm = 0;

	eq_int(sharp_edge_mm(&sharp, 255, &before), ERR_OK);
	ok(before > 0.1 && before < 0.3);
	for (size_t i = 0; i < (size_t)sharp.width * sharp.height; i++) /* noise does not fool it */
		image_bytes(&sharp)[i] =
			(uint8_t)(sharp.pixels[i] * 230 / 255 + i * 2654435761u % 25);
	eq_int(sharp_edge_mm(&sharp, 240, &mm), ERR_OK);
	ok(fabs(mm - before) < 0.05);
	struct image soft = blurred(&sharp, 4); /* sigma about 2.8 pixels */
	eq_int(sharp_edge_mm(&soft, 240, &mm), ERR_OK);
	ok(mm > 0.5);
	image_free(&sharp);
	image_free(&soft);
	struct image plain = blank_image(100, 100, 1, 255);
	eq_int(sharp_edge_mm(&plain, 255, &mm), ERR_OK);
	ok(mm == 0);
	image_free(&plain);
}

static enum err doubt_of(const struct image *i)
{
	struct pdf *pdf = calloc(1, sizeof *pdf);
	struct page p = { 0 };
	enum err e = pdf_begin(pdf, "x");

	if (e == ERR_OK)
		e = page_read(i, NULL, pdf, &p);
	eq_int(e, ERR_OK);
	enum err doubt = p.doubt;
	page_finish(&p);
	pdf_finish(pdf);
	free(pdf);
	return doubt;
}

static void doubts(void)
{
	struct image good = letter(0, 0), soft = blurred(&good, 4);
	struct image white = blank_image(1654, 2339, 3, 252),
		     black = blank_image(1654, 2339, 1, 12);

	eq_int(doubt_of(&good), ERR_OK);
	eq_int(doubt_of(&soft), ERR_BAD_PAGE);
	eq_int(doubt_of(&white), ERR_BLANK_PAGE);
	eq_int(doubt_of(&black), ERR_BAD_PAGE);
	good.dpi = 150;
	eq_int(doubt_of(&good), ERR_BAD_PAGE);
	good.dpi = 200;
	/* what is printed on the other side shines through, and a lid's shadow lies at the edge */
	for (size_t n = 0; n < (size_t)good.width * good.height; n++)
		image_bytes(&good)[n] = (uint8_t)(235 - (255 - good.pixels[n]) / 7);
	for (uint32_t y = 0; y < good.height; y++)
		memset(image_bytes(&good) + y * good.width, 40, 12);
	eq_int(doubt_of(&good), ERR_BLANK_PAGE);
	image_free(&good);
	image_free(&soft);
	image_free(&white);
	image_free(&black);
}

static void refusals(void)
{
	struct image i = blank_image(100, 100, 1, 255);
	struct pdf *pdf = calloc(1, sizeof *pdf);
	struct page p = { 0 };

	eq_int(pdf_begin(pdf, "x"), ERR_OK);
	i.dpi = 0;
	eq_int(page_read(&i, NULL, pdf, &p), ERR_BAD_PAGE);
	i.dpi = 4800;
	eq_int(page_read(&i, NULL, pdf, &p), ERR_BAD_PAGE);
	eq_int(pdf->pages, 0);
	ok(!p.preview.pixels);
	image_free(&i);
	pdf_finish(pdf);
	free(pdf);
}

/* One pixel, one row, one column: small, but pages. */
static void tiny(void)
{
	static const uint32_t SIZES[][2] = { { 1, 1 }, { 1, 500 }, { 500, 1 }, { 33, 31 } };

	for (size_t n = 0; n < 4; n++) {
		struct image i = blank_image(SIZES[n][0], SIZES[n][1], 3, 200);

		eq_int(doubt_of(&i), ERR_BLANK_PAGE);
		image_free(&i);
	}
}

int main(void)
{
	any_side_up();
	unsure_is_left_alone();
	sharpness();
	doubts();
	refusals();
	tiny();
	return tap_done();
}
