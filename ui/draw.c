#include "ui/draw.h"

typedef void draw_fn(const struct canvas *c, const struct node *n);

#define NODE(name, flags) [NODE_##name] = draw_##name,
static draw_fn *const DRAW[NODE_COUNT] = {
#include "ui/nodes.def"
};
#undef NODE

struct rect draw_ink(const struct metrics *m, const struct node *n)
{
	int edge = mm_px(m, SHADOW_MM) * 3 / 2 + 2;

	return inset(n->rect, -edge, -edge);
}

void draw_page(const struct canvas *c, const struct page *p, struct rect clip)
{
	cairo_save(c->cr);
	cairo_rectangle(c->cr, clip.x, clip.y, clip.w, clip.h);
	cairo_clip(c->cr);
	shape_fill(c->cr, clip, colour_rgb(COLOUR_GROUND, c->look));
	for (size_t i = 0; i < p->count; i++)
		if (rect_meets(draw_ink(c->metrics, &p->nodes[i]), clip))
			DRAW[p->nodes[i].kind](c, &p->nodes[i]);
	cairo_restore(c->cr);
}
