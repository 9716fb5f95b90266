/* A drive with a write-back cache, in memory: what was written is read back at once, and is safe
 * when a flush after it has been answered. When the power goes, of the rest is there what the lot
 * says: nothing, some blocks, some writes, in any order. */
#ifndef CUT_DRIVE_H
#define CUT_DRIVE_H

#include "firmware/base/err.h"
#include "tests/cut/lot.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a drive writes whole or not at all. Flash has pages of at least this size; below it ext4
 * itself gives up: a torn block of its journal is "corrupt", and it mounts only after e2fsck. */
#define DRIVE_ATOM 4096

struct drive_write {
	uint64_t at;
	uint32_t len;
	uint8_t *bytes;
};

/* In the order in which they came. */
struct drive_writes {
	struct drive_write *all;
	size_t count, cap;
	uint64_t bytes;
};

struct drive {
	uint8_t *safe, *now; /* what outlives a cut; what the machine reads */
	uint64_t size;
	struct drive_writes unsafe; /* since the last flush */
	bool deaf;                  /* answers a flush, and does nothing */
	uint64_t requests, flushes, written_bytes;
	uint64_t fail_from, fail_until; /* requests by number that fail; 0, 0: none */
};

/* A drive with what the file at `path` holds, in memory. */
enum err drive_load(struct drive *d, const char *path);

/* One that is the file at `path`: what is safe stands there at once, whoever dies. */
enum err drive_open(struct drive *d, const char *path);

void drive_finish(struct drive *d); /* accepts a zeroed one */

/* What the machine asks for. ERR_IO: a failure that was ordered; ERR_NO_SPACE: outside. */
enum err drive_read(struct drive *d, uint64_t at, uint32_t len, uint8_t *to);
enum err drive_write(struct drive *d, uint64_t at, uint32_t len, const uint8_t *bytes);
enum err drive_flush(struct drive *d);

/* The power goes. */
void drive_cut(struct drive *d, struct lot *lot);

/* Everything since the last flush is undone, or is as safe as if it had been flushed. */
void drive_forget(struct drive *d);
void drive_settle(struct drive *d);

/* One write reaches the medium, all of it or the blocks that the lot says; lot NULL: all. */
void drive_apply(uint8_t *medium, const struct drive_write *w, struct lot *lot);

enum err drive_writes_add(struct drive_writes *w, uint64_t at, uint32_t len, const uint8_t *bytes);
void drive_writes_finish(struct drive_writes *w);

#endif
