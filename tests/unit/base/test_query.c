#include "firmware/base/query.h"
#include "tests/tap.h"

#include <string.h>

static int64_t moment(const char *text)
{
	int64_t s = -1;

	return query_read_moment(text, &s) ? s : -1;
}

static void moments(void)
{
	char text[15];

	eq_int(moment(""), 0);
	eq_int(moment("20261122093000"), 1795314600); /* 02:30 in Greenwich */
	eq_int(moment("20240229000000"), 1709139600);
	eq_int(moment("20260229000000"), -1);
	eq_int(moment("20261131000000"), -1);
	eq_int(moment("20261122240000"), -1);
	eq_int(moment("2026112209300"), -1);
	eq_int(moment("20261122 93000"), -1);
	eq_int(moment("19691231000000"), -1);
	query_write_moment(1795314600, text);
	eq_str(text, "20261122093000");
	query_write_moment(0, text);
	eq_str(text, "");
	query_write_moment(INT64_C(1) << 60, text);
	eq_str(text, "");
}

/* The tables keep what their readers rely on. */
static void tables(void)
{
	size_t count;
	const struct fact_row *facts = query_facts(&count);
	bool seen[QUERY_COUNT] = { false };

	for (size_t i = 0; i < count; i++) {
		const struct fact_row *f = &facts[i];

		seen[f->query] = true;
		ok(strlen(f->key) < 64 && f->low <= f->high && f->low >= 0);
		for (size_t j = 0; j < i; j++) /* a key stands once in its group */
			ok(facts[j].query != f->query || strcmp(facts[j].group, f->group) != 0 ||
			   strcmp(facts[j].key, f->key) != 0);
		/* rows of a group stand together */
		if (i > 1 && facts[i - 1].query == f->query &&
		    strcmp(facts[i - 1].group, f->group) != 0)
			for (size_t j = 0; j + 1 < i; j++)
				ok(facts[j].query != f->query || !*f->group ||
				   strcmp(facts[j].group, f->group) != 0);
	}
	for (unsigned q = 0; q < QUERY_COUNT; q++)
		ok((seen[q] || q == QUERY_TIME) && query_row(q)->max_bytes > 0 &&
		   query_row(q)->quiet_ms > 0);
	ok(query_row(QUERY_COUNT) == NULL);
}

int main(void)
{
	moments();
	tables();
	return tap_done();
}
