/* The guest's way to the world outside, beside its disk: a second disk. What is written to it are
 * lines, and its first sector, read, is the next order. The world outside serves both disks in one
 * thread, so a line stands in time exactly where it was said among the writes and flushes. */
#ifndef GUEST_TELL_H
#define GUEST_TELL_H

#include "firmware/base/err.h"

#define TELL_SECTOR 512
#define TELL_BLOCK  4096 /* of lines, in one write */

struct tell {
	int fd; /* of a disk; -1: lines go to standard output, and orders come from input */
	char *block;
	unsigned used;
};

/* `path` NULL: no disk, for trying it by hand. */
enum err tell_open(struct tell *t, const char *path);

/* Keeps the line until tell_now(), or until there are many. */
__attribute__((format(printf, 2, 3))) void tell_line(struct tell *t, const char *format, ...);

/* Everything that was told has arrived when this comes back. */
void tell_now(struct tell *t);

/* The next order, one line without its end. ERR_IO. */
enum err tell_order(struct tell *t, char ret_line[TELL_SECTOR]);

#endif
