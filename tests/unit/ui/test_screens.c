/* What screens promise: help and a way back everywhere, nothing claimed that is not known, and
 * the small conversations a screen has with itself. */
#include "tests/unit/ui/stage.h"
#include "ui/words.h"

static void show(struct stage *s, enum screen screen, const char *view)
{
	stage_show(s, (struct shown){ .turn = 1, .screen = screen, .language = LANGUAGE_VI }, view);
}

static bool says(struct stage *s, enum word w)
{
	const char *text = words(LANGUAGE_VI, w);

	for (size_t i = 0; i < s->app.now->count; i++)
		if (strstr(s->app.now->nodes[i].text, text) ||
		    strstr(s->app.now->nodes[i].more, text))
			return true;
	return false;
}

static bool offers(struct stage *s, enum action a)
{
	for (size_t i = 0; i < s->app.now->count; i++)
		if (node_is_control(&s->app.now->nodes[i]) && s->app.now->nodes[i].deed.action == a)
			return true;
	return false;
}

static const struct msg_act *last(const struct stage *s)
{
	return &s->acts[(s->act_count - 1) % 64];
}

/* Every screen, even with an empty view: help, another language, and a way on or back. */
static void help_and_a_way_everywhere(struct stage *s)
{
	for (enum screen i = 0; i < SCREEN_COUNT; i++) {
		if (screen_is_overlay(i))
			continue;
		show(s, i, "");
		bool way = offers(s, ACTION_BACK) || offers(s, ACTION_START) ||
			   offers(s, ACTION_NEXT) || offers(s, ACTION_FINISH) ||
			   offers(s, ACTION_NOT_ME) || offers(s, ACTION_RETAKE);
		/* handing in and printing end by themselves */
		way = way || i == SCREEN_SENDING || i == SCREEN_RECEIPT;
		if (!offers(s, ACTION_CALL) || !offers(s, ACTION_LANGUAGE) || !way ||
		    s->app.now->full)
			tap_line(0, __FILE__, __LINE__, screen_name(i));
	}
	ok(offers(s, ACTION_CALL));
}

static void nothing_is_claimed(struct stage *s)
{
	show(s, SCREEN_IDENTITY, "name = A\n");
	ok(says(s, WORD_IDENTITY_UNVERIFIED));
	show(s, SCREEN_ACCEPTED_OFFLINE, "receipt_code = TAM-1\ntime = x\n");
	ok(says(s, WORD_OFFLINE_NOT));
	show(s, SCREEN_RECEIPT, "state = 0\n");
	ok(!says(s, WORD_RECEIPT_PRINTED) && says(s, WORD_RECEIPT_PRINTING));
	show(s, SCREEN_RECEIPT, "state = 1\n");
	ok(says(s, WORD_RECEIPT_PRINTED));
	show(s, SCREEN_RECEIPT, "state = 9\n"); /* unknown: not printed */
	ok(says(s, WORD_RECEIPT_NOT) && !says(s, WORD_RECEIPT_PRINTED));
	show(s, SCREEN_THANKS, "printed = 0\n");
	ok(!says(s, WORD_THANKS_TAKE_SLIP));
	show(s, SCREEN_SENDING, "state = 0\n");
	ok(!says(s, WORD_SENDING_1)); /* "saved safely" only when it is */
	show(s, SCREEN_SENDING, "state = 1\n");
	ok(says(s, WORD_SENDING_1));
	show(s, SCREEN_ATTRACT, "print = @JAM\n");
	ok(!says(s, WORD_DEVICES_GOOD) && says(s, WORD_ERR_JAM));
	show(s, SCREEN_ATTRACT, "print = @PAPER_LOW\n");
	ok(says(s, WORD_DEVICES_GOOD));
}

static void printing_is_offered_when_it_works(struct stage *s)
{
	show(s, SCREEN_ACCEPTED, "dossier_code = X\nprint = @OK\n");
	ok(offers(s, ACTION_PRINT) && offers(s, ACTION_FINISH));
	show(s, SCREEN_ACCEPTED, "dossier_code = X\nprint = @PAPER_OUT\n");
	ok(!offers(s, ACTION_PRINT) && offers(s, ACTION_FINISH) && says(s, WORD_PRINT_BAD));
}

static const char LIST[] = "[fields]\nkey = nation\nlabel = N\ntype = choice\nvalue = b\nmust = 1\n"
			   "choices = a\\tKinh\\nb\\tTày\\nc\\tThái\\nd\\tHoa\\ne\\tKhơ-me\n"
			   "[fields]\nkey = yes\nlabel = Y\ntype = yesno\nvalue =\nmust = 1\n";

