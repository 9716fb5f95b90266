/* Papers that were asked for later: the same rooms, no procedure to pick, no form. */
#include "tests/unit/core/walk.h"

#define CODE "000.00.06.H56-261121-0042"

static void at_track(void)
{
	begin();
	ok(on_text(ON_DOSSIER_CODE, 0, CODE));
	AT(TRACK);
}

static void to_card(void)
{
	at_track();
	ok(on(ON_SUPPLEMENT));
	AT(IDENTIFY);
	ok(v.supplement.on);
}

static void to_list(void)
{
	to_card();
	ok(on(ON_CODE));
	show_card();
	AT(IDENTITY);
	ok(on(ON_NEXT));
	AT(CHECKLIST);
}

static void to_pages(void)
{
	to_list();
	ok(on_text(ON_HAVE, 0, "1"));
	ok(on_text(ON_HAVE, 1, "2"));
	ok(on(ON_NEXT));
	AT(SCAN);
	scan_sheets(1);
	AT(PAGE);
	ok(on(ON_KEEP_LAST));
	AT(PAGES);
}

static void the_whole_way(void)
{
	to_list();
	eq_int(v.procedure->paper_count, 2);
	eq_str(v.procedure->papers[1].name, "Sổ Hoa Gạo Đỏ");
	ok(on(ON_NEXT));
	AT(CHECKLIST); /* each paper is answered first */
	eq_int(v.why, ERR_FIELD_EMPTY);
	to_pages();
	ok(on(ON_NEXT));
	AT(REVIEW);
	ok(on_text(ON_GO, 0, ""));
	AT(REVIEW);
	ok(on(ON_BACK));
	AT(PAGES);
	ok(on(ON_NEXT));
	ok(on(ON_NEXT));
	AT(CONFIRM);
	ok(on(ON_CONFIRM));
	AT(SENDING);
	eq_int(seen.hand_ins, 1);
	ok(on_text(ON_SAVED, 0, "TAM-K01-261121-0002-B"));
	ok(on_text(ON_ACCEPTED, 0, CODE));
	AT(ACCEPTED);
	ok(v.supplement.on);
	ok(on(ON_FINISH));
	AT(THANKS);
	ok(!v.supplement.on);
	eq_str(v.supplement.list, "");
}

static void nothing_is_not_handed_in(void)
{
	to_list();
	all_have("2");
	ok(on(ON_NEXT));
	AT(CHECKLIST);
	eq_int(v.why, ERR_FIELD_EMPTY);
	ok(on_text(ON_HAVE, 0, "1"));
	ok(on(ON_NEXT));
	AT(SCAN);
	ok(on(ON_SKIP));
	AT(CHECKLIST);
	to_pages();
	ok(on_text(ON_DROP, 0, ""));
	ok(on(ON_NEXT));
	AT(CHECKLIST);
	eq_int(v.why, ERR_FIELD_EMPTY);
	eq_int(seen.hand_ins, 0);
}

static void one_stack_when_nobody_can_be_asked(void)
{
	begin();
	seen.unknown = true;
	ok(on_text(ON_DOSSIER_CODE, 0, CODE));
	ok(on(ON_SUPPLEMENT));
	ok(on(ON_CODE));
	show_card();
	ok(on(ON_NEXT));
	AT(CHECKLIST);
	eq_int(v.procedure->paper_count, 1);
	eq_str(v.procedure->papers[0].name, "Giấy tờ bổ sung");
	eq_str(v.procedure->code, "");
	eq_int(v.have[0], 1);
	ok(on(ON_NEXT));
	AT(SCAN);
}

/* Whoever steps back comes to the dossier; a visit begun later is an ordinary one. */
static void stepping_back_forgets(void)
{
	to_card();
	int tracks = seen.tracks;
	ok(on(ON_BACK));
	AT(TRACK);
	eq_int(seen.tracks, tracks + 1);
	eq_str(seen.tracked, CODE);
	ok(!v.supplement.on);
	ok(on(ON_BACK));
	ok(on(ON_BACK));
	AT(HOME);
	ok(on(ON_FILE));
	ok(on(ON_BACK));
	AT(HOME);
	ok(on(ON_FILE));
	ok(on(ON_CODE));
	show_card();
	ok(on(ON_NEXT));
	AT(PICK);

	to_list();
	ok(on(ON_BACK));
	AT(IDENTITY);
	int keeps = seen.keeps;
	ok(on(ON_NEXT)); /* nothing is begun anew */
	AT(CHECKLIST);
	eq_int(seen.keeps, keeps);
}

