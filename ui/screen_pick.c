/* Which service: search box, hits, keyboard; and which papers it asks for. */
#include "ui/flow.h"
#include "ui/frame.h"
#include "ui/screen.h"

#include <string.h>

#define QUERY "query" /* key of the search box */

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

/* What is typed is not answered yet: a row that is touched now would be another one when its number
 * arrives. */
static bool is_stale(const struct page *p, const struct view *v)
{
	const char *query = view_get_text(v, "query");

	return strcmp(page_typed(p, node_id(QUERY), query), query) != 0;
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
	n->deed.action = is_stale(p, v) ? ACTION_NONE : ACTION_PICK;
	n->deed.index = (uint32_t)i;
}

static void search_box(struct page *p, struct rect *body, const struct view *v)
{
	const struct field_spec box = { .key = QUERY,
					.label = say(p, WORD_PICK_BOX),
					.value = view_get_text(v, "query"),
					.type = "search",
					.help = p->look & LOOK_SIZE ? ""
								    : say(p, WORD_PICK_EXAMPLE),
					.icon = ICON_SEARCH,
					.max = 80,
					.action = ACTION_SEARCH };

	page_field(p, body, &box);
	skip(p, body, 4);
}

static void nothing_found(struct flow *f, struct page *p)
{
	flow_banner(f, "none", TONE_WARN, ICON_SEARCH, say(p, WORD_PICK_NONE),
		    say(p, WORD_PICK_NONE_HELP));
}

static void page_way(struct flow *f, struct page *p, const char *key, enum word w, int64_t page,
		     bool stale)
{
	struct node *n = flow_add(f, key, NODE_BUTTON, say(p, w), "");

	n->type = TYPE_LABEL;
	n->tone = TONE_SECOND;
	n->icon = w == WORD_PICK_FOLLOWING ? ICON_DOWN : ICON_UP;
	n->deed.action = stale ? ACTION_NONE : ACTION_MORE;
	n->deed.index = (uint32_t)page;
}

/* To the hits before or after those that kiosk-core gave. */
static void other_pages(struct flow *f, struct page *p, const struct view *v)
{
	int64_t page = view_get_num(v, "page"), pages = view_get_num(v, "pages");
	bool stale = is_stale(p, v);

	f->columns = 2;
	f->gap_mm = 5;
	if (page > 0)
		page_way(f, p, "hits.before", WORD_PICK_PREVIOUS, page - 1, stale);
	if (page + 1 < pages)
		page_way(f, p, "hits.after", WORD_PICK_FOLLOWING, page + 1, stale);
}

static void hits(struct page *p, struct rect *body, const struct view *v)
{
	bool wide = is_spacious(p);
	struct flow f = { .gap_mm = GAP_MM };
	size_t n = view_rows(v, "hits");
	bool common =
		n > 0 && view_row_num(v, "hits", 0, "common") && !view_get_text(v, "query")[0];

	if (n == 0)
		nothing_found(&f, p);
	else
		flow_add(&f, "found", NODE_TEXT,
			 common ? say(p, WORD_PICK_COMMON)
				: filled_num(p, WORD_PICK_FOUND, (long)view_get_num(v, "total"), 0),
			 "")
			->type = TYPE_LABEL;
	f.columns = wide ? 2 : 1;
	for (size_t i = 0; i < n && i < FLOW_MAX - 4; i++)
		add_hit(p, &f, v, i, wide ? body->w / 2 : body->w);
	other_pages(&f, p, v);
	flow_draw(p, body, &f);
}

void screen_PICK(struct page *p, const struct view *v)
{
	struct rect body = frame_begin_typing(p, v);
	bool typing = p->local->field != 0;

	if (!typing || is_portrait(p->metrics))
		frame_title(p, &body, say(p, WORD_PICK_TITLE),
			    typing || p->look & LOOK_SIZE ? "" : say(p, WORD_PICK_SUB));
	if (!typing)
		frame_actions(p, &body, (struct way[]){ way_back(p) }, 1);
	search_box(p, &body, v);
	hits(p, &body, v);
}
