/* The screens before anything is known of a citizen. */
#include "ui/flow.h"
#include "ui/frame.h"
#include "ui/screen.h"

static struct chip device(struct page *p, const char *key, enum word name, int64_t state)
{
	bool good = state == ERR_OK || state == ERR_PAPER_LOW;
	const char *how = say(p, good ? WORD_DEVICE_GOOD : WORD_DEVICE_BAD);

	return (struct chip){ key, page_format(p, "%s: %s", say(p, name), how),
			      good ? ICON_CHECK_CIRCLE : ICON_WARNING, good ? TONE_OK : TONE_WARN };
}

static bool offline(const struct view *v)
{
	return view_has(v, "online") && !view_get_num(v, "online");
}

static void offline_banner(struct page *p, struct rect *body, const struct view *v)
{
	if (offline(v))
		frame_banner(p, body, "offline", TONE_WARN, ICON_OFFLINE,
			     say(p, WORD_DEVICE_LINK_BAD), say(p, WORD_NO_NETWORK));
}

static void device_chips(struct page *p, struct rect *area, const struct view *v)
{
	const struct chip chips[] = {
		device(p, "device.code", WORD_DEVICE_CODE, view_get_num(v, "code")),
		device(p, "device.scan", WORD_DEVICE_SCAN, view_get_num(v, "scan")),
		device(p, "device.print", WORD_DEVICE_PRINT, view_get_num(v, "print")),
	};

	chips_draw(p, area, chips, sizeof chips / sizeof chips[0]);
}

static void what_to_bring(struct page *p, struct rect *area)
{
	struct flow f = { .gap_mm = GAP_MM };
	static const struct {
		const char *key;
		enum word word;
		enum icon icon;
		enum tone tone;
	} ROWS[] = {
		{ "bring.card", WORD_ATTRACT_BRING_CARD, ICON_CARD, TONE_BLUE },
		{ "bring.papers", WORD_ATTRACT_BRING_DOCS, ICON_PAGES, TONE_GREEN },
		{ "bring.phone", WORD_ATTRACT_BRING_PHONE, ICON_PHONE, TONE_AMBER },
	};

	page_text(p, "bring", area, TYPE_H2, say(p, WORD_ATTRACT_BRING));
	skip(p, area, 3);
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		struct node *n = flow_add(&f, ROWS[i].key, NODE_ROW, say(p, ROWS[i].word), NULL);
		n->icon = ROWS[i].icon;
		n->tone = ROWS[i].tone;
	}
	flow_draw(p, area, &f);
}

void screen_ATTRACT(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v), part[2];
	int start = page_control_height(p, TYPE_H1, 1) + mm(p, 10);

	frame_title(p, &body, say(p, WORD_ATTRACT_TITLE), say(p, WORD_ATTRACT_SUB));
	struct node *n = page_button(p, "start", cut_bottom(&body, start), TONE_PRIMARY, ICON_TOUCH,
				     say(p, WORD_ATTRACT_START), ACTION_START);
	n->type = TYPE_H2;
	cut_bottom(&body, mm(p, 8));
	offline_banner(p, &body, v);
	if (is_portrait(p->metrics)) {
		what_to_bring(p, &body);
		skip(p, &body, 8);
		part[1] = body;
	} else {
		halves(p, body, 50, part);
		what_to_bring(p, &part[0]);
	}
	page_text(p, "state", &part[1], TYPE_H2, say(p, WORD_ATTRACT_STATE));
	skip(p, &part[1], 3);
	device_chips(p, &part[1], v);
}

void screen_HOME(struct page *p, const struct view *v)
{
	static const enum word HOW[] = { WORD_HOME_HOW_1, WORD_HOME_HOW_2, WORD_HOME_HOW_3,
					 WORD_HOME_HOW_4, WORD_HOME_HOW_5 };
	static const enum icon ICONS[] = { ICON_QR_SCAN, ICON_SEARCH, ICON_SCAN, ICON_FORM,
					   ICON_RECEIPT };
	static const enum tone TONES[] = { TONE_BLUE, TONE_GREEN, TONE_AMBER, TONE_PURPLE,
					   TONE_TEAL };
	struct rect body = frame_begin(p, v), part[2];
	struct flow cards = { .gap_mm = 6,
			      .columns = is_portrait(p->metrics) ? 2 : 1,
			      .least_mm = is_portrait(p->metrics) ? 70 : 0 };
	struct flow how = { .gap_mm = 2 };

	frame_title(p, &body, say(p, WORD_HOME_TITLE), say(p, WORD_HOME_SUB));
	frame_actions(p, &body, (struct way[]){ way_back(p) }, 1);
	offline_banner(p, &body, v);
	struct node *n = flow_add(&cards, "file", NODE_CARD, say(p, WORD_HOME_FILE),
				  say(p, WORD_HOME_FILE_HELP));
	n->icon = ICON_FILE;
	n->tone = TONE_BLUE;
	n->deed.action = ACTION_FILE;
	n = flow_add(&cards, "help", NODE_CARD, say(p, WORD_CALL), say(p, WORD_HOME_CALL_HELP));
	n->icon = ICON_CALL_STAFF;
	n->tone = TONE_GREEN;
	n->deed.action = ACTION_CALL;
	halves(p, body, 50, part);
	if (is_portrait(p->metrics))
		part[0] = body;
	flow_draw(p, &part[0], &cards);
	if (is_portrait(p->metrics)) {
		part[1] = part[0];
		skip(p, &part[1], 8);
	}
	page_text(p, "how", &part[1], TYPE_H2, say(p, WORD_HOME_HOW));
	skip(p, &part[1], 3);
	for (size_t i = 0; i < sizeof HOW / sizeof HOW[0]; i++) {
		n = flow_add(&how, page_format(p, "how.%zu", i + 1), NODE_ROW,
			     page_format(p, "%zu. %s", i + 1, say(p, HOW[i])), NULL);
		n->icon = ICONS[i];
		n->tone = TONES[i];
	}
	flow_draw(p, &part[1], &how);
}
