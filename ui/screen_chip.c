/* The chip is being read; it was lifted; it could not be read. */
#include "firmware/base/chip.h"
#include "ui/flow.h"
#include "ui/frame.h"
#include "ui/screen.h"

enum { STATE_READING, STATE_LAY_AGAIN, STATE_FAILED };

#define PICTURE_LEAST_MM 40
#define PICTURE_MOST_MM  190
#define BAR_MM           10
#define MOST_PERCENT     99

/* Share of the whole that lies before each step, in percent: the face is most of the bytes. */
static const int BEFORE[CHIP_STEP_COUNT + 1] = { 0, 15, 40, 55, 100 };

/* Never all of it: then another screen is shown. */
static int whole_percent(const struct view *v)
{
	int64_t step = view_get_num(v, "step"), percent = view_get_num(v, "percent");

	if (step < 0 || step >= CHIP_STEP_COUNT)
		return step < 0 ? 0 : MOST_PERCENT;
	percent = percent < 0 ? 0 : percent > 100 ? 100 : percent;
	int whole = BEFORE[step] + (int)percent * (BEFORE[step + 1] - BEFORE[step]) / 100;
	return whole < MOST_PERCENT ? whole : MOST_PERCENT;
}

/* The row of steps, off the top of *area: circle, and word below. */
static void chip_steps(struct page *p, struct rect *area, const struct view *v)
{
	static const enum word WORDS[CHIP_STEP_COUNT] = { WORD_CHIP_STEP_OPEN, WORD_CHIP_STEP_READ,
							  WORD_CHIP_STEP_CHECK,
							  WORD_CHIP_STEP_FACE };
	int now = (int)view_get_num(v, "step");
	struct rect r = cut_top(area, mm(p, 10.5) + page_line(p, TYPE_CAPTION));

	for (int i = 0; i < CHIP_STEP_COUNT; i++) {
		struct node *n = page_add_row(p, "chip.step", (size_t)i + 1, NODE_STEP,
					      column(r, CHIP_STEP_COUNT, 0, i));
		char number[4] = { (char)('1' + i) };
		enum word how = i < now    ? WORD_STATE_DONE
				: i == now ? WORD_STATE_NOW
					   : WORD_STATE_LATER;
		n->type = TYPE_CAPTION;
		n->text = say(p, WORDS[i]);
		n->value = i + 1;
		n->max = CHIP_STEP_COUNT;
		n->state = i == now ? STATE_SELECTED : i < now ? STATE_DONE : 0u;
		const char *spoken = filled(p, WORD_CHIP_STEP_SPOKEN, number, n->text);
		n->say = page_format(p, "%s, %s", spoken, say(p, how));
	}
	skip(p, area, 5);
}

static void progress(struct page *p, struct rect *area, const struct view *v)
{
	int percent = whole_percent(v);
	const char *words = filled_num(p, WORD_CHIP_PERCENT, percent, 0);
	struct node *n = page_add(p, "progress", NODE_PROGRESS, cut_top(area, mm(p, BAR_MM)));

	n->value = percent;
	n->say = words;
	skip(p, area, 2);
	page_text(p, "percent", area, TYPE_BODY, words)->align = ALIGN_CENTRE;
	skip(p, area, 5);
}

static void card_picture(struct page *p, struct rect *area, enum picture picture, enum word say_it)
{
	int most = mm(p, PICTURE_MOST_MM);

	if (area->h < mm(p, PICTURE_LEAST_MM))
		return;
	struct rect r = cut_top(area, area->h < most ? area->h : most);
	picture_add(p, "picture", &r, picture, say(p, say_it));
}

static struct way code_only(const struct page *p, const struct view *v)
{
	bool works = view_get_num(v, "code_reader") == ERR_OK;

	return (struct way){ .key = "code_only",
			     .text = works ? say(p, WORD_CHIP_CODE_ONLY) : NULL,
			     .icon = ICON_QR_SCAN,
			     .tone = TONE_SECOND,
			     .action = ACTION_CODE_ONLY };
}

