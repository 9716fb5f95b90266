#include "ui/lint.h"

#include "ui/size.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define HARD_FLOOR_MM 12.7 /* VVSG 2.0; keys of the keyboard */
#define LEAST_GAP_MM  2.54
#define LEAST_CAP_MM  3.8
/* Sizes are whole pixels; half a pixel of the coarsest panel is forgiven. */
#define ROUNDING_MM 0.2

struct lint {
	const struct page *page;
	lint_fn *found;
	void *data;
	size_t count;
};

__attribute__((format(printf, 2, 3))) static void fault(struct lint *l, const char *format, ...)
{
	char line[512];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof line, format, args);
	va_end(args);
	l->count++;
	if (l->found)
		l->found(l->data, line);
}

static double in_mm(const struct lint *l, int px)
{
	return px_mm(l->page->metrics, px);
}

static void check_side(struct lint *l, const struct node *n)
{
	int side = n->rect.w < n->rect.h ? n->rect.w : n->rect.h;
	double least = n->kind == NODE_KEY ? HARD_FLOOR_MM : CONTROL_MM;

	if (in_mm(l, side) < least - ROUNDING_MM)
		fault(l, "%s: %.1f mm, least is %.1f", n->key, in_mm(l, side), least);
}

static void check_place(struct lint *l, const struct node *n)
{
	const struct metrics *m = l->page->metrics;
	const struct rect *r = &n->rect;

	if (r->x < 0 || r->y < 0 || r->x + r->w > m->width_px || r->y + r->h > m->height_px)
		fault(l, "%s: outside the panel", n->key);
	if (node_is_control(n) && l->page->look & LOOK_LOW_REACH && r->y < reach_top_px(m))
		fault(l, "%s: out of reach", n->key);
}

static int gap_of(struct rect a, struct rect b)
{
	int x = a.x > b.x ? a.x - (b.x + b.w) : b.x - (a.x + a.w);
	int y = a.y > b.y ? a.y - (b.y + b.h) : b.y - (a.y + a.h);

	return x > y ? x : y;
}

static void check_gaps(struct lint *l, size_t i)
{
	const struct node *n = &l->page->nodes[i];

	for (size_t j = i + 1; j < l->page->count; j++) {
		const struct node *o = &l->page->nodes[j];
		if (!node_is_control(o))
			continue;
		double gap = in_mm(l, gap_of(n->rect, o->rect));
		if (gap < LEAST_GAP_MM - ROUNDING_MM)
			fault(l, "%s and %s: %.1f mm apart, least is %.2f", n->key, o->key, gap,
			      LEAST_GAP_MM);
	}
}

static bool same_deed(const struct deed *a, const struct deed *b)
{
	return a->action == b->action && a->index == b->index && a->local == b->local &&
	       strcmp(a->text, b->text) == 0;
}

static void check_name(struct lint *l, size_t i)
{
	const struct node *n = &l->page->nodes[i];

	if (!node_name(n)[0])
		fault(l, "%s: no name", n->key);
	for (size_t j = i + 1; j < l->page->count; j++) {
		const struct node *o = &l->page->nodes[j];
		if (node_is_control(o) && node_name(n)[0] && !same_deed(&n->deed, &o->deed) &&
		    strcmp(node_name(n), node_name(o)) == 0)
			fault(l, "%s and %s: both named \"%s\"", n->key, o->key, node_name(n));
	}
}

static bool wraps(enum node_kind k)
{
	return k == NODE_TEXT || k == NODE_HEADING || k == NODE_LABEL || k == NODE_CARD ||
	       k == NODE_ROW || k == NODE_CHOICE || k == NODE_BANNER || k == NODE_FACT ||
	       k == NODE_CHIP || k == NODE_BUTTON || k == NODE_ICON_BUTTON;
}

/* Height of the words alone: that a control is large enough is another rule. */
static int words_need(const struct sizer *s, const struct node *n)
{
	struct node words = *n;
	int width = n->rect.w;

	words.deed = (struct deed){ .text = "" };
	if (n->kind == NODE_BUTTON) {
		words.kind = NODE_TEXT;
		width -= 2 * mm_px(s->metrics, PAD_SMALL_MM) + (n->icon ? 2 : 0);
	}
	return size_height(s, &words, width);
}

static void check_words(struct lint *l, const struct node *n)
{
	struct sizer s = { l->page->text, l->page->metrics, l->page->look };
	struct text_style style = style_of(s.metrics, s.look, n->type);

	if (wraps(n->kind) && n->rect.h < words_need(&s, n) - 1)
		fault(l, "%s: words need %d pixels, there are %d", n->key, words_need(&s, n),
		      n->rect.h);
	if (text_unknown(s.text, &style, n->text) || text_unknown(s.text, &style, n->more))
		fault(l, "%s: a letter that no font has", n->key);
	if (type_cap_mm(n->type, s.look) < LEAST_CAP_MM)
		fault(l, "%s: capitals %.1f mm high", n->key, type_cap_mm(n->type, s.look));
}

static bool has_words(const struct node *n)
{
	return node_flags(n->kind) & (NODE_TALKS | NODE_CONTROL) && !(n->state & STATE_UNDER) &&
	       !rect_empty(n->rect);
}

