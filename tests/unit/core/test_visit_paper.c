/* Papers and their pages, walked against ports that only note what was asked of them. */
#include "tests/unit/core/walk.h"

static void to_scan(void)
{
	to_checklist();
	ok(on(ON_NEXT)); /* before the papers that must be answered are answered */
	AT(CHECKLIST);
	eq_int(v.why, ERR_FIELD_EMPTY);
	all_have("1");
	ok(on(ON_NEXT));
	AT(SCAN);
}

/* The numbers of the pages that the screen lists, as digits: what came first is 1. */
static const char *order(void)
{
	static char text[32];
	const struct page *p;
	size_t n = 0;

	for (uint32_t i = 0; (p = visit_listed(&v, i)) && n < sizeof text - 1; i++)
		text[n++] = (char)('0' + p->file);
	text[n] = '\0';
	return text;
}

static void several_sheets_in_one_go(void)
{
	to_scan();
	ok(on(ON_SCAN));
	ok(on(ON_SCAN)); /* pressed twice */
	eq_int(seen.scans, 1);
	eq_int(seen.most, VISIT_MAX_PAGES);
	uint32_t a = page_came(), b = page_came();
	AT(SCAN);
	eq_int(v.sheets, 2);
	page_seen(a);
	scanner_ends(ERR_OK);
	AT(SCAN); /* the second is still being looked at */
	eq_int(v.state, 2);
	page_seen(b);
	AT(PAGE);
	eq_str(order(), "12");
	uint8_t paper = v.paper;
	ok(on(ON_KEEP));
	AT(SCAN);
	eq_int(v.paper, paper);
	scan_sheets(1);
	eq_str(order(), "123");
	ok(on(ON_KEEP_LAST));
	eq_int(visit_pages_of(&v, paper), 3);
	ok(v.paper != paper);
	while (v.at == SCREEN_SCAN)
		ok(on(ON_SKIP));
	AT(PAGES);
	ok(on(ON_NEXT)); /* what is still at work does not hold up anybody */
	AT(FORM);
}

static void a_jam_costs_one_sheet(void)
{
	to_scan();
	ok(on(ON_SCAN));
	page_seen(page_came());
	scanner_ends(ERR_JAM);
	AT(SCAN);
	eq_int(v.why, ERR_JAM);
	eq_int(visit_pages_of(&v, v.paper), 1);
	scan_sheets(2);
	AT(PAGE);
	eq_str(order(), "123");
	ok(on(ON_BACK));
	AT(SCAN);
	ok(on(ON_SCAN));
	page_seen(page_came());
	scanner_ends(ERR_TWO_SHEETS);
	AT(SCAN);
	eq_int(v.why, ERR_TWO_SHEETS);
	ok(on(ON_NEXT)); /* no more: what came is shown before it counts as done */
	AT(PAGE);
	eq_str(order(), "1234");
}

static void nothing_in_the_feeder(void)
{
	to_scan();
	ok(on(ON_SCAN));
	scanner_ends(ERR_OK);
	AT(SCAN);
	eq_int(v.why, ERR_FEEDER_EMPTY);
	ok(on(ON_NEXT)); /* there is no page to go on with */
	AT(SCAN);
}

static void what_cannot_be_kept_is_not_claimed(void)
{
	to_scan();
	ok(on(ON_SCAN));
	page_seen(page_came());
	uint32_t lost = page_came();
	ok(visit_step(&v, &(struct visit_event){
				  .on = ON_PAGE_LOST, .index = lost, .why = ERR_NO_SPACE }));
	AT(SCAN);
	eq_int(v.why, ERR_NO_SPACE);
	eq_int(v.page_count, 1);
	eq_int(v.state, 0);
}

