/* The table of a visit, walked: properties of every row, and whole visits against ports that
 * only note what was asked of them. */
#include "firmware/core/visit.h"
#include "tests/tap.h"

#include <fcntl.h>
#include <json-c/json.h>
#include <unistd.h>

static struct {
	int shows, scans, prints, hand_ins, wipes, keeps, staff, pages, reads, stops;
	struct card_key key;
	const char *asset;
	uint32_t quiet_s;
	bool countdown, draft, untold;
	enum err begin, keep_page, form;
} seen;

static void show(void *d, bool fresh)
{
	(void)d, (void)fresh;
	seen.shows++;
}
static void wait_for(void *d, uint32_t quiet_s, bool countdown)
{
	(void)d;
	seen.quiet_s = quiet_s;
	seen.countdown = countdown;
}
static enum err may_begin(void *d)
{
	(void)d;
	return seen.begin;
}
static enum draft has_draft(void *d)
{
	(void)d;
	if (seen.untold)
		return DRAFT_UNTOLD;
	return seen.draft ? DRAFT_UNFINISHED : DRAFT_NONE;
}
static enum err resume(void *d)
{
	struct visit *visit = d;

	if (seen.untold)
		visit->saved = true;
	return seen.untold ? ERR_OK : ERR_BAD_DATA;
}
static void keep(void *d)
{
	(void)d;
	seen.keeps++;
}
static enum err load_form(void *d)
{
	struct visit *v = d;

	if (seen.form != ERR_OK)
		return seen.form;
	return form_of(json_object_from_file(seen.asset ? seen.asset : "assets/forms/general.json"),
		       &v->form);
}
static void scan(void *d)
{
	(void)d;
	seen.scans++;
}
static void nothing(void *d)
{
	(void)d;
}
static enum err read_chip(void *d, const struct card_key *key)
{
	(void)d;
	seen.reads++;
	seen.key = *key;
	return ERR_OK;
}
static void stop_chip(void *d)
{
	(void)d;
	seen.stops++;
}
static enum err keep_page(void *d, struct page *p)
{
	(void)d, (void)p;
	seen.pages += seen.keep_page == ERR_OK;
	return seen.keep_page;
}
static void drop_page(void *d, const struct page *p)
{
	(void)d, (void)p;
	seen.pages--;
}
static void hand_in(void *d)
{
	(void)d;
	seen.hand_ins++;
}
static void print(void *d)
{
	(void)d;
	seen.prints++;
}
static void call_staff(void *d)
{
	(void)d;
	seen.staff++;
}
static void wipe(void *d)
{
	(void)d;
	seen.wipes++;
}

static const struct visit_ports PORTS = {
	.show = show,
	.wait = wait_for,
	.may_begin = may_begin,
	.has_draft = has_draft,
	.read_chip = read_chip,
	.stop_chip = stop_chip,
	.begin = may_begin,
	.resume = resume,
	.keep = keep,
	.open_form = load_form,
	.scan = scan,
	.scan_stop = nothing,
	.keep_page = keep_page,
	.drop_page = drop_page,
	.hand_in = hand_in,
	.print = print,
	.call_staff = call_staff,
	.wipe = wipe,
};

static struct catalogue *catalogue;
static struct visit v;

static bool on_text(enum visit_on on, uint32_t index, const char *text)
{
	return visit_step(&v, &(struct visit_event){ .on = on, .index = index, .text = text });
}

static bool on(enum visit_on o)
{
	return on_text(o, 0, "");
}

static bool in_trouble(enum visit_on o, enum err why)
{
	return visit_step(
		&v, &(struct visit_event){ .on = o, .text = "", .why = why, .device = ROLE_SCAN });
}

#define AT(screen) eq_str(screen_name(v.at), #screen)

static void show_card(void)
{
	static const struct card CARD = { .number = "001090000000",
					  .name = "Nguyễn Văn An",
					  .birth = "15011990",
					  .address = "Số 1, phường Ba Đình, Hà Nội",
					  .sex = 1,
					  .fields = 7 };

	ok(visit_step(&v, &(struct visit_event){ .on = ON_CARD_KNOWN, .bytes = &CARD }));
}

