/* Everything that reached a drive, in its order, with the moments at which something was promised;
 * from it the drive can be made as it would be after a cut at any of them. */
#ifndef CUT_TAPE_H
#define CUT_TAPE_H

#include "tests/cut/drive.h"

/* Up to one flush: what was written since the one before, and how many promises had been made
 * when the flush was answered. */
struct tape_part {
	struct drive_writes writes;
	size_t promises;
};

struct tape {
	struct tape_part *parts;
	size_t count, cap;
	size_t promises; /* so far; whoever hears them counts them here */
};

/* `writes` stay the caller's. ERR_NO_MEMORY. */
enum err tape_flush(struct tape *t, struct drive_writes *writes);
void tape_finish(struct tape *t);

#endif
