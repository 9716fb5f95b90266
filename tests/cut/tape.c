#include "tests/cut/tape.h"

#include <stdlib.h>

enum err tape_add(struct tape *t, struct drive_writes *writes, size_t promises)
{
	if (t->count == t->cap) {
		size_t cap = t->cap ? 2 * t->cap : 64;
		struct tape_part *more = realloc(t->parts, cap * sizeof *more);

		if (!more)
			return ERR_NO_MEMORY;
		t->parts = more;
		t->cap = cap;
	}
	t->parts[t->count++] = (struct tape_part){ *writes, promises };
	*writes = (struct drive_writes){ 0 };
	return ERR_OK;
}

void tape_finish(struct tape *t)
{
	for (size_t i = 0; i < t->count; i++)
		drive_writes_finish(&t->parts[i].writes);
	free(t->parts);
	*t = (struct tape){ 0 };
}
