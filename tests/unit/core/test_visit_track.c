/* Who asks how far a dossier is: by code, without a card, and leaves nothing behind. */
#include "tests/unit/core/walk.h"

#define CODE "000.00.06.H56-261121-0042"

static void at_home(void)
{
	begin();
	seen.track = ERR_OK;
	ok(on(ON_START));
	AT(HOME);
}

static bool told(enum visit_on o, enum err why)
{
	return visit_step(&v, &(struct visit_event){ .on = o, .text = "", .why = why });
}

static void by_typing(void)
{
	at_home();
	int tracks = seen.tracks;
	ok(on(ON_TRACK));
	AT(TRACK_CODE);
	ok(on_text(ON_FIELD, 0, "000.00.06.H56"));
	ok(on(ON_NEXT));
	AT(TRACK_CODE); /* no code: nobody is asked */
	ok(v.track_wrong);
	eq_int(seen.tracks, tracks);
	ok(on_text(ON_FIELD, 0, " 000.00.06.h56-261121-0042 "));
	ok(!v.track_wrong);
	uint32_t turn = v.turn;
	ok(on(ON_NEXT));
	AT(TRACK);
	ok(v.turn != turn); /* a second tap is late */
	eq_str(seen.tracked, CODE);
	ok(told(ON_TRACK_TOLD, ERR_OK));
	AT(TRACK);
	ok(on(ON_BACK));
	AT(TRACK_CODE);
	eq_str(v.track_code, ""); /* the next one's own */
	ok(on(ON_BACK));
	AT(HOME);
}

static void by_its_code(void)
{
	begin();
	seen.track = ERR_OK;
	ok(on_text(ON_DOSSIER_CODE, 0, CODE)); /* held there before anything was touched */
	AT(TRACK);
	eq_str(seen.tracked, CODE);
	ok(on(ON_FINISH));
	AT(THANKS);
	at_home();
	ok(on(ON_TRACK));
	ok(on(ON_CODE)); /* another code, of a parcel */
	AT(TRACK_CODE);
	ok(v.track_wrong);
	ok(on_text(ON_DOSSIER_CODE, 0, CODE));
	AT(TRACK);
	ok(!v.track_wrong);
}

static void not_so_often(void)
{
	at_home();
	ok(on(ON_TRACK));
	seen.track = ERR_BUSY;
	ok(on_text(ON_FIELD, 0, CODE));
	ok(on(ON_NEXT));
	AT(TRACK_CODE);
	ok(on_text(ON_DOSSIER_CODE, 0, CODE));
	AT(TRACK_CODE);
	seen.track = ERR_OK;
}

static void who_leaves_is_forgotten(void)
{
	by_its_code();
	int wipes = seen.wipes;
	ok(on(ON_QUIET));
	AT(TIMEOUT);
	ok(told(ON_TRACK_TOLD, ERR_OK)); /* the answer does not wait for them */
	AT(TIMEOUT);
	for (int i = 0; i < VISIT_WARN_S; i++)
		ok(on(ON_TICK));
	AT(ATTRACT);
	eq_int(seen.wipes, wipes + 1);
	eq_str(v.track_code, "");
	at_home();
	ok(on(ON_TRACK));
	ok(on_text(ON_FIELD, 0, CODE));
	ok(on(ON_LEAVE)); /* nothing to lose, nothing to ask */
	AT(ATTRACT);
	eq_str(v.track_code, "");
}

static void its_form(void)
{
	by_its_code();
	int prints = seen.prints;
	ok(on(ON_PRINT));
	AT(TRACK);
	ok(on(ON_PRINT)); /* at work */
	eq_int(seen.prints, prints + 1);
	ok(told(ON_NOT_PRINTED, ERR_PAPER_OUT));
	eq_int(v.state, 3);
	eq_int(v.why, ERR_PAPER_OUT);
	ok(on(ON_PRINT));
	ok(told(ON_PRINTED, ERR_OK));
	eq_int(v.state, 2);
	eq_int(v.why, ERR_OK);
	eq_int(seen.prints, prints + 2);
	ok(on(ON_AGAIN));
	AT(TRACK);
}

static void its_fee(void)
{
	by_its_code();
	int pays = seen.pays, left = seen.pays_left, again = seen.track_agains;
	ok(on(ON_PAY));
	AT(PAY);
	eq_int(seen.pays, pays + 1);
	ok(told(ON_PAY_NEWS, ERR_OK));
	AT(PAY);
	ok(on(ON_AGAIN));
	eq_int(seen.pays, pays + 2);
	ok(on(ON_BACK));
	AT(TRACK);
	eq_int(seen.pays_left, left + 1);
	eq_int(seen.track_agains, again + 1); /* it may be paid now */
	ok(on(ON_PAY));
	int wipes = seen.wipes;
	ok(on(ON_QUIET));
	ok(on(ON_LEAVE_YES));
	AT(ATTRACT);
	eq_int(seen.wipes, wipes + 1);
}

/* Over somebody's COPY_CHECK or form nobody's slip is looked up. */
static void not_in_a_visit(void)
{
	to_checklist();
	ok(!on_text(ON_DOSSIER_CODE, 0, CODE));
	AT(CHECKLIST);
}

int main(void)
{
	eq_int(catalogue_of(json_object_from_file("assets/catalogue.json"), &catalogue), ERR_OK);
	by_typing();
	by_its_code();
	not_so_often();
	who_leaves_is_forgotten();
	its_form();
	its_fee();
	not_in_a_visit();
	visit_finish(&v);
	catalogue_close(catalogue);
	return tap_done();
}
