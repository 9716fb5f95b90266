/* The screens of paper and of the officer who certifies it: what can be done on them, and that
 * nothing is done that nobody asked for. */
#include "tests/unit/ui/asks.h"

static void one_more_procedure(struct stage *s)
{
	static const enum screen AT[] = { SCREEN_ACCEPTED, SCREEN_ACCEPTED_OFFLINE,
					  SCREEN_RECEIPT };

	for (size_t i = 0; i < 3; i++) {
		show(s, AT[i], "state = 1\nprint = @OK\n");
		ok(!offers(s, ACTION_ANOTHER));
		show(s, AT[i], "state = 1\nprint = @OK\nanother = 1\n");
		stage_tap(s, "another");
		eq_int(last(s)->action, ACTION_ANOTHER);
	}
}

/* What is taken from a paper is not overruled by what was typed before. */
static void an_offer_is_taken(struct stage *s)
{
	static const char OFFER[] = "[fields]\nkey = a\nlabel = A\ntype = text\nvalue = %s\n"
				    "source = %s\noffer = %s\noffer_from = Giấy chứng sinh\n";
	char view[300];

	snprintf(view, sizeof view, OFFER, "", "", "TRẦN B");
	show(s, SCREEN_FORM, view);
	stage_tap(s, "field.a");
	stage_type(s, "Xy");
	ok(!stage_find(s, "field.a.take")); /* not while something is typed there */
	app_event(&s->app, &(struct display_event){ .kind = EVENT_KEY, .key = KEY_ESCAPE }, 0);
	eq_str(stage_find(s, "field.a")->more, "Xy");
	stage_tap(s, "field.a.take");
	eq_int(last(s)->action, ACTION_TAKE);
	eq_int(last(s)->index, 0);
	size_t before = s->act_count;
	snprintf(view, sizeof view, OFFER, "TRẦN B", "paper", "TRẦN B");
	show(s, SCREEN_FORM, view);
	eq_str(stage_find(s, "field.a")->more, "TRẦN B");
	eq_int(s->act_count, before); /* nothing is sent again */
	ok(says(s, WORD_FORM_FROM_PAPER) && !offers(s, ACTION_TAKE));
}

static void a_scanned_paper_is_used_again(struct stage *s)
{
	show(s, SCREEN_CHECKLIST, "[papers]\nname = A\n[papers]\nname = B\nreuse = 1\n");
	ok(!stage_find(s, "papers.0.reuse"));
	stage_tap(s, "papers.1.reuse");
	eq_int(last(s)->action, ACTION_REUSE);
	eq_int(last(s)->index, 1);
	show(s, SCREEN_CHECKLIST, "[papers]\nname = B\nreuse = 1\nhave = 3\n");
	ok(stage_find(s, "papers.0.reuse")->state & STATE_SELECTED);
	ok(!says(s, WORD_CHECKLIST_MISSING));
}

static void pages_are_made_ready(struct stage *s)
{
	show(s, SCREEN_SENDING, "state = 0\nbusy = 3\npages = 8\n");
	eq_int(stage_find(s, "progress")->value, 62);
	show(s, SCREEN_SENDING, "state = 2\nbusy = 0\npages = 8\n");
	eq_int(stage_find(s, "progress")->value, -1);
	show(s, SCREEN_THANKS, "left = 1\n");
	ok(says(s, WORD_ERR_LEFT_PAPER));
	show(s, SCREEN_PAGES,
	     "busy = 1\n[pages]\npaper = A\npage = 1\nready = 1\n"
	     "[pages]\npaper = A\npage = 2\nready = 0\n[papers]\nname = A\npages = 2\nready = 1\n"
	     "have = 1\n[papers]\nname = B\npages = 0\nhave = 2\n");
	ok(says(s, WORD_PAGES_BUSY_ONE) && says(s, WORD_PAGE_BUSY));
	ok(says(s, WORD_PAGES_NOT_BROUGHT) && offers(s, ACTION_NEXT));
}

static void a_page_goes_and_comes_back(struct stage *s)
{
	static const char TWO[] = "[pages]\npaper = A\npage = 1\nimage = page:20x30\n"
				  "[pages]\npaper = A\npage = 2\n";
	char view[300];

	show(s, SCREEN_PAGES, TWO);
	ok(!offers(s, ACTION_UNDO));
	stage_tap(s, "pages.1.drop");
	eq_int(last(s)->action, ACTION_DROP);
	eq_int(last(s)->index, 1);
	snprintf(view, sizeof view, "undo = 1\n%s", TWO);
	show(s, SCREEN_PAGES, view);
	stage_tap(s, "undo");
	eq_int(last(s)->action, ACTION_UNDO);
	stage_tap(s, "pages.1.retake");
	eq_int(last(s)->action, ACTION_RETAKE);
	eq_int(last(s)->index, 1);
}

static const char THREE[] = "paper = A\n[pages]\npage = 1\nimage = page:200x300\n"
			    "[pages]\npage = 0\naside = 1\nimage = page:200x300\n"
			    "[pages]\npage = 2\nerr = @GLARE\nimage = page:200x300\n";

