/* What the service asks for, and which of its papers the citizen has brought. */
#include "ui/flow.h"
#include "ui/frame.h"
#include "ui/screen.h"
#include "ui/stored.h"

enum { HAVE_UNASKED, HAVE_BROUGHT, HAVE_NOT, HAVE_REUSED };

#define MAX_ITEMS 128
#define ANSWER_MM 58

/* What a person wants to know about the service, except its name. */
static void service_facts(struct flow *f, struct page *p, const struct view *v)
{
	flow_fact(f, "limit", say(p, WORD_LIMIT), view_get_text(v, "limit"));
	flow_fact(f, "fee", say(p, WORD_FEE), view_get_text(v, "fee"));
	flow_fact(f, "result", say(p, WORD_RESULT), view_get_text(v, "result"));
	flow_fact(f, "where", say(p, WORD_WHERE), view_get_text(v, "where"));
	flow_fact(f, "decision", say(p, WORD_DECISION), view_get_text(v, "decision"));
}

/* Under the name: required or not, how many; what was scanned of it and is not handed in. */
static const char *paper_note(struct page *p, const struct view *v, size_t i)
{
	const char *must = say(p, view_row_num(v, "papers", i, "must") ? WORD_CHECKLIST_MUST
								       : WORD_CHECKLIST_MAY);
	const char *copies = view_row_text(v, "papers", i, "copies");
	long back = (long)view_row_num(v, "papers", i, "kept_back");

	if (back > 0)
		return counted(p, WORD_CHECKLIST_BACK_ONE, WORD_CHECKLIST_BACK, back);
	return page_format(p, "%s%s%s", must, copies[0] ? " · " : "", copies);
}

/* At most ten lines: no paper needs more to be known by its name. */
static const char *paper_name(struct page *p, const struct view *v, size_t i, int width)
{
	const char *name = page_format(p, "%zu. %s", i + 1, view_row_text(v, "papers", i, "name"));

	return shortened(p, TYPE_LABEL, name, width,
			 p->look & LOOK_SIZE || !is_portrait(p->metrics) ? 4 : 10);
}

static int answers_width(const struct page *p)
{
	return 2 * mm(p, ANSWER_MM) + mm(p, GAP_MM);
}

/* Pages that were scanned in this visit already, for another procedure: one tap takes them. */
static struct node reuse_choice(struct page *p, const struct view *v, size_t i)
{
	bool on = view_row_num(v, "papers", i, "have") == HAVE_REUSED;
	const char *from = view_row_text(v, "papers", i, "reuse_name");
	struct node n = { .kind = NODE_CHOICE,
			  .icon = on ? ICON_BOX_ON : ICON_BOX,
			  .text = say(p, on ? WORD_CHECKLIST_REUSED : WORD_CHECKLIST_REUSE),
			  .more = from,
			  .state = on ? STATE_SELECTED : 0u };

	n.say = page_format(p, "%s: %s", view_row_text(v, "papers", i, "name"), n.text);
	n.deed = (struct deed){ .action = ACTION_REUSE, .index = (uint32_t)i, .text = "" };
	return n;
}

static bool has_reuse(const struct view *v, size_t i)
{
	return view_row_num(v, "papers", i, "reuse") ||
	       view_row_num(v, "papers", i, "have") == HAVE_REUSED;
}

/* With the gap above it; 0 when there is none. */
static int reuse_height(struct page *p, const struct view *v, size_t i, int width)
{
	if (!has_reuse(v, i))
		return 0;
	struct node like = reuse_choice(p, v, i);
	return page_height(p, &like, width) + mm(p, GAP_MM);
}

static void add_reuse(struct page *p, struct rect *in, const struct view *v, size_t i)
{
	struct node like = reuse_choice(p, v, i);
	struct rect r = cut_bottom(in, reuse_height(p, v, i, in->w) - mm(p, GAP_MM));
	struct node *n = page_add(p, page_format(p, "papers.%zu.reuse", i), NODE_CHOICE, r);

	cut_bottom(in, mm(p, GAP_MM));
	n->icon = like.icon;
	n->text = like.text;
	n->more = like.more;
	n->say = like.say;
	n->state = like.state;
	n->deed = like.deed;
}

