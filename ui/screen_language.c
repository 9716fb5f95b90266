/* Language, text size, contrast, reach: whatever makes the kiosk easier to use. */
#include "ui/flow.h"
#include "ui/frame.h"
#include "ui/screen.h"

static void languages(struct flow *f, struct page *p)
{
	static const char *const NAMES[] = { "Tiếng Việt", "English" };
	static const enum word HELP[] = { WORD_LANGUAGE_VI_HELP, WORD_LANGUAGE_EN_HELP };

	f->columns = 2;
	for (enum language l = LANGUAGE_VI; l < LANGUAGE_COUNT; l++) {
		struct node *n = flow_add(f, page_format(p, "language.%d", (int)l), NODE_CHOICE,
					  NAMES[l], words(l, HELP[l]));
		n->state = p->language == l ? STATE_SELECTED : 0;
		n->deed.action = ACTION_LANGUAGE;
		n->deed.index = l;
	}
}

static void sizes(struct flow *f, struct page *p)
{
	static const enum word NAMES[] = { WORD_SIZE_0, WORD_SIZE_1, WORD_SIZE_2, WORD_SIZE_3 };

	flow_heading(f, "sizes", say(p, WORD_TEXT_SIZE));
	f->columns = is_portrait(p->metrics) ? 2 : 4;
	for (unsigned i = 0; i < 4; i++) {
		struct node *n = flow_add(f, page_format(p, "size.%u", i), NODE_CHOICE,
					  say(p, NAMES[i]), NULL);
		n->state = (p->look & LOOK_SIZE) == i ? STATE_SELECTED : 0;
		n->deed.action = ACTION_LOOK;
		n->deed.index = (p->look & LOOK_ALL & ~(unsigned)LOOK_SIZE) | i;
	}
}

static void switches(struct flow *f, struct page *p)
{
	static const struct {
		const char *key;
		unsigned bit;
		enum word name, help;
	} ROWS[] = {
		{ "contrast", LOOK_HIGH_CONTRAST, WORD_CONTRAST, WORD_CONTRAST_HELP },
		{ "reach", LOOK_LOW_REACH, WORD_LOW_REACH, WORD_LOW_REACH_HELP },
		{ "left", LOOK_LEFT_HANDED, WORD_LEFT_HANDED, WORD_LEFT_HANDED_HELP },
	};

	flow_heading(f, "easier", say(p, WORD_LANGUAGE_EASIER));
	f->columns = is_portrait(p->metrics) ? 1 : 3;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		bool on = p->look & ROWS[i].bit;
		struct node *n = flow_add(f, page_format(p, "look.%s", ROWS[i].key), NODE_CHOICE,
					  say(p, ROWS[i].name), say(p, ROWS[i].help));
		n->icon = on ? ICON_BOX_ON : ICON_BOX;
		n->state = on ? STATE_SELECTED : 0;
		n->say = page_format(p, "%s: %s", n->text, say(p, on ? WORD_ON : WORD_OFF));
		n->deed.action = ACTION_LOOK;
		n->deed.index = (p->look & LOOK_ALL) ^ ROWS[i].bit;
	}
}

void screen_LANGUAGE(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);
	struct flow f = { .gap_mm = GAP_MM };
	const struct way ways[] = { way_back(p), way_next(p, say(p, WORD_KEY_DONE), ACTION_NEXT) };

	frame_title(p, &body, say(p, WORD_LANGUAGE_TITLE), say(p, WORD_LANGUAGE_SUB));
	frame_actions(p, &body, ways, 2);
	languages(&f, p);
	sizes(&f, p);
	switches(&f, p);
	flow_draw(p, &body, &f);
}
