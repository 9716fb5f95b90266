#include "firmware/parse/chip/security_infos.h"

#include <string.h>

#define TAG_DG14     0x6e
#define TAG_SET      0x31
#define TAG_SEQUENCE 0x30
#define TAG_INTEGER  0x02
#define TAG_OID      0x06

/* What comes behind the common beginning of BSI's protocols, 0.4.0.127.0.7.2.2: a protocol, then
 * what it is made of. */
static const uint8_t BSI[] = { 0x04, 0x00, 0x7f, 0x00, 0x07, 0x02, 0x02 };
enum { BSI_KEY = 1, BSI_CHIP_AUTH = 3, BSI_PACE = 4 };
enum { MADE_DH = 1, MADE_ECDH = 2 };

/* 2.23.136.1.1.5 */
static const uint8_t ACTIVE_AUTH[] = { 0x67, 0x81, 0x08, 0x01, 0x01, 0x05 };

/* id-PACE: DH-GM 1, ECDH-GM 2, DH-IM 3, ECDH-IM 4, ECDH-CAM 6 */
struct pace_row {
	bool known, curve;
	enum pace_map map;
};
static const struct pace_row PACES[] = {
	[1] = { true, false, PACE_GM }, [2] = { true, true, PACE_GM },
	[3] = { true, false, PACE_IM }, [4] = { true, true, PACE_IM },
	[6] = { true, true, PACE_CAM },
};

enum err infos_open(struct span file, struct span *ret_set)
{
	struct tlv t;

	if (tlv_next(&file, &t) != ERR_OK)
		return ERR_BAD_DATA;
	struct span inside = t.value;
	if (t.tag == TAG_DG14 && tlv_next(&inside, &t) != ERR_OK)
		return ERR_BAD_DATA;
	if (t.tag != TAG_SET)
		return ERR_BAD_DATA;
	*ret_set = t.value;
	return ERR_OK;
}

/* An INTEGER that fits; false leaves *ret as it was. */
static bool small_number(const struct tlv *t, uint32_t *ret)
{
	uint32_t value = 0;

	if (t->tag != TAG_INTEGER || t->value.len == 0 || t->value.len > 5 ||
	    t->value.at[0] & 0x80 || (t->value.len == 5 && t->value.at[0] != 0))
		return false;
	for (size_t i = 0; i < t->value.len; i++)
		value = value << 8 | t->value.at[i];
	if (value == INFO_NO_ID)
		return false;
	*ret = value;
	return true;
}

static bool cipher_of(uint8_t arc, enum sm_cipher *ret)
{
	if (arc < 1 || arc > 4)
		return false;
	*ret = (enum sm_cipher)(SM_3DES + arc - 1);
	return true;
}

/* SEQUENCE { oid, version INTEGER, id INTEGER OPTIONAL } */
static bool version_and_id(struct info *i, struct span rest)
{
	struct tlv t;

	if (tlv_next(&rest, &t) != ERR_OK || !small_number(&t, &i->version))
		return false;
	if (tlv_next(&rest, &t) == ERR_OK && !small_number(&t, &i->id))
		return false;
	return true;
}

/* SEQUENCE { oid, body SEQUENCE, id INTEGER OPTIONAL } */
static bool body_and_id(struct info *i, struct span rest)
{
	struct tlv t;

	if (tlv_next(&rest, &t) != ERR_OK || t.tag != TAG_SEQUENCE)
		return false;
	i->body = t.whole;
	if (tlv_next(&rest, &t) == ERR_OK && !small_number(&t, &i->id))
		return false;
	return true;
}

static enum info_kind read_pace(struct info *i, struct span tail, struct span rest)
{
	uint8_t made = tail.at[0];

	if (made >= sizeof(PACES) / sizeof(PACES[0]) || !PACES[made].known)
		return INFO_OTHER;
	i->curve = PACES[made].curve;
	i->map = PACES[made].map;
	if (tail.len == 1)
		return body_and_id(i, rest) ? INFO_PACE_GROUP : INFO_OTHER;
	if (tail.len != 2 || !cipher_of(tail.at[1], &i->cipher) ||
	    (i->map == PACE_CAM && i->cipher == SM_3DES))
		return INFO_OTHER;
	return version_and_id(i, rest) && i->version == 2 ? INFO_PACE : INFO_OTHER;
}

