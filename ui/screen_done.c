/* How it ended: recorded here, accepted, refused, printed or not; and the good-bye. */
#include "ui/fault.h"
#include "ui/frame.h"
#include "ui/screen.h"

enum { PRINT_NOW, PRINT_DONE, PRINT_FAILED };

#define PANEL_PAD_MM 6
#define QR_LEAST_MM  34
#define QR_MOST_MM   150

static bool printer_works(const struct view *v)
{
	int64_t e = view_get_num(v, "print");

	return e == ERR_OK || e == ERR_PAPER_LOW;
}

/* Hand in for one more procedure, where kiosk-core offers it. */
static struct way another_way(const struct page *p, const struct view *v)
{
	return (struct way){ .key = "another",
			     .text = view_get_num(v, "another") ? say(p, WORD_ANOTHER) : NULL,
			     .icon = ICON_FILE,
			     .tone = TONE_SECOND,
			     .action = ACTION_ANOTHER };
}

/* A fee that is not paid yet, nor known to have come in. */
static bool may_pay(const struct view *v)
{
	return view_get_num(v, "pay") && view_get_num(v, "paying") != 2;
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

	const struct way pay = { .key = "pay",
				 .text = may_pay(v) ? say(p, WORD_PAY_WAY) : NULL,
				 .icon = ICON_PAY,
				 .tone = TONE_SECOND,
				 .action = ACTION_PAY };

	frame_actions(p, body, (struct way[]){ no, another_way(p, v), pay, yes }, 4);
}

/* Sign and headline. */
static void outcome(struct page *p, struct rect *body, enum icon icon, enum tone tone,
		    const char *title)
{
	int tile = mm(p, 20), gap = mm(p, 6);
	int words = page_text_height(p, TYPE_H1, title, body->w - tile - gap);
	struct rect r = cut_top(body, words > tile ? words : tile);
	struct node *n =
		page_add(p, "sign", NODE_PICTOGRAM, centred(cut_left(&r, tile), tile, tile));

	n->icon = icon;
	n->tone = tone;
	cut_left(&r, gap);
	r = centred(r, r.w, words);
	page_text(p, "title", &r, TYPE_H1, title);
	skip(p, body, 5);
}

/* A code to keep, with what it is and what it is for. */
struct code {
	const char *code, *label, *keep;
};

static enum type code_type(const struct page *p, const char *code, int width)
{
	if (page_text_width(p, TYPE_BIG, code) <= width)
		return TYPE_BIG;
	return page_text_width(p, TYPE_H1, code) <= width ? TYPE_H1 : TYPE_H2;
}

static void centred_text(struct page *p, const char *key, struct rect *r, enum type type,
			 const char *text)
{
	struct node *n = page_text(p, key, r, type, text);

	n->align = ALIGN_CENTRE;
	n->tone = type == TYPE_BODY ? TONE_MUTED : TONE_PLAIN;
}

/* Height of the words of the panel, without its QR. */
static int code_words(const struct page *p, const struct code *c, int inner)
{
	return page_text_height(p, TYPE_BODY, c->label, inner) +
	       page_text_height(p, code_type(p, c->code, inner), c->code, inner) +
	       page_text_height(p, TYPE_BODY, c->keep, inner);
}

/* Off the top of *area: the code as large as fits and, when there is room, as QR to take along. */
static void code_panel(struct page *p, struct rect *area, const struct code *c)
{
	int pad = mm(p, PANEL_PAD_MM), inner = area->w - 2 * pad;
	int words = code_words(p, c, inner);
	int room = area->h - words - 2 * pad, most = mm(p, QR_MOST_MM);
	int qr = room < mm(p, QR_LEAST_MM) || !c->code[0] ? 0 : room < most ? room : most;
	struct rect r = cut_top(area, words + 2 * pad + qr);

	page_add(p, "code.sheet", NODE_SHEET, r);
	r = inset(r, pad, pad);
	centred_text(p, "code.label", &r, TYPE_BODY, c->label);
	centred_text(p, "code", &r, code_type(p, c->code, inner), c->code);
	if (qr > 0) {
		struct node *n = page_add(p, "code.qr", NODE_QR, centred(cut_top(&r, qr), qr, qr));
		n->more = c->code;
		n->say = page_format(p, "QR: %s", c->code);
	}
	centred_text(p, "code.keep", &r, TYPE_BODY, c->keep);
}

/* On a small panel with large letters: code and all the rest in parts. */
static void code_in_parts(struct page *p, struct rect *body, const struct code *c,
			  const struct flow *rest)
{
	struct flow f = { .gap_mm = 1 };

	flow_add(&f, "code.label", NODE_TEXT, c->label, "")->tone = TONE_MUTED;
	flow_add(&f, "code", NODE_HEADING, c->code, "")->type = TYPE_H2;
	flow_add(&f, "code.keep", NODE_TEXT, c->keep, "")->tone = TONE_MUTED;
	size_t own = f.count;
	flow_join(&f, rest);
	if (f.count > own)
		f.items[own].gap_mm = 4;
	flow_draw(p, body, &f);
}