/* One picture is looked at, with all that can be done with its page, and put away again. */
static void a_page_is_looked_at_closely(struct stage *s)
{
	show(s, SCREEN_PAGE, THREE);
	ok(says(s, WORD_FAULT_GLARE) && says(s, WORD_ERR_GLARE));
	stage_tap(s, "pages.2.image");
	eq_int(last(s)->action, ACTION_ZOOM);
	eq_int(last(s)->index, 3);
	ok(stage_find(s, "large") && !stage_find(s, "pages.0.image"));
	ok(says(s, WORD_ERR_GLARE) && !stage_find(s, "pages.2.later"));
	eq_int(stage_find(s, "large")->image.width, 200);
	show(s, SCREEN_PAGE,
	     "paper = A\nlarge = 3\nlarge_image = page:400x600\nlarge_width = 400\n"
	     "large_height = 600\n[pages]\npage = 1\n[pages]\npage = 2\n"
	     "[pages]\npage = 3\nimage = page:200x300\n");
	eq_int(stage_find(s, "large")->image.width, 400);
	size_t before = s->act_count;
	stage_tap(s, "large.more");
	eq_int(stage_find(s, "large")->value, 2);
	stage_tap(s, "large.down");
	stage_tap(s, "large.right");
	ok(stage_find(s, "large.left") && stage_find(s, "large.up"));
	ok(stage_find(s, "large")->max == 250 * 1001 + 250);
	eq_int(s->act_count, before); /* nobody else has to know */
	stage_tap(s, "large.less");
	stage_tap(s, "pages.2.turn");
	eq_int(last(s)->action, ACTION_TURN);
	eq_int(last(s)->index, 2);
	ok(stage_find(s, "large") != NULL);
	stage_tap(s, "pages.2.earlier");
	eq_int(last(s)->action, ACTION_MOVE);
	eq_str(last(s)->text, "-1");
	ok(!stage_find(s, "large") && stage_find(s, "pages.2.image"));
	stage_tap(s, "pages.0.image");
	show(s, SCREEN_PAGE, "paper = A\n"); /* it is gone */
	ok(!stage_find(s, "large"));
}

static void a_blank_back_is_put_back(struct stage *s)
{
	show(s, SCREEN_PAGE, THREE);
	ok(says(s, WORD_PAGE_ASIDE) && !stage_find(s, "pages.1.drop"));
	stage_tap(s, "pages.1.put_back");
	eq_int(last(s)->action, ACTION_PUT_BACK);
	eq_int(last(s)->index, 1);
	stage_tap(s, "keep");
	eq_int(last(s)->action, ACTION_KEEP);
	stage_tap(s, "keep_last");
	eq_int(last(s)->action, ACTION_KEEP_LAST);
}

/* Every page of a long list is on one of its parts, and none of them needs too many nodes. */
static void no_page_is_out_of_reach(struct stage *s)
{
	static char view[20000];
	char key[32];
	size_t len = 0;
	int seen = 0;

	for (int i = 0; i < 120; i++)
		len += (size_t)snprintf(view + len, sizeof view - len,
					"[pages]\npaper = P%d\npage = %d\nimage = page:36x50\n",
					i / 7, i % 7 + 1);
	show(s, SCREEN_PAGES, view);
	for (int part = 0; part < 120; part++) {
		for (int i = 0; i < 120; i++) {
			snprintf(key, sizeof key, "pages.%d.image", i);
			seen += stage_find(s, key) != NULL;
		}
		ok(!s->app.now->full);
		if (!stage_find(s, "part.later"))
			break;
		stage_tap(s, "part.later");
	}
	eq_int(seen, 120);
}

/* Each fault has its own words, its sentence and its picture. */
static void every_fault_is_shown(struct stage *s)
{
	static const enum err FAULTS[] = { ERR_BLANK_PAGE,   ERR_BLURRED_PAGE, ERR_SOFT_PAGE,
					   ERR_DARK_PAGE,    ERR_GLARE,        ERR_CUT_PAGE,
					   ERR_COVERED_PAGE, ERR_CROOKED_PAGE, ERR_WRONG_SIDE,
					   ERR_COARSE_PAGE,  ERR_SAME_PAGE,    ERR_OTHER_PAPER,
					   ERR_TWO_SHEETS };
	char view[160];

	for (size_t i = 0; i < sizeof FAULTS / sizeof FAULTS[0]; i++) {
		snprintf(view, sizeof view,
			 "page = 1\nimage = page:20x30\n[pages]\npage = 1\nerr = %d\n", FAULTS[i]);
		show(s, SCREEN_PAGE, view);
		const struct node *n = stage_find(s, "verdict");
		ok(n && n->max > 0);
		eq_str(n->text, words_err(LANGUAGE_VI, FAULTS[i]));
	}
	show(s, SCREEN_PAGE, "page = 1\nleft = 1\n[pages]\npage = 1\nerr = @PARSER_DIED\n");
	eq_str(stage_find(s, "verdict")->text, words_err(LANGUAGE_VI, ERR_PARSER_DIED));
	ok(says(s, WORD_ERR_LEFT_PAPER));
}

