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

/* To the pages before and after, off the bottom of *area. */
static void page_ways(struct page *p, struct rect *area, const struct view *v)
{
	int64_t page = view_get_num(v, "page"), pages = view_get_num(v, "pages");
	struct node like = { .kind = NODE_BUTTON, .text = say(p, WORD_STORED_NEXT) };

	if (pages < 2)
		return;
	struct rect r = cut_bottom(area, page_height(p, &like, area->w / 3));
	skip(p, area, 0);
	cut_bottom(area, mm(p, GAP_MM));
	struct rect before = column(r, 3, mm(p, GAP_MM), 0), after = column(r, 3, mm(p, GAP_MM), 2);
	struct rect where = column(r, 3, mm(p, GAP_MM), 1);
	if (page > 1)
		page_button(p, "page.before", before, TONE_SECOND, ICON_LEFT,
			    say(p, WORD_STORED_BEFORE), ACTION_MORE)
			->deed.index = (uint32_t)(page - 2);
	page_text(p, "page.where", &where, TYPE_BODY,
		  filled_num(p, WORD_STORED_PAGE, (long)page, (long)pages))
		->align = ALIGN_CENTRE;
	if (page < pages)
		page_button(p, "page.after", after, TONE_SECOND, ICON_RIGHT,
			    say(p, WORD_STORED_NEXT), ACTION_MORE)
			->deed.index = (uint32_t)page;
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