/* Reading, or waiting for the card to come back: both keep what is done in sight. */
static void reading(struct page *p, struct rect body, const struct view *v, bool lifted)
{
	const char *name = view_get_text(v, "name");
	/* lifted to read its number, and not laid back: nobody did anything wrong */
	bool awaited = lifted && whole_percent(v) == 0;
	const char *title = awaited   ? say(p, WORD_IDENTIFY_TITLE)
			    : lifted  ? say(p, WORD_CHIP_AGAIN_TITLE)
			    : name[0] ? filled(p, WORD_CHIP_HELLO, name, NULL)
				      : say(p, WORD_CHIP_TITLE);

	frame_title(p, &body, title, lifted ? "" : say(p, WORD_CHIP_SUB));
	frame_actions(p, &body,
		      (struct way[]){ way_back(p), lifted ? code_only(p, v) : (struct way){ 0 } },
		      2);
	if (lifted)
		frame_banner(p, &body, "again", awaited ? TONE_INFO : TONE_WARN, ICON_CHIP,
			     say(p, awaited ? WORD_IDENTIFY_SUB : WORD_CHIP_AGAIN_SUB), "");
	struct rect left = body, *steps = &body;
	if (!is_portrait(p->metrics)) {
		left = column(body, 2, mm(p, 8), 0);
		body = column(body, 2, mm(p, 8), 1);
	}
	chip_steps(p, steps, v);
	progress(p, steps, v);
	card_picture(p, is_portrait(p->metrics) ? &body : &left,
		     lifted ? PICTURE_CARD_TO_READER : PICTURE_CARD_ON_READER,
		     lifted ? WORD_IDENTIFY_PICTURE_CHIP : WORD_CHIP_PICTURE);
}

static void way_card(struct flow *f, const struct way *w, const char *more)
{
	struct node *n = flow_add(f, w->key, NODE_CARD, w->text, more);

	n->icon = w->icon;
	n->tone = w->tone;
	n->deed.action = w->action;
}

/* Cause in words, and three ways on. */
static void failed(struct page *p, struct rect body, const struct view *v)
{
	struct flow f = { .gap_mm = GAP_MM, .spread = true };
	const char *why = say_err(p, view_get_num(v, "err"));
	bool code = view_get_num(v, "code_reader") == ERR_OK;
	const struct way again = { .key = "again",
				   .text = say(p, WORD_CHIP_AGAIN),
				   .icon = ICON_RETRY,
				   .tone = TONE_BLUE,
				   .action = ACTION_AGAIN };
	const struct way call = { .key = "call",
				  .text = say(p, WORD_CALL),
				  .icon = ICON_CALL_STAFF,
				  .tone = TONE_GREEN,
				  .action = ACTION_CALL };
	struct way qr = code_only(p, v);

	qr.tone = TONE_AMBER;
	frame_title(p, &body, say(p, WORD_CHIP_FAILED_TITLE), say(p, WORD_CHIP_FAILED_SUB));
	frame_actions(p, &body, (struct way[]){ way_back(p) }, 1);
	if (why[0])
		flow_banner(&f, "failed", TONE_ERROR, ICON_ERROR, why, "");
	f.gap_mm = 5;
	way_card(&f, &again, say(p, WORD_CHIP_AGAIN_HELP));
	if (code)
		way_card(&f, &qr, say(p, WORD_CHIP_CODE_ONLY_HELP));
	way_card(&f, &call, say(p, WORD_CHIP_CALL_HELP));
	if (!code)
		flow_banner(&f, "reader", TONE_WARN, ICON_PROBLEM, say(p, WORD_CHIP_CODE_BAD), "");
	flow_draw(p, &body, &f);
}

void screen_CHIP(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);
	int64_t state = view_get_num(v, "state");

	if (state == STATE_READING || state == STATE_LAY_AGAIN)
		reading(p, body, v, state == STATE_LAY_AGAIN);
	else
		failed(p, body, v);
}
