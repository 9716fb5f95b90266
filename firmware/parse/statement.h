/* CMS SignedData of the province (RFC 5652, DER, content inside), opened. */
#ifndef PARSE_STATEMENT_H
#define PARSE_STATEMENT_H

#include "firmware/base/err.h"
#include <openssl/bio.h>
#include <stddef.h>
#include <stdint.h>

enum { ANCHOR_MAX_BYTES = 64 << 10 };

/* Bytes of somebody else. */
struct blob {
	const uint8_t *at;
	size_t len;
};

/* Once, before the sandbox is locked: OpenSSL without its configuration file, and what it loads
 * at its first use. ERR_BROKEN. */
enum err statement_prepare(void);

/* Checks signature and chain at the time now_s (seconds since 1970) against the one certificate
 * in `anchor` (PEM) and nothing else: one signer, SHA-2, key usage for signing, extended key
 * usage emailProtection. Then the text inside is written to `text`, a memory BIO of the caller.
 * ERR_BAD_CONFIG: the anchor is no certificate. ERR_FORGED: not signed by whom it should be.
 * ERR_BAD_DATA: not CMS at all, or longer than max_bytes. ERR_NO_MEMORY. */
enum err statement_open(struct blob der, struct blob anchor, int64_t now_s, size_t max_bytes,
			BIO *text);

/* The common name of its one signer, for what statement_open() has found to be good. ERR_BAD_DATA:
 * it has none, or one that is longer than cap - 1 bytes of UTF-8. */
enum err statement_signer(struct blob der, char *ret_name, size_t cap);

#endif
