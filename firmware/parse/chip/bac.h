/* Basic Access Control: ICAO Doc 9303-11 section 4.3, the way into cards that know no PACE. */
#ifndef PARSE_CHIP_BAC_H
#define PARSE_CHIP_BAC_H

#include "firmware/parse/chip/session.h"

#define BAC_SEED_BYTES 16 /* the first bytes of the hash over the MRZ */

/* At the selected applet; on ERR_OK secure messaging is on. ERR_WRONG_KEY: the card refused, or
 * its answer is not of our key. ERR_BAD_CARD: it gives no challenge. Else as line.exchange. */
enum err bac_run(struct session *s, const uint8_t seed[BAC_SEED_BYTES]);

#endif
