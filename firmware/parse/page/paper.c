#include "firmware/parse/page/paper.h"

#include "firmware/base/auto.h"
#include "firmware/parse/card_qr.h"
#include "firmware/parse/page/fold.h"
#include "firmware/parse/page/paper_field.h"
#include "firmware/parse/page/paper_rows.h"
#include "firmware/parse/page/sheet_lines.h"

#include <allheaders.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const TOPICS[] = {
#define PAPER(id, name, kind, titles, asked)
#define TOPIC(words) words,
#define OPEN(words)
#define FIELD(id, what, shape, labels)
#include "firmware/parse/page/paper.def"
#undef TOPIC
};

static const char *const OPENS[] = {
#define TOPIC(words)
#undef OPEN
#define OPEN(words) words,
#include "firmware/parse/page/paper.def"
};

enum {
	TOPIC_COUNT = sizeof TOPICS / sizeof *TOPICS,
	OPEN_COUNT = sizeof OPENS / sizeof *OPENS,
	ASKED_CAP = 1200,
	JOINED_CAP = 2 * SHEET_LINE_CAP,
	SURE = 80,
	/* a component's name begins with what it is: after "bản sao", a number, "nộp" */
	HEAD_LETTERS = 30,
};

struct heading {
	uint8_t kind;
	size_t line, lines; /* it stands in one or two */
};

/* Headings are set in capitals; a sentence that names a paper is not. */
static bool in_capitals(const struct sheet_lines *s, size_t line)
{
	const struct sheet_line *l = &s->at[line];
	size_t capitals = 0, small = 0;

	for (uint32_t i = 0; i < l->count; i++) {
		size_t c, m;
		fold_count_cases(sheet_word_text(s, line, i), sheet_word(s, line, i)->len, &c, &m);
		capitals += c;
		small += m;
	}
	return capitals > 0 && capitals >= small * 4;
}

/* The line, and the one below when that is a heading too. */
static size_t join(const struct sheet_lines *s, size_t line, char ret[JOINED_CAP])
{
	bool two = line + 1 < s->count && in_capitals(s, line + 1);

	(void)snprintf(ret, JOINED_CAP, "%s%s%s", s->at[line].fold, two ? " " : "",
		       two ? s->at[line + 1].fold : "");
	return two ? 2 : 1;
}

/* The longest title that begins a line: "GIẤY CHỨNG NHẬN" is half of another. A stray mark before
 * it is passed over. */
static size_t title_at(const char *fold, uint8_t *ret_kind, size_t *ret_end)
{
	const char *starts[2] = { fold, strchr(fold, ' ') };
	size_t longest = 0;
	char words[PAPER_WORDS_CAP];

	for (uint8_t k = PAPER_ANY + 1; k < PAPER_COUNT; k++) {
		const char *titles = paper_row(k)->titles;
		while (paper_next(&titles, words))
			for (int i = 0; i < 2 && starts[i] && starts[i] - fold < 4; i++) {
				const char *at = starts[i] + (i == 1);
				size_t len = strlen(words), end;
				unsigned most = fold_allowed(len);
				if (len <= longest || fold_begins(at, words, most, &end) > most)
					continue;
				longest = len;
				*ret_kind = k;
				*ret_end = (size_t)(at - fold) + end;
			}
	}
	return longest;
}

static bool find_heading(const struct sheet_lines *s, struct heading *ret)
{
	char joined[JOINED_CAP];

	for (size_t i = 0; i < s->count; i++) {
		size_t end = 0;
		uint8_t kind = PAPER_ANY;

		if (!in_capitals(s, i))
			continue;
		size_t lines = join(s, i, joined);
		if (title_at(joined, &kind, &end) == 0)
			continue;
		bool both = lines == 2 && end > strlen(s->at[i].fold);
		*ret = (struct heading){ kind, i, both ? 2 : 1 };
		return true;
	}
	return false;
}

/* A letter has no title: it says whom it is for, and what about. */
static bool find_letter(const struct sheet_lines *s, struct heading *ret)
{
	bool addressed = false;
	size_t about = s->count;

	for (size_t i = 0; i < s->count; i++) {
		addressed |= strncmp(s->at[i].fold, "kinh gui", 8) == 0;
		/* "V/v ...", of which the second letter is small and often lost */
		if (about == s->count && strncmp(sheet_word_text(s, i, 0), "V/", 2) == 0)
			about = i;
	}
	if (!addressed || about == s->count)
		return false;
	*ret = (struct heading){ PAPER_LETTER, about, 1 };
	return true;
}

static bool is_letterhead(const char *fold)
{
	static const char *const HEADS[] = { "cong hoa xa hoi", "doc lap tu do", "uy ban nhan dan",
					     "socialist republic" };

	for (size_t i = 0; i < sizeof HEADS / sizeof *HEADS; i++)
		if (fold_find(fold, HEADS[i], NULL, NULL))
			return true;
	return false;
}

static bool all_sure(const struct sheet_lines *s, size_t line)
{
	for (uint32_t i = 0; i < s->at[line].count; i++)
		if (sheet_word(s, line, i)->confidence < SURE)
			return false;
	return true;
}

/* Of an unknown paper: the largest line of capitals that is not the letterhead. */
static bool find_largest(const struct sheet_lines *s, struct heading *ret)
{
	int32_t most = 0;

	for (size_t i = 0; i < s->count; i++) {
		const struct word *w = sheet_word(s, i, 0);
		if (s->at[i].count < 2 || w->h <= most || !all_sure(s, i) || !in_capitals(s, i) ||
		    is_letterhead(s->at[i].fold))
			continue;
		most = w->h;
		*ret = (struct heading){ PAPER_ANY, i, 1 };
	}
	return most > 0;
}

