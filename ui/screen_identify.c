/* Who is standing here: the two ways to show an identity card, its chip and its QR code. */
#include "ui/flow.h"
#include "ui/frame.h"
#include "ui/screen.h"

enum { STATE_WAITING, STATE_READING, STATE_FAILED };

#define PICTURE_MM       40  /* the least worth looking at */
#define PICTURE_CHIP_MM  130 /* the most: the way that proves who somebody is comes first */
#define PICTURE_CODE_MM  90
#define PICTURE_ONLY_MM  190
#define PICTURES_BOTH_MM 110
#define BESIDE_GAP_MM    8

/* One way, and whether it can be gone now. */
struct way_in {
	struct flow told;
	const char *key, *heading; /* heading: over picture and told, or "" */
	enum picture picture;
	enum word say;
	bool works;
};

static void chip_way(struct page *p, const struct view *v, bool code_works, struct way_in *w)
{
	bool card_in = view_get_num(v, "card_in");

	*w = (struct way_in){ .told = { .gap_mm = GAP_MM },
			      .key = "picture",
			      .heading = "",
			      .picture = card_in ? PICTURE_CARD_ON_READER : PICTURE_CARD_TO_READER,
			      .say = card_in ? WORD_CHIP_PICTURE : WORD_IDENTIFY_PICTURE_CHIP,
			      .works = view_get_num(v, "card_reader") == ERR_OK };
	if (!w->works)
		flow_banner(&w->told, "reader.chip", TONE_ERROR, ICON_PROBLEM,
			    say(p, WORD_IDENTIFY_CHIP_BAD),
			    code_works ? say(p, WORD_IDENTIFY_CHIP_BAD_HELP) : "");
	else if (card_in)
		flow_row(&w->told, "again", TONE_BLUE, ICON_CHIP, say(p, WORD_IDENTIFY_CHIP_IN))
			->deed.action = ACTION_AGAIN;
	else
		flow_banner(&w->told, "chip.waiting", TONE_INFO, ICON_CHIP,
			    say(p, WORD_IDENTIFY_CHIP), say(p, WORD_IDENTIFY_CHIP_WAIT));
}

static void code_state(struct flow *f, struct page *p, const struct view *v)
{
	if (view_get_num(v, "state") == STATE_READING)
		flow_banner(f, "reading", TONE_INFO, ICON_WAIT, say(p, WORD_IDENTIFY_READING), "");
	else
		flow_banner(f, "waiting", TONE_INFO, ICON_QR_SCAN, say(p, WORD_IDENTIFY_WAIT),
			    say(p, WORD_IDENTIFY_WHERE));
}

static void code_way(struct page *p, const struct view *v, bool chip_works, struct way_in *w)
{
	*w = (struct way_in){ .told = { .gap_mm = GAP_MM },
			      .key = "picture.code",
			      .heading = chip_works ? say(p, WORD_IDENTIFY_CODE) : "",
			      .picture = PICTURE_CARD_UNDER_SCANNER,
			      .say = WORD_IDENTIFY_PICTURE,
			      .works = view_get_num(v, "code_reader") == ERR_OK };
	if (w->works)
		code_state(&w->told, p, v);
	else
		flow_banner(&w->told, "reader", TONE_ERROR, ICON_PROBLEM,
			    say(p, WORD_IDENTIFY_CODE_BAD),
			    chip_works ? say(p, WORD_IDENTIFY_CODE_BAD_HELP) : "");
}

static void titles(struct page *p, struct rect *body, bool chip, bool code)
{
	enum word title = chip   ? WORD_IDENTIFY_TITLE
			  : code ? WORD_IDENTIFY_TITLE_CODE
				 : WORD_IDENTIFY_TITLE_NONE;
	enum word more = chip   ? WORD_IDENTIFY_SUB
			 : code ? WORD_IDENTIFY_SUB_CODE
				: WORD_IDENTIFY_SUB_NONE;

	frame_title(p, body, say(p, title), say(p, more));
}

static int heading_height(const struct page *p, const struct way_in *w, int width)
{
	if (!w->works || !w->heading[0])
		return 0;
	return page_text_height(p, TYPE_H2, w->heading, width) + mm(p, GAP_MM);
}

/* Off the top of *area: heading, a picture at most so high when the way can be gone, how it
 * stands. */
static void way_draw(struct page *p, struct rect *area, const struct way_in *w, int height)
{
	if (heading_height(p, w, area->w) > 0) {
		page_text(p, "code", area, TYPE_H2, w->heading);
		skip(p, area, GAP_MM);
	}
	if (w->works && height >= mm(p, PICTURE_MM)) {
		struct rect r = cut_top(area, height);
		picture_add(p, w->key, &r, w->picture, say(p, w->say));
		skip(p, area, GAP_MM + 1);
	}
	flow_draw(p, area, &w->told);
}

