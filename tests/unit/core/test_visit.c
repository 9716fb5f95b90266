/* The table of a visit, walked: properties of every row, and whole visits against ports that
 * only note what was asked of them. */
#include "tests/unit/core/walk.h"

static void every_screen_ends_by_itself(void)
{
	static const int NEVER[] = { SCREEN_SENDING, SCREEN_TIMEOUT, SCREEN_PAUSED, SCREEN_BOARD,
				     SCREEN_SETUP };

	for (int s = 0; s < SCREEN_COUNT; s++) {
		bool never = false;

		for (size_t i = 0; i < sizeof NEVER / sizeof *NEVER; i++)
			never |= NEVER[i] == s;
		ok((VISIT_QUIET_S[s] == 0) == never);
	}
}

static void rules_do_not_clash(void)
{
	int clashes = 0;

	for (size_t a = 0; a < VISIT_RULE_COUNT; a++)
		for (size_t b = a + 1; b < VISIT_RULE_COUNT; b++)
			clashes += VISIT_RULES[a].in == VISIT_RULES[b].in &&
				   VISIT_RULES[a].on == VISIT_RULES[b].on;
	eq_int(clashes, 0);
}

static void every_screen_is_reached_and_left(void)
{
	/* kiosk-ui goes to PAUSED and back by itself; two are shown by kiosk-setup */
	uint64_t all = (1ull << SCREEN_COUNT) - 1;
	uint64_t left = 1ull << SCREEN_PAUSED | 1ull << SCREEN_BOARD | 1ull << SCREEN_SETUP;
	uint64_t reached = left | 1ull << SCREEN_ATTRACT;

	for (size_t i = 0; i < VISIT_RULE_COUNT; i++) {
		reached |= VISIT_RULES[i].to & all;
		if (VISIT_RULES[i].in != VISIT_ANY)
			left |= 1ull << VISIT_RULES[i].in;
	}
	ok(reached == all);
	ok(left == all);
}

static void quiet_leads_home_and_wipes(void)
{
	to_form();
	int wipes = seen.wipes;
	ok(on(ON_QUIET));
	AT(TIMEOUT);
	ok(seen.countdown);
	eq_int(v.left_s, VISIT_WARN_S);
	for (int i = 0; i < VISIT_WARN_S; i++)
		ok(on(ON_TICK));
	AT(ATTRACT);
	eq_int(seen.wipes, wipes + 1);
	eq_int(v.card.name[0], 0);
	eq_int(v.arena.used, 0);
	ok(v.procedure == NULL && !v.form_open);
}

static void late_ticks_count_in_full(void)
{
	to_form();
	ok(on(ON_QUIET));
	ok(visit_step(&v, &(struct visit_event){ .on = ON_TICK, .index = VISIT_WARN_S - 1 }));
	AT(TIMEOUT);
	eq_int(v.left_s, 1);
	ok(visit_step(&v, &(struct visit_event){ .on = ON_TICK, .index = 100 }));
	AT(ATTRACT);
}

static void choice_on_the_first_screen_stays(void)
{
	begin();
	ok(on_text(ON_LANGUAGE, LANGUAGE_EN, ""));
	AT(ATTRACT);
	eq_int(v.language, LANGUAGE_EN);
	ok(on(ON_SETTINGS));
	ok(on(ON_NEXT));
	AT(ATTRACT);
	eq_int(v.language, LANGUAGE_EN);
	ok(on(ON_QUIET));
	AT(ATTRACT);
	eq_int(v.language, LANGUAGE_VI);
}

static void staying_loses_nothing(void)
{
	to_form();
	ok(on(ON_NEXT));
	ok(on_text(ON_FIELD, 0, "0912345678"));
	ok(on(ON_QUIET));
	ok(on(ON_STAY));
	AT(FORM);
	eq_str(v.values[4], "0912345678");
	ok(on_text(ON_LANGUAGE, LANGUAGE_EN, ""));
	AT(FORM);
	eq_int(v.language, LANGUAGE_EN);
	eq_str(v.values[4], "0912345678");
	ok(on(ON_CALL));
	AT(STAFF);
	ok(on(ON_SETTINGS)); /* an overlay over an overlay still goes back to the form */
	ok(on(ON_NEXT));
	AT(FORM);
}

