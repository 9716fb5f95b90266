/* What a person takes along who has added papers to a dossier. It never looks like the receipt of a
 * new one. */
#include "ui/receipt_part.h"
#include "ui/words.h"

static const struct slip_words TITLE = { .size = SLIP_BIG, .bold = true, .centred = true };

static const struct slip_words DOSSIER = {
	.size = SLIP_TITLE, .bold = true, .centred = true, .whole = true
};

static void fact_time(struct slip *s, const char *label, enum language l, int64_t at_s)
{
	char moment[WORDS_CAP];

	if (at_s > 0)
		slip_fact(s, label, words_moment(moment, sizeof moment, l, at_s));
}

static void who(struct slip *s, const struct view *v, enum language l)
{
	slip_fact(s, words(l, WORD_SLIP_PROCEDURE), view_get_text(v, "procedure"));
	slip_fact(s, words(l, WORD_SLIP_PROCEDURE_CODE), view_get_text(v, "code"));
	slip_fact(s, words(l, WORD_SLIP_FILER), view_get_text(v, "filer"));
	slip_fact(s, words(l, WORD_SLIP_NUMBER), view_get_text(v, "number"));
}

static void papers(struct slip *s, const struct view *v, enum language l)
{
	slip_rule(s);
	if (view_rows(v, "papers") == 0)
		return; /* the kiosk stopped in between, and does not know them any more */
	receipt_papers(s, v, l);
	slip_rule(s);
}

static void taken(struct slip *s, const struct view *v, enum language l)
{
	const char *code = view_get_text(v, "dossier_code");

	slip_text(s, TITLE, words(l, WORD_SLIP_SUPPLY_TITLE));
	slip_gap(s, 10);
	slip_text(s, MIDDLE, words(l, WORD_SLIP_SUPPLY_TO));
	slip_text(s, CODE, code);
	slip_gap(s, 6);
	slip_text(s, MIDDLE, words(l, WORD_SLIP_SUPPLY_SAME));
	slip_rule(s);
	who(s, v, l);
	fact_time(s, words(l, WORD_ACCEPTED_TIME), l, view_get_num(v, "time_s"));
	fact_time(s, words(l, WORD_SUPPLY_DUE), l, view_get_num(v, "due_s"));
	slip_fact(s, words(l, WORD_WHERE), view_get_text(v, "where"));
	papers(s, v, l);
	slip_qr(s, code, words(l, WORD_SLIP_QR_OFFICIAL));
}

static void saved(struct slip *s, const struct view *v, enum language l)
{
	const char *code = view_get_text(v, "receipt_code");

	slip_text(s, TITLE, words(l, WORD_SLIP_TITLE));
	slip_gap(s, 6);
	slip_framed(s, words(l, WORD_SLIP_SUPPLY_NOT));
	slip_gap(s, 12);
	slip_text(s, MIDDLE, words(l, WORD_SLIP_CODE));
	slip_text(s, CODE, code);
	slip_rule(s);
	slip_text(s, MIDDLE, words(l, WORD_SUPPLY_TO));
	slip_text(s, DOSSIER, view_get_text(v, "supplement"));
	slip_rule(s);
	who(s, v, l);
	fact_time(s, words(l, WORD_SLIP_TIME), l, view_get_num(v, "time_s"));
	if (view_get_num(v, "unsure"))
		slip_text(s, BOLD, words(l, WORD_SLIP_UNSURE));
	papers(s, v, l);
	slip_text(s, PLAIN, words(l, WORD_SLIP_SUPPLY_SELF));
	slip_gap(s, 8);
	slip_text(s, BOLD, words(l, WORD_SUPPLY_NOT));
	if (!view_get_num(v, "known")) {
		slip_gap(s, 8);
		slip_text(s, PLAIN, words(l, WORD_SLIP_SUPPLY_BLIND));
	}
	slip_qr(s, code, words(l, WORD_SLIP_QR));
}

void receipt_supplement(struct slip *s, const struct view *v, enum language l)
{
	receipt_head(s, v);
	slip_rule(s);
	if (view_get_text(v, "dossier_code")[0])
		taken(s, v, l);
	else
		saved(s, v, l);
	receipt_foot(s, v, l);
}
