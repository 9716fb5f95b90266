/* Opening the chip of a travel document: EF.CardAccess, PACE or BAC, the applet. ICAO Doc 9303-11
 * sections 4.2-4.4. Whatever a card answers to the commands before the key is not fatal: cards of
 * 2021 answer 6D00 to SELECT MF, others know neither EF.CardAccess nor PACE. */
#ifndef PARSE_CHIP_ACCESS_H
#define PARSE_CHIP_ACCESS_H

#include "firmware/base/chip.h"
#include "firmware/parse/chip/session.h"

#define ACCESS_MAX_FILE  4096
#define ACCESS_MAX_POINT 133 /* 04, x, y of 521 bits */

/* What PACE with chip authentication mapping leaves to be proven (proof_cam). */
struct cam {
	bool present;
	int group;                         /* of the standard groups */
	uint8_t map_key[ACCESS_MAX_POINT]; /* the chip's public key of the mapping, as sent */
	size_t map_key_len;
	uint8_t proof[66]; /* CA_IC, decrypted: the chip's answer */
	size_t proof_len;
};

/* How it went. */
struct access {
	enum chip_access how;
	uint8_t file[ACCESS_MAX_FILE]; /* EF.CardAccess as read, to be compared with DG14 */
	size_t file_len;               /* 0: there is none */
	struct cam cam;
};

/* key: CAN, its digits; MRZ, the document number with its fillers (nine characters, or more where
 * it is longer), yyMMdd of birth, yyMMdd of expiry, without check digits; NONE, NULL.
 * From a freshly powered card to the selected applet, secure messaging on (but for NONE).
 *   ERR_WRONG_KEY  the card refused the key
 *   ERR_KEY_KIND   it does not open with this kind of key, and may with the other
 *   ERR_BAD_CARD   not a travel document, or none that can be opened
 *   ERR_FORGED     the card's first protected answer was forged
 *   ERR_BAD_DATA   the key has not the form above
 * Else as line.exchange. *ret holds what was seen until then on ERR_WRONG_KEY and ERR_KEY_KIND
 * too (file, file_len), and is to be wiped by the caller. */
enum err access_open(struct session *s, enum chip_key kind, const char *key, struct access *ret);

#endif
