#include "firmware/parse/page/look.h"
#include "tests/tap.h"
#include "tests/unit/parse/desk.h"

#include <math.h>

static const uint8_t WOOD[3] = { 120, 90, 60 }, SKIN[3] = { 205, 150, 120 },
		     LAMP[3] = { 255, 255, 255 };
static const struct point QUAD[4] = { { 150, 120 }, { 1460, 130 }, { 1470, 1960 }, { 140, 1970 } };

static struct look look_of(const struct image *i, enum page_source source)
{
	const struct look_wish wish = { .source = source, .turn_deg = 360 };
	struct look l = { 0 };

	eq_int(look_at_page(i, &wish, NULL, &l), ERR_OK);
	ok(l.preview && l.width <= LOOK_PREVIEW_SIDE && l.height <= LOOK_PREVIEW_SIDE);
	free(l.preview);
	l.preview = NULL;
	return l;
}

static bool has(const struct look *l, enum err fault)
{
	for (size_t i = 0; i < l->fault_count; i++)
		if (l->faults[i] == fault)
			return true;
	return false;
}

static struct image blurred(const struct image *i, int radius)
{
	PIX *pix = pixCreate((l_int32)i->width, (l_int32)i->height, 8);
	struct image b = blank_image(i->width, i->height, 1, 0);

	for (uint32_t y = 0; y < i->height; y++)
		for (uint32_t x = 0; x < i->width; x++)
			pixSetPixel(pix, (l_int32)x, (l_int32)y, i->pixels[y * i->width + x]);
	PIX *once = pixBlockconv(pix, radius, radius), *twice = pixBlockconv(once, radius, radius);
	for (uint32_t y = 0; y < b.height; y++)
		for (uint32_t x = 0; x < b.width; x++) {
			l_uint32 v = 0;

			pixGetPixel(twice, (l_int32)x, (l_int32)y, &v);
			image_bytes(&b)[y * b.width + x] = (uint8_t)v;
		}
	pixDestroy(&pix);
	pixDestroy(&once);
	pixDestroy(&twice);
	return b;
}

static void sharpness(void)
{
	struct image good = letter(0, 0), soft = blurred(&good, 1), bad = blurred(&good, 3);
	struct look l = look_of(&good, SOURCE_GLASS);
	double before = l.edge_mm;

	eq_int(l.fault_count, 0);
	ok(before > 0.08 && before < 0.3);
	l = look_of(&soft, SOURCE_GLASS);
	ok(l.edge_mm > before + 0.04 && !has(&l, ERR_BLURRED_PAGE));
	l = look_of(&bad, SOURCE_GLASS);
	ok(has(&l, ERR_BLURRED_PAGE) && !has(&l, ERR_SOFT_PAGE));
	for (size_t n = 0; n < (size_t)good.width * good.height; n++)
		image_bytes(&good)[n] = (uint8_t)(good.pixels[n] * 225 / 255 + 10);
	add_noise(&good, 12);
	l = look_of(&good, SOURCE_GLASS);
	ok(fabs(l.edge_mm - before) < 0.06); /* noise does not fool it */
	image_free(&good);
	image_free(&soft);
	image_free(&bad);
}

static void light(void)
{
	struct image page = letter(0, 0), i = desk_of(1600, 2100, WOOD);
	struct look l;

	lay(&i, &page, QUAD, 225);
	l = look_of(&i, SOURCE_CAMERA);
	eq_int(l.fault_count, 0);
	drop(&i, 700, 900, 160, LAMP);
	l = look_of(&i, SOURCE_CAMERA);
	ok(has(&l, ERR_GLARE) && l.glare > 0.01);
	for (size_t n = 0; n < (size_t)page.width * page.height; n++)
		image_bytes(&page)[n] = (uint8_t)(page.pixels[n] / 4);
	l = look_of(&page, SOURCE_GLASS);
	ok(has(&l, ERR_DARK_PAGE));
	image_free(&page);
	image_free(&i);
}

static void in_the_way(void)
{
	struct image page = letter(0, 0), i = desk_of(1600, 2100, WOOD),
		     cut = desk_of(1600, 2100, WOOD);
	struct look l;

	lay(&i, &page, QUAD, 225);
	memcpy(image_bytes(&cut), i.pixels, (size_t)i.width * i.height * 3);
	drop(&i, 160, 1000, 90, SKIN);
	l = look_of(&i, SOURCE_CAMERA);
	ok(has(&l, ERR_COVERED_PAGE) && !has(&l, ERR_CUT_PAGE));
	for (uint32_t y = 100; y < 400; y++) /* the upper left corner is folded under */
		for (uint32_t x = 100; x + y < 520; x++)
			memcpy(image_bytes(&cut) + (y * cut.width + x) * 3, WOOD, 3);
	l = look_of(&cut, SOURCE_CAMERA);
	ok(has(&l, ERR_CUT_PAGE));
	image_free(&i);
	image_free(&cut);
	image_free(&page);
}

