/* How large a node wants to be; the counterpart of draw_*.c. */
#ifndef UI_SIZE_H
#define UI_SIZE_H

#include "ui/layout.h"

#include <stdbool.h>

/* A card wider than this times its height has its pictogram beside the words. */
bool card_is_wide(struct rect r);

/* Width of the left column of a FACT of width w. */
int fact_label_px(int w);

#endif
