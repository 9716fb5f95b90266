#include "ui/draw.h"

typedef void draw_fn(const struct canvas *c, const struct node *n);

#define NODE(name, flags) [NODE_##name] = draw_##name,
static draw_fn *const DRAW[NODE_COUNT] = {
#include "ui/nodes.def"
};
#undef NODE

struct rect draw_ink(const struct metrics *m, const struct node *n)
{
	bool shadow = node_flags(n->kind) & NODE_SHADOW;
	/* a shadow falls half its width lower */
	int edge = shadow ? mm_px(m, SHADOW_MM) * 3 / 2 : mm_px(m, RING_MM);

	return inset(n->rect, -edge - 1, -edge - 1);
}

/* Within its own ink, so that words too long for their place cannot leave marks elsewhere. */
static void draw_node(const struct canvas *c, const struct node *n)
{
	struct rect ink = draw_ink(c->metrics, n);

	cairo_save(c->cr);
	cairo_rectangle(c->cr, ink.x, ink.y, ink.w, ink.h);
	cairo_clip(c->cr);
	DRAW[n->kind](c, n);
	cairo_restore(c->cr);
}

void draw_page(const struct canvas *c, const struct page *p, struct rect clip)
{
	cairo_save(c->cr);
	cairo_rectangle(c->cr, clip.x, clip.y, clip.w, clip.h);
	cairo_clip(c->cr);
	shape_fill(c->cr, clip, colour_rgb(COLOUR_GROUND, c->look));
	for (size_t i = 0; i < p->count; i++)
		if (rect_meets(draw_ink(c->metrics, &p->nodes[i]), clip))
			draw_node(c, &p->nodes[i]);
	cairo_restore(c->cr);
}
