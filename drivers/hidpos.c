#include "drivers/hidpos.h"

#include "firmware/base/buf.h"

#include <string.h>

#define MAX_USAGES  32
#define MAX_REPORTS 16
#define MAX_PUSHED  4
#define LONG_ITEM   0xfe
#define NO_BYTE     0xffff
#define NO_BIT      0xffffffffu

/* tag and type of an item, without its size (HID 1.11, 6.2.2) */
enum {
	ITEM_INPUT = 0x80,
	ITEM_OUTPUT = 0x90,
	ITEM_COLLECTION = 0xa0,
	ITEM_FEATURE = 0xb0,
	ITEM_COLLECTION_END = 0xc0,
	ITEM_PAGE = 0x04,
	ITEM_SIZE = 0x74,
	ITEM_ID = 0x84,
	ITEM_COUNT = 0x94,
	ITEM_PUSH = 0xa4,
	ITEM_POP = 0xb4,
	ITEM_USAGE = 0x08,
};

enum {
	USAGE_BYTE_COUNT = 0x0001003b,
	USAGE_DATA = 0x008c00fe,
	USAGE_CONTINUED = 0x008c00ff,
};

struct globals {
	uint32_t page, size_bits, count;
	uint8_t id;
};

struct layout {
	uint8_t id;
	uint32_t bits; /* so far, id included */
	struct hidpos_report report;
};

struct parse {
	struct globals now, pushed[MAX_PUSHED];
	size_t pushed_count;
	uint32_t usages[MAX_USAGES];
	size_t usage_count;
	struct layout layouts[MAX_REPORTS];
	size_t layout_count;
	bool bad;
};

static struct layout *layout_of(struct parse *p)
{
	for (size_t i = 0; i < p->layout_count; i++) {
		if (p->layouts[i].id == p->now.id)
			return &p->layouts[i];
	}
	if (p->layout_count == MAX_REPORTS)
		return NULL;
	struct layout *l = &p->layouts[p->layout_count++];
	*l = (struct layout){ .id = p->now.id, .bits = p->now.id ? 8 : 0 };
	l->report = (struct hidpos_report){ .id = l->id, .count_at = NO_BYTE, .more_bit = NO_BIT };
	return l;
}

static void field(struct layout *l, uint32_t usage, uint32_t size_bits, uint32_t count)
{
	struct hidpos_report *r = &l->report;
	bool on_byte = l->bits % 8 == 0 && size_bits == 8;

	if (size_bits == 0 || count == 0)
		return; /* it has no place; the next field's may be beyond the report */
	if (usage == USAGE_DATA && on_byte && r->data_bytes == 0) {
		r->data_at = (uint16_t)(l->bits / 8);
		r->data_bytes = (uint16_t)count;
	} else if (usage == USAGE_BYTE_COUNT && on_byte && r->count_at == NO_BYTE) {
		r->count_at = (uint16_t)(l->bits / 8);
	} else if (usage == USAGE_CONTINUED && r->more_bit == NO_BIT) {
		r->more_bit = l->bits;
	}
	l->bits += size_bits * count;
}

/* Usages are given to the fields in turn; the last one has all that are left. */
static void input(struct parse *p)
{
	struct layout *l = layout_of(p);
	uint32_t count = p->now.count, size = p->now.size_bits;

	if (!l || size > 64 || count > HIDPOS_MAX_REPORT * 8 ||
	    l->bits + size * count > HIDPOS_MAX_REPORT * 8) {
		p->bad = true;
		return;
	}
	for (size_t i = 0; i + 1 < p->usage_count && count > 1; i++, count--)
		field(l, p->usages[i], size, 1);
	field(l, p->usage_count ? p->usages[p->usage_count - 1] : 0, size, count);
}

static void push(struct parse *p)
{
	if (p->pushed_count == MAX_PUSHED)
		p->bad = true;
	else
		p->pushed[p->pushed_count++] = p->now;
}

