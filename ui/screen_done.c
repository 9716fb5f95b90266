/* How it ended: recorded here, accepted, refused, printed or not; and the good-bye. */
#include "ui/flow.h"
#include "ui/frame.h"
#include "ui/screen.h"

enum { PRINT_NOW, PRINT_DONE, PRINT_FAILED };

#define QR_MM       52
#define QR_LARGE_MM 84

static bool printer_works(const struct view *v)
{
	int64_t e = view_get_num(v, "print");

	return e == ERR_OK || e == ERR_PAPER_LOW;
}

/* Print, or leave without; the way that works is the strong one. */
static void print_ways(struct page *p, struct rect *body, const struct view *v)
{
	bool works = printer_works(v);
	const struct way no = { .key = "finish",
				.text = say(p, works ? WORD_PRINT_NO : WORD_RECEIPT_WITHOUT),
				.tone = works ? TONE_SECOND : TONE_PRIMARY,
				.action = ACTION_FINISH };
	const struct way yes = { .key = "print",
				 .text = works ? say(p, WORD_PRINT_YES) : NULL,
				 .icon = ICON_PRINT,
				 .tone = TONE_PRIMARY,
				 .action = ACTION_PRINT };

	frame_actions(p, body, (struct way[]){ no, yes }, 2);
	if (!works)
		frame_banner(p, body, "printer", TONE_WARN, ICON_PRINT, say(p, WORD_PRINT_BAD), "");
}

/* Sign, headline and, in a sheet, the code as large as it fits, with its QR to take along. */
static void outcome(struct page *p, struct rect *body, enum icon icon, enum tone tone,
		    const char *title)
{
	struct rect tile = cut_top(body, mm(p, 22));
	struct node *n = page_add(p, "sign", NODE_PICTOGRAM, cut_left(&tile, tile.h));

	n->icon = icon;
	n->tone = tone;
	cut_left(&tile, mm(p, 6));
	int h = page_text_height(p, TYPE_H1, title, tile.w);
	if (h <= tile.h) {
		tile = centred(tile, tile.w, h);
		page_text(p, "title", &tile, TYPE_H1, title);
	} else {
		skip(p, body, 3);
		page_text(p, "title", body, TYPE_H1, title);
	}
	skip(p, body, 5);
}

static enum type code_type(const struct page *p, const char *code, int width)
{
	if (page_text_width(p, TYPE_BIG, code) <= width)
		return TYPE_BIG;
	return page_text_width(p, TYPE_H1, code) <= width ? TYPE_H1 : TYPE_H2;
}

/* Standing there is room for everything below one another, large and in the middle. */
static void code_poster(struct page *p, struct rect *body, enum word label, enum word keep,
			const char *code)
{
	int pad = mm(p, 8), inner = body->w - 2 * pad, qr = mm(p, QR_LARGE_MM);
	enum type type = code_type(p, code, inner);
	int words = page_text_height(p, TYPE_BODY, say(p, label), inner) +
		    page_text_height(p, type, code, inner) +
		    page_text_height(p, TYPE_BODY, say(p, keep), inner);
	struct rect r = cut_top(body, 2 * pad + words + qr + mm(p, 4));
	struct node *n;

	page_add(p, "code.sheet", NODE_SHEET, r);
	r = inset(r, pad, pad);
	n = page_text(p, "code.label", &r, TYPE_BODY, say(p, label));
	n->tone = TONE_MUTED;
	n->align = ALIGN_CENTRE;
	page_text(p, "code", &r, type, code)->align = ALIGN_CENTRE;
	skip(p, &r, 2);
	n = page_add(p, "code.qr", NODE_QR, centred(cut_top(&r, qr), qr, qr));
	n->more = code;
	n->say = say(p, label);
	skip(p, &r, 2);
	n = page_text(p, "code.keep", &r, TYPE_BODY, say(p, keep));
	n->tone = TONE_MUTED;
	n->align = ALIGN_CENTRE;
	skip(p, body, 5);
}

