/* SELECT and READ BINARY (ISO 7816-4 sections 11.1.1, 11.2.3; ICAO Doc 9303-10 section 3.6). */
#include "tests/mrtd/card.h"

#include "firmware/base/buf.h"

#include <string.h>

#define MASTER_FILE 0x3F00

static const uint8_t APPLICATION[] = { 0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01 };

struct mrtd_file *mrtd_add_file(struct mrtd *m, uint16_t id, enum mrtd_where where)
{
	if (m->file_count == MRTD_MAX_FILES)
		return NULL;
	struct mrtd_file *f = &m->files[m->file_count++];
	*f = (struct mrtd_file){ .id = id, .where = where };
	return f;
}

const struct mrtd_file *mrtd_find_file(const struct mrtd *m, uint16_t id, enum mrtd_where where)
{
	for (size_t i = 0; i < m->file_count; i++)
		if (m->files[i].id == id && m->files[i].where == where)
			return &m->files[i];
	return NULL;
}

const uint8_t *mrtd_file(const struct mrtd *m, uint16_t id, bool in_application, size_t *ret_len)
{
	const struct mrtd_file *f =
		mrtd_find_file(m, id, in_application ? IN_APPLICATION : IN_MASTER);

	if (!f)
		return NULL;
	*ret_len = f->bytes.len;
	return f->bytes.at;
}

static const struct mrtd_file *by_short_id(const struct mrtd *m, uint8_t sfi)
{
	for (size_t i = 0; i < m->file_count; i++)
		if (m->files[i].where == m->where && (m->files[i].id & 0x1F) == sfi)
			return &m->files[i];
	return NULL;
}

static uint16_t select_application(struct mrtd *m, const struct mrtd_command *c,
				   struct mrtd_bytes *out)
{
	if (c->len != sizeof APPLICATION || memcmp(c->data, APPLICATION, c->len) != 0)
		return 0x6A82;
	m->where = IN_APPLICATION;
	m->current = NULL;
	if ((c->p2 & 0x0C) == 0 && c->le) { /* a template is asked for */
		mrtd_put_tlv(out, 0x84, APPLICATION, sizeof APPLICATION);
		mrtd_wrap(out, 0x6F, 0);
	}
	return 0x9000;
}

static uint16_t select_master(struct mrtd *m)
{
	static const uint16_t answers[] = { 0x6D00, 0x9000, 0x6A87 };

	if (answers[m->spec.mf] == 0x9000) {
		m->where = IN_MASTER;
		m->current = NULL;
	}
	return answers[m->spec.mf];
}

/* Whether the file's contents may be had now. */
static uint16_t access_of(const struct mrtd *m, const struct mrtd_file *f)
{
	return !f->refused && (f->open || (m->may_read && m->sm.on)) ? 0x9000 : 0x6982;
}

static uint16_t select_file(struct mrtd *m, uint16_t id)
{
	const struct mrtd_file *f = mrtd_find_file(m, id, m->where);

	if (f && access_of(m, f) == 0x9000) {
		m->current = f;
		return 0x9000;
	}
	m->current = NULL;
	/* Cards of this kind say "not allowed" before they say "not there". */
	return m->where == IN_APPLICATION && !(f ? f->open : m->may_read) ? 0x6982
	       : f                                                        ? 0x6982
									  : 0x6A82;
}

uint16_t mrtd_select(struct mrtd *m, const struct mrtd_command *c, struct mrtd_bytes *out)
{
	uint16_t id = c->len == 2 ? (uint16_t)(c->data[0] << 8 | c->data[1]) : 0;

	if (c->p1 == 0x04)
		return select_application(m, c, out);
	if (c->p1 == 0x00 && (c->len == 0 || id == MASTER_FILE))
		return select_master(m);
	if (c->p1 == 0x00 || c->p1 == 0x02)
		return c->len == 2 ? select_file(m, id) : 0x6700;
	return 0x6A86;
}

/* Where an odd READ BINARY begins: DO 54 with an offset of one to four bytes. */
static bool get_offset(const struct mrtd_command *c, size_t *ret)
{
	const uint8_t *at;
	size_t len;

	if (!mrtd_find(c->data, c->len, 0x54, &at, &len) || len < 1 || len > 4)
		return false;
	*ret = 0;
	for (size_t i = 0; i < len; i++)
		*ret = *ret << 8 | at[i];
	return true;
}

