#include "drivers/apdu.h"

#include "firmware/base/buf.h"

static uint32_t le_of(struct reader *r, bool extended)
{
	if (r->left == 0)
		return 0;
	uint32_t le = extended ? get_u16be(r) : get_u8(r);
	if (le == 0)
		return extended ? 65536 : 256;
	return le;
}

enum err apdu_of(const uint8_t *bytes, size_t len, struct apdu *ret)
{
	struct reader r = reader_of(bytes, len);
	struct apdu a = { .bytes = bytes, .len = len };

	get_bytes(&r, APDU_HEAD);
	/* a first length byte of 0 with more behind it: lengths have two bytes */
	bool extended = !r.bad && r.left > 1 && r.at[0] == 0;
	if (extended)
		get_u8(&r);
	if (r.left > (extended ? 2u : 1u)) {
		a.data_len = extended ? get_u16be(&r) : get_u8(&r);
		a.data = get_bytes(&r, a.data_len);
	}
	a.le = le_of(&r, extended);
	if (r.bad || r.left > 0 || (a.data && a.data_len == 0))
		return ERR_BAD_DATA;
	*ret = a;
	return ERR_OK;
}