static void pop(struct parse *p)
{
	if (p->pushed_count == 0)
		p->bad = true;
	else
		p->now = p->pushed[--p->pushed_count];
}

static void usage(struct parse *p, uint32_t value, size_t size)
{
	/* a usage of four bytes brings its page along */
	if (p->usage_count < MAX_USAGES)
		p->usages[p->usage_count++] = size == 4 ? value : p->now.page << 16 | value;
}

static void item(struct parse *p, uint8_t what, uint32_t value, size_t size)
{
	switch (what) {
	case ITEM_PAGE:
		p->now.page = value & 0xffff;
		return;
	case ITEM_SIZE:
		p->now.size_bits = value;
		return;
	case ITEM_COUNT:
		p->now.count = value;
		return;
	case ITEM_ID:
		p->now.id = (uint8_t)value;
		return;
	case ITEM_PUSH:
		push(p);
		return;
	case ITEM_POP:
		pop(p);
		return;
	case ITEM_USAGE:
		usage(p, value, size);
		return;
	case ITEM_INPUT:
		input(p);
		break;
	}
	if ((what & 0x0c) == 0) /* every main item uses up the local ones */
		p->usage_count = 0;
}

static void next_item(struct parse *p, struct reader *r)
{
	static const uint8_t SIZES[] = { 0, 1, 2, 4 };
	uint8_t head = get_u8(r);

	if (head == LONG_ITEM) {
		uint8_t len = get_u8(r);

		get_u8(r);
		get_bytes(r, len);
		return;
	}
	size_t size = SIZES[head & 3];
	uint32_t value = 0;
	for (size_t i = 0; i < size; i++)
		value |= (uint32_t)get_u8(r) << (8 * i);
	item(p, head & 0xfc, value, size);
}

enum err hidpos_report_of(const uint8_t *descriptor, size_t len, struct hidpos_report *ret)
{
	struct reader r = reader_of(descriptor, len);
	struct parse p = { 0 };

	while (r.left > 0 && !r.bad && !p.bad)
		next_item(&p, &r);
	if (r.bad || p.bad)
		return ERR_BAD_DATA;
	for (size_t i = 0; i < p.layout_count; i++) {
		struct layout *l = &p.layouts[i];

		if (l->report.data_bytes == 0)
			continue;
		l->report.bytes = (uint16_t)((l->bits + 7) / 8);
		*ret = l->report;
		return ERR_OK;
	}
	return ERR_NOT_FOUND;
}

void hidpos_forget(struct hidpos_code *c)
{
	explicit_bzero(c, sizeof *c);
}

/* Without a count the data ends before the padding. */
static size_t data_len(const struct hidpos_report *r, const uint8_t *bytes)
{
	size_t n = r->data_bytes;

	if (r->count_at != NO_BYTE)
		return bytes[r->count_at];
	while (n > 0 && bytes[r->data_at + n - 1] == 0)
		n--;
	return n;
}

enum hidpos_next hidpos_take(const struct hidpos_report *r, struct hidpos_code *c,
			     const uint8_t *bytes, size_t len)
{
	if (len < r->bytes || (r->id && bytes[0] != r->id))
		return HIDPOS_OTHER;
	if (!c->open)
		hidpos_forget(c);
	size_t n = data_len(r, bytes);
	bool more = r->more_bit != NO_BIT && bytes[r->more_bit / 8] >> (r->more_bit % 8) & 1;

	if (n > r->data_bytes || n > sizeof c->bytes - c->len)
		c->damaged = true;
	if (!c->damaged && n > 0)
		memcpy(c->bytes + c->len, bytes + r->data_at, n);
	if (!c->damaged)
		c->len += n;
	c->open = more;
	if (more)
		return HIDPOS_MORE;
	return c->damaged || c->len == 0 ? HIDPOS_LOST : HIDPOS_WHOLE;
}
