/* What the state already has of the papers on CHECKLIST: the asking, and what is told of each. */
#ifndef UI_STORED_H
#define UI_STORED_H

#include "ui/flow.h"

/* May it be looked up, is it, and what came of it; one touch allows, another one takes it back. */
void stored_asking(struct flow *f, struct page *p, const struct view *v);

/* What the state has for row `i` of papers: to use it, to look at it, or why it cannot be used.
 * The height has the gap above it, and is 0 when there is nothing to tell. */
int stored_height(struct page *p, const struct view *v, size_t i, int width);

/* Off the bottom of *in. */
void stored_add(struct page *p, struct rect *in, const struct view *v, size_t i);

/* Why it cannot be used, "" when it can. `until` is its last day. */
const char *stored_trouble(struct page *p, int64_t stored, const char *until);

#endif
