/* Makes the sealed package of a dossier: a tar (manifest.json first, then the documents under
 * papers/), inside CMS SignedData by the kiosk's key (attached, SHA-256), inside CMS
 * AuthEnvelopedData with AES-256-GCM for the province's certificate; all DER. Once it is
 * written, the kiosk cannot read it again. Opened by hand:
 *
 *     openssl cms -decrypt -inform DER -in X.p7m -recip seal.pem -inkey seal.key -out signed
 *     openssl cms -verify -inform DER -in signed -CAfile ca.pem -binary -out dossier.tar
 *
 * Fields of the manifest: reference domain.md §7.2 (the national portal's own names). */
#ifndef CORE_PACKAGE_H
#define CORE_PACKAGE_H

#include "firmware/base/err.h"
#include "firmware/core/dossier.h"
#include "firmware/core/receipt_code.h"
#include "firmware/core/store.h"
#include <stddef.h>
#include <stdint.h>

#define PACKAGE_MAX_BYTES (96u << 20) /* of all documents together */
#define PACKAGE_HASH_CAP  65          /* SHA-256 as lower-case hex, and NUL */
#define PACKAGE_NAME_CAP  160

struct package_keys; /* the kiosk's signing key and certificate, the province's certificate */

/* PEM files. ERR_IO: cannot be read. ERR_FORGED: not a key or certificate, the two do not belong
 * together, or the province's key cannot be sealed for. */
enum err package_keys_load(const char *sign_key, const char *sign_cert, const char *seal_cert,
			   struct package_keys **ret_keys);
void package_keys_free(struct package_keys *k); /* NULL is allowed */

/* What is known of a package from outside: all that the outbox keeps. */
struct package {
	char key[STORE_KEY_CAP];
	char receipt_code[RECEIPT_CODE_CAP];
	char procedure[32];              /* "" only of a supplement */
	char supplement[64];             /* code of the dossier it adds papers to; "": its own */
	char manifest[PACKAGE_HASH_CAP]; /* of manifest.json */
	char sha256[PACKAGE_HASH_CAP];   /* of the file */
	uint64_t bytes;                  /* of the file */
	char name[PACKAGE_NAME_CAP];     /* of the file, when it is in the outbox */
};

/* Writes the file durably into `dir_fd` (store_outbox_fd) under name + ".new"; nothing is claimed
 * until outbox_add(). Working memory is wiped. A package of the same key that was never added is
 * replaced. ERR_NO_SPACE: disk, or PACKAGE_MAX_BYTES. ERR_BAD_DATA: a field that cannot be (key,
 * code, text that is not UTF-8). ERR_IO, ERR_NO_MEMORY. */
enum err package_make(const struct dossier *d, const struct package_keys *keys, int dir_fd,
		      struct package *ret_package);

#endif
