/* An officer certifies copies: own PIN, the papers, each page beside its original, the token's
 * PIN. */
#include "ui/flow.h"
#include "ui/frame.h"
#include "ui/keys.h"
#include "ui/large.h"
#include "ui/screen.h"

#include <stdio.h>

enum { PAPER_SCAN, PAPER_COMPARED, PAPER_CERTIFIED };
enum { TOKEN_WAITING, TOKEN_SIGNING };

#define PIN_KEY     "field.pin"
#define PIN_LETTERS 8
#define PIN_MOST_MM 120
#define PAD_MOST_MM 180
#define KEY_MOST_MM 26
#define PIN_KEYS    4 /* rows of the pad */
#define MAX_PAPERS  64
#define BESIDE_MM   8

static int smaller(int a, int b)
{
	return a < b ? a : b;
}

static int pad_height(const struct page *p, double key_mm)
{
	return PIN_KEYS * mm(p, key_mm) + (PIN_KEYS - 1) * mm(p, GAP_MM);
}

/* Always open: the keys of the screen, real keys and a script type into it. To be called before the
 * frame is begun, which makes room for the keyboard. */
static void open_pin(struct page *p, const struct view *v)
{
	struct local *l = p->local;
	int max = (int)view_get_num(v, "max");
	uint32_t id = node_id(PIN_KEY);

	max = max > 0 && max <= PIN_MOST ? max : PIN_LETTERS;
	if (l->field != id) {
		keyboard_open(&l->keyboard,
			      view_get_num(v, "letters") ? KEYS_TYPE_SECRET : "digits", max,
			      page_typed(p, id, ""));
		l->field = id;
	}
	l->stays = true;
}

static void pin_field(struct page *p, struct rect r, const struct view *v)
{
	struct local *l = p->local;
	struct node *n =
		page_add(p, PIN_KEY, NODE_FIELD, centred(r, smaller(r.w, mm(p, PIN_MOST_MM)), r.h));
	const char *typed = page_typed(p, n->id, "");

	n->icon = ICON_LOCK;
	n->text = say(p, WORD_PIN);
	n->say = filled_num(p, WORD_PIN_SPOKEN, l->keyboard.letters, 0);
	n->more = typed;
	n->value = (int)l->keyboard.caret;
	n->state = STATE_MUST | STATE_EDITING | STATE_SECRET |
		   (view_get_num(v, "err") && !typed[0] ? STATE_ERROR : 0u);
	n->deed = (struct deed){ ACTION_FIELD, 0, l->keyboard.type, LOCAL_EDIT, n->id };
}

static void pin_and_pad(struct page *p, struct rect r, const struct view *v)
{
	pin_field(p, cut_top(&r, page_control_height(p, TYPE_BODY, 1)), v);
	skip(p, &r, 4);
	r = cut_top(&r, smaller(r.h, pad_height(p, KEY_MOST_MM)));
	keyboard_add_pad(p, centred(r, smaller(r.w, mm(p, PAD_MOST_MM)), r.h));
}

/* What is wrong, with the tries that are left. */
static void pin_trouble(struct flow *f, struct page *p, const struct view *v)
{
	const char *wrong = say_err(p, view_get_num(v, "err"));
	long left = (long)view_get_num(v, "left");

	const char *tries = left > 0 ? counted(p, WORD_PIN_LEFT_ONE, WORD_PIN_LEFT, left) : "";
	bool room = is_portrait(p->metrics) || is_spacious(p);

	if (wrong[0])
		flow_banner(f, "error", TONE_ERROR, ICON_ERROR,
			    room ? wrong : page_format(p, "%s %s", wrong, tries),
			    room ? tries : "");
}

/* What is told over the PIN or, on a panel that lies, beside it. */
static void pin_screen(struct page *p, struct rect body, const struct view *v,
		       const struct flow *told)
{
	int least = page_control_height(p, TYPE_BODY, 1) + mm(p, 4) + pad_height(p, CONTROL_MM);
	struct rect left = column(body, 2, mm(p, BESIDE_MM), 0);
	struct rect right = column(body, 2, mm(p, BESIDE_MM), 1);

	if (is_portrait(p->metrics)) {
		struct rect top = cut_top(
			&body, smaller(body.h - least - mm(p, 5), flow_height(p, told, body.w)));
		cut_top(&body, mm(p, 5));
		flow_draw(p, &top, told);
		cut_top(&body, smaller((body.h - least) / 3, mm(p, 50))); /* towards the hands */
		pin_and_pad(p, body, v);
		return;
	}
	flow_draw(p, &left, told);
	pin_and_pad(p, right, v);
}

