/* A picture looked at as large as it goes: fitted first, then larger, part by part. */
#ifndef UI_LARGE_H
#define UI_LARGE_H

#include "ui/frame.h"

#define LARGE_MOST 3 /* times the size that fits */

/* What `local->large` and the index of a LOCAL_LARGE deed hold: which page, counted from 1, how
 * many times larger, and how many steps to the right and down. */
struct large {
	uint32_t page;
	int times, x, y;
};
struct large large_of(uint32_t packed);
uint32_t large_packed(struct large l);
uint32_t large_page(uint32_t packed);

/* The deed of whatever opens page `page`; 0 closes. */
struct deed large_deed(uint32_t page);

/* The picture in all of r, as it is looked at now. Pixels as of page_image(). */
struct large_picture {
	const uint8_t *rgb;
	size_t len;
	int width, height;
	const char *say;
};
void large_add(struct page *p, struct rect r, const struct large_picture *picture);

/* frame_actions() with a way to the first larger picture, while the fitted one is seen. */
void large_actions(struct page *p, struct rect *body, const struct way *ways, size_t n);

/* Once it is larger: larger, smaller, and the ways to its other parts; off the bottom of *area on a
 * panel that stands, else in all of *area. */
void large_ways(struct page *p, struct rect *area);

#endif
