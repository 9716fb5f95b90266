/* The chip's front door: a command comes in, is unwrapped, answered, wrapped. */
#include "tests/mrtd/card.h"

#include "firmware/base/buf.h"

#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#define SM_CLASS 0x0C

/* PC/SC part 3: application data of a type B card (here what makes its type), protocol info, check
 * byte. */
static void make_atr(struct mrtd *m)
{
	const uint32_t facts[] = { m->spec.profile, m->spec.extended, m->spec.max_le,
				   m->spec.over_le, m->spec.aa };
	uint8_t atr[MRTD_ATR_BYTES] = { 0x3B, 0x88, 0x80, 0x01, [8] = 0x33, 0x81, 0x81 };
	uint32_t type = 2166136261; /* FNV-1a */

	for (const char *p = m->spec.pace; *p; p++)
		type = (type ^ (uint8_t)*p) * 16777619;
	for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++)
		type = (type ^ facts[i]) * 16777619;
	for (int i = 0; i < 4; i++)
		atr[4 + i] = (uint8_t)(type >> 8 * i);
	for (int i = 1; i < MRTD_ATR_BYTES - 1; i++)
		atr[MRTD_ATR_BYTES - 1] ^= atr[i];
	memcpy(m->atr, atr, sizeof atr);
}

const uint8_t *mrtd_atr(const struct mrtd *m, size_t *ret_len)
{
	*ret_len = sizeof m->atr;
	return m->atr;
}

static bool draw_by_openssl(void *data, enum mrtd_lot lot, uint8_t *ret, size_t len)
{
	(void)data;
	(void)lot;
	return RAND_bytes(ret, (int)len) == 1;
}

bool mrtd_draw(struct mrtd *m, enum mrtd_lot lot, uint8_t *ret, size_t len)
{
	return m->draw(m->draw_data, lot, ret, len);
}

void mrtd_set_lots(struct mrtd *m,
		   bool (*draw)(void *data, enum mrtd_lot lot, uint8_t *ret, size_t len),
		   void *data)
{
	m->draw = draw;
	m->draw_data = data;
}

enum err mrtd_create(const struct mrtd_spec *spec, struct issuer *issuer,
		     const struct mrtd_faults *faults, struct mrtd **ret)
{
	struct mrtd *m = calloc(1, sizeof *m);

	if (!m)
		return ERR_NO_MEMORY;
	m->spec = *spec;
	make_atr(m);
	if (faults)
		m->faults = *faults;
	mrtd_set_lots(m, draw_by_openssl, NULL);
	enum err e = mrtd_make_keys(m);
	if (e == ERR_OK)
		e = mrtd_make_files(m, issuer);
	if (e != ERR_OK) {
		mrtd_destroy(m);
		return e;
	}
	*ret = m;
	return ERR_OK;
}

void mrtd_destroy(struct mrtd *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->file_count; i++)
		mrtd_bytes_end(&m->files[i].bytes);
	mrtd_bytes_end(&m->waiting);
	mrtd_bytes_end(&m->last);
	mrtd_drop_keys(m);
	free(m);
}

void mrtd_end_session(struct mrtd *m)
{
	m->sm = (struct mrtd_sm){ 0 };
	m->may_read = m->challenged = false;
	m->waiting.len = 0;
	m->ca.chosen = false;
	mrtd_pace_forget(&m->pace);
}

void mrtd_reset(struct mrtd *m)
{
	mrtd_end_session(m);
	m->where = IN_MASTER;
	m->current = NULL;
	m->mute = false;
}

static unsigned tries(const struct mrtd *m)
{
	return m->faults.n[MRTD_FAULT_tries_counted] ? 3 : m->spec.tries;
}

/* Whether the fault strikes at this very command. */
static bool due(const struct mrtd *m, enum mrtd_fault f)
{
	return m->faults.n[f] && m->faults.n[f] == m->since;
}

void mrtd_delay_try(struct mrtd *m)
{
	unsigned limit = tries(m), over = m->wrong_keys < limit ? 0 : m->wrong_keys - limit;

	m->wait_ms += m->spec.crypto_ms;
	if (limit && m->wrong_keys >= limit)
		m->wait_ms += m->spec.try_delay_ms << (over < 3 ? over : 3);
}

