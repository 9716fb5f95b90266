/* Everything that was written to a drive, in the order in which the drive had to keep it, with the
 * moments at which something was promised; from it the drive can be made as it would be after a
 * cut at any of them. */
#ifndef CUT_TAPE_H
#define CUT_TAPE_H

#include "tests/cut/drive.h"

/* What became durable together, and how many promises had been made before. */
struct tape_part {
	struct drive_writes writes;
	size_t promises;
};

struct tape {
	struct tape_part *parts;
	size_t count, cap;
	size_t promises; /* in the end */
};

/* On ERR_OK the writes are the tape's, and `writes` is empty. ERR_NO_MEMORY. */
enum err tape_add(struct tape *t, struct drive_writes *writes, size_t promises);
void tape_finish(struct tape *t);

#endif
