/* Writing DER (ITU-T X.690) from its end: what is inside is written first, then the head around it,
 * so that every length is known when it is written.
 *
 *     size_t end = d.left;
 *     der_bytes(&d, digest, 32);
 *     der_head(&d, 0x04, end);      an OCTET STRING around it */
#ifndef CORE_DER_H
#define CORE_DER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct der {
	uint8_t *at; /* what is written lies at at + left */
	size_t cap, left;
	bool bad; /* it did not fit; from then on nothing is written */
};

struct der der_into(uint8_t *buffer, size_t cap);

/* Puts `len` bytes before what is written so far. */
void der_bytes(struct der *d, const void *bytes, size_t len);

/* Puts tag and length before what was written since d->left was `end`. */
void der_head(struct der *d, uint8_t tag, size_t end);

#endif
