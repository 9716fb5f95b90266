/* Ink or paper, for each module of a code whose grid is known, and how sure that is. Lens and
 * light are not modelled: a linear filter over the samples around a module and the neighbours
 * already decided is fitted to the code itself, which undoes whatever blur there is. */
#ifndef PARSE_CODE_SOFT_H
#define PARSE_CODE_SOFT_H

#include "firmware/base/err.h"
#include "firmware/parse/code_grid.h"

/* One code being read. Zero it before use. */
struct soft {
	struct grid grid; /* improved on the way */
	const struct plan *plan;
	int8_t *known; /* side * side: -1 ink, 1 paper, 0 not known; may be set between reads */
	float *sure;   /* side * side: below 0 ink, above 0 paper, the farther the surer */
	unsigned reads;
	float *planes; /* room */
	int8_t *guess;
};

/* Borrows the plan, which is that of the grid's version. ERR_NO_MEMORY. */
enum err soft_begin(const struct grid *g, const struct plan *p, struct soft *ret);
/* Fills in `sure`, with what is known as given. Each call after the first lays the grid more
 * exactly by what was read before, and costs more. ERR_NO_MEMORY. */
enum err soft_read(struct soft *s);
/* Accepts a zeroed one. */
void soft_finish(struct soft *s);

#endif