static void a_long_list_has_a_screen_of_its_own(struct stage *s)
{
	show(s, SCREEN_FORM, LIST);
	ok(stage_find(s, "field.nation.b") == NULL);
	eq_str(stage_find(s, "field.nation")->text, "Tày");
	stage_tap(s, "field.nation");
	const struct node *now = stage_find(s, "field.nation.b");
	ok(now && now->state & STATE_SELECTED);
	stage_tap(s, "field.nation.e");
	eq_int(last(s)->action, ACTION_FIELD);
	eq_int(last(s)->index, 0);
	eq_str(last(s)->text, "e");
	stage_tap(s, "chosen");
	eq_str(stage_find(s, "field.nation")->text, "Khơ-me"); /* before kiosk-core has said so */
	stage_tap(s, "field.yes.0");
	eq_int(last(s)->index, 1);
	eq_str(last(s)->text, "0");
}

/* However long the list, every answer is on one of its parts. */
static void no_answer_is_out_of_reach(struct stage *s)
{
	char view[8000], key[32];
	int seen = 0;
	size_t len = (size_t)snprintf(view, sizeof view,
				      "[fields]\nkey = c\nlabel = C\ntype = choice\nvalue =\n"
				      "must = 1\nchoices = ");
	for (int i = 0; i < 250; i++)
		len += (size_t)snprintf(view + len, sizeof view - len, "%d\\tXã %d\\n", i, i);
	show(s, SCREEN_FORM, view);
	stage_tap(s, "field.c");
	for (int part = 0; part < 40; part++) {
		for (int i = 0; i < 250; i++) {
			snprintf(key, sizeof key, "field.c.%d", i);
			seen += stage_find(s, key) != NULL;
		}
		ok(!s->app.now->full);
		if (!stage_find(s, "part.later"))
			break;
		stage_tap(s, "part.later");
	}
	eq_int(seen, 250);
	stage_tap(s, "chosen");
}

static void a_page_goes_with_two_taps(struct stage *s)
{
	show(s, SCREEN_PAGES,
	     "[pages]\npaper = A\npage = 1\nimage = page:20x30\n[pages]\npaper = A\npage = 2\n");
	size_t before = s->act_count;
	stage_tap(s, "pages.1.drop");
	eq_int(s->act_count, before);
	stage_tap(s, "pages.0.drop"); /* another one: asked again */
	eq_int(s->act_count, before);
	stage_tap(s, "pages.0.drop");
	eq_int(last(s)->action, ACTION_DROP);
	eq_int(last(s)->index, 0);
	stage_tap(s, "pages.1.retake");
	eq_int(last(s)->action, ACTION_RETAKE);
	eq_int(last(s)->index, 1);
}

static void papers_are_answered(struct stage *s)
{
	show(s, SCREEN_CHECKLIST,
	     "[papers]\nname = A\nmust = 1\n[papers]\nname = B\nhave = 2\nmust = 1\n");
	ok(says(s, WORD_CHECKLIST_MISSING));
	stage_tap(s, "papers.0.yes");
	eq_int(last(s)->action, ACTION_HAVE);
	eq_int(last(s)->index, 0);
	eq_str(last(s)->text, "1");
	stage_tap(s, "papers.1.no");
	eq_str(last(s)->text, "2");
	ok(stage_find(s, "papers.1.no")->state & STATE_SELECTED);
	ok(!(stage_find(s, "papers.0.no")->state & STATE_SELECTED));
}

static void search_is_typed(struct stage *s)
{
	show(s, SCREEN_PICK, "query =\n");
	ok(says(s, WORD_PICK_NONE));
	stage_tap(s, "query");
	stage_tap(s, "key.6b"); /* k */
	eq_int(last(s)->action, ACTION_SEARCH);
	eq_str(last(s)->text, "k");
	ok(offers(s, ACTION_CALL)); /* in the head, while the keyboard is open */
	show(s, SCREEN_PICK,
	     "query = k\ntotal = 20\npage = 1\npages = 3\n[hits]\nname = A\ncode = \"1.1\"\n");
	stage_tap(s, "hits.after");
	eq_int(last(s)->action, ACTION_MORE);
	eq_int(last(s)->index, 2);
}

int main(void)
{
	struct stage s;

	stage_open(&s, 1080, 1920);
	help_and_a_way_everywhere(&s);
	nothing_is_claimed(&s);
	printing_is_offered_when_it_works(&s);
	a_long_list_has_a_screen_of_its_own(&s);
	no_answer_is_out_of_reach(&s);
	a_page_goes_with_two_taps(&s);
	papers_are_answered(&s);
	search_is_typed(&s);
	stage_close(&s);
	return tap_done();
}
