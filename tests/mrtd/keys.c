/* The keys a chip has for life, and what its files say about them (ICAO Doc 9303-11 section 9.2:
 * SecurityInfos). */
#include "tests/mrtd/card.h"

#include <openssl/core_names.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

static bool chip_protocol(const char *word, struct mrtd_protocol *ret)
{
	static const char *const ciphers[] = { "3des", "aes128", "aes192", "aes256" };
	const char *cipher = strchr(word, '-');
	bool curve = strncmp(word, "ecdh-", 5) == 0;

	if (!cipher || (!curve && strncmp(word, "dh-", 3) != 0))
		return false;
	for (uint8_t c = 0; c < 4; c++)
		if (strcmp(cipher + 1, ciphers[c]) == 0) {
			*ret = (struct mrtd_protocol){
				curve,
				MRTD_GM,
				(enum mrtd_cipher)c,
				{ 4, 0, 0x7F, 0, 7, 2, 2, 3, curve ? 2 : 1, (uint8_t)(c + 1) },
			};
			return true;
		}
	return false;
}

static bool draw_key(struct mrtd_chip_key *k)
{
	struct mrtd_element generator;

	BN_free(k->key);
	k->key = BN_new();
	return k->key && BN_rand_range(k->key, k->group.q) == 1 && !BN_is_zero(k->key) &&
	       mrtd_group_generator(&k->group, &generator) &&
	       mrtd_group_power(&k->group, &generator, k->key, &k->public);
}

/* A clone has the files of the original, and a key of its own. */
static bool make_chip_key(struct mrtd *m, bool clone)
{
	struct mrtd_chip_key *k = &m->ca;

	if (!chip_protocol(m->spec.ca, &k->protocol) ||
	    !mrtd_group_open(&k->group, m->spec.ca_group) ||
	    !k->protocol.curve != !k->group.curve || !draw_key(k))
		return false;
	struct mrtd_element signed_key = k->public;
	bool good = !clone || draw_key(k);
	k->public = signed_key;
	return good;
}

static EVP_PKEY *make_signing_key(const struct mrtd_spec *s)
{
	static const char *const curves[] = { "prime256v1", "brainpoolP256r1", "secp384r1" };

	if (s->aa <= 2)
		return EVP_RSA_gen(s->aa == 1 ? 1024 : 2048);
	EVP_PKEY *key = EVP_EC_gen(curves[s->aa - 3]);
	if (key && s->ca_params == 0)
		EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_ENCODING,
					       OSSL_PKEY_EC_ENCODING_EXPLICIT);
	return key;
}

static bool make_active_key(struct mrtd *m, bool clone)
{
	unsigned char *der = NULL;

	m->aa = make_signing_key(&m->spec);
	int len = m->aa ? i2d_PUBKEY(m->aa, &der) : -1;
	if (len > 0)
		mrtd_put(&m->aa_public, der, (size_t)len);
	OPENSSL_free(der);
	if (clone && len > 0) {
		EVP_PKEY_free(m->aa);
		m->aa = make_signing_key(&m->spec);
	}
	return len > 0 && m->aa && !m->aa_public.bad;
}

static bool pace_is_known(const char *p)
{
	struct mrtd_protocol protocol;

	for (size_t n; *p; p += n + (p[n] == ' ')) {
		n = strcspn(p, " ");
		if (!mrtd_pace_protocol(p, n, &protocol))
			return false;
	}
	return true;
}

enum err mrtd_make_keys(struct mrtd *m)
{
	bool clone = m->faults.n[MRTD_FAULT_cloned];

	if (*m->spec.pace &&
	    (!pace_is_known(m->spec.pace) || !mrtd_group_open(&m->pace.group, m->spec.pace_group)))
		return ERR_BAD_DATA;
	if (*m->spec.ca && !make_chip_key(m, clone))
		return ERR_BAD_DATA;
	return m->spec.aa && !make_active_key(m, clone) ? ERR_BAD_DATA : ERR_OK;
}

void mrtd_drop_keys(struct mrtd *m)
{
	mrtd_pace_forget(&m->pace);
	mrtd_group_close(&m->pace.group);
	mrtd_group_close(&m->ca.group);
	BN_free(m->ca.key);
	EVP_PKEY_free(m->aa);
	mrtd_bytes_end(&m->aa_public);
}

static void put_number(struct mrtd_bytes *out, unsigned n)
{
	const uint8_t bytes[2] = { 0, (uint8_t)n };

	mrtd_put_tlv(out, 0x02, n > 0x7F ? bytes : bytes + 1, n > 0x7F ? 2 : 1);
}

static void put_pace_infos(const struct mrtd *m, struct mrtd_bytes *out)
{
	struct mrtd_protocol protocol;
	const char *p = m->spec.pace;

	for (size_t n; *p; p += n + (p[n] == ' ')) {
		size_t start = out->len;

		n = strcspn(p, " ");
		if (!mrtd_pace_protocol(p, n, &protocol))
			continue;
		mrtd_put_tlv(out, 0x06, protocol.oid, sizeof protocol.oid);
		put_number(out, 2);
		put_number(out, (unsigned)m->pace.group.id);
		mrtd_wrap(out, 0x30, start);
	}
}

static void put_chip_infos(const struct mrtd *m, struct mrtd_bytes *out)
{
	const uint8_t id_pk[9] = { 4, 0, 0x7F, 0, 7, 2, 2, 1, m->ca.protocol.curve ? 2 : 1 };
	size_t start = out->len;

	if (!m->ca.key)
		return;
	mrtd_put_tlv(out, 0x06, m->ca.protocol.oid, sizeof m->ca.protocol.oid);
	put_number(out, 1);
	if (m->spec.ca_key_id)
		put_number(out, m->spec.ca_key_id);
	mrtd_wrap(out, 0x30, start);
	start = out->len;
	mrtd_put_tlv(out, 0x06, id_pk, sizeof id_pk);
	mrtd_group_put_key(&m->ca.group, &m->ca.public, m->spec.ca_params == 1, out);
	if (m->spec.ca_key_id)
		put_number(out, m->spec.ca_key_id);
	mrtd_wrap(out, 0x30, start);
}

/* Which hash an ECDSA chip signs with; RSA says so in the signature itself. */
static void put_active_info(const struct mrtd *m, struct mrtd_bytes *out)
{
	static const uint8_t arcs[] = { 3, 1, 2, 4, 5 };
	const uint8_t plain[] = { 4, 0, 0x7F, 0, 7, 1, 1, 4, 1, arcs[m->spec.aa_hash] };
	size_t start = out->len;

	if (m->spec.aa < 3)
		return;
	mrtd_put_hex(out, "0606678108010105");
	put_number(out, 1);
	mrtd_put_tlv(out, 0x06, plain, sizeof plain);
	mrtd_wrap(out, 0x30, start);
}

void mrtd_make_card_access(const struct mrtd *m, struct mrtd_bytes *out)
{
	size_t start = out->len;

	put_pace_infos(m, out);
	if (out->len > start)
		mrtd_wrap(out, 0x31, start);
}

void mrtd_make_security_infos(const struct mrtd *m, struct mrtd_bytes *out)
{
	size_t start = out->len;

	put_chip_infos(m, out);
	put_active_info(m, out);
	if (out->len == start)
		return;
	put_pace_infos(m, out);
	mrtd_wrap(out, 0x31, start);
}
