#include "firmware/parse/page/sheet_lines.h"

#include "firmware/parse/page/fold.h"

#include <string.h>

const struct word *sheet_word(const struct sheet_lines *s, size_t line, uint32_t i)
{
	return &s->text->words[s->at[line].first + i];
}

const char *sheet_word_text(const struct sheet_lines *s, size_t line, uint32_t i)
{
	return s->text->bytes + sheet_word(s, line, i)->at;
}

static void fold_line(const struct text *t, struct sheet_line *l)
{
	size_t len = 0;

	for (uint32_t i = 0; i < l->count && i < UINT8_MAX; i++) {
		const struct word *w = &t->words[l->first + i];
		size_t space = len > 0;
		size_t n = fold_text(t->bytes + w->at, w->len, l->fold + len + space,
				     sizeof l->fold - len - space);

		if (n == 0 || len + space + n + 2 > sizeof l->fold) {
			l->fold[len] = '\0';
			if (n > 0)
				break;
			continue;
		}
		if (space)
			l->fold[len] = ' ';
		memset(l->word + len, (int)i, n + space);
		len += n + space;
	}
	l->fold[len] = '\0';
	l->word[len] = (uint8_t)(l->count < UINT8_MAX ? l->count : UINT8_MAX);
}

void sheet_lines_of(const struct text *t, struct sheet_lines *ret)
{
	ret->text = t;
	ret->count = 0;
	for (size_t i = 0; i < t->count && ret->count < SHEET_LINES;) {
		struct sheet_line *l = &ret->at[ret->count++];

		l->first = (uint32_t)i;
		while (i < t->count && t->words[i].line == t->words[l->first].line)
			i++;
		l->count = (uint32_t)i - l->first;
		fold_line(t, l);
	}
}

size_t sheet_line_text(const struct sheet_lines *s, size_t line, uint32_t from, uint32_t to,
		       char *ret, size_t cap)
{
	size_t len = 0;

	for (uint32_t i = from; i < to && i < s->at[line].count; i++) {
		const struct word *w = sheet_word(s, line, i);
		size_t space = len > 0;

		if (len + space + w->len + 1 > cap)
			break;
		if (space)
			ret[len++] = ' ';
		memcpy(ret + len, s->text->bytes + w->at, w->len);
		len += w->len;
	}
	ret[len] = '\0';
	return len;
}

uint32_t sheet_word_after(const struct sheet_line *l, size_t at)
{
	size_t len = strlen(l->fold);

	if (at >= len)
		return l->fold[0] ? l->word[len - 1] + 1u : l->count;
	return l->word[at + (l->fold[at] == ' ')];
}