/* Standing, the two answers are below the name; lying, beside it. */
static int paper_height(struct page *p, const struct view *v, size_t i, int width)
{
	bool portrait = is_portrait(p->metrics);
	int inner = width - 2 * mm(p, 5) - (portrait ? 0 : answers_width(p) + mm(p, 4));
	struct node like = { .kind = NODE_CHOICE, .text = say(p, WORD_CHECKLIST_NOT) };
	int words = page_text_height(p, TYPE_LABEL, paper_name(p, v, i, inner), inner) +
		    page_text_height(p, TYPE_CAPTION, paper_note(p, v, i), inner);
	int answers =
		page_height(p, &like, portrait ? (inner - mm(p, GAP_MM)) / 2 : mm(p, ANSWER_MM));

	return 2 * mm(p, 4) + reuse_height(p, v, i, width - 2 * mm(p, 5)) +
	       stored_height(p, v, i, width - 2 * mm(p, 5)) +
	       (portrait          ? words + mm(p, 2) + answers
		: words > answers ? words
				  : answers);
}

static void answer(struct page *p, struct rect r, const struct view *v, size_t i, int64_t have)
{
	bool yes = have == HAVE_BROUGHT, on = view_row_num(v, "papers", i, "have") == have;
	struct node *n =
		page_add(p, page_format(p, "papers.%zu.%s", i, yes ? "yes" : "no"), NODE_CHOICE, r);

	n->text = say(p, yes ? WORD_CHECKLIST_HAVE : WORD_CHECKLIST_NOT);
	n->state = on ? STATE_SELECTED : 0;
	n->say = page_format(p, "%s: %s", view_row_text(v, "papers", i, "name"), n->text);
	n->deed.action = ACTION_HAVE;
	n->deed.index = (uint32_t)i;
	n->deed.text = yes ? "1" : "2";
}

static void add_paper(struct page *p, struct rect r, const struct view *v, size_t i)
{
	bool portrait = is_portrait(p->metrics);
	struct rect in = inset(r, mm(p, 5), mm(p, 4));

	page_add(p, page_format(p, "papers.%zu.sheet", i), NODE_SHEET, r);
	struct rect reuse = in, stored;
	if (has_reuse(v, i))
		cut_bottom(&in, reuse_height(p, v, i, in.w));
	stored = in;
	cut_bottom(&in, stored_height(p, v, i, in.w));
	struct rect answers = portrait ? (struct rect){ 0 } : cut_right(&in, answers_width(p));
	if (!portrait)
		cut_right(&in, mm(p, 4));
	page_text(p, page_format(p, "papers.%zu", i), &in, TYPE_LABEL, paper_name(p, v, i, in.w));
	struct node *n = page_text(p, page_format(p, "papers.%zu.note", i), &in, TYPE_CAPTION,
				   paper_note(p, v, i));
	n->tone = view_row_num(v, "papers", i, "kept_back") > 0 ? TONE_WARN : TONE_MUTED;
	if (portrait) {
		skip(p, &in, 2);
		answers = in;
	}
	answer(p, column(answers, 2, mm(p, GAP_MM), 0), v, i, HAVE_BROUGHT);
	answer(p, column(answers, 2, mm(p, GAP_MM), 1), v, i, HAVE_NOT);
	stored_add(p, &stored, v, i);
	if (has_reuse(v, i))
		add_reuse(p, &reuse, v, i);
}

/* Something in the list: words that tell, or a paper with its two answers. */
struct item {
	const struct node *told; /* NULL: paper */
	size_t paper;
	int height;
};

struct items {
	struct item items[MAX_ITEMS];
	size_t count;
};

static void add_item(struct items *l, struct item item)
{
	if (l->count < MAX_ITEMS)
		l->items[l->count++] = item;
}

static void draw_item(struct page *p, struct rect r, const struct view *v, const struct item *i)
{
	if (!i->told) {
		add_paper(p, r, v, i->paper);
		return;
	}
	struct node *n = page_add(p, i->told->key, i->told->kind, r);
	n->text = i->told->text;
	n->more = i->told->more;
	n->type = i->told->type;
	n->tone = i->told->tone;
	n->icon = i->told->icon;
	n->state = i->told->state;
	n->deed = i->told->deed;
}

