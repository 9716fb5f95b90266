/* Form 04: the office has not kept its day, says why, and names another one. What stands in it:
 * domain reference, section 2.4. */
#include "ui/receipt_part.h"
#include "ui/words.h"

static const struct slip_words MIDDLE_BOLD = { .size = SLIP_BODY, .bold = true, .centred = true };

static void fact(struct slip *s, enum word label, const char *value)
{
	slip_fact(s, words(LANGUAGE_VI, label), value);
}

/* Nothing when it is not known. */
static void moment(struct slip *s, enum word label, int64_t at_s)
{
	char buf[WORDS_CAP];

	if (at_s > 0)
		fact(s, label, words_moment(buf, sizeof buf, LANGUAGE_VI, at_s));
}

static void what_was_promised(struct slip *s, const struct view *v)
{
	fact(s, WORD_FORM04_TO, view_get_text(v, "to"));
	moment(s, WORD_FORM04_RECEIVED, view_get_num(v, "received_s"));
	fact(s, WORD_FORM04_WHAT, view_get_text(v, "procedure"));
	moment(s, WORD_FORM04_DUE, view_get_num(v, "due_s"));
	fact(s, WORD_FORM04_UNIT, view_get_text(v, "unit"));
	fact(s, WORD_FORM04_WHY, view_get_text(v, "reason"));
}

static void what_is_promised(struct slip *s, const struct view *v)
{
	moment(s, WORD_FORM04_NEW, view_get_num(v, "new_due_s"));
	fact(s, WORD_FORM04_WHERE, view_get_text(v, "where"));
	fact(s, WORD_FORM04_COPIES, view_get_text(v, "copies"));
}

static void signature(struct slip *s, const struct view *v)
{
	const char *title = view_get_text(v, "signer_title"), *signer = view_get_text(v, "signer");

	slip_gap(s, 8);
	if (title[0])
		slip_text(s, MIDDLE_BOLD, title);
	if (signer[0])
		slip_text(s, MIDDLE_BOLD, signer);
	slip_gap(s, 8);
	slip_text(s, MIDDLE, words(LANGUAGE_VI, WORD_FORM04_COPY));
}

void form04(struct slip *s, const struct view *v)
{
	const char *number = view_get_text(v, "apology_no");

	receipt_head(s, v);
	if (number[0])
		receipt_filled(s, MIDDLE, words(LANGUAGE_VI, WORD_FORM04_NO), number);
	slip_rule(s);
	receipt_nation(s, v);
	slip_gap(s, 14);
	slip_text(s, BOLD_TITLE, words(LANGUAGE_VI, WORD_FORM04_TITLE));
	slip_gap(s, 10);
	slip_text(s, MIDDLE, words(LANGUAGE_VI, WORD_FORM01_CODE));
	slip_text(s, CODE, view_get_text(v, "dossier_code"));
	slip_rule(s);
	what_was_promised(s, v);
	slip_gap(s, 10);
	receipt_filled(s, PLAIN, words(LANGUAGE_VI, WORD_FORM04_SORRY), view_get_text(v, "office"));
	slip_gap(s, 10);
	what_is_promised(s, v);
	slip_rule(s);
	signature(s, v);
	slip_rule(s);
	slip_qr(s, view_get_text(v, "dossier_code"), words(LANGUAGE_VI, WORD_SLIP_QR_OFFICIAL));
	receipt_foot(s, v, LANGUAGE_VI);
}
