/* MANAGE SECURITY ENVIRONMENT and GENERAL AUTHENTICATE: PACE before the application is selected,
 * Chip Authentication in it (ICAO Doc 9303-11 section 6.2). */
#include "tests/mrtd/card.h"

#include <string.h>

enum { SET_PACE = 0xC1A4, SET_CHIP = 0x41A4, SET_KAT = 0x41A6 };

static bool right_key_id(const struct mrtd *m, const struct mrtd_command *c)
{
	const uint8_t *id;
	size_t len;

	if (!mrtd_find(c->data, c->len, 0x84, &id, &len))
		return !m->spec.ca_key_id;
	return len == 1 && id[0] == m->spec.ca_key_id;
}

/* New session keys out of the chip's long key and the reader's of one use; the answer still goes
 * out under the old ones. */
static uint16_t agree(struct mrtd *m, const uint8_t *key, size_t len)
{
	struct mrtd_element theirs, shared;
	size_t secret_len;

	if (!len || len > sizeof theirs.at)
		return 0x6A80;
	memcpy(theirs.at, key, len);
	theirs.len = len;
	if (!mrtd_group_power(&m->ca.group, &theirs, m->ca.key, &shared))
		return 0x6300;
	const uint8_t *secret = mrtd_group_secret(&m->ca.group, &shared, &secret_len);
	struct mrtd_keys keys = mrtd_keys_of(m->ca.protocol.cipher, secret, secret_len);
	mrtd_sm_start(&m->sm, &keys, NULL);
	return 0x9000;
}

static bool may_prove(const struct mrtd *m)
{
	return m->sm.on && m->may_read && m->where == IN_APPLICATION;
}

/* With 3DES the key comes at once. */
static uint16_t set_key_agreement(struct mrtd *m, const struct mrtd_command *c)
{
	const uint8_t *key;
	size_t len;

	if (!m->ca.key || m->ca.protocol.cipher != MRTD_3DES)
		return 0x6A80;
	if (!may_prove(m))
		return 0x6982;
	if (!right_key_id(m, c))
		return 0x6A88;
	if (!mrtd_find(c->data, c->len, 0x91, &key, &len))
		return 0x6A80;
	return agree(m, key, len);
}

static uint16_t set_chip(struct mrtd *m, const struct mrtd_command *c)
{
	const uint8_t *oid;
	size_t len;

	m->ca.chosen = false;
	if (!m->ca.key)
		return 0x6A80;
	if (!may_prove(m))
		return 0x6982;
	if (!mrtd_find(c->data, c->len, 0x80, &oid, &len) || len != sizeof m->ca.protocol.oid ||
	    memcmp(oid, m->ca.protocol.oid, len) != 0)
		return 0x6A80;
	if (!right_key_id(m, c))
		return 0x6A88;
	m->ca.chosen = true;
	return 0x9000;
}

uint16_t mrtd_manage_security(struct mrtd *m, const struct mrtd_command *c, struct mrtd_bytes *out)
{
	(void)out;
	switch (c->p1 << 8 | c->p2) {
	case SET_PACE:
		return *m->spec.pace ? mrtd_pace_begin(m, c) : 0x6A80;
	case SET_CHIP:
		return set_chip(m, c);
	case SET_KAT:
		return set_key_agreement(m, c);
	default:
		return 0x6A86;
	}
}

static uint16_t authenticate_chip(struct mrtd *m, const uint8_t *data, size_t len)
{
	const uint8_t *key;
	size_t key_len;

	m->ca.chosen = false;
	if (!may_prove(m))
		return 0x6982;
	if (!mrtd_find(data, len, 0x80, &key, &key_len))
		return 0x6A80;
	return agree(m, key, key_len);
}

uint16_t mrtd_general_authenticate(struct mrtd *m, const struct mrtd_command *c,
				   struct mrtd_bytes *out)
{
	const uint8_t *data;
	size_t len;

	mrtd_delay_try(m);
	if (c->p1 || c->p2)
		return 0x6A86;
	if (!mrtd_find(c->data, c->len, 0x7C, &data, &len))
		return 0x6A80;
	uint16_t sw = m->ca.chosen ? authenticate_chip(m, data, len)
				   : mrtd_pace_step(m, c, data, len, out);
	if (sw == 0x9000)
		mrtd_wrap(out, 0x7C, 0);
	else
		out->len = 0;
	return sw;
}
