/* How large a node wants to be; the counterpart of draw_*.c. */
#ifndef UI_SIZE_H
#define UI_SIZE_H

#include "ui/pen.h"

#define BANNER_PICTURE_MM 24.0
#define BANNER_WIDE_MM    150.0

/* A card wider than this times its height has its pictogram beside the words. */
bool card_is_wide(struct rect r);

/* Room for the picture of a banner (node.max), twice as wide as high: beside its words, or above
 * them where the banner is narrow. Shrinks *r by it; empty when there is none. */
struct rect banner_picture(const struct metrics *m, const struct node *n, struct rect *r);

/* Width of the left column of a FACT of width w. */
int fact_label_px(int w);

/* Letters and pictogram of a row: larger when its type is H2. */
enum type row_type(const struct node *n);
double row_tile_mm(const struct node *n);

/* What sizes depend on, without a surface. */
struct sizer {
	struct text *text;
	const struct metrics *metrics;
	unsigned look;
};
int size_height(const struct sizer *s, const struct node *like, int width);
int size_width(const struct sizer *s, const struct node *like);

/* Words of `type` wrapped at width; width 0: one line. */
void size_words(const struct sizer *s, enum type type, const char *words, int width, int *ret_w,
		int *ret_h);

#endif
