/* Password Authenticated Connection Establishment: ICAO Doc 9303-11 section 4.4, BSI
 * TR-03110-3. */
#ifndef PARSE_CHIP_PACE_H
#define PARSE_CHIP_PACE_H

#include "firmware/parse/chip/access.h"
#include "firmware/parse/chip/group.h"
#include "firmware/parse/chip/security_infos.h"

/* What both sides know: bytes of a CAN, or the hash over the MRZ. */
struct password {
	uint8_t reference; /* 1 MRZ, 2 CAN */
	struct span secret;
};

/* What a card offers, taken to be used. */
struct pace_offer {
	struct info info;
	struct group group; /* finished by the caller */
};

/* The n-th best (from 0) of what EF.CardAccess offers and we can: with chip authentication
 * mapping first, then by strength. ERR_NOT_FOUND: no more. */
enum err pace_choose(struct span card_access, unsigned n, struct pace_offer *ret);

/* Runs it; on ERR_OK secure messaging is on. ret_cam is filled by mapping with chip authentication.
 *   ERR_WRONG_KEY  the card refused the password, or its token is not the one ours gives
 *   ERR_KEY_KIND   the card does not know such a password
 *   ERR_NOT_FOUND  the card does not want this protocol: try another
 *   ERR_BAD_CARD   it broke off, or answered nonsense
 * Else as line.exchange. */
enum err pace_run(struct session *s, const struct pace_offer *offer, const struct password *pw,
		  struct cam *ret_cam);

#endif
