#include "tests/usim/t0end.h"

#include <string.h>

#define HEAD 5

void t0end_reset(struct t0end *e)
{
	e->told = false;
	e->held_len = e->at = e->envelope_len = 0;
}

static size_t say(uint8_t *ret, size_t at, unsigned status)
{
	ret[at] = (uint8_t)(status >> 8);
	ret[at + 1] = (uint8_t)status;
	return at + 2;
}

static bool run(struct t0end *e, struct card *card, const uint8_t *command, size_t len)
{
	e->at = 0;
	e->ran = true;
	e->held_len = card->apdu(card->self, command, len, e->held);
	return e->held_len >= 2;
}

static size_t left(const struct t0end *e)
{
	return e->held_len - 2 - e->at;
}

/* At most `most` bytes of what is held, then what there is to say about the rest. */
static size_t hand_out(struct t0end *e, size_t most, uint8_t *ret)
{
	size_t n = left(e) < most ? left(e) : most;

	if (n)
		memcpy(ret, e->held + e->at, n);
	e->at += n;
	if (left(e))
		return say(ret, n, 0x6100u | (left(e) > 255 ? 0 : left(e)));
	memcpy(ret + n, e->held + e->held_len - 2, 2);
	return n + 2;
}

/* After a command with data nothing can come back but the status. */
static size_t announce(struct t0end *e, uint8_t *ret)
{
	if (!left(e))
		return hand_out(e, 0, ret);
	if (e->silent_61)
		return say(ret, 0, 0x9000);
	return hand_out(e, 0, ret);
}

static size_t take_envelope(struct t0end *e, struct card *card, const uint8_t *tpdu, uint8_t *ret)
{
	size_t n = tpdu[4];

	if (n) {
		if (n > sizeof e->envelope - e->envelope_len)
			return say(ret, 0, 0x6700);
		memcpy(e->envelope + e->envelope_len, tpdu + HEAD, n);
		e->envelope_len += n;
		return say(ret, 0, 0x9000);
	}
	n = e->envelope_len;
	e->envelope_len = 0;
	return run(e, card, e->envelope, n) ? announce(e, ret) : 0;
}

static size_t with_data(struct t0end *e, struct card *card, const uint8_t *tpdu, size_t len,
			uint8_t *ret)
{
	memcpy(e->command, tpdu, len);
	e->command[len] = 0; /* whatever there is to answer */
	return run(e, card, e->command, len + 1) ? announce(e, ret) : 0;
}

static size_t without_data(struct t0end *e, struct card *card, const uint8_t *tpdu, uint8_t *ret)
{
	size_t want = tpdu[4] ? tpdu[4] : 256;
	bool again = e->told && memcmp(e->held_for, tpdu, sizeof e->held_for) == 0;

	e->told = false;
	if (!again && !run(e, card, tpdu, HEAD))
		return 0;
	if (left(e) == 0 || left(e) >= want)
		return hand_out(e, want, ret);
	e->told = true;
	memcpy(e->held_for, tpdu, sizeof e->held_for);
	return say(ret, 0, 0x6C00u | left(e));
}

size_t t0end_tpdu(struct t0end *e, struct card *card, const uint8_t *tpdu, size_t len, uint8_t *ret)
{
	e->ran = false;
	if (len < HEAD || (len > HEAD && len != HEAD + (size_t)tpdu[4]))
		return say(ret, 0, 0x6700);
	if (tpdu[1] == 0xC2)
		return take_envelope(e, card, tpdu, ret);
	if (tpdu[1] == 0xC0 && e->held_len >= 2 && left(e))
		return hand_out(e, tpdu[4] ? tpdu[4] : 256, ret);
	return len > HEAD ? with_data(e, card, tpdu, len, ret) : without_data(e, card, tpdu, ret);
}
