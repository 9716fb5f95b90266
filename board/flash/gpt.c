#include "board/flash/gpt.h"

#include "firmware/base/buf.h"

#include <string.h>
#include <zlib.h>

#define HEADER_BYTES 92u
#define TAIL_SECTORS (GPT_TAIL_BYTES / GPT_SECTOR)

/* the fields of a header that depend on which of the two it is */
struct place {
	uint64_t mine, other, table;
};

static struct place place_of(bool head, uint64_t sectors)
{
	if (head)
		return (struct place){ 1, sectors - 1, 2 };
	return (struct place){ sectors - 1, 1, sectors - TAIL_SECTORS };
}

static uint32_t sum(const uint8_t *bytes, size_t len)
{
	return (uint32_t)crc32(crc32(0, NULL, 0), bytes, (uInt)len);
}

/* As UEFI 5.3.2 asks: its sum is taken with zeros where the sum stands. */
static bool header_is_whole(const uint8_t *header)
{
	uint8_t copy[HEADER_BYTES];
	struct reader r = reader_of(header + 16, 4);

	memcpy(copy, header, sizeof(copy));
	memset(copy + 16, 0, 4);
	return memcmp(header, "EFI PART\0\0\1\0\x5c\0\0\0", 16) == 0 &&
	       sum(copy, sizeof(copy)) == get_u32le(&r);
}

static bool raw_part(const struct gpt *g, unsigned index, struct gpt_part *ret)
{
	static const uint8_t NONE[16];
	struct reader r = reader_of(g->table + index * GPT_ENTRY_BYTES, GPT_ENTRY_BYTES);
	const uint8_t *type = get_bytes(&r, 16), *guid = get_bytes(&r, 16);
	uint64_t first = get_u64le(&r), last = get_u64le(&r);
	struct gpt_part p = { .index = index };

	if (!type || !guid || memcmp(type, NONE, sizeof(NONE)) == 0)
		return false;
	memcpy(p.type, type, sizeof(p.type));
	memcpy(p.guid, guid, sizeof(p.guid));
	p.start = first * GPT_SECTOR;
	p.bytes = (last - first + 1) * GPT_SECTOR;
	(void)get_u64le(&r);
	for (size_t i = 0; i < GPT_NAME_CAP - 1; i++) {
		uint16_t c = get_u16le(&r);
		p.name[i] = c == 0 ? '\0' : c >= ' ' && c < 0x7f ? (char)c : '?';
		if (c == 0)
			break;
	}
	*ret = p;
	return true;
}

/* First and last sector of an entry, as they stand there. */
static void extent(const struct gpt *g, unsigned index, uint64_t *ret_first, uint64_t *ret_last)
{
	struct reader r = reader_of(g->table + index * GPT_ENTRY_BYTES + 32, 16);

	*ret_first = get_u64le(&r);
	*ret_last = get_u64le(&r);
}

static bool overlaps(const struct gpt *g, unsigned index, uint64_t first, uint64_t last)
{
	struct gpt_part other;
	uint64_t from, to;

	for (unsigned i = 0; i < index; i++) {
		if (!raw_part(g, i, &other))
			continue;
		extent(g, i, &from, &to);
		if (first <= to && from <= last)
			return true;
	}
	return false;
}

static bool parts_are_sane(const struct gpt *g)
{
	struct gpt_part p;
	uint64_t first, last;

	for (unsigned i = 0; i < GPT_ENTRIES; i++) {
		if (!raw_part(g, i, &p))
			continue;
		extent(g, i, &first, &last);
		if (first < g->first_usable || last > g->last_usable || first > last ||
		    overlaps(g, i, first, last))
			return false;
	}
	return true;
}

static bool is_of(struct reader *r, const struct place *at, uint64_t sectors)
{
	uint64_t mine = get_u64le(r), other = get_u64le(r);

	/* the first may name a second one that stands where the disk, or its image, ended before */
	return mine == at->mine && (mine == 1 ? other < sectors : other == at->other);
}

static enum err read_table(const uint8_t *header, const uint8_t *table, uint64_t sectors, bool head,
			   struct gpt *ret)
{
	struct reader r = reader_of(header + 24, HEADER_BYTES - 24);
	struct place at = place_of(head, sectors);
	struct gpt g;

