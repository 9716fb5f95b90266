/* BER-TLV (ISO/IEC 7816-4 5.2.2, X.690) as cards use it, read without recursion and without
 * copying. Definite lengths only; a tag has at most three bytes, a length at most four. */
#ifndef PARSE_CHIP_TLV_H
#define PARSE_CHIP_TLV_H

#include "firmware/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of somebody else's. */
struct span {
	const uint8_t *at;
	size_t len;
};

struct tlv {
	uint32_t tag; /* as its bytes read: 0x61, 0x5F1F, 0x7F2E */
	struct span value;
	struct span whole; /* with tag and length */
};

/* The object at the beginning of *from, which is moved behind it. ERR_NOT_FOUND at the end,
 * ERR_BAD_DATA when it is malformed or does not fit; *from is untouched then. */
enum err tlv_next(struct span *from, struct tlv *ret);

/* The first object with that tag at this level; those before it may be anything well-formed.
 * ERR_NOT_FOUND, ERR_BAD_DATA. */
enum err tlv_find(struct span in, uint32_t tag, struct span *ret_value);

/* How long an object is that begins so: header and value. `head` may end anywhere behind the
 * length. ERR_NOT_FOUND: too short to say; ERR_BAD_DATA. */
enum err tlv_total(struct span head, size_t *ret_bytes);

#define TLV_HEAD 6 /* the most that tag and length take when written */

/* Writes an object of at most 65535 bytes at `at`, which has room for TLV_HEAD more than the
 * value. Answers how long it is. */
size_t tlv_put(uint8_t *at, uint32_t tag, struct span value);

#endif
