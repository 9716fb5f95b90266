/* PACE from the chip's side (ICAO Doc 9303-11 section 4.4). */
#ifndef TESTS_MRTD_PACE_H
#define TESTS_MRTD_PACE_H

#include "tests/mrtd/cipher.h"
#include "tests/mrtd/group.h"

enum mrtd_mapping { MRTD_GM, MRTD_IM, MRTD_CAM };

/* What a word like ecdh-gm-aes128 stands for. */
struct mrtd_protocol {
	bool curve;
	enum mrtd_mapping mapping;
	enum mrtd_cipher cipher;
	uint8_t oid[10];
};

/* One word of a spec's `pace`. */
bool mrtd_pace_protocol(const char *word, size_t len, struct mrtd_protocol *ret);

struct mrtd_pace {
	struct mrtd_protocol protocol;
	struct mrtd_group group; /* of the card, as long as it lives */
	unsigned step;           /* the next of GENERAL AUTHENTICATE: 1..4; 0: none */
	uint8_t key[32];         /* K_pi */
	uint8_t nonce[32];
	size_t nonce_len;
	BIGNUM *map_key, *dh_key;
	struct mrtd_element base, own, theirs; /* mapped generator, keys of the key agreement */
	struct mrtd_keys keys;
};

void mrtd_pace_forget(struct mrtd_pace *p); /* the session; the group stays */

/* The mapped generator out of nonces s and t. `t` is as long as a key, s as whole blocks of it. */
bool mrtd_pace_integrated(const struct mrtd_group *g, enum mrtd_cipher c, const uint8_t *s,
			  const uint8_t *t, struct mrtd_element *ret);

/* s: whole blocks, at least as long as a key. */
size_t mrtd_pace_nonce_bytes(enum mrtd_cipher c);

#endif