	if (!header_is_whole(header) || !is_of(&r, &at, sectors))
		return ERR_BAD_DATA;
	g.first_usable = get_u64le(&r);
	g.last_usable = get_u64le(&r);
	memcpy(g.guid, get_bytes(&r, 16), 16);
	uint64_t where = get_u64le(&r);
	uint32_t entries = get_u32le(&r), size = get_u32le(&r), check = get_u32le(&r);
	if (where != at.table || entries != GPT_ENTRIES || size != GPT_ENTRY_BYTES || r.bad ||
	    check != sum(table, GPT_TABLE_BYTES))
		return ERR_BAD_DATA;
	memcpy(g.table, table, GPT_TABLE_BYTES);
	if (g.first_usable < 2 + GPT_TABLE_BYTES / GPT_SECTOR ||
	    g.last_usable >= sectors - TAIL_SECTORS || !parts_are_sane(&g))
		return ERR_BAD_DATA;
	*ret = g;
	return ERR_OK;
}

enum err gpt_read_head(const uint8_t *head, size_t len, uint64_t sectors, struct gpt *ret)
{
	if (len < GPT_HEAD_BYTES || sectors < 2 * GPT_HEAD_BYTES / GPT_SECTOR)
		return ERR_BAD_DATA;
	return read_table(head + GPT_SECTOR, head + 2 * GPT_SECTOR, sectors, true, ret);
}

enum err gpt_read_tail(const uint8_t *tail, size_t len, uint64_t sectors, struct gpt *ret)
{
	if (len < GPT_TAIL_BYTES || sectors < 2 * GPT_HEAD_BYTES / GPT_SECTOR)
		return ERR_BAD_DATA;
	return read_table(tail + GPT_TABLE_BYTES, tail, sectors, false, ret);
}

bool gpt_part(const struct gpt *g, unsigned n, struct gpt_part *ret)
{
	struct gpt_part p;

	for (unsigned i = 0; i < GPT_ENTRIES; i++) {
		if (!raw_part(g, i, &p) || n-- > 0)
			continue;
		*ret = p;
		return true;
	}
	return false;
}

bool gpt_find(const struct gpt *g, const char *name, struct gpt_part *ret)
{
	struct gpt_part p;

	for (unsigned n = 0; gpt_part(g, n, &p); n++) {
		if (strcmp(p.name, name) != 0)
			continue;
		*ret = p;
		return true;
	}
	return false;
}

void gpt_fit(struct gpt *g, uint64_t sectors)
{
	g->last_usable = sectors - TAIL_SECTORS - 1;
}

static uint8_t *put(uint8_t *at, uint64_t value, size_t len)
{
	for (size_t i = 0; i < len; i++)
		at[i] = (uint8_t)(value >> 8 * i);
	return at + len;
}

static void write_header(const struct gpt *g, const struct place *p, uint8_t ret[GPT_SECTOR])
{
	uint8_t *at = ret + 24;

	memset(ret, 0, GPT_SECTOR);
	memcpy(ret, "EFI PART\0\0\1\0\x5c\0\0\0", 16);
	at = put(at, p->mine, 8);
	at = put(at, p->other, 8);
	at = put(at, g->first_usable, 8);
	at = put(at, g->last_usable, 8);
	memcpy(at, g->guid, 16);
	at = put(at + 16, p->table, 8);
	at = put(at, GPT_ENTRIES, 4);
	at = put(at, GPT_ENTRY_BYTES, 4);
	put(at, sum(g->table, GPT_TABLE_BYTES), 4);
	put(ret + 16, sum(ret, HEADER_BYTES), 4);
}

/* What keeps old programs from taking the disk for an empty one (UEFI 5.2.3). */
static void write_mbr(uint64_t sectors, uint8_t ret[GPT_SECTOR])
{
	static const uint8_t ENTRY[] = { 0, 0, 2, 0, 0xee, 0xff, 0xff, 0xff, 1, 0, 0, 0 };

	memset(ret, 0, GPT_SECTOR);
	memcpy(ret + 446, ENTRY, sizeof(ENTRY));
	put(ret + 458, sectors - 1 > UINT32_MAX ? UINT32_MAX : sectors - 1, 4);
	ret[510] = 0x55;
	ret[511] = 0xaa;
}

void gpt_write(const struct gpt *g, uint64_t sectors, uint8_t ret_head[GPT_HEAD_BYTES],
	       uint8_t ret_tail[GPT_TAIL_BYTES])
{
	struct place head = place_of(true, sectors), tail = place_of(false, sectors);

	write_mbr(sectors, ret_head);
	write_header(g, &head, ret_head + GPT_SECTOR);
	memcpy(ret_head + 2 * GPT_SECTOR, g->table, GPT_TABLE_BYTES);
	memcpy(ret_tail, g->table, GPT_TABLE_BYTES);
	write_header(g, &tail, ret_tail + GPT_TABLE_BYTES);
}
