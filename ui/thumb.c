#include "ui/thumb.h"

#include "ui/fault.h"
#include "ui/frame.h"
#include "ui/large.h"

#include <string.h>

#define SMALL_MM         400
#define CRAMPED_MM       200 /* heights of a panel */
#define INNER_MM         4
#define PICTURE_LEAST_MM 34
#define MAX_CHIPS        3

struct thumb thumb_of(const struct view *v, size_t row)
{
	return (struct thumb){ .row = row,
			       .number = (long)view_row_num(v, "pages", row, "page"),
			       .paper = view_row_text(v, "pages", row, "paper"),
			       .err = view_row_num(v, "pages", row, "err"),
			       .err2 = view_row_num(v, "pages", row, "err2"),
			       .busy = view_get_num(v, "busy") > 0 &&
				       view_row_num(v, "pages", row, "ready") == 0,
			       .aside = view_row_num(v, "pages", row, "aside") };
}

/* "Page 2"; what is set aside has no number. */
static const char *name_of(struct page *p, const struct thumb *t)
{
	return t->aside ? say(p, WORD_PAGE_ASIDE)
			: filled_num(p, WORD_SCAN_NEXT_PAGE, t->number, 0);
}

/* What a person hears: its number, and of what paper where several are shown. */
static const char *spoken(struct page *p, const struct thumb *t)
{
	const char *name = name_of(p, t);

	return t->paper[0] ? page_format(p, "%s · %s", name, t->paper) : name;
}

bool thumb_is_flat(const struct page *p)
{
	unsigned size = p->look & LOOK_SIZE;
	bool low = p->look & LOOK_LOW_REACH && size >= 2;
	bool small = px_mm(p->metrics, p->metrics->height_px) < SMALL_MM && size >= 1;

	return is_portrait(p->metrics) ? low || small : !is_spacious(p);
}

bool thumb_is_cramped(const struct page *p)
{
	return !is_portrait(p->metrics) && px_mm(p->metrics, p->metrics->height_px) < CRAMPED_MM;
}

size_t thumb_columns(const struct page *p)
{
	if (is_portrait(p->metrics))
		return thumb_is_flat(p) ? 1 : 2;
	return thumb_is_flat(p) ? 2 : 4;
}

/* As many lines as fit at their least height share the room, so that none of it is left. */
int thumb_height(const struct page *p, struct rect area, size_t lines, int above)
{
	bool portrait = is_portrait(p->metrics);
	int gap = mm(p, THUMB_GAP_MM), size = (int)(p->look & LOOK_SIZE);
	int least = mm(p, portrait && !thumb_is_flat(p) ? 104 + 14 * size : 84) + above;
	int room = area.h, fit = (room + gap) / (least + gap), most = mm(p, portrait ? 205 : 130);

	if (lines > (size_t)fit && lines > 1) {
		room -= page_part_buttons(p, area.w) + gap;
		fit = (room + gap) / (least + gap);
	}
	fit = fit > (int)lines ? (int)lines : fit;
	fit = fit < 1 ? 1 : fit;
	int height = (room - gap * (fit - 1)) / fit - above;
	return height < most ? height : most;
}

/* Faults first; then what it is not ready for, or that it is good. */
static size_t chips_of(struct page *p, const struct thumb *t, struct chip chips[MAX_CHIPS])
{
	size_t n = 0;
	const int64_t errs[] = { t->err, t->err2 };

	for (size_t i = 0; i < 2 && !t->aside; i++)
		if (errs[i] != ERR_OK)
			chips[n++] =
				(struct chip){ page_format(p, "pages.%zu.fault%zu", t->row, i),
					       fault_word(p, errs[i]), ICON_WARNING, TONE_WARN };
	if (n == 0 && !t->aside)
		chips[n++] = (struct chip){ page_format(p, "pages.%zu.state", t->row),
					    say(p, t->busy ? WORD_PAGE_BUSY : WORD_PAGE_CLEAR),
					    t->busy ? ICON_WAIT : ICON_CHECK,
					    t->busy ? TONE_INFO : TONE_OK };
	return n;
}

