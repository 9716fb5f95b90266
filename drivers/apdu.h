/* A command APDU taken apart (ISO 7816-4 5.1: all seven forms). No I/O. */
#ifndef DRIVERS_APDU_H
#define DRIVERS_APDU_H

#include "firmware/base/err.h"
#include <stddef.h>
#include <stdint.h>

#define APDU_HEAD        4
#define APDU_MAX_COMMAND 65544 /* 4 + 3 + 65535 + 2 */
#define APDU_MAX_ANSWER  65538

struct apdu {
	const uint8_t *bytes, *data; /* the whole, beginning with CLA INS P1 P2; and its data */
	size_t len, data_len;
	uint32_t le; /* bytes wanted, 256 or 65536 for "all there are"; 0: none */
};

/* Points into `bytes`. ERR_BAD_DATA: lengths that contradict each other. */
enum err apdu_of(const uint8_t *bytes, size_t len, struct apdu *ret);

#endif
