/* Command APDUs as bytes (ISO/IEC 7816-4 section 5.1). */
#ifndef PARSE_CHIP_APDU_H
#define PARSE_CHIP_APDU_H

#include "firmware/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct apdu {
	uint8_t cla, ins, p1, p2;
	const uint8_t *data;
	size_t len;
	uint32_t le;   /* bytes wanted; 0 none, up to 65536. Extended form where it must be */
	bool extended; /* extended form though the short one would do */
};

/* Into ret[0..cap). ERR_NO_SPACE: more than cap, or than a command can hold. */
enum err apdu_encode(const struct apdu *a, uint8_t *ret, size_t cap, size_t *ret_len);

#endif
