#include "board/flash/flash.h"

#include "board/flash/verify.h"
#include "firmware/base/auto.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define ZERO_STEP (8u << 20)

void flash_did(struct flash_work *w, enum say what, uint64_t bytes)
{
	w->done += bytes;
	w->f->tick(w->f->tick_data, what, w->done < w->total ? w->done : w->total, w->total);
}

/* In steps, so that something moves on the screen. */
static enum say zero(struct flash_work *w, uint64_t at, uint64_t len)
{
	enum say s = SAY_OK;

	for (uint64_t done = 0; done < len && s == SAY_OK;) {
		uint64_t n = len - done < ZERO_STEP ? len - done : ZERO_STEP;
		w->f->failed_at = at + done;
		s = medium_zero(w->f->medium, at + done, n);
		flash_did(w, SAY_PREPARING, n);
		done += n;
	}
	return s;
}

static enum say write_record(struct flash_work *w, bool done)
{
	uint8_t bytes[RECORD_BYTES];

	w->f->record.done = done;
	w->f->failed_at = RECORD_AT;
	record_write(&w->f->record, bytes);
	enum say s = medium_write(w->f->medium, RECORD_AT, bytes, sizeof(bytes));
	return s == SAY_OK ? medium_flush(w->f->medium) : s;
}

/* Data that shall be lost: its keys are at its begin, which another layout has elsewhere, and a
 * disk need not discard. On a board without a TPM they open it. */
static enum say zero_old_keys(struct flash_work *w)
{
	struct gpt_part old;

	if (!gpt_find(&w->f->look->gpt, "data", &old) || old.start == w->data.start)
		return SAY_OK;
	return zero(w, old.start, old.bytes < FLASH_DATA_START ? old.bytes : FLASH_DATA_START);
}

/* From here on nothing starts from this disk, whatever becomes of it. */
static enum say begin(struct flash_work *w)
{
	uint64_t end = w->f->medium->bytes / GPT_SECTOR * GPT_SECTOR;
	enum say s = write_record(w, false);

	/* with the tables of what was there goes whatever else would start from it */
	if (s == SAY_OK && w->f->data != RECORD_KEPT) {
		s = zero_old_keys(w);
		if (s == SAY_OK)
			s = zero(w, 0, RECORD_AT);
		if (s == SAY_OK)
			s = zero(w, end - IMAGE_GAP, IMAGE_GAP);
	}
	if (s == SAY_OK)
		s = zero(w, w->boot_a.start, FLASH_STONE);
	if (s == SAY_OK)
		s = zero(w, w->boot_b.start, FLASH_STONE);
	return s == SAY_OK ? medium_flush(w->f->medium) : s;
}

/* Of all that is behind the gap, but data that is kept. */
static void discard(struct flash_work *w)
{
	uint64_t end = w->data.start + w->data.bytes, disk = w->f->medium->bytes / 4096 * 4096;

	medium_discard(w->f->medium, w->boot_a.start, w->data.start - w->boot_a.start);
	if (w->f->data == RECORD_KEPT)
		return;
	medium_discard(w->f->medium, w->data.start, w->data.bytes);
	if (disk > end)
		medium_discard(w->f->medium, end, disk - end);
}

/* What would be taken for something when it is met later: empty blocks of the boot partition, the
 * other slot, headers in the data partition and in the gap. */
static enum say clear(struct flash_work *w)
{
	uint64_t gap = RECORD_AT + RECORD_BYTES;
	enum say s = zero(w, w->boot_a.start, w->boot_a.bytes);

	if (s == SAY_OK)
		s = zero(w, w->boot_b.start, w->boot_b.bytes);
	if (s == SAY_OK)
		s = zero(w, w->root_b.start, IMAGE_GAP);
	if (s != SAY_OK || w->f->data == RECORD_KEPT)
		return s;
	s = zero(w, w->data.start,
		 w->data.bytes < FLASH_DATA_START ? w->data.bytes : FLASH_DATA_START);
	return s == SAY_OK ? zero(w, gap, w->boot_a.start - gap) : s;
}

static enum say write_tables(struct flash_work *w)
{
	const struct medium *m = w->f->medium;
	uint64_t end = m->bytes / GPT_SECTOR * GPT_SECTOR;

	w->f->failed_at = end - GPT_TAIL_BYTES;
	enum say s = medium_write(m, end - GPT_TAIL_BYTES, w->tail, GPT_TAIL_BYTES);
	if (s == SAY_OK)
		s = medium_flush(m);
	if (s != SAY_OK)
		return s;
	w->f->failed_at = 0;
	s = medium_write(m, 0, w->head, GPT_HEAD_BYTES);
	return s == SAY_OK ? medium_flush(m) : s;
}

/* The first blocks are kept back. */
static enum say write_chunk(void *data, size_t range, uint64_t at, const uint8_t *bytes, size_t len)
{
	struct flash_work *w = data;
	uint64_t stone_end = w->boot_a.start + FLASH_STONE;

	(void)range;
	if (at < w->boot_a.start || at >= w->f->image->slot_end)
		return SAY_OK;
	flash_did(w, SAY_WRITING, len);
	if (at < stone_end) {
		size_t n = len < stone_end - at ? len : (size_t)(stone_end - at);
		memcpy(w->stone + (at - w->boot_a.start), bytes, n);
		at += n;
		bytes += n;
		len -= n;
	}
	w->f->failed_at = at;
	return len > 0 ? medium_write(w->f->medium, at, bytes, len) : SAY_OK;
}