static struct node *way(struct page *p, struct rect r, const struct thumb *t, const char *what,
			enum word shown)
{
	struct node *n = page_button(p, page_format(p, "pages.%zu.%s", t->row, what), r,
				     TONE_SECOND, ICON_NONE, say(p, shown), ACTION_NONE);

	n->type = TYPE_LABEL;
	n->say = page_format(p, "%s: %s", n->text, spoken(p, t));
	n->deed.index = (uint32_t)t->row;
	return n;
}

/* One below the other in a narrow and high place. */
static void ways_of(struct page *p, struct rect r, const struct thumb *t, bool stacked)
{
	int gap = mm(p, GAP_MM);

	if (t->aside) {
		way(p, r, t, "put_back", WORD_PAGE_PUT_BACK)->deed.action = ACTION_PUT_BACK;
		return;
	}
	way(p, stacked ? row(r, 2, gap, 0) : column(r, 2, gap, 0), t, "retake", WORD_PAGE_RETAKE)
		->deed.action = ACTION_RETAKE;
	struct node *n = way(p, stacked ? row(r, 2, gap, 1) : column(r, 2, gap, 1), t, "drop",
			     WORD_PAGES_DROP_SHORT);
	n->deed.action = ACTION_DROP;
	n->tone = TONE_DANGER;
}

/* What the longest of their words needs. */
static int way_height(const struct page *p, int width, bool aside)
{
	static const enum word WORDS[] = { WORD_PAGE_RETAKE, WORD_PAGES_DROP_SHORT,
					   WORD_PAGE_PUT_BACK };
	int highest = 0;

	for (size_t i = aside ? 2 : 0; i < (aside ? 3 : 2); i++) {
		struct node like = { .kind = NODE_BUTTON,
				     .type = TYPE_LABEL,
				     .text = say(p, WORDS[i]) };
		int h = page_height(p, &like, width);
		highest = h > highest ? h : highest;
	}
	return highest;
}

static void picture_of(struct page *p, struct rect r, const struct view *v, const struct thumb *t)
{
	size_t len;
	const uint8_t *rgb = view_row_bytes(v, "pages", t->row, "image", &len);
	struct node *n = page_image(p, page_format(p, "pages.%zu.image", t->row), r, rgb, len,
				    (int)view_row_num(v, "pages", t->row, "width"),
				    (int)view_row_num(v, "pages", t->row, "height"));

	int side = r.w < r.h ? r.w : r.h;
	n->say = spoken(p, t);
	if (side < mm(p, CONTROL_MM))
		return; /* too small to be touched */
	n->say = page_format(p, "%s: %s", say(p, WORD_LARGE_OPEN), n->say);
	n->deed = large_deed((uint32_t)t->row + 1);
}

/* Its name, and below it what is wrong. */
struct caption {
	const char *name;
	struct chip chips[MAX_CHIPS];
	size_t chip_count;
	int name_h, chips_h, gap;
};

static int caption_height(const struct caption *c)
{
	return c->name_h + (c->chip_count > 0 ? c->chips_h + c->gap : 0);
}

/* Chips only where the picture keeps room. */
static struct caption caption_of(struct page *p, const struct thumb *t, int width, int room)
{
	struct caption c = { .name = name_of(p, t), .gap = mm(p, 1) };

	c.chip_count = chips_of(p, t, c.chips);
	c.name_h = page_text_height(p, TYPE_CAPTION, c.name, width);
	for (; c.chip_count > 0; c.chip_count--) {
		c.chips_h = chips_height(p, c.chips, c.chip_count, width);
		if (caption_height(&c) <= room)
			break;
	}
	return c;
}

static void add_caption(struct page *p, struct rect r, const struct thumb *t,
			const struct caption *c)
{
	struct node *n = page_add(p, page_format(p, "pages.%zu.name", t->row), NODE_LABEL,
				  cut_top(&r, c->name_h));

	n->type = TYPE_CAPTION;
	n->text = c->name;
	cut_top(&r, c->gap);
	chips_draw(p, &r, c->chips, c->chip_count);
}

