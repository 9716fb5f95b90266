/* One paper that the state already has, looked at before it is used, or not. */
#include "ui/frame.h"
#include "ui/screen.h"
#include "ui/stored.h"

#include "firmware/base/papers.h"

enum { HAVE_STORED = 4 };

static bool is_good(const struct view *v)
{
	return view_get_num(v, "stored") == STORED_VALID && view_get_num(v, "look") != LOOK_ALTERED;
}

static void ways(struct page *p, struct rect *body, const struct view *v)
{
	bool used = view_get_num(v, "have") == HAVE_STORED, good = is_good(v);
	const struct way again = { .key = "again",
				   .text = view_get_num(v, "look") == LOOK_FAILED
						   ? say(p, WORD_STORED_AGAIN)
						   : NULL,
				   .icon = ICON_RETRY,
				   .tone = TONE_SECOND,
				   .action = ACTION_AGAIN };
	const struct way drop = { .key = "drop",
				  .text = used ? say(p, WORD_STORED_DROP) : NULL,
				  .icon = ICON_SCAN,
				  .tone = TONE_SECOND,
				  .action = ACTION_DROP };
	const struct way take = { .key = "take",
				  .text = !good  ? NULL
					  : used ? say(p, WORD_STORED_KEEP)
						 : say(p, WORD_STORED_TAKE),
				  .icon = ICON_CHECK,
				  .tone = TONE_PRIMARY,
				  .action = ACTION_TAKE };

	frame_actions(p, body, (struct way[]){ way_back(p), again, drop, take }, 4);
}

static void add_state(struct flow *f, struct page *p, const struct view *v)
{
	const char *trouble =
		stored_trouble(p, view_get_num(v, "stored"), view_get_text(v, "until"));

	switch (view_get_num(v, "look")) {
	case LOOK_FETCHES:
		flow_add(f, "fetching", NODE_TEXT, say(p, WORD_STORED_FETCHES), "");
		flow_add(f, "progress", NODE_PROGRESS, say(p, WORD_STORED_FETCHES), "")->value = -1;
		break;
	case LOOK_FACTS:
		flow_banner(f, "look", TONE_INFO, ICON_INFO, say(p, WORD_STORED_FACTS), "");
		break;
	case LOOK_FAILED:
		flow_banner(f, "look", TONE_WARN, ICON_WARNING, say(p, WORD_STORED_FAILED),
			    say(p, WORD_STORED_FAILED_MORE));
		break;
	default:
		break;
	}
	if (trouble[0])
		flow_banner(f, "trouble", TONE_ERROR, ICON_ERROR, trouble, "");
}

static void add_facts(struct flow *f, struct page *p, const struct view *v)
{
	const char *until = view_get_text(v, "until");

	flow_fact(f, "name", say(p, WORD_STORED_NAME), view_get_text(v, "stored_name"));
	flow_fact(f, "whose", say(p, WORD_STORED_WHOSE), view_get_text(v, "whose"));
	flow_fact(f, "issuer", say(p, WORD_STORED_ISSUER), view_get_text(v, "issuer"));
	flow_fact(f, "number", say(p, WORD_STORED_NO), view_get_text(v, "number"));
	flow_fact(f, "given", say(p, WORD_STORED_ON), view_get_text(v, "given"));
	flow_fact(f, "until", say(p, WORD_STORED_END),
		  until[0] ? until : say(p, WORD_STORED_NO_END));
	flow_fact(f, "paper", say(p, WORD_STORED_FOR), view_get_text(v, "paper"));
}

static int ways_height(const struct page *p, const char *where, int width)
{
	const struct node before = { .kind = NODE_BUTTON,
				     .type = TYPE_LABEL,
				     .icon = ICON_LEFT,
				     .text = say(p, WORD_STORED_BEFORE) };
	const struct node after = { .kind = NODE_BUTTON,
				    .type = TYPE_LABEL,
				    .icon = ICON_RIGHT,
				    .text = say(p, WORD_STORED_NEXT) };
	int a = page_height(p, &before, width), b = page_height(p, &after, width);

	int words = page_text_height(p, TYPE_BODY, where, width);

	a = a > b ? a : b;
	return a > words ? a : words;
}

static void page_way(struct page *p, struct rect r, const char *key, enum word word, int64_t to)
{
	enum icon icon = word == WORD_STORED_NEXT ? ICON_RIGHT : ICON_LEFT;
	struct node *n = page_button(p, key, r, TONE_SECOND, icon, say(p, word), ACTION_MORE);

	n->type = TYPE_LABEL;
	n->deed.index = (uint32_t)to;
}

/* To the pages before and after, off the bottom of *area. */
static void page_ways(struct page *p, struct rect *area, const struct view *v)
{
	int64_t page = view_get_num(v, "page"), pages = view_get_num(v, "pages");
	const char *where = filled_num(p, WORD_STORED_PAGE, (long)page, (long)pages);
	int gap = mm(p, GAP_MM);

	if (pages < 2)
		return;
	struct rect r = cut_bottom(area, ways_height(p, where, (area->w - 2 * gap) / 3));
	struct rect middle = column(r, 3, gap, 1);
	cut_bottom(area, gap);
	if (page > 1)
		page_way(p, column(r, 3, gap, 0), "page.before", WORD_STORED_BEFORE, page - 2);
	middle = centred(middle, middle.w, page_text_height(p, TYPE_BODY, where, middle.w));
	page_text(p, "page.where", &middle, TYPE_BODY, where)->align = ALIGN_CENTRE;
	if (page < pages)
		page_way(p, column(r, 3, gap, 2), "page.after", WORD_STORED_NEXT, page);
}

static void draw_picture(struct page *p, struct rect area, const struct view *v)
{
	size_t len;
	const uint8_t *rgb = view_get_bytes(v, "image", &len);

	page_ways(p, &area, v);
	struct node *n = page_image(p, "image", area, rgb, len, (int)view_get_num(v, "width"),
				    (int)view_get_num(v, "height"));
	n->say = filled(p, WORD_STORED_PICTURE, view_get_text(v, "stored_name"), NULL);
}

/* Facts above the picture, or beside it on a panel that lies. */
static void with_picture(struct page *p, struct rect body, const struct flow *f,
			 const struct view *v)
{
	struct rect facts = is_portrait(p->metrics)
				    ? cut_top(&body, flow_height(p, f, body.w) < body.h / 2
							     ? flow_height(p, f, body.w)
							     : body.h / 2)
				    : cut_right(&body, body.w * 42 / 100);

	if (is_portrait(p->metrics))
		skip(p, &body, GAP_MM);
	else
		cut_right(&body, mm(p, 6));
	draw_picture(p, body, v);
	flow_draw(p, &facts, f);
}

void screen_STORED(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);
	struct flow f = { .gap_mm = GAP_MM };

	frame_title(p, &body, say(p, WORD_STORED_TITLE), "");
	ways(p, &body, v);
	add_state(&f, p, v);
	add_facts(&f, p, v);
	if (view_get_num(v, "look") == LOOK_PICTURES)
		with_picture(p, body, &f, v);
	else
		flow_draw(p, &body, &f);
}