static bool same_layer(const struct node *a, const struct node *b)
{
	return (a->zone >= ZONE_COUNT) == (b->zone >= ZONE_COUNT);
}

static void check_overlap(struct lint *l, size_t i)
{
	const struct node *n = &l->page->nodes[i];

	for (size_t j = i + 1; has_words(n) && j < l->page->count; j++) {
		const struct node *o = &l->page->nodes[j];
		if (has_words(o) && same_layer(n, o) && rect_meets(n->rect, o->rect))
			fault(l, "%s lies over %s", o->key, n->key);
	}
}

/* Down the screen, or to the right: a control never follows one that stands below it, unless it
 * begins a new column. */
static void check_order(struct lint *l, const struct node *before, const struct node *n)
{
	bool above = n->rect.y + n->rect.h <= before->rect.y;
	bool new_column = n->rect.x >= before->rect.x + before->rect.w;

	if (above && !new_column && n->zone == before->zone)
		fault(l, "%s is read after %s but stands above it", n->key, before->key);
}

size_t lint_page(const struct page *p, lint_fn *found, void *data)
{
	struct lint l = { p, found, data, 0 };
	const struct node *before = NULL;

	if (p->full)
		fault(&l, "more nodes or texts than fit into a page");
	for (size_t i = 0; i < p->count; i++) {
		const struct node *n = &p->nodes[i];
		if (n->state & STATE_UNDER)
			continue;
		check_place(&l, n);
		check_words(&l, n);
		check_overlap(&l, i);
		if (!node_is_control(n))
			continue;
		check_side(&l, n);
		check_gaps(&l, i);
		check_name(&l, i);
		if (before)
			check_order(&l, before, n);
		before = n;
	}
	return l.count;
}

struct pair {
	const char *what;
	enum colour over, under;
	double least;
};

static void check_pair(struct lint *l, const struct pair *p, unsigned look)
{
	double is = contrast(colour_rgb(p->over, look), colour_rgb(p->under, look));

	if (is < p->least)
		fault(l, "%s (%s): %.2f to 1, least is %.1f", p->what,
		      look ? "high contrast" : "light", is, p->least);
}

size_t lint_theme(lint_fn *found, void *data)
{
	static const struct pair PAIRS[] = {
		{ "text on ground", COLOUR_TEXT, COLOUR_GROUND, 7 },
		{ "text on surface", COLOUR_TEXT, COLOUR_SURFACE, 7 },
		{ "muted on ground", COLOUR_MUTED, COLOUR_GROUND, 7 },
		{ "muted on surface", COLOUR_MUTED, COLOUR_SURFACE, 7 },
		{ "muted on soft", COLOUR_MUTED, COLOUR_SOFT, 7 },
		{ "text on soft", COLOUR_TEXT, COLOUR_SOFT, 7 },
		{ "text on a filled field", COLOUR_TEXT, COLOUR_FILLED, 7 },
		{ "text on a key", COLOUR_TEXT, COLOUR_KEY, 7 },
		{ "text on a special key", COLOUR_TEXT, COLOUR_KEY_SPECIAL, 7 },
		{ "text on a pressed control", COLOUR_TEXT, COLOUR_SOFT_PRESSED, 7 },
		{ "action on a pressed control", COLOUR_PRIMARY, COLOUR_SOFT_PRESSED, 4.5 },
		{ "text on a pressed action", COLOUR_ON_PRIMARY, COLOUR_PRESSED, 7 },
		{ "text on the header", COLOUR_ON_HEADER, COLOUR_HEADER, 7 },
		{ "text on the header's end", COLOUR_ON_HEADER, COLOUR_HEADER_END, 7 },
		{ "action on ground", COLOUR_PRIMARY, COLOUR_GROUND, 7 },
		{ "error on ground", COLOUR_ERROR, COLOUR_GROUND, 7 },
		{ "good on a filled field", COLOUR_OK, COLOUR_FILLED, 4.5 },
		{ "warning on ground", COLOUR_WARN, COLOUR_GROUND, 7 },
		{ "good on ground", COLOUR_OK, COLOUR_GROUND, 7 },
		{ "border on surface", COLOUR_BORDER, COLOUR_SURFACE, 3 },
		{ "border on ground", COLOUR_BORDER, COLOUR_GROUND, 3 },
		{ "border on the keyboard", COLOUR_BORDER, COLOUR_KEYBOARD, 3 },
		{ "focus ring", COLOUR_FOCUS_OUT, COLOUR_FOCUS_IN, 3 },
	};
	struct lint l = { NULL, found, data, 0 };

	for (unsigned look = 0; look <= LOOK_HIGH_CONTRAST; look += LOOK_HIGH_CONTRAST) {
		for (size_t i = 0; i < sizeof PAIRS / sizeof PAIRS[0]; i++)
			check_pair(&l, &PAIRS[i], look);
		for (int t = 0; t < TONE_COUNT; t++) {
			struct tone_colours c = tone_colours((enum tone)t);
			check_pair(&l, &(struct pair){ "a tone", c.text, c.ground, 7 }, look);
		}
	}
	return l.count;
}