static void code_sheet(struct page *p, struct rect *body, enum word label, enum word keep,
		       const char *code)
{
	if (is_portrait(p->metrics) && !(p->look & (LOOK_LOW_REACH | LOOK_SIZE))) {
		code_poster(p, body, label, keep, code);
		return;
	}
	int pad = mm(p, 6), qr = mm(p, QR_MM), inner = body->w - 2 * pad;
	bool beside = page_text_width(p, TYPE_H2, code) + qr + pad <= inner;
	int width = beside ? inner - qr - pad : inner;
	enum type type = code_type(p, code, width);
	int words = page_text_height(p, TYPE_BODY, say(p, label), width) +
		    page_text_height(p, type, code, width) + mm(p, 3) +
		    page_text_height(p, TYPE_BODY, say(p, keep), width);
	struct rect r = cut_top(body, 2 * pad + (beside && words < qr ? qr : words));

	page_add(p, "code.sheet", NODE_SHEET, r);
	r = inset(r, pad, pad);
	if (beside) {
		struct rect at = cut_right(&r, qr);
		struct node *n = page_add(p, "code.qr", NODE_QR, centred(at, qr, qr));
		n->more = code;
		n->say = say(p, label);
		cut_right(&r, pad);
	}
	r = centred(r, r.w, words);
	page_text(p, "code.label", &r, TYPE_BODY, say(p, label))->tone = TONE_MUTED;
	page_text(p, "code", &r, type, code);
	skip(p, &r, 3);
	page_text(p, "code.keep", &r, TYPE_BODY, say(p, keep))->tone = TONE_MUTED;
	skip(p, body, 5);
}

void screen_ACCEPTED_OFFLINE(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);

	print_ways(p, &body, v);
	outcome(p, &body, ICON_FORM_DONE, TONE_OK,
		filled(p, WORD_OFFLINE_TITLE, view_get_text(v, "time"), NULL));
	code_sheet(p, &body, WORD_OFFLINE_CODE, WORD_OFFLINE_KEEP,
		   view_get_text(v, "receipt_code"));
	frame_banner(p, &body, "self", TONE_OK, ICON_UPLOAD, say(p, WORD_OFFLINE_SELF), "");
	frame_banner(p, &body, "not", TONE_WARN, ICON_WARNING, say(p, WORD_OFFLINE_NOT), "");
}

void screen_ACCEPTED(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);
	struct flow f = { .gap_mm = 4, .sheet = true };

	print_ways(p, &body, v);
	outcome(p, &body, ICON_CHECK_CIRCLE, TONE_OK, say(p, WORD_ACCEPTED_TITLE));
	code_sheet(p, &body, WORD_ACCEPTED_CODE, WORD_ACCEPTED_KEEP,
		   view_get_text(v, "dossier_code"));
	flow_fact(&f, "time", say(p, WORD_ACCEPTED_TIME), view_get_text(v, "time"));
	flow_fact(&f, "due", say(p, WORD_ACCEPTED_DUE), view_get_text(v, "due"));
	if (f.count > 0)
		flow_draw(p, &body, &f);
}

void screen_REFUSED(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);
	struct flow f = { .gap_mm = 4, .sheet = true };
	const struct way ways[] = { { .key = "finish",
				      .text = say(p, WORD_LEAVE),
				      .tone = TONE_SECOND,
				      .action = ACTION_FINISH },
				    { .key = "call",
				      .text = say(p, WORD_CALL),
				      .icon = ICON_CALL_STAFF,
				      .tone = TONE_PRIMARY,
				      .action = ACTION_CALL } };

	frame_actions(p, &body, ways, 2);
	outcome(p, &body, ICON_CANCEL, TONE_ERROR, say(p, WORD_REFUSED_TITLE));
	frame_banner(p, &body, "next", TONE_INFO, ICON_INFO, say(p, WORD_REFUSED_NEXT), "");
	flow_fact(&f, "code", say(p, WORD_OFFLINE_CODE), view_get_text(v, "receipt_code"));
	flow_add(&f, "why", NODE_TEXT, say(p, WORD_REFUSED_WHY), "")->tone = TONE_MUTED;
	flow_add(&f, "reason", NODE_TEXT, view_get_text(v, "reason"), "")->type = TYPE_LABEL;
	flow_draw(p, &body, &f);
}

static void receipt_codes(struct page *p, struct rect *body, const struct view *v)
{
	const char *official = view_get_text(v, "dossier_code");

	if (official[0])
		code_sheet(p, body, WORD_ACCEPTED_CODE, WORD_ACCEPTED_KEEP, official);
	else
		code_sheet(p, body, WORD_OFFLINE_CODE, WORD_OFFLINE_KEEP,
			   view_get_text(v, "receipt_code"));
}