static void fault_is_mended(void)
{
	for (int s = SCREEN_HOME; s < SCREEN_THANKS; s++) {
		begin();
		v.at = (enum screen)s;
		if (visit_is_overlay(v.at))
			continue;
		ok(in_trouble(ON_FAULT, ERR_JAM));
		AT(FAULT);
		eq_int(v.why, ERR_JAM);
		ok(on(ON_MENDED));
		eq_int(v.at, s); /* mending skips no step */
		v.at = SCREEN_ATTRACT;
	}
}

static void form_must_be_right(void)
{
	to_form();
	eq_str(v.values[0], "Nguyễn Văn An");
	eq_str(v.values[2], "15/01/1990");
	eq_int(v.from[0], FROM_CODE);
	ok(on_text(ON_FIELD, 0, "Nguyễn Văn 7"));
	eq_int(v.from[0], FROM_TYPED);
	ok(on(ON_NEXT));
	AT(FORM);
	eq_int(v.errors[0], ERR_FIELD_TEXT);
	int shows = seen.shows;
	ok(on_text(ON_FIELD, 0, "Nguyễn Văn B"));
	eq_int(seen.shows, shows + 1); /* the red words go */
	ok(on_text(ON_FIELD, 0, "Nguyễn Văn Bì"));
	eq_int(seen.shows, shows + 1); /* typing alone redraws nothing */
	ok(on(ON_NEXT));
	eq_int(v.group, 1);
	ok(on(ON_BACK));
	eq_int(v.group, 0);
	eq_str(v.values[0], "Nguyễn Văn Bì");
}

/* What happens while something lies over the screen happens all the same. */
static void the_world_does_not_wait(void)
{
	to_checklist();
	all_have("1");
	ok(on(ON_NEXT));
	ok(on(ON_SCAN));
	ok(on(ON_SETTINGS));
	scanner_ends(ERR_BLANK_PAGE);
	AT(LANGUAGE); /* which stays */
	ok(on(ON_NEXT));
	AT(SCAN);
	eq_int(v.why, ERR_BLANK_PAGE);
	ok(on(ON_SCAN)); /* the button is not dead */
	eq_int(seen.scans, 2);
	ok(in_trouble(ON_FAULT, ERR_JAM));
	scanner_ends(ERR_JAM);
	AT(FAULT);
	ok(on(ON_MENDED));
	AT(SCAN);
	eq_int(v.state, 0);
	eq_int(v.why, ERR_OK); /* it is mended */
	ok(on(ON_SCAN));
	ok(on(ON_QUIET));
	page_seen(page_came());
	scanner_ends(ERR_OK);
	AT(TIMEOUT);
	ok(on(ON_STAY));
	AT(PAGE);
	ok(v.pages[0].image >= 0);
}

static void handing_in_under_an_overlay(void)
{
	to_confirm();
	ok(on(ON_CONFIRM));
	ok(on(ON_SETTINGS));
	ok(on_text(ON_SAVED, 0, "TAM-K01-261121-0001-A"));
	ok(on(ON_NO_ANSWER));
	AT(LANGUAGE);
	ok(on_text(ON_LANGUAGE, LANGUAGE_EN, ""));
	ok(on(ON_NEXT));
	AT(ACCEPTED_OFFLINE);
	eq_str(v.receipt_code, "TAM-K01-261121-0001-A");
	ok(on(ON_PRINT));
	ok(on(ON_LEAVE));
	ok(on(ON_PRINTED));
	AT(LEAVE);
	ok(on(ON_LEAVE_YES));
	AT(THANKS);
	ok(v.left_saved && v.left_printed);
	eq_int(v.language, LANGUAGE_EN); /* the same eyes still read it */
	ok(on(ON_QUIET));
	eq_int(v.language, LANGUAGE_VI);

	to_confirm();
	ok(on(ON_CONFIRM));
	ok(on(ON_CALL));
	ok(in_trouble(ON_SAVE_FAILED, ERR_NO_SPACE));
	AT(FAULT);
	ok(on(ON_STAY));
	AT(CONFIRM);
}

