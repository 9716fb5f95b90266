/* A signature in a PDF: PAdES baseline B (ETSI EN 319 142-1), as ETSI.CAdES.detached: CMS
 * SignedData (RFC 5652) over all of the file but a gap, written into the gap. Its signed attributes
 * are content type, message digest and the signer's certificate (ESS signing-certificate-v2, RFC
 * 5035), and no signing time, which the baseline forbids there. SHA-256.
 *
 * In two steps, so that the key may lie in a token that answers later: pades_prepare() says what is
 * to be signed, pades_finish() takes the signature. Nothing of the PDF is decoded. */
#ifndef CORE_PADES_H
#define CORE_PADES_H

#include "firmware/base/err.h"
#include <stddef.h>
#include <stdint.h>

enum { PADES_DIGEST = 32, PADES_MAX_CHAIN = 4, PADES_MAX_CMS = 16384 };

struct pades_blob {
	const uint8_t *at;
	size_t len;
};

enum pades_key { PADES_RSA, PADES_EC }; /* PKCS #1 v1.5, ECDSA (DER) */

/* Who signs; all borrowed, all DER. */
struct pades_signer {
	enum pades_key key;
	struct pades_blob cert;
	struct pades_blob issuer, serial;         /* of the certificate: Name, INTEGER */
	struct pades_blob chain[PADES_MAX_CHAIN]; /* further certificates that are sent along */
	size_t chain_count;
};

/* The file and its gap: len bytes "<000...0>" from at, the last of it before the file's end. */
struct pades_file {
	uint8_t *pdf;
	size_t len, gap_at, gap_len;
};

struct pades {
	uint8_t attributes[512];
	size_t attributes_len;
	uint8_t to_sign[PADES_DIGEST]; /* SHA-256; a signature of this is wanted */
};

/* ERR_BAD_DATA: the gap is none, or lies outside of the file. ERR_NO_MEMORY. */
enum err pades_prepare(const struct pades_file *f, const struct pades_signer *s, struct pades *ret);

/* Writes the CMS into the gap, as hexadecimal; the rest of it stays zeros. The file is unchanged
 * after an error. ERR_NO_SPACE: it does not fit; ERR_BAD_DATA as above. */
enum err pades_finish(const struct pades *p, const struct pades_signer *s,
		      struct pades_blob signature, struct pades_file *f);

#endif
