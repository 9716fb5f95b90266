#include "tests/cut/tape.h"

#include <stdlib.h>

enum err tape_flush(struct tape *t, struct drive_writes *writes)
{
	if (t->count == t->cap) {
		size_t cap = t->cap ? 2 * t->cap : 64;
		struct tape_part *more = realloc(t->parts, cap * sizeof *more);

		if (!more)
			return ERR_NO_MEMORY;
		t->parts = more;
		t->cap = cap;
	}
	struct tape_part *p = &t->parts[t->count++];
	*p = (struct tape_part){ .promises = t->promises };
	for (size_t i = 0; i < writes->count; i++) {
		const struct drive_write *w = &writes->all[i];
		enum err e = drive_writes_add(&p->writes, w->at, w->len, w->bytes);

		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

void tape_finish(struct tape *t)
{
	for (size_t i = 0; i < t->count; i++)
		drive_writes_finish(&t->parts[i].writes);
	free(t->parts);
	*t = (struct tape){ 0 };
}
