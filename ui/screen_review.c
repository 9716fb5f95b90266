/* Everything once more, the declaration, and the handing in. */
#include "ui/flow.h"
#include "ui/frame.h"
#include "ui/screen.h"

enum { HAVE_STORED = 4 };

#define MAX_LINES 192

/* A line of the review; above the first of a section, its heading, with a button when the
 * section can be changed. */
struct line {
	const char *key, *label, *value;
	const char *heading;
	bool change;
	uint32_t group;
};

struct lines {
	struct line lines[MAX_LINES];
	size_t count;
	const char *heading; /* of the next line */
};

static void add(struct lines *l, struct line line)
{
	line.heading = l->heading;
	l->heading = NULL;
	if (l->count < MAX_LINES)
		l->lines[l->count++] = line;
}

static const char *pages_of(struct page *p, const struct view *v, size_t i)
{
	int64_t n = view_row_num(v, "papers", i, "pages");

	if (view_row_num(v, "papers", i, "have") == HAVE_STORED)
		return say(p, WORD_STORED_USED);

	if (n == 0)
		return say(p, WORD_PAGES_NOT_BROUGHT);
	return counted(p, WORD_PAGES_COUNT_ONE, WORD_PAGES_COUNT, (long)n);
}

static void term(struct page *p, struct lines *l, const struct view *v, const char *key,
		 enum word w)
{
	const char *text = view_get_text(v, key);

	if (text[0])
		add(l, (struct line){ .key = page_format(p, "terms.%s", key),
				      .label = say(p, w),
				      .value = text });
}

static void collect(struct page *p, struct lines *l, const struct view *v)
{
	int64_t group = -1;

	for (size_t i = 0; i < view_rows(v, "items"); i++) {
		const char *value = view_row_text(v, "items", i, "value");
		const char *section = view_row_text(v, "items", i, "section");
		bool first = view_row_num(v, "items", i, "group") != group;
		group = view_row_num(v, "items", i, "group");
		if (first)
			l->heading = section[0] ? section : say(p, WORD_REVIEW_ANSWERS);
		add(l, (struct line){ .key = page_format(p, "items.%zu", i),
				      .label = view_row_text(v, "items", i, "label"),
				      .value = value[0] ? value : say(p, WORD_NOT_GIVEN),
				      .change = first,
				      .group = (uint32_t)view_row_num(v, "items", i, "group") });
	}
	l->heading = say(p, WORD_REVIEW_PAPERS);
	for (size_t i = 0; i < view_rows(v, "papers"); i++)
		add(l, (struct line){ .key = page_format(p, "papers.%zu", i),
				      .label = view_row_text(v, "papers", i, "name"),
				      .value = pages_of(p, v, i) });
	l->heading = say(p, WORD_REVIEW_TERMS);
	term(p, l, v, "fee", WORD_FEE);
	term(p, l, v, "limit", WORD_LIMIT);
	term(p, l, v, "result", WORD_RESULT);
}

static struct node change_like(const struct page *p)
{
	return (struct node){ .kind = NODE_BUTTON,
			      .type = TYPE_LABEL,
			      .icon = ICON_EDIT,
			      .text = say(p, WORD_REVIEW_CHANGE) };
}

static int change_width(const struct page *p)
{
	struct node like = change_like(p);
	int w = page_width(p, &like), least = mm(p, 36);

	return w > least ? w : least;
}

static int change_height(const struct page *p)
{
	struct node like = change_like(p);

	return page_height(p, &like, change_width(p));
}

/* Words of the heading, and its button beside them. */
static int heading_words(const struct page *p, const struct line *l, int width)
{
	return width - (l->change ? change_width(p) + mm(p, 4) : 0);
}

static int heading_height(const struct page *p, const struct line *l, int width)
{
	if (!l->heading)
		return 0;
	int words = page_text_height(p, TYPE_H2, l->heading, heading_words(p, l, width));
	int button = l->change ? change_height(p) : 0;
	return (words > button ? words : button) + mm(p, 7);
}

/* Label above value: long names wrap, and the eye goes straight down. */
static int line_height(struct page *p, const struct line *l, int width)
{
	int room = width - 2 * mm(p, 4);

	return page_text_height(p, TYPE_CAPTION, l->label, room) +
	       page_text_height(p, TYPE_LABEL, l->value, room) + mm(p, 4);
}

static void change_button(struct page *p, struct rect r, const struct line *l)
{
	struct node *n = page_button(p, page_format(p, "%s.change", l->key),
				     centred(r, r.w, change_height(p)), TONE_SECOND, ICON_EDIT,
				     say(p, WORD_REVIEW_CHANGE), ACTION_GO);

	n->type = TYPE_LABEL;
	n->say = filled(p, WORD_REVIEW_CHANGE_OF, l->heading, NULL);
	n->deed.index = l->group;
}

