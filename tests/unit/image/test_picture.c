/* Pictures of a panel, made small and compared. */
#include "firmware/base/auto.h"
#include "tests/image/picture.h"
#include "tests/tap.h"

#include <stdlib.h>

#define W 72
#define H 128

struct image {
	char bytes[64 + 3 * W * H];
	size_t len;
};

static uint8_t *pixels_of(struct image *i)
{
	int head = snprintf(i->bytes, 64, "P6\n%d %d\n255\n", W, H);

	i->len = (size_t)head + 3 * W * H;
	return (uint8_t *)i->bytes + head;
}

/* Each row another grey. */
static void test_page(uint8_t *p)
{
	for (size_t at = 0; at < 3 * W * H; at++)
		p[at] = (uint8_t)(at / (3 * W));
}

static void test_lit(struct image *i)
{
	uint8_t *p = pixels_of(i);
	struct picture black, page, moved;

	memset(p, 0, 3 * W * H);
	eq_int(picture_read(&black, (uint8_t *)i->bytes, i->len), ERR_OK);
	ok(!picture_is_lit(&black));
	memset(p, 255, 3 * W * H);
	eq_int(picture_read(&page, (uint8_t *)i->bytes, i->len), ERR_OK);
	ok(!picture_is_lit(&page)); /* one colour is no screen of ours */
	test_page(p);
	eq_int(picture_read(&page, (uint8_t *)i->bytes, i->len), ERR_OK);
	ok(picture_is_lit(&page));
	eq_int(picture_distance(&page, &page), 0);
	ok(picture_distance(&page, &black) > 40);
	memset(black.grey, PICTURE_ANY, sizeof black.grey - PICTURE_W);
	memset(p, 7, 3 * W * H / 2); /* where anything will do */
	eq_int(picture_read(&moved, (uint8_t *)i->bytes, i->len), ERR_OK);
	eq_int(picture_distance(&page, &black), picture_distance(&moved, &black));
	ok(picture_distance(&page, &black) > 100);
	test_page(p);
	p[0] = p[1] = p[2] = 255; /* a dot is no other screen */
	eq_int(picture_read(&moved, (uint8_t *)i->bytes, i->len), ERR_OK);
	eq_int(picture_distance(&page, &moved), 0);
}

static void test_kept(struct image *i)
{
	char path[] = "/tmp/image-picture-XXXXXX";
	AUTO_FD fd = mkstemp(path);
	struct picture a, b;

	ok(fd >= 0);
	uint8_t *p = pixels_of(i);
	for (size_t at = 0; at < 3 * W * H; at++)
		p[at] = (uint8_t)(at * 7);
	eq_int(picture_read(&a, (uint8_t *)i->bytes, i->len), ERR_OK);
	eq_int(picture_save(&a, path), ERR_OK);
	eq_int(picture_load(&b, path), ERR_OK);
	eq_int(picture_distance(&a, &b), 0);
	eq_int(unlink(path), 0);
	ok(picture_load(&b, path) != ERR_OK);
}

static void test_bad(struct image *i)
{
	static const char *const HEADS[] = {
		"P6\n9999 9999\n255\n", "P6\n8 8\n255\n", "P3\n72 128\n255\n",
		"P6\n72 128\n65535\n",  "P6\n",           ""
	};
	struct picture a;

	(void)pixels_of(i);
	eq_int(picture_read(&a, (uint8_t *)i->bytes, i->len - 1), ERR_BAD_DATA);
	for (size_t k = 0; k < sizeof HEADS / sizeof *HEADS; k++)
		eq_int(picture_read(&a, (const uint8_t *)HEADS[k], strlen(HEADS[k])), ERR_BAD_DATA);
}

int main(void)
{
	struct image *i = calloc(1, sizeof *i);

	if (!i)
		return 1;
	test_lit(i);
	test_kept(i);
	test_bad(i);
	free(i);
	return tap_done();
}
