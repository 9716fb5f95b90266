/* What staff have printed: a trial of the printer, and the readiness report. Neither looks like a
 * paper of a dossier. */
#include "firmware/base/board.h"
#include "firmware/base/setup.h"
#include "ui/receipt_part.h"
#include "ui/words.h"

#include <stdio.h>

static const struct slip_words TITLE = { .size = SLIP_BIG, .bold = true, .centred = true };

static void moment(struct slip *s, enum word label, enum language l, int64_t at_s)
{
	char text[WORDS_CAP];

	if (at_s > 0)
		slip_fact(s, words(l, label), words_moment(text, sizeof text, l, at_s));
}

static void head(struct slip *s, const struct view *v, enum language l, enum word title)
{
	receipt_head(s, v);
	slip_rule(s);
	slip_text(s, TITLE, words(l, title));
	slip_gap(s, 6);
	slip_framed(s, words(l, WORD_SLIP_TRIAL_NOT));
	slip_gap(s, 8);
	slip_fact(s, words(l, WORD_SLIP_READY_KIOSK), view_get_text(v, "kiosk"));
	slip_fact(s, words(l, WORD_SLIP_READY_VERSION), view_get_text(v, "version"));
	moment(s, WORD_SLIP_READY_PRINTED, l, view_get_num(v, "time_s"));
}

/* Letters, edges and a code: what a worn head or wrong paper spoils first. */
static void trial(struct slip *s, const struct view *v, enum language l)
{
	head(s, v, l, WORD_SLIP_TRIAL);
	slip_rule(s);
	slip_text(s, PLAIN, words(l, WORD_SLIP_TRIAL_LETTERS));
	slip_text(s, BOLD, "0123456789");
	slip_gap(s, 6);
	slip_text(s, PLAIN, words(l, WORD_SLIP_TRIAL_EDGES));
	slip_rule(s);
	slip_qr(s, view_get_text(v, "kiosk"), words(l, WORD_SLIP_TRIAL_QR));
	slip_gap(s, 16);
}

static void line(struct slip *s, const struct view *v, size_t i, enum language l)
{
	static const enum word STATES[] = { WORD_SETUP_UNKNOWN, WORD_SETUP_GOOD, WORD_SETUP_BAD,
					   WORD_SETUP_EMPTY };
	const struct said_row *r = ready_row(ready_by_id(view_row_text(v, "ready", i, "ready")));
	int64_t state = view_row_num(v, "ready", i, "state");
	const char *more = view_row_text(v, "ready", i, "more");
	char how[400], text[512];

	state = state >= 0 && state <= 3 ? state : 0;
	words_fill(how, sizeof how, words(l, STATES[state]), r->todo[l], NULL);
	snprintf(text, sizeof text, "%s%s%s", how, more[0] ? " · " : "", more);
	slip_fact(s, r->words[l], text);
	slip_gap(s, 4);
}

static void wrong_now(struct slip *s, const struct view *v, enum language l)
{
	char text[512];

	slip_rule(s);
	slip_text(s, BOLD, words(l, WORD_SLIP_READY_NOW));
	if (view_rows(v, "board") == 0)
		slip_text(s, PLAIN, words(l, WORD_SLIP_READY_NOTHING));
	for (size_t i = 0; i < view_rows(v, "board"); i++) {
		const struct trouble_row *t =
			trouble_row(trouble_by_word(view_row_text(v, "board", i, "trouble")));

		snprintf(text, sizeof text, "%s: %s %s", t->code, t->what[l], t->next[l]);
		slip_text(s, PLAIN, text);
		slip_text(s, PLAIN, view_row_text(v, "board", i, "why"));
		slip_gap(s, 6);
	}
}

static void readiness(struct slip *s, const struct view *v, enum language l)
{
	head(s, v, l, WORD_SLIP_READY);
	moment(s, WORD_SLIP_READY_MADE, l, view_get_num(v, "made_s"));
	slip_rule(s);
	for (size_t i = 0; i < view_rows(v, "ready"); i++)
		line(s, v, i, l);
	wrong_now(s, v, l);
	slip_gap(s, 16);
}

void receipt_slip(struct slip *s, const struct view *v, enum language l)
{
	if (view_get_num(v, "slip") == 2)
		readiness(s, v, l);
	else
		trial(s, v, l);
}
