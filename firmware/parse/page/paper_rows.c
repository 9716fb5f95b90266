#include "firmware/parse/page/paper_rows.h"

#include <string.h>

static const struct paper_row ROWS[] = {
	{ "unknown", PAPER_MANY, "", "" },
#define PAPER(id, name, kind, titles, asked) { name, PAPER_##kind, titles, asked },
#define TOPIC(words)
#define OPEN(words)
#define FIELD(id, what, shape, labels)
#include "firmware/parse/page/paper.def"
};

const struct paper_row *paper_row(uint8_t kind)
{
	return &ROWS[kind < PAPER_COUNT ? kind : PAPER_ANY];
}

bool paper_next(const char **at, char ret[PAPER_WORDS_CAP])
{
	const char *from = *at;
	size_t len = strcspn(from, "|");

	if (len == 0 || len >= PAPER_WORDS_CAP)
		return false;
	memcpy(ret, from, len);
	ret[len] = '\0';
	*at = from + len + (from[len] == '|');
	return true;
}
