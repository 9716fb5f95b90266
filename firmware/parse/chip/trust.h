/* Passive authentication (ICAO Doc 9303-11 section 5.1): did somebody sign what this chip holds,
 * and is it a state that the kiosk knows? Two answers, never mixed. Trusts the anchors it is given
 * and nothing of the system it runs on. */
#ifndef PARSE_CHIP_TRUST_H
#define PARSE_CHIP_TRUST_H

#include "firmware/base/chip.h"
#include "firmware/parse/chip/sod.h"
#include <stdbool.h>
#include <stdint.h>

#define TRUST_SIGNER_CAP 256

/* What a technician may want to know (trust_signer_text); no verdict depends on it. Bits. */
enum trust_note {
	TRUST_NOTE_SHA1 = 1,      /* signed, or hashed, with SHA-1 */
	TRUST_NOTE_SHORT_KEY = 2, /* a key that is below today's recommendations */
	TRUST_NOTE_LEGACY = 4,    /* the content type is the one of before 2004 */
	TRUST_NOTE_SIGNERS = 8,   /* more than one signer */
	TRUST_NOTE_BARE = 16,     /* the content type says "data" only; seen in China's passports */
};

struct trust {
	enum chip_data data; /* SIGNED: the list is; trust_hash_ok() makes ALTERED of it */
	enum chip_issuer issuer;
	unsigned notes;
	struct sod sod;
	char signer[TRUST_SIGNER_CAP]; /* subject of the signer's certificate, for staff; or "" */
};

/* Once, before the room is locked: what OpenSSL loads at its first use. ERR_BROKEN. */
enum err trust_prepare(void);

/* Judges EF.SOD as read. `anchors`: anchors.h, may be empty (then every issuer is UNKNOWN).
 * ERR_OK: *ret has its answers, good or bad:
 *     signature does not fit                data ALTERED, issuer UNCHECKED
 *     no certificate, unknown algorithm     data UNCHECKED, issuer UNCHECKED
 *     good, out of its time or taken back   data SIGNED, issuer EXPIRED or REVOKED
 * ERR_BAD_DATA: this is no EF.SOD, or `anchors` is no such list; *ret is all zero. */
enum err trust_read(struct span ef_sod, struct span anchors, int64_t now_s, struct trust *ret);

/* One data group against the signed list: `raw` is the whole file as read, tag and length too. One
 * that the list does not have was put there by somebody else. False makes t->data ALTERED, for
 * good; with data UNCHECKED and a list that nobody could read, false says only that. */
bool trust_hash_ok(struct trust *t, unsigned dg, struct span raw);

/* For staff: who signed, and behind it what is old or weak in how, "CN=...; SHA-1; short key". The
 * notes always fit; a name that is too long for both is cut. "" when there is nothing to say. */
void trust_signer_text(const struct trust *t, char ret[TRUST_SIGNER_CAP]);

/* What EF.CardSecurity has signed (ICAO Doc 9303-11 section 9.2.11). */
struct trust_infos {
	enum chip_data data;
	enum chip_issuer issuer;
	size_t len;
	uint8_t bytes[8192]; /* SET OF SecurityInfo, as it was signed */
};

/* Judges EF.CardSecurity as trust_read() judges EF.SOD. Keys in it mean something only when its
 * data are SIGNED and its issuer is no worse than EF.SOD's: anybody can sign a file of their own.
 * ERR_BAD_DATA: this is no EF.CardSecurity, or `anchors` is no such list. */
enum err trust_card_security(struct span ef, struct span anchors, int64_t now_s,
			     struct trust_infos *ret);

#endif
