/* Active Authentication, question and answer; what its files share. Nobody else includes this. */
#ifndef PARSE_CHIP_ACTIVE_AUTH_H
#define PARSE_CHIP_ACTIVE_AUTH_H

#include "firmware/parse/chip/proof.h"
#include <openssl/evp.h>

#define ACTIVE_NONCE         8
#define ACTIVE_MAX_SIGNATURE 1024

struct active {
	uint8_t nonce[ACTIVE_NONCE];
	uint8_t signature[ACTIVE_MAX_SIGNATURE];
	size_t len;
};

/* The length of a signature by this key; 0: too short, too long or too odd to be used. */
size_t active_rsa_bytes(EVP_PKEY *key);

/* ISO/IEC 9796-2 scheme 1 with partial recovery; both ways to sign (annexes B.4 and B.6). The
 * hash is the one its trailer names: SHA-1, 224, 256, 384, 512. */
enum chip_proof active_judge_rsa(const struct active *a, EVP_PKEY *key);

/* ECDSA, r and s one behind the other, or in DER. The hash is the one DG14 names; where it
 * names none all are tried, and then nothing is COPIED. */
enum chip_proof active_judge_ec(const struct active *a, EVP_PKEY *key, struct span dg14);

#endif
