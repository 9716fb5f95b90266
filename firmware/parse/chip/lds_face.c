#include "firmware/base/buf.h"
#include "firmware/parse/chip/lds.h"

#include <string.h>

#define TAG_GROUP    0x7f61
#define TAG_TEMPLATE 0x7f60
#define TAG_COUNT    0x02
#define TAG_DATA     0x5f2e
#define TAG_DATA_ENC 0x7f2e

enum {
	RECORD_HEAD = 14,
	FACE_HEAD = 20,
	POINT = 8,
	PICTURE_HEAD = 12,
	SEARCHED = 8192, /* a face may be marked with thousands of points, but none is */
};

/* How pictures begin: JPEG; JPEG 2000 as a file and as a bare stream. */
static const struct magic {
	enum lds_picture kind;
	uint8_t len;
	uint8_t bytes[8];
} MAGICS[] = {
	{ LDS_JPEG, 3, { 0xff, 0xd8, 0xff } },
	{ LDS_JPEG2000, 8, { 0x00, 0x00, 0x00, 0x0c, 0x6a, 0x50, 0x20, 0x20 } },
	{ LDS_JPEG2000, 4, { 0xff, 0x4f, 0xff, 0x51 } },
};

static bool begins(struct span s, const struct magic *m)
{
	return s.len >= m->len && memcmp(s.at, m->bytes, m->len) == 0;
}

static bool begin_picture(struct span s, enum lds_picture *ret)
{
	for (size_t i = 0; i < sizeof MAGICS / sizeof *MAGICS; i++)
		if (begins(s, &MAGICS[i])) {
			*ret = MAGICS[i].kind;
			return true;
		}
	return false;
}

/* The place of the biometric data, when the objects around them are sound. */
static enum err find_record(struct span dg2, struct span *ret, uint32_t *ret_count)
{
	struct span body, group, count, template;

	if (lds_body(dg2, 2, &body) != ERR_OK || tlv_find(body, TAG_GROUP, &group) != ERR_OK)
		return ERR_BAD_DATA;
	if (tlv_find(group, TAG_COUNT, &count) == ERR_OK && count.len == 1)
		*ret_count = count.at[0];
	if (*ret_count == 0)
		return ERR_NOT_FOUND;
	if (tlv_find(group, TAG_TEMPLATE, &template) != ERR_OK)
		return ERR_BAD_DATA;
	if (tlv_find(template, TAG_DATA, ret) == ERR_OK)
		return ERR_OK;
	return tlv_find(template, TAG_DATA_ENC, ret) == ERR_OK ? ERR_OK : ERR_BAD_DATA;
}

/* ISO/IEC 19794-5: "FAC", version, length, count; then for each face its block: length, count of
 * feature points, ...; the points; the picture's own header. Lengths are not relied on: cards are
 * off by as much as eight bytes. */
static void read_heads(struct span *record, struct lds_face *f)
{
	static const uint8_t MARK[] = { 'F', 'A', 'C', 0 };
	const uint8_t *from = memmem(record->at, record->len, MARK, sizeof MARK);

	if (!from)
		return;
	struct reader r = reader_of(from, record->len - (size_t)(from - record->at));
	(void)get_bytes(&r, RECORD_HEAD - 2);
	uint16_t count = get_u16be(&r);
	(void)get_bytes(&r, 4);
	uint16_t points = get_u16be(&r);
	(void)get_bytes(&r, FACE_HEAD - 6);
	(void)get_bytes(&r, (size_t)points * POINT);
	(void)get_bytes(&r, 2);
	uint16_t width = get_u16be(&r), height = get_u16be(&r);
	(void)get_bytes(&r, PICTURE_HEAD - 6);
	if (r.bad)
		return;
	f->count = count;
	f->width = width;
	f->height = height;
	*record = (struct span){ r.at, r.left };
}

enum err lds_face_find(struct span dg2, struct lds_face *ret)
{
	struct lds_face f = { 0 };
	struct span rest = dg2;
	uint32_t templates = 1;
	enum err e = dg2.len > 0 ? find_record(dg2, &rest, &templates) : ERR_NOT_FOUND;

	if (e == ERR_NOT_FOUND)
		return e;
	if (e != ERR_OK)
		rest = dg2;
	read_heads(&rest, &f);
	for (size_t i = 0; i < SEARCHED && rest.len > 0; i++) {
		if (begin_picture(rest, &f.kind)) {
			f.image = rest;
			*ret = f;
			return ERR_OK;
		}
		rest.at++;
		rest.len--;
	}
	return e == ERR_OK ? ERR_NOT_FOUND : ERR_BAD_DATA;
}