static void say_title(const struct sheet_lines *s, const struct heading *h, char *ret, size_t cap)
{
	size_t n = sheet_line_text(s, h->line, 0, s->at[h->line].count, ret, cap);

	if (h->lines == 2 && n + 2 < cap) {
		ret[n++] = ' ';
		sheet_line_text(s, h->line + 1, 0, s->at[h->line + 1].count, ret + n, cap - n);
	}
}

/* Does a list of what to bring name this kind of paper? *ret_at: how far from its beginning. */
static bool is_named(const char *asked, uint8_t kind, size_t *ret_at)
{
	const char *lists[2] = { paper_row(kind)->titles, paper_row(kind)->asked };
	char words[PAPER_WORDS_CAP];
	size_t first = SIZE_MAX;

	for (int i = 0; i < 2; i++)
		while (paper_next(&lists[i], words)) {
			const char *at = fold_find(asked, words, NULL, NULL);
			if (at && (size_t)(at - asked) < first)
				first = (size_t)(at - asked);
		}
	*ret_at = first;
	return first != SIZE_MAX;
}

/* Topics as bits of those that are named in it. */
static uint32_t topics_of(const char *fold)
{
	uint32_t topics = 0;

	for (size_t i = 0; i < TOPIC_COUNT; i++)
		if (fold_find(fold, TOPICS[i], NULL, NULL))
			topics |= 1u << i;
	return topics;
}

/* Of a form: what its title and the two lines below are about, against what was asked for. */
static enum paper_fit fit_form(const struct sheet_lines *s, const struct heading *h,
			       const char *asked)
{
	char all[4 * SHEET_LINE_CAP];
	size_t end = h->line + h->lines + 1;

	all[0] = '\0';
	for (size_t i = h->line, n = 0; i < s->count && i < end && n < sizeof all - 1; i++)
		n += (size_t)snprintf(all + n, sizeof all - n, "%s ", s->at[i].fold);
	uint32_t is = topics_of(all), wanted = topics_of(asked);
	if (is == 0 || wanted == 0)
		return FIT_UNKNOWN;
	return is & wanted ? FIT_YES : FIT_OTHER;
}

static bool is_open(const char *asked)
{
	for (size_t i = 0; i < OPEN_COUNT; i++)
		if (strstr(asked, OPENS[i]))
			return true;
	return false;
}

/* What the list names first; PAPER_ANY when it does not begin with a paper of the table. */
static uint8_t asked_first(const char *asked)
{
	uint8_t first = PAPER_ANY;
	size_t least = HEAD_LETTERS, at;

	for (uint8_t k = PAPER_ANY + 1; k < PAPER_COUNT; k++)
		if (is_named(asked, k, &at) && at < least) {
			least = at;
			first = k;
		}
	return first;
}

static enum paper_fit fit(const struct sheet_lines *s, const struct heading *h, const char *text)
{
	char asked[ASKED_CAP];
	size_t at;

	if (fold_text(text, strlen(text), asked, sizeof asked) == 0 || h->kind == PAPER_ANY)
		return FIT_UNKNOWN;
	uint8_t first = asked_first(asked);
	enum paper_class class = paper_row(h->kind)->class;
	bool form_asked = paper_row(first)->class == PAPER_FORM;
	if (class == PAPER_FORM)
		return form_asked ? fit_form(s, h, asked) : FIT_UNKNOWN;
	if (class == PAPER_MANY)
		return FIT_UNKNOWN;
	/* "tờ khai cấp giấy xác nhận ..." names a paper that is not the one to bring */
	if (is_named(asked, h->kind, &at))
		return form_asked ? FIT_UNKNOWN : FIT_YES;
	if (first == PAPER_ANY || paper_row(first)->class == PAPER_MANY || is_open(asked))
		return FIT_UNKNOWN;
	return FIT_OTHER;
}

/* Nothing on a card is printed as clearly as its code says it. */
static void take_card(const char *code, struct paper_facts *f)
{
	struct msg_card_facts card;

	if (f->kind != PAPER_IDENTITY || !*code ||
	    card_qr_read(code, strlen(code), &card) != ERR_OK)
		return;
	(void)snprintf(f->number, sizeof f->number, "%s", card.number);
	(void)snprintf(f->name, sizeof f->name, "%s", card.name);
	(void)snprintf(f->date, sizeof f->date, "%s", card.issued);
}

void paper_read(const struct text *t, const struct leaf *l, const char *asked, const char *code,
		struct paper_facts *ret)
{
	AUTO_FREE struct sheet_lines *s = calloc(1, sizeof *s);
	struct paper_facts f = { 0 };
	struct heading h = { 0 };

	if (s) {
		sheet_lines_of(t, s);
		if (find_heading(s, &h) || find_letter(s, &h) || find_largest(s, &h))
			say_title(s, &h, f.title, sizeof f.title);
		f.kind = h.kind;
		f.fits = fit(s, &h, asked);
		take_card(code, &f);
		paper_fields(s, f.kind, pixGetWidth(l->gray), pixGetHeight(l->gray), &f);
	}
	*ret = f;
}

bool paper_can_judge(const char *asked)
{
	char fold[ASKED_CAP];

	return fold_text(asked, strlen(asked), fold, sizeof fold) > 0 &&
	       asked_first(fold) != PAPER_ANY;
}

const char *paper_kind_name(uint8_t kind)
{
	return paper_row(kind)->name;
}
