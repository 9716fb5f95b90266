/* The screens before anything is known of a citizen. */
#include "firmware/base/board.h"
#include "ui/flow.h"
#include "ui/frame.h"
#include "ui/screen.h"

static void offline_banner(struct flow *f, struct page *p, const struct view *v)
{
	if (view_has(v, "online") && !view_get_num(v, "online"))
		flow_banner(f, "offline", TONE_WARN, ICON_OFFLINE, say(p, WORD_DEVICE_LINK_BAD),
			    say(p, WORD_NO_NETWORK));
}

/* A device that does not work is said before anybody begins; that all is well, in one line. */
static void device_banners(struct flow *f, struct page *p, const struct view *v)
{
	static const struct {
		const char *key;
		enum word name;
	} DEVICES[] = { { "card", WORD_DEVICE_CARD },
			{ "code", WORD_DEVICE_CODE },
			{ "scan", WORD_DEVICE_SCAN },
			{ "print", WORD_DEVICE_PRINT } };

	for (size_t i = 0; i < sizeof DEVICES / sizeof DEVICES[0]; i++) {
		int64_t e = view_get_num(v, DEVICES[i].key);
		if (e != ERR_OK && e != ERR_PAPER_LOW)
			flow_banner(f, page_format(p, "device.%s", DEVICES[i].key), TONE_WARN,
				    ICON_WARNING,
				    page_format(p, "%s: %s", say(p, DEVICES[i].name),
						say(p, WORD_DEVICE_BAD)),
				    say_err(p, e));
	}
	if (f->count == 0)
		flow_banner(f, "devices", TONE_OK, ICON_CHECK_CIRCLE, say(p, WORD_DEVICES_GOOD),
			    "");
}

/* It serves on; but nobody comes to look at a machine that says nothing. */
static void store_banner(struct flow *f, struct page *p, const struct view *v)
{
	if (view_has(v, "store") && view_get_num(v, "store"))
		flow_banner(f, "store", TONE_WARN, ICON_WARNING, say(p, WORD_ATTRACT_STORE),
			    say(p, WORD_ATTRACT_STORE_SUB));
}

/* Anybody can make software that such a machine takes for its own. */
static void trial_banner(struct flow *f, struct page *p, const struct view *v)
{
	if (view_has(v, "trial") && view_get_num(v, "trial"))
		flow_banner(f, "trial", TONE_WARN, ICON_WARNING, say(p, WORD_ATTRACT_TRIAL),
			    say(p, WORD_ATTRACT_TRIAL_SUB));
}

/* An update is about to start, or on trial: whoever comes is told before touching anything. */
static bool is_held(struct flow *f, struct page *p, const struct view *v)
{
	bool held = view_has(v, "held") && view_get_num(v, "held");

	if (held)
		flow_banner(f, "held", TONE_WARN, ICON_WARNING, say(p, WORD_ATTRACT_HELD),
			    say(p, WORD_ATTRACT_HELD_SUB));
	return held;
}

static void board_banners(struct flow *f, struct page *p, const struct view *v)
{
	for (size_t i = 0; i < view_rows(v, "board"); i++) {
		const struct trouble_row *t =
			trouble_row(trouble_by_word(view_row_text(v, "board", i, "trouble")));

		flow_banner(f, page_format(p, "board.%zu", i), TONE_WARN, ICON_WARNING,
			    t->what[p->language],
			    page_format(p, "%s (%s)", say(p, WORD_ATTRACT_STORE), t->code));
	}
}

