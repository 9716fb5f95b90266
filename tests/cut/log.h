/* What the kernel's dm-log-writes recorded of a run (Linux, drivers/md/dm-log-writes.c; its form
 * is at the head of that file): a first sector, then entries of a sector each with their data. A
 * write stands there when the flush after it has been answered, or at once when it had to be
 * durable by itself; a write that was still on its way when the flush began comes after it. */
#ifndef CUT_LOG_H
#define CUT_LOG_H

#include "tests/cut/tape.h"

#include <stdbool.h>

#define LOG_MAX_MARKS 64

struct log {
	const uint8_t *bytes;
	size_t len;
	uint64_t disk_bytes; /* of the disk that was recorded */
	bool deaf;           /* flushes are as good as not there */
	/* How much had been promised when the guest made its n-th mark. */
	size_t promises[LOG_MAX_MARKS], marks;
};

/* Adds the log to the tape. ERR_BAD_DATA: it is no log, not whole, writes outside the disk, or has
 * another number of marks; ERR_NO_MEMORY. */
enum err log_read(const struct log *l, struct tape *t);

#endif
