/* "MCK1", SHA-256 of the rest; for each file: u8 which, u32 length, bytes; little-endian. EF.SOD is
 * there whole or not at all, the others may be a beginning. */
#include "firmware/base/buf.h"
#include "firmware/parse/chip/chip_own.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC "MCK1"

enum { MAGIC_BYTES = 4, SUM_BYTES = 32, HEAD_BYTES = 5 };

static bool sum(const uint8_t *bytes, size_t len, uint8_t ret[SUM_BYTES])
{
	return EVP_Digest(bytes, len, ret, NULL, EVP_sha256(), NULL) == 1;
}

static bool is_ours(struct reader *r)
{
	const uint8_t *magic = get_bytes(r, MAGIC_BYTES), *said = get_bytes(r, SUM_BYTES);
	uint8_t is[SUM_BYTES];

	return said && memcmp(magic, MAGIC, MAGIC_BYTES) == 0 && sum(r->at, r->left, is) &&
	       memcmp(said, is, sizeof is) == 0;
}

static bool take(struct reader *r, struct file files[CHIP_FILES])
{
	unsigned which = get_u8(r);
	uint32_t len = get_u32le(r);
	const uint8_t *bytes = get_bytes(r, len);

	if (!bytes || which >= CHIP_FILES || files[which].have > 0)
		return false;
	return file_restore(&files[which], bytes, len) == ERR_OK;
}

bool chip_kept_read(struct span kept, struct file files[CHIP_FILES])
{
	struct reader r = reader_of(kept.at, kept.len);
	bool good = is_ours(&r);

	while (good && r.left > 0)
		good = take(&r, files);
	if (good && files[CHIP_SOD].have > 0)
		good = file_span(&files[CHIP_SOD]).len > 0;
	for (size_t i = 0; !good && i < CHIP_FILES; i++) {
		file_finish(&files[i]);
		files[i] = (struct file){ .id = chip_file_id(i) };
	}
	return good;
}

/* How much of a file goes into what is left. */
static size_t worth(const struct file *f, enum chip_file which, size_t left)
{
	size_t have = f->have;

	if (have == 0 || left <= HEAD_BYTES || (which == CHIP_SOD && file_span(f).len == 0))
		return 0;
	if (which == CHIP_COM) /* no signature covers it */
		return 0;
	return have < left - HEAD_BYTES ? have : left - HEAD_BYTES;
}

static uint8_t *put(uint8_t *at, enum chip_file which, const uint8_t *bytes, size_t len)
{
	*at++ = (uint8_t)which;
	for (unsigned i = 0; i < 4; i++)
		*at++ = (uint8_t)(len >> 8 * i);
	memcpy(at, bytes, len);
	return at + len;
}

void chip_kept_write(const struct file files[CHIP_FILES], uint8_t **ret, size_t *ret_len)
{
	size_t lens[CHIP_FILES], len = MAGIC_BYTES + SUM_BYTES;

	for (size_t i = 0; i < CHIP_FILES; i++) {
		lens[i] = worth(&files[i], i, CHIP_MAX_KEPT - len);
		len += lens[i] > 0 ? HEAD_BYTES + lens[i] : 0;
	}
	*ret = NULL;
	*ret_len = 0;
	uint8_t *bytes = len > MAGIC_BYTES + SUM_BYTES ? malloc(len) : NULL;
	if (!bytes)
		return;
	memcpy(bytes, MAGIC, MAGIC_BYTES);
	uint8_t *body = bytes + MAGIC_BYTES + SUM_BYTES, *at = body;
	for (size_t i = 0; i < CHIP_FILES; i++)
		if (lens[i] > 0)
			at = put(at, i, files[i].bytes, lens[i]);
	if (!sum(body, (size_t)(at - body), bytes + MAGIC_BYTES)) {
		explicit_bzero(bytes, len);
		free(bytes);
		return;
	}
	*ret = bytes;
	*ret_len = len;
}
