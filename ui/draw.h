/* Draws nodes. A node is drawn the same wherever it is clipped, so that damage alone may be
 * redrawn. */
#ifndef UI_DRAW_H
#define UI_DRAW_H

#include "ui/page.h"
#include "ui/pen.h"
#include "ui/size.h"

/* Draws the background and every node of p that shows within `clip`. */
void draw_page(const struct canvas *c, const struct page *p, struct rect clip);

/* Where n leaves ink: its rect with shadow and focus ring. */
struct rect draw_ink(const struct metrics *m, const struct node *n);

/* One function for each kind of node. */
#define NODE(name, flags) void draw_##name(const struct canvas *c, const struct node *n);
#include "ui/nodes.def"
#undef NODE

#endif
