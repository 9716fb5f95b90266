#include "tests/mrtd/pace.h"

#include "tests/mrtd/card.h"

#include <stdio.h>
#include <string.h>

enum { BY_MRZ = 1, BY_CAN = 2 };

bool mrtd_pace_protocol(const char *word, size_t len, struct mrtd_protocol *ret)
{
	static const char *const ciphers[] = { "3des", "aes128", "aes192", "aes256" };
	static const struct {
		const char *name;
		bool curve;
		enum mrtd_mapping mapping;
		uint8_t oid;
	} kinds[] = {
		{ "dh-gm-", false, MRTD_GM, 1 },    { "ecdh-gm-", true, MRTD_GM, 2 },
		{ "dh-im-", false, MRTD_IM, 3 },    { "ecdh-im-", true, MRTD_IM, 4 },
		{ "ecdh-cam-", true, MRTD_CAM, 6 },
	};

	for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
		for (uint8_t c = 0; c < 4; c++) {
			char name[32];

			snprintf(name, sizeof name, "%s%s", kinds[k].name, ciphers[c]);
			if (strlen(name) != len || memcmp(name, word, len) != 0)
				continue;
			*ret = (struct mrtd_protocol){
				kinds[k].curve,
				kinds[k].mapping,
				(enum mrtd_cipher)c,
				{ 4, 0, 0x7F, 0, 7, 2, 2, 4, kinds[k].oid, (uint8_t)(c + 1) },
			};
			return true;
		}
	return false;
}

void mrtd_pace_forget(struct mrtd_pace *p)
{
	BN_free(p->map_key);
	BN_free(p->dh_key);
	*p = (struct mrtd_pace){ .group = p->group };
}

/* The protocol of the card's with that identifier. */
static bool offers(const struct mrtd *m, const uint8_t *oid, size_t len, struct mrtd_protocol *ret)
{
	const char *p = m->spec.pace;

	for (size_t n; *p; p += n + (p[n] == ' ')) {
		n = strcspn(p, " ");
		if (mrtd_pace_protocol(p, n, ret) && len == sizeof ret->oid &&
		    memcmp(ret->oid, oid, len) == 0)
			return true;
	}
	return false;
}

/* K_pi of what the reader says it has. */
static bool password_key(struct mrtd *m, uint8_t kind)
{
	char text[48];
	uint8_t hash[EVP_MAX_MD_SIZE] = { 0 };
	enum mrtd_cipher c = m->pace.protocol.cipher;

	if (kind == BY_CAN) {
		mrtd_spec_can(&m->spec, text);
		mrtd_kdf(c, text, strlen(text), 3, m->pace.key);
	} else {
		mrtd_spec_mrz_key(&m->spec, text);
		EVP_Digest(text, strlen(text), hash, NULL, EVP_sha1(), NULL);
		mrtd_kdf(c, hash, 20, 3, m->pace.key);
	}
	return kind == BY_CAN || kind == BY_MRZ;
}

uint16_t mrtd_pace_begin(struct mrtd *m, const struct mrtd_command *c)
{
	const uint8_t *oid, *kind, *id;
	size_t oid_len, kind_len, id_len;
	struct mrtd_protocol p;

	mrtd_pace_forget(&m->pace);
	if (m->where != IN_MASTER)
		return 0x6985;
	if (!mrtd_find(c->data, c->len, 0x80, &oid, &oid_len) || !offers(m, oid, oid_len, &p))
		return 0x6A80;
	if (!mrtd_find(c->data, c->len, 0x83, &kind, &kind_len) || kind_len != 1)
		return 0x6A80;
	if (mrtd_find(c->data, c->len, 0x84, &id, &id_len) &&
	    (id_len != 1 || id[0] != m->pace.group.id))
		return 0x6A80;
	m->pace.protocol = p;
	if (!password_key(m, kind[0]))
		return 0x6A88;
	m->pace.step = 1;
	return 0x9000;
}

