/* Secure messaging from the chip's side (ICAO Doc 9303-11 section 9.8): commands are unwrapped,
 * answers wrapped. */
#ifndef TESTS_MRTD_SM_H
#define TESTS_MRTD_SM_H

#include "tests/mrtd/bytes.h"
#include "tests/mrtd/cipher.h"

/* A command APDU, in the clear or unwrapped. */
struct mrtd_command {
	uint8_t cla, ins, p1, p2;
	const uint8_t *data;
	size_t len;
	uint32_t le;   /* 0: none asked for */
	bool extended; /* the APDU that came had lengths of the extended form */
};

struct mrtd_sm {
	bool on;
	struct mrtd_keys keys;
	uint8_t counter[16]; /* SSC; 8 bytes with 3DES */
};

/* With new keys; the counter begins at `counter`, or at zero (NULL). */
void mrtd_sm_start(struct mrtd_sm *s, const struct mrtd_keys *k, const uint8_t *counter);

/* Checks the command's MAC and decrypts its data into *plain, where ret->data then lies. 9000, or
 * 6987 when objects are missing, 6988 when they are wrong. */
uint16_t mrtd_sm_unwrap(struct mrtd_sm *s, const struct mrtd_command *c, struct mrtd_bytes *plain,
			struct mrtd_command *ret);

/* The protected answer's data objects, appended to *ret. `ins` is the command's. */
void mrtd_sm_wrap(struct mrtd_sm *s, uint8_t ins, const struct mrtd_bytes *plain, uint16_t sw,
		  struct mrtd_bytes *ret);

/* The most plain bytes whose protected answer, without status, has at most `room` bytes. */
size_t mrtd_sm_room(const struct mrtd_sm *s, uint8_t ins, size_t room);

#endif
