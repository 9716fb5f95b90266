/* The lines of a page as they are compared: each folded, with the way back to its words. */
#ifndef PARSE_PAGE_SHEET_LINES_H
#define PARSE_PAGE_SHEET_LINES_H

#include "firmware/parse/page/text.h"
#include <stddef.h>
#include <stdint.h>

enum { SHEET_LINES = 120, SHEET_LINE_CAP = 240 };

struct sheet_line {
	uint32_t first, count; /* words of text::words */
	char fold[SHEET_LINE_CAP];
	uint8_t word[SHEET_LINE_CAP]; /* which of its words a letter of fold belongs to */
};

struct sheet_lines {
	const struct text *text;
	size_t count;
	struct sheet_line at[SHEET_LINES];
};

/* What is beyond the sizes is left out. */
void sheet_lines_of(const struct text *t, struct sheet_lines *ret);

/* Words `from` to before `to` of a line as one text. Returns the length. */
size_t sheet_line_text(const struct sheet_lines *s, size_t line, uint32_t from, uint32_t to,
		       char *ret, size_t cap);

/* A word of a line, and its text. */
const struct word *sheet_word(const struct sheet_lines *s, size_t line, uint32_t i);
const char *sheet_word_text(const struct sheet_lines *s, size_t line, uint32_t i);

/* The word that begins at or after a place in fold; the line's count when there is none. */
uint32_t sheet_word_after(const struct sheet_line *l, size_t at);

#endif
