/* Walking the controls by keys: the order is that of the list, which is the reading order. */
#ifndef UI_FOCUS_H
#define UI_FOCUS_H

#include "ui/page.h"

/* The control after (step 1) or before (step -1) `from`, around the ends; from 0: the first or
 * last. 0 when there is no control. */
uint32_t focus_step(const struct page *p, uint32_t from, int step);

#endif
