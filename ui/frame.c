#include "ui/frame.h"

#include "ui/words.h"

#include <string.h>

#define MARGIN_MM   12.0
#define TWO_WAYS_MM 170.0 /* what two buttons need side by side */

static int larger(int a, int b)
{
	return a > b ? a : b;
}

/* Sets the zone of the nodes added next, within the present layer; returns the one before. */
static int set_zone(struct page *p, enum zone z)
{
	int before = p->zone;

	p->zone = before - before % ZONE_COUNT + (int)z;
	return before;
}

static struct node head_button(const struct page *p, enum icon icon, enum word w)
{
	return (struct node){
		.kind = NODE_BUTTON, .type = TYPE_LABEL, .icon = icon, .text = words(p->language, w)
	};
}

/* Cuts a button of the head off the right of *area. */
static struct node *cut_head_button(struct page *p, struct rect *area, const char *key,
				    const struct node *like, enum action action)
{
	int width = page_width(p, like), tall = page_height(p, like, width);
	struct rect r = centred(cut_right(area, width), width, tall);
	struct node *n = page_button(p, key, r, TONE_HEADER, like->icon, like->text, action);

	n->type = TYPE_LABEL;
	cut_right(area, mm(p, GAP_MM));
	return n;
}

static void language_button(struct page *p, struct rect *area, const struct node *like)
{
	enum language other = p->language == LANGUAGE_VI ? LANGUAGE_EN : LANGUAGE_VI;
	struct node *n = cut_head_button(p, area, "head.language", like, ACTION_LANGUAGE);

	n->say = words(p->language, WORD_SWITCH_LANGUAGE);
	n->deed.index = other;
}

/* Room for what draw_HEADER writes: two lines of the office at most, and one below. */
static int head_height(const struct page *p, const struct node *n, int width)
{
	int title = page_text_height(p, TYPE_LABEL, n->text, width);
	int two = 2 * page_line(p, TYPE_LABEL), least = mm(p, is_portrait(p->metrics) ? 32 : 26);
	int more = n->more[0] ? page_line(p, TYPE_CAPTION) : 0;

	return larger(least, (title < two ? title : two) + more + mm(p, 2));
}

/* Nobody is served there: help is not called, nothing is left. */
static bool is_technicians(const struct page *p)
{
	return p->screen == SCREEN_SETUP || p->screen == SCREEN_BOARD;
}

/* In low-reach mode the head fills what a seated person cannot reach, and its buttons stand at
 * its lower end. While the keyboard has the place of the bar, help is called from here. */
static void head(struct page *p, const struct view *v, struct rect *area, bool typing)
{
	struct node language = head_button(p, ICON_LANGUAGE, WORD_OTHER_LANGUAGE);
	struct node call = head_button(p, ICON_CALL_STAFF, WORD_CALL);
	int buttons = page_width(p, &language) + mm(p, 14) +
		      (typing && !is_technicians(p) ? page_width(p, &call) + mm(p, GAP_MM) : 0);
	int out_of_reach = p->look & LOOK_LOW_REACH ? reach_top_px(p->metrics) : 0;
	const char *code = view_get_text(v, "code"), *procedure = view_get_text(v, "procedure");
	struct node *n = page_add(p, "head", NODE_HEADER, *area);

	n->text = view_get_text(v, "office");
	n->more = view_get_text(v, "place");
	if (procedure[0])
		n->more = code[0] ? page_format(p, "%s · %s", code, procedure) : procedure;
	n->value = buttons;
	int height = head_height(p, n, area->w - mm(p, 10 + 16 + 5) - buttons);
	n->rect = cut_top(area, out_of_reach + height);
	struct rect low = { n->rect.x, n->rect.y + out_of_reach, n->rect.w - mm(p, 10), height };
	language_button(p, &low, &language);
	if (typing && !is_technicians(p))
		cut_head_button(p, &low, "head.call", &call, ACTION_CALL);
}

static void steps(struct page *p, struct rect *area)
{
	static const enum word WORDS[] = { WORD_STEP_SERVICE, WORD_STEP_PAPERS, WORD_STEP_FORM,
					   WORD_STEP_CHECK, WORD_STEP_HAND_IN };
	int now = screen_step(p->screen);

	if (now == 0)
		return;
	cut_top(area, mm(p, 4));
	struct rect r = cut_top(area, mm(p, 10.5) + page_line(p, TYPE_CAPTION));
	for (int i = 0; i < 5; i++) {
		struct node *n =
			page_add_row(p, "step", (size_t)i + 1, NODE_STEP, column(r, 5, 0, i));
		const char *name = words(p->language, WORDS[i]);
		char spoken[160], number[4] = { (char)('1' + i) };
		n->type = TYPE_CAPTION;
		n->text = name;
		n->say =
			page_format(p, "%s",
				    words_fill(spoken, sizeof spoken,
					       words(p->language, WORD_STEP_SPOKEN), number, name));
		n->value = i + 1;
		n->max = 5;
		n->state = i + 1 == now ? STATE_SELECTED : i + 1 < now ? STATE_DONE : 0u;
	}
}

