/* What screens promise: help and a way back everywhere, nothing claimed that is not known, and
 * the small conversations a screen has with itself. */
#include "tests/unit/ui/asks.h"

/* Every screen, even with an empty view: help, another language, and a way on or back. */
static void help_and_a_way_everywhere(struct stage *s)
{
	for (enum screen i = 0; i < SCREEN_COUNT; i++) {
		/* STAFF_PANEL is touched all over, and ends by itself */
		if (screen_is_overlay(i) || i == SCREEN_BOARD || i == SCREEN_SETUP ||
		    i == SCREEN_STAFF_PANEL)
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
	show(s, SCREEN_HOME, "");
	ok(offers(s, ACTION_CALL));
}

/* A machine that serves nobody has nobody to call, and nothing to leave. */
static void a_technician_finds_a_way(struct stage *s)
{
	show(s, SCREEN_BOARD, "trouble = SEALED\nkey = 1\n");
	ok(!offers(s, ACTION_CALL) && offers(s, ACTION_AGAIN) && offers(s, ACTION_NEXT));
	show(s, SCREEN_BOARD, "trouble = NO_TPM\n");
	ok(offers(s, ACTION_AGAIN) && !offers(s, ACTION_NEXT) && offers(s, ACTION_LANGUAGE));
	show(s, SCREEN_BOARD, "trouble = DATA_NEWER\nstays = 1\n");
	ok(!offers(s, ACTION_AGAIN) && !offers(s, ACTION_NEXT) && offers(s, ACTION_LANGUAGE));
	show(s, SCREEN_SETUP, "step = SITE\nback = 1\ngo = 1\n");
	ok(offers(s, ACTION_BACK) && offers(s, ACTION_NEXT) && !offers(s, ACTION_CALL));
	show(s, SCREEN_SETUP, "step = CHECK\nbusy = 1\n");
	ok(!offers(s, ACTION_BACK) && !offers(s, ACTION_NEXT));
	show(s, SCREEN_SETUP, "step = nonsense\n[asks]\nask = nonsense\n[notes]\nnote = x\n");
	ok(!s->app.now->full);
}

static void nothing_is_claimed(struct stage *s)
{
	show(s, SCREEN_IDENTITY, "name = A\n");
	ok(says(s, WORD_IDENTITY_UNVERIFIED));
	show(s, SCREEN_FORM, "[fields]\nkey = a\ntype = text\nvalue = A\nsource = card\n");
	ok(says(s, WORD_FORM_FROM_CODE) && !says(s, WORD_FORM_FROM_CHIP));
	show(s, SCREEN_FORM, "[fields]\nkey = a\ntype = text\nvalue = A\nsource = chip\n");
	ok(says(s, WORD_FORM_FROM_CHIP) && !says(s, WORD_FORM_FROM_CODE));
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
	ok(says(s, WORD_DEVICES_GOOD) && !says(s, WORD_ATTRACT_STORE));
	show(s, SCREEN_ATTRACT, "store = 1\n");
	ok(!says(s, WORD_DEVICES_GOOD) && says(s, WORD_ATTRACT_STORE));
	ok(!says(s, WORD_ATTRACT_TRIAL));
	show(s, SCREEN_ATTRACT, "trial = 1\n");
	ok(says(s, WORD_ATTRACT_TRIAL));
	ok(says(s, WORD_ATTRACT_START) && !says(s, WORD_ATTRACT_HELD));
	show(s, SCREEN_ATTRACT, "held = 1\n");
	ok(!says(s, WORD_ATTRACT_START) && says(s, WORD_ATTRACT_HELD));
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

static size_t count_of(struct stage *s, enum word w)
{
	const char *text = words(LANGUAGE_VI, w);
	size_t n = 0;

	for (size_t i = 0; i < s->app.now->count; i++)
		n += strcmp(s->app.now->nodes[i].text, text) == 0;
	return n;
}

static void each_way_speaks_for_itself(struct stage *s)
{
	show(s, SCREEN_IDENTIFY, "code_reader = @OK\ncard_reader = @OK\n");
	ok(stage_find(s, "chip.waiting") && stage_find(s, "waiting"));
	ok(says(s, WORD_IDENTIFY_WHY));
	show(s, SCREEN_IDENTIFY, "code_reader = @OK\ncard_reader = @OK\ncard_in = 1\n");
	stage_tap(s, "again");
	eq_int(last(s)->action, ACTION_AGAIN);
	show(s, SCREEN_IDENTIFY, "code_reader = @GONE\ncard_reader = @OK\n");
	ok(stage_find(s, "chip.waiting") && says(s, WORD_IDENTIFY_CODE_BAD));
	show(s, SCREEN_IDENTIFY, "code_reader = @OK\ncard_reader = @GONE\n");
	ok(stage_find(s, "waiting") && says(s, WORD_IDENTIFY_CHIP_BAD));
	ok(says(s, WORD_IDENTIFY_TITLE_CODE));
	show(s, SCREEN_IDENTIFY, "code_reader = @GONE\ncard_reader = @BROKEN\n");
	ok(says(s, WORD_IDENTIFY_CHIP_BAD) && says(s, WORD_IDENTIFY_CODE_BAD));
	ok(stage_find(s, "call") && !says(s, WORD_IDENTIFY_CHIP_BAD_HELP));
}

static const char CAN[] = "kind = 1\ncode_reader = @OK\n[fields]\nkey = can\nvalue =\nmax = 6\n";

/* On the pad, on real keys and by a script; nothing has to be opened first. */
static void six_digits_are_typed(struct stage *s)
{
	struct display_event key = { .kind = EVENT_KEY, .key = KEY_ENTER };

	show(s, SCREEN_CARD_KEY, CAN);
	size_t before = s->act_count;
	app_event(&s->app, &key, 0); /* nothing to go on with yet */
	eq_int(s->act_count, before);
	stage_tap(s, "key.30");
	eq_int(last(s)->action, ACTION_FIELD);
	eq_int(last(s)->index, 0);
	eq_str(last(s)->text, "0");
	stage_type(s, "04x3219");
	eq_str(last(s)->text, "004321");
	eq_str(stage_find(s, "field.can")->more, "004321");
	ok(says(s, WORD_CARD_KEY_CAN));
	key.key = KEY_BACKSPACE;
	app_event(&s->app, &key, 0);
	eq_str(last(s)->text, "00432");
	stage_tap(s, "field.can"); /* is open already: nothing changes */
	stage_type(s, "2");
	eq_str(last(s)->text, "004322");
	key.key = KEY_ENTER;
	app_event(&s->app, &key, 0);
	eq_int(last(s)->action, ACTION_NEXT);
	key.key = KEY_ESCAPE;
	app_event(&s->app, &key, 0);
	eq_int(last(s)->action, ACTION_BACK);
	stage_tap(s, "other_key");
	eq_int(last(s)->action, ACTION_OTHER_KEY);
	stage_tap(s, "code_only");
	eq_int(last(s)->action, ACTION_CODE_ONLY);
}

static void keys_of_the_pad_are_large(struct stage *s)
{
	int least = mm_px(&s->app.metrics, CONTROL_MM), keys = 0;

	for (unsigned look = 0; look < 4; look++) {
		stage_show(s, (struct shown){ .turn = 1, .screen = SCREEN_CARD_KEY, .look = look },
			   CAN);
		for (size_t i = 0; i < s->app.now->count; i++) {
			const struct node *n = &s->app.now->nodes[i];
			if (n->kind == NODE_KEY)
				keys += n->rect.w >= least && n->rect.h >= least;
		}
	}
	eq_int(keys, 4 * 12);
}

static const char MRZ[] = "kind = 2\ncode_reader = @OK\n[fields]\nkey = number\nvalue =\nmax = 12\n"
			  "[fields]\nkey = birth\nvalue =\nmax = 10\n"
			  "[fields]\nkey = expiry\nvalue =\nmax = 10\n";

/* From the six digits to the three lines: the pad of the first does not stay behind. */
static void three_lines_are_typed(struct stage *s)
{
	struct display_event escape = { .kind = EVENT_KEY, .key = KEY_ESCAPE };

	show(s, SCREEN_CARD_KEY, CAN);
	show(s, SCREEN_CARD_KEY, MRZ);
	ok(!stage_find(s, "key.31") && !stage_find(s, "field.can"));
	stage_tap(s, "field.number");
	stage_type(s, "001090004321");
	eq_str(last(s)->text, "001090004321");
	ok(drawn_as(stage_find(s, "field.number"), "001******321"));
	app_event(&s->app, &escape, 0);
	stage_tap(s, "field.birth");
	stage_type(s, "15011990");
	eq_str(last(s)->text, "15/01/1990");
	eq_int(last(s)->index, 1);
	app_event(&s->app, &escape, 0);
	stage_tap(s, "field.expiry.endless");
	eq_str(last(s)->text, "31/12/2099");
	eq_int(last(s)->index, 2);
	ok(!stage_find(s, "field.expiry")); /* a date would contradict it */
	stage_tap(s, "field.expiry.endless");
	eq_str(last(s)->text, "");
	ok(stage_find(s, "field.expiry") != NULL);
	stage_tap(s, "next");
	eq_int(last(s)->action, ACTION_NEXT);
}

static void reading_is_told(struct stage *s)
{
	int before = -1;

	for (int step = 0; step < 4; step++)
		for (int percent = 0; percent <= 100; percent += 50) {
			char view[80];
			snprintf(view, sizeof view, "state = 0\nstep = %d\npercent = %d\n", step,
				 percent);
			show(s, SCREEN_CHIP, view);
			ok(stage_find(s, "progress")->value >= before);
			before = stage_find(s, "progress")->value;
		}
	eq_int(before, 99); /* all of it is another screen */
	show(s, SCREEN_CHIP, "state = 0\nstep = 2\nname = NGUYỄN VĂN AN\n");
	eq_str(stage_find(s, "title")->text, "Xin chào NGUYỄN VĂN AN");
	ok(stage_find(s, "chip.step.2")->state & STATE_DONE);
	ok(stage_find(s, "chip.step.3")->state & STATE_SELECTED);
	show(s, SCREEN_CHIP, "state = 1\nstep = 2\n");
	ok(says(s, WORD_CHIP_AGAIN_SUB) && offers(s, ACTION_CODE_ONLY) && offers(s, ACTION_BACK));
	show(s, SCREEN_CHIP, "state = 2\nerr = @CARD_MUTE\ncode_reader = @OK\n");
	ok(says(s, WORD_ERR_CARD_MUTE) && offers(s, ACTION_AGAIN) && offers(s, ACTION_CODE_ONLY) &&
	   offers(s, ACTION_CALL));
	show(s, SCREEN_CHIP, "state = 2\nerr = @CARD_MUTE\ncode_reader = @GONE\n");
	ok(!offers(s, ACTION_CODE_ONLY) && says(s, WORD_CHIP_CODE_BAD));
}

/* Three answers apart, and one headline that never says more than they do. */
static void verdicts_stand_apart(struct stage *s)
{
	show(s, SCREEN_IDENTITY,
	     "source = 1\nname = A\nverdict = 1\ndata = 1\nissuer = 1\nchip = 1\n");
	ok(says(s, WORD_VERDICT_GENUINE) && says(s, WORD_PROOF_DATA_1) &&
	   says(s, WORD_PROOF_ISSUER_1) && says(s, WORD_PROOF_CHIP_1));
	ok(!says(s, WORD_IDENTITY_UNVERIFIED));
	show(s, SCREEN_IDENTITY,
	     "source = 1\nname = A\nverdict = 1\ndata = 1\nissuer = 2\nchip = 1\n");
	ok(!says(s, WORD_VERDICT_GENUINE) && says(s, WORD_VERDICT_NO_ANCHOR));
	ok(!says(s, WORD_PROOF_CHIP_1) && says(s, WORD_PROOF_CHIP_FITS));
	show(s, SCREEN_IDENTITY, "source = 1\nname = A\nverdict = 9\ndata = 7\nissuer = -1\n");
	ok(says(s, WORD_VERDICT_UNCHECKED) && says(s, WORD_PROOF_DATA_0) &&
	   says(s, WORD_PROOF_ISSUER_0) && says(s, WORD_PROOF_CHIP_0));
	show(s, SCREEN_IDENTITY,
	     "source = 0\nname = A\nverdict = 1\ndata = 1\nissuer = 1\nchip = 1\n");
	ok(says(s, WORD_IDENTITY_UNVERIFIED) && !says(s, WORD_VERDICT_GENUINE));
	show(s, SCREEN_IDENTITY,
	     "source = 1\nname = A\nverdict = 3\ndata = 2\nissuer = 1\nchip = 1\n");
	ok(says(s, WORD_PROOF_CHIP_0) && !says(s, WORD_PROOF_CHIP_1));
	show(s, SCREEN_IDENTITY, "name = A\nsource = 1\nexpired = 1\n");
	ok(says(s, WORD_IDENTITY_EXPIRED));
}

/* An altered or copied card: help or leave, and nothing of it is shown as a fact. */
static void a_false_card_goes_nowhere(struct stage *s)
{
	static const char *const VIEWS[] = {
		"source = 1\nname = ANH\nverdict = 3\ndata = 2\nface = face:12x16\ndraft = 1\n",
		"source = 1\nname = ANH\nverdict = 4\ndata = 1\nissuer = 1\nchip = 2\n"
	};

	for (size_t i = 0; i < 2; i++) {
		show(s, SCREEN_IDENTITY, VIEWS[i]);
		ok(!offers(s, ACTION_NEXT) && !offers(s, ACTION_RESUME) &&
		   !offers(s, ACTION_FOR_OTHER) && offers(s, ACTION_CALL) &&
		   offers(s, ACTION_LEAVE));
		ok(!stage_find(s, "name") && !stage_find(s, "face"));
		eq_int(count_of(s, i == 0 ? WORD_VERDICT_ALTERED : WORD_VERDICT_COPIED), 1);
	}
}

static void choices_of_the_identity(struct stage *s)
{
	show(s, SCREEN_IDENTITY, "name = A\ncard_reader = @OK\n");
	stage_tap(s, "for_other");
	eq_int(last(s)->action, ACTION_FOR_OTHER);
	eq_int(last(s)->index, 1);
	stage_tap(s, "again");
	eq_int(last(s)->action, ACTION_AGAIN);
	show(s, SCREEN_IDENTITY, "name = A\ncard_reader = @GONE\nfor_other = 1\n");
	ok(!offers(s, ACTION_AGAIN) && says(s, WORD_IDENTITY_OTHER_HELP));
	stage_tap(s, "for_other");
	eq_int(last(s)->index, 0);
	show(s, SCREEN_IDENTITY, "source = 1\nface_width = 13\nface = face:12x16\n");
	ok(!stage_find(s, "face")); /* not the picture it says it is */
}

int main(void)
{
	struct stage s;

	stage_open(&s, 1080, 1920);
	help_and_a_way_everywhere(&s);
	a_technician_finds_a_way(&s);
	nothing_is_claimed(&s);
	printing_is_offered_when_it_works(&s);
	a_long_list_has_a_screen_of_its_own(&s);
	no_answer_is_out_of_reach(&s);
	papers_are_answered(&s);
	search_is_typed(&s);
	each_way_speaks_for_itself(&s);
	six_digits_are_typed(&s);
	keys_of_the_pad_are_large(&s);
	three_lines_are_typed(&s);
	reading_is_told(&s);
	verdicts_stand_apart(&s);
	a_false_card_goes_nowhere(&s);
	choices_of_the_identity(&s);
	stage_close(&s);
	return tap_done();
}
