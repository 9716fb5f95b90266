/* What the service asks for, and which of its papers the citizen has brought. */
#include "ui/flow.h"
#include "ui/frame.h"
#include "ui/screen.h"

enum { HAVE_UNASKED, HAVE_BROUGHT, HAVE_NOT };

#define MAX_PAPERS 64
#define ANSWER_MM  42

static void service_facts(struct page *p, const struct view *v, int width, struct flow *ret)
{
	*ret = (struct flow){ .gap_mm = 3, .sheet = true };
	flow_fact(ret, "service", say(p, WORD_SLIP_PROCEDURE),
		  shortened(p, TYPE_LABEL, view_get_text(v, "procedure"), width / 2, 4));
	flow_fact(ret, "limit", say(p, WORD_LIMIT), view_get_text(v, "limit"));
	flow_fact(ret, "fee", say(p, WORD_FEE), view_get_text(v, "fee"));
	flow_fact(ret, "result", say(p, WORD_RESULT), view_get_text(v, "result"));
	flow_fact(ret, "where", say(p, WORD_WHERE), view_get_text(v, "where"));
	flow_fact(ret, "decision", say(p, WORD_DECISION), view_get_text(v, "decision"));
}

/* Under the name: required or not, how many, the code of the paper. */
static const char *paper_note(struct page *p, const struct view *v, size_t i)
{
	const char *must = say(p, view_row_num(v, "papers", i, "must") ? WORD_CHECKLIST_MUST
								       : WORD_CHECKLIST_MAY);
	const char *copies = view_row_text(v, "papers", i, "copies");

	return page_format(p, "%s%s%s", must, copies[0] ? " · " : "", copies);
}

static const char *paper_name(struct page *p, const struct view *v, size_t i)
{
	return page_format(p, "%zu. %s", i + 1, view_row_text(v, "papers", i, "name"));
}

static int answers_width(const struct page *p)
{
	return 2 * mm(p, ANSWER_MM) + mm(p, GAP_MM);
}

/* Standing, the two answers are below the name; lying, beside it. */
static int paper_height(struct page *p, const struct view *v, size_t i, int width)
{
	bool portrait = is_portrait(p->metrics);
	int inner = width - 2 * mm(p, 5) - (portrait ? 0 : answers_width(p) + mm(p, 4));
	struct node like = { .kind = NODE_CHOICE, .text = say(p, WORD_CHECKLIST_NOT) };
	int words = page_text_height(p, TYPE_LABEL, paper_name(p, v, i), inner) +
		    page_text_height(p, TYPE_CAPTION, paper_note(p, v, i), inner);
	int answers =
		page_height(p, &like, portrait ? (inner - mm(p, GAP_MM)) / 2 : mm(p, ANSWER_MM));

	return 2 * mm(p, 4) + (portrait          ? words + mm(p, 2) + answers
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
	struct rect answers = portrait ? (struct rect){ 0 } : cut_right(&in, answers_width(p));
	if (!portrait)
		cut_right(&in, mm(p, 4));
	page_text(p, page_format(p, "papers.%zu", i), &in, TYPE_LABEL, paper_name(p, v, i));
	struct node *n = page_text(p, page_format(p, "papers.%zu.note", i), &in, TYPE_CAPTION,
				   paper_note(p, v, i));
	n->tone = TONE_MUTED;
	if (portrait) {
		skip(p, &in, 2);
		answers = in;
	}
	answer(p, column(answers, 2, mm(p, GAP_MM), 0), v, i, HAVE_BROUGHT);
	answer(p, column(answers, 2, mm(p, GAP_MM), 1), v, i, HAVE_NOT);
}

/* The facts of the service come first, then paper after paper. */
static void facts_and_papers(struct page *p, struct rect *area, const struct view *v,
			     const struct flow *facts)
{
	int heights[MAX_PAPERS + 1], gap = mm(p, GAP_MM);
	size_t n = view_rows(v, "papers"), lead = facts->count > 0 ? 1 : 0;

	n = n < MAX_PAPERS ? n : MAX_PAPERS;
	heights[0] = lead ? flow_height(p, facts, area->w) : 0;
	for (size_t i = 0; i < n; i++)
		heights[lead + i] = paper_height(p, v, i, area->w);
	struct part part = page_part(p, area, heights, lead + n, gap);
	for (size_t i = part.first; i < part.end; i++) {
		struct rect r = cut_top(area, heights[i]);
		if (i < lead)
			flow_draw(p, &r, facts);
		else
			add_paper(p, r, v, i - lead);
		cut_top(area, gap);
	}
	if (n == 0)
		frame_banner(p, area, "none", TONE_INFO, ICON_INFO, say(p, WORD_CHECKLIST_NONE),
			     "");
}

static void warnings(struct page *p, struct rect *body, const struct view *v)
{
	size_t n = view_rows(v, "papers"), unasked = 0, missing = 0;

	for (size_t i = 0; i < n; i++) {
		int64_t have = view_row_num(v, "papers", i, "have");
		bool must = view_row_num(v, "papers", i, "must");
		unasked += have == HAVE_UNASKED;
		missing += must && have == HAVE_NOT;
	}
	if (view_get_num(v, "err") != ERR_OK && unasked > 0)
		frame_banner(p, body, "unasked", TONE_ERROR, ICON_ERROR,
			     filled_num(p, WORD_CHECKLIST_UNASKED, (long)unasked, 0), "");
	if (missing > 0)
		frame_banner(p, body, "missing", TONE_WARN, ICON_WARNING,
			     say(p, WORD_CHECKLIST_MISSING), "");
}

void screen_CHECKLIST(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);
	const struct way ways[] = { way_back(p), way_next(p, say(p, WORD_NEXT), ACTION_NEXT) };

	frame_title(p, &body, say(p, WORD_CHECKLIST_TITLE), say(p, WORD_CHECKLIST_SUB));
	frame_actions(p, &body, ways, 2);
	warnings(p, &body, v);
	struct rect beside = { 0 };
	if (!is_portrait(p->metrics) && (p->look & LOOK_SIZE) < 2) {
		beside = cut_right(&body, body.w * 38 / 100);
		cut_right(&body, mm(p, 6));
	}
	struct flow facts, none = { 0 };
	service_facts(p, v, beside.w ? beside.w : body.w, &facts);
	if (beside.w && facts.count > 0)
		flow_draw(p, &beside, &facts);
	facts_and_papers(p, &body, v, beside.w ? &none : &facts);
}
