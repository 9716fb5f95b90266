#include "ui/touch.h"

/* People touch below a target, more so on a low screen, and towards the sides. */
#define SLOP_BELOW_MM  4.0
#define SLOP_ABOVE_MM  1.0
#define SLOP_BESIDE_MM 2.0

static struct rect with_slop(const struct page *p, struct rect r)
{
	int beside = mm(p, SLOP_BESIDE_MM), above = mm(p, SLOP_ABOVE_MM);

	return (struct rect){ r.x - beside, r.y - above, r.w + 2 * beside,
			      r.h + above + mm(p, SLOP_BELOW_MM) };
}

/* Square of the distance from a point to a rect. */
static int distance(struct rect r, int x, int y)
{
	int dx = x < r.x ? r.x - x : x >= r.x + r.w ? x - (r.x + r.w - 1) : 0;
	int dy = y < r.y ? r.y - y : y >= r.y + r.h ? y - (r.y + r.h - 1) : 0;

	return dx * dx + dy * dy;
}

const struct node *touch_hit(const struct page *p, int x, int y)
{
	const struct node *best = NULL;
	int nearest = 0;

	for (size_t i = p->count; i-- > 0;) {
		const struct node *n = &p->nodes[i];
		if (!node_is_control(n) || !rect_has(with_slop(p, n->rect), x, y))
			continue;
		int d = distance(n->rect, x, y);
		if (!best || d < nearest) {
			best = n;
			nearest = d;
		}
	}
	return best;
}

static bool is_finger(int finger)
{
	return finger >= 0 && finger < TOUCH_FINGERS;
}

/* Somebody else's finger is there that does not only rest. */
static bool has_company(const struct touch *t, const struct contact *at)
{
	for (int i = 0; i < TOUCH_FINGERS; i++)
		if (i != at->finger && t->down & 1u << i &&
		    at->now_ms - t->since_ms[i] < TOUCH_REST_MS)
			return true;
	return false;
}

static bool is_tap(const struct touch *t, const struct node *n, int64_t now_ms)
{
	if (!n || now_ms - t->changed_ms < TOUCH_SETTLE_MS)
		return false;
	return n->id != t->last || n->state & STATE_REPEATS ||
	       now_ms - t->last_ms >= TOUCH_AGAIN_MS;
}

void touch_down(struct touch *t, const struct page *p, const struct contact *at)
{
	const struct node *n = touch_hit(p, at->x, at->y);

	if (!is_finger(at->finger))
		return;
	t->down |= 1u << at->finger;
	t->since_ms[at->finger] = at->now_ms;
	t->held = 0;
	if (has_company(t, at) || !is_tap(t, n, at->now_ms))
		return;
	t->held = n->id;
	t->x = at->x;
	t->y = at->y;
	t->holder = at->finger;
	t->inside = true;
}

void touch_move(struct touch *t, const struct page *p, const struct contact *at)
{
	const struct node *n = t->held ? page_find(p, t->held) : NULL;

	if (at->finger == t->holder)
		t->inside = n && rect_has(with_slop(p, n->rect), at->x, at->y);
}

const struct node *touch_up(struct touch *t, const struct page *p, const struct contact *at)
{
	if (is_finger(at->finger))
		t->down &= ~(1u << at->finger);
	if (at->finger != t->holder)
		return NULL;
	touch_move(t, p, at);
	const struct node *n = t->held && t->inside ? page_find(p, t->held) : NULL;
	t->held = 0;
	if (!n || !node_is_control(n))
		return NULL;
	t->last = n->id;
	t->last_ms = at->now_ms;
	return n;
}

void touch_lost(struct touch *t, int finger)
{
	if (is_finger(finger))
		t->down &= ~(1u << finger);
	if (finger == t->holder)
		t->held = 0;
}

void touch_changed(struct touch *t, int64_t now_ms)
{
	t->held = 0;
	t->last = 0;
	t->changed_ms = now_ms;
}

uint32_t touch_pressed(const struct touch *t)
{
	return t->inside ? t->held : 0;
}