/* The file and the offset that P1, P2 and the data name; *ret_file NULL: there is no such. */
static uint16_t locate(struct mrtd *m, const struct mrtd_command *c,
		       const struct mrtd_file **ret_file, size_t *ret_offset)
{
	uint16_t p = (uint16_t)(c->p1 << 8 | c->p2);

	*ret_file = m->current;
	if (c->ins == 0xB1) {
		if (!get_offset(c, ret_offset))
			return 0x6A80;
		if (p && p < 0x1F)
			*ret_file = by_short_id(m, (uint8_t)p);
		else if (p)
			*ret_file = mrtd_find_file(m, p, m->where);
		return *ret_file ? 0x9000 : p ? 0x6A82 : 0x6986;
	}
	*ret_offset = p;
	if (p & 0x8000) {
		if (c->p1 & 0x60)
			return 0x6A86;
		*ret_file = by_short_id(m, c->p1 & 0x1F);
		*ret_offset = c->p2;
	}
	return *ret_file ? 0x9000 : p & 0x8000 ? 0x6A82 : 0x6986;
}

/* How many bytes come, when Le asks for more than the card puts into one answer. */
static uint16_t limit(const struct mrtd *m, const struct mrtd_command *c, size_t *le)
{
	size_t room = mrtd_room(m, c);

	if (*le == 65536 && m->faults.n[MRTD_FAULT_empty_65536])
		*le = 0;
	if (*le <= room)
		return 0x9000;
	switch (m->spec.over_le) {
	case 1:
		return 0x6700;
	case 2:
		return (uint16_t)(0x6C00 | (room < 256 ? room : 0));
	case 3:
		*le = 0;
		return 0x9000;
	default:
		*le = room;
		return 0x9000;
	}
}

static uint16_t read_part(struct mrtd *m, const struct mrtd_command *c, const struct mrtd_file *f,
			  size_t offset, struct mrtd_bytes *out)
{
	static const uint16_t behind[] = { 0x6282, 0x9000, 0x6B00 };
	bool whatever = c->le == 256 || c->le == 65536;
	size_t le = c->le, size = f->endless ? SIZE_MAX / 2 : f->bytes.len;

	uint16_t sw = limit(m, c, &le);
	if (sw != 0x9000 || !le)
		return sw;
	if (offset > size || (offset == size && size))
		return 0x6B00;
	if (le > size - offset) {
		le = size - offset;
		sw = whatever ? 0x9000 : behind[m->spec.past_end];
	}
	if (sw == 0x6B00)
		return sw;
	size_t have = offset < f->bytes.len ? f->bytes.len - offset : 0;
	mrtd_put(out, have ? f->bytes.at + offset : NULL, le < have ? le : have);
	mrtd_put_fill(out, 0x5A, le < have ? 0 : le - have);
	return sw;
}

/* Bytes of file in DO 53: as many as leave room for its head. */
static uint16_t read_odd(struct mrtd *m, const struct mrtd_command *c, const struct mrtd_file *f,
			 size_t offset, struct mrtd_bytes *out)
{
	struct mrtd_command inner = *c;
	size_t room = mrtd_room(m, c), le = c->le < room ? c->le : room;

	while (inner.le && inner.le + mrtd_head_bytes(0x53, inner.le) > le)
		inner.le--;
	uint16_t sw = read_part(m, &inner, f, offset, out);
	if (out->len)
		mrtd_wrap(out, 0x53, 0);
	return sw;
}

uint16_t mrtd_read_binary(struct mrtd *m, const struct mrtd_command *c, struct mrtd_bytes *out)
{
	const struct mrtd_file *f = NULL;
	size_t offset = 0;

	if (!c->le)
		return 0x6700;
	if (m->where == IN_APPLICATION && !m->may_read)
		return 0x6982;
	uint16_t sw = locate(m, c, &f, &offset);
	if (sw == 0x9000)
		sw = access_of(m, f);
	if (sw != 0x9000)
		return sw;
	m->current = f;
	return c->ins == 0xB1 ? read_odd(m, c, f, offset, out) : read_part(m, c, f, offset, out);
}