uint16_t mrtd_wrong_key(struct mrtd *m)
{
	unsigned limit = tries(m);
	bool counted = m->faults.n[MRTD_FAULT_tries_counted] || m->spec.try_status;

	mrtd_end_session(m);
	m->wrong_keys++;
	unsigned left = m->wrong_keys < limit ? limit - m->wrong_keys : 0;
	return counted ? (uint16_t)(0x63C0 | (left & 15)) : 0x6300;
}

void mrtd_right_key(struct mrtd *m, const struct mrtd_keys *keys, const uint8_t *counter)
{
	mrtd_sm_start(&m->sm, keys, counter);
	m->may_read = true;
	m->wrong_keys = 0;
}

/* ISO 7816-4, 5.1: the seven forms of a command. */
static bool parse(const uint8_t *bytes, size_t len, struct mrtd_command *ret)
{
	struct reader r = reader_of(bytes, len);
	struct mrtd_command c = { 0 };

	c.cla = get_u8(&r);
	c.ins = get_u8(&r);
	c.p1 = get_u8(&r);
	c.p2 = get_u8(&r);
	c.extended = r.left > 1 && r.at[0] == 0;
	if (c.extended)
		get_u8(&r);
	if (r.left > (c.extended ? 2u : 1u)) {
		c.len = c.extended ? get_u16be(&r) : get_u8(&r);
		c.data = get_bytes(&r, c.len);
	}
	if (r.left) {
		c.le = c.extended ? get_u16be(&r) : get_u8(&r);
		if (!c.le)
			c.le = c.extended ? 65536 : 256;
	}
	*ret = c;
	return !r.bad && !r.left;
}

size_t mrtd_room(const struct mrtd *m, const struct mrtd_command *c)
{
	size_t room = c->extended ? m->spec.max_le : 256;

	if (room > m->spec.max_le)
		room = m->spec.max_le;
	return m->sm.on ? mrtd_sm_room(&m->sm, c->ins, room) : room;
}

static uint16_t answer(struct mrtd *m, const struct mrtd_command *c, struct mrtd_bytes *out)
{
	switch (c->ins) {
	case 0xA4:
		return mrtd_select(m, c, out);
	case 0xB0:
	case 0xB1:
		return mrtd_read_binary(m, c, out);
	case 0x84:
		return mrtd_get_challenge(m, c, out);
	case 0x82:
		return mrtd_external_authenticate(m, c, out);
	case 0x22:
		return mrtd_manage_security(m, c, out);
	case 0x86:
		return mrtd_general_authenticate(m, c, out);
	case 0x88:
		return mrtd_internal_authenticate(m, c, out);
	default:
		return 0x6D00;
	}
}

/* SELECT and GET CHALLENGE are answered as if nothing had been; but keys are gone. */
static uint16_t answer_plain(struct mrtd *m, const struct mrtd_command *c, struct mrtd_bytes *out)
{
	static const uint16_t refusals[] = { 0x6982, 0x6987, 0x6988 };
	bool was_secure = m->sm.on;

	if (was_secure)
		mrtd_end_session(m);
	if (was_secure && c->ins != 0xA4 && c->ins != 0x84)
		return refusals[m->spec.plain_read];
	if (c->cla & ~0x10)
		return 0x6E00;
	return answer(m, c, out);
}

static uint16_t answer_secure(struct mrtd *m, const struct mrtd_command *c, struct mrtd_bytes *out)
{
	AUTO_BYTES plain = { 0 }, data = { 0 };
	struct mrtd_command inner;

	if (!m->sm.on)
		return 0x6882;
	uint16_t sw = mrtd_sm_unwrap(&m->sm, c, &plain, &inner);
	if (sw != 0x9000) {
		mrtd_end_session(m);
		return sw;
	}
	/* An answer goes out under the keys its command came with. */
	struct mrtd_sm before = m->sm;
	sw = answer(m, &inner, &data);
	bool renewed = m->sm.on && memcmp(&before.keys, &m->sm.keys, sizeof before.keys) != 0;
	mrtd_sm_wrap(renewed || !m->sm.on ? &before : &m->sm, c->ins, &data, sw, out);
	if (due(m, MRTD_FAULT_plain_at)) {
		out->len = 0;
		mrtd_put(out, data.at, data.len);
	}
	return out->bad ? 0x6F00 : sw;
}

