#include "firmware/board/entry.h"

#include "firmware/base/buf.h"

#include <string.h>

#define ACTIVE    1u
#define MEDIA     4
#define HARD_DISK 1
#define FILE_PATH 4
#define GPT       2
#define END       0x7f

/* UCS-2 up to its end mark, or to the reader's end. */
static void get_text(struct reader *r, char *ret, size_t size)
{
	size_t len = 0;
	uint16_t c;

	while (r->left >= 2 && (c = get_u16le(r)) != 0)
		if (len + 1 < size)
			ret[len++] = c >= 0x20 && c < 0x7f ? (char)c : '?';
	ret[len] = '\0';
}

static void get_partition(struct reader *r, struct entry *e)
{
	(void)get_bytes(r, 4 + 8 + 8);
	const uint8_t *uuid = get_bytes(r, 16);
	uint8_t format = get_u8(r), kind = get_u8(r);

	if (r->bad || format != GPT || kind != GPT || e->on_partition)
		return;
	memcpy(e->partition, uuid, 16);
	e->on_partition = true;
}

/* False: that was the last. */
static bool get_node(struct reader *list, struct entry *e)
{
	uint8_t type = get_u8(list), subtype = get_u8(list);
	uint16_t len = get_u16le(list);

	if (list->bad || len < 4) {
		list->bad = true;
		return false;
	}
	struct reader node = get_part(list, len - 4u);
	if (type == MEDIA && subtype == HARD_DISK)
		get_partition(&node, e);
	else if (type == MEDIA && subtype == FILE_PATH && !e->file[0])
		get_text(&node, e->file, sizeof e->file);
	return type != END && !list->bad;
}

enum err entry_parse(const uint8_t *bytes, size_t len, struct entry *ret)
{
	struct reader r = reader_of(bytes, len);
	struct entry e = { .active = get_u32le(&r) & ACTIVE };
	uint16_t list_len = get_u16le(&r);

	get_text(&r, e.name, sizeof e.name);
	struct reader list = get_part(&r, list_len);
	while (!list.bad && list.left > 0 && get_node(&list, &e))
		;
	if (r.bad || list.bad)
		return ERR_BAD_DATA;
	*ret = e;
	return ERR_OK;
}
