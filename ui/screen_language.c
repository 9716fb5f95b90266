/* Language, text size, contrast, reach: whatever makes the kiosk easier to use. */
#include "ui/flow.h"
#include "ui/frame.h"
#include "ui/screen.h"

static void languages(struct page *p, struct rect *area)
{
	struct flow f = { .gap_mm = 4, .columns = 2 };
	static const char *const NAMES[] = { "Tiếng Việt", "English" };
	static const enum word HELP[] = { WORD_LANGUAGE_VI_HELP, WORD_LANGUAGE_EN_HELP };

	for (enum language l = LANGUAGE_VI; l < LANGUAGE_COUNT; l++) {
		bool on = p->language == l;
		struct node *n = flow_add(&f, page_format(p, "language.%d", (int)l), NODE_CHOICE,
					  NAMES[l], words(l, HELP[l]));
		n->state = on ? STATE_SELECTED : 0;
		n->deed.action = ACTION_LANGUAGE;
		n->deed.index = l;
	}
	flow_draw(p, area, &f);
}

static void sizes(struct page *p, struct rect *area)
{
	struct flow f = { .gap_mm = 4, .columns = is_portrait(p->metrics) ? 2 : 4 };
	static const enum word NAMES[] = { WORD_SIZE_0, WORD_SIZE_1, WORD_SIZE_2, WORD_SIZE_3 };

	page_text(p, "sizes", area, TYPE_H2, say(p, WORD_TEXT_SIZE));
	skip(p, area, 3);
	for (unsigned i = 0; i < 4; i++) {
		struct node *n = flow_add(&f, page_format(p, "size.%u", i), NODE_CHOICE,
					  say(p, NAMES[i]), NULL);
		n->state = (p->look & LOOK_SIZE) == i ? STATE_SELECTED : 0;
		n->deed.action = ACTION_LOOK;
		n->deed.index = (p->look & LOOK_ALL & ~(unsigned)LOOK_SIZE) | i;
	}
	flow_draw(p, area, &f);
}

static void switches(struct page *p, struct rect *area)
{
	struct flow f = { .gap_mm = 4, .columns = is_portrait(p->metrics) ? 1 : 3 };
	static const struct {
		const char *key;
		unsigned bit;
		enum word name, help;
	} ROWS[] = {
		{ "contrast", LOOK_HIGH_CONTRAST, WORD_CONTRAST, WORD_CONTRAST_HELP },
		{ "reach", LOOK_LOW_REACH, WORD_LOW_REACH, WORD_LOW_REACH_HELP },
		{ "left", LOOK_LEFT_HANDED, WORD_LEFT_HANDED, WORD_LEFT_HANDED_HELP },
	};

	page_text(p, "easier", area, TYPE_H2, say(p, WORD_LANGUAGE_EASIER));
	skip(p, area, 3);
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		bool on = p->look & ROWS[i].bit;
		struct node *n = flow_add(&f, page_format(p, "look.%s", ROWS[i].key), NODE_CHOICE,
					  say(p, ROWS[i].name), say(p, ROWS[i].help));
		n->icon = on ? ICON_BOX_ON : ICON_BOX;
		n->state = on ? STATE_SELECTED : 0;
		n->say = page_format(p, "%s: %s", n->text, say(p, on ? WORD_ON : WORD_OFF));
		n->deed.action = ACTION_LOOK;
		n->deed.index = (p->look & LOOK_ALL) ^ ROWS[i].bit;
	}
	flow_draw(p, area, &f);
}

void screen_LANGUAGE(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);
	const struct way ways[] = { way_back(p), way_next(p, say(p, WORD_KEY_DONE), ACTION_NEXT) };

	frame_title(p, &body, say(p, WORD_LANGUAGE_TITLE), say(p, WORD_LANGUAGE_SUB));
	frame_actions(p, &body, ways, 2);
	languages(p, &body);
	skip(p, &body, 8);
	sizes(p, &body);
	skip(p, &body, 8);
	switches(p, &body);
}
