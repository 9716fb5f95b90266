/* Opening what a kiosk handed in: CMS AuthEnvelopedData, in it CMS SignedData, in it a tar. */
#ifndef PROVINCE_PACKAGE_H
#define PROVINCE_PACKAGE_H

#include "tests/province/complaint.h"
#include "tests/province/manifest.h"
#include <stdint.h>

struct package {
	uint8_t *tar; /* decrypted and verified; owned */
	size_t tar_len;
	const uint8_t *manifest_bytes; /* in tar */
	size_t manifest_len;
	char manifest_sha256[65];
	struct manifest manifest;
	const uint8_t *papers[MANIFEST_MAX_PAPERS]; /* in tar; same index as manifest.papers */
	const uint8_t *originals[MANIFEST_MAX_ORIGINALS];
};

/* Decrypts with the seal key under `dir`/pki, verifies that the manifest's own kiosk signed it,
 * and checks every hash and field. *ret is the caller's to package_destroy().
 * ERR_FORGED: seal, signature or hash. ERR_BAD_DATA: form. ERR_NO_MEMORY, ERR_IO. */
enum err package_open(const char *dir, const void *bytes, size_t len, struct package **ret,
		      struct complaint *why);
void package_destroy(struct package *p); /* NULL is allowed; wipes */

/* Lower-case hex of the SHA-256. */
void sha256_hex(const void *bytes, size_t len, char ret[65]);

#endif
