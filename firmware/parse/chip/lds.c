#include "firmware/parse/chip/lds.h"

#define TAG_COM             0x60
#define TAG_LDS_VERSION     0x5f01
#define TAG_UNICODE_VERSION 0x5f36
#define TAG_LIST            0x5c

enum { GROUPS = 16 };

/* By number of the group; ICAO Doc 9303-10 table 38. */
static const uint8_t TAGS[GROUPS + 1] = { 0,    0x61, 0x75, 0x63, 0x76, 0x65, 0x66, 0x67, 0x68,
					  0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f, 0x70 };

unsigned lds_group_of_tag(uint8_t tag)
{
	for (unsigned n = 1; n <= GROUPS; n++)
		if (TAGS[n] == tag)
			return n;
	return 0;
}

static enum err body_of(struct span file, uint32_t tag, struct span *ret)
{
	struct tlv t;

	if (tlv_next(&file, &t) != ERR_OK || t.tag != tag)
		return ERR_BAD_DATA;
	*ret = t.value;
	return ERR_OK;
}

enum err lds_body(struct span file, unsigned n, struct span *ret)
{
	if (n == 0 || n > GROUPS)
		return ERR_BAD_DATA;
	return body_of(file, TAGS[n], ret);
}

/* Digits only, or 0. */
static uint32_t number_of(struct span text, size_t len)
{
	uint32_t n = 0;

	if (text.len != len)
		return 0;
	for (size_t i = 0; i < len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return 0;
		n = n * 10 + (uint32_t)(text.at[i] - '0');
	}
	return n;
}

enum err lds_com_read(struct span file, struct lds_com *ret)
{
	struct span body, lds = { 0 }, unicode = { 0 }, list;

	if (body_of(file, TAG_COM, &body) != ERR_OK || tlv_find(body, TAG_LIST, &list) != ERR_OK)
		return ERR_BAD_DATA;
	(void)tlv_find(body, TAG_LDS_VERSION, &lds);
	(void)tlv_find(body, TAG_UNICODE_VERSION, &unicode);
	struct lds_com com = { .lds_version = (uint16_t)number_of(lds, 4),
			       .unicode_version = number_of(unicode, 6) };
	for (size_t i = 0; i < list.len; i++) {
		unsigned n = lds_group_of_tag(list.at[i]);

		com.groups |= n > 0 ? LDS_GROUP(n) : 0;
	}
	*ret = com;
	return ERR_OK;
}

enum err lds_dg15_read(struct span file, struct span *ret_key_info)
{
	struct span body;
	struct tlv t;

	if (lds_body(file, 15, &body) != ERR_OK || tlv_next(&body, &t) != ERR_OK || t.tag != 0x30)
		return ERR_BAD_DATA;
	*ret_key_info = t.whole;
	return ERR_OK;
}