static void add_heading(struct page *p, struct rect *r, const struct line *l)
{
	struct rect at = cut_top(r, heading_height(p, l, r->w));
	int words = heading_words(p, l, at.w);

	skip(p, &at, 4);
	cut_bottom(&at, mm(p, 3));
	struct rect text = cut_left(&at, words);
	text = centred(text, text.w, page_text_height(p, TYPE_H2, l->heading, text.w));
	page_text(p, page_format(p, "%s.heading", l->key), &text, TYPE_H2, l->heading);
	if (l->change)
		change_button(p, cut_right(&at, change_width(p)), l);
}

static void add_line(struct page *p, struct rect r, const struct line *l)
{
	page_add(p, page_format(p, "%s.line", l->key), NODE_LINE,
		 (struct rect){ r.x, r.y + r.h - mm(p, 0.5), r.w, mm(p, 0.5) });
	r = inset(r, mm(p, 4), 0);
	int h = page_text_height(p, TYPE_CAPTION, l->label, r.w) +
		page_text_height(p, TYPE_LABEL, l->value, r.w);
	r = centred(r, r.w, h);
	page_text(p, page_format(p, "%s.label", l->key), &r, TYPE_CAPTION, l->label)->tone =
		TONE_MUTED;
	page_text(p, l->key, &r, TYPE_LABEL, l->value);
}

/* How many lines from `at` on stand beside one another: two on a panel that lies, unless a
 * heading comes between. */
static size_t beside(const struct page *p, const struct lines *l, size_t at)
{
	bool wide = is_spacious(p);

	return wide && at + 1 < l->count && !l->lines[at + 1].heading ? 2 : 1;
}

static void add_lines(struct page *p, struct rect r, const struct lines *l, size_t at)
{
	size_t n = beside(p, l, at);

	if (n == 1 && is_spacious(p))
		r = column(r, 2, mm(p, 8), 0);
	if (l->lines[at].heading)
		add_heading(p, &r, &l->lines[at]);
	for (size_t i = 0; i < n; i++)
		add_line(p, n == 1 ? r : column(r, 2, mm(p, 8), (int)i), &l->lines[at + i]);
}

void screen_REVIEW(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);
	const struct way ways[] = { way_back(p),
				    way_next(p, say(p, WORD_REVIEW_RIGHT), ACTION_NEXT) };
	struct lines lines = { .count = 0 };
	bool roomy = is_portrait(p->metrics) || is_spacious(p);
	const char *to = view_get_text(v, "supplement");
	int heights[MAX_LINES];
	size_t firsts[MAX_LINES], rows = 0;

	const char *sub = to[0]   ? filled(p, WORD_SUPPLY_SUB, to, NULL)
			  : roomy ? say(p, WORD_REVIEW_SUB)
				  : "";

	frame_title(p, &body, say(p, WORD_REVIEW_TITLE), sub);
	frame_actions(p, &body, ways, 2);
	long missing = (long)view_get_num(v, "missing");
	if (missing > 0)
		frame_banner(p, &body, "missing", TONE_WARN, ICON_WARNING,
			     counted(p, WORD_PAGES_MISSING_ONE, WORD_PAGES_MISSING, missing), "");
	collect(p, &lines, v);
	for (size_t at = 0; at < lines.count; at += beside(p, &lines, at)) {
		bool wide = is_spacious(p);
		int width = wide ? (body.w - mm(p, 8)) / 2 : body.w;
		size_t n = beside(p, &lines, at);
		int h = line_height(p, &lines.lines[at], width);
		int other = n == 2 ? line_height(p, &lines.lines[at + 1], width) : 0;
		heights[rows] = (other > h ? other : h) +
				heading_height(p, &lines.lines[at], n == 2 ? body.w : width);
		firsts[rows++] = at;
	}
	struct part part = page_part(p, &body, heights, rows, 0);
	for (size_t i = part.first; i < part.end; i++)
		add_lines(p, cut_top(&body, heights[i]), &lines, firsts[i]);
}

static const char *handed_in(struct page *p, long papers, long pages, long stored)
{
	const char *had = counted(p, WORD_CONFIRM_STORED_ONE, WORD_CONFIRM_STORED, stored);

	if (papers == 0)
		return stored > 0 ? had : say(p, WORD_SLIP_NO_PAPERS);
	const char *ours = filled_num(p, WORD_CONFIRM_PAPERS, papers, pages);
	return stored > 0 ? page_format(p, "%s; %s", ours, had) : ours;
}

