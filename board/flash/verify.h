/* Reading back what was written, from the disk itself. */
#ifndef FLASH_VERIFY_H
#define FLASH_VERIFY_H

#include "board/flash/flash.h"

/* bytes of slot A that are written last, and first on the disk; without them nothing starts */
#define FLASH_STONE (64u << 10)

/* One run of the tool; flash.c's and verify.c's. */
struct flash_work {
	struct flash *f;
	struct gpt_part boot_a, boot_b, root_b, data;
	uint8_t head[GPT_HEAD_BYTES], tail[GPT_TAIL_BYTES]; /* the new tables */
	uint8_t stone[FLASH_STONE];
	uint8_t *back; /* MEDIUM_STEP, on a border of 4096 */
	uint64_t done, total;
};

void flash_did(struct flash_work *w, enum say what, uint64_t bytes);

/* Every range of the map against the map's own hash, with the first blocks as they will be; that
 * what the map leaves out of the boot partition is zeros, and slot B's boot partition too, and the
 * begin of new data; both tables. SAY_OK, SAY_READ, SAY_DIFFERS. */
enum say verify_all(struct flash_work *w);

/* The first blocks, after they were written; the record. */
enum say verify_stone(struct flash_work *w);
enum say verify_record(struct flash_work *w);

#endif
