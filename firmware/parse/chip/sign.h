/* Signatures as states make them: RSA of both kinds, ECDSA in both shapes, the digests of
 * algorithms.def. */
#ifndef PARSE_CHIP_SIGN_H
#define PARSE_CHIP_SIGN_H

#include "firmware/parse/chip/sod.h"

#include <openssl/x509.h>

enum sign_result {
	SIGN_UNKNOWN, /* an algorithm or a key that we do not know, or that is too weak */
	SIGN_GOOD,
	SIGN_BAD,
};

/* What a signature says of itself; the pointers are somebody else's. */
struct sign {
	const X509_ALGOR *digest; /* of the signer's info; NULL: only `algorithm` says it */
	const X509_ALGOR *algorithm;
	struct span signed_bytes, signature;
};

/* Bits of enum trust_note (trust.h) are added to *notes, which may be NULL. */
enum sign_result sign_check(EVP_PKEY *key, const struct sign *s, unsigned *notes);

/* SOD_NO_DIGEST when it is none of ours. */
enum sod_digest sign_digest(const ASN1_OBJECT *name);

/* By an AlgorithmIdentifier's OBJECT IDENTIFIER as it stands in a file: its value only. */
enum sod_digest sign_digest_of(struct span oid);

/* Hashes. *ret_len is how long it became; false: no such digest, or no memory. */
bool sign_hash(enum sod_digest d, struct span bytes, uint8_t ret[SOD_HASH_MAX], size_t *ret_len);

#endif
