/* Segments: what stands in one line and close together, a line of a paragraph, a cell of a table, a
 * label with its value. Found by ourselves, so that frames, pictures and neighbours stay out of
 * what is read, and so that the order of reading is ours. */
#ifndef PARSE_PAGE_SEGMENT_H
#define PARSE_PAGE_SEGMENT_H

#include "firmware/base/err.h"
#include <stddef.h>
#include <stdint.h>

struct Pix; /* leptonica's */
struct Pixa;
struct segment_part;

struct segment {
	int32_t x, y, w, h;  /* all its ink */
	int32_t top, bottom; /* of its letters, without marks above and below */
	int32_t letter;      /* their height, the median */
	uint32_t letters;    /* how many; joined ones are one */
	int32_t number;      /* by which its parts name it, whatever the order */
	uint32_t line;       /* those of one row that are read in one go have one number */
};

/* Zero it before use; segments_finish() frees it. */
struct segments {
	struct segment *at; /* in no order */
	size_t count;
	struct segment_part *parts; /* connected ink, each of one segment or of none */
	size_t part_count;
	struct Pixa *shapes;
};

/* `ink`: 1 bit, rules and leaders gone; `dpi` its resolution. ERR_NO_MEMORY. */
enum err segments_find(struct Pix *ink, int dpi, struct segments *ret);

/* The median height of letters; 0 when there are none. */
int32_t segments_letter(const struct segments *s);

/* Forgets those that are no text by their size alone. */
void segments_drop_ornaments(struct segments *s, int dpi);

/* Puts them in the order of reading, and numbers the lines. ERR_NO_MEMORY. */
enum err segments_sort(struct segments *s, int dpi);

/* Segment `i` as it is in `gray` (same size as ink), on paper of its own: others are not
 * seen. *ret_x, *ret_y: where it was. The caller's to destroy; NULL when there is no memory. */
struct Pix *segments_picture(const struct segments *s, size_t i, struct Pix *gray, int32_t *ret_x,
			     int32_t *ret_y);

/* Accepts a zeroed one. */
void segments_finish(struct segments *s);

#endif