static void hand_in_once(void)
{
	to_confirm();
	ok(on(ON_CONFIRM));
	AT(SENDING);
	ok(!on(ON_CONFIRM)); /* the second tap */
	eq_int(seen.hand_ins, 1);
	ok(on(ON_LEAVE));
	AT(SENDING);
	ok(in_trouble(ON_SAVE_FAILED, ERR_NO_SPACE));
	AT(FAULT);
	ok(on(ON_STAY));
	AT(CONFIRM);
	ok(on(ON_CONFIRM));
	ok(on_text(ON_SAVED, 0, "TAM-K01-261121-0001-A"));
	ok(on(ON_NO_ANSWER));
	AT(ACCEPTED_OFFLINE);
	ok(on(ON_PRINT));
	ok(on(ON_PRINT)); /* while it prints: not a second receipt */
	eq_int(seen.prints, 1);
	ok(in_trouble(ON_NOT_PRINTED, ERR_PAPER_OUT));
	eq_int(v.state, 2);
	ok(on(ON_PRINT));
	ok(on(ON_PRINTED));
	eq_int(v.state, 1);
	ok(on(ON_FINISH));
	AT(THANKS);
	eq_int(v.receipt_code[0], 0);
	ok(on(ON_QUIET));
	AT(ATTRACT);
}

static void drafts(void)
{
	begin();
	seen.draft = true;
	on(ON_START), on(ON_FILE), on(ON_CODE);
	show_card();
	ok(v.draft);
	ok(on(ON_RESUME)); /* it cannot be read: the visit begins anew, the person stays */
	AT(PICK);
	eq_str(v.card.name, "Nguyễn Văn An");
	ok(on(ON_BACK));
	AT(IDENTITY);
	ok(!v.draft); /* it cannot be taken up twice */
	int wipes = seen.wipes;
	ok(on(ON_RESUME));
	AT(PICK);
	ok(on(ON_BACK));
	ok(on(ON_BACK)); /* what was entered does not go by stepping back */
	AT(LEAVE);
	eq_int(seen.wipes, wipes);
	seen.begin = ERR_NO_SPACE;
	begin();
	seen.begin = ERR_NO_SPACE;
	ok(on(ON_START));
	ok(on(ON_FILE));
	AT(FAULT);
	eq_int(v.why, ERR_NO_SPACE);
}

/* The kiosk stopped between "saved" and the receipt: the same person gets it now. */
static void saved_but_not_told(void)
{
	begin();
	seen.draft = seen.untold = true;
	on(ON_START), on(ON_FILE), on(ON_CODE);
	show_card();
	int keeps = seen.keeps;
	ok(on(ON_RESUME));
	AT(ACCEPTED_OFFLINE);
	ok(on(ON_FINISH));
	AT(THANKS);
	ok(!v.saved);
	eq_int(seen.keeps, keeps); /* there is no draft to be kept */
	seen.untold = false;
}

static void a_form_that_is_missing(void)
{
	begin();
	seen.form = ERR_FORGED;
	on(ON_START), on(ON_FILE), on(ON_CODE);
	show_card();
	on(ON_NEXT);
	ok(on_text(ON_PICK, 0, ""));
	AT(FAULT);
	ok(on(ON_STAY));
	AT(PICK);
	ok(v.procedure == NULL);
}

int main(void)
{
	eq_int(catalogue_of(json_object_from_file("assets/catalogue.json"), &catalogue), ERR_OK);
	every_screen_ends_by_itself();
	rules_do_not_clash();
	every_screen_is_reached_and_left();
	quiet_leads_home_and_wipes();
	staying_loses_nothing();
	late_ticks_count_in_full();
	choice_on_the_first_screen_stays();
	fault_is_mended();
	form_must_be_right();
	the_world_does_not_wait();
	handing_in_under_an_overlay();
	hand_in_once();
	drafts();
	saved_but_not_told();
	a_form_that_is_missing();
	visit_finish(&v);
	catalogue_close(catalogue);
	return tap_done();
}