struct bar_button {
	const char *key;
	enum word word;
	enum icon icon;
	enum action action;
	unsigned flip; /* of ACTION_LOOK: bit of enum look; 0: the next text size */
};

static const struct bar_button BAR[] = {
	{ "bar.size", WORD_TEXT_SIZE, ICON_TEXT_SIZE, ACTION_LOOK, 0 },
	{ "bar.contrast", WORD_CONTRAST, ICON_CONTRAST, ACTION_LOOK, LOOK_HIGH_CONTRAST },
	{ "bar.reach", WORD_LOW_REACH, ICON_REACH, ACTION_LOOK, LOOK_LOW_REACH },
	{ "bar.settings", WORD_SETTINGS, ICON_SETTINGS, ACTION_SETTINGS, 0 },
	{ "bar.leave", WORD_LEAVE, ICON_LEAVE, ACTION_LEAVE, 0 },
	{ "bar.call", WORD_CALL, ICON_CALL_STAFF, ACTION_CALL, 0 },
};
#define BAR_BUTTONS (int)(sizeof BAR / sizeof BAR[0])

/* Nobody leaves a visit that has not begun, is over, or is just being handed in. */
static bool belongs(const struct page *p, const struct bar_button *b)
{
	if (is_technicians(p))
		return b->action == ACTION_LOOK;
	if (b->action == ACTION_SETTINGS)
		return p->screen != SCREEN_LANGUAGE;
	return b->action != ACTION_LEAVE || p->screen == SCREEN_TRACK_CODE ||
	       (p->screen > SCREEN_LANGUAGE && p->screen < SCREEN_SENDING);
}

static void bar_button(struct page *p, const struct bar_button *b, struct rect r)
{
	struct node *n = page_add(p, b->key, NODE_ICON_BUTTON, r);
	unsigned size = p->look & LOOK_SIZE;

	n->type = TYPE_CAPTION;
	n->icon = b->icon;
	n->text = words(p->language, b->word);
	n->deed.action = b->action;
	if (b->action != ACTION_LOOK)
		return;
	n->state |= STATE_REPEATS;
	if (b->flip == 0) {
		n->deed.index = (p->look & ~(unsigned)LOOK_SIZE) | ((size + 1) & LOOK_SIZE);
		n->state |= size ? STATE_SELECTED : 0u;
	} else {
		n->deed.index = p->look ^ b->flip;
		n->state |= p->look & b->flip ? STATE_SELECTED : 0u;
	}
}

static int present_buttons(const struct page *p, const struct bar_button *ret[BAR_BUTTONS])
{
	int n = 0;

	for (int i = 0; i < BAR_BUTTONS; i++)
		if (belongs(p, &BAR[i]))
			ret[n++] = &BAR[i];
	return n;
}

/* Along the lower edge of a panel that stands. */
static void bar(struct page *p, struct rect *area)
{
	const struct bar_button *shown[BAR_BUTTONS];
	int width = area->w - 2 * mm(p, GAP_MM), words_h = 0, n = present_buttons(p, shown);

	for (int i = 0; i < n; i++)
		words_h = larger(words_h, page_text_height(p, TYPE_CAPTION,
							   words(p->language, shown[i]->word),
							   width / n - mm(p, GAP_MM + 2)));
	int button_h = larger(words_h + mm(p, 13), mm(p, CONTROL_MM + 2));
	struct rect r = cut_bottom(area, button_h + mm(p, 5));
	page_add(p, "bar", NODE_PANEL, r);
	r = inset(r, mm(p, GAP_MM), mm(p, 2.5));
	for (int i = 0; i < n; i++)
		bar_button(p, shown[i], column(r, n, mm(p, GAP_MM), i));
}

