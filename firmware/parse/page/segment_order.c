#include "firmware/parse/page/segment.h"

#include <stdbool.h>
#include <stdlib.h>

static int by_place(const void *a, const void *b)
{
	const struct segment *p = a, *q = b;

	if (p->line != q->line)
		return p->line < q->line ? -1 : 1;
	return (p->x > q->x) - (p->x < q->x);
}

static int by_top(const void *a, const void *b)
{
	const struct segment *p = a, *q = b;

	return (p->bottom > q->bottom) - (p->bottom < q->bottom);
}

enum err segments_sort(struct segments *s)
{
	qsort(s->at, s->count, sizeof *s->at, by_top);
	for (size_t i = 0; i < s->count; i++) {
		bool same = i > 0 && s->at[i].bottom - s->at[i - 1].bottom < s->at[i].letter / 3;
		s->at[i].line = i == 0 ? 0 : s->at[i - 1].line + !same;
	}
	qsort(s->at, s->count, sizeof *s->at, by_place);
	return ERR_OK;
}
