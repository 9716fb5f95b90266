/* Scanned pages as thumbnails, and one of them looked at closely with all that can be done with it;
 * for PAGE and PAGES. */
#ifndef UI_THUMB_H
#define UI_THUMB_H

#include "ui/flow.h"

#define THUMBS_MAX 200

/* A row of `pages` in the view. */
struct thumb {
	size_t row;
	long number;       /* within its paper; 0: not counted, it is set aside */
	const char *paper; /* "" on PAGE */
	int64_t err, err2; /* the worst faults, ERR_OK: none */
	bool busy;         /* still being prepared; said on PAGES only */
	bool aside;
};
struct thumb thumb_of(const struct view *v, size_t row);

/* Beside one another on this panel. */
size_t thumb_columns(const struct page *p);

/* Words beside the pictures: little height, large letters. */
bool thumb_is_flat(const struct page *p);

/* A small panel that lies: thumbnails and one banner need all there is, so the title gives way. */
bool thumb_is_cramped(const struct page *p);

/* Height of a line of thumbnails when `lines` of them are paged through in `area`, THUMB_GAP_MM
 * apart and each with `above` pixels of something else on top. */
#define THUMB_GAP_MM 5
int thumb_height(const struct page *p, struct rect area, size_t lines, int above);

/* Picture, name, what is wrong with it, scan again, remove; or put back what is set aside. */
void thumb_add(struct page *p, struct rect r, const struct view *v, size_t row);

/* True when a page is looked at closely: then it has taken all of the body. `total`: pages of its
 * paper, 0 not said. */
bool thumb_large(struct page *p, struct rect body, const struct view *v);

#endif
