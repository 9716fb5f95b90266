/* Secure messaging of ICAO Doc 9303-11 section 9.8: an APDU is encrypted and its MAC taken, both
 * ways, with a counter that each command and each answer moves on. */
#ifndef PARSE_CHIP_SM_H
#define PARSE_CHIP_SM_H

#include "firmware/parse/chip/apdu.h"
#include "firmware/parse/chip/cipher.h"

struct sm {
	enum sm_cipher cipher;
	uint8_t enc[32], mac[32]; /* session keys; their length follows from the cipher */
	uint8_t ssc[16];          /* send sequence counter; 8 bytes with 3DES */
};

/* What protection may add to an answer: DO87's head and padding, DO99, DO8E. */
#define SM_OVERHEAD 38

/* Keys from a shared secret (kdf.h), the counter at 0. */
enum err sm_start(enum sm_cipher c, const uint8_t *secret, size_t len, struct sm *ret);

/* Data bytes that a protected answer of at most `answer` bytes (with status) can bring. */
uint32_t sm_room(enum sm_cipher c, uint32_t answer);

/* The protected command for `a`, and the counter moved on. The form is short or extended as
 * apdu.h says; it becomes extended too when `wide` (the line can bring more than 258 bytes) and
 * the protected answer would not fit a short one, unless a->le is 256: "what there is".
 * ERR_NO_SPACE. */
enum err sm_wrap(struct sm *sm, const struct apdu *a, bool wide, uint8_t *ret, size_t cap,
		 size_t *ret_len);

/* Opens an answer (data and status) in place, and moves the counter on. *ret_data lies in
 * `answer`. ERR_FORGED: not protected, a wrong MAC, a malformed object, wrong padding, a status
 * in DO99 that differs from the trailer; what is in `answer` then is worth nothing. */
enum err sm_unwrap(struct sm *sm, uint8_t *answer, size_t len, struct span *ret_data,
		   uint16_t *ret_sw);

/* Wipes. */
void sm_finish(struct sm *sm);

#endif
