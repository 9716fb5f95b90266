/* Writes the image to a disk and proves it.
 *
 * The order keeps a half written disk from starting: before anything else the first blocks of both
 * boot partitions become zeros, and the record says that writing has begun. Slot A's first blocks
 * come back last, after everything else was read back from the disk itself and found right. A table
 * of partitions is there at every moment in which data is kept: the second copy is written, and on
 * the disk, before the first. */
#ifndef FLASH_FLASH_H
#define FLASH_FLASH_H

#include "board/flash/image.h"
#include "board/flash/look.h"
#include "board/flash/medium.h"
#include "board/flash/record.h"
#include "board/flash/say.h"
#include <stdint.h>

/* Called with one of SAY_PREPARING, SAY_WRITING, SAY_VERIFYING, and bytes done of all. */
typedef void flash_tick(void *data, enum say what, uint64_t done, uint64_t total);

struct flash {
	const struct image *image;
	const struct medium *medium;
	const struct look *look; /* what was there */
	enum record_data data;   /* RECORD_KEPT only with look->same_layout */
	struct record record; /* who, when and the disk's name are the caller's; the rest is set */
	flash_tick *tick;
	void *tick_data;
	uint64_t failed_at; /* bytes: where, after SAY_WRITE, SAY_READ and SAY_DIFFERS */
};

/* SAY_OK: all is on the disk, read back and right. Else one of the F sentences, and it does not
 * start; or SAY_NO_MEMORY, and nothing was touched. */
enum say flash_run(struct flash *f);

#endif
