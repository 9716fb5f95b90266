/* The disk that is written: opened so that nobody else has it, written through, and read back past
 * what the system remembers of it. A plain file is taken for one as well: what is tested on files
 * is the same code.
 *
 * Offsets and lengths: bytes, multiples of 512; of 4096 where something is read back. */
#ifndef FLASH_MEDIUM_H
#define FLASH_MEDIUM_H

#include "board/flash/say.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MEDIUM_STEP (1u << 20)

struct medium {
	int fd, direct; /* direct: past the page cache; the same file where that cannot be had */
	bool block;     /* a block device */
	uint64_t bytes;
};

/* The device or file of that path, claimed alone until medium_close(). SAY_BUSY, SAY_DENIED,
 * SAY_READ_ONLY, SAY_SECTOR, SAY_UNREADABLE. Nothing is written by it. */
enum say medium_open(const char *path, struct medium *ret);
void medium_close(struct medium *m);

/* Only to look; whoever else has it. */
enum say medium_look(const char *path, struct medium *ret);

/* SAY_UNREADABLE. For what is looked at before anything was written. */
enum say medium_read(const struct medium *m, uint64_t at, void *ret, size_t len);

enum say medium_write(const struct medium *m, uint64_t at, const void *bytes, size_t len);
enum say medium_zero(const struct medium *m, uint64_t at, uint64_t len);

/* Tells the disk that nothing of that is needed. What it reads as afterwards is not known: those
 * that cannot do it are not asked twice. */
void medium_discard(const struct medium *m, uint64_t at, uint64_t len);

/* All that was written is on the disk, and the system has forgotten it. */
enum say medium_flush(const struct medium *m);

/* From the disk itself, into memory on a border of 4096. SAY_READ. */
enum say medium_read_back(const struct medium *m, uint64_t at, uint8_t *ret, size_t len);

/* Lets the system read the new table. That it cannot matters to nobody. */
void medium_tell(const struct medium *m);

#endif
