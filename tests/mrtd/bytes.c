#include "tests/mrtd/bytes.h"

#include "firmware/base/buf.h"

#include <stdlib.h>
#include <string.h>

void mrtd_bytes_end(struct mrtd_bytes *b)
{
	free(b->at);
	*b = (struct mrtd_bytes){ 0 };
}

/* Room for n more at the end; NULL for none. */
static uint8_t *grow(struct mrtd_bytes *b, size_t n)
{
	if (b->bad || !n)
		return NULL;
	if (b->cap - b->len < n) {
		size_t cap = (b->len + n) * 2 + 64;
		uint8_t *at = realloc(b->at, cap);

		b->bad = !at;
		if (!at)
			return NULL;
		b->at = at;
		b->cap = cap;
	}
	b->len += n;
	return b->at + b->len - n;
}

void mrtd_put(struct mrtd_bytes *b, const void *data, size_t len)
{
	uint8_t *to = grow(b, len);

	if (to)
		memcpy(to, data, len);
}

void mrtd_put_u8(struct mrtd_bytes *b, uint8_t value)
{
	mrtd_put(b, &value, 1);
}

void mrtd_put_fill(struct mrtd_bytes *b, uint8_t value, size_t count)
{
	uint8_t *to = grow(b, count);

	if (to)
		memset(to, value, count);
}

static int nibble(char c)
{
	const char *digits = "0123456789ABCDEF", *at = strchr(digits, c & ~0x20);

	if (c >= '0' && c <= '9')
		return c - '0';
	return c && at ? (int)(at - digits) : -1;
}

void mrtd_put_hex(struct mrtd_bytes *b, const char *hex)
{
	for (; hex[0] && hex[1]; hex += 2)
		mrtd_put_u8(b, (uint8_t)(nibble(hex[0]) << 4 | nibble(hex[1])));
}

static size_t put_head(uint32_t tag, size_t len, uint8_t head[9])
{
	size_t n = 0;

	for (int shift = 24; shift >= 0; shift -= 8)
		if (tag >> shift || !shift)
			head[n++] = (uint8_t)(tag >> shift);
	int bytes = len < 0x80 ? 0 : len < 0x100 ? 1 : len < 0x10000 ? 2 : 3;
	if (bytes)
		head[n++] = (uint8_t)(0x80 | bytes);
	for (int shift = 8 * (bytes ? bytes - 1 : 0); shift >= 0; shift -= 8)
		head[n++] = (uint8_t)(len >> shift);
	return n;
}

size_t mrtd_head_bytes(uint32_t tag, size_t len)
{
	uint8_t head[9];

	return put_head(tag, len, head);
}

void mrtd_put_tlv(struct mrtd_bytes *b, uint32_t tag, const void *value, size_t len)
{
	uint8_t head[9];

	mrtd_put(b, head, put_head(tag, len, head));
	mrtd_put(b, value, len);
}

void mrtd_wrap(struct mrtd_bytes *b, uint32_t tag, size_t start)
{
	uint8_t head[9];
	size_t len = b->len - start, n = put_head(tag, len, head);

	if (!grow(b, n))
		return;
	memmove(b->at + start + n, b->at + start, len);
	memcpy(b->at + start, head, n);
}

static uint32_t get_tag(struct reader *r)
{
	uint32_t tag = get_u8(r);

	if ((tag & 0x1F) != 0x1F)
		return tag;
	tag = tag << 8 | get_u8(r);
	return tag & 0x80 ? tag << 8 | get_u8(r) : tag;
}

static size_t get_length(struct reader *r)
{
	size_t first = get_u8(r), len = 0;

	if (first < 0x80)
		return first;
	r->bad = r->bad || first == 0x80 || first > 0x84;
	for (size_t i = 0x80; i < first && !r->bad; i++)
		len = len << 8 | get_u8(r);
	return len;
}

bool mrtd_find(const uint8_t *in, size_t len, uint32_t tag, const uint8_t **ret, size_t *ret_len)
{
	struct reader r = reader_of(in, len);

	while (r.left && !r.bad) {
		uint32_t found = get_tag(&r);
		size_t n = get_length(&r);
		const uint8_t *value = get_bytes(&r, n);

		if (r.bad || found != tag)
			continue;
		*ret = value;
		*ret_len = n;
		return true;
	}
	return false;
}
