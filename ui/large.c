#include "ui/large.h"

#include "ui/words.h"

#define STEPS 4 /* from one edge to the other */

struct large large_of(uint32_t packed)
{
	struct large l = { .page = packed >> 16,
			   .times = (int)(packed >> 12 & 0xf),
			   .x = (int)(packed >> 6 & 0x3f),
			   .y = (int)(packed & 0x3f) };

	l.times = l.times < 1 ? 1 : l.times > LARGE_MOST ? LARGE_MOST : l.times;
	l.x = l.times == 1 ? 0 : l.x > STEPS ? STEPS : l.x;
	l.y = l.times == 1 ? 0 : l.y > STEPS ? STEPS : l.y;
	return l;
}

uint32_t large_packed(struct large l)
{
	return l.page << 16 | (uint32_t)l.times << 12 | (uint32_t)l.x << 6 | (uint32_t)l.y;
}

uint32_t large_page(uint32_t packed)
{
	return packed >> 16;
}

struct deed large_deed(uint32_t page)
{
	return (struct deed){ .action = ACTION_ZOOM,
			      .index = page ? large_packed((struct large){ page, 1, 0, 0 }) : 0,
			      .text = "",
			      .local = LOCAL_LARGE };
}

void large_add(struct page *p, struct rect r, const struct large_picture *picture)
{
	struct large l = large_of(p->local->large);
	struct node *n = page_image(p, "large", r, picture->rgb, picture->len, picture->width,
				    picture->height);

	n->say = picture->say;
	n->value = l.times > 1 ? l.times : 0;
	n->max = l.times > 1 ? l.x * 1000 / STEPS * 1001 + l.y * 1000 / STEPS : 0;
}

#define MAX_WAYS 4

void large_actions(struct page *p, struct rect *body, const struct way *ways, size_t n)
{
	struct large l = large_of(p->local->large);
	struct way all[MAX_WAYS + 1];
	size_t count = 0, first = p->count;

	for (size_t i = 0; i + 1 < n && i < MAX_WAYS; i++)
		all[count++] = ways[i];
	if (l.times == 1)
		all[count++] = (struct way){ .key = "large.more",
					     .text = words(p->language, WORD_LARGE_MORE),
					     .icon = ICON_ZOOM,
					     .tone = TONE_SECOND };
	all[count++] = ways[n - 1];
	frame_actions(p, body, all, count);
	for (size_t i = first; i < p->count; i++)
		if (p->nodes[i].id == node_id("large.more"))
			p->nodes[i].deed = (struct deed){ .index = large_packed((struct large){
								  l.page, 2, 0, 0 }),
							  .text = "",
							  .local = LOCAL_LARGE };
}

struct turn {
	const char *key;
	enum word word;
	enum icon icon;
	int times, x, y; /* what it changes */
};

static const struct turn TURNS[] = {
	{ "large.less", WORD_LARGE_LESS, ICON_ZOOM_OUT, -1, 0, 0 },
	{ "large.left", WORD_LARGE_LEFT, ICON_LEFT, 0, -1, 0 },
	{ "large.up", WORD_LARGE_UP, ICON_ARROW_UP, 0, 0, -1 },
	{ "large.down", WORD_LARGE_DOWN, ICON_ARROW_DOWN, 0, 0, 1 },
	{ "large.right", WORD_LARGE_RIGHT, ICON_RIGHT, 0, 1, 0 },
	{ "large.more", WORD_LARGE_MORE, ICON_ZOOM, 1, 0, 0 },
};
#define TURN_COUNT (int)(sizeof TURNS / sizeof TURNS[0])

static bool turned(struct large *l, const struct turn *t)
{
	struct large to = { l->page, l->times + t->times, l->x + t->x, l->y + t->y };

	if (t->times > 0 && l->times == 1)
		to.x = to.y = 0; /* reading begins there */
	if (to.times < 1 || to.times > LARGE_MOST || to.x < 0 || to.x > STEPS || to.y < 0 ||
	    to.y > STEPS || (l->times == 1 && t->times == 0))
		return false;
	*l = to;
	return true;
}

static void turn_button(struct page *p, struct rect r, const struct turn *t)
{
	struct large l = large_of(p->local->large);

	if (!turned(&l, t))
		return;
	struct node *n = page_add(p, t->key, NODE_ICON_BUTTON, r);
	n->type = TYPE_CAPTION;
	n->tone = TONE_SECOND;
	n->icon = t->icon;
	n->text = words(p->language, t->word);
	n->state |= STATE_REPEATS;
	n->deed = (struct deed){ .index = large_packed(l), .text = "", .local = LOCAL_LARGE };
}

/* What the longest of the words needs. */
static int button_height(const struct page *p, int width)
{
	int most = mm(p, CONTROL_MM);

	for (int i = 0; i < TURN_COUNT; i++) {
		struct node like = { .kind = NODE_ICON_BUTTON,
				     .type = TYPE_CAPTION,
				     .text = words(p->language, TURNS[i].word) };
		int h = page_height(p, &like, width) + mm(p, 3);
		most = h > most ? h : most;
	}
	return most;
}

void large_ways(struct page *p, struct rect *area)
{
	bool portrait = is_portrait(p->metrics);
	int gap = mm(p, GAP_MM), columns = portrait ? TURN_COUNT : 2, lines = TURN_COUNT / columns;
	int height = button_height(p, (area->w - (columns - 1) * gap) / columns);
	int all = lines * height + (lines - 1) * gap;
	struct rect r = portrait ? cut_bottom(area, all) : cut_top(area, all);

	if (portrait)
		cut_bottom(area, mm(p, 4));
	/* a panel that lies: less and more on top, then left and right, up and down */
	static const int LYING[] = { 0, 5, 1, 4, 2, 3 };
	for (int i = 0; i < TURN_COUNT; i++)
		turn_button(p, grid_cell(r, columns, lines, gap, i),
			    &TURNS[portrait ? i : LYING[i]]);
}
