/* Forms 02, 03 and 05: papers are asked for, a dossier is refused, or work on it has stopped. What
 * stands in them: domain reference, section 2.4; of form 05 no template is public. Who filed is
 * left out: whoever prints it has shown no more than the code. */
#include "ui/receipt_part.h"
#include "ui/words.h"

#include <stdio.h>

#define FORM_PAPERS  2
#define FORM_REFUSAL 3

static void say(struct slip *s, struct slip_words how, enum word w)
{
	slip_text(s, how, words(LANGUAGE_VI, w));
}

static void papers(struct slip *s, const struct view *v)
{
	char number[24];

	say(s, BOLD, WORD_FORM02_PAPERS);
	for (size_t i = 0; i < view_rows(v, "papers"); i++) {
		struct slip in = *s;

		slip_gap(&in, 6);
		snprintf(number, sizeof number, "%zu.", i + 1);
		slip_text(&in, BOLD, number);
		int next = in.y;
		in.left += 40;
		in.width -= 40;
		in.y = s->y + 6;
		slip_text(&in, PLAIN, view_row_text(v, "papers", i, "name"));
		s->y = in.y > next ? in.y : next;
	}
	slip_gap(s, 8);
}

static void reason(struct slip *s, const struct view *v, int64_t form)
{
	const char *why = view_get_text(v, "reason");

	if (form == FORM_PAPERS) {
		slip_fact(s, words(LANGUAGE_VI, WORD_FORM04_WHY), why);
		return;
	}
	say(s, BOLD, form == FORM_REFUSAL ? WORD_FORM03_WHY : WORD_FORM05_WHY);
	slip_gap(s, 4);
	if (why[0])
		slip_text(s, PLAIN, why);
}

void form02(struct slip *s, const struct view *v, int64_t form)
{
	receipt_head(s, v);
	slip_rule(s);
	receipt_nation(s, v);
	slip_gap(s, 14);
	say(s, BOLD_TITLE,
	    form == FORM_PAPERS    ? WORD_FORM02_TITLE
	    : form == FORM_REFUSAL ? WORD_FORM03_TITLE
				   : WORD_FORM05_TITLE);
	slip_gap(s, 10);
	say(s, MIDDLE, WORD_FORM01_CODE);
	slip_text(s, CODE, view_get_text(v, "dossier_code"));
	slip_rule(s);
	slip_fact(s, words(LANGUAGE_VI, WORD_FORM01_WHAT), view_get_text(v, "procedure"));
	slip_fact(s, words(LANGUAGE_VI, WORD_FORM_CONTACT), view_get_text(v, "unit"));
	slip_gap(s, 8);
	if (form == FORM_PAPERS)
		papers(s, v);
	reason(s, v, form);
	if (form == FORM_PAPERS) {
		slip_fact(s, words(LANGUAGE_VI, WORD_FORM02_WHERE), view_get_text(v, "where"));
		slip_gap(s, 8);
		say(s, PLAIN, WORD_FORM02_PAUSE);
	}
	slip_rule(s);
	say(s, MIDDLE, WORD_FORM04_COPY);
	slip_qr(s, view_get_text(v, "dossier_code"), words(LANGUAGE_VI, WORD_SLIP_QR_OFFICIAL));
	receipt_foot(s, v, LANGUAGE_VI);
}