/* A private key for one session. */
static BIGNUM *draw_key(struct mrtd *m, enum mrtd_lot lot)
{
	const struct mrtd_group *g = &m->pace.group;
	uint8_t bytes[MRTD_MAX_ELEMENT];

	while (mrtd_draw(m, lot, bytes, g->curve ? g->order_bytes : (size_t)BN_num_bytes(g->p))) {
		size_t len = g->curve ? g->order_bytes : (size_t)BN_num_bytes(g->p);
		BIGNUM *n = BN_bin2bn(bytes, (int)len, NULL);

		if (n && !BN_is_zero(n) && BN_cmp(n, g->curve ? g->q : g->p) < 0)
			return n;
		BN_free(n);
	}
	return NULL;
}

static uint16_t send_nonce(struct mrtd *m, struct mrtd_bytes *out)
{
	struct mrtd_pace *p = &m->pace;
	uint8_t z[32];

	p->nonce_len = mrtd_pace_nonce_bytes(p->protocol.cipher);
	if (p->protocol.mapping != MRTD_IM)
		p->nonce_len = 16;
	if (!mrtd_draw(m, MRTD_LOT_NONCE, p->nonce, p->nonce_len) ||
	    !mrtd_encrypt(p->protocol.cipher, p->key, NULL, p->nonce, p->nonce_len, z))
		return 0x6F00;
	mrtd_put_tlv(out, 0x80, z, p->nonce_len);
	return 0x9000;
}

static bool get_element(const uint8_t *data, size_t len, uint32_t tag, struct mrtd_element *ret)
{
	const uint8_t *at;

	if (!mrtd_find(data, len, tag, &at, &len) || !len || len > sizeof ret->at)
		return false;
	memcpy(ret->at, at, len);
	ret->len = len;
	return true;
}

/* G~ = s G + H, with H agreed upon with keys of one use. */
static uint16_t map_generic(struct mrtd *m, const uint8_t *data, size_t len, struct mrtd_bytes *out)
{
	struct mrtd_pace *p = &m->pace;
	const struct mrtd_group *g = &p->group;
	struct mrtd_element theirs, generator, own, h, sg;
	BIGNUM *s = BN_bin2bn(p->nonce, (int)p->nonce_len, NULL);

	p->map_key = draw_key(m, MRTD_LOT_MAP_KEY);
	if (!get_element(data, len, 0x81, &theirs)) {
		BN_free(s);
		return 0x6A80;
	}
	bool made = s && p->map_key && mrtd_group_generator(g, &generator) &&
		    mrtd_group_power(g, &generator, p->map_key, &own);
	bool good = made && mrtd_group_power(g, &theirs, p->map_key, &h) &&
		    mrtd_group_power(g, &generator, s, &sg) &&
		    mrtd_group_join(g, &sg, &h, &p->base);
	BN_free(s);
	if (!good)
		return made ? 0x6300 : 0x6F00;
	mrtd_put_tlv(out, 0x82, own.at, own.len);
	return 0x9000;
}

static uint16_t map_integrated(struct mrtd *m, const uint8_t *data, size_t len,
			       struct mrtd_bytes *out)
{
	struct mrtd_pace *p = &m->pace;
	const uint8_t *t;
	size_t t_len;

	if (!mrtd_find(data, len, 0x81, &t, &t_len) || t_len != mrtd_key_bytes(p->protocol.cipher))
		return 0x6A80;
	if (!mrtd_pace_integrated(&p->group, p->protocol.cipher, p->nonce, t, &p->base))
		return 0x6300;
	mrtd_put_tlv(out, 0x82, NULL, 0);
	return 0x9000;
}

static uint16_t agree(struct mrtd *m, const uint8_t *data, size_t len, struct mrtd_bytes *out)
{
	struct mrtd_pace *p = &m->pace;
	struct mrtd_element shared;
	size_t secret_len;

	p->dh_key = draw_key(m, MRTD_LOT_DH_KEY);
	if (!p->dh_key || !mrtd_group_power(&p->group, &p->base, p->dh_key, &p->own))
		return 0x6F00;
	if (!get_element(data, len, 0x83, &p->theirs))
		return 0x6A80;
	if ((p->theirs.len == p->own.len && memcmp(p->theirs.at, p->own.at, p->own.len) == 0) ||
	    !mrtd_group_power(&p->group, &p->theirs, p->dh_key, &shared))
		return 0x6300;
	const uint8_t *secret = mrtd_group_secret(&p->group, &shared, &secret_len);
	p->keys = mrtd_keys_of(p->protocol.cipher, secret, secret_len);
	mrtd_put_tlv(out, 0x84, p->own.at, p->own.len);
	return 0x9000;
}