static void receipt_ways(struct page *p, struct rect *body, int64_t state)
{
	const struct way again = { .key = "again",
				   .text = say(p, WORD_RECEIPT_AGAIN),
				   .icon = ICON_RETRY,
				   .tone = state == PRINT_FAILED ? TONE_PRIMARY : TONE_SECOND,
				   .action = ACTION_PRINT };
	const struct way finish = { .key = "finish",
				    .text = say(p, state == PRINT_FAILED ? WORD_RECEIPT_WITHOUT
									 : WORD_RECEIPT_FINISH),
				    .icon = ICON_CHECK,
				    .tone = state == PRINT_FAILED ? TONE_SECOND : TONE_PRIMARY,
				    .action = ACTION_FINISH };

	if (state == PRINT_FAILED)
		frame_actions(p, body, (struct way[]){ finish, again }, 2);
	else if (state == PRINT_DONE)
		frame_actions(p, body, (struct way[]){ again, finish }, 2);
}

void screen_RECEIPT(struct page *p, const struct view *v)
{
	static const struct {
		enum icon icon;
		enum tone tone;
		enum word title, more;
	} STATES[] = {
		{ ICON_PRINT, TONE_INFO, WORD_RECEIPT_PRINTING, WORD_RECEIPT_PRINTING_SUB },
		{ ICON_CHECK_CIRCLE, TONE_OK, WORD_RECEIPT_PRINTED, WORD_RECEIPT_PRINTED_SUB },
		{ ICON_PROBLEM, TONE_WARN, WORD_RECEIPT_NOT, WORD_RECEIPT_NOT_SUB },
	};
	int64_t state = view_get_num(v, "state");
	struct rect body = frame_begin(p, v);

	/* a state nobody knows is not a printed slip */
	state = state >= PRINT_NOW && state <= PRINT_FAILED ? state : PRINT_FAILED;
	receipt_ways(p, &body, state);
	outcome(p, &body, STATES[state].icon, STATES[state].tone, say(p, STATES[state].title));
	page_text(p, "more", &body, TYPE_BODY, say(p, STATES[state].more));
	skip(p, &body, 6);
	if (state == PRINT_NOW) {
		struct node *n = page_add(p, "progress", NODE_PROGRESS, cut_top(&body, mm(p, 8)));
		n->value = -1;
		n->text = say(p, WORD_RECEIPT_PRINTING);
		skip(p, &body, 8);
	}
	const char *why = say_err(p, view_get_num(v, "err"));
	if (state == PRINT_FAILED && why[0])
		frame_banner(p, &body, "why", TONE_WARN, ICON_PRINT, why, "");
	receipt_codes(p, &body, v);
}

void screen_THANKS(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);
	struct flow f = { .gap_mm = GAP_MM };
	const struct way ways[] = { { .key = "start",
				      .text = say(p, WORD_THANKS_NEW),
				      .icon = ICON_HOME,
				      .tone = TONE_PRIMARY,
				      .action = ACTION_START } };
	struct node *n;

	frame_actions(p, &body, ways, 1);
	outcome(p, &body, ICON_SMILE, TONE_OK, say(p, WORD_THANKS_TITLE));
	frame_banner(p, &body, "wiped", TONE_OK, ICON_SHIELD, say(p, WORD_THANKS_WIPED),
		     say(p, WORD_THANKS_SEALED));
	skip(p, &body, 4);
	page_text(p, "take", &body, TYPE_H2, say(p, WORD_THANKS_TAKE));
	skip(p, &body, 3);
	n = flow_add(&f, "take.card", NODE_ROW, say(p, WORD_THANKS_TAKE_CARD), "");
	n->icon = ICON_CARD;
	n->tone = TONE_BLUE;
	n = flow_add(&f, "take.papers", NODE_ROW, say(p, WORD_THANKS_TAKE_DOCS), "");
	n->icon = ICON_PAGES;
	n->tone = TONE_GREEN;
	if (view_get_num(v, "printed")) {
		n = flow_add(&f, "take.slip", NODE_ROW, say(p, WORD_THANKS_TAKE_SLIP), "");
		n->icon = ICON_RECEIPT;
		n->tone = TONE_AMBER;
	}
	flow_draw(p, &body, &f);
}
