/* Is this chip the one the data were signed for? Three ways, by ICAO Doc 9303-11 sections
 * 4.4.3.5 (PACE-CAM), 6.1 (Active Authentication) and 6.2 (Chip Authentication version 1).
 *
 * Each says CHIP_PROOF_ORIGINAL, CHIP_PROOF_COPIED when the protocol ran and the chip lacks the
 * key, CHIP_PROOF_UNCHECKED when the card does not offer it, refuses to begin, or offers only
 * what is not known here. The words are worth as much as the data groups they stand on: only
 * where those are signed does ORIGINAL mean anything. Errors are those of the line; *ret stays
 * as it was. */
#ifndef PARSE_CHIP_PROOF_H
#define PARSE_CHIP_PROOF_H

#include "firmware/base/chip.h"
#include "firmware/parse/chip/access.h"
#include "firmware/parse/chip/tlv.h"

/* Chip Authentication with the strongest of what DG14 (whole file, from tag 6E) offers. When it
 * ran, secure messaging goes on with new keys, and the current file is DG14. After COPIED the
 * session is dead: nothing more can be read. 3 round trips (3DES: 2). */
enum err proof_chip_auth(struct session *s, struct span dg14, enum chip_proof *ret);

/* What PACE-CAM has shown, against the public keys in `infos`: DG14, or the SecurityInfos
 * signed in EF.CardSecurity. Nothing is sent. UNCHECKED when there was no CAM. */
enum err proof_cam(const struct cam *cam, struct span infos, enum chip_proof *ret);

/* Active Authentication with the key in DG15 (whole file, from tag 6F); dg14 may be empty: it
 * names the hash for ECDSA. RSA (ISO/IEC 9796-2 scheme 1) from 1024 bits on, ECDSA. 1 round
 * trip. */
enum err proof_active(struct session *s, struct span dg15, struct span dg14, enum chip_proof *ret);

#endif
