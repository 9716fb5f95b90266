/* Pages as devices see them: before a lid, in perspective on a desk, with things in the way. */
#ifndef TESTS_PARSE_DESK_H
#define TESTS_PARSE_DESK_H

#include "firmware/parse/page/map.h"
#include "tests/unit/parse/pictures.h"

/* A picture of w x h in one colour; image_free(). */
static inline struct image desk_of(uint32_t w, uint32_t h, const uint8_t rgb[3])
{
	struct image i = blank_image(w, h, 3, 0);

	for (size_t n = 0; n < (size_t)w * h; n++)
		memcpy(image_bytes(&i) + 3 * n, rgb, 3);
	return i;
}

/* Lays a gray page so that its corners come to lie on `quad`, its white as bright as `paper`. */
static inline void lay(struct image *desk, const struct image *page, const struct point quad[4],
		       unsigned paper)
{
	struct map to_desk, to_page;

	if (!map_to_quad(page->width, page->height, quad, &to_desk) ||
	    !map_inverse(&to_desk, &to_page))
		return;
	for (uint32_t y = 0; y < desk->height; y++)
		for (uint32_t x = 0; x < desk->width; x++) {
			unsigned sum = 0, n = 0;

			for (int k = 0; k < 9; k++) {
				struct point p = map_point(&to_page,
							   (struct point){ x + (k % 3 + 0.5) / 3,
									   y + (k / 3 + 0.5) / 3 });
				if (p.x < 0 || p.y < 0 || p.x >= page->width || p.y >= page->height)
					continue;
				sum += page->pixels[(size_t)p.y * page->width + (size_t)p.x] *
				       paper / 255;
				n++;
			}
			uint8_t *at = image_bytes(desk) + ((size_t)y * desk->width + x) * 3;
			for (int k = 0; n > 0 && k < 3; k++)
				at[k] = (uint8_t)((sum + (9 - n) * at[k]) / 9);
		}
}

/* A round thing. */
static inline void drop(struct image *i, double cx, double cy, double r, const uint8_t rgb[3])
{
	for (uint32_t y = 0; y < i->height; y++)
		for (uint32_t x = 0; x < i->width; x++)
			if ((x - cx) * (x - cx) + (y - cy) * (y - cy) < r * r)
				memcpy(image_bytes(i) + ((size_t)y * i->width + x) * 3, rgb, 3);
}

/* The same numbers each time. */
static inline void add_noise(struct image *i, unsigned amount)
{
	uint32_t state = 1;

	for (size_t n = 0; n < (size_t)i->width * i->height * i->channels; n++) {
		state = state * 1664525 + 1013904223;
		int v = i->pixels[n] + (int)((state >> 16) % (2 * amount + 1)) - (int)amount;

		image_bytes(i)[n] = (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
	}
}

#endif
