#include "firmware/parse/chip/sod.h"

#include "firmware/parse/chip/sign.h"

#include <openssl/crypto.h>
#include <string.h>

#define TAG_INTEGER   0x02
#define TAG_OCTETS    0x04
#define TAG_OID       0x06
#define TAG_PRINTABLE 0x13
#define TAG_SEQUENCE  0x30

/* The next object, which must have that tag. */
static enum err take(struct span *from, uint32_t tag, struct span *ret)
{
	struct span rest = *from;
	struct tlv t;
	enum err e = tlv_next(&rest, &t);

	if (e != ERR_OK || t.tag != tag)
		return ERR_BAD_DATA;
	*from = rest;
	*ret = t.value;
	return ERR_OK;
}

static enum err take_small(struct span *from, uint8_t *ret)
{
	struct span v;
	enum err e = take(from, TAG_INTEGER, &v);

	if (e != ERR_OK || v.len != 1)
		return ERR_BAD_DATA;
	*ret = v.at[0];
	return ERR_OK;
}

static enum err take_digest(struct span *from, enum sod_digest *ret)
{
	struct span algorithm, oid;
	enum err e = take(from, TAG_SEQUENCE, &algorithm);

	if (e == ERR_OK)
		e = take(&algorithm, TAG_OID, &oid);
	if (e != ERR_OK)
		return e;
	*ret = sign_digest_of(oid);
	return *ret == SOD_NO_DIGEST ? ERR_NOT_FOUND : ERR_OK;
}

static enum err take_hash(struct span *from, size_t len, struct sod *s)
{
	struct span one, hash = { 0 };
	uint8_t dg = 0;
	enum err e = take(from, TAG_SEQUENCE, &one);

	if (e == ERR_OK)
		e = take_small(&one, &dg);
	if (e == ERR_OK)
		e = take(&one, TAG_OCTETS, &hash);
	if (e != ERR_OK || one.len != 0)
		return ERR_BAD_DATA;
	if (dg < 1 || dg > SOD_DGS || s->hash_len[dg] != 0 || hash.len != len)
		return ERR_BAD_DATA;
	memcpy(s->hash[dg], hash.at, hash.len);
	s->hash_len[dg] = (uint8_t)hash.len;
	return ERR_OK;
}

static enum err take_hashes(struct span *from, struct sod *s)
{
	struct span list;
	uint8_t sample[SOD_HASH_MAX];
	size_t len = 0;
	enum err e = take(from, TAG_SEQUENCE, &list);

	if (e == ERR_OK && !sign_hash(s->digest, (struct span){ sample, 0 }, sample, &len))
		return ERR_NO_MEMORY;
	while (e == ERR_OK && list.len > 0)
		e = take_hash(&list, len, s);
	return e;
}

static enum err take_text(struct span *from, char *ret, size_t cap)
{
	struct span v;
	enum err e = take(from, TAG_PRINTABLE, &v);

	if (e != ERR_OK || v.len >= cap)
		return ERR_BAD_DATA;
	for (size_t i = 0; i < v.len; i++)
		if (v.at[i] < ' ' || v.at[i] > '~')
			return ERR_BAD_DATA;
	memcpy(ret, v.at, v.len);
	return ERR_OK;
}

/* Tells versions only, so a state that writes them in another way is not refused for it. */
static void take_versions(struct span *from, struct sod *s)
{
	struct span v;
	enum err e = take(from, TAG_SEQUENCE, &v);

	if (e == ERR_OK)
		e = take_text(&v, s->lds_version, sizeof s->lds_version);
	if (e == ERR_OK)
		e = take_text(&v, s->unicode_version, sizeof s->unicode_version);
	if (e != ERR_OK)
		s->lds_version[0] = s->unicode_version[0] = '\0';
}

enum err sod_read_list(struct span lds_object, struct sod *ret)
{
	struct sod s = { 0 };
	struct span in = { 0 };
	enum err e = take(&lds_object, TAG_SEQUENCE, &in);

	if (e == ERR_OK && lds_object.len != 0)
		e = ERR_BAD_DATA;
	if (e == ERR_OK)
		e = take_small(&in, &s.version);
	if (e == ERR_OK)
		e = take_digest(&in, &s.digest);
	if (e == ERR_OK)
		e = take_hashes(&in, &s);
	if (e != ERR_OK)
		return e;
	if (in.len > 0)
		take_versions(&in, &s);
	*ret = s;
	return ERR_OK;
}

bool sod_lists(const struct sod *s, unsigned dg)
{
	return dg >= 1 && dg <= SOD_DGS && s->hash_len[dg] > 0;
}

bool sod_matches(const struct sod *s, unsigned dg, struct span raw)
{
	uint8_t hash[SOD_HASH_MAX];
	size_t len = 0;

	if (!sod_lists(s, dg) || !sign_hash(s->digest, raw, hash, &len))
		return false;
	return len == s->hash_len[dg] && CRYPTO_memcmp(hash, s->hash[dg], len) == 0;
}