static void another_person_for_the_same_dossier(void)
{
	to_card();
	ok(on(ON_CODE));
	show_card();
	ok(on(ON_NOT_ME));
	AT(IDENTIFY);
	ok(v.supplement.on);
	ok(on(ON_CODE));
	show_card();
	ok(on(ON_NEXT));
	AT(CHECKLIST);
	eq_str(v.procedure->papers[1].name, "Sổ Hoa Gạo Đỏ");
	ok(on_text(ON_BACK, 0, ""));
	ok(on_text(ON_FOR_OTHER, 1, ""));
	ok(!v.for_other); /* whose dossier it is, the province knows */
}

static void not_offered_is_not_begun(void)
{
	at_track();
	seen.supplement = ERR_DENIED;
	ok(on(ON_SUPPLEMENT));
	AT(TRACK);
	ok(!v.supplement.on);
	seen.supplement = ERR_OK;
	seen.begin = ERR_NO_SPACE;
	ok(on(ON_SUPPLEMENT));
	AT(FAULT);
	ok(on(ON_STAY));
	AT(TRACK);
	ok(!v.supplement.on);
}

/* The pages were of that request: the next procedure begins without them. */
static void its_pages_go_no_further(void)
{
	to_pages();
	ok(on(ON_NEXT));
	ok(on(ON_NEXT));
	ok(on(ON_CONFIRM));
	ok(on_text(ON_SAVED, 0, "TAM-K01-261121-0002-B"));
	ok(on(ON_NO_ANSWER));
	AT(ACCEPTED_OFFLINE);
	ok(on(ON_ANOTHER));
	AT(PICK);
	eq_int(v.page_count, 0);
	ok(!v.supplement.on);
}

static void a_form_that_is_missing(void)
{
	to_card();
	ok(on(ON_CODE));
	show_card();
	seen.form = ERR_FORGED;
	ok(on(ON_NEXT));
	AT(FAULT);
	ok(on(ON_STAY));
	AT(IDENTITY);
	ok(v.procedure == NULL);
	seen.form = ERR_OK;
	ok(on(ON_NEXT));
	AT(CHECKLIST);
}

static void lists_of_any_form(void)
{
	static struct supplement s;

	s = (struct supplement){ .list = "  Một \r\n\n \nHai\n" };
	supplement_make(&s);
	eq_int(s.procedure.paper_count, 2);
	eq_str(s.papers[0].name, "Một");
	eq_str(s.papers[1].name, "Hai");
	s = (struct supplement){ .list = " \n\r\n" };
	supplement_make(&s);
	eq_int(s.procedure.paper_count, 1);
	eq_str(s.papers[0].name, "Giấy tờ bổ sung");
	s = (struct supplement){ .list = "" };
	for (int i = 0; i < SUPPLEMENT_LIST_CAP - 1; i++)
		s.list[i] = i % 2 ? '\n' : 'x';
	supplement_make(&s);
	eq_int(s.procedure.paper_count, SUPPLEMENT_MAX_PAPERS);
	eq_str(s.papers[0].name, "x");
	ok(strncmp(s.papers[SUPPLEMENT_MAX_PAPERS - 1].name, "x;x;x", 5) == 0);
	eq_int(strlen(s.papers[SUPPLEMENT_MAX_PAPERS - 1].name),
	       SUPPLEMENT_LIST_CAP - 1 - 2 * (SUPPLEMENT_MAX_PAPERS - 1));
}

int main(void)
{
	eq_int(catalogue_of(json_object_from_file("assets/catalogue.json"), &catalogue), ERR_OK);
	the_whole_way();
	nothing_is_not_handed_in();
	one_stack_when_nobody_can_be_asked();
	stepping_back_forgets();
	another_person_for_the_same_dossier();
	not_offered_is_not_begun();
	its_pages_go_no_further();
	a_form_that_is_missing();
	lists_of_any_form();
	visit_finish(&v);
	catalogue_close(catalogue);
	return tap_done();
}
