/* Papers that the state already has, within a visit: asked for, looked at, used by reference,
 * taken back, and never kept longer than they are known. */
#include "firmware/core/visit_act.h"
#include "tests/unit/core/walk.h"

static void to_birth(void)
{
	to_checklist();
	ok(on(ON_BACK));
	ok(on_text(ON_SEARCH, 0, "1.001193"));
	ok(on_text(ON_PICK, 0, ""));
	AT(CHECKLIST);
	eq_str(v.procedure->code, "1.001193");
	seen.stored = STORED_VALID;
}

static bool told(enum visit_on what)
{
	return visit_step(&v, &(struct visit_event){ .on = what, .text = "" });
}

static void asked_with_one_touch(void)
{
	to_birth();
	int finds = seen.finds, allowed = seen.allowed;
	uint32_t turn = v.turn;
	ok(on_text(ON_FIND, 1, ""));
	AT(CHECKLIST);
	eq_int(seen.finds, finds + 1);
	eq_int(seen.allowed, allowed + 1);
	ok(v.turn > turn); /* what a tap meant before it does not count now */
	turn = v.turn;
	ok(told(ON_PAPERS_TOLD));
	AT(CHECKLIST);
	ok(v.turn > turn);
	eq_int(v.have[0], HAVE_UNASKED); /* nothing is taken by itself */
}

static void used_by_reference(void)
{
	asked_with_one_touch();
	int keeps = seen.keeps;
	ok(on_text(ON_TAKE, 0, ""));
	AT(CHECKLIST);
	eq_int(v.have[0], HAVE_STORED);
	ok(seen.keeps > keeps);
	for (uint32_t i = 1; i < v.procedure->paper_count; i++)
		on_text(ON_HAVE, i, "2");
	ok(on(ON_NEXT));
	AT(FORM); /* nothing to scan */
	ok(on(ON_BACK));
	AT(CHECKLIST);
	ok(on_text(ON_TAKE, 0, "")); /* another touch takes it back */
	eq_int(v.have[0], HAVE_UNASKED);
	ok(on(ON_NEXT));
	AT(CHECKLIST);
	eq_int(v.why, ERR_FIELD_EMPTY);
}

static void no_other_is_used(void)
{
	asked_with_one_touch();
	for (enum stored s = 0; s < STORED_COUNT; s++) {
		seen.stored = s;
		ok(on_text(ON_TAKE, 0, ""));
		eq_int(v.have[0], s == STORED_VALID ? HAVE_STORED : HAVE_UNASKED);
		if (s == STORED_VALID)
			ok(on_text(ON_TAKE, 0, ""));
	}
	seen.stored = STORED_VALID;
	ok(on_text(ON_TAKE, 1, "")); /* the state has nothing for that one */
	eq_int(v.have[1], HAVE_UNASKED);
	ok(on_text(ON_TAKE, 999, ""));
	ok(on_text(ON_SEE, 999, ""));
	AT(CHECKLIST);
	ok(on_text(ON_SEE, 1, ""));
	AT(CHECKLIST);
}

static void looked_at(void)
{
	asked_with_one_touch();
	int sees = seen.sees, turns = seen.turns, unsees = seen.unsees;
	ok(on_text(ON_SEE, 0, ""));
	AT(STORED);
	eq_int(seen.sees, sees + 1);
	ok(told(ON_PAPER_TOLD));
	ok(on_text(ON_MORE, 1, ""));
	eq_int(seen.turns, turns + 1);
	ok(on(ON_AGAIN));
	eq_int(seen.sees, sees + 2);
	ok(on(ON_TAKE));
	AT(CHECKLIST);
	eq_int(seen.unsees, unsees + 1);
	eq_int(v.have[0], HAVE_STORED);
	ok(on_text(ON_SEE, 0, ""));
	ok(on(ON_DROP));
	AT(CHECKLIST);
	eq_int(v.have[0], HAVE_UNASKED);
	ok(on_text(ON_SEE, 0, ""));
	seen.stored = STORED_ALTERED; /* as fetching it has shown */
	ok(on(ON_TAKE));
	eq_int(v.have[0], HAVE_UNASKED);
}

static void what_was_scanned_waits_aside(void)
{
	to_birth();
	for (uint32_t i = 1; i < v.procedure->paper_count; i++)
		on_text(ON_HAVE, i, "2");
	ok(on_text(ON_HAVE, 0, "1"));
	ok(on(ON_NEXT));
	AT(SCAN);
	ok(on(ON_SCAN));
	uint32_t file = page_came();
	ok(on(ON_SCANNED));
	page_seen(file);
	AT(PAGE);
	ok(on(ON_KEEP_LAST));
	eq_int(visit_pages_of(&v, 0), 1);
	ok(on(ON_BACK));
	AT(CHECKLIST);
	ok(told(ON_PAPERS_TOLD)); /* late, and still of use */
	ok(on_text(ON_TAKE, 0, ""));
	eq_int(visit_pages_of(&v, 0), 0);
	eq_int(visit_pages_kept_back(&v, 0), 1);
	eq_int(visit_busy(&v), 0);
	ok(on_text(ON_HAVE, 0, "1"));
	eq_int(visit_pages_of(&v, 0), 1);
}

static void known_no_more(void)
{
	asked_with_one_touch();
	ok(on_text(ON_TAKE, 0, ""));
	seen.stored = STORED_NONE;
	ok(on_text(ON_FIND, 0, "")); /* they take their word back */
	eq_int(v.have[0], HAVE_UNASKED);
	seen.stored = STORED_VALID;
	ok(on_text(ON_TAKE, 0, ""));
	seen.stored = STORED_NONE; /* they file for somebody else now */
	ok(on(ON_NEXT));
	AT(CHECKLIST);
	eq_int(v.have[0], HAVE_UNASKED);
}

static void late_is_for_nobody(void)
{
	to_birth();
	all_have("2");
	ok(on(ON_NEXT));
	AT(FORM);
	ok(!told(ON_PAPERS_TOLD));
	AT(FORM);
	ok(!told(ON_PAPER_TOLD));
	ok(on(ON_QUIET));
	AT(TIMEOUT);
	ok(!told(ON_PAPERS_TOLD));
	AT(TIMEOUT);
}

int main(void)
{
	eq_int(catalogue_of(json_object_from_file("assets/catalogue.json"), &catalogue), ERR_OK);
	asked_with_one_touch();
	used_by_reference();
	no_other_is_used();
	looked_at();
	what_was_scanned_waits_aside();
	known_no_more();
	late_is_for_nobody();
	visit_finish(&v);
	catalogue_close(catalogue);
	return tap_done();
}
