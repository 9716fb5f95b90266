#include "tests/usim/toycard.h"

#include "firmware/base/buf.h"

#include <string.h>

static const uint8_t ATR[] = {
	0x3B, 0x88, 0x80, 0x01, 0, 0, 0, 0, 0x77, 0x81, 0x81, 0x00, 0x7E,
};

struct apdu {
	uint8_t cla, ins, p1, p2;
	const uint8_t *data;
	size_t data_len;
	size_t le; /* 0: none asked for */
};

/* What follows Lc and data: nothing, or Le in the same form as Lc. */
static size_t get_le(struct reader *r, bool extended)
{
	if (!r->left)
		return 0;
	size_t le = extended ? get_u16be(r) : get_u8(r);
	if (le)
		return le;
	return extended ? 65536 : 256;
}

/* ISO 7816-4, 5.1: all seven forms of a command. */
static bool parse(const uint8_t *bytes, size_t len, struct apdu *ret)
{
	struct reader r = reader_of(bytes, len);
	struct apdu a = { get_u8(&r), get_u8(&r), get_u8(&r), get_u8(&r), NULL, 0, 0 };
	bool extended = r.left > 1 && r.at[0] == 0;

	if (extended)
		get_u8(&r);
	if (r.left > (extended ? 2u : 1u)) {
		a.data_len = extended ? get_u16be(&r) : get_u8(&r);
		a.data = get_bytes(&r, a.data_len);
	}
	a.le = get_le(&r, extended);
	*ret = a;
	return !r.bad && !r.left;
}

static size_t status(uint8_t *ret, size_t at, unsigned sw)
{
	ret[at] = (uint8_t)(sw >> 8);
	ret[at + 1] = (uint8_t)sw;
	return at + 2;
}

static size_t read_binary(const struct apdu *a, uint8_t *ret)
{
	for (size_t i = 0; i < a->le; i++)
		ret[i] = (uint8_t)(a->p2 + i);
	return status(ret, a->le, 0x9000);
}

static size_t continue_object(struct toycard *t, size_t le, uint8_t *ret)
{
	size_t left = t->object_len - t->object_at, n = left < le ? left : le;

	for (size_t i = 0; i < n; i++)
		ret[i] = (uint8_t)(t->object_at + i);
	t->object_at += n;
	left -= n;
	return status(ret, n, !left ? 0x9000 : 0x6100 | (left > 255 ? 0 : left));
}

static size_t get_data(struct toycard *t, const struct apdu *a, uint8_t *ret)
{
	t->object_len = (size_t)a->p1 << 8 | a->p2;
	t->object_at = 0;
	return continue_object(t, a->le, ret);
}

static size_t update_binary(struct toycard *t, const struct apdu *a, uint8_t *ret)
{
	if (a->data_len > sizeof t->chained - t->chained_len)
		return status(ret, 0, 0x6700);
	if (a->data_len)
		memcpy(t->chained + t->chained_len, a->data, a->data_len);
	t->chained_len += a->data_len;
	if (a->cla & 0x10)
		return status(ret, 0, 0x9000);
	size_t len = t->chained_len;
	t->chained_len = 0;
	for (size_t i = 0; i < len; i++)
		if (t->chained[i] != (uint8_t)(a->p2 + i))
			return status(ret, 0, 0x6A80);
	return status(ret, 0, 0x9000);
}

static size_t answer(void *self, const uint8_t *command, size_t len, uint8_t *ret)
{
	struct toycard *t = self;
	struct apdu a;

	if (!parse(command, len, &a))
		return status(ret, 0, 0x6700);
	switch (a.ins) {
	case 0xA4:
		return status(ret, 0, 0x9000);
	case 0xB0:
		return read_binary(&a, ret);
	case 0xCA:
		return get_data(t, &a, ret);
	case 0xC0:
		return continue_object(t, a.le, ret);
	case 0xD6:
		return update_binary(t, &a, ret);
	default:
		return status(ret, 0, 0x6D00);
	}
}

static void forget(void *self)
{
	struct toycard *t = self;

	t->chained_len = t->object_len = t->object_at = 0;
}

void toycard_init(struct toycard *t)
{
	forget(t);
	t->card = (struct card){ ATR, sizeof ATR, forget, answer, NULL, t };
}
