/* Reed-Solomon words over GF(256), polynomial 0x11d and first root 1, as QR codes have them. */
#ifndef PARSE_CODE_RS_H
#define PARSE_CODE_RS_H

#include <stdbool.h>
#include <stdint.h>

enum { RS_MAX_WORDS = 255, RS_MAX_CHECK = 68 };

/* Tables; make them once and hand them around. */
struct rs {
	uint8_t power[510], log[256];
};

void rs_make(struct rs *ret);

/* Corrects `count` words in place, of which the last `check` are check words and `erased` (at most
 * `check`) stand at the places in `holes` and are worth nothing. False, and nothing changed, when
 * there are more errors than can be told. */
bool rs_mend(const struct rs *rs, uint8_t *words, int count, int check, const uint8_t *holes,
	     int erased);

#endif
