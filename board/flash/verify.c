#include "board/flash/verify.h"

#include <openssl/evp.h>
#include <string.h>

static enum say read_step(struct flash_work *w, uint64_t at, size_t len)
{
	w->f->failed_at = at;
	flash_did(w, SAY_VERIFYING, len);
	return medium_read_back(w->f->medium, at, w->back, len);
}

/* The first blocks are not there yet: zeros must be, and what will be counts. */
static bool put_stone(struct flash_work *w, uint64_t at, size_t len)
{
	uint64_t start = w->boot_a.start, end = start + FLASH_STONE;

	for (size_t i = 0; i < len && at + i < end; i++) {
		if (w->back[i] != 0)
			return false;
		w->back[i] = w->stone[at + i - start];
	}
	return true;
}

static enum say hash_range(struct flash_work *w, EVP_MD_CTX *sha, const struct map_range *r)
{
	uint8_t sum[EVP_MAX_MD_SIZE];

	if (EVP_DigestInit_ex(sha, EVP_sha256(), NULL) != 1)
		return SAY_READ;
	for (uint64_t done = 0; done < r->bytes;) {
		size_t n = r->bytes - done < MEDIUM_STEP ? (size_t)(r->bytes - done) : MEDIUM_STEP;
		enum say s = read_step(w, r->start + done, n);
		if (s != SAY_OK)
			return s;
		if (!put_stone(w, r->start + done, n))
			return SAY_DIFFERS;
		if (EVP_DigestUpdate(sha, w->back, n) != 1)
			return SAY_READ;
		done += n;
	}
	if (EVP_DigestFinal_ex(sha, sum, NULL) != 1)
		return SAY_READ;
	w->f->record.verified_bytes += r->bytes;
	w->f->failed_at = r->start;
	return memcmp(sum, r->sha256, sizeof(r->sha256)) == 0 ? SAY_OK : SAY_DIFFERS;
}

static enum say all_zeros(struct flash_work *w, uint64_t at, uint64_t end)
{
	while (at < end) {
		size_t n = end - at < MEDIUM_STEP ? (size_t)(end - at) : MEDIUM_STEP;
		enum say s = read_step(w, at, n);
		if (s != SAY_OK)
			return s;
		if (w->back[0] != 0 || memcmp(w->back, w->back + 1, n - 1) != 0)
			return SAY_DIFFERS;
		at += n;
	}
	return SAY_OK;
}

/* The ranges of slot A, and what is between them as far as the boot partition goes: FAT means its
 * empty blocks; the root's hash tree covers all that is read of it. */
static enum say verify_slot(struct flash_work *w, EVP_MD_CTX *sha)
{
	const struct image *im = w->f->image;
	uint64_t at = w->boot_a.start, end = w->boot_a.start + w->boot_a.bytes;
	enum say s = SAY_OK;

	for (size_t i = 0; i < im->map.count && s == SAY_OK; i++) {
		const struct map_range *r = &im->map.ranges[i];
		if (r->start < im->slot_start || r->start >= im->slot_end)
			continue;
		if (at < end)
			s = all_zeros(w, at, r->start < end ? r->start : end);
		if (s == SAY_OK)
			s = hash_range(w, sha, r);
		at = r->start + r->bytes;
	}
	return s == SAY_OK && at < end ? all_zeros(w, at, end) : s;
}

static enum say same(struct flash_work *w, uint64_t at, const uint8_t *want, size_t len)
{
	uint64_t from = at / 4096 * 4096;
	size_t before = (size_t)(at - from), whole = (before + len + 4095) / 4096 * 4096;

	w->f->failed_at = at;
	/* a disk's last bytes need not fill a block; what is there is enough */
	if (from + whole > w->f->medium->bytes)
		whole = (size_t)(w->f->medium->bytes - from) / 512 * 512;
	enum say s = medium_read_back(w->f->medium, from, w->back, whole);
	if (s != SAY_OK)
		return s;
	return memcmp(w->back + before, want, len) == 0 ? SAY_OK : SAY_DIFFERS;
}

enum say verify_all(struct flash_work *w)
{
	uint64_t sectors = w->f->medium->bytes / GPT_SECTOR;
	EVP_MD_CTX *sha = EVP_MD_CTX_new();
	enum say s = sha ? verify_slot(w, sha) : SAY_READ;

	EVP_MD_CTX_free(sha);
	if (s == SAY_OK)
		s = all_zeros(w, w->boot_b.start, w->boot_b.start + w->boot_b.bytes);
	if (s == SAY_OK && w->f->data != RECORD_KEPT)
		s = all_zeros(w, w->data.start,
			      w->data.start + (w->data.bytes < FLASH_DATA_START
						       ? w->data.bytes
						       : FLASH_DATA_START));
	if (s == SAY_OK)
		s = same(w, 0, w->head, sizeof(w->head));
	if (s == SAY_OK)
		s = same(w, sectors * GPT_SECTOR - GPT_TAIL_BYTES, w->tail, sizeof(w->tail));
	return s;
}

enum say verify_stone(struct flash_work *w)
{
	return same(w, w->boot_a.start, w->stone, sizeof(w->stone));
}

enum say verify_record(struct flash_work *w)
{
	uint8_t bytes[RECORD_BYTES];

	record_write(&w->f->record, bytes);
	return same(w, RECORD_AT, bytes, sizeof(bytes));
}
