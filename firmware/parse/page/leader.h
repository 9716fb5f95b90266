/* What is print but no text: dotted leaders, rules, frames, boxes to tick. Read as text it becomes
 * garbage, and spoils the words beside it. */
#ifndef PARSE_PAGE_LEADER_H
#define PARSE_PAGE_LEADER_H

#include <stdbool.h>

struct Pix; /* leptonica's */

/* Takes them out of `ink` (1 bit) and paints them white in `gray` (8 bits, the same size). Letters
 * that stand on a leader stay. True when there were any. */
bool leader_hide(struct Pix *ink, struct Pix *gray, int dpi);

#endif
