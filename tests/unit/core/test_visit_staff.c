/* An officer certifies copies: the four screens over the citizen's, and what may not be lost. */
#include "firmware/base/staff.h"
#include "tests/unit/core/walk.h"

/* Two papers are brought: two pages of the first, one of the second. */
static void to_pages(void)
{
	to_checklist();
	all_have("2");
	on_text(ON_HAVE, 0, "1");
	on_text(ON_HAVE, 1, "1");
	v.kept = true;
	ok(on(ON_NEXT));
	scan_sheets(2);
	ok(on(ON_KEEP_LAST));
	scan_sheets(1);
	ok(on(ON_KEEP_LAST));
	AT(PAGES);
}

static void all_done(void)
{
	for (uint32_t i = 0; i < v.page_count; i++)
		page_done(v.pages[i].file);
}

static void to_certify(void)
{
	to_pages();
	all_done();
	ok(on(ON_CALL));
	ok(on(ON_STAFF_MENU));
	AT(STAFF_PIN);
	ok(on_text(ON_FIELD, 0, "246810"));
	ok(on(ON_NEXT));
	AT(CERTIFY);
}

static bool made(enum err why, uint32_t left)
{
	return visit_step(&v,
			  &(struct visit_event){ .on = ON_COPIES_MADE, .why = why, .index = left });
}

static bool pin_is_wiped(void)
{
	for (size_t i = 0; i < sizeof v.staff.pin; i++)
		if (v.staff.pin[i])
			return false;
	return true;
}

static void to_work(void)
{
	begin();
	ok(on(ON_CALL));
	ok(on(ON_STAFF_MENU));
	AT(STAFF_PIN);
	ok(on_text(ON_FIELD, 0, "246810"));
	ok(on(ON_NEXT));
	AT(STAFF_WORK); /* nobody has begun: nothing to certify */
}

static void without_a_visit_there_is_other_work(void)
{
	to_work();
	eq_int(seen.asks, 0);
	ok(on_text(ON_PICK, 7, ""));
	AT(STAFF_WORK);
	ok(on_text(ON_PICK, STAFF_AT_QUEUE, ""));
	AT(STAFF_QUEUE);
	ok(on_text(ON_PICK, STAFF_WRITE, "")); /* that is of another screen */
	eq_int(seen.deed, STAFF_NOTHING);
	uint32_t turn = v.turn;
	ok(on_text(ON_PICK, STAFF_COMPARE, ""));
	eq_int(seen.deed, STAFF_COMPARE);
	ok(v.turn != turn); /* a second tap is late */
	ok(on_text(ON_MORE, 3, ""));
	eq_int(seen.more, 3);
	ok(on(ON_BACK));
	AT(STAFF_WORK);
	ok(on(ON_CHECK_COPY));
	AT(COPY_CHECK);
	ok(on(ON_BACK));
	AT(ATTRACT);
}

static void a_stick_at_work_is_not_left(void)
{
	to_work();
	ok(on_text(ON_PICK, STAFF_AT_STICK, ""));
	AT(STAFF_STICK);
	ok(on_text(ON_PICK, STAFF_DEEDS, ""));
	eq_int(seen.deed, STAFF_NOTHING);
	ok(on_text(ON_PICK, STAFF_WRITE, ""));
	eq_int(seen.deed, STAFF_WRITE);
	seen.stick_at_work = true;
	ok(on(ON_QUIET)); /* nobody touches anything: it takes its time */
	AT(STAFF_STICK);
	ok(on(ON_BACK));
	AT(STAFF_STICK); /* how it ended is seen first */
	eq_int(seen.deed, STAFF_STOP);
	seen.stick_at_work = false;
	ok(on(ON_BACK));
	AT(STAFF_WORK);
	ok(on_text(ON_PICK, STAFF_AT_STICK, ""));
	ok(on(ON_QUIET));
	AT(ATTRACT);
}

static void the_machine_has_its_own_deed(void)
{
	to_work();
	ok(on_text(ON_PICK, STAFF_AT_MACHINE, ""));
	AT(STAFF_MACHINE);
	ok(on_text(ON_PICK, STAFF_WRITE, ""));
	eq_int(seen.deed, STAFF_NOTHING);
	ok(on_text(ON_PICK, STAFF_LOGS, ""));
	eq_int(seen.deed, STAFF_LOGS);
	ok(on(ON_BACK));
	AT(STAFF_WORK);
	seen.deed = STAFF_NOTHING;
	ok(on_text(ON_PICK, STAFF_AT_STICK, ""));
	ok(on_text(ON_PICK, STAFF_LOGS, ""));
	eq_int(seen.deed, STAFF_NOTHING);
	ok(on(ON_QUIET));
	AT(ATTRACT);
}