/* The MAC over the other side's public key. */
static bool token(const struct mrtd_pace *p, const struct mrtd_element *key, uint8_t ret[8])
{
	AUTO_BYTES b = { 0 };

	mrtd_put_tlv(&b, 0x06, p->protocol.oid, sizeof p->protocol.oid);
	mrtd_put_tlv(&b, p->protocol.curve ? 0x86 : 0x84, key->at, key->len);
	mrtd_wrap(&b, 0x7F49, 0);
	return !b.bad && mrtd_mac(p->protocol.cipher, p->keys.mac, b.at, b.len, ret);
}

/* CAM: CA_IC = SK_Map,IC / SK_IC, encrypted; only the original chip knows SK_IC. */
static bool put_chip_proof(struct mrtd *m, struct mrtd_bytes *out)
{
	const struct mrtd_group *g = &m->pace.group;
	size_t start = out->len, len = g->order_bytes;
	uint8_t ones[16], iv[16], plain[MRTD_MAX_ELEMENT] = { 0 };
	BIGNUM *n = m->ca.key ? BN_mod_inverse(NULL, m->ca.key, g->q, g->ctx) : NULL;
	const struct mrtd_keys *k = &m->pace.keys;

	memset(ones, 0xFF, sizeof ones);
	bool good = n && BN_mod_mul(n, n, m->pace.map_key, g->q, g->ctx) == 1 &&
		    BN_bn2binpad(n, plain, (int)len) >= 0 &&
		    mrtd_encrypt(k->cipher, k->enc, NULL, ones, 16, iv);
	BN_free(n);
	if (!good)
		return false;
	plain[len++] = 0x80;
	len = (len + 15) / 16 * 16;
	mrtd_put(out, plain, len);
	return !out->bad && mrtd_encrypt(k->cipher, k->enc, iv, plain, len, out->at + start) &&
	       (mrtd_wrap(out, 0x8A, start), !out->bad);
}

static uint16_t confirm(struct mrtd *m, const uint8_t *data, size_t len, struct mrtd_bytes *out)
{
	struct mrtd_pace *p = &m->pace;
	uint8_t want[8], own[8];
	const uint8_t *got;
	size_t got_len;

	if (!mrtd_find(data, len, 0x85, &got, &got_len) || got_len != 8)
		return 0x6A80;
	if (!token(p, &p->own, want) || !token(p, &p->theirs, own))
		return 0x6F00;
	if (m->faults.n[MRTD_FAULT_key_refused] || memcmp(got, want, 8) != 0)
		return mrtd_wrong_key(m);
	mrtd_put_tlv(out, 0x86, own, sizeof own);
	if (p->protocol.mapping == MRTD_CAM && !put_chip_proof(m, out))
		return 0x6F00;
	return 0x9000;
}

/* The session's keys, once the last answer is on its way. */
static void finish(struct mrtd *m)
{
	struct mrtd_keys keys = m->pace.keys;

	mrtd_pace_forget(&m->pace);
	mrtd_right_key(m, &keys, NULL);
}

uint16_t mrtd_pace_step(struct mrtd *m, const struct mrtd_command *c, const uint8_t *data,
			size_t len, struct mrtd_bytes *out)
{
	unsigned step = m->pace.step;
	bool last = step == 4, chained = c->cla & 0x10;
	uint16_t sw;

	if (!step)
		return 0x6985;
	if (last == chained)
		sw = last ? 0x6883 : 0x6985;
	else if (step == 1)
		sw = send_nonce(m, out);
	else if (step == 2)
		sw = m->pace.protocol.mapping == MRTD_IM ? map_integrated(m, data, len, out)
							 : map_generic(m, data, len, out);
	else
		sw = step == 3 ? agree(m, data, len, out) : confirm(m, data, len, out);
	m->pace.step++;
	if (sw != 0x9000)
		mrtd_pace_forget(&m->pace);
	else if (last)
		finish(m);
	return sw;
}
