#include "tests/image/gpt.h"

#include "firmware/base/buf.h"

#include <string.h>

#define NAME_UNITS 36
#define MAX_ROWS   128
#define ROW_BYTES  128

/* Names here are ASCII; another letter is no name of ours. */
static void get_name(struct reader *r, char out[NAME_UNITS + 1])
{
	for (int i = 0; i < NAME_UNITS; i++) {
		uint16_t c = get_u16le(r);

		out[i] = (char)(c < 0x80 ? c : '?');
	}
	out[NAME_UNITS] = '\0';
}

static enum err find_row(struct reader table, uint32_t rows, const char *name, uint64_t *ret_at,
			 uint64_t *ret_len)
{
	char its[NAME_UNITS + 1];

	for (uint32_t i = 0; i < rows; i++) {
		struct reader row = get_part(&table, ROW_BYTES);

		(void)get_bytes(&row, 32); /* type, identity */
		uint64_t first = get_u64le(&row), last = get_u64le(&row);
		(void)get_bytes(&row, 8);
		get_name(&row, its);
		if (row.bad || strcmp(its, name) != 0)
			continue;
		if (last < first || last > UINT64_MAX / GPT_SECTOR - 1)
			return ERR_BAD_DATA;
		*ret_at = first * GPT_SECTOR;
		*ret_len = (last - first + 1) * GPT_SECTOR;
		return ERR_OK;
	}
	return ERR_NOT_FOUND;
}

enum err gpt_find(const uint8_t *bytes, size_t len, const char *name, uint64_t *ret_at,
		  uint64_t *ret_len)
{
	struct reader all = reader_of(bytes, len);

	(void)get_bytes(&all, GPT_SECTOR);
	struct reader head = get_part(&all, GPT_SECTOR);
	const uint8_t *magic = get_bytes(&head, 8);
	if (!magic || memcmp(magic, "EFI PART", 8) != 0)
		return ERR_BAD_DATA;
	(void)get_bytes(&head, 64);
	uint64_t table = get_u64le(&head);
	uint32_t rows = get_u32le(&head), row = get_u32le(&head);
	if (head.bad || table != 2 || rows > MAX_ROWS || row != ROW_BYTES)
		return ERR_BAD_DATA;
	return find_row(all, rows, name, ret_at, ret_len);
}