static void touches_are_measured(void)
{
	static const char *const GOOD[STAFF_TARGETS] = { "3 4", "-30 40", "0 0", "0 -80", "1 1" };
	const struct staff_trials *t = &v.staff.trials;

	to_work();
	ok(on_text(ON_PICK, STAFF_AT_TRIAL, ""));
	AT(STAFF_TRIAL);
	ok(on_text(ON_PICK, STAFF_TRY_TOUCH, ""));
	AT(STAFF_PANEL);
	ok(on_text(ON_FIELD, 3, "0 0")); /* not that one */
	eq_int(t->at, 0);
	for (uint32_t i = 0; i < STAFF_TARGETS; i++)
		ok(on_text(ON_FIELD, i, GOOD[i]));
	AT(STAFF_TRIAL);
	eq_int(t->state[TRIAL_TOUCH], TRIED_GOOD);
	eq_int(t->miss, 80);
	ok(on_text(ON_PICK, STAFF_TRY_TOUCH, ""));
	ok(on_text(ON_FIELD, 0, "")); /* by a key, not by a finger */
	ok(on_text(ON_FIELD, 1, "12"));
	ok(on_text(ON_FIELD, 2, "1 2 3"));
	ok(on_text(ON_FIELD, 3, "99999999999 0"));
	ok(on_text(ON_FIELD, 4, "0 81"));
	eq_int(t->state[TRIAL_TOUCH], TRIED_BAD);
	eq_int(t->missed, STAFF_TARGETS);
	eq_int(seen.deed, STAFF_NO);
	ok(on_text(ON_PICK, STAFF_TRY_TOUCH, ""));
	ok(on_text(ON_FIELD, 0, "0 0"));
	ok(on(ON_QUIET)); /* nobody could go on */
	AT(STAFF_TRIAL);
	eq_int(t->missed, STAFF_TARGETS - 1);
}

static void a_slip_is_asked_for(void)
{
	const struct staff_trials *t = &v.staff.trials;

	to_work();
	ok(on_text(ON_PICK, STAFF_AT_TRIAL, ""));
	ok(on_text(ON_PICK, STAFF_YES, "")); /* nobody has asked */
	eq_int(t->state[TRIAL_PRINT], TRIED_NOT);
	ok(on_text(ON_PICK, STAFF_TRY_PRINT, ""));
	eq_int(seen.deed, STAFF_TRY_PRINT);
	eq_int(t->state[TRIAL_PRINT], TRIED_BUSY);
	ok(on(ON_PRINTED));
	eq_int(t->state[TRIAL_PRINT], TRIED_ASKS);
	ok(on_text(ON_PICK, STAFF_YES, ""));
	eq_int(t->state[TRIAL_PRINT], TRIED_GOOD);
	ok(on_text(ON_PICK, STAFF_READINESS, ""));
	ok(on(ON_NOT_PRINTED));
	eq_int(t->state[TRIAL_READINESS], TRIED_FAILED);
	ok(on(ON_BACK));
	AT(STAFF_WORK);
}

static void the_pin_is_asked(void)
{
	to_pages();
	ok(on(ON_CALL));
	ok(on(ON_STAFF_MENU));
	AT(STAFF_PIN);
	uint8_t kind = v.staff.tries;
	ok(on(ON_NEXT)); /* nothing typed: no try */
	eq_int(v.staff.tries, kind);
	ok(on_text(ON_FIELD, 0, "111111"));
	eq_str(v.staff.pin, "111111");
	uint32_t turn = v.turn;
	ok(on(ON_NEXT));
	AT(STAFF_PIN);
	eq_int(v.staff.why, ERR_WRONG_PIN);
	eq_int(v.staff.left, 2);
	ok(v.staff.tries != kind);
	ok(v.turn != turn); /* a second tap is late */
	ok(pin_is_wiped());
	ok(on_text(ON_FIELD, 0, "2468"));
	ok(on(ON_BACK));
	AT(PAGES);
	ok(pin_is_wiped());
	ok(on(ON_CALL)), ok(on(ON_STAFF_MENU));
	eq_int(v.staff.why, ERR_OK);
	ok(on_text(ON_FIELD, 0, "2468"));
	ok(on(ON_QUIET)); /* the officer went away: the citizen goes on */
	AT(PAGES);
	ok(pin_is_wiped());
	eq_int(seen.asks, 0);
}