void screen_STAFF_PIN(struct page *p, const struct view *v)
{
	open_pin(p, v);
	struct rect body = frame_begin(p, v);
	struct flow told = { .gap_mm = GAP_MM };
	const struct way ways[] = { way_back(p),
				    way_next(p, say(p, WORD_STAFF_PIN_OPEN), ACTION_NEXT) };

	frame_title(p, &body, say(p, WORD_STAFF_PIN_TITLE),
		    p->look & LOOK_SIZE ? "" : say(p, WORD_STAFF_PIN_SUB));
	frame_actions(p, &body, ways, 2);
	pin_trouble(&told, p, v);
	pin_screen(p, body, v, &told);
}

static void signer_facts(struct flow *f, struct page *p, const struct view *v)
{
	flow_fact(f, "signer", say(p, WORD_CERTIFY_SIGNER), view_get_text(v, "signer"));
	flow_fact(f, "form", say(p, WORD_CERTIFY_FORM), view_get_text(v, "form"));
}

void screen_TOKEN_PIN(struct page *p, const struct view *v)
{
	bool signing = view_get_num(v, "state") == TOKEN_SIGNING;
	bool letters = view_get_num(v, "letters") && !signing;
	long papers = (long)view_get_num(v, "papers");
	struct flow told = { .gap_mm = GAP_MM };
	struct way sign =
		way_next(p, counted(p, WORD_TOKEN_SIGN_ONE, WORD_TOKEN_SIGN, papers), ACTION_NEXT);

	sign.icon = ICON_CERTIFICATE;
	if (signing)
		p->local->field = 0;
	else
		open_pin(p, v);
	struct rect body = letters ? frame_begin_typing(p, v) : frame_begin(p, v);
	if (!letters || is_portrait(p->metrics))
		frame_title(p, &body, say(p, signing ? WORD_TOKEN_SIGNING : WORD_TOKEN_PIN_TITLE),
			    "");
	if (signing)
		frame_actions(p, &body, NULL, 0);
	else
		frame_actions(p, &body, (struct way[]){ way_back(p), sign }, 2);
	pin_trouble(&told, p, v);
	bool room = is_portrait(p->metrics) || is_spacious(p);
	if (!letters || (room && !(p->look & LOOK_SIZE))) /* the keys need the room */
		signer_facts(&told, p, v);
	if (signing) {
		told.least_mm = 10;
		flow_add(&told, "progress", NODE_PROGRESS, say(p, WORD_TOKEN_SIGNING), "")->value =
			-1;
		flow_draw(p, &body, &told);
	} else if (letters) {
		pin_field(p, cut_bottom(&body, page_control_height(p, TYPE_BODY, 1)), v);
		flow_draw(p, &body, &told);
	} else {
		pin_screen(p, body, v, &told);
	}
}

static void paper_row(struct flow *f, struct page *p, const struct view *v, size_t i)
{
	static const enum word STATES[] = { WORD_CERTIFY_SCAN, WORD_CERTIFY_COMPARED,
					    WORD_CERTIFY_DONE };
	static const enum icon ICONS[] = { ICON_COPY, ICON_EYE, ICON_CERTIFICATE };
	static const enum tone TONES[] = { TONE_BLUE, TONE_AMBER, TONE_GREEN };
	int64_t state = view_row_num(v, "papers", i, "state");
	const char *pages = counted(p, WORD_PAGES_COUNT_ONE, WORD_PAGES_COUNT,
				    (long)view_row_num(v, "papers", i, "pages"));

	state = state >= PAPER_SCAN && state <= PAPER_CERTIFIED ? state : PAPER_SCAN;
	struct node *n = flow_row(f, page_format(p, "papers.%zu", i), TONES[state], ICONS[state],
				  view_row_text(v, "papers", i, "name"));
	n->more = page_format(p, "%s · %s", pages, say(p, STATES[state]));
	n->say = page_format(p, "%zu. %s, %s", i + 1, n->text, n->more);
	if (state != PAPER_CERTIFIED) {
		n->deed.action = ACTION_PICK;
		n->deed.index = (uint32_t)i;
	}
}

