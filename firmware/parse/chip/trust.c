#include "firmware/parse/chip/trust.h"

#include "firmware/base/anchors.h"
#include "firmware/base/msg.h"
#include "firmware/parse/chip/cert.h"
#include "firmware/parse/chip/issuers.h"
#include "firmware/parse/chip/signed.h"

#include <openssl/err.h>
#include <stdio.h>
#include <string.h>

#define TAG_SOD        0x77
#define LDS_OBJECT     "2.23.136.1.1.1"
#define LDS_OBJECT_OLD "1.3.27.1.1.1"         /* of the drafts before Doc 9303 had its own */
#define ID_DATA        "1.2.840.113549.1.7.1" /* China's passports of 2017 */
#define SECURITY_INFOS "0.4.0.127.0.7.3.2.1"  /* id-SecurityObject */
#define NOTES_CAP      96                     /* all that there are take 76 */

enum err trust_prepare(void)
{
	uint8_t hash[SOD_HASH_MAX];
	struct span nothing = { hash, 0 };
	size_t len;

	if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_LOAD_CRYPTO_STRINGS |
					OPENSSL_INIT_ADD_ALL_DIGESTS,
				NULL) != 1)
		return ERR_BROKEN;
	for (enum sod_digest d = SOD_SHA1; d <= SOD_SHA512; d++)
		if (!sign_hash(d, nothing, hash, &len))
			return ERR_BROKEN;
	return ERR_OK;
}

/* Some cards pad the file behind the object. */
static enum err unwrap(struct span ef_sod, struct span *ret)
{
	struct tlv t;

	if (ef_sod.len > SOD_MAX_BYTES)
		return ERR_BAD_DATA;
	enum err e = tlv_next(&ef_sod, &t);
	if (e != ERR_OK || t.tag != TAG_SOD)
		return ERR_BAD_DATA;
	*ret = t.value;
	return ERR_OK;
}

static bool is_lds_object(const struct signed_data *s, unsigned *notes)
{
	static const struct {
		const char *name;
		unsigned note;
	} TYPES[] = { { LDS_OBJECT, 0 },
		      { LDS_OBJECT_OLD, TRUST_NOTE_LEGACY },
		      { ID_DATA, TRUST_NOTE_BARE } };
	char type[64];

	signed_type(s, type, sizeof type);
	for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++)
		if (strcmp(type, TYPES[i].name) == 0) {
			*notes |= TYPES[i].note;
			return true;
		}
	return false;
}

/* Of two signers' states the one that says more: taken back, before known, before out of time. */
static enum chip_issuer weightier(enum chip_issuer a, enum chip_issuer b)
{
	static const uint8_t WEIGHT[CHIP_ISSUER_COUNT] = {
		[CHIP_ISSUER_UNKNOWN] = 1,
		[CHIP_ISSUER_EXPIRED] = 2,
		[CHIP_ISSUER_KNOWN] = 3,
		[CHIP_ISSUER_REVOKED] = 4,
	};

	return WEIGHT[b] > WEIGHT[a] ? b : a;
}

/* Whatever else a state's key has signed, it is not for cards. */
static enum chip_issuer judge_issuer(X509 *cert, struct span anchors, int64_t now_s)
{
	return cert_is_for_documents(cert) ? issuers_judge(cert, anchors, now_s)
					   : CHIP_ISSUER_UNKNOWN;
}

/* One signature that does not fit is enough to say that somebody changed something. */
static void judge_signers(const struct signed_data *s, struct span anchors, int64_t now_s,
			  struct trust *t)
{
	for (int i = 0; i < s->signers; i++) {
		X509 *cert = NULL;
		enum sign_result r = signed_check(s, i, &t->notes, &cert);

		if (r == SIGN_BAD)
			t->data = CHIP_DATA_ALTERED;
		if (r == SIGN_GOOD && t->data == CHIP_DATA_UNCHECKED)
			t->data = CHIP_DATA_SIGNED;
		if (cert && !t->signer[0])
			cert_name_text(X509_get_subject_name(cert), t->signer, sizeof t->signer);
		if (r == SIGN_GOOD)
			t->issuer = weightier(t->issuer, judge_issuer(cert, anchors, now_s));
	}
	if (s->signers > 1)
		t->notes |= TRUST_NOTE_SIGNERS;
	if (t->data != CHIP_DATA_SIGNED)
		t->issuer = CHIP_ISSUER_UNCHECKED;
}