/* The same person's chip; or somebody else's. */
static struct chip chip_of(const char *number, enum verdict verdict)
{
	struct chip c = CHIP_NOTHING;

	snprintf(c.card.number, sizeof c.card.number, "%s", number);
	snprintf(c.card.name, sizeof c.card.name, "Nguyễn Văn An");
	snprintf(c.card.birth, sizeof c.card.birth, "15011990");
	snprintf(c.card.address, sizeof c.card.address, "Số 1, phường Ba Đình, Hà Nội");
	snprintf(c.ethnicity, sizeof c.ethnicity, "Kinh");
	snprintf(c.father, sizeof c.father, "Nguyễn Văn Bách");
	c.card.sex = 1;
	c.verdict = verdict;
	c.face = open("/dev/null", O_RDONLY | O_CLOEXEC);
	return c;
}

static void chip_read_as(const char *number, enum verdict verdict)
{
	struct chip c = chip_of(number, verdict);

	ok(visit_step(&v, &(struct visit_event){ .on = ON_CHIP_READ, .bytes = &c }));
}

static void card_laid(void)
{
	v.card_in = true;
	v.cards++;
	on(ON_CARD_IN);
}

static void failed(enum err why)
{
	ok(in_trouble(ON_CHIP_FAILED, why));
}

static void page_comes(void)
{
	struct page p = { .width = 1, .height = 1 };

	p.image = open("/dev/null", O_RDONLY | O_CLOEXEC);
	p.pdf = open("/dev/null", O_RDONLY | O_CLOEXEC);
	ok(visit_step(&v, &(struct visit_event){ .on = ON_PAGE_KNOWN, .bytes = &p }));
}

static void begin(void)
{
	visit_finish(&v);
	memset(&seen, 0, sizeof seen);
	eq_int(visit_init(&v, catalogue, &PORTS, &v), ERR_OK);
	v.today = 20261121;
}

static void to_checklist(void)
{
	begin();
	ok(on(ON_START));
	ok(on(ON_FILE));
	ok(on(ON_CODE));
	show_card();
	AT(IDENTITY);
	ok(on(ON_NEXT));
	AT(PICK);
	ok(on_text(ON_SEARCH, 0, "khai sinh"));
	ok(on_text(ON_PICK, 0, ""));
	AT(CHECKLIST);
	eq_str(v.procedure->code, "1.001193");
}

static void all_have(const char *answer)
{
	for (uint32_t i = 0; i < v.procedure->paper_count; i++)
		on_text(ON_HAVE, i, answer);
}

static void to_form(void)
{
	to_checklist();
	all_have("2");
	ok(on(ON_NEXT));
	AT(FORM);
}

static void to_confirm(void)
{
	to_form();
	ok(on(ON_NEXT));
	ok(on_text(ON_FIELD, 0, "0912345678"));
	ok(on(ON_NEXT));
	AT(REVIEW);
	ok(on(ON_NEXT));
	AT(CONFIRM);
}

