/* Who it is, walked: the printed code, the key, the chip, and for whom somebody files. */
#include "tests/unit/core/walk.h"

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
	/* no more that follow from the code: it is asked for, and what is known is there */
	AT(CARD_KEY);
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

/* A card that answers again is read on by itself, but not for ever. */
static void card_comes_back(void)
{
	to_card_key();
	on_text(ON_FIELD, 0, "123456"), on(ON_NEXT);
	int reads = seen.reads;
	for (int i = 0; i < 9; i++) {
		failed(ERR_CARD_MUTE);
		v.cards++;
		ok(on(ON_CARD_BACK));
	}
	eq_int(seen.reads, reads + 3);
	eq_int(v.state, 2);
	ok(on(ON_AGAIN)); /* a person wants it once more */
	eq_int(v.state, 0);
	failed(ERR_CARD_MOVED);
	ok(on(ON_CARD_BACK));
	eq_int(v.state, 0);
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
	eq_int(v.why, ERR_OTHER_HOLDER);
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

static void another_persons_code(void)
{
	static const struct card OTHER = { .number = "001190000001", .name = "Lê Thị Bưởi" };

	begin();
	on(ON_START), on(ON_FILE), on(ON_CODE);
	show_card();
	on(ON_NEXT), on(ON_BACK);
	AT(IDENTITY);
	card_laid();
	while (v.at == SCREEN_CHIP)
		failed(ERR_WRONG_KEY);
	AT(CARD_KEY);
	int reads = seen.reads;
	ok(visit_step(&v, &(struct visit_event){ .on = ON_CARD_KNOWN, .bytes = &OTHER }));
	AT(CARD_KEY);
	eq_int(v.why, ERR_OTHER_HOLDER);
	eq_int(seen.reads, reads);
	ok(on(ON_CODE_ONLY));
	AT(IDENTITY);
	eq_str(v.card.number, "001090000000"); /* whose dossier it is */
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
	typed_key();
	code_then_card();
	code_at_the_key();
	card_laid_before();
	card_moved();
	card_comes_back();
	another_persons_card();
	another_persons_code();
	verdicts();
	facts_of_the_chip_fill_the_form();
	filled_when_it_holds();
	for_somebody_else();
	walking_away_from_the_chip();
	visit_finish(&v);
	catalogue_close(catalogue);
	return tap_done();
}
