#include "drivers/t0.h"

#include <string.h>

#define INS_ENVELOPE     0xc2
#define INS_GET_RESPONSE 0xc0
#define CLASS_CHAINED    0x10
#define CLASS_CHANNEL    0x03 /* what transport commands keep of the class: no secure messaging */

static bool in_pieces(const struct t0 *t)
{
	return t->command.data_len > t->most;
}

static void put_head(struct t0 *t, uint8_t class, const uint8_t rest[3])
{
	t->out[0] = class;
	memcpy(t->out + 1, rest, 3);
	t->out_len = APDU_HEAD;
}

static void put_data(struct t0 *t, const uint8_t *bytes, size_t len)
{
	t->out[APDU_HEAD] = (uint8_t)len;
	if (len > 0)
		memcpy(t->out + APDU_HEAD + 1, bytes, len);
	t->out_len = APDU_HEAD + 1 + len;
}

/* What the reader brings of that much at once; 256 is written as 0. */
static size_t back(const struct t0 *t, size_t wanted)
{
	return wanted < t->most_back ? wanted : t->most_back;
}

/* At T=0 only a command without data says how much it wants; the others are told by 61xx. */
static void put_le(struct t0 *t)
{
	if (t->tpdu && t->command.data_len > 0)
		return;
	if (t->command.le > 0)
		t->out[t->out_len++] = (uint8_t)back(t, t->command.le);
	else if (t->tpdu)
		t->out[t->out_len++] = 0;
}

static void put_envelope(struct t0 *t)
{
	static const uint8_t ENVELOPE[] = { INS_ENVELOPE, 0, 0 };
	size_t left = t->total - t->at, n = left < t->most ? left : t->most;

	put_head(t, t->command.bytes[0] & CLASS_CHANNEL, ENVELOPE);
	put_data(t, t->command.bytes + t->at, n);
	t->closed = n == 0;
	t->at += n;
}

static void put_piece(struct t0 *t)
{
	size_t left = t->total - t->at, n = left < t->most ? left : t->most;
	uint8_t class = t->command.bytes[0];

	put_head(t, n < left ? class | CLASS_CHAINED : class, t->command.bytes + 1);
	if (t->total > 0)
		put_data(t, t->command.data + t->at, n);
	t->at += n;
	if (t->at == t->total)
		put_le(t);
}

static enum t0_next send_next(struct t0 *t)
{
	t->corrected = false;
	if (t->tpdu && in_pieces(t))
		put_envelope(t);
	else
		put_piece(t);
	return T0_SEND;
}

enum t0_next t0_begin(struct t0 *t, const struct apdu *a, bool tpdu, size_t most)
{
	size_t room = most - APDU_HEAD - 1 - (tpdu ? 0 : 1);

	*t = (struct t0){ .command = *a, .tpdu = tpdu, .most = room < 255 ? room : 255 };
	t->most_back = most - 2 < 256 ? most - 2 : 256;
	t->total = tpdu && in_pieces(t) ? a->len : a->data_len;
	t->closed = !(tpdu && in_pieces(t));
	return send_next(t);
}

static enum t0_next fetch(struct t0 *t, size_t available)
{
	static const uint8_t GET[] = { INS_GET_RESPONSE, 0, 0 };
	size_t le = t->command.le, left = le - t->got;

	if ((t->fetches > 0 && t->part_len == 0) || ++t->fetches > T0_MAX_FETCHES)
		return T0_FAILED;
	if (le > 0 && le < 256 && left < available)
		available = left;
	put_head(t, t->command.bytes[0] & CLASS_CHANNEL, GET);
	t->out[t->out_len++] = (uint8_t)back(t, available);
	t->corrected = false;
	return T0_SEND;
}

/* All that was asked for is here, although the card has more. */
static bool has_enough(const struct t0 *t)
{
	return t->command.le > 0 && t->command.le < 256 && t->got >= t->command.le;
}

static enum t0_next correct(struct t0 *t, uint8_t le)
{
	t->corrected = true;
	t->out[t->out_len - 1] = le;
	return T0_SEND;
}

/* The last byte of what was sent is a length that 6Cxx may correct. */
static bool asked_for_data(const struct t0 *t)
{
	bool fetching = t->out[1] == INS_GET_RESPONSE && t->fetches > 0;

	return fetching || (t->command.le > 0 && !(t->tpdu && t->command.data_len > 0));
}

/* The command was done, and nothing was said of an answer. */
static bool may_have_data(const struct t0 *t)
{
	return t->tpdu && t->fetches == 0 && t->command.le > 0 && t->command.data_len > 0;
}

static enum t0_next done(struct t0 *t, const uint8_t *bytes, size_t len)
{
	static const uint8_t GOOD[] = { 0x90, 0 };
	bool nothing = t->guessed && t->got == 0 && len == 2 && bytes[0] >> 4 == 6;

	t->part = nothing ? GOOD : bytes;
	t->part_len = len;
	return T0_DONE;
}

enum t0_next t0_take(struct t0 *t, const uint8_t *bytes, size_t len)
{
	t->part = NULL;
	t->part_len = 0;
	if (len < 2)
		return T0_FAILED;
	uint8_t sw1 = bytes[len - 2], sw2 = bytes[len - 1];
	bool good = len == 2 && sw1 == 0x90 && sw2 == 0;
	if (good && (t->at < t->total || !t->closed))
		return send_next(t);
	if (sw1 == 0x6c && len == 2 && !t->corrected && asked_for_data(t))
		return correct(t, sw2);
	if (good && may_have_data(t)) {
		t->guessed = true;
		return fetch(t, t->command.le < 256 ? t->command.le : 256);
	}
	/* what a card says in the middle of the pieces is its answer to the whole */
	t->got += len - 2;
	if (sw1 != 0x61 || t->at < t->total || has_enough(t))
		return done(t, bytes, len);
	t->part = bytes;
	t->part_len = len - 2;
	return fetch(t, sw2 ? sw2 : 256);
}