/* Warnings, the name of the service, its facts, and paper after paper. */
static void draw_all(struct page *p, struct rect *area, const struct view *v,
		     const struct flow *told)
{
	struct items l = { .count = 0 };
	int heights[MAX_ITEMS], gap = mm(p, GAP_MM);

	for (size_t i = 0; i < told->count; i++)
		add_item(&l,
			 (struct item){ .told = &told->items[i].like,
					.height = page_height(p, &told->items[i].like, area->w) });
	for (size_t i = 0; i < view_rows(v, "papers"); i++)
		add_item(&l, (struct item){ .paper = i, .height = paper_height(p, v, i, area->w) });
	for (size_t i = 0; i < l.count; i++)
		heights[i] = l.items[i].height;
	struct part part = page_part(p, area, heights, l.count, gap);
	for (size_t i = part.first; i < part.end; i++) {
		draw_item(p, cut_top(area, heights[i]), v, &l.items[i]);
		cut_top(area, gap);
	}
}

static bool is_supplement(const struct view *v)
{
	return view_get_text(v, "supplement")[0];
}

/* What the officer wrote; or that nobody could be asked. */
static void request(struct flow *f, struct page *p, const struct view *v)
{
	if (!is_supplement(v))
		return;
	if (!view_get_num(v, "known"))
		flow_banner(f, "blind", TONE_WARN, ICON_OFFLINE, say(p, WORD_SUPPLY_BLIND),
			    say(p, WORD_SUPPLY_BLIND_SUB));
	flow_fact(f, "asked", say(p, WORD_SUPPLY_ASKED), view_get_text(v, "asked"));
}

static void warnings(struct flow *f, struct page *p, const struct view *v)
{
	size_t n = view_rows(v, "papers"), unasked = 0, missing = 0;

	for (size_t i = 0; i < n; i++) {
		int64_t have = view_row_num(v, "papers", i, "have");
		bool must = view_row_num(v, "papers", i, "must");
		unasked += have == HAVE_UNASKED;
		missing += must && have == HAVE_NOT;
	}
	if (view_get_num(v, "old"))
		flow_banner(f, "old", TONE_WARN, ICON_WARNING, say(p, WORD_CHECKLIST_OLD), "");
	if (view_get_num(v, "err") != ERR_OK && unasked > 0)
		flow_banner(f, "unasked", TONE_ERROR, ICON_ERROR,
			    counted(p, WORD_CHECKLIST_UNASKED_ONE, WORD_CHECKLIST_UNASKED,
				    (long)unasked),
			    "");
	if (is_supplement(v) && view_get_num(v, "err") != ERR_OK && unasked == 0)
		flow_banner(f, "nothing", TONE_ERROR, ICON_ERROR, say(p, WORD_SUPPLY_NOTHING), "");
	else if (missing > 0)
		flow_banner(f, "missing", TONE_WARN, ICON_WARNING,
			    say(p, is_supplement(v) ? WORD_SUPPLY_MISSING : WORD_CHECKLIST_MISSING),
			    "");
	if (n == 0)
		flow_banner(f, "none", TONE_INFO, ICON_INFO, say(p, WORD_CHECKLIST_NONE), "");
}

/* Lying, with letters of usual size, the facts stand beside the papers. */
static void facts_beside(struct page *p, struct rect *body, const struct view *v)
{
	struct flow facts = { .gap_mm = 3, .sheet = true };
	struct rect beside = cut_right(body, body->w * 38 / 100);

	cut_right(body, mm(p, 6));
	service_facts(&facts, p, v);
	if (facts.count > 0)
		flow_draw(p, &beside, &facts);
}

void screen_CHECKLIST(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);
	struct flow told = { .gap_mm = GAP_MM };
	const struct way ways[] = { way_back(p), way_next(p, say(p, WORD_NEXT), ACTION_NEXT) };
	bool beside = is_spacious(p) && !is_supplement(v);

	if (is_supplement(v))
		frame_title(p, &body,
			    say(p, view_get_num(v, "known") ? WORD_SUPPLY_TITLE
							    : WORD_SUPPLY_TITLE_BLIND),
			    filled(p, WORD_SUPPLY_SUB, view_get_text(v, "supplement"), NULL));
	else
		frame_title(p, &body, say(p, WORD_CHECKLIST_TITLE), say(p, WORD_CHECKLIST_SUB));
	frame_actions(p, &body, ways, 2);
	if (beside)
		facts_beside(p, &body, v);
	warnings(&told, p, v);
	stored_asking(&told, p, v);
	request(&told, p, v);
	const char *full = view_get_text(v, "full_name");
	flow_long_text(&told, p, "service", TYPE_LABEL,
		       full[0] ? full : view_get_text(v, "procedure"), body);
	if (!beside)
		service_facts(&told, p, v);
	draw_all(p, &body, v, &told);
}