static enum info_kind read_chip(struct info *i, uint8_t protocol, struct span tail,
				struct span rest)
{
	if (tail.at[0] != MADE_DH && tail.at[0] != MADE_ECDH)
		return INFO_OTHER;
	i->curve = tail.at[0] == MADE_ECDH;
	if (protocol == BSI_KEY)
		return tail.len == 1 && body_and_id(i, rest) ? INFO_CHIP_KEY : INFO_OTHER;
	if (tail.len != 2 || !cipher_of(tail.at[1], &i->cipher))
		return INFO_OTHER;
	return version_and_id(i, rest) && i->version == 1 ? INFO_CHIP_AUTH : INFO_OTHER;
}

static enum info_kind read_active(struct info *i, struct span rest)
{
	struct tlv t;

	if (tlv_next(&rest, &t) != ERR_OK || !small_number(&t, &i->version) ||
	    tlv_next(&rest, &t) != ERR_OK || t.tag != TAG_OID)
		return INFO_OTHER;
	i->signature = t.value;
	return INFO_ACTIVE_AUTH;
}

static enum info_kind read_kind(struct info *i, struct span rest)
{
	struct span oid = i->oid;

	if (oid.len == sizeof(ACTIVE_AUTH) && memcmp(oid.at, ACTIVE_AUTH, oid.len) == 0)
		return read_active(i, rest);
	if (oid.len < sizeof(BSI) + 2 || memcmp(oid.at, BSI, sizeof(BSI)) != 0)
		return INFO_OTHER;
	uint8_t protocol = oid.at[sizeof(BSI)];
	struct span tail = { oid.at + sizeof(BSI) + 1, oid.len - sizeof(BSI) - 1 };
	if (protocol == BSI_PACE)
		return read_pace(i, tail, rest);
	if (protocol == BSI_KEY || protocol == BSI_CHIP_AUTH)
		return read_chip(i, protocol, tail, rest);
	return INFO_OTHER;
}

enum err infos_next(struct span *set, struct info *ret)
{
	struct info i = { .id = INFO_NO_ID };
	struct tlv entry, t;
	enum err e = tlv_next(set, &entry);

	if (e != ERR_OK)
		return e;
	i.whole = entry.whole;
	if (entry.tag == TAG_SEQUENCE && tlv_next(&entry.value, &t) == ERR_OK && t.tag == TAG_OID) {
		i.oid = t.value;
		i.kind = read_kind(&i, entry.value);
	}
	*ret = i;
	return ERR_OK;
}

static bool of_pace(const struct info *i)
{
	return i->kind == INFO_PACE || i->kind == INFO_PACE_GROUP;
}

static bool has_entry(struct span set, struct span whole)
{
	struct info i;

	while (infos_next(&set, &i) == ERR_OK)
		if (i.whole.len == whole.len && memcmp(i.whole.at, whole.at, whole.len) == 0)
			return true;
	return false;
}

static unsigned count_pace(struct span set)
{
	struct info i;
	unsigned n = 0;

	while (infos_next(&set, &i) == ERR_OK)
		n += of_pace(&i);
	return n;
}

static bool all_in(struct span set, struct span other)
{
	struct info i;

	while (infos_next(&set, &i) == ERR_OK)
		if (of_pace(&i) && !has_entry(other, i.whole))
			return false;
	return true;
}

enum infos_vouch infos_vouch(struct span card_access, struct span dg14)
{
	struct span offered, vouched;

	if (infos_open(dg14, &vouched) != ERR_OK || count_pace(vouched) == 0)
		return INFOS_SILENT;
	if (infos_open(card_access, &offered) != ERR_OK || count_pace(offered) == 0)
		return INFOS_WITHHELD;
	return all_in(offered, vouched) && all_in(vouched, offered) ? INFOS_SAME : INFOS_OTHER;
}