static void every_screen_ends_by_itself(void)
{
	static const int NEVER[] = { SCREEN_SENDING, SCREEN_TIMEOUT, SCREEN_PAUSED };

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
	/* kiosk-ui goes to PAUSED and back by itself */
	uint32_t reached = 1u << SCREEN_ATTRACT | 1u << SCREEN_PAUSED, left = 1u << SCREEN_PAUSED;

	for (size_t i = 0; i < VISIT_RULE_COUNT; i++) {
		reached |= VISIT_RULES[i].to & ((1u << SCREEN_COUNT) - 1);
		if (VISIT_RULES[i].in != VISIT_ANY)
			left |= 1u << VISIT_RULES[i].in;
	}
	eq_int(reached, (1u << SCREEN_COUNT) - 1);
	eq_int(left, (1u << SCREEN_COUNT) - 1);
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

static void papers(void)
{
	to_checklist();
	ok(on(ON_NEXT)); /* before the papers that must be answered are answered */
	AT(CHECKLIST);
	eq_int(v.why, ERR_FIELD_EMPTY);
	all_have("1");
	ok(on(ON_NEXT));
	AT(SCAN);
	ok(on(ON_SCAN));
	ok(on(ON_SCAN)); /* pressed twice */
	eq_int(seen.scans, 1);
	ok(in_trouble(ON_PAGE_FAILED, ERR_JAM));
	AT(SCAN);
	eq_int(v.why, ERR_JAM);
	ok(on(ON_SCAN));
	page_comes();
	AT(PAGE);
	seen.keep_page = ERR_NO_SPACE;
	ok(on(ON_KEEP));
	AT(PAGE); /* what could not be kept is not claimed */
	seen.keep_page = ERR_OK;
	ok(on(ON_KEEP));
	AT(SCAN);
	eq_int(visit_pages_of(&v, v.paper), 1);
	ok(on(ON_SCAN));
	page_comes();
	uint8_t paper = v.paper;
	ok(on(ON_KEEP_LAST));
	eq_int(visit_pages_of(&v, paper), 2);
	ok(v.paper != paper);
	while (v.at == SCREEN_SCAN)
		ok(on(ON_SKIP));
	AT(PAGES);
	ok(on_text(ON_RETAKE, 1, ""));
	AT(SCAN);
	eq_int(v.page_count, 1);
	ok(on(ON_SKIP));
	AT(PAGES);
	ok(on_text(ON_DROP, 0, ""));
	eq_int(v.page_count, 0);
	eq_int(seen.pages, 0);
	ok(on(ON_NEXT));
	AT(FORM);
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
	struct visit_event late = { .on = ON_PAGE_FAILED, .why = ERR_BLANK_PAGE };
	ok(visit_step(&v, &late));
	AT(LANGUAGE); /* which stays */
	ok(on(ON_NEXT));
	AT(SCAN);
	eq_int(v.why, ERR_BLANK_PAGE);
	ok(on(ON_SCAN)); /* the button is not dead */
	eq_int(seen.scans, 2);
	ok(in_trouble(ON_FAULT, ERR_JAM));
	ok(in_trouble(ON_PAGE_FAILED, ERR_JAM));
	AT(FAULT);
	ok(on(ON_MENDED));
	AT(SCAN);
	eq_int(v.state, 0);
	eq_int(v.why, ERR_OK); /* it is mended */
	ok(on(ON_SCAN));
	ok(on(ON_QUIET));
	page_comes();
	AT(TIMEOUT);
	ok(on(ON_STAY));
	AT(PAGE);
	ok(v.pending.image >= 0);
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

static void to_card_key(void)
{
	begin();
	on(ON_START), on(ON_FILE);
	AT(IDENTIFY);
	card_laid();
	AT(CARD_KEY);
	eq_int(v.key_kind, CHIP_KEY_CAN);
}

static void typed_key(void)
{
	to_card_key();
	ok(on(ON_NEXT));
	AT(CARD_KEY);
	eq_int(v.why, ERR_FIELD_EMPTY);
	eq_int(v.key_errors[0], ERR_FIELD_EMPTY);
	int shows = seen.shows;
	ok(on_text(ON_FIELD, 0, "123"));
	eq_int(seen.shows, shows + 1); /* the red words go */
	ok(on_text(ON_FIELD, 1, "9")); /* there is no such row */
	ok(on(ON_NEXT));
	eq_int(v.why, ERR_FIELD_DIGITS);
	ok(on_text(ON_FIELD, 0, "123456"));
	ok(on(ON_NEXT));
	AT(CHIP);
	eq_int(seen.reads, 1);
	eq_int(seen.key.kind, CHIP_KEY_CAN);
	eq_str(seen.key.text, "123456");
	failed(ERR_WRONG_KEY);
	AT(CARD_KEY);
	eq_int(v.why, ERR_WRONG_KEY);
	ok(on(ON_OTHER_KEY));
	eq_int(v.key_kind, CHIP_KEY_MRZ);
	ok(on_text(ON_FIELD, 0, "001090000000"));
	ok(on_text(ON_FIELD, 1, "15/01/1990"));
	ok(on_text(ON_FIELD, 2, "31/02/2030"));
	ok(on(ON_NEXT));
	AT(CARD_KEY);
	eq_int(v.key_errors[3], ERR_FIELD_DATE);
	ok(on_text(ON_FIELD, 2, "15/01/2030"));
	ok(on(ON_NEXT));
	AT(CHIP);
	eq_int(seen.key.kind, CHIP_KEY_MRZ);
	eq_str(seen.key.text, "090000000900115300115");
	chip_read_as("001090000000", VERDICT_GENUINE);
	AT(IDENTITY);
	eq_int(v.source, CARD_FROM_CHIP);
	for (size_t i = 0; i < sizeof v.key_typed; i++)
		eq_int(((const char *)v.key_typed)[i], 0); /* not needed any more */
	eq_int(v.keys.all[0].text[0], 0);
	ok(on(ON_NEXT));
	AT(PICK);
}

static void code_then_card(void)
{
	begin();
	on(ON_START), on(ON_FILE), on(ON_CODE);
	show_card();
	AT(IDENTITY);
	eq_int(v.source, CARD_FROM_CODE);
	eq_int(seen.reads, 0);
	card_laid();
	AT(CHIP); /* by itself */
	eq_int(seen.key.kind, CHIP_KEY_CAN);
	eq_str(seen.key.text, "000000");
	struct chip_news n = { CHIP_STEP_READ, 40, "Nguyễn Văn An" };
	ok(visit_step(&v, &(struct visit_event){ .on = ON_CHIP_NEWS, .bytes = &n }));
	eq_int(v.percent, 40);
	failed(ERR_KEY_KIND);
	AT(CHIP); /* the next key, silently */
	eq_int(seen.reads, 2);
	eq_int(seen.key.kind, CHIP_KEY_MRZ);
	for (int i = 0; i < CARD_KEYS_MAX && v.at == SCREEN_CHIP; i++)
		failed(ERR_WRONG_KEY);
	AT(CARD_KEY); /* no more that follow from the code: it is asked for, and what is known is there */
	eq_int(v.key_kind, CHIP_KEY_MRZ);
	eq_str(v.key_typed[1], "001090000000");
	eq_str(v.key_typed[2], "15/01/1990");
	int reads = seen.reads;
	show_card(); /* the same code once more brings nothing new */
	AT(CARD_KEY);
	eq_int(seen.reads, reads);
	ok(on(ON_CODE_ONLY));
	AT(IDENTITY);
	eq_int(v.source, CARD_FROM_CODE);
	eq_str(v.card.name, "Nguyễn Văn An");
	ok(on(ON_AGAIN));
	AT(CHIP);
	ok(on(ON_BACK));
	AT(IDENTITY);
	ok(seen.stops >= 2);
}

static void code_at_the_key(void)
{
	to_card_key();
	ok(on(ON_CODE));
	AT(CARD_KEY);
	ok(in_trouble(ON_CARD_BAD, ERR_NOT_CARD_QR));
	eq_int(v.why, ERR_NOT_CARD_QR);
	ok(on(ON_CODE));
	show_card();
	AT(CHIP);
	eq_str(seen.key.text, "000000");
}

static void card_laid_before(void)
{
	begin();
	v.card_in = true;
	v.cards = 1;
	ok(!on(ON_CARD_IN)); /* nobody is there: a card that was forgotten begins nothing */
	AT(ATTRACT);
	on(ON_START), on(ON_FILE);
	AT(CARD_KEY);
	ok(on(ON_BACK));
	AT(IDENTIFY); /* and stays */
	ok(on(ON_CODE));
	show_card();
	AT(CHIP);
}

static void card_moved(void)
{
	to_card_key();
	on_text(ON_FIELD, 0, "123456"), on(ON_NEXT);
	v.card_in = false;
	failed(ERR_CARD_MOVED);
	AT(CHIP);
	eq_int(v.state, 1);
	int reads = seen.reads;
	card_laid();
	eq_int(v.state, 0);
	eq_int(seen.reads, reads + 1); /* by itself */
	v.cards++;                     /* out and in again before the session noticed */
	failed(ERR_CARD_MOVED);
	eq_int(v.state, 0);
	eq_int(seen.reads, reads + 2);
	failed(ERR_GONE);
	eq_int(v.state, 2);
	eq_int(v.why, ERR_GONE);
	card_laid(); /* the reader is back */
	eq_int(v.state, 0);
	failed(ERR_PARSER_DIED);
	eq_int(v.state, 2);
	ok(on(ON_AGAIN));
	eq_int(v.state, 0);
	ok(on(ON_AGAIN)); /* pressed twice */
	eq_int(seen.reads, reads + 4);
	v.card_in = false;
	failed(ERR_BAD_CARD);
	ok(on(ON_AGAIN));
	eq_int(v.state, 1); /* first the card */
	ok(on(ON_BACK));
	AT(CARD_KEY);
	eq_str(v.key_typed[0], "123456");
}

static void another_persons_card(void)
{
	begin();
	on(ON_START), on(ON_FILE), on(ON_CODE);
	show_card();
	card_laid();
	chip_read_as("001190000001", VERDICT_GENUINE);
	AT(IDENTITY);
	eq_int(v.why, ERR_OTHER_CARD);
	eq_str(v.card.number, "001190000001");
	ok(!v.coded);

	/* not once a visit has begun */
	begin();
	on(ON_START), on(ON_FILE), on(ON_CODE);
	show_card();
	on(ON_NEXT), on(ON_BACK);
	AT(IDENTITY);
	card_laid();
	chip_read_as("001190000001", VERDICT_GENUINE);
	AT(CHIP);
	eq_int(v.state, 2);
	eq_int(v.why, ERR_OTHER_CARD);
	eq_str(v.card.number, "001090000000");
	ok(on(ON_CODE_ONLY));
	AT(IDENTITY);
	card_laid();
	chip_read_as("001090000000", VERDICT_NO_ANCHOR);
	AT(IDENTITY);
	eq_int(v.source, CARD_FROM_CHIP);
	ok(on(ON_NEXT));
	AT(PICK);
}

static void verdicts(void)
{
	static const struct {
		enum verdict verdict;
		enum screen then;
	} EACH[] = { { VERDICT_GENUINE, SCREEN_PICK },
		     { VERDICT_NO_ANCHOR, SCREEN_PICK },
		     { VERDICT_UNCHECKED, SCREEN_PICK },
		     { VERDICT_ALTERED, SCREEN_IDENTITY },
		     { VERDICT_COPIED, SCREEN_IDENTITY } };

	for (size_t i = 0; i < sizeof EACH / sizeof *EACH; i++) {
		to_card_key();
		seen.draft = true;
		on_text(ON_FIELD, 0, "123456"), on(ON_NEXT);
		chip_read_as("001090000000", EACH[i].verdict);
		ok(!on(ON_CODE_ONLY));
		int begun = seen.keeps;
		if (EACH[i].then == SCREEN_IDENTITY)
			ok(on(ON_RESUME)); /* a bad card brings nobody to what was left */
		ok(on(ON_NEXT));
		eq_int(v.at, EACH[i].then);
		eq_int(v.kept, EACH[i].then == SCREEN_PICK);
		eq_int(seen.keeps, begun);
		if (v.kept)
			continue;
		ok(on(ON_NOT_ME));
		AT(IDENTIFY);
		eq_int(v.chip.face, -1);
		eq_int(v.chip.father[0], 0);
	}
}

static void facts_of_the_chip_fill_the_form(void)
{
	to_card_key();
	on_text(ON_FIELD, 0, "123456"), on(ON_NEXT);
	chip_read_as("001090000000", VERDICT_NO_ANCHOR);
	on(ON_NEXT);
	seen.asset = "assets/forms/1.004873.json";
	on_text(ON_SEARCH, 0, "khai sinh"), on_text(ON_PICK, 0, "");
	for (size_t i = 0; i < v.form.field_count; i++)
		if (strcmp(v.form.fields[i].key, "dan_toc") == 0) {
			eq_str(v.values[i], "Kinh");
			eq_int(v.from[i], FROM_CHIP);
		}
	eq_int(v.from[0], FROM_CHIP);
}

static size_t field(const char *key)
{
	size_t i = 0;

	while (i < v.form.field_count && strcmp(v.form.fields[i].key, key) != 0)
		i++;
	ok(i < v.form.field_count);
	return i;
}

/* Mother or father follows from what the filer says they are to the child. */
static void filled_when_it_holds(void)
{
	to_card_key();
	on_text(ON_FIELD, 0, "123456"), on(ON_NEXT);
	chip_read_as("001090000000", VERDICT_GENUINE);
	on(ON_NEXT);
	seen.asset = "assets/forms/1.001193.json";
	on_text(ON_SEARCH, 0, "khai sinh"), on_text(ON_PICK, 0, "");
	all_have("2"), on(ON_NEXT);
	AT(FORM);
	size_t father = field("ho_ten_cha"), mother = field("ho_ten_me");
	eq_str(v.values[father], "");
	on_text(ON_FIELD, 3, "0912345678");
	on_text(ON_FIELD, 4, "cha");
	ok(on(ON_NEXT));
	eq_int(v.group, 1);
	eq_str(v.values[father], "Nguyễn Văn An");
	eq_str(v.values[mother], "");
	ok(on(ON_BACK));
	on_text(ON_FIELD, 4, "ong_ba");
	ok(on(ON_NEXT));
	eq_str(v.values[father], "");
	eq_str(v.values[field("quoc_tich_cha")], "Việt Nam");
}

static void for_somebody_else(void)
{
	begin();
	on(ON_START), on(ON_FILE), on(ON_CODE);
	show_card();
	ok(on_text(ON_FOR_OTHER, 1, ""));
	AT(IDENTITY);
	ok(v.for_other);
	on(ON_NEXT);
	seen.asset = "tests/unit/core/other.json";
	on_text(ON_SEARCH, 0, "khai sinh"), on_text(ON_PICK, 0, "");
	all_have("2"), on(ON_NEXT);
	AT(FORM);
	size_t subject = field("nguoi_duoc_cap");
	eq_str(v.values[0], "Nguyễn Văn An"); /* the filer is the card's holder */
	eq_str(v.values[subject], "");        /* whom it is for is not */
	ok(on(ON_NEXT));
	eq_int(v.group, 1);
	ok(on(ON_NEXT)); /* who it is for must be said */
	eq_int(v.group, 1);
	on_text(ON_FIELD, 0, "Lê Thị Bưởi");
	ok(on(ON_NEXT));
	eq_int(v.group, 2);
	eq_str(v.values[subject], "Lê Thị Bưởi");
	eq_int(v.from[subject], FROM_NOTHING);
	eq_str(visit_declaration(&v), "Tôi nộp thay.");
	ok(on(ON_BACK));
	eq_int(v.group, 1);

	/* for themselves after all: the questions about the other are not asked */
	on(ON_BACK), on(ON_BACK), on(ON_BACK), on(ON_BACK);
	AT(IDENTITY);
	ok(on_text(ON_FOR_OTHER, 0, ""));
	eq_str(v.values[subject], "Nguyễn Văn An");
	on(ON_NEXT), on_text(ON_SEARCH, 0, "khai sinh"), on_text(ON_PICK, 0, "");
	on(ON_NEXT);
	AT(FORM);
	ok(on(ON_NEXT));
	eq_int(v.group, 2);
	ok(on(ON_NEXT));
	AT(REVIEW);
	ok(on(ON_BACK));
	eq_int(v.group, 2);
	ok(on(ON_BACK));
	eq_int(v.group, 0);
}

/* What happens to the card while a person is asked whether they are still there. */
static void walking_away_from_the_chip(void)
{
	to_card_key();
	on_text(ON_FIELD, 0, "123456"), on(ON_NEXT);
	ok(on(ON_QUIET));
	AT(TIMEOUT);
	chip_read_as("001090000000", VERDICT_GENUINE);
	AT(TIMEOUT);
	eq_int(v.under, SCREEN_IDENTITY);
	ok(visit_step(&v, &(struct visit_event){ .on = ON_TICK, .index = VISIT_WARN_S }));
	AT(ATTRACT);
	eq_int(v.chip.face, -1);
	eq_int(v.chip.card.name[0], 0);
	eq_int(v.key_typed[0][0], 0);
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
	papers();
	form_must_be_right();
	the_world_does_not_wait();
	handing_in_under_an_overlay();
	hand_in_once();
	drafts();
	saved_but_not_told();
	a_form_that_is_missing();
	typed_key();
	code_then_card();
	code_at_the_key();
	card_laid_before();
	card_moved();
	another_persons_card();
	verdicts();
	facts_of_the_chip_fill_the_form();
	filled_when_it_holds();
	for_somebody_else();
	walking_away_from_the_chip();
	visit_finish(&v);
	catalogue_close(catalogue);
	return tap_done();
}