/* Down the side of a panel that lies, where height is dear: under the hand that is used. */
static void side_bar(struct page *p, struct rect *area)
{
	const struct bar_button *shown[BAR_BUTTONS];
	int n = present_buttons(p, shown), width = mm(p, 44 + 5 * (int)(p->look & LOOK_SIZE));
	struct rect r = p->look & LOOK_LEFT_HANDED ? cut_left(area, width) : cut_right(area, width);

	page_add(p, "bar", NODE_PANEL, r);
	r = inset(r, mm(p, 2.5), mm(p, GAP_MM));
	for (int i = 0; i < n; i++)
		bar_button(p, shown[i], row(r, n, mm(p, GAP_MM), i));
}

static struct rect whole(const struct page *p)
{
	return (struct rect){ 0, 0, p->metrics->width_px, p->metrics->height_px };
}

static struct rect begin(struct page *p, const struct view *v, bool typing)
{
	struct rect area = whole(p);
	int zone = set_zone(p, ZONE_HEAD);

	typing = typing && p->local->field;
	head(p, v, &area, typing);
	set_zone(p, typing ? ZONE_KEYBOARD : ZONE_BAR);
	if (typing)
		keyboard_add(p, &area);
	else if (is_portrait(p->metrics))
		bar(p, &area);
	else
		side_bar(p, &area);
	set_zone(p, ZONE_HEAD);
	if (!view_get_text(v, "supplement")[0]) /* no service to pick, and no form */
		steps(p, &area);
	p->zone = zone;
	bool tight = !is_portrait(p->metrics) || typing;
	return inset(area, mm(p, MARGIN_MM), mm(p, tight ? 5 : 8));
}

struct rect frame_begin(struct page *p, const struct view *v)
{
	return begin(p, v, false);
}

struct rect frame_begin_typing(struct page *p, const struct view *v)
{
	return begin(p, v, true);
}

static struct node button_like(const struct way *w)
{
	return (struct node){
		.kind = NODE_BUTTON, .type = TYPE_BUTTON, .icon = w->icon, .text = w->text
	};
}

/* The buttons that have words. */
static size_t present(const struct way *ways, size_t n, const struct way *ret[], size_t cap)
{
	size_t count = 0;

	for (size_t i = 0; i < n && count < cap; i++)
		if (ways[i].text && ways[i].text[0])
			ret[count++] = &ways[i];
	return count;
}

/* Widths: what each needs; what is left goes to the primary ones. */
static bool share_width(const struct page *p, const struct way *const ways[], size_t n, int room,
			int widths[])
{
	int need = 0, strong = 0;

	for (size_t i = 0; i < n; i++) {
		struct node like = button_like(ways[i]);
		widths[i] = larger(page_width(p, &like), mm(p, 60));
		need += widths[i];
		strong += ways[i]->tone == TONE_PRIMARY;
	}
	room -= (int)(n - 1) * mm(p, 2 * GAP_MM);
	if (need > room)
		return false;
	for (size_t i = 0; i < n && strong; i++)
		if (ways[i]->tone == TONE_PRIMARY)
			widths[i] += (room - need) / strong;
	return true;
}

static void add_way(struct page *p, const struct way *w, struct rect r)
{
	struct node *n = page_button(p, w->key, r, w->tone, w->icon, w->text, w->action);

	n->deed.index = w->index;
}

static bool fits_half(const struct page *p, const struct way *w, int width)
{
	struct node like = button_like(w);

	return page_width(p, &like) <= (width - mm(p, 2 * GAP_MM)) / 2;
}

/* Too wide for one line: the strongest on top, below it the others, two in a line where they
 * fit. */
static void stacked_ways(struct page *p, struct rect *body, const struct way *const ways[],
			 size_t n)
{
	struct rect at[8];

	for (size_t i = 0; i < n;) {
		bool two = i + 2 < n && fits_half(p, ways[i], body->w) &&
			   fits_half(p, ways[i + 1], body->w);
		struct node like = button_like(ways[i]);
		int height = page_height(p, &like, two ? body->w / 2 : body->w);
		struct rect line = cut_bottom(body, larger(height, mm(p, CONTROL_MM)));
		cut_bottom(body, mm(p, GAP_MM + 1));
		at[i] = two ? column(line, 2, mm(p, 2 * GAP_MM), 0) : line;
		if (two)
			at[i + 1] = column(line, 2, mm(p, 2 * GAP_MM), 1);
		i += two ? 2 : 1;
	}
	for (size_t i = n; i-- > 0;)
		if (i > 0 && at[i - 1].y == at[i].y) {
			add_way(p, ways[i - 1], at[i - 1]);
			add_way(p, ways[i], at[i]);
			i--;
		} else {
			add_way(p, ways[i], at[i]);
		}
}

