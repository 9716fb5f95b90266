/* What is settled with a card after power on, as far as the reader leaves it to us (CCID 5.1,
 * ISO 7816-3 9): protocol and speed by PPS, the reader told of it by SetParameters, the size of
 * T=1 blocks. A card without contacts has settled all but the last with its reader. */
#include "drivers/ccid_own.h"

#define PPS_START 0xff
#define PPS_RATE  0x10

static bool takes_rate(const struct ccid_reader *r, uint8_t rate)
{
	uint32_t fi = atr_fi(rate), di = atr_di(rate);

	return fi && di && (uint64_t)r->clock_khz * 1000 * di / fi <= r->max_rate;
}

static uint16_t offered(const struct ccid_exchange *x)
{
	uint16_t known = x->atr.protocols & 3;
	uint16_t both = known & (uint16_t)x->reader.protocols;

	return both ? both : known;
}

static uint8_t protocol_of(const struct ccid_exchange *x)
{
	const struct atr *a = &x->atr;

	if (a->contactless)
		return 1;
	if (a->specific || x->cautious || x->reader.features & CCID_AUTO_AGREE)
		return a->first;
	return offered(x) & 2 ? 1 : 0; /* T=1 brings long answers */
}

static uint8_t rate_of(const struct ccid_exchange *x)
{
	const struct atr *a = &x->atr;
	bool said = !a->contactless && !x->cautious && !(a->specific && a->implicit);

	return said && takes_rate(&x->reader, a->rate) ? a->rate : ATR_DEFAULT;
}

static uint8_t check_bytes(const struct ccid_exchange *x)
{
	return x->atr.crc ? 2 : 1;
}

/* Bytes of data that the reader brings in one T=1 block. */
static uint8_t ifsd_of(const struct ccid_exchange *x)
{
	uint32_t room = x->reader.max_message - CCID_HEAD - T1_HEAD - check_bytes(x);
	uint32_t said = x->reader.max_ifsd ? x->reader.max_ifsd : T1_MAX_INF;
	uint32_t ifsd = said < room ? said : room;

	return (uint8_t)(ifsd < T1_MAX_INF ? ifsd : T1_MAX_INF);
}

static uint8_t to_settle(const struct ccid_exchange *x)
{
	const struct atr *a = &x->atr;
	bool tpdu = x->reader.level == CCID_TPDU;
	bool itself = x->reader.features & CCID_AUTO_AGREE;
	bool change = x->rate != ATR_DEFAULT || x->protocol != a->first;
	uint8_t agree = 0;

	if (itself && tpdu && !a->contactless && (offered(x) & 3) == 3)
		agree |= AGREE_ASK;
	if (!itself && !a->contactless && !a->specific && change && tpdu &&
	    !(x->reader.features & CCID_AUTO_PPS))
		agree |= AGREE_PPS;
	if (!itself && (tpdu || (change && !a->contactless)))
		agree |= AGREE_SET;
	if (tpdu && !(x->reader.features & CCID_AUTO_IFSD) && ifsd_of(x) != T1_FIRST_IFSD)
		agree |= AGREE_SIZE;
	return agree;
}

static void send_pps(struct ccid_exchange *x)
{
	uint8_t pps[4] = { PPS_START, x->protocol };
	size_t n = 2;

	if (x->rate != ATR_DEFAULT) {
		pps[1] |= PPS_RATE;
		pps[n++] = x->rate;
	}
	for (size_t i = 0; i < n; i++)
		pps[n] ^= pps[i];
	(void)ccid_send_block(x, pps, n + 1, 0);
}

/* The structures of 6.1.7 */
static void send_parameters(struct ccid_exchange *x)
{
	const struct atr *a = &x->atr;
	uint8_t inverse = a->inverse ? 2 : 0;
	uint8_t t0[5] = { x->rate, inverse, a->guard, a->wait, 0 };
	uint8_t t1[7] = { x->rate,  (uint8_t)(0x10 | inverse | (a->crc ? 1 : 0)),
			  a->guard, (uint8_t)(a->bwi << 4 | a->cwi),
			  0,        a->ifsc,
			  0 };

	x->awaited = RDR_PARAMETERS;
	ccid_message(x, PC_SET_PARAMETERS, x->protocol, 0);
	if (x->protocol == 1)
		ccid_add(x, t1, sizeof t1);
	else
		ccid_add(x, t0, sizeof t0);
}

