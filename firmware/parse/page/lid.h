/* The sheet on a scanner's glass or in its feeder, where more than the sheet was scanned: before a
 * black, gray or white lid. */
#ifndef PARSE_PAGE_LID_H
#define PARSE_PAGE_LID_H

#include "firmware/base/err.h"
#include "firmware/parse/page/map.h"
#include "firmware/parse/page/view.h"
#include <stdbool.h>

/* How much of its rectangle a free sheet fills, at least. */
#define LID_RECTANGLE 0.96

struct lid_found {
	struct outline sheet; /* in pixels of the view; the whole view when no lid is seen */
	bool is_seen;
	bool is_free; /* the sheet lies away from all four borders: its corners are all there */
	struct point corner[4]; /* of the closest rectangle, clockwise, when it is free */
};

/* ERR_NO_MEMORY. */
enum err lid_find(const struct view *v, struct lid_found *ret);

#endif