static void every_page_is_compared(void)
{
	to_certify();
	eq_int(seen.asks, 1);
	ok(on(ON_NEXT));
	AT(CERTIFY); /* nothing is compared: nothing to sign */
	ok(on_text(ON_PICK, 7, ""));
	AT(CERTIFY);
	ok(on_text(ON_PICK, 0, ""));
	AT(COMPARE);
	ok(visit_copy_page(&v) == &v.pages[0]);
	uint32_t turn = v.turn;
	ok(on(ON_NEXT));
	AT(COMPARE);
	ok(v.turn != turn); /* a double tap passes no page unseen */
	ok(visit_copy_page(&v) == &v.pages[1]);
	ok(on(ON_BACK)); /* it does not agree */
	AT(CERTIFY);
	eq_int(visit_copies_in(&v, COPY_COMPARED), 0);
	ok(on_text(ON_PICK, 0, ""));
	ok(visit_copy_page(&v) == &v.pages[0]); /* from the first page again */
	on(ON_NEXT), on(ON_NEXT);
	AT(CERTIFY);
	eq_int(v.staff.copies[0].state, COPY_COMPARED);
	eq_int(v.staff.copies[1].state, COPY_NONE);
}

static void pages_at_work_wait(void)
{
	to_pages();
	on(ON_CALL), on(ON_STAFF_MENU), on_text(ON_FIELD, 0, "246810"), on(ON_NEXT);
	ok(on_text(ON_PICK, 0, ""));
	AT(CERTIFY);
	eq_int(v.staff.why, ERR_BUSY);
	all_done(); /* reaches the pages under the officer's screen */
	AT(CERTIFY);
	ok(on_text(ON_PICK, 0, ""));
	AT(COMPARE);
}

static void to_token_pin(void)
{
	to_certify();
	on_text(ON_PICK, 0, ""), on(ON_NEXT), on(ON_NEXT);
	ok(on(ON_NEXT));
	AT(TOKEN_PIN);
}

static void the_token_signs(void)
{
	to_token_pin();
	ok(on_text(ON_FIELD, 0, "Abc-1234"));
	ok(on(ON_NEXT));
	AT(TOKEN_PIN);
	eq_int(seen.copies, 1);
	eq_str(seen.token_pin, "Abc-1234");
	ok(pin_is_wiped());
	ok(v.staff.signing);
	ok(on(ON_NEXT)); /* once */
	ok(on(ON_BACK));
	ok(on(ON_QUIET));
	AT(TOKEN_PIN);
	eq_int(seen.copies, 1);
	v.staff.copies[0].state = COPY_CERTIFIED; /* core has the file */
	ok(made(ERR_OK, 0));
	AT(CERTIFY);
	ok(!v.staff.signing);
	ok(on_text(ON_PICK, 0, ""));
	AT(CERTIFY); /* it is certified already */
	ok(on(ON_BACK));
	AT(PAGES);
	eq_int(v.why, ERR_OK);
}

static void what_goes_wrong_loses_nothing(void)
{
	to_token_pin();
	on_text(ON_FIELD, 0, "0000"), on(ON_NEXT);
	uint8_t kind = v.staff.tries;
	ok(made(ERR_WRONG_PIN, 1));
	AT(TOKEN_PIN);
	eq_int(v.staff.left, 1);
	ok(v.staff.tries != kind);
	on_text(ON_FIELD, 0, "0000"), on(ON_NEXT);
	ok(made(ERR_LOCKED_PIN, 0));
	AT(CERTIFY);
	eq_int(v.staff.why, ERR_LOCKED_PIN);
	eq_int(v.staff.copies[0].state, COPY_COMPARED);
	seen.token = ERR_NO_TOKEN;
	ok(on(ON_NEXT));
	AT(CERTIFY);
	ok(on(ON_TOKEN_NEWS));
	AT(CERTIFY);
	seen.token = ERR_OK;
	ok(on(ON_NEXT));
	AT(TOKEN_PIN);
	seen.certify = ERR_OLD_CERT;
	on_text(ON_FIELD, 0, "0000"), on(ON_NEXT);
	AT(CERTIFY);
	eq_int(v.staff.why, ERR_OLD_CERT);
	ok(!v.staff.signing);
	eq_int(v.page_count, 3);
}

