/* The groups of PACE and Chip Authentication, by their number in ICAO Doc 9303-11 section 9.5.1:
 * elliptic curves, and prime fields of RFC 5114. Elements are as they go over the line: 04 x y, or
 * a number as long as the prime. */
#ifndef TESTS_MRTD_GROUP_H
#define TESTS_MRTD_GROUP_H

#include "tests/mrtd/bytes.h"
#include <openssl/ec.h>

#define MRTD_MAX_ELEMENT 520

struct mrtd_group {
	int id;
	EC_GROUP *curve;    /* NULL: a field */
	BIGNUM *p, *q, *g;  /* of the field; of a curve p and its order q */
	size_t order_bytes; /* of q */
	BN_CTX *ctx;
};

struct mrtd_element {
	uint8_t at[MRTD_MAX_ELEMENT];
	size_t len;
};

/* False: no such name. */
bool mrtd_group_open(struct mrtd_group *g, const char *name);
void mrtd_group_close(struct mrtd_group *g); /* accepts zeros */

/* All false when an element is not of the group, or the result is the neutral one. */
bool mrtd_group_generator(const struct mrtd_group *g, struct mrtd_element *ret);
bool mrtd_group_power(const struct mrtd_group *g, const struct mrtd_element *base, const BIGNUM *k,
		      struct mrtd_element *ret);
bool mrtd_group_join(const struct mrtd_group *g, const struct mrtd_element *a,
		     const struct mrtd_element *b, struct mrtd_element *ret);

/* What is hashed of an agreed element: x of a point, the whole of a number. */
const uint8_t *mrtd_group_secret(const struct mrtd_group *g, const struct mrtd_element *e,
				 size_t *ret_len);

/* The algorithm and the key as a SubjectPublicKeyInfo. */
void mrtd_group_put_key(const struct mrtd_group *g, const struct mrtd_element *e, bool named,
			struct mrtd_bytes *out);

/* Integrated mapping: the element that a pseudo-random number (already taken mod p) leads to. */
bool mrtd_group_encode(const struct mrtd_group *g, const BIGNUM *number, struct mrtd_element *ret);

#endif