static void scanned_again(void)
{
	to_scan();
	scan_sheets(3);
	ok(on_text(ON_RETAKE, 1, ""));
	AT(SCAN);
	eq_int(v.page_count, 3); /* the old one stays until the new one is there */
	ok(on(ON_SCAN));
	eq_int(seen.most, 1);
	page_seen(page_came());
	eq_int(v.page_count, 3);
	scanner_ends(ERR_OK);
	AT(PAGE);
	eq_str(order(), "143");
	eq_int(seen.drops, 1);
	ok(on_text(ON_RETAKE, 0, ""));
	ok(on(ON_BACK)); /* or not */
	AT(CHECKLIST);
	eq_int(v.page_count, 3);
	ok(on(ON_NEXT));
	scan_sheets(1);
	eq_str(order(), "1435");
}

static void order_and_undo(void)
{
	to_scan();
	scan_sheets(3);
	ok(on_text(ON_MOVE, 0, "-1"));
	eq_str(order(), "123");
	ok(on_text(ON_MOVE, 0, "1"));
	eq_str(order(), "213");
	ok(on(ON_UNDO));
	eq_str(order(), "123");
	ok(on(ON_UNDO)); /* only the last can be taken back */
	eq_str(order(), "123");
	uint32_t turn = v.turn;
	ok(on_text(ON_DROP, 1, ""));
	eq_str(order(), "13");
	ok(v.turn != turn); /* a second tap would take the page that moved up */
	eq_int(seen.drops, 0);
	ok(on(ON_UNDO));
	eq_str(order(), "123");
	ok(on_text(ON_DROP, 0, ""));
	ok(on_text(ON_DROP, 0, ""));
	eq_int(seen.drops, 1); /* the first one for good */
	eq_str(order(), "3");
	ok(on(ON_UNDO));
	eq_str(order(), "23");
	ok(on_text(ON_DROP, 7, "")); /* there is none */
	eq_str(order(), "23");
}

/* The later of two like pages is told, as long as the earlier one is there. */
static void the_same_page_twice(void)
{
	to_scan();
	ok(on(ON_SCAN));
	uint32_t a = page_came(), b = page_came();
	struct page *first = visit_page(&v, a), *second = visit_page(&v, b);

	first->width = second->width = 1;
	memset(first->print, 0x5a, sizeof first->print);
	memset(second->print, 0x5a, sizeof second->print);
	struct page *later, *earlier;
	ok(visit_to_compare(&v, &later, &earlier));
	ok(later == second && earlier == first);
	visit_mark_copies(&v);
	ok(!page_has_fault(second, ERR_SAME_PAGE)); /* a form of somebody else, for all we know */
	page_take_compared(second, a, true);
	ok(!visit_to_compare(&v, &later, &earlier));
	visit_mark_copies(&v);
	ok(!page_has_fault(first, ERR_SAME_PAGE));
	ok(page_has_fault(second, ERR_SAME_PAGE));
	page_seen(a);
	page_seen(b);
	ok(visit_step(&v, &(struct visit_event){ .on = ON_SCANNED }));
	AT(PAGE);
	ok(visit_step(&v, &(struct visit_event){ .on = ON_DROP, .index = 0, .text = "" }));
	ok(!page_has_fault(visit_page(&v, b), ERR_SAME_PAGE));
	ok(on(ON_UNDO));
	ok(page_has_fault(visit_page(&v, b), ERR_SAME_PAGE));
	ok(!page_has_fault(visit_page(&v, a), ERR_SAME_PAGE));
	ok(on(ON_LEAVE));
	ok(on(ON_LEAVE_YES));
}

static void dropping_the_last_page(void)
{
	to_scan();
	uint8_t paper = v.paper;
	scan_sheets(1);
	ok(on(ON_KEEP_LAST));
	while (v.at == SCREEN_SCAN)
		ok(on(ON_SKIP));
	AT(PAGES);
	ok(on_text(ON_DROP, 0, ""));
	eq_int(v.have[paper], 2);
	ok(on(ON_UNDO));
	eq_int(v.have[paper], 1);
	eq_int(visit_pages_of(&v, paper), 1);
	ok(on_text(ON_DROP, 0, ""));
	ok(on(ON_NEXT));
	AT(FORM);
	ok(on(ON_BACK));
	AT(CHECKLIST);
}