static int smaller(int a, int b)
{
	return a < b ? a : b;
}

/* Standing: one below the other; the first gets the larger picture. */
static void ways_below(struct page *p, struct rect body, const struct way_in *first,
		       const struct way_in *second, const struct flow *why)
{
	int gap = mm(p, 5), edge = mm(p, GAP_MM + 1);
	int words = flow_height(p, &first->told, body.w) + heading_height(p, second, body.w) +
		    flow_height(p, &second->told, body.w) + flow_height(p, why, body.w);
	int spare = body.h - words - 2 * gap - 2 * edge;
	bool both = first->works && second->works && spare >= mm(p, PICTURES_BOTH_MM);
	int large = both ? smaller(spare * 3 / 5, mm(p, PICTURE_CHIP_MM))
			 : smaller(spare, mm(p, PICTURE_ONLY_MM));

	way_draw(p, &body, first, large);
	cut_top(&body, gap);
	way_draw(p, &body, second,
		 both ? smaller(spare - spare * 3 / 5, mm(p, PICTURE_CODE_MM)) : 0);
	cut_top(&body, gap);
	flow_draw(p, &body, why);
}

/* Lying: side by side, the first in the wider column. */
static void ways_beside(struct page *p, struct rect body, const struct way_in *first,
			const struct way_in *second, const struct flow *why)
{
	struct rect left = cut_left(&body, body.w * 55 / 100), right = body;

	cut_left(&right, mm(p, BESIDE_GAP_MM));
	int spare_left = left.h - flow_height(p, &first->told, left.w) - mm(p, GAP_MM + 1);
	int spare_right = right.h - heading_height(p, second, right.w) -
			  flow_height(p, &second->told, right.w) - flow_height(p, why, right.w) -
			  mm(p, 5) - mm(p, GAP_MM + 1);
	way_draw(p, &left, first, spare_left);
	way_draw(p, &right, second, smaller(spare_right, mm(p, PICTURE_CODE_MM)));
	cut_top(&right, mm(p, 5));
	flow_draw(p, &right, why);
}

static void both_ways(struct page *p, struct rect body, const struct way_in *first,
		      const struct way_in *second, const struct flow *why)
{
	bool portrait = is_portrait(p->metrics);
	int gap = mm(p, 5), column = portrait ? body.w : body.w * 42 / 100;
	int rest = heading_height(p, second, column) + flow_height(p, &second->told, column) + gap +
		   flow_height(p, why, column);
	int own = flow_height(p, &first->told, column) + gap;

	if (portrait ? own + rest <= body.h : rest <= body.h) {
		if (portrait)
			ways_below(p, body, first, second, why);
		else
			ways_beside(p, body, first, second, why);
		return;
	}
	struct flow all = first->told;
	if (second->works && second->heading[0])
		flow_heading(&all, "code", second->heading);
	flow_join(&all, &second->told);
	flow_join(&all, why);
	flow_draw(p, &body, &all);
}

static void identify_ways(struct page *p, struct rect *body, bool works)
{
	const struct way call = { .key = "call",
				  .text = works ? NULL : say(p, WORD_CALL),
				  .icon = ICON_CALL_STAFF,
				  .tone = TONE_PRIMARY,
				  .action = ACTION_CALL };

	frame_actions(p, body, (struct way[]){ way_back(p), call }, 2);
}

/* What is read, what for, for how long: before anything is. */
static void what_is_read(struct flow *f, struct page *p, bool chip)
{
	struct node *n = flow_add(f, "why", NODE_TEXT,
				  say(p, chip ? WORD_IDENTIFY_WHY : WORD_IDENTIFY_WHY_CODE), NULL);

	n->tone = TONE_MUTED;
	n->icon = ICON_LOCK;
}

void screen_IDENTIFY(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);
	bool chip_works = view_get_num(v, "card_reader") == ERR_OK;
	bool code_works = view_get_num(v, "code_reader") == ERR_OK;
	struct way_in chip, code;
	struct flow why = { .gap_mm = GAP_MM };

	titles(p, &body, chip_works, code_works);
	identify_ways(p, &body, chip_works || code_works);
	if (view_get_num(v, "state") == STATE_FAILED)
		frame_banner(p, &body, "failed", TONE_ERROR, ICON_ERROR,
			     say_err(p, view_get_num(v, "err")), "");
	chip_way(p, v, code_works, &chip);
	code_way(p, v, chip_works, &code);
	if (chip_works || code_works)
		what_is_read(&why, p, chip_works);
	both_ways(p, body, chip_works ? &chip : &code, chip_works ? &code : &chip, &why);
}