/* What does not fit goes into `waiting`, or is cut by those who made it; 6100 and how much. */
static uint16_t hold_back(struct mrtd *m, const struct mrtd_command *c, struct mrtd_bytes *out,
			  uint16_t sw)
{
	size_t room = c->extended ? 65536 : 256;

	if (out->len <= room)
		return sw;
	m->waiting.len = 0;
	mrtd_put(&m->waiting, out->at + room, out->len - room);
	m->waiting_sw = sw;
	out->len = room;
	return (uint16_t)(0x6100 | (m->waiting.len > 255 ? 0 : m->waiting.len));
}

static uint16_t get_response(struct mrtd *m, const struct mrtd_command *c, struct mrtd_bytes *out)
{
	size_t n = m->waiting.len < c->le ? m->waiting.len : c->le;

	if (!n)
		return 0x6985;
	mrtd_put(out, m->waiting.at, n);
	m->waiting.len -= n;
	memmove(m->waiting.at, m->waiting.at + n, m->waiting.len);
	if (!m->waiting.len)
		return (uint16_t)m->waiting_sw;
	return (uint16_t)(0x6100 | (m->waiting.len > 255 ? 0 : m->waiting.len));
}

static uint16_t dispatch(struct mrtd *m, const struct mrtd_command *c, struct mrtd_bytes *out)
{
	if (c->ins == 0xC0 && m->waiting.len)
		return get_response(m, c, out);
	m->waiting.len = 0;
	if (c->extended && m->spec.extended)
		return 0x6700;
	bool secure = (c->cla & SM_CLASS) == SM_CLASS;
	uint16_t sw = secure ? answer_secure(m, c, out) : answer_plain(m, c, out);
	return hold_back(m, c, out, sw);
}

/* What a disturbed chip or field does to an answer. */
static void disturb(struct mrtd *m, const struct mrtd_command *c, struct mrtd_bytes *out)
{
	bool was_protected = out->len > 10 && (c->cla & SM_CLASS) == SM_CLASS;
	AUTO_BYTES kept = { 0 };

	if (due(m, MRTD_FAULT_wrong_mac_at) && was_protected)
		out->at[out->len - 1] ^= 1;
	if (due(m, MRTD_FAULT_cut_at))
		out->len -= out->len < 10 ? out->len : 10;
	if (!was_protected)
		return;
	mrtd_put(&kept, out->at, out->len);
	if (due(m, MRTD_FAULT_replay_at)) {
		out->len = 0;
		mrtd_put(out, m->last.at, m->last.len);
	}
	m->last.len = 0;
	mrtd_put(&m->last, kept.at, kept.len);
}

/* False when the chip stays mute. */
static bool wakes(struct mrtd *m)
{
	m->commands++;
	m->since++;
	m->wait_ms = m->spec.wait_ms + m->faults.n[MRTD_FAULT_slow_ms];
	if (due(m, MRTD_FAULT_moved_at)) {
		mrtd_reset(m);
		return false;
	}
	m->mute = m->mute || due(m, MRTD_FAULT_mute);
	return !m->mute;
}

static uint16_t do_command(struct mrtd *m, const uint8_t *command, size_t len,
			   struct mrtd_bytes *out)
{
	struct mrtd_command c = { 0 };

	if (due(m, MRTD_FAULT_refuse_at))
		return 0x6F00;
	if (len < 4 || !parse(command, len, &c) ||
	    (c.extended && m->faults.n[MRTD_FAULT_no_extended]))
		return 0x6700;
	uint16_t sw = dispatch(m, &c, out);
	disturb(m, &c, out);
	return out->bad || out->len > MRTD_MAX_ANSWER - 2 ? 0x6F00 : sw;
}

size_t mrtd_apdu(struct mrtd *m, const uint8_t *command, size_t len, uint8_t *ret)
{
	AUTO_BYTES out = { 0 };

	if (!wakes(m))
		return 0;
	uint16_t sw = do_command(m, command, len, &out);
	size_t n = sw == 0x6F00 ? 0 : out.len;
	if (n)
		memcpy(ret, out.at, n);
	ret[n] = (uint8_t)(sw >> 8);
	ret[n + 1] = (uint8_t)sw;
	return n + 2;
}

uint32_t mrtd_wait_ms(const struct mrtd *m)
{
	return m->wait_ms;
}

unsigned mrtd_commands(const struct mrtd *m)
{
	return m->commands;
}

const struct mrtd_spec *mrtd_spec_of(const struct mrtd *m)
{
	return &m->spec;
}

void mrtd_set_faults(struct mrtd *m, const struct mrtd_faults *f)
{
	m->faults = *f;
	m->since = 0;
}
