#include "firmware/parse/chip/tlv.h"

#include <string.h>

#define MORE_TAG  0x1f
#define MORE_BIT  0x80
#define MAX_TAG   3
#define MAX_SIZER 4

/* Fails in two ways: there is not enough of it to say (ERR_NOT_FOUND), or it is not BER. */
static enum err read_tag(struct span in, size_t *at, uint32_t *ret)
{
	uint32_t tag;

	if (in.len == 0)
		return ERR_NOT_FOUND;
	tag = in.at[0];
	*at = 1;
	if ((tag & MORE_TAG) == MORE_TAG) {
		uint8_t b = MORE_BIT;
		while (b & MORE_BIT) {
			if (*at == in.len)
				return ERR_NOT_FOUND;
			if (*at == MAX_TAG)
				return ERR_BAD_DATA;
			b = in.at[(*at)++];
			tag = tag << 8 | b;
		}
	}
	*ret = tag;
	return ERR_OK;
}

static enum err read_length(struct span in, size_t *at, size_t *ret)
{
	if (*at == in.len)
		return ERR_NOT_FOUND;
	uint8_t first = in.at[(*at)++];
	if (first < 0x80) {
		*ret = first;
		return ERR_OK;
	}
	size_t n = first & 0x7f, value = 0;
	if (n == 0 || n > MAX_SIZER)
		return ERR_BAD_DATA;
	for (; n > 0; n--) {
		if (*at == in.len)
			return ERR_NOT_FOUND;
		value = value << 8 | in.at[(*at)++];
	}
	*ret = value;
	return ERR_OK;
}

static enum err read_head(struct span in, uint32_t *ret_tag, size_t *ret_head, size_t *ret_value)
{
	size_t at = 0;
	enum err e = read_tag(in, &at, ret_tag);

	if (e == ERR_OK)
		e = read_length(in, &at, ret_value);
	if (e == ERR_OK)
		*ret_head = at;
	return e;
}

enum err tlv_next(struct span *from, struct tlv *ret)
{
	uint32_t tag;
	size_t head, len;

	if (from->len == 0)
		return ERR_NOT_FOUND;
	if (read_head(*from, &tag, &head, &len) != ERR_OK || len > from->len - head)
		return ERR_BAD_DATA;
	*ret = (struct tlv){ tag, { from->at + head, len }, { from->at, head + len } };
	from->at += head + len;
	from->len -= head + len;
	return ERR_OK;
}

enum err tlv_find(struct span in, uint32_t tag, struct span *ret_value)
{
	struct tlv t = { 0 };
	enum err e = tlv_next(&in, &t);

	while (e == ERR_OK && t.tag != tag)
		e = tlv_next(&in, &t);
	if (e == ERR_OK)
		*ret_value = t.value;
	return e;
}

enum err tlv_total(struct span head, size_t *ret_bytes)
{
	uint32_t tag;
	size_t head_len, len;
	enum err e = read_head(head, &tag, &head_len, &len);

	if (e == ERR_OK)
		*ret_bytes = head_len + len;
	return e;
}

size_t tlv_put(uint8_t *at, uint32_t tag, struct span value)
{
	size_t n = 0;

	for (int shift = 16; shift > 0; shift -= 8)
		if (tag >> shift)
			at[n++] = (uint8_t)(tag >> shift);
	at[n++] = (uint8_t)tag;
	if (value.len > 0xff) {
		at[n++] = 0x82;
		at[n++] = (uint8_t)(value.len >> 8);
	} else if (value.len > 0x7f) {
		at[n++] = 0x81;
	}
	at[n++] = (uint8_t)value.len;
	if (value.len > 0)
		memcpy(at + n, value.at, value.len);
	return n + value.len;
}