/* All that was found wrong with the image while it was written is too late. */
static enum say write_slot(struct flash_work *w)
{
	enum say s = image_play(w->f->image, write_chunk, w);

	if (s == SAY_CONTENTS || s == SAY_NO_MEMORY)
		return SAY_IMAGE_LEFT;
	return s == SAY_OK ? medium_flush(w->f->medium) : s;
}

/* The very first sector last: without it no firmware knows the rest for a file system. */
static enum say write_stone(struct flash_work *w)
{
	const struct medium *m = w->f->medium;
	uint64_t at = w->boot_a.start;

	w->f->failed_at = at;
	enum say s =
		medium_write(m, at + GPT_SECTOR, w->stone + GPT_SECTOR, FLASH_STONE - GPT_SECTOR);
	if (s == SAY_OK)
		s = medium_flush(m);
	if (s == SAY_OK)
		s = medium_write(m, at, w->stone, GPT_SECTOR);
	return s == SAY_OK ? medium_flush(m) : s;
}

/* Nothing is wrong with it: now it may start. */
static enum say finish(struct flash_work *w)
{
	const struct medium *m = w->f->medium;
	enum say s = write_stone(w);

	if (s == SAY_OK)
		s = verify_stone(w);
	if (s == SAY_OK)
		s = write_record(w, true);
	if (s == SAY_OK)
		s = verify_record(w);
	if (s == SAY_OK)
		return s;
	/* whatever of it arrived must not start */
	if (medium_zero(m, w->boot_a.start, FLASH_STONE) == SAY_OK)
		(void)medium_flush(m);
	return s;
}

static enum say run(struct flash_work *w)
{
	enum say s = begin(w);

	if (s == SAY_OK) {
		discard(w);
		s = clear(w);
	}
	if (s == SAY_OK)
		s = write_tables(w);
	if (s == SAY_OK)
		s = write_slot(w);
	if (s == SAY_OK)
		s = verify_all(w);
	return s == SAY_OK ? finish(w) : s;
}

/* The image's table with this disk's end, a number of the disk's own, and the data as it is when
 * that is kept: the only partition that may have grown. */
static enum say make_table(struct flash_work *w)
{
	struct gpt g = w->f->image->gpt;
	const struct gpt *old = &w->f->look->gpt;
	uint64_t sectors = w->f->medium->bytes / GPT_SECTOR;
	struct gpt_part data;

	gpt_fit(&g, sectors);
	if (!gpt_find(&g, "data", &data))
		return SAY_STRANGE;
	if (w->f->data == RECORD_KEPT) {
		size_t at = data.index * GPT_ENTRY_BYTES;
		memcpy(g.table + at, old->table + at, GPT_ENTRY_BYTES);
		memcpy(g.guid, old->guid, sizeof(g.guid));
	} else {
		if (getrandom(g.guid, sizeof(g.guid), 0) != sizeof(g.guid))
			return SAY_NO_MEMORY;
		g.guid[7] = (uint8_t)(0x40 | (g.guid[7] & 0x0f)); /* RFC 4122: a random one */
		g.guid[8] = (uint8_t)(0x80 | (g.guid[8] & 0x3f));
	}
	gpt_write(&g, sectors, w->head, w->tail);
	bool all = gpt_find(&g, "boot-a", &w->boot_a) && gpt_find(&g, "boot-b", &w->boot_b) &&
		   gpt_find(&g, "root-b", &w->root_b) && gpt_find(&g, "data", &w->data);
	return all && w->boot_a.bytes >= FLASH_STONE ? SAY_OK : SAY_STRANGE;
}

static void fill_record(struct flash *f)
{
	struct record *r = &f->record;
	const struct image *im = f->image;

	memcpy(r->version, im->version, sizeof(r->version));
	memcpy(r->board, im->board, sizeof(r->board));
	memcpy(r->compatible, im->compatible, sizeof(r->compatible));
	memcpy(r->root_hash, im->root_hash, sizeof(r->root_hash));
	memcpy(r->image_sha256, im->sha256, sizeof(im->sha256));
	r->data = f->data;
	r->disk_bytes = f->medium->bytes;
	r->verified_bytes = 0;
}

/* What is done, roughly: zeros cost less than the rest. */
static uint64_t work_of(const struct flash_work *w)
{
	uint64_t zeros = w->boot_a.bytes + w->boot_b.bytes + 2 * FLASH_STONE + IMAGE_GAP;

	if (w->f->data != RECORD_KEPT)
		zeros += 2 * FLASH_DATA_START + 2 * IMAGE_GAP;
	return zeros + 2 * w->f->image->map.mapped_bytes + w->boot_a.bytes + w->boot_b.bytes;
}

enum say flash_run(struct flash *f)
{
	AUTO_FREE struct flash_work *w = calloc(1, sizeof(*w));
	AUTO_FREE uint8_t *back = NULL;

	if (!w || posix_memalign((void **)&back, 4096, MEDIUM_STEP) != 0)
		return SAY_NO_MEMORY;
	w->f = f;
	w->back = back;
	fill_record(f);
	enum say s = make_table(w);
	if (s != SAY_OK)
		return s;
	w->total = work_of(w);
	s = run(w);
	if (s == SAY_OK)
		f->tick(f->tick_data, SAY_VERIFYING, w->total, w->total);
	return s;
}
