/* Who is standing here: the QR code of the identity card, and what was read from it. */
#include "ui/flow.h"
#include "ui/frame.h"
#include "ui/picture.h"
#include "ui/screen.h"

enum { STATE_WAITING, STATE_READING, STATE_FAILED };

static void reader_state(struct flow *f, struct page *p, const struct view *v)
{
	int64_t state = view_get_num(v, "state");

	if (view_get_num(v, "code_reader") != ERR_OK)
		flow_banner(f, "reader", TONE_ERROR, ICON_PROBLEM, say(p, WORD_IDENTIFY_CODE_BAD),
			    "");
	else if (state == STATE_FAILED)
		flow_banner(f, "failed", TONE_ERROR, ICON_ERROR, say_err(p, view_get_num(v, "err")),
			    "");
	else if (state == STATE_READING)
		flow_banner(f, "reading", TONE_INFO, ICON_WAIT, say(p, WORD_IDENTIFY_READING), "");
	else
		flow_banner(f, "waiting", TONE_INFO, ICON_QR_SCAN, say(p, WORD_IDENTIFY_WAIT), "");
	if (view_get_num(v, "card_in"))
		flow_banner(f, "chip", TONE_WARN, ICON_CHIP, say(p, WORD_IDENTIFY_CARD_IN), "");
}

void screen_IDENTIFY(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);
	struct flow state = { .gap_mm = GAP_MM },
		    where = { .gap_mm = GAP_MM, .least_mm = roomy_mm(p), .spread = true };
	struct node *n;

	frame_title(p, &body, say(p, WORD_IDENTIFY_TITLE), say(p, WORD_IDENTIFY_SUB));
	frame_actions(p, &body, (struct way[]){ way_back(p) }, 1);
	reader_state(&state, p, v);
	flow_heading(&where, "where", say(p, WORD_IDENTIFY_WHERE));
	flow_row(&where, "where.old", TONE_BLUE, ICON_CARD, say(p, WORD_IDENTIFY_WHERE_OLD));
	flow_row(&where, "where.new", TONE_GREEN, ICON_QR, say(p, WORD_IDENTIFY_WHERE_NEW));
	n = flow_add(&where, "why", NODE_TEXT, say(p, WORD_IDENTIFY_WHY), NULL);
	n->tone = TONE_MUTED;
	n->icon = ICON_LOCK;
	flow_around(p, &body, &state, PICTURE_CARD_UNDER_SCANNER, say(p, WORD_IDENTIFY_PICTURE),
		    &where);
}

static void read_facts(struct flow *f, struct page *p, const struct view *v)
{
	flow_fact(f, "name", say(p, WORD_IDENTITY_NAME), view_get_text(v, "name"));
	flow_fact(f, "number", say(p, WORD_IDENTITY_NUMBER), view_get_text(v, "number"));
	flow_fact(f, "birth", say(p, WORD_IDENTITY_BIRTH), view_get_text(v, "birth"));
	flow_fact(f, "sex", say(p, WORD_IDENTITY_SEX), view_get_text(v, "sex"));
	flow_fact(f, "address", say(p, WORD_IDENTITY_ADDRESS), view_get_text(v, "address"));
}

/* Facts on a sheet below the banners; where that is too much, all of it in parts. */
static void told_and_facts(struct page *p, struct rect *body, const struct flow *told,
			   const struct flow *facts)
{
	int gap = mm(p, 4), height = flow_height(p, told, body->w) + gap;
	struct flow large = *facts;

	large.spread = true;
	flow_large_facts(p, &large, (struct rect){ body->x, body->y, body->w, body->h - height });

	if (height + flow_height(p, facts, body->w) <= body->h) {
		flow_draw(p, body, told);
		cut_top(body, gap);
		flow_draw(p, body, &large);
		return;
	}
	struct flow all = *told;
	flow_join(&all, facts);
	flow_draw(p, body, &all);
}

static void identity_ways(struct page *p, struct rect *body, bool draft)
{
	const struct way not_me = { .key = "not_me",
				    .text = say(p, WORD_IDENTITY_NO),
				    .icon = ICON_BACK,
				    .tone = TONE_SECOND,
				    .action = ACTION_NOT_ME };
	const struct way fresh = { .key = "new",
				   .text = draft ? say(p, WORD_IDENTITY_NEW) : NULL,
				   .tone = TONE_SECOND,
				   .action = ACTION_NEXT };
	const struct way go = draft ? way_next(p, say(p, WORD_IDENTITY_RESUME), ACTION_RESUME)
				    : way_next(p, say(p, WORD_IDENTITY_YES), ACTION_NEXT);

	frame_actions(p, body, (struct way[]){ not_me, fresh, go }, 3);
}

void screen_IDENTITY(struct page *p, const struct view *v)
{
	bool draft = view_get_num(v, "draft");
	struct rect body = frame_begin(p, v);
	struct flow told = { .gap_mm = GAP_MM }, facts = { .gap_mm = 4, .sheet = true };

	frame_title(p, &body, say(p, WORD_IDENTITY_TITLE), "");
	identity_ways(p, &body, draft);
	if (draft)
		flow_banner(&told, "draft", TONE_INFO, ICON_INFO, say(p, WORD_IDENTITY_DRAFT), "");
	const char *wrong = say_err(p, view_get_num(v, "err"));
	if (wrong[0])
		flow_banner(&told, "error", TONE_ERROR, ICON_ERROR, wrong, "");
	flow_banner(&told, "doubt", TONE_WARN, ICON_WARNING, say(p, WORD_IDENTITY_UNVERIFIED),
		    say(p, WORD_IDENTITY_DOUBT));
	read_facts(&facts, p, v);
	told_and_facts(p, &body, &told, &facts);
}
