#include "drivers/atr.h"

#include "firmware/base/buf.h"

#include <string.h>

#define GROUPS 8 /* more TDi than that cannot fit */

/* Global bytes stand in the first two groups, those of T=1 in the first one after its TD. */
struct group {
	unsigned number; /* 1: TA1 ... */
	bool of_t1;
};

static void take_a(struct atr *a, struct group g, uint8_t byte)
{
	if (g.number == 1) {
		a->rate = byte;
	} else if (g.number == 2) {
		a->specific = true;
		a->implicit = byte & 0x10;
		a->first = byte & 0x0f;
	} else if (g.of_t1 && byte >= 1 && byte <= ATR_MAX_IFSC) {
		a->ifsc = byte;
	}
}

static void take_b(struct atr *a, struct group g, uint8_t byte)
{
	if (g.number > 2 && g.of_t1) {
		a->bwi = byte >> 4;
		a->cwi = byte & 0x0f;
	}
}

static void take_c(struct atr *a, struct group g, uint8_t byte)
{
	if (g.number == 1)
		a->guard = byte;
	else if (g.number == 2)
		a->wait = byte;
	else if (g.of_t1)
		a->crc = byte & 1;
}

static void take_group(struct atr *a, struct group g, uint8_t which, struct reader *r)
{
	if (which & 0x10)
		take_a(a, g, get_u8(r));
	if (which & 0x20)
		take_b(a, g, get_u8(r));
	if (which & 0x40)
		take_c(a, g, get_u8(r));
}

/* All interface bytes, `which` of the first group in the high half of T0. */
static void take_interface(struct atr *a, uint8_t which, struct reader *r)
{
	bool t1_seen = false;
	struct group g = { 1, false };

	for (; g.number <= GROUPS && !r->bad; g.number++) {
		take_group(a, g, which, r);
		if (!(which & 0x80))
			break;
		which = get_u8(r);
		uint8_t protocol = which & 0x0f;
		if (g.number == 1 && !a->specific)
			a->first = protocol;
		if (protocol != 15)
			a->protocols |= (uint16_t)(1u << protocol);
		g.of_t1 = protocol == 1 && !t1_seen && g.number >= 2;
		t1_seen |= g.of_t1;
	}
}

static enum atr_check check_of(const uint8_t *from, const uint8_t *end, struct reader *r)
{
	uint8_t sum = 0;

	if (r->left == 0)
		return ATR_CHECK_BAD;
	for (const uint8_t *at = from; at < end; at++)
		sum ^= *at;
	return sum == get_u8(r) ? ATR_CHECK_GOOD : ATR_CHECK_BAD;
}

enum err atr_of(const uint8_t *bytes, size_t len, struct atr *ret)
{
	struct reader r = reader_of(bytes, len);
	struct atr a = { .rate = ATR_DEFAULT, .wait = 10, .ifsc = 32, .bwi = 4, .cwi = 13 };
	uint8_t ts = get_u8(&r), t0 = get_u8(&r);

	if (r.bad || len > ATR_MAX || (ts != 0x3b && ts != 0x3f))
		return ERR_BAD_DATA;
	a.inverse = ts == 0x3f;
	take_interface(&a, t0, &r);
	a.history_len = t0 & 0x0f;
	const uint8_t *history = get_bytes(&r, a.history_len);
	if (r.bad)
		return ERR_BAD_DATA;
	memcpy(a.history, history, a.history_len);
	if (a.protocols == 0)
		a.protocols = 1; /* T=0 is what is meant when nothing is said */
	if (a.protocols != 1)
		a.check = check_of(bytes + 1, r.at, &r);
	a.contactless = !a.inverse && (t0 & 0xf0) == 0x80 && len >= 4 && bytes[2] == 0x80 &&
			bytes[3] == 0x01;
	*ret = a;
	return ERR_OK;
}

uint16_t atr_fi(uint8_t rate)
{
	static const uint16_t FI[16] = { 372, 372, 558, 744,  1116, 1488, 1860, 0,
					 0,   512, 768, 1024, 1536, 2048, 0,    0 };

	return FI[rate >> 4];
}

uint8_t atr_di(uint8_t rate)
{
	static const uint8_t DI[16] = { 0, 1, 2, 4, 8, 16, 32, 64, 12, 20 };

	return DI[rate & 0x0f];
}