/* A dossier, or papers that are added to one. */
static const char *of_kind(const struct page *p, const struct view *v, enum word dossier,
			   enum word papers)
{
	return say(p, view_get_text(v, "supplement")[0] ? papers : dossier);
}

/* What is handed in, and by whom. */
static void confirm_facts(struct flow *f, struct page *p, const struct view *v)
{
	long papers = 0, pages = 0, stored = 0;

	for (size_t i = 0; i < view_rows(v, "papers"); i++) {
		long n = (long)view_row_num(v, "papers", i, "pages");
		papers += n > 0;
		pages += n;
		stored += view_row_num(v, "papers", i, "have") == HAVE_STORED;
	}
	flow_fact(f, "dossier", say(p, WORD_SUPPLY_TO), view_get_text(v, "supplement"));
	flow_fact(f, "service", say(p, WORD_SLIP_PROCEDURE), view_get_text(v, "procedure"));
	flow_fact(f, "papers", say(p, WORD_REVIEW_PAPERS), handed_in(p, papers, pages, stored));
	flow_fact(f, "name", say(p, WORD_CONFIRM_BY), view_get_text(v, "name"));
}

void screen_CONFIRM(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);
	const struct way ways[] = { way_back(p),
				    { .key = "confirm",
				      .text = say(p, WORD_CONFIRM_YES),
				      .icon = ICON_SEND,
				      .tone = TONE_PRIMARY,
				      .action = ACTION_CONFIRM } };
	struct flow f = { .gap_mm = 6, .sheet = true, .spread = true },
		    after = { .gap_mm = GAP_MM };

	frame_title(p, &body, of_kind(p, v, WORD_CONFIRM_TITLE, WORD_SUPPLY_CONFIRM), "");
	frame_actions(p, &body, ways, 2);
	flow_banner(&after, "after", TONE_WARN, ICON_INFO, say(p, WORD_CONFIRM_AFTER), "");
	if (is_portrait(p->metrics) || is_spacious(p)) {
		flow_draw(p, &body, &after);
		skip(p, &body, 4);
	}
	confirm_facts(&f, p, v);
	flow_long_text(&f, p, "declaration", TYPE_LABEL, view_get_text(v, "declaration"), body);
	flow_large_facts(p, &f, body);
	if (!is_portrait(p->metrics) && !is_spacious(p)) {
		flow_join(&after, &f);
		f = after;
	}
	flow_draw(p, &body, &f);
}

void screen_SENDING(struct page *p, const struct view *v)
{
	static const enum word STEPS[] = { WORD_SENDING_0, WORD_SENDING_1_WAIT, WORD_SENDING_2,
					   WORD_SENDING_3 };
	int64_t now = view_get_num(v, "state");
	struct rect body = frame_begin(p, v);
	struct flow f = { .gap_mm = 4, .least_mm = roomy_mm(p) > 0 ? 28 : 0 };
	long busy = (long)view_get_num(v, "busy"), pages = (long)view_get_num(v, "pages");
	bool preparing = now == 0 && busy > 0 && pages >= busy;

	const char *title = of_kind(p, v, WORD_SENDING_TITLE, WORD_SUPPLY_SENDING);

	frame_title(p, &body, title, of_kind(p, v, WORD_SENDING_SUB, WORD_SUPPLY_SENDING_SUB));
	struct node *bar = page_add(p, "progress", NODE_PROGRESS, cut_top(&body, mm(p, 8)));
	bar->value = preparing ? (int)((pages - busy) * 100 / pages) : -1;
	bar->text = title;
	skip(p, &body, 8);
	/* state 1 says that the second step is done: saved here */
	for (int i = 0; i < 4; i++) {
		bool done = i < now || (i == 1 && now == 1),
		     at_it = !done && i == (now == 1 ? 2 : now);
		enum word w = i == 1 && done ? WORD_SENDING_1 : STEPS[i];
		enum word how = done ? WORD_STATE_DONE : at_it ? WORD_STATE_NOW : WORD_STATE_LATER;
		const char *step = i == 0 ? of_kind(p, v, w, WORD_SUPPLY_SENDING_0) : say(p, w);
		struct node *n = flow_add(&f, page_format(p, "steps.%d", i + 1), NODE_ROW, step,
					  say(p, how));
		if (i == 0 && preparing)
			n->more = filled_num(p, WORD_SENDING_BUSY, pages - busy, pages);
		n->icon = done ? ICON_CHECK_CIRCLE : at_it ? ICON_WAIT : ICON_RADIO;
		n->tone = done ? TONE_OK : at_it ? TONE_INFO : TONE_MUTED;
	}
	flow_draw(p, &body, &f);
}