static long papers_in(const struct view *v, int64_t state)
{
	long n = 0;

	for (size_t i = 0; i < view_rows(v, "papers"); i++)
		n += view_row_num(v, "papers", i, "state") == state;
	return n;
}

void screen_CERTIFY(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);
	struct flow f = { .gap_mm = GAP_MM };
	const char *token = say_err(p, view_get_num(v, "token"));
	const char *wrong = say_err(p, view_get_num(v, "err"));
	long ready = papers_in(v, PAPER_COMPARED);
	struct way sign = way_next(p, NULL, ACTION_NEXT);

	sign.icon = ICON_CERTIFICATE;
	sign.text = ready == 0 || token[0]
			    ? NULL
			    : counted(p, WORD_TOKEN_SIGN_ONE, WORD_TOKEN_SIGN, ready);
	frame_title(p, &body, say(p, WORD_CERTIFY_TITLE), say(p, WORD_CERTIFY_SUB));
	const struct way check = { .key = "check_copy",
				   .text = say(p, WORD_CHECK_COPY),
				   .icon = ICON_SEARCH,
				   .tone = TONE_SECOND,
				   .action = ACTION_CHECK_COPY };

	frame_actions(p, &body, (struct way[]){ way_back(p), check, sign }, 3);
	if (wrong[0])
		flow_banner(&f, "error", TONE_ERROR, ICON_ERROR, wrong, "");
	if (token[0])
		flow_banner(&f, "token", TONE_WARN, ICON_LOCK, token, "");
	if (view_rows(v, "papers") == 0)
		flow_banner(&f, "nothing", TONE_INFO, ICON_INFO, say(p, WORD_PAGES_NONE), "");
	for (size_t i = 0; i < view_rows(v, "papers") && i < MAX_PAPERS; i++)
		paper_row(&f, p, v, i);
	signer_facts(&f, p, v);
	flow_draw(p, &body, &f);
}

static void compare_ways(struct page *p, struct rect *body, const struct view *v)
{
	bool last = view_get_num(v, "page") >= view_get_num(v, "pages");
	struct way no = way_back(p);
	const struct way yes = { .key = "next",
				 .text = say(p, last ? WORD_COMPARE_YES : WORD_COMPARE_YES_NEXT),
				 .icon = ICON_CHECK,
				 .tone = TONE_PRIMARY,
				 .action = ACTION_NEXT };

	no.text = say(p, WORD_COMPARE_NO);
	no.icon = ICON_CLOSE;
	large_actions(p, body, (struct way[]){ no, yes }, 2);
}

void screen_COMPARE(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);
	uint32_t page = (uint32_t)view_get_num(v, "page") & 0xffff;
	struct large large;
	const char *which = filled_num(p, WORD_COMPARE_PAGE, page, (long)view_get_num(v, "pages"));
	struct large_picture picture = { .say = say(p, WORD_PAGE_PICTURE) };

	picture.rgb = view_get_bytes(v, "image", &picture.len);
	picture.width = (int)view_get_num(v, "width");
	picture.height = (int)view_get_num(v, "height");
	large = large_of(p->local->large);
	if (large.page != page) /* every page is seen whole first */
		p->local->large = large_packed((struct large){ page, 1, 0, 0 });
	frame_title(p, &body, say(p, WORD_COMPARE_TITLE),
		    shortened(p, TYPE_BODY,
			      page_format(p, "%s · %s", which, view_get_text(v, "paper")), body.w,
			      2));
	compare_ways(p, &body, v);
	struct rect side = body;
	bool portrait = is_portrait(p->metrics), larger = large_of(p->local->large).times > 1;
	if (larger && !portrait) {
		side = cut_right(&body, body.w * 30 / 100);
		cut_right(&body, mm(p, 6));
	} else if (larger) {
		large_ways(p, &body);
	}
	large_add(p, body, &picture);
	if (larger && !portrait)
		large_ways(p, &side);
}