void frame_actions(struct page *p, struct rect *body, const struct way *ways, size_t n)
{
	const struct way *shown[8];
	int widths[8], height = mm(p, CONTROL_MM + 2), zone = set_zone(p, ZONE_ACTIONS);
	bool left = p->look & LOOK_LEFT_HANDED;

	n = present(ways, n, shown, 8);
	if (n > 0 && !share_width(p, shown, n, body->w, widths)) {
		stacked_ways(p, body, shown, n);
	} else if (n > 0) {
		for (size_t i = 0; i < n; i++) {
			struct node like = button_like(shown[i]);
			height = larger(height, page_height(p, &like, widths[i]));
		}
		struct rect line = cut_bottom(body, height);
		for (size_t i = 0; i < n; i++) {
			size_t k = left ? n - 1 - i : i;
			bool at_end = n == 1 ? left : i + 1 == n;
			struct rect r =
				at_end ? cut_right(&line, widths[k]) : cut_left(&line, widths[k]);
			cut_left(&line, mm(p, 2 * GAP_MM));
			add_way(p, shown[k], r);
		}
	}
	cut_bottom(body, mm(p, 5));
	p->zone = zone;
}

struct way way_back(const struct page *p)
{
	return (struct way){ "back",      words(p->language, WORD_BACK),
			     ICON_BACK,   TONE_SECOND,
			     ACTION_BACK, 0 };
}

struct way way_next(const struct page *p, const char *text, enum action action)
{
	return (struct way){ "next",    text ? text : words(p->language, WORD_NEXT),
			     ICON_NEXT, TONE_PRIMARY,
			     action,    0 };
}

void frame_title(struct page *p, struct rect *body, const char *title, const char *more)
{
	page_text(p, "title", body, TYPE_H1, title);
	if (more && more[0]) {
		cut_top(body, mm(p, 1));
		page_text(p, "title.more", body, TYPE_BODY, more)->tone = TONE_MUTED;
	}
	cut_top(body, mm(p, is_portrait(p->metrics) ? 6 : 4));
}

/* Height of what is inside a dialog of inner width w. */
static int dialog_height(const struct page *p, const char *title, const char *text, int w)
{
	struct node way = { .kind = NODE_BUTTON, .type = TYPE_BUTTON, .text = "Ậ" };
	/* two ways beside each other, or one below the other when that is too wide */
	int ways = page_height(p, &way, w);
	bool stacked = p->look & LOOK_SIZE || px_mm(p->metrics, w) < TWO_WAYS_MM;

	return mm(p, 24) + page_text_height(p, TYPE_H1, title, w) + mm(p, 2) +
	       page_text_height(p, TYPE_BODY, text, w) + mm(p, 4) + mm(p, 5) +
	       (stacked ? 2 * ways + mm(p, GAP_MM + 1) : ways);
}

struct rect frame_dialog(struct page *p, enum icon icon, enum tone tone, const char *title,
			 const char *text)
{
	struct rect area = whole(p);
	int pad = mm(p, 12), width = larger(area.w * 7 / 10, mm(p, 200));

	page_add(p, "scrim", NODE_SCRIM, area);
	if (p->look & LOOK_LOW_REACH)
		cut_top(&area, reach_top_px(p->metrics));
	area = inset(area, mm(p, MARGIN_MM), mm(p, MARGIN_MM));
	if (width > area.w)
		width = area.w;
	int height = dialog_height(p, title, text, width - 2 * pad) + 2 * pad;
	struct rect r = centred(area, width, height);
	page_add(p, "dialog", NODE_DIALOG, r);
	r = inset(r, pad, pad);
	struct rect tile = cut_top(&r, mm(p, 20));
	struct node *n = page_add(p, "dialog.icon", NODE_PICTOGRAM, cut_left(&tile, tile.h));
	n->icon = icon;
	n->tone = tone;
	cut_top(&r, mm(p, 4));
	page_text(p, "dialog.title", &r, TYPE_H1, title);
	cut_top(&r, mm(p, 2));
	page_text(p, "dialog.text", &r, TYPE_BODY, text);
	cut_top(&r, mm(p, 4));
	return r;
}

struct node *frame_banner(struct page *p, struct rect *body, const char *key, enum tone tone,
			  enum icon icon, const char *title, const char *more)
{
	struct node like = { .kind = NODE_BANNER, .icon = icon, .text = title, .more = more };
	struct node *n =
		page_add(p, key, NODE_BANNER, cut_top(body, page_height(p, &like, body->w)));

	n->tone = tone;
	n->icon = icon;
	n->text = title;
	n->more = more;
	cut_top(body, mm(p, 4));
	return n;
}