/* Standing: the panel over what else there is to say; lying: beside it. */
static void code_and(struct page *p, struct rect body, const struct code *c,
		     const struct flow *rest)
{
	bool portrait = is_portrait(p->metrics);
	int gap = mm(p, 5), pad = 2 * mm(p, PANEL_PAD_MM);
	struct rect left = portrait ? body : column(body, 2, mm(p, 8), 0);
	struct rect right = portrait ? body : column(body, 2, mm(p, 8), 1);
	int words = code_words(p, c, left.w - pad) + pad, told = flow_height(p, rest, right.w);

	if (portrait ? words + gap + told > body.h : words > body.h || told > body.h) {
		code_in_parts(p, &body, c, rest);
		return;
	}
	if (portrait)
		left.h -= told + gap;
	int had = left.h;
	code_panel(p, &left, c);
	if (portrait)
		cut_top(&right, had - left.h + gap);
	flow_draw(p, &right, rest);
}

static struct code provisional_code(const struct page *p, const struct view *v)
{
	return (struct code){ view_get_text(v, "receipt_code"), say(p, WORD_OFFLINE_CODE),
			      say(p, WORD_OFFLINE_KEEP) };
}

static struct code official_code(const struct page *p, const struct view *v)
{
	return (struct code){ view_get_text(v, "dossier_code"), say(p, WORD_ACCEPTED_CODE),
			      say(p, WORD_ACCEPTED_KEEP) };
}

static void printer_banner(struct flow *f, struct page *p, const struct view *v)
{
	if (!printer_works(v))
		flow_banner(f, "printer", TONE_WARN, ICON_PRINT, say(p, WORD_PRINT_BAD), "");
}

static void expected_banner(struct flow *f, struct page *p, const struct view *v)
{
	const char *day = view_get_text(v, "expected");
	enum word w = view_get_num(v, "sure") ? WORD_OFFLINE_EXPECTED : WORD_OFFLINE_ABOUT;

	if (day[0])
		flow_banner(f, "expected", TONE_INFO, ICON_INFO, filled(p, w, day, NULL), "");
}

static void add_fee(struct flow *f, struct page *p, const struct view *v)
{
	char text[WORDS_CAP];
	int64_t paying = view_get_num(v, "paying");

	if (paying == 2)
		flow_banner(f, "fee", TONE_OK, ICON_PAY, say(p, WORD_PAY_PAID), "");
	else if (paying == 1)
		flow_banner(f, "fee", TONE_WARN, ICON_PAY, say(p, WORD_PAY_PENDING), "");
	else if (view_get_num(v, "fee") > 0)
		flow_fact(f, "fee", say(p, WORD_PAY_FEE),
			  page_format(p, "%s",
				      words_money(text, sizeof text, view_get_num(v, "fee"))));
}

/* A dossier, or papers that are added to one. */
static enum word of_kind(const struct view *v, enum word dossier, enum word papers)
{
	return view_get_text(v, "supplement")[0] ? papers : dossier;
}

static void add_dossier(struct flow *f, const struct page *p, const struct view *v)
{
	const char *code = view_get_text(v, "supplement");

	if (code[0]) /* across: no line breaks within the code */
		flow_banner(f, "dossier", TONE_INFO, ICON_PAGES, say(p, WORD_SUPPLY_TO), code);
}

void screen_ACCEPTED_OFFLINE(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);
	struct flow f = { .gap_mm = GAP_MM };
	const struct code code = provisional_code(p, v);

	print_ways(p, &body, v);
	outcome(p, &body, ICON_FORM_DONE, TONE_OK,
		filled(p, of_kind(v, WORD_OFFLINE_TITLE, WORD_SUPPLY_OFFLINE),
		       view_get_text(v, "time"), NULL));
	flow_banner(&f, "not", TONE_WARN, ICON_WARNING,
		    say(p, of_kind(v, WORD_OFFLINE_NOT, WORD_SUPPLY_NOT)), "");
	flow_banner(&f, "self", TONE_OK, ICON_UPLOAD,
		    say(p, of_kind(v, WORD_OFFLINE_SELF, WORD_SUPPLY_SELF)), "");
	add_dossier(&f, p, v);
	if (view_get_num(v, "unsure"))
		flow_banner(&f, "unsure", TONE_WARN, ICON_WARNING, say(p, WORD_OFFLINE_UNSURE), "");
	expected_banner(&f, p, v);
	if (view_get_num(v, "fee_later"))
		flow_banner(&f, "fee", TONE_INFO, ICON_PAY, say(p, WORD_PAY_LATER), "");
	printer_banner(&f, p, v);
	code_and(p, body, &code, &f);
}