void thumb_add(struct page *p, struct rect r, const struct view *v, size_t row)
{
	struct thumb t = thumb_of(v, row);
	bool beside = thumb_is_flat(p), stacked = beside && r.h > mm(p, 78);

	page_add(p, page_format(p, "pages.%zu.sheet", row), NODE_SHEET, r);
	r = inset(r, mm(p, INNER_MM), mm(p, INNER_MM));
	struct rect words = beside ? cut_right(&r, r.w * 60 / 100) : r;
	cut_right(&r, beside ? mm(p, 4) : 0);
	bool wide = stacked || t.aside;
	int way_h = way_height(p, wide ? words.w : (words.w - mm(p, GAP_MM)) / 2, t.aside);
	struct rect *from = beside ? &words : &r;
	struct rect ways =
		cut_bottom(from, stacked && !t.aside ? 2 * way_h + mm(p, GAP_MM) : way_h);
	cut_bottom(from, mm(p, 3));
	struct caption caption =
		caption_of(p, &t, from->w, from->h - (beside ? 0 : mm(p, PICTURE_LEAST_MM)));
	struct rect at = cut_bottom(from, caption_height(&caption));
	cut_bottom(from, mm(p, 3));
	picture_of(p, r, v, &t);
	add_caption(p, at, &t, &caption);
	ways_of(p, ways, &t, stacked);
}

/* All that can be done with the page that is looked at. */
struct tool {
	const char *key;
	enum word word;
	enum icon icon;
	enum tone tone;
	enum action action;
	const char *text;
	enum local_deed local;
};

static const struct tool TOOLS[] = {
	{ "retake", WORD_PAGE_RETAKE, ICON_RETRY, TONE_SECOND, ACTION_RETAKE, "", LOCAL_CLOSE },
	{ "turn", WORD_PAGES_TURN, ICON_ROTATE, TONE_SECOND, ACTION_TURN, "", LOCAL_NONE },
	{ "earlier", WORD_PAGES_EARLIER, ICON_LEFT, TONE_SECOND, ACTION_MOVE, "-1", LOCAL_CLOSE },
	{ "later", WORD_PAGES_LATER, ICON_RIGHT, TONE_SECOND, ACTION_MOVE, "1", LOCAL_CLOSE },
	{ "aside", WORD_PAGE_PUT_BACK, ICON_UNDO, TONE_SECOND, ACTION_PUT_BACK, "", LOCAL_CLOSE },
	{ "drop", WORD_PAGES_DROP_SHORT, ICON_DELETE, TONE_DANGER, ACTION_DROP, "", LOCAL_CLOSE },
};
#define TOOL_COUNT (sizeof TOOLS / sizeof TOOLS[0])

/* There is a page of the same paper before or after it. */
static bool has_neighbour(const struct view *v, const struct thumb *t, int step)
{
	if (step < 0 && t->row == 0)
		return false;
	size_t other = step < 0 ? t->row - 1 : t->row + 1;
	return other < view_rows(v, "pages") &&
	       strcmp(view_row_text(v, "pages", other, "paper"), t->paper) == 0;
}

static bool is_useful(const struct view *v, const struct thumb *t, const struct tool *o)
{
	if (o->action == ACTION_MOVE)
		return !t->aside && has_neighbour(v, t, o->text[0] == '-' ? -1 : 1);
	if (o->action == ACTION_PUT_BACK)
		return t->aside;
	return !t->aside || o->action == ACTION_TURN;
}

static int tools_height(const struct page *p, int width)
{
	int most = mm(p, CONTROL_MM);

	for (size_t i = 0; i < TOOL_COUNT; i++) {
		struct node like = { .kind = NODE_ICON_BUTTON,
				     .type = TYPE_CAPTION,
				     .text = say(p, TOOLS[i].word) };
		int h = page_height(p, &like, width) + mm(p, 3);
		most = h > most ? h : most;
	}
	return most;
}