void screen_ATTRACT(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);
	struct flow state = { .gap_mm = GAP_MM },
		    bring = { .gap_mm = GAP_MM, .least_mm = roomy_mm(p), .spread = true };
	struct node like = { .kind = NODE_BUTTON,
			     .type = TYPE_H2,
			     .icon = ICON_TOUCH,
			     .text = say(p, WORD_ATTRACT_START) };
	int room = p->look & LOOK_SIZE || !is_portrait(p->metrics) ? 0 : mm(p, 14);

	frame_title(p, &body, say(p, WORD_ATTRACT_TITLE), say(p, WORD_ATTRACT_SUB));
	if (!is_held(&state, p, v)) {
		struct rect start = cut_bottom(&body, page_height(p, &like, body.w) + room);

		page_button(p, "start", start, TONE_PRIMARY, ICON_TOUCH, like.text, ACTION_START)
			->type = TYPE_H2;
		cut_bottom(&body, mm(p, 8));
	}
	offline_banner(&state, p, v);
	store_banner(&state, p, v);
	board_banners(&state, p, v);
	device_banners(&state, p, v);
	trial_banner(&state, p, v);
	flow_heading(&bring, "bring", say(p, WORD_ATTRACT_BRING));
	flow_row(&bring, "bring.card", TONE_BLUE, ICON_CARD, say(p, WORD_ATTRACT_BRING_CARD));
	flow_row(&bring, "bring.papers", TONE_GREEN, ICON_PAGES, say(p, WORD_ATTRACT_BRING_DOCS));
	flow_row(&bring, "bring.phone", TONE_AMBER, ICON_PHONE, say(p, WORD_ATTRACT_BRING_PHONE));
	flow_around(p, &body, &state, PICTURE_JOURNEY, say(p, WORD_ATTRACT_PICTURE), &bring);
}

static void home_cards(struct flow *f, struct page *p)
{
	bool portrait = is_portrait(p->metrics);
	struct node *n;

	f->columns = portrait ? 2 : 1;
	f->least_mm = portrait && !(p->look & LOOK_SIZE) ? 70 : 0;
	f->gap_mm = 5;
	n = flow_add(f, "file", NODE_CARD, say(p, WORD_HOME_FILE), say(p, WORD_HOME_FILE_HELP));
	n->icon = ICON_FILE;
	n->tone = TONE_BLUE;
	n->deed.action = ACTION_FILE;
	n = flow_add(f, "track", NODE_CARD, say(p, WORD_HOME_TRACK), say(p, WORD_HOME_TRACK_HELP));
	n->icon = ICON_SEARCH;
	n->tone = TONE_PURPLE;
	n->deed.action = ACTION_TRACK;
	n = flow_add(f, "help", NODE_CARD, say(p, WORD_CALL), say(p, WORD_HOME_CALL_HELP));
	n->icon = ICON_CALL_STAFF;
	n->tone = TONE_GREEN;
	n->deed.action = ACTION_CALL;
}

void screen_HOME(struct page *p, const struct view *v)
{
	static const struct {
		enum word word;
		enum icon icon;
		enum tone tone;
	} HOW[] = { { WORD_HOME_HOW_1, ICON_CARD, TONE_BLUE },
		    { WORD_HOME_HOW_2, ICON_SEARCH, TONE_GREEN },
		    { WORD_HOME_HOW_3, ICON_SCAN, TONE_AMBER },
		    { WORD_HOME_HOW_4, ICON_FORM, TONE_PURPLE },
		    { WORD_HOME_HOW_5, ICON_RECEIPT, TONE_TEAL } };
	struct rect body = frame_begin(p, v);
	struct flow cards = { .gap_mm = GAP_MM },
		    how = { .gap_mm = GAP_MM, .least_mm = roomy_mm(p), .spread = true };

	frame_title(p, &body, say(p, WORD_HOME_TITLE), say(p, WORD_HOME_SUB));
	frame_actions(p, &body, (struct way[]){ way_back(p) }, 1);
	offline_banner(&cards, p, v);
	home_cards(&cards, p);
	flow_heading(&how, "how", say(p, WORD_HOME_HOW));
	for (size_t i = 0; i < sizeof HOW / sizeof HOW[0]; i++) {
		bool code = i == 0 && view_get_num(v, "card") != ERR_OK;
		flow_row(&how, page_format(p, "how.%zu", i + 1), HOW[i].tone, HOW[i].icon,
			 page_format(p, "%zu. %s", i + 1,
				     say(p, code ? WORD_HOME_HOW_1_CODE : HOW[i].word)));
	}
	flow_pair(p, &body, &cards, &how);
}