void screen_ACCEPTED(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);
	struct flow f = { .gap_mm = GAP_MM };
	const struct code code = official_code(p, v);

	print_ways(p, &body, v);
	outcome(p, &body, ICON_CHECK_CIRCLE, TONE_OK,
		say(p, of_kind(v, WORD_ACCEPTED_TITLE, WORD_SUPPLY_ACCEPTED)));
	printer_banner(&f, p, v);
	if (view_get_text(v, "supplement")[0])
		flow_banner(&f, "same", TONE_INFO, ICON_INFO, say(p, WORD_SUPPLY_SAME), "");
	flow_fact(&f, "time", say(p, WORD_ACCEPTED_TIME), view_get_text(v, "time"));
	flow_fact(&f, "due", say(p, of_kind(v, WORD_ACCEPTED_DUE, WORD_SUPPLY_DUE)),
		  view_get_text(v, "due"));
	add_fee(&f, p, v);
	flow_large_facts(p, &f, (struct rect){ 0, 0, body.w / 2, body.h / 3 });
	code_and(p, body, &code, &f);
}

void screen_REFUSED(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);
	struct flow f = { .gap_mm = GAP_MM };
	const struct way ways[] = { { .key = "finish",
				      .text = say(p, WORD_RECEIPT_FINISH),
				      .tone = TONE_SECOND,
				      .action = ACTION_FINISH },
				    { .key = "call",
				      .text = say(p, WORD_CALL),
				      .icon = ICON_CALL_STAFF,
				      .tone = TONE_PRIMARY,
				      .action = ACTION_CALL } };

	frame_actions(p, &body, ways, 2);
	outcome(p, &body, ICON_CANCEL, TONE_ERROR,
		say(p, of_kind(v, WORD_REFUSED_TITLE, WORD_SUPPLY_REFUSED)));
	flow_banner(&f, "reason", TONE_ERROR, ICON_ERROR, say(p, WORD_REFUSED_WHY),
		    view_get_text(v, "reason"));
	flow_banner(&f, "next", TONE_INFO, ICON_INFO, say(p, WORD_REFUSED_NEXT), "");
	add_dossier(&f, p, v);
	f.gap_mm = 6;
	flow_fact(&f, "code", say(p, WORD_OFFLINE_CODE), view_get_text(v, "receipt_code"));
	flow_draw(p, &body, &f);
}

static void receipt_ways(struct page *p, struct rect *body, const struct view *v, int64_t state)
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

	const struct way call = { .key = "call",
				  .text = say(p, WORD_CALL),
				  .icon = ICON_CALL_STAFF,
				  .tone = TONE_SECOND,
				  .action = ACTION_CALL };

	if (state == PRINT_FAILED)
		frame_actions(p, body, (struct way[]){ finish, call, again }, 3);
	else if (state == PRINT_DONE)
		frame_actions(p, body, (struct way[]){ again, another_way(p, v), finish }, 3);
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
	struct flow f = { .gap_mm = GAP_MM };
	const char *why = say_err(p, view_get_num(v, "err"));
	const struct code code =
		view_get_text(v, "dossier_code")[0] ? official_code(p, v) : provisional_code(p, v);

	/* a state nobody knows is not a printed slip */
	state = state >= PRINT_NOW && state <= PRINT_FAILED ? state : PRINT_FAILED;
	receipt_ways(p, &body, v, state);
	outcome(p, &body, STATES[state].icon, STATES[state].tone, say(p, STATES[state].title));
	flow_banner(&f, "more", STATES[state].tone, STATES[state].icon, say(p, STATES[state].more),
		    "");
	if (state == PRINT_FAILED && why[0])
		flow_banner(&f, "why", TONE_WARN, ICON_PRINT, why, "");
	if (state == PRINT_NOW) {
		f.least_mm = 8;
		flow_add(&f, "progress", NODE_PROGRESS, say(p, WORD_RECEIPT_PRINTING), "")->value =
			-1;
	}
	code_and(p, body, &code, &f);
}

void screen_THANKS(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);
	struct flow f = { .gap_mm = GAP_MM, .least_mm = roomy_mm(p), .spread = true };
	const struct way ways[] = { { .key = "start",
				      .text = say(p, WORD_THANKS_NEW),
				      .icon = ICON_HOME,
				      .tone = TONE_PRIMARY,
				      .action = ACTION_START } };

	frame_actions(p, &body, ways, 1);
	outcome(p, &body, ICON_SMILE, TONE_OK, say(p, WORD_THANKS_TITLE));
	if (view_get_num(v, "left")) { /* before everything else, while the person is still there */
		flow_left(&f, p);
		f.gap_mm = 6;
	}
	flow_banner(&f, "wiped", TONE_OK, ICON_SHIELD, say(p, WORD_THANKS_WIPED),
		    view_get_num(v, "handed_in") ? say(p, WORD_THANKS_SEALED) : "");
	flow_heading(&f, "take", say(p, WORD_THANKS_TAKE));
	flow_row(&f, "take.card", TONE_BLUE, ICON_CARD, say(p, WORD_THANKS_TAKE_CARD));
	flow_row(&f, "take.papers", TONE_GREEN, ICON_PAGES, say(p, WORD_THANKS_TAKE_DOCS));
	if (view_get_num(v, "printed"))
		flow_row(&f, "take.slip", TONE_AMBER, ICON_RECEIPT, say(p, WORD_THANKS_TAKE_SLIP));
	flow_draw(p, &body, &f);
}