/* Off the bottom of *area on a panel that stands, else in all of it. */
static void tools(struct page *p, struct rect *area, const struct view *v, const struct thumb *t)
{
	const struct tool *useful[TOOL_COUNT];
	bool portrait = is_portrait(p->metrics);
	int n = 0, gap = mm(p, GAP_MM);

	for (size_t i = 0; i < TOOL_COUNT; i++)
		if (is_useful(v, t, &TOOLS[i]))
			useful[n++] = &TOOLS[i];
	int columns = portrait ? n : 2, lines = (n + columns - 1) / columns;
	int height = tools_height(p, (area->w - (columns - 1) * gap) / columns);
	int all = lines * height + (lines - 1) * gap;
	struct rect r = portrait ? cut_bottom(area, all) : cut_top(area, all);
	if (portrait)
		cut_bottom(area, mm(p, 4));
	for (int i = 0; i < n; i++) {
		struct node *b = page_add(p, page_format(p, "pages.%zu.%s", t->row, useful[i]->key),
					  NODE_ICON_BUTTON, grid_cell(r, columns, lines, gap, i));
		b->type = TYPE_CAPTION;
		b->tone = useful[i]->tone;
		b->icon = useful[i]->icon;
		b->text = say(p, useful[i]->word);
		b->deed = (struct deed){ .action = useful[i]->action,
					 .index = (uint32_t)t->row,
					 .text = useful[i]->text,
					 .local = useful[i]->local };
	}
}

/* The largest picture of it that there is. */
static struct large_picture best_picture(struct page *p, const struct view *v,
					 const struct thumb *t)
{
	struct large_picture picture = { .say = spoken(p, t) };
	bool brought = view_get_num(v, "large") == (int64_t)t->row + 1;
	bool own = !brought && view_rows(v, "pages") <= 1 && view_has(v, "image");

	if (brought || own) {
		picture.rgb = view_get_bytes(v, brought ? "large_image" : "image", &picture.len);
		picture.width = (int)view_get_num(v, brought ? "large_width" : "width");
		picture.height = (int)view_get_num(v, brought ? "large_height" : "height");
		return picture;
	}
	picture.rgb = view_row_bytes(v, "pages", t->row, "image", &picture.len);
	picture.width = (int)view_row_num(v, "pages", t->row, "width");
	picture.height = (int)view_row_num(v, "pages", t->row, "height");
	return picture;
}

/* Back to the thumbnails. */
static void close_way(struct page *p, struct rect *body)
{
	const struct way close = { .key = "large.close",
				   .text = say(p, WORD_LARGE_CLOSE),
				   .icon = ICON_CHECK,
				   .tone = TONE_PRIMARY };
	size_t first = p->count;

	large_actions(p, body, &close, 1);
	for (size_t i = first; i < p->count; i++)
		if (p->nodes[i].tone == TONE_PRIMARY)
			p->nodes[i].deed = large_deed(0);
}

static void large_fault(struct page *p, struct rect *area, const struct thumb *t)
{
	struct flow f = { .gap_mm = GAP_MM };

	flow_fault(&f, p, "verdict", "", t->err);
	if (f.count == 0)
		return;
	if (p->look & LOOK_SIZE)
		f.items[0].like.max = 0; /* the page needs the room */
	flow_draw(p, area, &f);
	skip(p, area, 4);
}

bool thumb_large(struct page *p, struct rect body, const struct view *v)
{
	struct large l = large_of(p->local->large);
	size_t rows = view_rows(v, "pages");
	bool portrait = is_portrait(p->metrics), alone = rows == 0 && view_has(v, "image");

	if (l.page == 0 || (l.page > rows && !(alone && l.page == 1))) {
		p->local->large = 0;
		return false;
	}
	struct thumb t = thumb_of(v, l.page - 1);
	struct large_picture picture = best_picture(p, v, &t);
	if (portrait && l.times == 1)
		frame_title(p, &body, name_of(p, &t), shortened(p, TYPE_BODY, t.paper, body.w, 1));
	close_way(p, &body);
	struct rect side = portrait ? body : cut_right(&body, body.w * 30 / 100);
	if (!portrait)
		cut_right(&body, mm(p, 6));
	struct rect *from = portrait ? &body : &side;
	if (l.times == 1 && (portrait || !(p->look & LOOK_SIZE)))
		large_fault(p, from, &t);
	struct rect image = body;
	if (portrait) {
		if (l.times > 1)
			large_ways(p, &body);
		else if (rows > 0)
			tools(p, &body, v, &t);
		image = body;
	}
	large_add(p, image, &picture);
	if (portrait)
		return true;
	if (l.times > 1)
		large_ways(p, &side);
	else if (rows > 0)
		tools(p, &side, v, &t);
	return true;
}