/* A list that nobody here can read: it may be signed, but nothing can be held against it. */
static void read_list(const struct signed_data *s, struct trust *t)
{
	if (is_lds_object(s, &t->notes) && sod_read_list(s->content, &t->sod) == ERR_OK) {
		t->notes |= t->sod.digest == SOD_SHA1 ? TRUST_NOTE_SHA1 : 0;
		return;
	}
	if (t->data == CHIP_DATA_SIGNED)
		t->data = CHIP_DATA_UNCHECKED;
	t->issuer = CHIP_ISSUER_UNCHECKED;
}

enum err trust_read(struct span ef_sod, struct span anchors, int64_t now_s, struct trust *ret)
{
	struct signed_data s = { 0 };
	struct trust t = { 0 };
	struct span cms;

	*ret = t;
	enum err e = unwrap(ef_sod, &cms);
	if (e == ERR_OK)
		e = anchors_check(anchors.at, anchors.len, NULL);
	if (e == ERR_OK)
		e = signed_open(cms, &s);
	if (e != ERR_OK)
		return e;
	judge_signers(&s, anchors, now_s, &t);
	read_list(&s, &t);
	signed_close(&s);
	ERR_clear_error();
	*ret = t;
	return ERR_OK;
}

bool trust_hash_ok(struct trust *t, unsigned dg, struct span raw)
{
	if (sod_matches(&t->sod, dg, raw))
		return true;
	if (t->sod.digest != SOD_NO_DIGEST)
		t->data = CHIP_DATA_ALTERED;
	return false;
}

static void write_notes(unsigned notes, const char *between, char ret[NOTES_CAP])
{
	static const struct {
		unsigned note;
		const char *words;
	} WORDS[] = { { TRUST_NOTE_SHA1, "SHA-1" },
		      { TRUST_NOTE_SHORT_KEY, "short key" },
		      { TRUST_NOTE_LEGACY, "old content type" },
		      { TRUST_NOTE_BARE, "no content type" },
		      { TRUST_NOTE_SIGNERS, "several signers" } };
	size_t len = 0;

	ret[0] = '\0';
	for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
		if (notes & WORDS[i].note) {
			len += (size_t)snprintf(ret + len, NOTES_CAP - len, "%s%s", between,
						WORDS[i].words);
			between = "; ";
		}
}

void trust_signer_text(const struct trust *t, char ret[TRUST_SIGNER_CAP])
{
	char notes[NOTES_CAP];
	size_t name = strnlen(t->signer, sizeof t->signer);

	write_notes(t->notes, name > 0 ? "; " : "", notes);
	size_t room = TRUST_SIGNER_CAP - 1 - strlen(notes);
	if (name > room)
		name = room;
	while (name > 0 && !utf8_ok(t->signer, name)) /* a character that was cut in two */
		name--;
	snprintf(ret, TRUST_SIGNER_CAP, "%.*s%s", (int)name, t->signer, notes);
}

enum err trust_card_security(struct span ef, struct span anchors, int64_t now_s,
			     struct trust_infos *ret)
{
	struct signed_data s = { 0 };
	struct trust t = { 0 };
	char type[64];

	*ret = (struct trust_infos){ 0 };
	enum err e = ef.len > SOD_MAX_BYTES ? ERR_BAD_DATA
					    : anchors_check(anchors.at, anchors.len, NULL);
	if (e == ERR_OK)
		e = signed_open(ef, &s);
	if (e != ERR_OK)
		return e;
	signed_type(&s, type, sizeof type);
	if (strcmp(type, SECURITY_INFOS) != 0 || s.content.len > sizeof ret->bytes) {
		signed_close(&s);
		return ERR_BAD_DATA;
	}
	judge_signers(&s, anchors, now_s, &t);
	ret->data = t.data;
	ret->issuer = t.issuer;
	ret->len = s.content.len;
	memcpy(ret->bytes, s.content.at, s.content.len);
	signed_close(&s);
	ERR_clear_error();
	return ERR_OK;
}
