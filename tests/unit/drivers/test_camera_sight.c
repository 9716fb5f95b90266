/* What the live picture says, on drawn tables and sheets. */
#include "drivers/camera_frame.h"
#include "drivers/camera_sight.h"
#include "tests/tap.h"

#include <string.h>

#define WIDTH  100u
#define HEIGHT 120u

static uint8_t rgb[3 * WIDTH * HEIGHT], before[WIDTH * HEIGHT];

static void table(uint8_t light)
{
	memset(rgb, light, sizeof rgb);
}

static void put(uint32_t x, uint32_t y, uint32_t w, uint32_t h, uint8_t light)
{
	for (uint32_t i = 0; i < h; i++)
		memset(rgb + 3 * ((size_t)(y + i) * WIDTH + x), light, (size_t)3 * w);
}

static enum err now(bool seen)
{
	const struct sight s = { WIDTH, HEIGHT, rgb, before, seen };

	return sight_doubt(&s);
}

static enum err still(void)
{
	(void)now(false);
	return now(true);
}

static void sheet(void)
{
	table(80);
	put(20, 20, 60, 80, 215);
	for (uint32_t y = 30; y < 90; y += 8)
		put(28, y, 44, 2, 50);
}

static void of_hands_and_paper(void)
{
	table(80);
	eq_int(still(), ERR_NOT_FOUND);
	sheet();
	eq_int(now(true), ERR_BUSY); /* it was laid down in this moment */
	eq_int(now(true), ERR_OK);
	put(0, 60, 50, 30, 120); /* a hand */
	eq_int(now(true), ERR_BUSY);
	sheet();
	put(40, 0, 50, 60, 215);
	eq_int(still(), ERR_CUT_PAGE);
	table(80);
	put(50, 50, 10, 6, 215); /* a scrap */
	eq_int(still(), ERR_NOT_FOUND);
	table(225); /* a white desk: edges cannot be told */
	put(30, 30, 40, 2, 60);
	eq_int(still(), ERR_OK);
}

static void of_light(void)
{
	sheet();
	for (size_t i = 0; i < sizeof rgb; i++)
		rgb[i] /= 6;
	eq_int(now(false), ERR_DARK_PAGE);
	sheet();
	put(40, 40, 9, 9, 255);
	eq_int(still(), ERR_GLARE);
}

static void of_sizes(void)
{
	const struct sight none = { .width = 0, .height = 5 };

	eq_int(sight_doubt(&none), ERR_NOT_FOUND);
	eq_int(frame_step(3264), 8);
	eq_int(frame_step(1280), 4);
	eq_int(frame_step(320), 1);
	eq_int(frame_small_side(101, 8), 13);
}

int main(void)
{
	of_hands_and_paper();
	of_light();
	of_sizes();
	return tap_done();
}
