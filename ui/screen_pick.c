/* Which service: search box, hits, keyboard; and which papers it asks for. */
#include "ui/flow.h"
#include "ui/frame.h"
#include "ui/screen.h"

#include <string.h>

/* A sign for what a service is about, from the words of its field and name. */
static enum icon service_icon(const char *field, const char *name)
{
	static const struct {
		const char *word;
		enum icon icon;
	} SIGNS[] = {
		{ "khai sinh", ICON_CHILD },   { "kết hôn", ICON_MARRIAGE },
		{ "hôn nhân", ICON_MARRIAGE }, { "trú", ICON_HOUSE },
		{ "chứng thực", ICON_STAMP },  { "Chứng thực", ICON_STAMP },
		{ "kinh doanh", ICON_SHOP },   { "doanh nghiệp", ICON_SHOP },
		{ "Đất đai", ICON_LAND },      { "đất", ICON_LAND },
		{ "Hộ tịch", ICON_FAMILY },    { "căn cước", ICON_CARD },
		{ "Bảo trợ", ICON_PEOPLE },    { "y tế", ICON_HEALTH },
		{ "Giáo dục", ICON_SCHOOL },   { "lái xe", ICON_CAR },
		{ "trích lục", ICON_COPY },    { "Lao động", ICON_WORK },
	};

	for (size_t i = 0; i < sizeof SIGNS / sizeof SIGNS[0]; i++)
		if (strstr(name, SIGNS[i].word) || strstr(field, SIGNS[i].word))
			return SIGNS[i].icon;
	return ICON_FORM;
}

static void add_hit(struct page *p, struct flow *f, const struct view *v, size_t i, int width)
{
	const char *name = view_row_text(v, "hits", i, "name");
	const char *field = view_row_text(v, "hits", i, "field");
	const char *code =
		filled(p, WORD_PROCEDURE_CODE, view_row_text(v, "hits", i, "code"), NULL);
	struct node *n = flow_add(f, page_format(p, "hits.%zu", i), NODE_ROW,
				  shortened(p, TYPE_LABEL, name, width - mm(p, 52), 3),
				  page_format(p, "%s%s%s", code, field[0] ? " · " : "", field));

	n->icon = service_icon(field, name);
	n->tone = TONE_BLUE;
	n->deed.action = ACTION_PICK;
	n->deed.index = (uint32_t)i;
}

static void search_box(struct page *p, struct rect *body, const struct view *v)
{
	const struct field_spec box = { .key = "query",
					.label = say(p, WORD_PICK_BOX),
					.value = view_get_text(v, "query"),
					.type = "search",
					.help = say(p, WORD_PICK_EXAMPLE),
					.icon = ICON_SEARCH,
					.max = 80,
					.action = ACTION_SEARCH };

	page_field(p, body, &box);
	skip(p, body, 4);
}

static void nothing_found(struct page *p, struct rect *body)
{
	frame_banner(p, body, "none", TONE_WARN, ICON_SEARCH, say(p, WORD_PICK_NONE),
		     say(p, WORD_PICK_NONE_HELP));
}

/* To the page of hits before or after, when kiosk-core has more than it gave. */
static void other_pages(struct page *p, struct rect *body, const struct view *v)
{
	int64_t page = view_get_num(v, "page"), pages = view_get_num(v, "pages");
	char where[WORDS_CAP * 2];

	if (pages < 2)
		return;
	struct rect r = cut_bottom(body, page_control_height(p, TYPE_LABEL, 1));
	cut_bottom(body, mm(p, GAP_MM));
	if (page > 0) {
		struct node *n =
			page_button(p, "hits.before", column(r, 3, mm(p, GAP_MM), 0), TONE_SECOND,
				    ICON_UP, say(p, WORD_PICK_PREVIOUS), ACTION_MORE);
		n->type = TYPE_LABEL;
		n->deed.index = (uint32_t)page - 1;
	}
	struct node *n =
		page_add(p, "hits.where", NODE_TEXT,
			 centred(column(r, 3, mm(p, GAP_MM), 1), r.w, page_line(p, TYPE_BODY)));
	n->align = ALIGN_CENTRE;
	n->text = page_format(p, "%s",
			      words_fill_num(where, sizeof where, say(p, WORD_PICK_PAGE),
					     (long)page + 1, (long)pages));
	if (page + 1 < pages) {
		n = page_button(p, "hits.after", column(r, 3, mm(p, GAP_MM), 2), TONE_SECOND,
				ICON_DOWN, say(p, WORD_MORE), ACTION_MORE);
		n->type = TYPE_LABEL;
		n->deed.index = (uint32_t)page + 1;
	}
}

static void hits(struct page *p, struct rect *body, const struct view *v)
{
	struct flow f = { .gap_mm = GAP_MM, .columns = is_portrait(p->metrics) ? 1 : 2 };
	size_t n = view_rows(v, "hits");
	bool common =
		n > 0 && view_row_num(v, "hits", 0, "common") && !view_get_text(v, "query")[0];

	if (n == 0) {
		nothing_found(p, body);
		return;
	}
	page_text(p, "found", body, TYPE_LABEL,
		  common ? say(p, WORD_PICK_COMMON)
			 : filled_num(p, WORD_PICK_FOUND, (long)view_get_num(v, "total"), 0));
	skip(p, body, 2);
	for (size_t i = 0; i < n && i < FLOW_MAX; i++)
		add_hit(p, &f, v, i, f.columns == 2 ? body->w / 2 : body->w);
	if (!p->local->field)
		other_pages(p, body, v);
	flow_draw(p, body, &f);
}

void screen_PICK(struct page *p, const struct view *v)
{
	struct rect body = frame_begin_typing(p, v);
	bool typing = p->local->field != 0;

	if (!typing || is_portrait(p->metrics))
		frame_title(p, &body, say(p, WORD_PICK_TITLE), typing ? "" : say(p, WORD_PICK_SUB));
	if (!typing)
		frame_actions(p, &body, (struct way[]){ way_back(p) }, 1);
	search_box(p, &body, v);
	hits(p, &body, v);
}