static void where_paper_goes(struct stage *s)
{
	show(s, SCREEN_SCAN, "page = 1\ncameras = 0\nloaded = 0\n");
	ok(says(s, WORD_SCAN_TITLE) && !offers(s, ACTION_SOURCE));
	show(s, SCREEN_SCAN, "page = 1\ncameras = 1\nloaded = 1\n");
	ok(says(s, WORD_SCAN_TITLE_LOADED));
	stage_tap(s, "source.3");
	eq_int(last(s)->action, ACTION_SOURCE);
	eq_int(last(s)->index, 3);
	show(s, SCREEN_SCAN, "page = 1\ncameras = 1\nsource = 3\n");
	ok(says(s, WORD_SCAN_TITLE_CAMERA) && says(s, WORD_SCAN_SHOOT));
	ok(stage_find(s, "source.3")->state & STATE_SELECTED);
	show(s, SCREEN_SCAN, "page = 2\ncard = 1\nhint = nonsense\n");
	ok(says(s, WORD_SCAN_TITLE_CARD) && says(s, WORD_SCAN_BACK) && !stage_find(s, "hint"));
	show(s, SCREEN_SCAN, "page = 1\nhint = book\n");
	ok(says(s, WORD_SCAN_TITLE_GLASS) && says(s, WORD_HINT_BOOK));
	show(s, SCREEN_SCAN,
	     "page = 3\nstate = 1\npercent = 40\nsheets = 2\nimage = page:20x30\n"
	     "doubt = @DARK_PAGE\n");
	ok(says(s, WORD_FAULT_DARK) && stage_find(s, "image") && stage_find(s, "sheets"));
	eq_int(stage_find(s, "progress")->value, 40);
}

/* A PIN is never on the screen, and gone with the next try. */
static void a_pin_is_secret(struct stage *s)
{
	show(s, SCREEN_STAFF_PIN, "kind = 1\nmax = 6\n");
	stage_tap(s, "key.37");
	stage_type(s, "4061x");
	eq_str(last(s)->text, "74061");
	ok(drawn_as(stage_find(s, "field.pin"), "•••••"));
	show(s, SCREEN_STAFF_PIN, "kind = 1\nmax = 6\n");
	ok(drawn_as(stage_find(s, "field.pin"), "•••••"));
	show(s, SCREEN_STAFF_PIN, "kind = 2\nmax = 6\nerr = @WRONG_PIN\nleft = 1\n");
	ok(drawn_as(stage_find(s, "field.pin"), "") && says(s, WORD_PIN_LEFT_ONE));
	show(s, SCREEN_TOKEN_PIN, "kind = 1\nletters = 1\n");
	stage_type(s, "aB1");
	eq_str(last(s)->text, "aB1");
	show(s, SCREEN_TOKEN_PIN, "kind = 1\nletters = 1\nstate = 1\n");
	ok(!stage_find(s, "field.pin") && !offers(s, ACTION_NEXT));
}

static void an_officer_certifies(struct stage *s)
{
	static const char PAPERS[] = "token = @OK\n[papers]\nname = A\nstate = 0\npages = 1\n"
				     "[papers]\nname = B\nstate = 2\npages = 1\n";

	show(s, SCREEN_STAFF, "time = x\nunder = #HOME\n");
	ok(!offers(s, ACTION_STAFF_MENU));
	ok(offers(s, ACTION_CHECK_COPY));
	show(s, SCREEN_STAFF, "time = x\nunder = #HOME\nmenu = 1\n");
	stage_tap(s, "staff_menu");
	eq_int(last(s)->action, ACTION_STAFF_MENU);
	show(s, SCREEN_CERTIFY, PAPERS);
	ok(!offers(s, ACTION_NEXT)); /* nothing has been compared */
	stage_tap(s, "papers.0");
	eq_int(last(s)->action, ACTION_PICK);
	show(s, SCREEN_CERTIFY, "token = @NO_TOKEN\n[papers]\nname = A\nstate = 1\n");
	ok(!offers(s, ACTION_NEXT) && says(s, WORD_ERR_NO_TOKEN));
	show(s, SCREEN_CERTIFY, "token = @OK\n[papers]\nname = A\nstate = 1\n");
	ok(offers(s, ACTION_NEXT));
	show(s, SCREEN_COMPARE, "page = 1\npages = 1\nimage = page:20x30\n");
	stage_tap(s, "back");
	eq_int(last(s)->action, ACTION_BACK);
}

int main(void)
{
	static struct stage s;

	stage_open(&s, 1080, 1920);
	one_more_procedure(&s);
	an_offer_is_taken(&s);
	a_scanned_paper_is_used_again(&s);
	pages_are_made_ready(&s);
	a_page_goes_and_comes_back(&s);
	a_page_is_looked_at_closely(&s);
	a_blank_back_is_put_back(&s);
	no_page_is_out_of_reach(&s);
	every_fault_is_shown(&s);
	where_paper_goes(&s);
	a_pin_is_secret(&s);
	an_officer_certifies(&s);
	stage_close(&s);
	return tap_done();
}