static void turning(void)
{
	to_scan();
	scan_sheets(1);
	struct page *p = visit_listed(&v, 0);
	p->turned = 180;
	page_done(p->file);
	ok(on_text(ON_TURN, 0, ""));
	eq_int(p->turn, 270);
	eq_int(p->state, PAGE_CAME); /* all is made anew */
	ok(on_text(ON_TURN, 0, ""));
	eq_int(p->turn, 0);
	ok(on(ON_UNDO));
	eq_int(p->turn, 270);
}

static void blank_backs(void)
{
	to_scan();
	uint8_t paper = v.paper;
	ok(on(ON_SCAN));
	uint32_t front = page_came(), back = page_came();
	page_seen(front);
	visit_page(&v, back)->aside = true;
	page_seen(back);
	scanner_ends(ERR_OK);
	AT(PAGE);
	eq_str(order(), "12"); /* shown, not counted */
	eq_int(visit_pages_of(&v, paper), 1);
	ok(on_text(ON_PUT_BACK, 1, ""));
	eq_int(visit_pages_of(&v, paper), 2);
	ok(on_text(ON_PUT_BACK, 1, ""));
	ok(on(ON_KEEP_LAST));
	while (v.at == SCREEN_SCAN)
		ok(on(ON_SKIP));
	eq_str(order(), "1");
	eq_int(v.page_count, 2); /* it is still there */
}

static void a_page_that_cannot_be_digitized(void)
{
	to_scan();
	scan_sheets(1);
	ok(on(ON_KEEP_LAST));
	while (v.at == SCREEN_SCAN)
		ok(on(ON_SKIP));
	v.pages[0].state = PAGE_BAD;
	ok(on(ON_PAGE_DONE));
	ok(on(ON_NEXT));
	AT(PAGES);
	eq_int(v.why, ERR_BAD_PAGE);
	ok(on_text(ON_RETAKE, 0, ""));
	scan_sheets(1);
	AT(PAGE);
	ok(on(ON_KEEP_LAST));
	AT(PAGES);
	ok(on(ON_NEXT));
	AT(FORM);
}

static void no_more_room(void)
{
	to_scan();
	scan_sheets(VISIT_MAX_PAGES - 1);
	AT(PAGE);
	ok(on(ON_KEEP));
	scan_sheets(1);
	eq_int(seen.most, 1);
	ok(on(ON_KEEP));
	ok(on(ON_SCAN));
	eq_int(v.state, 0);
	eq_int(v.why, ERR_MANY_PAGES);
	eq_int(v.page_count, VISIT_MAX_PAGES);
}

/* Two procedures of the catalogue that want the same paper. */
static void pick(const char *code)
{
	ok(on_text(ON_SEARCH, 0, code));
	ok(on_text(ON_PICK, 0, ""));
	AT(CHECKLIST);
	eq_str(v.procedure->code, code);
}

static void one_paper_for_two(void)
{
	to_checklist();
	ok(on(ON_BACK));
	pick("1.000689");
	all_have("2");
	ok(on_text(ON_HAVE, 1, "1"));
	ok(on(ON_NEXT));
	AT(SCAN);
	const struct paper *of = &v.procedure->papers[v.paper];
	scan_sheets(2);
	ok(on(ON_KEEP_LAST));
	AT(PAGES);
	ok(on(ON_BACK));
	ok(on(ON_BACK));
	pick("1.001022");
	size_t i = 0;
	while (i < v.procedure->paper_count && !visit_can_reuse(&v, i))
		i++;
	ok(i < v.procedure->paper_count);
	if (i == v.procedure->paper_count)
		return;
	ok(visit_can_reuse(&v, i) == of);
	eq_int(visit_pages_of(&v, (uint8_t)i), 0);
	all_have("2");
	ok(on_text(ON_REUSE, (uint32_t)i, ""));
	eq_int(v.have[i], 3);
	eq_int(visit_pages_of(&v, (uint8_t)i), 2);
	eq_int(visit_busy(&v), 2);
	page_done(1);
	page_done(2);
	eq_int(visit_busy(&v), 0);
	ok(on(ON_NEXT));
	AT(FORM); /* nothing left to scan or to look through */
	ok(on(ON_BACK));
	ok(on_text(ON_HAVE, (uint32_t)i, "2"));
	eq_int(visit_pages_of(&v, (uint8_t)i), 0);
}