static void ask(struct ccid_exchange *x)
{
	x->awaited = RDR_PARAMETERS;
	ccid_message(x, PC_GET_PARAMETERS, 0, 0);
}

static void begin_t1(struct ccid_exchange *x)
{
	t1_init(&x->t1, x->atr.ifsc, x->atr.crc, x->reader.max_message - CCID_HEAD);
}

/* True when there was one more thing to settle, and `out` has it. */
static bool settle_next(struct ccid_exchange *x)
{
	if (x->protocol != 1)
		x->agree &= (uint8_t)~AGREE_SIZE;
	if (x->agree & AGREE_ASK)
		ask(x);
	else if (x->agree & AGREE_PPS)
		send_pps(x);
	else if (x->agree & AGREE_SET)
		send_parameters(x);
	else if (x->agree & AGREE_SIZE && t1_size(&x->t1, ifsd_of(x)) == T1_SEND)
		(void)ccid_send_block(x, x->t1.out, x->t1.out_len, 0);
	return x->agree != 0;
}

bool ccid_agree(struct ccid_exchange *x)
{
	if (atr_of(x->answer, x->answer_len, &x->atr) != ERR_OK) /* as a card without contacts */
		x->atr = (struct atr){ .contactless = true, .rate = ATR_DEFAULT, .ifsc = 32 };
	x->protocol = protocol_of(x) & 1;
	x->rate = rate_of(x);
	x->agree = to_settle(x);
	begin_t1(x);
	if (!x->agree)
		return false;
	ccid_begin(x, CCID_AGREE, RDR_DATA_BLOCK);
	return settle_next(x);
}

static enum ccid_next settled(struct ccid_exchange *x)
{
	x->agree &= (uint8_t)(x->agree - 1); /* the lowest bit is done */
	return settle_next(x) ? CCID_SEND : CCID_DONE;
}

/* The card repeats what it takes of it; without PPS1 the rate stays as it was. */
static enum ccid_next took_pps(struct ccid_exchange *x, struct reader *r)
{
	uint8_t start = get_u8(r), what = get_u8(r);

	if (r->bad || start != PPS_START || (what & 0x0f) != x->protocol)
		return ccid_fail(x, ERR_CARD_MUTE);
	if (!(what & PPS_RATE))
		x->rate = ATR_DEFAULT;
	else if (get_u8(r) != x->rate)
		return ccid_fail(x, ERR_CARD_MUTE);
	return settled(x);
}

static enum ccid_next took_size(struct ccid_exchange *x, enum t1_next next)
{
	if (next == T1_SEND)
		return ccid_send_block(x, x->t1.out, x->t1.out_len, 0);
	if (next == T1_FAILED)
		begin_t1(x); /* blocks stay small */
	return settled(x);
}

enum ccid_next ccid_agree_took(struct ccid_exchange *x, uint8_t last, struct reader *data)
{
	if (x->agree & AGREE_ASK) {
		x->protocol = last & 1;
		return settled(x);
	}
	if (x->agree & AGREE_PPS)
		return took_pps(x, data);
	if (x->agree & AGREE_SET)
		return settled(x);
	return took_size(x, t1_take(&x->t1, data->at, data->left));
}

enum ccid_next ccid_agree_lost(struct ccid_exchange *x, uint8_t error)
{
	if (x->agree & (AGREE_ASK | AGREE_PPS))
		return ccid_fail(x, ERR_CARD_MUTE);
	/* 00: it has no such command; 01..7F: one of them cannot be changed */
	if (x->agree & AGREE_SET)
		return error < 0x80 || x->atr.contactless ? settled(x)
							  : ccid_fail(x, ERR_CARD_MUTE);
	return took_size(x, t1_lost(&x->t1, error == 0xfd));
}
