/* What has to be drawn again: the difference of two lists of nodes, as rectangles. */
#ifndef UI_DAMAGE_H
#define UI_DAMAGE_H

#include "ui/page.h"

#define DAMAGE_MAX 12

struct damage {
	struct rect rects[DAMAGE_MAX];
	size_t count;
};

/* Adds r, cut to `bounds`; rectangles that meet become one. */
void damage_add(struct damage *d, struct rect r, struct rect bounds);

/* Adds what differs between two lists. */
void damage_diff(struct damage *d, const struct page *before, const struct page *now);

#endif