/* Something lay itself over the officer's screen; the answer comes all the same. */
static void signed_while_elsewhere(void)
{
	to_token_pin();
	on_text(ON_FIELD, 0, "1234"), on(ON_NEXT);
	ok(on(ON_SETTINGS));
	AT(LANGUAGE);
	ok(made(ERR_OK, 0));
	AT(LANGUAGE);
	ok(!v.staff.signing);
	ok(on(ON_NEXT));
	AT(PAGES);
}

static void certified(void)
{
	to_token_pin();
	on_text(ON_FIELD, 0, "1234"), on(ON_NEXT);
	v.staff.copies[0].state = COPY_CERTIFIED;
	made(ERR_OK, 0);
	on(ON_BACK);
	AT(PAGES);
}

static void a_change_drops_the_copy(void)
{
	static const enum visit_on CHANGES[] = { ON_DROP, ON_TURN, ON_MOVE };

	for (size_t i = 0; i < sizeof CHANGES / sizeof *CHANGES; i++) {
		certified();
		int dropped = seen.dropped;
		ok(on_text(CHANGES[i], 0, "1"));
		AT(PAGES);
		eq_int(seen.dropped, dropped + 1); /* for the audit */
		eq_int(seen.dropped_paper, 0);
		eq_int(v.staff.copies[0].state, COPY_NONE);
		eq_int(v.why, ERR_COPY_CHANGED); /* and says so */
		ok(on(ON_UNDO));
		eq_int(v.staff.copies[0].state, COPY_NONE); /* nobody has seen that */
	}
	certified();
	ok(on_text(ON_DROP, 2, "")); /* of the other paper */
	eq_int(v.staff.copies[0].state, COPY_CERTIFIED);
	eq_int(v.why, ERR_OK);
}

/* Anybody's copy, with or without a visit; what was begun is not touched. */
static void a_brought_copy(void)
{
	begin();
	ok(on(ON_CALL));
	ok(on(ON_CHECK_COPY));
	AT(COPY_CHECK);
	ok(on(ON_CODE));
	ok(on_text(ON_PICK, 3, ""));
	eq_int(seen.checked, 3);
	ok(on(ON_COPY_TOLD));
	AT(COPY_CHECK);
	ok(on(ON_NEXT));
	AT(COPY_CHECK);
	ok(on(ON_BACK));
	AT(ATTRACT);
	ok(!on(ON_COPY_TOLD)); /* late */
	certified();
	ok(on(ON_CALL)), ok(on(ON_CHECK_COPY));
	ok(on(ON_QUIET));
	AT(PAGES);
	eq_int(v.staff.copies[0].state, COPY_CERTIFIED);
}

/* What is handed in is not lost when the visit ends; what is not, is. */
static void the_end_of_a_copy(void)
{
	certified();
	int dropped = seen.dropped;
	v.saved = true;
	visit_wipe(&v);
	eq_int(seen.dropped, dropped);
	certified();
	dropped = seen.dropped;
	visit_wipe(&v);
	eq_int(seen.dropped, dropped + 1);
	eq_int(v.staff.copies[0].state, COPY_NONE);
}

static void a_page_changed_while_compared(void)
{
	to_certify();
	on_text(ON_PICK, 0, "");
	v.pages[1].turns++;
	on(ON_NEXT);
	AT(CERTIFY);
	eq_int(v.staff.why, ERR_COPY_CHANGED);
	eq_int(v.staff.copies[0].state, COPY_NONE);
}

static void the_next_citizen_finds_nothing(void)
{
	certified();
	on(ON_LEAVE), on(ON_LEAVE_YES);
	AT(THANKS);
	eq_int(v.staff.copies[0].state, COPY_NONE);
	eq_int(v.staff.tries, 0);
}

int main(void)
{
	eq_int(catalogue_of(json_object_from_file("assets/catalogue.json"), &catalogue), ERR_OK);
	without_a_visit_there_is_other_work();
	a_stick_at_work_is_not_left();
	the_machine_has_its_own_deed();
	touches_are_measured();
	a_slip_is_asked_for();
	the_pin_is_asked();
	every_page_is_compared();
	pages_at_work_wait();
	the_token_signs();
	what_goes_wrong_loses_nothing();
	signed_while_elsewhere();
	a_change_drops_the_copy();
	a_page_changed_while_compared();
	the_next_citizen_finds_nothing();
	the_end_of_a_copy();
	a_brought_copy();
	visit_finish(&v);
	catalogue_close(catalogue);
	return tap_done();
}
