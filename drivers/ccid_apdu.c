/* One APDU at each exchange level. */
#include "drivers/ccid_own.h"

#include <string.h>

/* wLevelParameter of XfrBlock and bChainParameter of its answer */
enum { CHAIN_WHOLE, CHAIN_BEGINS, CHAIN_ENDS, CHAIN_GOES_ON, CHAIN_EMPTY = 0x10 };

#define SHORT_MAX_ANSWER 258

static bool speaks_t1(const struct ccid_exchange *x)
{
	return x->reader.level == CCID_TPDU && x->protocol == 1;
}

uint32_t ccid_max_answer(const struct ccid_exchange *x)
{
	if (speaks_t1(x))
		return CCID_MAX_ANSWER;
	uint32_t whole = x->reader.max_message - CCID_HEAD;
	if (x->reader.level != CCID_EXTENDED_APDU)
		return whole < SHORT_MAX_ANSWER ? whole : SHORT_MAX_ANSWER;
	return x->reader.unchained && whole < CCID_MAX_ANSWER ? whole : CCID_MAX_ANSWER;
}

/* The next part of the command, as much as one message holds. */
static enum ccid_next send_part(struct ccid_exchange *x)
{
	size_t left = x->command_len - x->sent, most = x->reader.max_message - CCID_HEAD;
	size_t n = left < most ? left : most;
	bool first = x->sent == 0, last = n == left;
	uint16_t level = first  ? last ? CHAIN_WHOLE : CHAIN_BEGINS
			 : last ? CHAIN_ENDS
				: CHAIN_GOES_ON;

	ccid_message(x, PC_XFR_BLOCK, 0, level);
	ccid_add(x, x->command + x->sent, n);
	x->sent += n;
	return CCID_SEND;
}

static enum err begin_extended(struct ccid_exchange *x)
{
	if (x->reader.unchained && x->command_len > x->reader.max_message - CCID_HEAD)
		return ERR_NO_SPACE;
	x->sent = 0;
	(void)send_part(x);
	return ERR_OK;
}

static enum ccid_next went_t0(struct ccid_exchange *x, enum t0_next next)
{
	if (next == T0_FAILED || !ccid_append(x, x->t0.part, x->t0.part_len))
		return ccid_fail(x, ERR_BAD_DATA);
	if (next == T0_DONE)
		return CCID_DONE;
	return ccid_send_block(x, x->t0.out, x->t0.out_len, 0);
}

static enum ccid_next went_t1(struct ccid_exchange *x, enum t1_next next)
{
	if (!ccid_append(x, x->t1.part, x->t1.part_len))
		return ccid_fail(x, ERR_BAD_DATA);
	if (next == T1_FAILED)
		return ccid_fail(x, ERR_CARD_MUTE);
	if (next == T1_DONE)
		return x->answer_len >= 2 ? CCID_DONE : ccid_fail(x, ERR_BAD_DATA);
	return ccid_send_block(x, x->t1.out, x->t1.out_len, x->t1.wait);
}

static enum err begin_short(struct ccid_exchange *x)
{
	size_t most = x->reader.max_message - CCID_HEAD;
	enum err e = apdu_of(x->command, x->command_len, &x->apdu);

	if (e != ERR_OK)
		return e;
	if (most > T0_MAX_BLOCK)
		most = T0_MAX_BLOCK;
	(void)went_t0(x, t0_begin(&x->t0, &x->apdu, x->reader.level == CCID_TPDU, most));
	return ERR_OK;
}

static enum err begin_apdu(struct ccid_exchange *x)
{
	if (x->reader.level == CCID_EXTENDED_APDU)
		return begin_extended(x);
	if (!speaks_t1(x))
		return begin_short(x);
	(void)went_t1(x, t1_send(&x->t1, x->command, x->command_len));
	return ERR_OK;
}

enum err ccid_apdu(struct ccid_exchange *x, const uint8_t *command, size_t len)
{
	if (len < APDU_HEAD)
		return ERR_BAD_DATA;
	if (len > CCID_MAX_COMMAND)
		return ERR_NO_SPACE;
	ccid_begin(x, CCID_APDU, RDR_DATA_BLOCK);
	memcpy(x->command, command, len);
	x->command_len = len;
	return begin_apdu(x);
}

static enum ccid_next took_extended(struct ccid_exchange *x, uint8_t chain, struct reader *data)
{
	if (x->sent < x->command_len) {
		if (chain != CHAIN_EMPTY || data->left > 0)
			return ccid_fail(x, ERR_BAD_DATA);
		return send_part(x);
	}
	if (!ccid_append(x, data->at, data->left))
		return ccid_fail(x, ERR_BAD_DATA);
	if (chain == CHAIN_WHOLE || chain == CHAIN_ENDS)
		return CCID_DONE;
	if ((chain != CHAIN_BEGINS && chain != CHAIN_GOES_ON) || data->left == 0)
		return ccid_fail(x, ERR_BAD_DATA);
	ccid_message(x, PC_XFR_BLOCK, 0, CHAIN_EMPTY);
	return CCID_SEND;
}

enum ccid_next ccid_apdu_took(struct ccid_exchange *x, uint8_t last, struct reader *data)
{
	if (x->reader.level == CCID_EXTENDED_APDU)
		return took_extended(x, last, data);
	if (last != CHAIN_WHOLE)
		return ccid_fail(x, ERR_BAD_DATA);
	if (speaks_t1(x))
		return went_t1(x, t1_take(&x->t1, data->at, data->left));
	return went_t0(x, t0_take(&x->t0, data->at, data->left));
}

/* At T=1 a block that got lost may be had again. */
enum ccid_next ccid_apdu_lost(struct ccid_exchange *x, uint8_t error, enum err why)
{
	bool parity = error == 0xfd, silent = error == 0xfe;

	if (!speaks_t1(x) || !(parity || silent))
		return ccid_fail(x, why);
	return went_t1(x, t1_lost(&x->t1, parity));
}
