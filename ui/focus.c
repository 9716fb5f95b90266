#include "ui/focus.h"

/* Index of the node with that id; count when there is none. */
static size_t index_of(const struct page *p, uint32_t id)
{
	size_t i = 0;

	while (i < p->count && p->nodes[i].id != id)
		i++;
	return i;
}

uint32_t focus_step(const struct page *p, uint32_t from, int step)
{
	size_t n = p->count, at = index_of(p, from);

	if (n == 0)
		return 0;
	if (at == n)
		at = step > 0 ? n - 1 : 0;
	for (size_t tried = 0; tried < n; tried++) {
		at = step > 0 ? (at + 1) % n : (at + n - 1) % n;
		if (node_is_control(&p->nodes[at]))
			return p->nodes[at].id;
	}
	return 0;
}
