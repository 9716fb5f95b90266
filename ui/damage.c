#include "ui/damage.h"

#include "ui/draw.h"

static void drop(struct damage *d, size_t i)
{
	d->rects[i] = d->rects[--d->count];
}

void damage_add(struct damage *d, struct rect r, struct rect bounds)
{
	r = rect_common(r, bounds);
	if (rect_empty(r))
		return;
	for (size_t i = 0; i < d->count;) {
		if (rect_meets(d->rects[i], r) || d->count == DAMAGE_MAX) {
			r = rect_join(r, d->rects[i]);
			drop(d, i);
			i = 0;
		} else {
			i++;
		}
	}
	d->rects[d->count++] = r;
}

/* Most nodes keep their place in the list, so it is tried first. */
static size_t find(const struct page *p, uint32_t id, size_t guess)
{
	if (guess < p->count && p->nodes[guess].id == id)
		return guess;
	for (size_t i = 0; i < p->count; i++)
		if (p->nodes[i].id == id)
			return i;
	return p->count;
}

/* Draws the same, but for what lies over it: then its place must be the same too. */
void damage_diff(struct damage *d, const struct page *before, const struct page *now)
{
	struct rect bounds = { 0, 0, now->metrics->width_px, now->metrics->height_px };
	size_t last = 0;

	for (size_t i = 0; i < now->count; i++) {
		const struct node *n = &now->nodes[i];
		size_t at = find(before, n->id, i);
		bool there = at < before->count, in_order = there && at >= last;
		if (there && in_order)
			last = at;
		if (there && in_order && node_same(&before->nodes[at], n))
			continue;
		damage_add(d, draw_ink(now->metrics, n), bounds);
		if (there)
			damage_add(d, draw_ink(now->metrics, &before->nodes[at]), bounds);
	}
	for (size_t i = 0; i < before->count; i++)
		if (find(now, before->nodes[i].id, i) == now->count)
			damage_add(d, draw_ink(now->metrics, &before->nodes[i]), bounds);
}
