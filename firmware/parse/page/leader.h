/* What is print but no text: dotted leaders, rules, frames, boxes to tick. Read as text it becomes
 * garbage, and spoils the words beside it. */
#ifndef PARSE_PAGE_LEADER_H
#define PARSE_PAGE_LEADER_H

#include <stddef.h>

struct Pix; /* leptonica's */

/* Paints them white in `gray` (8 bits, paper 255). Returns how many pixels were painted. */
size_t leader_hide(struct Pix *gray, int dpi);

#endif