/* Print reaches the border of the picture in the midst of its letters. */
static void cut_by_the_glass(void)
{
	struct image page = letter(0, 0), i = blank_image(1654, 2339, 1, 255);

	for (uint32_t y = 0; y < i.height; y++)
		memcpy(image_bytes(&i) + y * i.width, page.pixels + y * i.width + 350,
		       i.width - 350);
	struct look l = look_of(&i, SOURCE_GLASS);
	ok(has(&l, ERR_CUT_PAGE));
	image_free(&i);
	image_free(&page);
}

static void empty(void)
{
	struct image white = blank_image(1654, 2339, 3, 238), page = letter(0, 0);
	struct look l;

	add_noise(&white, 5);
	l = look_of(&white, SOURCE_GLASS);
	ok(l.fault_count == 1 && has(&l, ERR_BLANK_PAGE));
	for (uint32_t y = 0; y < white.height; y++) /* beside it lies the lid, a little turned */
		memset(image_bytes(&white) + (size_t)y * white.width * 3, 120, (20 + y / 50) * 3);
	l = look_of(&white, SOURCE_GLASS);
	ok(!has(&l, ERR_WRONG_SIDE) && has(&l, ERR_BLANK_PAGE));
	for (uint32_t y = 0; y < page.height; y++) /* seen from behind, an eighth as dark */
		for (uint32_t x = 0; x < page.width; x++)
			for (int k = 0; k < 3; k++)
				image_bytes(&white)[(y * page.width + x) * 3 + (uint32_t)k] =
					(uint8_t)(238 -
						  (255 -
						   page.pixels[(y + 1) * page.width - 1 - x]) /
							  8);
	l = look_of(&white, SOURCE_GLASS);
	ok(l.faults[0] == ERR_WRONG_SIDE && has(&l, ERR_BLANK_PAGE));
	const struct look_wish back = { .source = SOURCE_FEEDER, .side = 1, .turn_deg = 360 };
	struct look b = { 0 };
	eq_int(look_at_page(&white, &back, NULL, &b), ERR_OK);
	ok(b.fault_count == 1 && has(&b, ERR_BLANK_PAGE));
	look_finish(&b);
	page.dpi = 150;
	l = look_of(&page, SOURCE_GLASS);
	ok(has(&l, ERR_COARSE_PAGE));
	image_free(&white);
	image_free(&page);
}

static void lies_askew(void)
{
	struct image page = letter(0, 0), i = desk_of(2200, 2700, (uint8_t[3]){ 235, 235, 235 });
	const struct point quad[4] = { { 700, 60 }, { 2250, 620 }, { 1460, 2810 }, { -90, 2250 } };

	lay(&i, &page, quad, 235);
	struct look l = look_of(&i, SOURCE_GLASS);
	ok(has(&l, ERR_CROOKED_PAGE));
	ok(fabs(fabs(l.tilt_deg) - 19.9) < 0.3);
	image_free(&page);
	image_free(&i);
}

/* Lines of the letter change places: another page of the same look. */
static struct image other_words(const struct image *page)
{
	struct image i = blank_image(page->width, page->height, 1, 255);

	for (uint32_t y = 0; y < i.height; y++) {
		uint32_t from = y < i.height * 3 / 4 ? i.height * 3 / 4 - 1 - y : y;

		memcpy(image_bytes(&i) + y * i.width, page->pixels + from * i.width, i.width);
	}
	return i;
}

static void known_again(void)
{
	struct image page = letter(0, 0), tilted = letter(0, 2.6), other = other_words(&page);
	struct look a = look_of(&page, SOURCE_GLASS), b, c = look_of(&other, SOURCE_GLASS);

	for (size_t n = 0; n < (size_t)tilted.width * tilted.height; n++)
		image_bytes(&tilted)[n] = (uint8_t)(tilted.pixels[n] * 230 / 255 + 8);
	add_noise(&tilted, 8);
	b = look_of(&tilted, SOURCE_GLASS);
	ok(page_alike(a.print, b.print));
	ok(!page_alike(a.print, c.print));
	struct image white = blank_image(1654, 2339, 3, 240);
	c = look_of(&white, SOURCE_GLASS);
	ok(!page_alike(c.print, c.print));
	image_free(&white);
	image_free(&page);
	image_free(&tilted);
	image_free(&other);
}

int main(void)
{
	sharpness();
	light();
	in_the_way();
	cut_by_the_glass();
	empty();
	lies_askew();
	known_again();
	return tap_done();
}