static void one_more_procedure(void)
{
	to_scan();
	scan_sheets(2);
	ok(on(ON_KEEP_LAST));
	v.at = SCREEN_CONFIRM;
	ok(on(ON_CONFIRM));
	ok(on_text(ON_SAVED, 0, "TAM-K01-261121-0001-A"));
	for (uint32_t i = 0; i < 2; i++)
		v.pages[i].no_pixels = true;
	ok(on(ON_NO_ANSWER));
	AT(ACCEPTED_OFFLINE);
	int wipes = seen.wipes;
	seen.begin = ERR_NO_SPACE;
	ok(on(ON_ANOTHER));
	AT(FAULT);
	eq_int(seen.wipes, wipes); /* nothing is lost by trying */
	ok(on(ON_STAY));
	AT(ACCEPTED_OFFLINE);
	eq_str(v.receipt_code, "TAM-K01-261121-0001-A");
	seen.begin = ERR_OK;
	ok(on(ON_ANOTHER));
	AT(PICK);
	eq_int(seen.wipes, wipes + 1);
	eq_str(v.card.name, "Nguyễn Văn An");
	eq_int(v.receipt_code[0], 0);
	ok(!v.saved && v.kept);
	eq_int(v.page_count, 2);
	pick("1.001193");
	eq_int(visit_pages_of(&v, v.pages[0].paper), 2); /* the same procedure: its own papers */
	ok(on(ON_QUIET));
	ok(on(ON_LEAVE_YES));
	AT(ATTRACT);
	eq_int(v.page_count, 0);
}

static void originals_left_behind(void)
{
	to_scan();
	v.paper_left = true;
	ok(on(ON_LEAVE));
	ok(on(ON_LEAVE_YES));
	AT(THANKS);
	eq_int(seen.staff, 0);
	ok(on(ON_QUIET));
	AT(STAFF); /* somebody is called before the next one comes */
	eq_int(seen.staff, 1);
	eq_int(v.why, ERR_LEFT_PAPER);
	ok(on(ON_QUIET)); /* nobody came: called again */
	AT(STAFF);
	eq_int(seen.staff, 2);
	ok(on(ON_STAY));
	AT(THANKS);
	ok(on(ON_QUIET)); /* once */
	AT(ATTRACT);
	eq_int(seen.staff, 2);

	to_scan();
	v.paper_left = true;
	ok(on(ON_LEAVE));
	ok(on(ON_LEAVE_YES));
	ok(on(ON_QUIET));
	AT(STAFF);
	v.paper_left = false;
	ok(on(ON_PAPER_GONE));
	AT(ATTRACT);
	eq_int(seen.staff, 1);

	to_scan();
	v.paper_left = true;
	ok(on(ON_QUIET));
	ok(visit_step(&v, &(struct visit_event){ .on = ON_TICK, .index = 100 }));
	AT(THANKS); /* who walks away may still hear it */
	v.paper_left = false;
	ok(on(ON_QUIET));
	AT(ATTRACT);
	eq_int(seen.staff, 0);
}

int main(void)
{
	eq_int(catalogue_of(json_object_from_file("assets/catalogue.json"), &catalogue), ERR_OK);
	several_sheets_in_one_go();
	a_jam_costs_one_sheet();
	nothing_in_the_feeder();
	what_cannot_be_kept_is_not_claimed();
	scanned_again();
	order_and_undo();
	the_same_page_twice();
	dropping_the_last_page();
	turning();
	blank_backs();
	a_page_that_cannot_be_digitized();
	no_more_room();
	one_paper_for_two();
	one_more_procedure();
	originals_left_behind();
	visit_finish(&v);
	catalogue_close(catalogue);
	return tap_done();
}
