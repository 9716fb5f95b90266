#include "firmware/parse/page/paper.h"

#include <stdio.h>
#include <string.h>

/* The words of a line that begins at `first`, with a space between; what does not fit is left. */
static void line_of(const struct text *t, size_t first, char *ret, size_t cap)
{
	size_t len = 0;

	for (size_t i = first; i < t->count && t->words[i].line == t->words[first].line; i++) {
		const struct word *w = &t->words[i];
		if (len + w->len + 2 > cap)
			break;
		if (len > 0)
			ret[len++] = ' ';
		memcpy(ret + len, t->bytes + w->at, w->len);
		len += w->len;
	}
	ret[len] = '\0';
}

void paper_read(const struct text *t, const struct leaf *l, const char *asked, const char *code,
		struct paper_facts *ret)
{
	struct paper_facts f = { 0 };
	int32_t most = 0;
	size_t title = 0;

	(void)l;
	(void)asked;
	(void)code;
	for (size_t i = 0; i < t->count; i++)
		if (t->words[i].confidence >= 60 && t->words[i].len > 2 && t->words[i].h > most) {
			most = t->words[i].h;
			title = i;
		}
	while (title > 0 && t->words[title - 1].line == t->words[title].line)
		title--;
	if (t->count > 0)
		line_of(t, title, f.title, sizeof f.title);
	*ret = f;
}

const char *paper_kind_name(uint8_t kind)
{
	(void)kind;
	return "unknown";
}
